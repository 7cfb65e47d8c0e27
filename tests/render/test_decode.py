"""Bytes to text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.render.decode import CharsetSource, decode, find_codec, shown_charset


def test_the_header_comes_first_then_the_mark_then_utf8() -> None:
    """Statement 51."""
    by_header = decode("é".encode("iso8859-1"), "ISO-8859-1")
    assert (by_header.text, by_header.charset) == ("é", "ISO-8859-1")
    assert by_header.source is CharsetSource.HEADER
    by_mark = decode(codecs.BOM_UTF16_LE + "é".encode("utf-16-le"))
    assert (by_mark.text, by_mark.charset, by_mark.source) == ("é", "UTF-16-LE", CharsetSource.BOM)
    assert decode("é".encode()).source is CharsetSource.DEFAULT
    assert decode(b"\xef\xbb\xbf{}", "utf-8").text == "{}"


def test_bytes_that_are_not_utf8_are_guessed() -> None:
    """Statement 53."""
    original = "Příliš žluťoučký kůň úpěl ďábelské ódy. " * 20
    guessed = decode(original.encode("cp1250"))
    assert guessed.source is CharsetSource.GUESS
    assert guessed.text == original


def test_bytes_that_nobody_knows_are_latin1() -> None:
    """Statement 53: else latin-1."""
    shown = decode(b"\x81\x8d\x8f\x90\x9d\x00\x01\x02\xff\xfe\xfd" * 3)
    assert shown.source in {CharsetSource.FALLBACK, CharsetSource.GUESS}
    assert len(shown.text) > 0


def test_json_is_never_guessed() -> None:
    """RFC 8259 section 8.1; the broken places are counted."""
    shown = decode(b'{"a":"\xe9"}', json=True)
    assert shown.text == '{"a":"\ufffd"}'
    assert (shown.charset, shown.invalid) == ("UTF-8", 1)


def test_a_replacement_character_of_the_server_is_no_fault() -> None:
    assert decode("a\ufffdb".encode(), "utf-8").invalid == 0


def test_a_charset_that_nobody_knows_is_named() -> None:
    shown = decode(b"abc", "klingon-8")
    assert (shown.text, shown.charset, shown.unknown) == ("abc", "UTF-8", "klingon-8")


def test_a_chosen_charset_wins_over_the_header() -> None:
    """Statement 53: picked by the user, decoded again without sending again."""
    shown = decode(b"\xe9", "utf-8", chosen="windows-1252")
    assert (shown.text, shown.charset) == ("é", "windows-1252")
    assert shown.source is CharsetSource.CHOSEN


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "shift_jis", "gb18030", ""])
def test_a_character_cut_at_the_end_of_a_part_is_no_fault(charset: str) -> None:
    data = "日本語".encode(charset or "utf-8")[:-1]
    part = decode(data, charset, whole=False)
    assert part.text == "日本"
    assert part.invalid == 0


@pytest.mark.parametrize(
    "name", ["hex", "rot13", "zlib", "idna", "punycode", "unicode_escape", "nonsense", "", "a\0b"]
)
def test_names_that_are_no_charsets_are_refused(name: str) -> None:
    assert find_codec(name) is None


def test_charsets_have_the_names_of_the_web() -> None:
    names = [shown_charset(find_codec(name) or "") for name in ("utf8", "latin1", "cp1251", "sjis")]
    assert names == ["UTF-8", "ISO-8859-1", "windows-1251", "SHIFT_JIS"]


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "utf-16", "ascii", "big5", "utf-7"]))
def test_any_bytes_become_text(data: bytes, charset: str) -> None:
    assert isinstance(decode(data, charset, whole=False, json=True).text, str)


@given(st.text())
def test_text_survives(text: str) -> None:
    shown = decode(text.encode("utf-8", "ignore"))
    assert shown.text == text.removeprefix("\ufeff").encode("utf-8", "ignore").decode()
