"""Merging what was typed with what changed outside: nothing of either side gets lost."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.engine.merge import Absent, Choice, Merged, merge
from httpdesk.model.request import (
    FormBody,
    FormField,
    Header,
    NoBody,
    Options,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)
from httpdesk.render.diff import line_codes

NAMES = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.sampled_from(["", "1", "2", "3"])
Rows = tuple[Header, ...]
LINES = st.lists(st.sampled_from(["x", "y", "z", "{", "}", ""]), max_size=8).map("\n".join)


def rows_of(kind: type) -> st.SearchStrategy[tuple[Any, ...]]:
    row = st.builds(kind, name=NAMES, value=VALUES, enabled=st.booleans())
    return st.lists(row, max_size=4).map(tuple)


BODIES = st.one_of(
    st.just(NoBody()),
    st.builds(RawBody, st.sampled_from(list(RawKind)), LINES),
    st.builds(FormBody, rows_of(FormField)),
)
REQUESTS = st.builds(
    Request,
    name=VALUES,
    method=st.sampled_from(["GET", "PUT"]),
    url=VALUES,
    params=rows_of(QueryParam),
    path_params=st.lists(st.builds(PathParam, NAMES, VALUES), max_size=2).map(tuple),
    headers=rows_of(Header),
    body=BODIES,
    options=st.builds(
        Options,
        timeout_ms=st.sampled_from([None, 1, 2]),
        debug=st.booleans(),
        removed_headers=st.lists(NAMES, max_size=2, unique=True).map(tuple),
        stated=st.lists(st.sampled_from(["debug", "timeout_ms"]), unique=True).map(tuple),
    ),
    notes=LINES,
    variables=st.lists(st.tuples(NAMES, VALUES), max_size=3).map(tuple),
)


def merged(base: Request | None, mine: Request, theirs: Request, **kept: Any) -> Merged:
    return merge(base, mine, theirs, line_codes, **kept)


# Properties


@settings(max_examples=40)
@given(REQUESTS, REQUESTS)
def test_what_one_side_changed_is_taken_whole(base: Request, other: Request) -> None:
    assert merged(base, base, other) == Merged(other)
    assert merged(base, other, base) == Merged(other)
    assert merged(base, other, other) == Merged(other)
    assert merged(None, other, other) == Merged(other)


@settings(max_examples=60)
@given(REQUESTS, REQUESTS, REQUESTS)
def test_both_sides_see_the_same_conflicts(base: Request, mine: Request, theirs: Request) -> None:
    here = merged(base, mine, theirs).conflicts
    there = merged(base, theirs, mine).conflicts
    turned = {(each.way, repr_of(each.theirs), repr_of(each.mine)) for each in there}
    assert {(each.way, repr_of(each.mine), repr_of(each.theirs)) for each in here} == turned


UNIQUE_ROWS = st.lists(
    st.builds(Header, NAMES, VALUES, st.booleans(), VALUES), max_size=4, unique_by=lambda h: h.name
).map(tuple)


@settings(max_examples=60)
@given(UNIQUE_ROWS, UNIQUE_ROWS, UNIQUE_ROWS)
def test_no_row_or_cell_of_either_side_is_lost(base: Rows, mine: Rows, theirs: Rows) -> None:
    """Each added, removed and edited row is so in the result, or is asked about."""
    result = merged(Request(headers=base), Request(headers=mine), Request(headers=theirs))
    asked = {each.way[1] for each in result.conflicts}
    now = {row.name: row for row in result.request.headers}
    before = {row.name: row for row in base}
    for side in (mine, theirs):
        rows = {row.name: row for row in side}
        for name in (before.keys() | rows.keys()) - asked:
            if name not in rows or name not in before:
                assert (name in now) == (name in rows)
            for cell in ("value", "enabled", "description"):
                wanted, was = (getattr(each.get(name), cell, None) for each in (rows, before))
                assert wanted == was or getattr(now.get(name), cell, None) == wanted


UNIQUE_LINES = st.lists(st.sampled_from("abcdefgh"), max_size=8, unique=True)


@settings(max_examples=60)
@given(UNIQUE_LINES, UNIQUE_LINES, UNIQUE_LINES)
def test_no_line_of_either_side_is_lost(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    """Each added line is in the result or in a conflict; each removed one is gone, or in one."""
    texts = ["".join(f"{line}\n" for line in lines) for lines in (base, mine, theirs)]
    result = merged(*(Request(notes=text) for text in texts))
    now = result.request.notes.split()
    asked = {
        line
        for each in result.conflicts
        for side in (each.base, each.mine, each.theirs)
        for line in side.split()
    }
    for side in (mine, theirs):
        assert set(side) - set(base) <= {*now, *asked}
        assert not (set(base) - set(side)) & (set(now) - asked)


@settings(max_examples=60)
@given(REQUESTS, REQUESTS, REQUESTS)
def test_all_theirs_and_all_mine_differ_only_in_conflicts(
    base: Request, mine: Request, theirs: Request
) -> None:
    first = merged(base, mine, theirs)
    chosen = {each.way: Choice.THEIRS for each in first.conflicts}
    second = merged(base, mine, theirs, chosen=chosen)
    assert second.conflicts == first.conflicts
    if not first.conflicts:
        assert second.request == first.request


@settings(max_examples=40)
@given(REQUESTS, REQUESTS)
def test_without_a_base_every_difference_is_asked_about(mine: Request, theirs: Request) -> None:
    result = merged(None, mine, theirs)
    assert bool(result.conflicts) == (mine != theirs)
    assert result.request == mine


def repr_of(value: Any) -> Any:
    return tuple(map(str, value)) if isinstance(value, tuple) else value


# Examples

BASE = Request(
    name="Orders",
    method="GET",
    url="http://h/orders",
    headers=(Header("A", "1"), Header("B", "2"), Header("C", "3")),
    body=RawBody(RawKind.JSON, '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}'),
    options=Options(timeout_ms=1000),
)


def test_changes_of_other_places_come_together() -> None:
    mine = replace(
        BASE,
        url="http://h/mine",
        headers=(Header("A", "mine"), *BASE.headers[1:], Header("D", "4")),
        body=RawBody(RawKind.JSON, '{\n  "a": 9,\n  "b": 2,\n  "c": 3\n}'),
        options=replace(BASE.options, debug=True),
    )
    theirs = replace(
        BASE,
        method="PUT",
        headers=(Header("Z", "0"), *BASE.headers[:2]),
        body=RawBody(RawKind.JSON, '{\n  "a": 1,\n  "b": 2,\n  "c": 8\n}'),
        options=Options(timeout_ms=2000),
    )
    assert merged(BASE, mine, theirs) == Merged(
        replace(
            BASE,
            method="PUT",
            url="http://h/mine",
            headers=(Header("Z", "0"), Header("A", "mine"), Header("B", "2"), Header("D", "4")),
            body=RawBody(RawKind.JSON, '{\n  "a": 9,\n  "b": 2,\n  "c": 8\n}'),
            options=Options(timeout_ms=2000, debug=True),
        )
    )


def test_what_both_changed_is_asked_about_and_taken_as_chosen() -> None:
    mine, theirs = replace(BASE, url="http://h/mine"), replace(BASE, url="http://h/theirs")
    result = merged(BASE, mine, theirs)
    (conflict,) = result.conflicts
    assert (conflict.way, conflict.base) == (("url",), BASE.url)
    assert (conflict.mine, conflict.theirs) == (mine.url, theirs.url)
    assert result.request == mine
    assert merged(BASE, mine, theirs, chosen={("url",): Choice.THEIRS}).request == theirs


def test_cells_that_one_side_changed_are_kept_in_a_row_that_conflicts() -> None:
    mine = replace(BASE, headers=(Header("A", "mine", False), *BASE.headers[1:]))
    theirs = replace(BASE, headers=(Header("A", "theirs", True, "why"), *BASE.headers[1:]))
    (conflict,) = merged(BASE, mine, theirs).conflicts
    assert conflict.way == ("headers", "A", 1)
    assert conflict.mine == Header("A", "mine", False, "why")
    assert conflict.theirs == Header("A", "theirs", False, "why")


def test_an_edited_row_that_the_other_side_removed_is_asked_about() -> None:
    mine = replace(BASE, headers=(Header("A", "mine"), *BASE.headers[1:]))
    theirs = replace(BASE, headers=BASE.headers[1:])
    (conflict,) = merged(BASE, mine, theirs).conflicts
    assert (conflict.mine, conflict.theirs) == (Header("A", "mine"), Absent.ROW)
    chosen = {conflict.way: Choice.THEIRS}
    assert merged(BASE, mine, theirs, chosen=chosen).request == theirs


def test_another_order_is_taken_and_two_others_are_asked_about() -> None:
    first, second, third = BASE.headers
    mine = replace(BASE, headers=(third, first, second))
    added = replace(BASE, headers=(first, Header("N", ""), second, third))
    result = merged(BASE, mine, added)
    assert [row.name for row in result.request.headers] == ["C", "A", "N", "B"]
    theirs = replace(BASE, headers=(second, first, third))
    (conflict,) = merged(BASE, mine, theirs).conflicts
    assert (conflict.way, conflict.mine) == (("headers", "order"), ("C", "A", "B"))
    chosen = {conflict.way: Choice.THEIRS}
    assert merged(BASE, mine, theirs, chosen=chosen).request == theirs


def test_a_default_that_one_side_says_is_a_change_of_that_option() -> None:
    """What is said of a default inherits nothing, so it is not the same as nothing said."""
    base = replace(BASE, options=Options())
    says = replace(BASE, options=Options().stating(debug=False))
    other = replace(BASE, options=Options(timeout_ms=5))
    assert merged(base, says, other).request.options == Options(timeout_ms=5, stated=("debug",))
    changed = replace(BASE, options=Options(debug=True))
    (conflict,) = merged(base, changed, says).conflicts
    assert conflict.way == ("options", "debug")
    chosen = {conflict.way: Choice.THEIRS}
    assert merged(base, changed, says, chosen=chosen).request == says
    assert merged(base, changed, says).request == changed


def test_both_texts_can_be_kept() -> None:
    mine, theirs = replace(BASE, notes="same\nmine"), replace(BASE, notes="same\ntheirs")
    base = replace(BASE, notes="same\n")
    (conflict,) = merged(base, mine, theirs).conflicts
    assert conflict.is_text
    both = merged(base, mine, theirs, chosen={conflict.way: Choice.BOTH})
    assert both.request.notes == "same\nmine\ntheirs"


def test_bodies_of_two_kinds_are_one_question() -> None:
    mine = replace(BASE, body=FormBody((FormField("a", "1"),)))
    theirs = replace(BASE, body=RawBody(RawKind.TEXT, "text"))
    assert [each.way for each in merged(BASE, mine, theirs).conflicts] == [("body",)]


def test_a_long_body_is_merged_in_time() -> None:
    lines = [f'  "key {number}": {{' if number % 2 else "  }," for number in range(20_000)]
    base = replace(BASE, body=RawBody(RawKind.JSON, "\n".join(lines)))
    ours, others = lines.copy(), lines.copy()
    ours[101], others[19_801] = '  "mine": {', '  "theirs": {'
    began = time.perf_counter()
    result = merged(
        base,
        replace(base, body=RawBody(RawKind.JSON, "\n".join(ours))),
        replace(base, body=RawBody(RawKind.JSON, "\n".join(others))),
    )
    assert time.perf_counter() - began < 5
    assert result.conflicts == ()
    assert isinstance(result.request.body, RawBody)
    text = result.request.body.text
    assert '"mine"' in text
    assert '"theirs"' in text


def test_nothing_that_is_merged_is_in_a_repr() -> None:
    mine, theirs = replace(BASE, url="http://h/mine"), replace(BASE, url="http://h/theirs")
    assert "http" not in repr(merged(BASE, mine, theirs).conflicts)
