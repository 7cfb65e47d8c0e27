"""JSONPath and jq over a JSON body."""

from __future__ import annotations

import json

import pytest

from httpdesk.model.memory_body import MemoryBody
from httpdesk.render import json_filter
from httpdesk.render.json_filter import FilterFacts, FilterFault, apply

SHOP = rb"""{"items": [
  {"id": 1, "price": 1.10, "name": "caf\u00e9"},
  {"id": 20, "price": 1e400, "tag": null},
  {"id": 12345678901234567890123, "price": -0.0, "twice": 1, "twice": 2}
]}"""


def run(expression: str, body: bytes = SHOP, language: str = "jsonpath") -> tuple[FilterFacts, str]:
    """Return the facts and the result without its line ends."""
    facts, _, result = b"".join(apply(MemoryBody(body), language, expression)).partition(b"\n")
    return FilterFacts.from_line(facts), result.decode().replace("\n", "")


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("$.items[*].price", "[1.10,1e400,-0.0]"),
        ("$.items[?@.id > 10].id", "[20,12345678901234567890123]"),
        ("$.items[2]", '[{"id": 12345678901234567890123, "price": -0.0, "twice": 1, "twice": 2}]'),
        ("$.items[?@.name == 'café'].id", "[1]"),
        ("$.items[?match(@.name, 'caf.')].name", '["café"]'),
        ("$.items[?@.tag == null].tag", "[null]"),
        ("$.none", "[]"),
    ],
)
def test_json_path_finds_values_with_their_numbers_as_received(
    expression: str, result: str
) -> None:
    """Statement 52, and RFC 9535."""
    assert run(expression)[1] == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        (".items[].id", "[1,20,12345678901234567890123]"),
        (".items[0].price", "[1.10]"),
        (".items[] | select(.id == 20) | .tag", "[null]"),
        ("[.items[].id] | length", "[3]"),
        ("env, $ENV", "[{},{}]"),
        ("empty", "[]"),
    ],
)
def test_jq_finds_values_and_sees_nothing_of_the_computer(expression: str, result: str) -> None:
    assert run(expression, language="jq")[1] == result


@pytest.mark.parametrize(
    ("expression", "count", "total"),
    [
        ("$.items[?@.id > 10]", 2, 3),
        ("$.items[?@.id > 10].price", 2, 3),
        ("$.items[*]", 3, None),
        ("$..[?@.id]", 3, 13),
    ],
)
def test_a_filter_says_how_many_of_how_many(expression: str, count: int, total: int | None) -> None:
    facts, _ = run(expression)
    assert (facts.count, facts.total) == (count, total)


@pytest.mark.parametrize(
    ("language", "expression", "line", "column", "detail"),
    [
        ("jsonpath", "$.items[?@.id >", 1, 16, "unexpected end"),
        ("jsonpath", "items", 1, 1, "expected '$'"),
        ("jsonpath", "$.a[?sum(@)]", 1, 6, "'sum' is not defined"),
        ("jq", ".items | foo", 1, 10, "foo/0 is not defined"),
        ("jq", ".a\n  | $b", 2, 5, "$b is not defined"),
    ],
)
def test_a_wrong_expression_says_where(
    language: str, expression: str, line: int, column: int, detail: str
) -> None:
    facts, result = run(expression, language=language)
    assert (facts.fault, facts.line, facts.column) == ("expression", line, column)
    assert detail in facts.detail
    assert "TOKEN" not in facts.detail
    assert result == ""


@pytest.mark.parametrize("language", ["jsonpath", "jq"])
def test_lines_of_json_are_filtered_too(language: str) -> None:
    """JSONPath sees an array of the lines, jq one line after the other."""
    expression = "$[?@.a > 1].a" if language == "jsonpath" else "select(.a > 1) | .a"
    assert run(expression, b'{"a": 1}\n{"a": 2.50}\n\n{"a": 3}\n', language)[1] == "[2.50,3]"


@pytest.mark.parametrize(
    ("body", "language", "expression", "fault"),
    [
        (b'{"a": ', "jsonpath", "$.a", FilterFault.BODY),
        (b'{"a": ', "jq", ".a", FilterFault.BODY),
        (SHOP, "jq", ".items.x", FilterFault.RUN),
        (b"[" * 5000 + b"]" * 5000, "jsonpath", "$", FilterFault.TOO_DEEP),
    ],
)
def test_what_cannot_be_filtered_is_told(
    body: bytes, language: str, expression: str, fault: FilterFault
) -> None:
    assert run(expression, body, language)[0].fault == fault.value


def test_a_result_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_filter, "MOST_RESULTS", 5)
    facts, result = run("$[*]", json.dumps(list(range(9))).encode())
    assert (facts.count, facts.cut, result) == (5, True, "[0,1,2,3,4]")
    monkeypatch.setattr(json_filter, "LARGEST_RESULT", 100)
    assert run("repeat(1)", b"1", "jq")[0].cut
    monkeypatch.setattr(json_filter, "LARGEST_BODY", 10)
    assert run("$")[0].fault == "too-large"
