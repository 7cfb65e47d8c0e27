"""What leaves, line by line: before the send as it is planned, after it as it was.

Every line knows its exact text and end, who asked for it, and which of its characters are a
secret; the lines put together again are the bytes on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import islice

from httpdesk.engine.bodies import Unmeasured
from httpdesk.engine.body_source import FileSource, MultipartSource, Part
from httpdesk.engine.masking import MASK, Masker, is_credential_header, secret_values
from httpdesk.engine.ports import Upload
from httpdesk.engine.resolve import Names, Preview
from httpdesk.engine.secret_spans import Spans, body_spans, header_spans, merged, target_spans
from httpdesk.engine.wire import header_line, request_line, wire_headers
from httpdesk.model.exchange import (
    Hop,
    Origin,
    ResolvedHeader,
    ResolvedRequest,
)

SHOWN_BODY = 16 * 1024
"""Bytes of a body that are laid out; more is told by its size."""
SHOWN_LINES = 300
"""Lines of a body that are laid out."""

_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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
    """The name of the folder or collection."""
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


def planned(
    preview: Preview, secrets: Iterable[tuple[str, str]] = (), shown: int | None = SHOWN_BODY
) -> WirePreview | None:
    """Return what would be sent, None while there is no URL; at most `shown` bytes of the body.

    `secrets` are (name, value) of what is known to be secret, whatever it is called in the request.
    """
    request = preview.request
    return None if request is None else of_request(request, preview, secrets, shown)


def of_request(
    request: ResolvedRequest,
    preview: Preview,
    secrets: Iterable[tuple[str, str]] = (),
    shown: int | None = SHOWN_BODY,
) -> WirePreview:
    """Return the lines of `request`; what its variables were is told by the preview."""
    masker = Masker(secret_values(request, secrets, SHOWN_BODY))
    labels = _Labels(preview)
    head = tuple(_head_lines(request, labels, masker))
    body = _BodyLines(masker, labels, SHOWN_BODY if shown is None else shown, whole=shown is None)
    body.add(request)
    source = request.body
    return WirePreview(
        lines=(*head, *body.lines),
        head_size=sum(len(line.text.encode("utf-8", "replace")) + 2 for line in head),
        body_size=preview.size,
        cut=body.cut,
        boundary=source.boundary if isinstance(source, MultipartSource) else "",
    )


def sent(
    hop: Hop, request: ResolvedRequest, secrets: Iterable[tuple[str, str]] = (), *, first: bool
) -> WirePreview | None:
    """Return what a hop really sent, None when no byte of it left.

    `request` is what was resolved for the exchange: it says where each header came from. Hops
    behind the first go where a redirect led.
    """
    if not hop.sent_head:
        return None
    masker = Masker(secret_values(request, secrets, SHOWN_BODY))
    head = tuple(_sent_head(hop.sent_head.decode("utf-8", "replace"), request, masker, first))
    content_type = next((v for n, v in _pairs(head) if n.lower() == "content-type"), "")
    boundary = content_type.partition("boundary=")[2]
    source = Source(Origin.BODY)
    kept = _first_lines(_whole_characters(hop.sent_body[:SHOWN_BODY]), SHOWN_LINES)
    body = tuple(_sent_body(kept, content_type, masker, source))
    return WirePreview(
        lines=(*head, *body),
        head_size=len(hop.sent_head),
        body_size=hop.bytes_sent,
        cut=max(0, hop.bytes_sent - len(kept)),
        boundary=boundary,
    )


class _Labels:
    """Says which variables a line was filled from."""

    def __init__(self, preview: Preview) -> None:
        self._filled: Mapping[str, Names] = preview.filled

    def of(self, *starts: str) -> Names:
        """Return the variables of the fields named by `starts`, alone or with more behind them."""
        found: dict[tuple[str, str], None] = {}
        for name, used in self._filled.items():
            if any(name == start or name.startswith(start + " ") for start in starts):
                found |= dict.fromkeys(used)
        return tuple(found)

    def of_header(self, header: ResolvedHeader) -> Names:
        """Return the variables of a header row."""
        if header.row is not None:
            label = f"header {header.row + 1}"
        else:
            label = f"{header.origin.value} header {header.name}"
        found = (self._filled.get(each, ()) for each in (label, f"{label} name"))
        return tuple(dict.fromkeys(pair for names in found for pair in names))


def _head_lines(request: ResolvedRequest, labels: _Labels, masker: Masker) -> Iterator[WireLine]:
    names = labels.of("url", "param", "path param")
    line = request_line(request)
    spans = merged(target_spans(line), masker.spans(line))
    yield WireLine(line, LineKind.REQUEST_LINE, Source(Origin.URL, variables=names), spans)
    for header in wire_headers(request):
        row = header.row if header.origin is Origin.REQUEST else None
        source = Source(header.origin, row, header.level, labels.of_header(header))
        yield _header(header, source, masker)
    yield WireLine("", LineKind.END, Source(Origin.DEFAULT))


def _header(header: ResolvedHeader, source: Source, masker: Masker) -> WireLine:
    line = header_line(header)
    spans = header_spans(header.name, header.value)
    if not is_credential_header(header.name):
        spans = merged(spans, masker.spans(line))
    return WireLine(line, LineKind.HEADER, source, spans)


class _BodyLines:
    """Lays a body out until the bound is reached."""

    def __init__(self, masker: Masker, labels: _Labels, room: int, *, whole: bool) -> None:
        self.lines: list[WireLine | WireBlock] = []
        self.cut = 0
        self._masker = masker
        self._labels = labels
        self._room = room
        self._lines_left = SHOWN_LINES
        self._whole = whole

    def add(self, request: ResolvedRequest) -> None:
        """Lay the request's body out."""
        body = request.body
        if isinstance(body, bytes):
            names = self._labels.of("body", "form", "query", "variables")
            kind = next((v for n, v in request.header_pairs() if n.lower() == "content-type"), "")
            self._text(body, Source(Origin.BODY, variables=names), kind)
        elif isinstance(body, FileSource):
            self._file(body, Source(Origin.BODY, variables=self._labels.of("file")))
        elif isinstance(body, MultipartSource):
            self._multipart(body)

    def _multipart(self, body: MultipartSource) -> None:
        for head, part in zip(body.heads, body.parts, strict=True):
            row = part.row
            names = () if row is None else self._labels.of(f"part {row + 1}")
            source = Source(Origin.BODY, row, variables=names)
            self._part(head, part, source)
        self._boundary_lines(body.end, Source(Origin.BODY))

    def _part(self, head: bytes, part: Part, source: Source) -> None:
        self._boundary_lines(head, source)
        if isinstance(part.content, bytes):
            self._text(part.content, source, part.content_type, name=part.name)
        else:
            self.lines.append(_block(part.content, source))
        # The line end behind a part belongs to the boundary that follows.
        self._boundary_lines(b"\r\n", source)

    def _file(self, body: FileSource, source: Source) -> None:
        self.lines.append(_block(body.upload, source))

    def _boundary_lines(self, data: bytes, source: Source) -> None:
        taken = self._take(data)
        last = self.lines[-1] if self.lines else None
        if taken == b"\r\n" and last is not None and not last.end:
            self.lines[-1] = replace(last, end="\r\n")
            return
        text = taken.decode("utf-8", "replace")
        self.lines += _text_lines(text, merged(self._masker.spans(text)), LineKind.PART, source)

    def _text(self, data: bytes, source: Source, content_type: str, name: str = "") -> None:
        text = self._take(data).decode("utf-8", "replace")
        spans = merged(body_spans(text, content_type, name), self._masker.spans(text))
        self.lines += _text_lines(text, spans, LineKind.BODY, source)

    def _take(self, data: bytes) -> bytes:
        """Return as much of `data` as there is room for, whole characters only."""
        if self._whole:
            return data
        taken = data if len(data) <= self._room else _whole_characters(data[: self._room])
        taken = _first_lines(taken, self._lines_left)
        self._lines_left -= taken.count(b"\n")
        self._room = self._room - len(taken) if len(taken) == len(data) else 0
        self.cut += len(data) - len(taken)
        return taken


def _sent_head(
    text: str, request: ResolvedRequest, masker: Masker, first: bool
) -> Iterator[WireLine]:
    lines = text.removesuffix("\r\n\r\n").split("\r\n")
    known = {each.name.lower(): each for each in wire_headers(request)}
    source = Source(Origin.URL if first else Origin.REDIRECT)
    spans = merged(target_spans(lines[0]), masker.spans(lines[0]))
    yield WireLine(lines[0], LineKind.REQUEST_LINE, source, spans)
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        header = ResolvedHeader(name, value, Origin.DEFAULT)
        yield _header(header, _sent_source(header, known, first), masker)
    yield WireLine("", LineKind.END, Source(Origin.DEFAULT))


def _sent_source(
    header: ResolvedHeader, known: Mapping[str, ResolvedHeader], first: bool
) -> Source:
    name = header.name.lower()
    if name == "cookie" and "cookie" not in known:
        return Source(Origin.COOKIES)
    asked = known.get(name)
    if asked is None or (not first and asked.value != header.value):
        return Source(Origin.DEFAULT if first else Origin.REDIRECT)
    row = asked.row if asked.origin is Origin.REQUEST else None
    return Source(asked.origin, row, asked.level)


def _sent_body(
    data: bytes, content_type: str, masker: Masker, source: Source
) -> Iterator[WireLine | WireBlock]:
    """Yield lines of text, and blocks for what between them is no text."""
    for is_text, piece in _runs(data):
        if is_text:
            text = piece.decode("utf-8")
            spans = merged(body_spans(text, content_type), masker.spans(text))
            yield from _text_lines(text, spans, LineKind.BODY, source)
        else:
            yield WireBlock(len(piece), source, data=piece)


def _runs(data: bytes) -> Iterator[tuple[bool, bytes]]:
    """Yield (whether it is text, bytes) of neighbouring lines of one sort."""
    held, held_is_text = b"", True
    for line in _whole_characters(data).splitlines(keepends=True):
        is_text = _is_text(line)
        if held and is_text is not held_is_text:
            yield held_is_text, held
            held = b""
        held, held_is_text = held + line, is_text
    if held:
        yield held_is_text, held


def _is_text(data: bytes) -> bool:
    if _NOT_TEXT.search(data):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _text_lines(text: str, spans: Spans, kind: LineKind, source: Source) -> Iterator[WireLine]:
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


def _first_lines(data: bytes, most: int) -> bytes:
    pieces = data.split(b"\n", most)
    return data[: len(data) - len(pieces[-1])] if len(pieces) > most else data


def _whole_characters(data: bytes) -> bytes:
    """Return `data` without the first bytes of a UTF-8 character at its end."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[:-back] if back < needed else data
        if byte < 0x80:
            break
    return data


def _pairs(lines: Iterable[WireLine]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.kind is LineKind.HEADER:
            name, _, value = line.text.partition(": ")
            yield name, value


def _block(upload: Upload, source: Source) -> WireBlock:
    size = None if isinstance(upload, Unmeasured) else upload.size
    return WireBlock(size, source, upload.path)
