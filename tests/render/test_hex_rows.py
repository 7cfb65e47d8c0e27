"""Bytes as rows of hexadecimal, whatever their number."""

from __future__ import annotations

import pytest

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.render.hex_rows import HexRows, find_bytes, hex_needle, parse_offset
from httpdesk.render.rows import Match, Place, Stopped, no_pause
from tests.render.test_transcode import spooled

GIGABYTE = 1_000_000_000


class Endless:
    """A body of a gigabyte that is made while it is read."""

    size = GIGABYTE
    read = 0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return zeros, and count them."""
        self.read += length
        return bytes(max(0, min(length, self.size - offset)))

    def close(self) -> None:
        """There is nothing to give back."""


def test_a_row_shows_offset_bytes_and_letters() -> None:
    """Statement 54."""
    rows = HexRows(spooled(bytes(range(0x30, 0x50)) + b"end"))
    assert (rows.count, rows.complete, rows.indexed) == (3, True, 35)
    first, last = rows.rows(0, 1)[0], rows.rows(2, 10)[0]
    assert first.text == "00000000  " + bytes(range(0x30, 0x40)).hex(" ") + "  0123456789:;<=>?"
    assert last.text.split() == ["00000020", "65", "6e", "64", "end"]
    assert (last.line, last.offset) == (3, 32)


def test_a_gigabyte_costs_what_is_on_screen() -> None:
    body = Endless()
    rows = HexRows(body)
    assert rows.count == GIGABYTE // 16
    assert rows.rows(rows.count - 1, 50)[0].text.startswith("3b9ac9f0  00 00")
    assert body.read <= 50 * 16


def test_a_growing_body_has_more_rows() -> None:
    body = BodySpool()
    rows = HexRows(body, growing=True)
    assert (rows.count, rows.complete) == (0, False)
    body.write(b"x" * 17)
    rows.index(no_pause)
    rows.finish()
    assert (rows.count, rows.complete) == (2, True)


def test_a_match_covers_the_digits_of_its_bytes() -> None:
    rows = HexRows(spooled(bytes(64)))
    ((start, end),) = rows.places((Match(15, 17), Match(60, 70)))
    assert (start, end) == (Place(0, 10 + 45), Place(1, 12))
    row = HexRows(spooled(b"A" * 16)).rows(0, 1)[0].text
    assert row[start.column : start.column + 2] == "41"


def test_text_is_copied_as_it_reads() -> None:
    rows = HexRows(spooled(b"ab" * 16))
    whole = rows.text(Place(0, 0), Place(1, 999), 10_000, no_pause)
    assert whole.splitlines() == [row.text for row in rows.rows(0, 2)]
    assert rows.text(Place(0, 10), Place(0, 15), 100, no_pause) == "61 62"
    assert rows.text(Place(0, 58), Place(1, 8), 100, no_pause) == " abababababababab\n00000010"
    assert rows.text(Place(0, 0), Place(1, 0), 8, no_pause) == "00000000"


def test_bytes_are_found_across_pieces() -> None:
    body = spooled(bytes(256 * 1024 - 1) + b"\r\n\r\n" + bytes(10) + b"\r\n")
    at = 256 * 1024 - 1
    found = list(find_bytes(body, b"\r\n", no_pause))
    assert found == [Match(at, at + 2), Match(at + 2, at + 4), Match(at + 14, at + 16)]
    assert list(find_bytes(spooled(b"aaaaa"), b"aa", no_pause)) == [Match(0, 2), Match(2, 4)]
    assert not list(find_bytes(spooled(b"a"), b"", no_pause))
    assert not list(find_bytes(body, b"absent", no_pause))


def test_a_body_that_is_given_back_stops_reading() -> None:
    body = spooled(b"abc")
    rows = HexRows(body)
    body.close()
    with pytest.raises(Stopped):
        rows.rows(0, 1)
    with pytest.raises(Stopped):
        list(find_bytes(body, b"a", no_pause))


@pytest.mark.parametrize(
    ("text", "needle"),
    [
        ("0d0a", b"\r\n"),
        ("0D 0A", b"\r\n"),
        ("0x0d0a", b"\r\n"),
        ("de:ad-be,ef", b"\xde\xad\xbe\xef"),
        ("0d0", None),
        ("hello", None),
        ("", None),
    ],
)
def test_bytes_can_be_typed(text: str, needle: bytes | None) -> None:
    assert hex_needle(text) == needle


@pytest.mark.parametrize(
    ("text", "offset"),
    [("4096", 4096), ("0x1000", 4096), ("1000h", 4096), ("1_000", 1000), ("ff", None), ("", None)],
)
def test_offsets_can_be_typed(text: str, offset: int | None) -> None:
    assert parse_offset(text) == offset
