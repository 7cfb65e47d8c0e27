"""Comma-separated values as records, read where they are looked at."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.render import csv_table
from httpdesk.render.csv_rows import CsvRows, FormRows
from httpdesk.render.csv_table import CsvTable, is_table, sniffed_delimiter
from httpdesk.render.rows import Stopped
from httpdesk.render.table_rows import Cell, matching_rows, sorted_rows
from tests.render.test_transcode import spooled


def table_of(text: str, essence: str = "text/csv") -> CsvTable:
    """Return a table whose records are all known."""
    table = CsvTable(spooled(text.encode()), essence)
    known(table)
    return table


def known(table: CsvTable) -> CsvTable:
    """Index the table to its end."""
    while not table.complete:
        table.index()
    return table


def records(table: CsvTable, first: int, count: int) -> list[tuple[str, ...]]:
    """Return some records."""
    return [table.record(number) for number in range(first, min(first + count, table.count))]


def test_fields_keep_quotes_delimiters_and_line_ends() -> None:
    table = table_of('\ufeffa,b\r\n"1, ""one""","two\r\nlines"\r\n,\r\nlast,é')
    assert (table.count, table.width) == (4, 2)
    assert records(table, 0, 10) == [
        ("a", "b"),
        ('1, "one"', "two\r\nlines"),
        ("", ""),
        ("last", "é"),
    ]


def test_any_record_of_many_is_read_by_itself() -> None:
    text = "".join(f'{number};"line\n{number}"\n' for number in range(100_000))
    table = table_of(text)
    assert table.count == 100_000
    assert records(table, 99_998, 5) == [("99998", "line\n99998"), ("99999", "line\n99999")]
    assert records(table, 255, 2) == [("255", "line\n255"), ("256", "line\n256")]
    assert table.record(100_000) == ()


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb\n1,2,3\t4\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("alone\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert sniffed_delimiter(text) == delimiter


def test_a_media_type_names_its_delimiter() -> None:
    assert records(table_of("a,b\tc,d\n", "text/tab-separated-values"), 0, 1) == [("a,b", "c,d")]
    assert is_table("text/csv")
    assert not is_table("text/plain")


@given(st.lists(st.lists(st.text(max_size=9), min_size=1, max_size=4), min_size=1, max_size=9))
def test_it_reads_what_the_csv_module_reads(written: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(written)
    body = spooled(out.getvalue().encode("utf-8", "replace"))
    table = CsvTable(body)
    known(table)
    text = out.getvalue().encode("utf-8", "replace").decode()
    read = [
        tuple(each) for each in csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter)
    ]
    assert records(table, 0, 100) == read


@pytest.mark.parametrize("chunk", [1, 2, 5])
def test_where_a_piece_ends_changes_nothing(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    text = 'a,"b\r\n""c"""\r\nd"x,e\r\nf\rg,h\n' * 3
    whole = table_of(text)
    monkeypatch.setattr(csv_table, "_CHUNK", chunk)
    pieces = table_of(text)
    assert (pieces.count, records(pieces, 0, 99)) == (whole.count, records(whole, 0, 99))
    assert whole.count == len(records(whole, 0, 99)) == 12


def test_a_quote_without_end_does_not_take_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "LONGEST_FIELD", 1000)
    table = CsvTable(spooled(b'a,b\n1,"' + b"x\n" * 1_000_000), "text/csv")
    known(table)
    assert (table.count, table.broken) == (1, True)


def test_a_body_that_is_given_back_stops_the_work() -> None:
    body = spooled(b"a,b\n")
    table = CsvTable(body)
    table.index()
    body.close()
    with pytest.raises(Stopped):
        records(table, 0, 1)


def test_titles_are_guessed_and_can_be_told() -> None:
    body = spooled(b"name,size\na,10\nb,9\nc\n")
    titled = CsvRows(body)
    assert (titled.columns, titled.count) == (("name", "size"), 3)
    plain = CsvRows(body, titled=False)
    assert (plain.columns, plain.count) == (("1", "2"), 4)
    assert not CsvRows(spooled(b"1,2\n3,4\n")).titled


def test_rows_are_sorted_by_value_and_searched() -> None:
    rows = CsvRows(spooled(b"name,size\nB,10\na,9\nc\n"))
    assert sorted_rows(rows, range(3), 1, False) == [2, 1, 0]
    assert sorted_rows(rows, range(3), 0, False) == [1, 0, 2]
    assert matching_rows(rows, "b", range(3)) == [0]
    assert rows.rows([2]) == [(Cell("c"), None)]
    assert rows.json(0) == '{"name": "B", "size": "10"}'


def test_a_form_is_a_table_of_two_columns() -> None:
    rows = FormRows(spooled(b"a=1&b=x+y"), ("Name", "Value"))
    assert (rows.count, rows.complete, rows.cut) == (2, True, False)
    assert rows.rows([1])[0][1] == Cell("x y")
