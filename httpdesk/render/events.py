"""Streams of small messages, taken apart while they arrive: server-sent events, lines of JSON.

A parser is given the bytes as they come, in pieces of any size, and gives back the messages that
are whole. It keeps the place and the beginning of each, never the whole of a large one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from httpdesk.render.content_type import MediaType

SHOWN_DATA = 500
"""Characters of a message's data that are kept for its row."""

_EVENT_STREAM = frozenset({"text/event-stream"})
_JSON_LINES = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
)
_JSON_SEQUENCE = frozenset({"application/json-seq"})
_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SHOWN_BYTES = 4 * SHOWN_DATA
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Message:
    """One event or one line; the place of its bytes is what the whole text is read by."""

    start: int
    end: int
    shown: str = field(repr=False)
    """The beginning of its data, on one line."""
    event: str = ""
    """The type of a server-sent event; "" is `message`."""
    id: str = ""
    """The last event ID when it was dispatched."""
    retry: int | None = None
    """Milliseconds, when the event's lines set the time before a reconnect."""
    whole: bool = True
    """False for one that the end of the body cuts short."""


class MessageParser(Protocol):
    """Takes a body in order and gives the messages in it."""

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that end in `data`."""

    def finish(self) -> list[Message]:
        """Return what was begun when the body ends."""


def parser_for(media: MediaType) -> MessageParser | None:
    """Return a parser for a body of this media type, None when it is no stream of messages."""
    if media.essence in _EVENT_STREAM:
        return EventParser()
    if media.essence in _JSON_LINES:
        return RecordParser(b"\n")
    if media.essence in _JSON_SEQUENCE:
        return RecordParser(b"\x1e")
    return None


def is_event_stream(media: MediaType) -> bool:
    """Return whether the messages are server-sent events, which have types and IDs."""
    return media.essence in _EVENT_STREAM


def is_json_lines(media: MediaType) -> bool:
    """Return whether the messages are JSON texts, one after the other."""
    return media.essence in _JSON_LINES or media.essence in _JSON_SEQUENCE


def data_of(raw: bytes, media: MediaType) -> str:
    """Return the whole data of one message from its bytes."""
    if not is_event_stream(media):
        return raw.strip(b"\x1e\r\n").decode("utf-8", "replace")
    lines = (_field(line) for line in _LINE_END.split(raw.removeprefix(_BOM)))
    return b"\n".join(value for name, value in lines if name == b"data").decode("utf-8", "replace")


class EventParser:
    """Server-sent events by the rules of the HTML standard, section 9.2.6.

    A line ends with LF, CR or both; a BOM at the very start, comments and unknown fields are
    skipped; an event without data is none, and its ID counts for the ones that follow.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._searched = 0
        """Bytes of `_rest` that hold no line's end."""
        self._offset = 0
        """Where `_rest` stands in the body."""
        self._at_start = True
        self._last_id = ""
        self._event = ""
        self._start: int | None = None
        self._retry: int | None = None
        self._has_data = False
        self._shown = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Return the events that end in `data`."""
        self._rest += data
        if self._at_start and not self._pass_bom():
            return []
        found: list[Message] = []
        at = 0
        for line_end in _LINE_END.finditer(self._rest, self._searched):
            # A CR at the end of what has come may be the first half of a CRLF.
            if line_end.end() == len(self._rest) and line_end[0] == b"\r":
                break
            self._line(bytes(self._rest[at : line_end.start()]), at, line_end.end(), found)
            at = line_end.end()
        del self._rest[:at]
        self._offset += at
        self._searched = max(0, len(self._rest) - 1)
        return found

    def finish(self) -> list[Message]:
        """Return the event that no blank line ends; a browser would drop it."""
        found: list[Message] = []
        line = bytes(self._rest).rstrip(b"\r")
        end = self._offset + len(self._rest)
        if line:
            self._line(line, 0, len(self._rest), found)
        elif self._rest:
            self._line(b"", 0, len(self._rest), found)
        self._rest.clear()
        self._offset = end
        if self._has_data:
            found.append(self._message(end, whole=False))
            self._begin()
        return found

    def _pass_bom(self) -> bool:
        """Skip a BOM; False while too little has come to know whether there is one."""
        if len(self._rest) < len(_BOM) and _BOM.startswith(self._rest):
            return False
        self._at_start = False
        if self._rest.startswith(_BOM):
            del self._rest[: len(_BOM)]
            self._offset = len(_BOM)
        return True

    def _line(self, line: bytes, start: int, end: int, found: list[Message]) -> None:
        if not line:
            self._dispatch(self._offset + end, found)
            return
        if self._start is None:
            self._start = self._offset + start
        name, value = _field(line)
        if name == b"data":
            self._add(value)
        elif name == b"event":
            self._event = value[:_LONGEST_NAME].decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._last_id = value[:_LONGEST_NAME].decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit() and len(value) < 16:
            self._retry = int(value)

    def _add(self, value: bytes) -> None:
        if self._has_data:
            self._shown += b"\n"
        self._has_data = True
        self._shown += value[: max(0, _SHOWN_BYTES - len(self._shown))]

    def _dispatch(self, end: int, found: list[Message]) -> None:
        if self._has_data:
            found.append(self._message(end))
        self._begin()

    def _message(self, end: int, *, whole: bool = True) -> Message:
        start = self._start if self._start is not None else end
        shown = _one_line(bytes(self._shown))
        return Message(start, end, shown, self._event, self._last_id, self._retry, whole)

    def _begin(self) -> None:
        self._event = ""
        self._start = self._retry = None
        self._has_data = False
        self._shown = bytearray()


class RecordParser:
    """Lines of JSON, or texts that a record separator begins (RFC 7464); blank ones are none."""

    def __init__(self, separator: bytes) -> None:
        self._separator = separator
        self._rest = bytearray()
        self._kept_from = 0
        """Where `_rest` begins in the body."""
        self._searched = 0
        """Bytes of `_rest` that hold no separator."""

    def feed(self, data: bytes) -> list[Message]:
        """Return the records that end in `data`."""
        self._rest += data
        found: list[Message] = []
        at = 0
        while (end := self._rest.find(self._separator, max(at, self._searched))) >= 0:
            self._take(at, end, found)
            at = end + 1
        del self._rest[:at]
        self._kept_from += at
        self._searched = len(self._rest)
        return found

    def finish(self) -> list[Message]:
        """Return the last record, which needs no end."""
        found: list[Message] = []
        self._take(0, len(self._rest), found)
        self._kept_from += len(self._rest)
        self._rest.clear()
        return found

    def _take(self, start: int, end: int, found: list[Message]) -> None:
        text = bytes(self._rest[start : min(end, start + _SHOWN_BYTES)])
        if not text.strip() and not self._rest[start:end].strip():
            return
        place = self._kept_from
        found.append(Message(place + start, place + end, _one_line(text.strip())))


def _field(line: bytes) -> tuple[bytes, bytes]:
    """Return name and value of a line of an event; a comment has the name ""."""
    name, colon, value = line.partition(b":")
    return name, value.removeprefix(b" ") if colon else b""


def _one_line(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return " ".join(text[:SHOWN_DATA].split())
