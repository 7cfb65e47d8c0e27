"""Values out of a JSON body by a selector."""

from __future__ import annotations

import pytest

from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import SetVariable
from httpdesk.render import json_select
from httpdesk.render.json_select import select, selector_of, taken_values
from httpdesk.render.json_tree import json_path

BODY = MemoryBody(
    rb"""{"data": [{"token": "a\u00e9\n", "n": 1.10}, {"it's \"x\"": 12345678901234567890}],
    "twice": 1, "twice": 2, "null": null, "two words": {"a": [1, 2 ]}}"""
)


@pytest.mark.parametrize(
    ("selector", "value"),
    [
        ("res.body.data[0].token", "aé\n"),
        ("res.body.data[0].n", "1.10"),
        ("res.body.twice", "2"),
        ("res.body.null", "null"),
        ("res.body['two words'].a", "[1, 2 ]"),
        ('res.body["two words"]["a"][1]', "2"),
    ],
)
def test_a_selector_finds_a_value_as_received(selector: str, value: str) -> None:
    """Statement 52: a number keeps its digits."""
    assert select(BODY, selector) == value


def test_a_path_of_the_tree_is_a_selector() -> None:
    path = json_path([b'"data"', 1, rb'"it\u0027s \"x\""'])
    assert select(BODY, selector_of(path)) == "12345678901234567890"


@pytest.mark.parametrize(
    "selector",
    [
        *("res.body.none", "res.body.data[2]", "res.body.data.token", "res.body.twice[0]"),
        *("res.body data", "res.headers.etag", "res.body.data[x]", "res.body.data[0].n.x"),
    ],
)
def test_what_is_not_there_is_told(selector: str) -> None:
    """Statement 85."""
    action = SetVariable("name", selector)
    assert taken_values((action,), BODY) == ((), (action,))


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": '])
def test_a_body_that_is_no_json_has_nothing(body: bytes) -> None:
    action = SetVariable("name", "res.body.a")
    assert taken_values((action,), MemoryBody(body)) == ((), (action,))


def test_values_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_select, "LONGEST_VALUE", 10)
    assert select(BODY, "res.body.data[0].n") == "1.10"
    with pytest.raises(LookupError):
        select(BODY, "res.body.data")


def test_actions_that_are_off_take_nothing() -> None:
    assert taken_values((SetVariable("a", "res.body.twice", enabled=False),), BODY) == ((), ())
