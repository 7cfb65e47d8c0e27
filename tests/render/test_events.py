"""Server-sent events by the standard's rules, and lines of JSON, in pieces of every size."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from httpdesk.render.content_type import MediaType
from httpdesk.render.events import (
    EventParser,
    Message,
    MessageParser,
    RecordParser,
    data_of,
    parser_for,
)

STREAM = MediaType("text/event-stream")
LINES = MediaType("application/x-ndjson")


def events(body: bytes) -> list[tuple[str, str, str]]:
    """Return (type, id, data) of the events that a browser would dispatch."""
    return [
        (found.event or "message", found.id, data_of(body[found.start : found.end], STREAM))
        for found in parsed(EventParser(), body)
        if found.whole
    ]


def parsed(
    parser: MessageParser, body: bytes, sizes: tuple[int, ...] = (1 << 20,)
) -> list[Message]:
    found: list[Message] = []
    at = 0
    while at < len(body):
        size = sizes[len(found) % len(sizes)]
        found += parser.feed(body[at : at + size])
        at += size
    return found + parser.finish()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # The examples of the standard, section 9.2.6.
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", [("message", "", "YHOO\n+2\n10")]),
        (
            b": t\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            [
                ("message", "1", "first event"),
                ("message", "", "second event"),
                ("message", "", " third event"),
            ],
        ),
        (b"data\n\ndata\ndata\n\ndata:", [("message", "", ""), ("message", "", "\n")]),
        (b"data:test\n\ndata: test\n\n", [("message", "", "test"), ("message", "", "test")]),
        # Line ends, the BOM, fields.
        (b"data: a\r\rdata: b\r\n\r\ndata: c\n\n", [("message", "", x) for x in "abc"]),
        (b"data: a\r\ndata: b\r\n\r\n", [("message", "", "a\nb")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("message", "", "a")]),
        (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("message", "", "b")]),
        (b"event: add\ndata: 1\n\ndata: 2\n\n", [("add", "", "1"), ("message", "", "2")]),
        (b"event: add\n\ndata: 2\n\n", [("message", "", "2")]),
        (b"id: 7\n\ndata: x\n\n", [("message", "7", "x")]),
        (b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", [("message", "1", "a"), ("message", "1", "b")]),
        (b"Data: no\nxdata: no\n data: no\ndata: yes\n\n", [("message", "", "yes")]),
        (b"data: \xff\n\n", [("message", "", "\ufffd")]),
        (b"data: a:b\n\n", [("message", "", "a:b")]),
        (b"", []),
        (b"\n\n\n", []),
        (b"data: never ended", []),
    ],
)
def test_the_rules_of_the_standard(body: bytes, expected: list[tuple[str, str, str]]) -> None:
    assert events(body) == expected


@pytest.mark.parametrize(
    ("value", "retry"),
    [(b"3000", 3000), (b"3s", None), (b"-1", None), (b"", None), (b"9" * 99, None)],
)
def test_only_digits_set_the_time_to_reconnect(value: bytes, retry: int | None) -> None:
    (found,) = parsed(EventParser(), b"retry: " + value + b"\ndata: x\n\n")
    assert found.retry == retry


def test_what_the_end_cuts_off_is_told_apart() -> None:
    whole, cut = parsed(EventParser(), b"data: a\n\nevent: b\ndata: {")
    assert (whole.whole, cut.whole) == (True, False)
    assert (cut.event, cut.shown) == ("b", "{")


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", ["events", "lines", "sequence"])
def test_the_size_of_the_pieces_changes_nothing(seed: int, kind: str) -> None:
    source = random.Random(seed)
    pieces: dict[str, list[bytes]] = {
        "events": [
            b"data: x",
            b"data",
            b"id: 1",
            b"event: e",
            b":c",
            b"\r",
            b"\n",
            b"\r\n",
            b"\xef\xbb\xbf",
            b"\xe2\x82\xac",
        ],
        "lines": [b'{"a":1}', b"\n", b"\r\n", b" ", b"12", b"\xe2\x82\xac"],
        "sequence": [b"\x1e", b"{}\n", b"\n", b"12"],
    }
    makers: dict[str, Callable[[], MessageParser]] = {
        "events": EventParser,
        "lines": lambda: RecordParser(b"\n"),
        "sequence": lambda: RecordParser(b"\x1e"),
    }
    body = b"".join(source.choices(pieces[kind], k=60))
    expected = parsed(makers[kind](), body)
    one_by_one: list[Message] = []
    parser = makers[kind]()
    for at in range(len(body)):
        one_by_one += parser.feed(body[at : at + 1])
    assert one_by_one + parser.finish() == expected
    assert all(0 <= found.start <= found.end <= len(body) for found in expected)


def test_lines_of_json_are_records() -> None:
    body = b'{"n":1}\n\n  \r\n{"n":2}\r\n{"n":3}'
    found = parsed(RecordParser(b"\n"), body)
    values = [json.loads(data_of(body[each.start : each.end], LINES))["n"] for each in found]
    assert values == [1, 2, 3]
    assert [each.shown for each in found] == ['{"n":1}', '{"n":2}', '{"n":3}']


def test_a_record_separator_begins_a_json_text() -> None:
    """RFC 7464 section 2.2: RS, the text, LF."""
    body = b'\x1e{"n":1}\n\x1e{"n":\n2}\n'
    media = MediaType("application/json-seq")
    parser = parser_for(media)
    assert parser is not None
    values = [
        json.loads(data_of(body[each.start : each.end], media)) for each in parsed(parser, body)
    ]
    assert values == [{"n": 1}, {"n": 2}]


def test_a_large_message_is_kept_by_its_beginning_only() -> None:
    body = b"data: " + b"x" * 5_000_000 + b"\n\n"
    (found,) = parsed(EventParser(), body, (65_536,))
    assert len(found.shown) == 500
    assert len(data_of(body[found.start : found.end], STREAM)) == 5_000_000


@pytest.mark.parametrize("end", [b"", b"\n\n"])
def test_a_line_that_never_ends_takes_linear_time(end: bytes) -> None:
    """50 MB in small pieces: searching each time from the start would take minutes."""
    parser = EventParser()
    piece = b"x" * 16_384
    parser.feed(b"data: ")
    for _ in range(3_000):
        assert parser.feed(piece) == []
    assert len(parser.feed(end) + parser.finish()) == 1


def test_other_bodies_are_no_streams() -> None:
    assert parser_for(MediaType("application/json")) is None
    assert parser_for(MediaType()) is None
