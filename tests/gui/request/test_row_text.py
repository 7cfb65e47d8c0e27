"""Pasted rows, Bulk edit, the query of a typed URL, and timeouts as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.engine.url import join_query
from httpdesk.gui.options.durations import format_seconds, parse_duration
from httpdesk.gui.request.url_query import move_query
from httpdesk.gui.tables.row_text import (
    TextRow,
    changed_lines,
    format_rows,
    parse_lines,
    parse_pasted,
)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Accept: text/html", [("Accept", "text/html")]),
        ("a=1\nb = 2\r\n\r\nc:3", [("a", "1"), ("b ", "2"), ("c", "3")]),
        ("X-Time: 12:30", [("X-Time", "12:30")]),
        ("time=12:30", [("time", "12:30")]),
        ("Cookie: a=1; b=2\nX: y", [("Cookie", "a=1; b=2"), ("X", "y")]),
        ("a:  two blanks ", [("a", " two blanks ")]),
    ],
)
def test_lines_become_rows(text: str, rows: list[tuple[str, str]]) -> None:
    """`key: value` and `key=value`, split at the first mark, nothing trimmed from the value."""
    assert [(row.name, row.value) for row in parse_pasted(text, query=False)] == rows


@pytest.mark.parametrize(
    "text",
    [
        "https://api.example.com/v1?a=1",
        "12:30",
        "dGVzdA==",
        "Bearer eyJhbGciOi.x=y",
        "plain words",
        "one\ntwo: three",
        "{{base}}:8080",
        "",
    ],
)
def test_plain_values_are_not_rows(text: str) -> None:
    """Pasting a value that happens to hold a colon or `=` pastes the value."""
    assert parse_pasted(text, query=False) == ()


def test_a_pasted_query_is_decoded_as_one() -> None:
    """`k=v&k=v` fills rows with what a server would read (statement 4, the other way round)."""
    wanted = (TextRow("a", "x y"), TextRow("b", "&é"), TextRow("c", ""))
    assert parse_pasted("?a=x+y&b=%26%C3%A9&c", query=True) == wanted
    assert parse_pasted("a=x+y&b=%26%C3%A9&c=", query=True) == wanted
    assert parse_pasted("a=1&b=2", query=False) == (TextRow("a", "1&b=2"),)


names = st.text(st.characters(exclude_characters="\r\n:="), min_size=1).filter(
    lambda text: text.strip() and not text.startswith("//")
)
values = st.text(st.characters(exclude_characters="\r\n"))


@given(st.lists(st.builds(TextRow, names, values, st.booleans())))
def test_bulk_edit_shows_the_same_as_text(rows: list[TextRow]) -> None:
    """Going to text and back changes nothing: order, repeats, blanks, disabled rows."""
    text = format_rows(rows)
    assert text is not None
    assert parse_lines(text) == tuple(rows)


@pytest.mark.parametrize("row", [("a", "x\ny"), ("a:b", "c"), ("a=b", "c"), ("//a", "b")])
def test_rows_that_no_line_can_hold_are_refused(row: tuple[str, str]) -> None:
    """Bulk edit is not offered where it would lose something."""
    assert format_rows([TextRow(*row)]) is None


def test_unchanged_lines_are_found_again() -> None:
    """Each old row is used once, in order."""
    a, b, c = TextRow("a", "1"), TextRow("b", "2"), TextRow("c", "3")
    assert changed_lines([a, b, a], [c, a, a, a, b]) == (None, 0, 2, None, 1)


@pytest.mark.parametrize(
    ("url", "moved", "rows"),
    [
        ("http://h/a?x=1&y=2#f", "http://h/a#f", [("x", "1"), ("y", "2")]),
        ("h/a?q=x+y%26%C3%A9", "h/a", [("q", "x y&é")]),
        ("http://h?t=a&t=b", "http://h", [("t", "a"), ("t", "b")]),
        ("http://h/?k=", "http://h/", [("k", "")]),
    ],
)
def test_query_moves_to_rows(url: str, moved: str, rows: list[tuple[str, str]]) -> None:
    """Statements 2 to 4: what rows can say exactly becomes rows."""
    found = move_query(url)
    assert found is not None
    assert found.url == moved
    assert [(row.name, row.value) for row in found.rows] == rows


@pytest.mark.parametrize(
    "query",
    ["d=%2b", "a", "a=b=c", "a=1&", "&a=1", "=x", "a=x%20y", "a={{b}}", "a=%7B%7Bb%7D%7D", "é=1"],
)
def test_query_stays_when_a_byte_would_change(query: str) -> None:
    """Statement 5: exactly as typed."""
    assert move_query(f"http://h/a?{query}") is None
    assert move_query("http://h/a?") is None
    assert move_query("http://h/a") is None


@given(st.text(st.characters(exclude_characters="#")))
def test_moving_never_changes_the_wire(query: str) -> None:
    """Statement 5, for any text at all."""
    found = move_query(f"http://h/a?{query}")
    if found is not None:
        assert join_query(None, ((row.name, row.value) for row in found.rows)) == query


@pytest.mark.parametrize(
    ("text", "milliseconds", "shown"),
    [
        ("30", 30_000, "30"),
        ("30 s", 30_000, "30"),
        ("500 ms", 500, "0.5"),
        ("1.5s", 1500, "1.5"),
        ("1,25 S", 1250, "1.25"),
        ("2 min", 120_000, "120"),
        (" ", None, ""),
        ("0", None, ""),
    ],
)
def test_timeouts(text: str, milliseconds: int | None, shown: str) -> None:
    """Statement 67: blank and 0 mean no limit."""
    assert parse_duration(text) == milliseconds
    assert format_seconds(milliseconds) == shown


@pytest.mark.parametrize("text", ["soon", "-1", "1 h 2", "0.1 ms", "90000000", "1e3", "½"])
def test_what_is_no_timeout_is_refused(text: str) -> None:
    """No guess: the field says so instead."""
    with pytest.raises(ValueError):
        parse_duration(text)
