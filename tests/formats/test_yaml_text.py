"""Writing text so that every reader of YAML gives it back."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from httpdesk.formats import yaml_text
from httpdesk.formats.yaml_tree import data_of, parse
from tests.helpers.requests import TELLING, texts


def kept(data: Any) -> Any:
    """Return plain data as a file can hold it."""
    if isinstance(data, dict):
        return {key: kept(value) for key, value in data.items()}
    if isinstance(data, list):
        return [kept(value) for value in data]
    return yaml_text.without_surrogates(data) if isinstance(data, str) else data


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_any_text_reads_back_equal(one: str, two: str) -> None:
    data = {"info": {"name": one}, "rows": [{"name": two, "value": one}, two], "last": two}
    for newline in ("\n", "\r\n"):
        text = yaml_text.document(data, newline)
        assert data_of(parse(text.encode()).root) == kept(data)
    flow = f"rows: {yaml_text.flow([one, {'k': two}])}\n"
    assert data_of(parse(flow.encode()).root) == {"rows": kept([one, {"k": two}])}


@settings(max_examples=150, deadline=None)
@given(texts)
def test_a_reader_of_yaml_1_1_takes_it_for_text_too(text: str) -> None:
    written = yaml_text.document({"a": text, "b": [text]})
    assert yaml.load(written, yaml.CSafeLoader) == kept({"a": text, "b": [text]})


@pytest.mark.parametrize("text", TELLING)
def test_what_could_be_taken_for_something_else_is_not_plain(text: str) -> None:
    assert yaml_text.scalar(text)[0] == '"'


@pytest.mark.parametrize(
    "text",
    [
        "GET /users?id=1",
        "http://127.0.0.1:8080/a?x=1&y=b+c#f",
        "application/json; q=0.9",
        "é",
        "x-y",
    ],
)
def test_plain_text_stays_plain(text: str) -> None:
    assert yaml_text.scalar(text) == text


def test_lines_are_a_block_that_a_diff_shows_line_by_line() -> None:
    assert yaml_text.document({"a": {"body": '{\n\t"x": 1\n}\n'}}) == (
        'a:\n  body: |\n    {\n    \t"x": 1\n    }\n'
    )
    assert yaml_text.block("a\n\nb", "  ") == " |-\n  a\n\n  b"


@pytest.mark.parametrize("text", [" a\nb", "\na", "a\n\n", "a\r\nb", "a\n  \nb", "a\u2028\nb"])
def test_lines_that_a_block_would_change_are_quoted(text: str) -> None:
    assert yaml_text.block(text, "  ").startswith(' "')


def test_text_that_would_deceive_the_eye_is_escaped() -> None:
    assert yaml_text.scalar("a\u202eb\u200f") == '"a\\u202eb\\u200f"'
