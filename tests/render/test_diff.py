"""Comparing two answers, by lines and by structure."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.render import diff
from httpdesk.render.diff import Change, Difference, NotComparable, by_lines, by_structure

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_places_and_values_of_what_differs() -> None:
    before = '{"a": 1, "b": {"c": [1, 2, 3]}, "gone": true}'
    after = '{"b": {"c": [1, 3, 4]}, "a": 1.0, "new": {"x": null}}'
    assert by_structure(before, after) == (
        Difference(Change.CHANGED, "/a", "1", "1.0"),
        Difference(Change.REMOVED, "/b/c/1", "2", ""),
        Difference(Change.ADDED, "/b/c/2", "", "4"),
        Difference(Change.REMOVED, "/gone", "true", ""),
        Difference(Change.ADDED, "/new", "", '{"x": null}'),
    )


def test_the_order_of_keys_is_no_difference_and_the_text_of_numbers_is() -> None:
    """Statement 52: numbers are what was received."""
    assert by_structure('{"a":1,"b":2}', '{ "b" : 2, "a" : 1 }') == ()
    (found,) = by_structure("[1e400]", "[1E400]")
    assert (found.before, found.after) == ("1e400", "1E400")
    (found,) = by_structure('{"n":1}', '{"n":"1"}')
    assert (found.before, found.after) == ("1", '"1"')


def test_repeated_keys_are_places_of_their_own() -> None:
    (found,) = by_structure('{"a":1,"a":2}', '{"a":1,"a":3}')
    assert found.pointer == "/a#2"


def test_an_item_put_in_front_is_one_difference() -> None:
    before = json.dumps([{"id": at} for at in range(50)])
    after = json.dumps([{"id": -1}, *({"id": at} for at in range(50))])
    assert by_structure(before, after) == (Difference(Change.ADDED, "/0", "", '{"id": -1}'),)


def test_paths_are_ignored_with_all_below() -> None:
    before = '{"at": 1, "items": [{"id": 1, "seen": 2}, {"id": 2, "seen": 3}], "a/b": 1}'
    after = '{"at": 2, "items": [{"id": 1, "seen": 5}, {"id": 9, "seen": 6}], "a/b": 2}'
    found = by_structure(before, after, ("/at", "/items/*/seen", "/a~1b", ""))
    assert [each.pointer for each in found] == ["/items/1/id"]


@pytest.mark.parametrize("text", ["", "no json", "{", "[" * 200_000])
def test_what_is_no_json_is_said(text: str) -> None:
    with pytest.raises(NotComparable):
        by_structure(text, "{}")


@given(VALUES, VALUES)
def test_only_equal_values_have_no_difference(one: object, other: object) -> None:
    before, after = json.dumps(one, sort_keys=True), json.dumps(other, sort_keys=True)
    assert by_structure(before, before) == ()
    assert bool(by_structure(before, after)) is (before != after)


def test_lines_that_differ_with_what_is_around_them() -> None:
    before = "\n".join(f"line {at}" for at in range(100))
    after = before.replace("line 50\n", "line fifty\nline 50.5\n").replace("line 90\n", "")
    rows = by_lines(before, after)
    told = [(row.before, row.after, row.change and row.change.value) for row in rows]
    assert told == [
        (None, None, None),
        *[(at, at, None) for at in (48, 49, 50)],
        (51, 51, "changed"),
        (None, 52, "added"),
        *[(at, at + 1, None) for at in (52, 53, 54)],
        (None, None, None),
        *[(at, at + 1, None) for at in (88, 89, 90)],
        (91, None, "removed"),
        *[(at, at, None) for at in (92, 93, 94)],
        (None, None, None),
    ]
    assert [row.equal for row in rows if row.before is None and row.after is None] == [47, 33, 6]


def test_equal_texts_have_no_lines() -> None:
    assert by_lines("a\nb", "a\nb") == ()
    assert by_lines("", "") == ()


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_both_texts_can_be_put_together_again(old: list[str], new: list[str]) -> None:
    rows = diff._matched(old, new, 0)
    assert [row.before_text for row in rows if row.before is not None] == old
    assert [row.after_text for row in rows if row.after is not None] == new
    assert all((row.before_text == row.after_text) is (row.change is None)
               for row in rows if row.before and row.after)  # fmt: skip
