"""The lines of a message: exact text and end, who asked for each, and what of it is secret."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

from httpdesk.engine.levels import Names
from httpdesk.engine.masking import MASK, Masker, is_credential_header
from httpdesk.engine.secret_spans import Spans, header_spans, merged
from httpdesk.engine.wire import header_line
from httpdesk.model.exchange import Origin, ResolvedHeader

SHOWN_BODY = 16 * 1024
"""Bytes of a body that are laid out; more is told by its size."""
SHOWN_LINES = 300
"""Lines of a body that are laid out."""


class LineKind(Enum):
    """What part of the message a line is."""

    REQUEST_LINE = "request line"
    HEADER = "header"
    END = "end"
    """The empty line behind the headers."""
    BODY = "body"
    PART = "part"
    """Boundaries and the headers of a form's parts."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who asked for a line."""

    origin: Origin
    row: int | None = None
    """The row of the request's header table, or of its form, from 0."""
    level: str = ""
    """The name of the folder or collection; of a Host header, the host as typed."""
    variables: Names = ()
    """(name, `Origin` value) of the variables that were filled in."""


@dataclass(frozen=True, slots=True)
class WireLine:
    """One line of text, without its end."""

    text: str = field(repr=False)
    kind: LineKind
    source: Source
    secrets: Spans = ()
    """(start, end) of what is shown only on demand, from left to right."""
    end: str = "\r\n"

    @property
    def data(self) -> bytes:
        """The line's bytes on the wire, its end included."""
        return (self.text + self.end).encode()

    def shown(self, revealed: Container[int] = ()) -> str:
        """Return the text with its secrets masked, but for those whose numbers are given."""
        pieces, at = [], 0
        for number, (start, end) in enumerate(self.secrets):
            value = self.text[start:end] if number in revealed else MASK
            pieces += [self.text[at:start], value]
            at = end
        return "".join([*pieces, self.text[at:]])


@dataclass(frozen=True, slots=True)
class WireBlock:
    """Bytes that are not laid out: a file's, or what is no text."""

    size: int | None
    """None while the file was not looked at."""
    source: Source
    path: str = ""
    """The file's, empty for bytes that were sent."""
    data: bytes = field(default=b"", repr=False)
    end: str = ""
    """The line end behind it."""


@dataclass(frozen=True, slots=True)
class WirePreview:
    """A whole request as lines."""

    lines: tuple[WireLine | WireBlock, ...]
    head_size: int
    """Bytes of request line, headers and the empty line."""
    body_size: int | None
    """None while a file was not looked at."""
    cut: int = 0
    """Bytes of the body that are not among the lines."""
    boundary: str = ""

    @property
    def size(self) -> int | None:
        """All bytes."""
        return None if self.body_size is None else self.head_size + self.body_size


def masked_header(header: ResolvedHeader, source: Source, masker: Masker) -> WireLine:
    """Return the line of a header."""
    line = header_line(header)
    spans = header_spans(header.name, header.value)
    if not is_credential_header(header.name):
        spans = merged(spans, masker.spans(line))
    return WireLine(line, LineKind.HEADER, source, spans)


def text_lines(text: str, spans: Spans, kind: LineKind, source: Source) -> Iterator[WireLine]:
    """Yield the lines of a text, each with what of the spans lies in it."""
    start, behind = 0, 0
    while start < len(text):
        stop = text.find("\n", start) + 1 or len(text)
        piece = text[start:stop]
        line = piece.removesuffix("\n").removesuffix("\r") if piece[-1] == "\n" else piece
        while behind < len(spans) and spans[behind][1] <= start:
            behind += 1
        own = _within(spans, behind, start, start + len(line))
        yield WireLine(line, kind, source, own, piece[len(line) :])
        start = stop


def _within(spans: Spans, first: int, start: int, end: int) -> Spans:
    """Return what of the spans from `first` on lies between `start` and `end`, from there on."""
    found = []
    for a, b in islice(spans, first, None):
        if a >= end:
            break
        found.append((max(a, start) - start, min(b, end) - start))
    return tuple(found)


def first_lines(data: bytes, most: int) -> bytes:
    """Return the first `most` lines of `data`."""
    pieces = data.split(b"\n", most)
    return data[: len(data) - len(pieces[-1])] if len(pieces) > most else data


def whole_characters(data: bytes) -> bytes:
    """Return `data` without the first bytes of a UTF-8 character at its end."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[:-back] if back < needed else data
        if byte < 0x80:
            break
    return data
