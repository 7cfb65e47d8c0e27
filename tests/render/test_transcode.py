"""Text in any charset to UTF-8 in chunks."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.render.decode import Charset, CharsetSource, charset_of, decode, find_codec
from httpdesk.render.rows import Stopped
from httpdesk.render.transcode import CHUNK, Transcoder, transcode

WIDE = "Zażółć 漢字 \N{GRINNING FACE}\r\n"


def spooled(data: bytes) -> BodySpool:
    """Return a body that has arrived."""
    body = BodySpool()
    body.write(data)
    return body


def read_as(data: bytes, charset: Charset) -> tuple[str, int]:
    """Return the text that a transcoded body holds, and its faults."""
    pieces: list[bytes] = []
    invalid = transcode(spooled(data), charset, pieces.append)
    return b"".join(pieces).decode(), invalid


@pytest.mark.parametrize("name", ["utf-16", "utf-16-be", "utf-32", "gb18030", "utf-7", "utf-8"])
def test_long_texts_come_out_whole(name: str) -> None:
    """Statement 53: chunks end in the middle of characters."""
    text = WIDE * (CHUNK // 8)
    data = text.encode(name)
    assert len(data) > 2 * CHUNK
    assert read_as(data, charset_of(data, name)) == (text, 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shift_jis", "日本語テキスト"),
        ("iso-2022-jp", "日本語テキスト"),
        ("koi8-r", "Привет"),
        ("windows-1253", "Καλημέρα"),
        ("ibm037", "EBCDIC"),
        ("big5", "中文"),
        ("euc-kr", "한국어"),
    ],
)
def test_a_picked_charset_reads_the_same_bytes_anew(name: str, text: str) -> None:
    """Statement 53: re-decoded without resending."""
    data = text.encode(name)
    charset = charset_of(data, "utf-8", chosen=name)
    assert charset.source is CharsetSource.CHOSEN
    assert read_as(data, charset) == (text, 0)


def test_the_mark_is_left_out() -> None:
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        data = mark + "é".encode(name)
        assert read_as(data, charset_of(data)) == ("é", 0)
    marked = "\ufeffé".encode("utf-16-le")
    assert read_as(marked, charset_of(marked, "utf-16")) == ("é", 0)


def test_invalid_places_are_counted_and_shown() -> None:
    cut = "añ".encode("utf-16-le")[:-1]
    assert read_as(cut, charset_of(cut, "utf-16-le")) == ("a\ufffd", 1)
    sent = "a\ufffdb".encode()
    assert read_as(sent, charset_of(sent)) == ("a\ufffdb", 0)
    half_a_pair = b"+2AA-"
    assert read_as(half_a_pair, charset_of(half_a_pair, "utf-7"))[0] in ("?", "\ufffd")


def test_a_body_that_grows_is_read_on() -> None:
    """Half a character waits for its other half; at the end it is a fault."""
    data = "日本".encode("shift_jis")
    body, pieces = spooled(data[:3]), list[bytes]()
    reading = Transcoder(charset_of(data, "shift_jis"))
    reading.feed(body, pieces.append, final=False)
    assert b"".join(pieces).decode() == "日"
    body.write(data[3:])
    reading.feed(body, pieces.append)
    assert b"".join(pieces).decode() == "日本"
    assert (reading.invalid, reading.read) == (0, len(data))


def test_a_body_that_is_given_back_stops_the_work() -> None:
    body = spooled(b"abc")
    body.close()
    with pytest.raises(Stopped):
        transcode(body, charset_of(b"abc", "utf-16"), lambda piece: None)


def test_the_worker_may_stop_it() -> None:
    def stop() -> None:
        raise Stopped

    written: list[bytes] = []
    with pytest.raises(Stopped):
        transcode(spooled(b"a" * 3 * CHUNK), charset_of(b"a"), written.append, stop)
    assert len(written) == 1


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16", "shift_jis", "hz", "cp1251"]))
def test_it_reads_what_decode_reads(data: bytes, name: str) -> None:
    charset = charset_of(data, name)
    assert read_as(data, charset)[0] == decode(data, name).text


def test_only_utf8_needs_no_other_reading() -> None:
    assert charset_of(b"abc").is_utf8
    assert charset_of(b"abc", "us-ascii").is_utf8
    assert not charset_of(b"abc", "iso-8859-1").is_utf8
    assert find_codec("klingon") is None
