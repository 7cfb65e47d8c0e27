"""Bytes as lines that people read."""

from __future__ import annotations

from httpdesk.render.hexdump import hex_lines, sample_lines


def test_each_line_has_offset_bytes_and_letters() -> None:
    assert list(hex_lines(bytes(range(48, 66)), 16)) == [
        "00000010  30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?",
        "00000020  40 41                                            @A",
    ]
    assert list(hex_lines(b"")) == []


def test_text_is_shown_as_text_also_where_a_character_is_cut() -> None:
    assert sample_lines("one\r\ntwo \u00e9".encode()) == ["one", "two \u00e9"]
    assert sample_lines("two \u00e9".encode()[:-1]) == ["two "]


def test_what_is_no_text_is_a_dump() -> None:
    assert sample_lines(b"a\x00b") == [f"00000000  61 00 62{' ' * 39}  a.b"]
    assert sample_lines(b"\xff" * 8)[0].startswith("00000000  ff ff")
