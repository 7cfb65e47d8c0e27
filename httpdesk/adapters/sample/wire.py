"""What one HTTP/1.1 request and its reply are made of (RFC 9112).

`http.server` is not used because it changes what an echo has to show: it folds `//` in the target
and reads header lines through `email`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader

MAX_HEAD = 64 * 1024
MAX_HEADER_LINES = 500
MAX_BODY = 2 * 1024**3
CHUNK = 64 * 1024
UNREAD_LIMIT = 1024 * 1024

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

Pairs = tuple[tuple[str, str], ...]


class HttpProblem(Exception):
    """The request gets an error status; `final` ends the connection after it."""

    def __init__(
        self, status: int, reason: str, headers: Pairs = (), *, final: bool = False
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers
        self.final = final


class Gone(Exception):
    """The client hung up, or the server is stopping."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back; `length` in bytes is given when `body` comes in pieces whose sum is known."""

    status: int = 200
    headers: Pairs = ()
    body: bytes | Iterable[bytes] = b""
    length: int | None = None


class RequestBody:
    """The body of one request, read from the socket when somebody asks for it."""

    def __init__(
        self, stream: BufferedReader, length: int | None, before: Callable[[], None]
    ) -> None:
        self._stream = stream
        self._length = length
        self._before = before
        self._pieces = self._read_pieces()
        self.started = False
        self.finished = length == 0

    def chunks(self) -> Iterator[bytes]:
        """Return the rest of the body in pieces; HttpProblem when its framing is broken."""
        return self._pieces

    def read(self, limit: int) -> bytes:
        """Return the whole body; HttpProblem 413 when it passes `limit` bytes."""
        whole = bytearray()
        for piece in self.chunks():
            whole += piece
            if len(whole) > limit:
                raise HttpProblem(413, f"The body is over {limit:,} bytes.", final=True)
        return bytes(whole)

    def discard(self) -> None:
        """Read away what nobody asked for, up to a bound, so that the client sees its answer."""
        if self.finished or (self._length or 0) > UNREAD_LIMIT:
            return
        left = UNREAD_LIMIT
        for piece in self.chunks():
            left -= len(piece)
            if left < 0:
                return

    def _read_pieces(self) -> Iterator[bytes]:
        if self.finished:
            return
        self.started = True
        self._before()
        yield from self._chunked() if self._length is None else self._counted(self._length)
        self.finished = True

    def _counted(self, length: int) -> Iterator[bytes]:
        while length:
            piece = self._stream.read1(min(CHUNK, length))
            if not piece:
                raise Gone
            length -= len(piece)
            yield piece

    def _chunked(self) -> Iterator[bytes]:
        total = 0
        while size := self._chunk_size():
            total += size
            if total > MAX_BODY:
                raise HttpProblem(413, "The body is too large.", final=True)
            yield from self._counted(size)
            if self._stream.readline(3) != b"\r\n":
                raise HttpProblem(400, "A chunk does not end with CRLF.", final=True)
        for _ in range(MAX_HEADER_LINES):
            if self._stream.readline(MAX_HEAD) in (b"\r\n", b""):
                return
        raise HttpProblem(400, "Too many trailers.", final=True)

    def _chunk_size(self) -> int:
        line = self._stream.readline(1024)
        digits = line.split(b";")[0].strip()
        if not line.endswith(b"\r\n") or not re.fullmatch(rb"[0-9A-Fa-f]{1,16}", digits):
            raise HttpProblem(400, "A chunk size is not a number.", final=True)
        return int(digits, 16)


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One request as it came: the target and the header lines are not changed in any way."""

    method: str
    target: str
    http_version: str
    headers: Pairs
    body: RequestBody
    pause: Callable[[float], None] = field(repr=False)
    """Waits so many seconds; raises Gone when the client leaves or the server stops."""

    @property
    def path(self) -> str:
        """The target up to the question mark, not decoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target after the question mark, not decoded."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str:
        """Return the values of `name` joined with a comma, or an empty text."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


def parse_request_line(line: bytes) -> tuple[str, str, str]:
    """Return method, target and version (RFC 9112 section 3)."""
    parts = line.decode("latin-1").split(" ")
    if len(parts) != 3 or not _TOKEN.fullmatch(parts[0]) or not parts[1]:
        raise HttpProblem(400, "The request line is not METHOD TARGET VERSION.", final=True)
    if parts[2] not in ("HTTP/1.0", "HTTP/1.1"):
        raise HttpProblem(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.", final=True)
    return parts[0], parts[1], parts[2]


def parse_header_line(line: bytes) -> tuple[str, str]:
    """Return name and value of one header line, the name's case kept."""
    name, colon, value = line.partition(b":")
    decoded = name.decode("latin-1")
    if not colon or not _TOKEN.fullmatch(decoded):
        raise HttpProblem(400, "A header line has no valid name.", final=True)
    return decoded, decode_text(value.strip(b" \t"))


def decode_text(value: bytes) -> str:
    """Return bytes of a head as text: UTF-8 where they are that, else one character each."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def body_length(headers: Pairs) -> int | None:
    """Return the announced length, None for chunked (RFC 9112 section 6.3)."""
    lengths = {value for name, value in headers if name.lower() == "content-length"}
    codings = [value.lower() for name, value in headers if name.lower() == "transfer-encoding"]
    if codings:
        if lengths:
            raise HttpProblem(400, "Content-Length and Transfer-Encoding contradict.", final=True)
        if codings != ["chunked"]:
            raise HttpProblem(501, "Only the chunked transfer coding is known.", final=True)
        return None
    if not lengths:
        return 0
    text = lengths.pop()
    if lengths or not re.fullmatch(r"[0-9]{1,18}", text):
        raise HttpProblem(400, "Content-Length is not one number.", final=True)
    if int(text) > MAX_BODY:
        raise HttpProblem(413, "The body is too large.", final=True)
    return int(text)
