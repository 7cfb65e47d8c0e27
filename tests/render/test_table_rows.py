"""Rows of a table over the bytes of a JSON body."""

from __future__ import annotations

import csv
import io
import json

import pytest

from httpdesk.model.memory_body import MemoryBody
from httpdesk.render import table_rows
from httpdesk.render.rows import no_pause
from httpdesk.render.table_rows import (
    CsvText,
    JsonTableRows,
    csv_pieces,
    find_table,
    matching_rows,
    sorted_rows,
)


def table_of(body: object) -> JsonTableRows:
    """Return the table of a body with all of its rows."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    table = find_table(MemoryBody(text))
    assert table is not None
    while not table.complete:
        table.index(no_pause)
    return table


def texts(table: JsonTableRows) -> list[list[str | None]]:
    """Return what the cells say."""
    rows = table.rows(range(table.count))
    return [[cell.text if cell is not None else None for cell in row] for row in rows]


def test_cells_are_as_received_and_columns_are_all_keys_of_the_first_rows() -> None:
    """Statement 52: numbers keep their digits."""
    table = table_of(
        rb'[{"id": 1.10, "name": "a\tb"}, {"name": "", "big": 12345678901234567890123},'
        rb' {"id": 1e400, "x": {"y": [1, 2]}, "id": 2}]'
    )
    assert table.columns == ("id", "name", "big", "x")
    assert texts(table) == [
        ["1.10", "a\tb", None, None],
        [None, "", "12345678901234567890123", None],
        ["2", None, None, '{"y": [1, 2]}'],
    ]


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ({"items": [{"a": 1}], "meta": {"list": [{"b": 1}, {"b": 2}, {"b": 3}]}}, 3),
        ({"data": {"page": {"items": [{"a": 1}, {"a": 2}]}}}, 2),
        ([{"a": 1}, {"a": 2}, None], 3),
        (b'{"a": 1}\n{"a": 2}\n{"a": 3}\n', 3),
    ],
)
def test_the_largest_list_near_the_root_is_the_table(body: object, rows: int) -> None:
    assert table_of(body).count == rows


@pytest.mark.parametrize("body", [b"{}", b"[1, 2]", b"", b'{"a": {"b": {"c": {"d": [{}]}}}}', b"x"])
def test_other_bodies_have_no_table(body: bytes) -> None:
    assert find_table(MemoryBody(body)) is None


def test_rows_after_a_fault_are_left_out() -> None:
    table = table_of(b'[{"a": 1}, {"a": 2}, {"a": 3} {"a": 4}]')
    assert texts(table) == [["1"], ["2"], ["3"]]


def test_a_table_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_rows, "MOST_ROWS", 300)
    table = table_of([{"a": number} for number in range(1000)])
    assert (table.complete, table.cut, table.count) == (True, True, 400)


def test_numbers_are_ordered_by_value_and_kinds_apart() -> None:
    values = ["10", "9", "1e2", '"b"', '"A"', "null", "-1", "[1]", "12345678901234567890123"]
    rows = [f'{{"v": {value}}}' for value in values] + ['{"w": 1}']
    table = table_of(("[" + ",".join(rows) + "]").encode())
    order = sorted_rows(table, range(table.count), 0, descending=False)
    ordered = [cell.text if cell else None for (cell, _) in table.rows(order)]
    big = "12345678901234567890123"
    assert ordered == [None, "null", "-1", "9", "10", "1e2", big, "A", "b", "[1]"]
    assert sorted_rows(table, range(table.count), 0, descending=True)[-1] == len(values)


def test_rows_are_found_by_what_is_in_their_cells_not_by_keys() -> None:
    table = table_of(rb'[{"name": "Zoe"}, {"name": "caf\u00e9"}, {"name": "CAF\u00c9 name"}]')
    assert matching_rows(table, "Café", range(3)) == [1, 2]
    assert matching_rows(table, "name", range(3)) == [2]


def test_csv_is_read_back_as_it_was() -> None:
    """RFC 4180: line ends, commas and quotes are kept."""
    rows = [{"a": 'say "hi", you', "b": "two\r\nlines"}, {"a": "x", "b": -1.50}, {"b": None}]
    table = table_of(rows)
    data = b"".join(csv_pieces(table, range(table.count), CsvText())).decode()
    assert data.startswith('a,b\r\n"say ""hi"", you","two\r\nlines"\r\n')
    read = list(csv.reader(io.StringIO(data, newline="")))
    assert read == [["a", "b"], ['say "hi", you', "two\r\nlines"], ["x", "-1.5"], ["", "null"]]


def test_texts_that_a_spreadsheet_would_run_get_an_apostrophe() -> None:
    """security.md: a server must not run formulas in the user's spreadsheet; numbers stay."""
    values = ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\tx", "fine", -5]
    text = CsvText()
    table = table_of([{"=v": value} for value in values])
    data = b"".join(csv_pieces(table, range(table.count), text)).decode()
    assert data.split("\r\n")[:-1] == [
        *("'=v", "'=cmd|' /C calc'!A0", "'+1", "'-1+1", "'@SUM(A1)", "'\tx", "fine", "-5")
    ]
    assert text.guarded == 6
