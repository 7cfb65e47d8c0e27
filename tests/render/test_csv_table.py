"""Comma-separated values as records, read where they are looked at."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.render import csv_table
from httpdesk.render.csv_table import CsvTable, is_table, sniffed_delimiter
from httpdesk.render.rows import Stopped
from tests.render.test_transcode import spooled


def table_of(text: str, essence: str = "text/csv") -> CsvTable:
    """Return a table whose records are all known."""
    table = CsvTable(spooled(text.encode()), essence)
    table.index()
    assert table.complete
    return table


def test_fields_keep_quotes_delimiters_and_line_ends() -> None:
    table = table_of('\ufeffa,b\r\n"1, ""one""","two\r\nlines"\r\n,\r\nlast,é')
    assert (table.count, table.columns) == (4, 2)
    assert table.records(0, 10) == (
        ("a", "b"),
        ('1, "one"', "two\r\nlines"),
        ("", ""),
        ("last", "é"),
    )


def test_any_record_of_many_is_read_by_itself() -> None:
    text = "".join(f'{number};"line\n{number}"\n' for number in range(100_000))
    table = table_of(text)
    assert table.count == 100_000
    assert table.records(99_998, 5) == (("99998", "line\n99998"), ("99999", "line\n99999"))
    assert table.records(255, 2) == (("255", "line\n255"), ("256", "line\n256"))
    assert table.records(100_000, 1) == ()


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
    assert table_of("a,b\tc,d\n", "text/tab-separated-values").records(0, 1) == (("a,b", "c,d"),)
    assert is_table("text/csv")
    assert not is_table("text/plain")


@given(st.lists(st.lists(st.text(max_size=9), min_size=1, max_size=4), min_size=1, max_size=9))
def test_it_reads_what_the_csv_module_reads(records: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(records)
    body = spooled(out.getvalue().encode("utf-8", "replace"))
    table = CsvTable(body)
    table.index()
    text = out.getvalue().encode("utf-8", "replace").decode()
    read = [
        tuple(each) for each in csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter)
    ]
    assert list(table.records(0, 100)) == read


@pytest.mark.parametrize("chunk", [1, 2, 5])
def test_where_a_piece_ends_changes_nothing(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    text = 'a,"b\r\n""c"""\r\nd"x,e\r\nf\rg,h\n' * 3
    whole = table_of(text)
    monkeypatch.setattr(csv_table, "_CHUNK", chunk)
    pieces = table_of(text)
    assert (pieces.count, pieces.records(0, 99)) == (whole.count, whole.records(0, 99))
    assert whole.count == len(whole.records(0, 99)) == 12


def test_a_growing_body_brings_more_records() -> None:
    body = BodySpool()
    body.write(b'a,b\n1,"x')
    table = CsvTable(body, growing=True)
    table.index()
    assert (table.count, table.complete) == (1, False)
    body.write(b'\ny"\n2,z')
    table.index()
    assert table.count == 2
    table.finish()
    table.index()
    assert (table.count, table.complete) == (3, True)
    assert table.records(1, 2) == (("1", "x\ny"), ("2", "z"))


def test_a_quote_without_end_does_not_take_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "LONGEST_FIELD", 1000)
    table = CsvTable(spooled(b'a,b\n1,"' + b"x\n" * 1_000_000), "text/csv", growing=True)
    table.index()
    assert (table.count, table.broken) == (1, True)


def test_a_body_that_is_given_back_stops_the_work() -> None:
    body = spooled(b"a,b\n")
    table = CsvTable(body)
    table.index()
    body.close()
    with pytest.raises(Stopped):
        table.records(0, 1)
