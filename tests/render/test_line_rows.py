"""Rows that are the lines of a body, against lines that were split in one go."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from httpdesk.render import line_rows
from httpdesk.render.line_rows import LineRows
from httpdesk.render.rows import LONGEST_ROW, Match, Place, Row, Stopped, no_pause
from tests.helpers.bodies import BytesBody

MEGABYTE = 1_000_000


def rows_of(data: bytes) -> LineRows:
    rows = LineRows(BytesBody(data))
    rows.index(no_pause)
    assert rows.complete
    assert rows.indexed == len(data)
    return rows


def all_rows(rows: LineRows) -> tuple[Row, ...]:
    found = rows.rows(0, rows.count + 1)
    assert len(found) == rows.count
    return found


def texts(rows: LineRows) -> list[str]:
    return [row.text for row in all_rows(rows)]


def lines_of(data: bytes) -> list[bytes]:
    lines = re.split(rb"\r\n|\r|\n", data)
    return lines if lines[-1] else lines[:-1]


def joined(rows: LineRows) -> list[str]:
    """Return the lines, rows of one line joined."""
    lines: list[str] = []
    for row in all_rows(rows):
        if row.continued:
            lines[-1] += row.text
        else:
            lines.append(row.text)
        assert row.line == len(lines)
    return lines


PIECES = st.sampled_from(
    [b"a", b"\n", b"\r", b"\r\n", "äöü€😀".encode(), b"x" * 8191, b"y" * 8193, b"\n" * 900, b"\xff"]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES, max_size=40).map(b"".join))
@example(b"x" * 8192 * 8 + b"\n" + b"y")
@example(b"x" * (8192 * 8 - 1) + b"\r\ny")
@example(b"x" * (8192 * 8 + 1) + b"\r")
@example(b"x" * 8000 + b"\n" * 60_000)
@example(b"x" * 20_000 + b"\n" * 60_000)
@example("€".encode() * 50_000)
def test_every_line_is_there_whatever_ends_it(data: bytes) -> None:
    rows = rows_of(data)
    expected = [line.decode("utf-8", "surrogateescape") for line in lines_of(data)]
    bare = [re.sub("[\udc80-\udcff]", "\ufffd", line) for line in expected]
    assert joined(rows) == bare
    for row, following in pairwise(all_rows(rows)):
        assert row.offset < following.offset


def test_an_empty_body_has_no_rows_and_the_last_line_may_lack_its_end() -> None:
    assert texts(rows_of(b"")) == []
    assert texts(rows_of(b"a\n\nb")) == ["a", "", "b"]
    assert texts(rows_of(b"a\r\nb\rc\n")) == ["a", "b", "c"]


def test_a_long_line_goes_on_in_rows_that_end_between_characters() -> None:
    rows = rows_of(("a" + "€" * 10_000 + "\nend").encode())
    found = all_rows(rows)
    assert "".join(row.text for row in found[:-1]) == "a" + "€" * 10_000
    assert [row.continued for row in found] == [False, True, True, True, False]
    assert all(len(row.text.encode()) <= LONGEST_ROW for row in found)
    assert [row.line for row in found] == [1, 1, 1, 1, 2]


def test_what_is_not_seen_is_made_visible() -> None:
    """Statement 53; security.md R7."""
    shown = texts(rows_of("a\0b\x1b[1m\x7f\x85\u202egnp\u200b\tc\u2028d".encode() + b"\xff\xc3"))
    assert shown == [
        "a␀b␛[1m␡\u2039U+0085\u203a\u2039U+202E\u203agnp\u2039U+200B\u203a\tc\u2039U+2028\u203ad��"
    ]


def test_a_byte_order_mark_is_no_text() -> None:
    rows = rows_of(b"\xef\xbb\xbfhello\n\xef\xbb\xbf")
    assert texts(rows) == ["hello", "\u2039U+FEFF\u203a"]
    assert rows.places((Match(3, 8),)) == ((Place(0, 0), Place(0, 5)),)


def test_rows_far_down_are_read_from_their_own_block_only() -> None:
    data = b"".join(b"line %d\n" % number for number in range(1, 300_001))
    body = BytesBody(data)
    rows = LineRows(body)
    rows.index(no_pause)
    body.longest_read = 0
    assert rows.count == 300_000
    assert [row.text for row in rows.rows(250_000, 2)] == ["line 250001", "line 250002"]
    assert body.longest_read < 70_000
    assert rows.row_of_line(123_456) == 123_455
    assert rows.row_of_line(999_999) == 299_999
    assert rows.row_of_line(0) == 0


def test_lines_are_found_behind_a_line_of_many_rows() -> None:
    rows = rows_of(b"x" * 200_000 + b"\nsecond\nthird")
    assert rows.rows(rows.row_of_line(2), 1)[0].text == "second"
    assert rows.row_of_line(1) == 0
    assert rows.rows(rows.row_of_line(9), 1)[0].text == "third"


def test_matches_have_places_in_the_text() -> None:
    data = "äö\0 needle\r\nneedle".encode() + b"\n" + b"x" * 10_000
    rows = rows_of(data)
    at = data.index(b"needle")
    second = data.index(b"needle", at + 1)
    line = data.index(b"xxx")
    assert rows.places(
        (
            Match(at, at + 6),
            Match(second - 2, second + 6),
            Match(second, second + 7),
            Match(line + 8186, line + 8196),
        )
    ) == (
        (Place(0, 4), Place(0, 10)),
        (Place(0, 10), Place(1, 6)),
        (Place(1, 0), Place(1, 6)),
        (Place(2, 8186), Place(3, 4)),
    )


def test_copied_text_reads_as_on_screen_and_keeps_long_lines_whole() -> None:
    rows = rows_of(b"one\n" + b"x" * 10_000 + b"\nthree\n")
    whole = rows.text(Place(0, 0), Place(rows.count - 1, 99), MEGABYTE, no_pause)
    assert whole == "one\n" + "x" * 10_000 + "\nthree"
    assert rows.text(Place(0, 1), Place(1, 2), MEGABYTE, no_pause) == "ne\nxx"
    assert rows.text(Place(0, 1), Place(0, 2), MEGABYTE, no_pause) == "n"
    assert rows.text(Place(0, 0), Place(3, 5), 5, no_pause) == "one\nx"


def test_rows_grow_with_the_body_and_its_last_line_changes() -> None:
    """Statement 59."""
    body = BytesBody()
    rows = LineRows(body, growing=True)
    seen = []
    for piece in (b"", b"fir", b"st\r", b"\nsec", b"ond\n", b"x" * 200_000, b"y\n", b"end"):
        body.data += piece
        rows.index(no_pause)
        assert not rows.complete
        assert rows.indexed == body.size
        seen.append([row.text[:6] for row in rows.rows(0, 3)])
        assert joined(rows) == [line.decode() for line in lines_of(body.data)]
    assert seen[:5] == [[], ["fir"], ["first"], ["first", "sec"], ["first", "second"]]
    rows.finish()
    rows.index(no_pause)
    assert rows.complete
    assert joined(rows)[-1] == "end"


def test_a_large_body_is_indexed_elsewhere_but_its_begin_and_end() -> None:
    body = BytesBody(b"".join(b"line %099d\n" % number for number in range(40_000)) + b"end")
    asked: list[Mapping[str, object]] = []

    def elsewhere(task: str, arguments: Mapping[str, object]) -> Iterator[bytes]:
        assert task == "line_rows:index_lines"
        asked.append(arguments)
        yield from line_rows.index_lines(body, **arguments)  # type: ignore[arg-type]

    rows = LineRows(body)
    rows.index(no_pause, elsewhere)
    assert len(asked) == 1
    assert rows.complete
    assert rows.count == 40_001
    assert rows.rows(40_000, 9)[0].text == "end"
    assert joined(rows) == joined(rows_of(body.data))


def test_reading_stops_when_the_body_is_given_back() -> None:
    body = BytesBody(b"a\nb\n" * 50_000)
    rows = LineRows(body)
    rows.index(no_pause)
    body.close()
    with pytest.raises(Stopped):
        rows.rows(0, 1)
    with pytest.raises(Stopped):
        LineRows(body).index(no_pause)


def test_indexing_pauses_often_and_ends_when_the_pause_says_so() -> None:
    calls = 0

    def pause() -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise Stopped

    rows = LineRows(BytesBody(b"a line\n" * 200_000))
    with pytest.raises(Stopped):
        rows.index(pause)
    assert 0 < rows.count < 100_000
    rows.index(no_pause)
    assert rows.count == 200_000


def test_rows_are_read_on_one_thread_while_another_indexes() -> None:
    body = BytesBody(b"".join(b"line %d\n" % number for number in range(200_000)))
    rows = LineRows(body)
    worker = threading.Thread(target=rows.index, args=(no_pause,))
    worker.start()
    while rows.count < 200_000:
        known = rows.count
        if known:
            assert rows.rows(known - 1, 1)[0].text == f"line {known - 1}"
    worker.join()


def test_of_a_growing_body_each_call_indexes_a_piece() -> None:
    """Whoever receives the body needs the time more."""
    body = BytesBody(b"a line\n" * 600_000)
    rows = LineRows(body, growing=True)
    counts = [0]
    while counts[-1] < 600_000:
        rows.index(no_pause)
        assert rows.count > counts[-1]
        counts.append(rows.count)
    assert len(counts) > 3
    assert not rows.complete
    rows.finish()
    rows.index(no_pause)
    assert rows.complete
