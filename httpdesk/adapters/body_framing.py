"""Where a response's body ends: RFC 9112 section 6.3, and an end that may be wrong is said so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from httpdesk.adapters.response_head import (
    MAX_HEAD_BYTES,
    MAX_HEADER_LINES,
    RAW_BYTES_KEPT,
    ResponseHead,
)
from httpdesk.adapters.sending import Sending
from httpdesk.adapters.wire_reader import CHUNK, LineTooLong, WireReader
from httpdesk.model.errors import IncompleteBody, MalformedBody
from httpdesk.model.response import LengthDoubt

_NO_BODY_STATUSES = {204, 304}
_MAX_CHUNK_LINE = 16 * 1024
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", re.DOTALL)
_LENGTH = re.compile(r"[0-9]{1,18}")


class End(Enum):
    """How the end of a body is known."""

    NO_BODY = "no body"
    LENGTH = "length"
    CHUNKED = "chunked"
    CLOSE = "close"
    SWITCHED = "switched"
    """What follows on the connection is no HTTP any more."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How one response's body is delimited."""

    end: End
    length: int | None = None
    keeps_connection: bool = False
    """Whether another request may follow on the connection once the body was read."""
    codings: tuple[str, ...] = ()
    """Transfer codings in front of `chunked`, in the order they were applied."""
    doubts: tuple[LengthDoubt, ...] = ()


def framing_of(head: ResponseHead, method: str) -> Framing:
    """Return how the body of `head`, an answer to `method`, is delimited.

    A length that is ambiguous (with Transfer-Encoding too, not a number, two different ones)
    never leaves the connection in use.
    """
    codings = [coding.lower() for coding in head.values("transfer-encoding")]
    lengths = set(head.values("content-length"))
    persistent = _persistent(head)
    if head.status == 101 or (method == "CONNECT" and head.status < 300):
        return Framing(End.SWITCHED, 0)
    if method == "HEAD" or head.status in _NO_BODY_STATUSES:
        return Framing(End.NO_BODY, 0, persistent)
    doubts = _doubts(lengths, chunked=bool(codings))
    if codings:
        if codings[-1] != "chunked":
            return Framing(End.CLOSE, codings=tuple(codings), doubts=doubts)
        # Who does not know chunks reads another end of the body (RFC 9112 section 6.1).
        agreed = persistent and not lengths and head.http_version == "HTTP/1.1"
        return Framing(End.CHUNKED, None, agreed, tuple(codings[:-1]), doubts)
    if lengths and not doubts:
        return Framing(End.LENGTH, int(lengths.pop()), persistent)
    return Framing(End.CLOSE, doubts=doubts)


def _doubts(lengths: set[str], *, chunked: bool) -> tuple[LengthDoubt, ...]:
    found = []
    if len(lengths) > 1:
        found.append(LengthDoubt.REPEATED_LENGTH)
    if any(not _LENGTH.fullmatch(length) for length in lengths):
        found.append(LengthDoubt.INVALID_LENGTH)
    if lengths and chunked:
        found.append(LengthDoubt.LENGTH_AND_CHUNKED)
    return tuple(found)


def _persistent(head: ResponseHead) -> bool:
    """Whether the server keeps the connection open (RFC 9112 section 9.3)."""
    options = {option.lower() for option in head.values("connection")}
    if "close" in options:
        return False
    return head.http_version == "HTTP/1.1" or "keep-alive" in options


def read_body(
    framing: Framing, reader: WireReader, sending: Sending, chunk: int = CHUNK
) -> Iterator[memoryview]:
    """Yield the body's bytes as they arrive, in pieces of at most `chunk` bytes.

    Each piece is valid until the next is asked for.

    Raises IncompleteBody when the stream ends or breaks early, MalformedBody for broken
    chunks, Cancelled or TimedOut.
    """
    if framing.end in {End.NO_BODY, End.SWITCHED}:
        return
    body = _Body(reader, sending, chunk)
    try:
        if framing.end is End.CHUNKED:
            yield from body.chunks()
        elif framing.length is not None:
            yield from body.exactly(framing.length)
        else:
            yield from body.to_the_end()
    except OSError as error:
        raise body.incomplete(framing.length, str(error.strerror or "")) from error


class _Body:
    def __init__(self, reader: WireReader, sending: Sending, chunk: int) -> None:
        self._reader = reader
        self._sending = sending
        self._at_once = chunk
        self._received = 0

    def incomplete(self, expected: int | None, detail: str = "") -> IncompleteBody:
        return self._sending.failure(
            IncompleteBody, received=self._received, expected=expected, detail=detail
        )

    def exactly(self, length: int) -> Iterator[memoryview]:
        while length:
            piece = self._reader.read(min(length, self._at_once))
            if not piece:
                raise self.incomplete(self._received + length)
            length -= len(piece)
            self._received += len(piece)
            yield piece

    def to_the_end(self) -> Iterator[memoryview]:
        while piece := self._reader.read(self._at_once):
            self._received += len(piece)
            yield piece
        if self._reader.cut_off:
            # Only the end says that this is all (RFC 9112 section 8).
            raise self.incomplete(None, "TLS ended without close_notify")

    def chunks(self) -> Iterator[memoryview]:
        while size := self._chunk_size():
            yield from self._chunk(size)
        self._skip_trailers()

    def _chunk(self, size: int) -> Iterator[memoryview]:
        while size:
            piece = self._reader.read(min(size, self._at_once))
            if not piece:
                raise self.incomplete(None)
            size -= len(piece)
            self._received += len(piece)
            yield piece
        if self._line().strip(b"\r\n"):
            raise self._malformed(b"", "a chunk is longer than its size")

    def _chunk_size(self) -> int:
        line = self._line()
        match = _CHUNK_SIZE.fullmatch(line)
        if match is None:
            raise self._malformed(line, "a chunk size is not a number")
        return int(match[1], 16)

    def _skip_trailers(self) -> None:
        left = MAX_HEAD_BYTES
        for _ in range(MAX_HEADER_LINES):
            line = self._line()
            left -= len(line)
            if not line.strip(b"\r\n"):
                return
            if left < 0:
                break
        raise self._malformed(b"", "the trailers are too many or too large")

    def _line(self) -> bytes:
        try:
            line = self._reader.read_line(_MAX_CHUNK_LINE)
        except LineTooLong as problem:
            raise self._malformed(problem.start, "a chunk's line is too long") from None
        if not line.endswith(b"\n"):
            raise self.incomplete(None)
        return line

    def _malformed(self, raw: bytes, detail: str) -> MalformedBody:
        return self._sending.failure(MalformedBody, raw=raw[:RAW_BYTES_KEPT], detail=detail)
