"""Reads the head of a response from its raw bytes: RFC 9112 sections 2 to 5, with our limits."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass

from httpdesk.adapters.foreign_errors import detail_of
from httpdesk.adapters.sending import Sending
from httpdesk.adapters.wire_reader import LineTooLong, WireReader
from httpdesk.model.errors import (
    ConnectionClosed,
    HeadBound,
    HeadTooLarge,
    MalformedResponse,
    Phase,
)
from httpdesk.model.response import InterimResponse

MAX_HEADER_LINES = 500
MAX_HEAD_BYTES = 256 * 1024
MAX_INTERIM_RESPONSES = 16
RAW_BYTES_KEPT = 1024

_STATUS_LINE = re.compile(rb"HTTP/(\d\.\d) ([1-9]\d\d)(?: (.*))?", re.DOTALL)
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d")
_STATUS_SIZE = len(b"HTTP/1.1 200")
_SWITCHING_PROTOCOLS = 101


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """Status line and header lines as received."""

    status: int
    reason: str
    http_version: str
    headers: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Return the elements of all lines of `name` (lower case), split at commas."""
        lines = [value for key, value in self.headers if key.lower() == name]
        # Python's own `strip` takes more for a blank than HTTP does (RFC 9110 section 5.6.3).
        parts = (part.strip(" \t") for line in lines for part in line.split(","))
        return [part for part in parts if part]


class _Malformed(Exception):
    """What is wrong with the head, in words for the Details column."""


class _TooLarge(Exception):
    """The head passes one of our bounds."""

    def __init__(self, bound: HeadBound, limit: int) -> None:
        super().__init__(f"more than {limit} {bound.value}")
        self.bound = bound
        self.limit = limit


def read_head(reader: WireReader, sending: Sending, *, within: Phase | None = None) -> ResponseHead:
    """Return the head of the final response; interim ones are noted in `sending`.

    An answer `within` another phase is not the request's own: that phase goes on, nothing is noted.

    Raises ConnectionClosed when nothing came, HeadTooLarge, MalformedResponse for anything that
    is not HTTP, Cancelled, TimedOut or OSError.
    """
    for _ in range(MAX_INTERIM_RESPONSES + 1):
        head = _HeadReader(reader, sending, within or Phase.RECEIVE).read()
        if head.status >= 200 or head.status == _SWITCHING_PROTOCOLS:
            return head
        if within is None:
            sending.interim.append(InterimResponse(head.status, head.reason, head.headers))
            sending.enter(Phase.WAIT)
    raise sending.failure(
        HeadTooLarge,
        exceeded=HeadBound.INTERIM_RESPONSES,
        limit=MAX_INTERIM_RESPONSES,
        detail=f"more than {MAX_INTERIM_RESPONSES} interim responses",
    )


def begins_final(data: bytes) -> bool:
    """Whether `data` has more than interim responses in it: the final one has begun."""
    while _INTERIM.match(data) and (end := data.find(b"\r\n\r\n")) >= 0:
        data = data[end + 4 :]
    return len(data) >= _STATUS_SIZE and _INTERIM.match(data) is None


class _HeadReader:
    """Reads one head and keeps its raw bytes, so that an error can show them."""

    def __init__(self, reader: WireReader, sending: Sending, phase: Phase) -> None:
        self._reader = reader
        self._sending = sending
        self._phase = phase
        self._raw = bytearray()

    def read(self) -> ResponseHead:
        self._wait_for_first_byte()
        try:
            version, status, reason = self._status_line()
            return ResponseHead(status, reason, version, self._header_lines())
        except _Malformed as problem:
            raise self._malformed(str(problem)) from None
        except _TooLarge as problem:
            raise self._sending.failure(
                HeadTooLarge,
                exceeded=problem.bound,
                limit=problem.limit,
                raw=self._first_bytes(),
                detail=str(problem),
            ) from None
        except OSError as error:
            raise self._malformed("the connection broke inside the head") from error

    def _wait_for_first_byte(self) -> None:
        first = self._first()
        if not first:
            raise self._closed() from self._sending.upload_error
        self._sending.enter(self._phase)
        if not first.startswith(b"HTTP/"[: len(first)]):
            raise self._malformed("the answer does not begin with HTTP/")

    def _first(self) -> bytes:
        try:
            return self._reader.peek()
        except OSError as error:
            if self._sending.upload_error is None or _is_alert(error):
                raise
            return b""  # What broke the upload is what is to be told.

    def _closed(self) -> ConnectionClosed:
        cause = self._sending.upload_error
        if cause is None:
            return self._sending.failure(ConnectionClosed)
        self._sending.enter(Phase.SEND)
        return self._sending.failure(ConnectionClosed, detail=detail_of(cause))

    def _status_line(self) -> tuple[str, int, str]:
        line = self._line()
        match = _STATUS_LINE.fullmatch(line)
        if match is None:
            raise _Malformed("the status line is not one")
        version, status, reason = match.groups()
        return f"HTTP/{version.decode()}", int(status), _text(reason or b"").strip()

    def _header_lines(self) -> tuple[tuple[str, str], ...]:
        headers: list[tuple[str, str]] = []
        for _ in range(MAX_HEADER_LINES + 1):
            line = self._line()
            if not line:
                return tuple(headers)
            if line[0] in b" \t":
                _unfold(headers, line)
            else:
                headers.append(_header(line))
        raise _TooLarge(HeadBound.HEADER_LINES, MAX_HEADER_LINES)

    def _line(self) -> bytes:
        """Return the next line without its end."""
        try:
            line = self._reader.read_line(MAX_HEAD_BYTES - len(self._raw))
        except LineTooLong as problem:
            self._raw += problem.start
            raise _TooLarge(HeadBound.BYTES, MAX_HEAD_BYTES) from None
        self._raw += line
        if not line.endswith(b"\n"):
            raise _Malformed("the connection was closed inside the head")
        return line[:-2] if line.endswith(b"\r\n") else line[:-1]

    def _malformed(self, detail: str) -> MalformedResponse:
        return self._sending.failure(MalformedResponse, raw=self._first_bytes(), detail=detail)

    def _first_bytes(self) -> bytes:
        # Bytes behind the point of the error help to see what kind of server this is.
        raw = bytes(self._raw[:RAW_BYTES_KEPT]) + self._reader.unread()
        return raw[:RAW_BYTES_KEPT]


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.partition(b":")
    if not colon:
        raise _Malformed("a header line has no colon")
    name = name.rstrip(b" \t")
    if not name:
        raise _Malformed("a header line has no name")
    return _text(name), _text(value.strip(b" \t"))


def _unfold(headers: list[tuple[str, str]], line: bytes) -> None:
    """Join an obsolete folded line to the one before with a space (RFC 9112 section 5.2)."""
    if not headers:
        raise _Malformed("the first header line begins with a blank")
    name, value = headers[-1]
    more = _text(line.strip(b" \t"))
    headers[-1] = name, f"{value} {more}".strip(" \t")


def _is_alert(error: OSError) -> bool:
    """Whether the server said why it hangs up (RFC 8446 section 6)."""
    return isinstance(error, ssl.SSLError) and "ALERT" in (error.reason or "")


def _text(raw: bytes) -> str:
    """Return UTF-8 text where the bytes are that, else latin-1, which knows every byte."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
