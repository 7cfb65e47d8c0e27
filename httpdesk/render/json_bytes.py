"""JSON read as bytes at any place of a body: its tokens, and the end of a value, nothing parsed.

A token is a piece of the body, so 1.10, 1e400, escapes and repeated keys stay what they are.
Neither the length of a string nor the depth of a value costs memory.
"""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from enum import Enum
from json import dumps, loads

from httpdesk.model.response import BodyHandle
from httpdesk.render.rows import Elsewhere, Pause, Stopped, no_pause

_WINDOW = 64 * 1024
_NEAR = 4096
"""Bytes that are looked at for a token, and for the end of a small value."""
WALKED_HERE = 2 * 1024 * 1024
"""Bytes of a container that are walked through by the caller's own thread."""
_ROUNDS = 8
"""How often closed values are taken out of a piece before the rest is walked through."""

# Possessive throughout: hostile text costs one pass and never backtracks.
_TOKEN = re.compile(
    rb'[ \t\n\r]*+(?:("[^"\\]*+(?:\\.[^"\\]*+)*+")|([{\[])|([}\]])|(,)|(:)'
    rb'|([^ \t\n\r{}\[\],:"]++))',
    re.DOTALL,
)
_SPACE = re.compile(rb"[ \t\n\r]*+")
_WORD = re.compile(rb'[^ \t\n\r{}\[\],:"]*+')
_SHAPE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|([{\[])|([}\]])|(,)|(")', re.DOTALL)
_CLOSED = re.compile(rb"[{\[],*+[}\]]")
_RUN = re.compile(rb"([{\[]++)|([}\]]++)|(,++)")
_ONE = re.compile(rb"([{\[])|([}\]])|(,)")
_NO_QUOTED_SHAPE = bytes(set(range(256)) - set(b'{}[],"'))
_OFTEN_CLOSED = (b"{}", b"[]", b"{,}", b"[,]", b"{,,}", b"{,,,}", b"{,,,,}")
"""What is taken out faster by its bytes than by a pattern."""
_BOM = b"\xef\xbb\xbf"


class TokenKind(Enum):
    """What a token is; END is the end of the body."""

    STRING = 1
    OPEN = 2
    CLOSE = 3
    COMMA = 4
    COLON = 5
    WORD = 6
    END = 7


_KINDS = {kind.value: kind for kind in TokenKind}


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it stands; `end` is after its last byte."""

    kind: TokenKind
    start: int
    end: int
    closed: bool = True
    """False for a string that has no end."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a container ends and how many values are directly in it."""

    end: int
    count: int
    closed: bool = True
    """False when the body ends inside it."""


class JsonBytes:
    """Reads a body through a window; for one worker at a time. Raises Stopped when it is gone."""

    def __init__(self, body: BodyHandle, pause: Pause = no_pause) -> None:
        self.pause = pause
        self._body = body
        self._base = 0
        self._bytes = b""

    @property
    def size(self) -> int:
        """The number of bytes that have arrived."""
        try:
            return self._body.size
        except ValueError as error:
            raise Stopped from error

    def read(self, at: int, length: int) -> bytes:
        """Return up to `length` bytes."""
        try:
            return self._body.read_at(at, length)
        except (ValueError, OSError) as error:
            raise Stopped from error

    def begin(self) -> int:
        """Return where the text begins: after a byte order mark."""
        return len(_BOM) if self.read(0, len(_BOM)) == _BOM else 0

    def token(self, at: int) -> Token:
        """Return the first token from `at`."""
        while True:
            view, place = self.near(at)
            match = _TOKEN.match(view, place)
            if match is not None and (match.end() < len(view) or match.lastindex != 6):
                assert match.lastindex is not None
                kind = _KINDS[match.lastindex]
                start, end = match.span(match.lastindex)
                return Token(kind, self._base + start, self._base + end)
            space = _SPACE.match(view, place)
            assert space is not None
            start = self._base + space.end()
            if space.end() < len(view):
                return self._long_token(start, view[space.end()])
            if start >= self.size:
                return Token(TokenKind.END, start, start)
            at = start

    def lead(self, start: int, end: int, most: int) -> bytes:
        """Return the bytes from `start` to `end`, but `most` of them at most."""
        length = min(end - start, most)
        place = start - self._base
        if place >= 0 and place + length <= len(self._bytes):
            return self._bytes[place : place + length]
        return self.read(start, length)

    def has_newline(self, start: int, end: int) -> bool:
        """Return whether a line ends between two places that only space lies between."""
        return b"\n" in self.read(start, end - start)

    def near(self, at: int) -> tuple[bytes, int]:
        """Return bytes that hold some from `at` on, and where `at` is in them."""
        place = at - self._base
        goes_on = 0 < place <= len(self._bytes)
        if place < 0 or place + _NEAR > len(self._bytes):
            self._base, self._bytes = at, self.read(at, _WINDOW if goes_on else 2 * _NEAR)
            place = 0
        return self._bytes, place

    def _long_token(self, start: int, first: int) -> Token:
        """Return a token that reaches beyond the window."""
        if first == ord('"'):
            end, closed = self._string_end(start + 1)
            return Token(TokenKind.STRING, start, end, closed)
        at = start
        while True:
            self.pause()
            piece = self.read(at, _WINDOW)
            match = _WORD.match(piece)
            assert match is not None
            at += match.end()
            if match.end() < len(piece) or not piece:
                return Token(TokenKind.WORD, start, at)

    def _string_end(self, at: int) -> tuple[int, bool]:
        """Return where a string ends that goes on at `at`, and whether it does."""
        while True:
            self.pause()
            piece = _whole_escapes(self.read(at, _WINDOW))
            if not piece:
                return self.size, False
            end = _masked(piece).find(b'"')
            if end >= 0:
                return at + end + 1, True
            at += len(piece)


def _whole_escapes(piece: bytes) -> bytes:
    """Leave off a backslash at the end whose escape goes on in the next piece."""
    slashes = len(piece) - len(piece.rstrip(b"\\"))
    return piece[:-1] if slashes % 2 else piece


def _masked(piece: bytes) -> bytes:
    """Replace escaped quotes, so that a quote begins or ends a string; no byte moves."""
    if b"\\" not in piece:
        return piece
    return piece.replace(b"\\\\", b"__").replace(b'\\"', b"__")


def _unclosed(masked: bytes, in_string: bool) -> bytes:
    """Return brackets and commas outside of strings, most values that are closed left out."""
    # Two quotes side by side change nothing of what is inside and what is outside.
    quoted = masked.translate(None, _NO_QUOTED_SHAPE).replace(b'""', b"")
    parts = quoted.split(b'"')
    shape = b"".join(parts[1::2] if in_string else parts[0::2])
    for _ in range(_ROUNDS):
        before = len(shape)
        for closed in _OFTEN_CLOSED:
            shape = shape.replace(closed, b"")
        shape = _CLOSED.sub(b"", shape)
        if len(shape) == before:
            break
    return shape


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a skip was, and what it knew there."""

    at: int
    depth: int
    commas: int
    in_string: bool


def measured(body: BodyHandle, start: int) -> Iterator[bytes]:
    """Yield where the container at `start` ends and what is in it; empty pieces meanwhile."""
    skip = Skip(JsonBytes(body), start)
    for _ in skip.walk_to(sys.maxsize):
        yield b""
    yield dumps(astuple(skip.finish())).encode()


def extent_elsewhere(elsewhere: Elsewhere, start: int) -> Extent:
    """Return where the container at `start` ends, found out in another process."""
    pieces = elsewhere("json_bytes:measured", {"start": start})
    return Extent(*loads(b"".join(pieces)))


class Skip:
    """The way to the end of a container, counting what is directly in it.

    It can be left and gone on with: a container may be a gigabyte long.
    """

    def __init__(self, source: JsonBytes, start: int) -> None:
        self._source = source
        self._start = start
        self._at = start + 1
        self._depth = 1
        self._commas = 0
        self._in_string = False
        self._empty = source.token(start + 1).kind is TokenKind.CLOSE
        self._marks: deque[_Mark] = deque(maxlen=2)
        self.extent: Extent | None = None
        """Set when the end is found."""
        self._near()

    @property
    def counted(self) -> int:
        """How many values were seen so far."""
        return 0 if self._empty else self._commas + 1

    def step(self) -> None:
        """Go on by one piece."""
        piece = _whole_escapes(self._source.read(self._at, _WINDOW))
        if not piece:
            self.extent = Extent(self._source.size, self.counted, closed=False)
            return
        self._take(piece)

    def walk_to(self, offset: int) -> Iterator[None]:
        """Go on until a byte is behind or the end is found; for a skip at its beginning.

        Yields after each piece. `holds` and `child_at` say where the byte is then.
        """
        if self.extent is not None:  # it was near
            self.extent, self._commas = None, 0
        self._marks.clear()
        while self._at <= offset:
            self._source.pause()
            mark = _Mark(self._at, self._depth, self._commas, self._in_string)
            self.step()
            if self._commas != mark.commas:
                self._marks.append(mark)
            yield
            if self.extent is not None:
                return

    def holds(self, offset: int) -> bool:
        """Return whether the byte that was walked to lies in the container."""
        return self.extent is None or offset < self.extent.end

    def child_at(self, offset: int) -> tuple[int, int]:
        """Return the number of the value that holds the byte, and where that one may begin.

        Where the byte lies beyond the end, it is the last value.
        """
        for mark in reversed(self._marks):
            found = self._last_comma(mark, offset)
            if found is not None:
                return found
        return 0, self._start + 1

    def _last_comma(self, mark: _Mark, offset: int) -> tuple[int, int] | None:
        """Return the number and the place of the value after the last comma before a byte."""
        piece = _whole_escapes(self._source.read(mark.at, _WINDOW))
        depth, commas, at = mark.depth, mark.commas, mark.at
        found: tuple[int, int] | None = None
        for number, part in enumerate(_masked(piece).split(b'"')):
            if number % 2 == (1 if mark.in_string else 0):
                for match in _ONE.finditer(part):
                    if at + match.start() >= offset:
                        return found
                    if match.lastindex == 3 and depth == 1:
                        commas += 1
                        found = (commas, at + match.end())
                    depth += (1, -1, 0)[(match.lastindex or 3) - 1]
            at += len(part) + 1
        return found

    @property
    def walked(self) -> int:
        """How many bytes were seen so far."""
        return self._at - self._start

    def finish(self, elsewhere: Elsewhere | None = None) -> Extent:
        """Go on to the end; `elsewhere` does it where that is far."""
        while self.extent is None:
            self._source.pause()
            if elsewhere is not None and self.walked > WALKED_HERE:
                self.extent = extent_elsewhere(elsewhere, self._start)
            else:
                self.step()
        return self.extent

    def _near(self) -> None:
        """Most values are small: look for the end in what is at hand."""
        view, place = self._source.near(self._at)
        depth, commas = 1, 0
        for match in _SHAPE.finditer(view, place, place + _NEAR):
            if match.lastindex == 1:
                depth += 1
            elif match.lastindex == 2:
                depth -= 1
                if depth == 0:
                    self._commas = commas
                    self.extent = Extent(self._at + match.end() - place, self.counted)
                    return
            elif match.lastindex == 3 and depth == 1:
                commas += 1
            elif match.lastindex == 4:  # a string that goes on beyond
                return

    def _take(self, piece: bytes) -> None:
        masked = _masked(piece)
        shape = _unclosed(masked, self._in_string)
        depth, commas = self._depth, self._commas
        for match in _RUN.finditer(shape):
            length = match.end() - match.start()
            if match.lastindex == 1:
                depth += length
            elif match.lastindex == 3:
                commas += length if depth == 1 else 0
            elif length < depth:
                depth -= length
            else:
                self._locate(masked.split(b'"'))
                self._commas = commas
                self.extent = Extent(self._at, self.counted)
                return
        self._depth, self._commas = depth, commas
        self._in_string ^= masked.count(b'"') % 2 == 1
        self._at += len(piece)

    def _locate(self, parts: list[bytes]) -> None:
        """Go to the closing bracket, which is known to be in one of the parts."""
        depth, at = self._depth, self._at
        for number, part in enumerate(parts):
            if number % 2 == (1 if self._in_string else 0):
                for match in _RUN.finditer(part):
                    length = match.end() - match.start()
                    if match.lastindex == 1:
                        depth += length
                    elif match.lastindex == 2 and length >= depth:
                        self._at = at + match.start() + depth
                        return
                    elif match.lastindex == 2:
                        depth -= length
            at += len(part) + 1
