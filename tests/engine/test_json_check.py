"""Where a JSON body is not JSON, the same in every Python."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.engine.json_check import JsonFault, JsonProblem, json_problem

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("text", "line", "column", "fault"),
    [
        ("", 1, 1, JsonFault.EMPTY),
        (" \n", 1, 1, JsonFault.EMPTY),
        ("{", 1, 2, JsonFault.NAME_EXPECTED),
        ('{"a":}', 1, 6, JsonFault.VALUE_EXPECTED),
        ('{"a" 1}', 1, 6, JsonFault.COLON_EXPECTED),
        ("[1 2]", 1, 4, JsonFault.COMMA_EXPECTED),
        ('{\n  "a": 1,\n  "b": tru\n}', 3, 8, JsonFault.VALUE_EXPECTED),
        ("[1,\n 2,\n]", 2, 3, JsonFault.TRAILING_COMMA),
        ('{"a": 1, }', 1, 8, JsonFault.TRAILING_COMMA),
        ("['a']", 1, 2, JsonFault.VALUE_EXPECTED),
        ('["a]', 1, 2, JsonFault.UNTERMINATED_STRING),
        (r'["\x"]', 1, 3, JsonFault.BAD_ESCAPE),
        (r'["\u12"]', 1, 4, JsonFault.BAD_ESCAPE),
        ('["a\tb"]', 1, 4, JsonFault.CONTROL_CHARACTER),
        ("{} {}", 1, 4, JsonFault.EXTRA_TEXT),
        ('["NaN",\n NaN]', 2, 2, JsonFault.NOT_A_JSON_NUMBER),
        ("-Infinity", 1, 1, JsonFault.NOT_A_JSON_NUMBER),
    ],
)
def test_line_and_column_of_the_first_fault(
    text: str, line: int, column: int, fault: JsonFault
) -> None:
    """Statement 41: line and column are shown."""
    assert json_problem(text) == JsonProblem(line, column, fault)


@pytest.mark.parametrize(
    "text",
    [
        "{{whole}}",
        '{"a": {{number}}, "{{key}}": "{{text}}"}',
        "[{{a}}, {{b}}{{c}}, -{{d}}, {{e}}.5]",
        "{ {{members}} }",
        "[1 {{rest}}]",
        '{"a": 1 {{more}} }',
        r'{"a": "\{{literal}}"}',
        '{"{{ a "quoted" name }}": 1}',
    ],
)
def test_variables_may_stand_anywhere(text: str) -> None:
    """Statements 41 and 82: what a variable brings is not judged."""
    assert json_problem(text) is None


def test_a_fault_beside_a_variable_keeps_its_column() -> None:
    assert json_problem('{"a": {{n}}\n "b": 1}') == (2, 2, JsonFault.COMMA_EXPECTED)
    assert json_problem('{"a": {{long name}} ]') == (1, 21, JsonFault.COMMA_EXPECTED)


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_sound_json_passes(value: Any, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    if "{{" not in text:
        assert json_problem(text) is None


@pytest.mark.parametrize(
    "text", ["[" * 100_000 + "]" * 100_000, "1" * 10_000, "1e400", '{"a":1,"a":2}']
)
def test_odd_but_sound_json_passes(text: str) -> None:
    """security.md 6: depth, long numbers, overflow and repeated names are no faults."""
    assert json_problem(text) is None
