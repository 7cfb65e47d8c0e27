"""What would be sent, line by line: the lines put together again are the bytes on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from httpdesk.engine.bodies import Unmeasured
from httpdesk.engine.body_source import FileSource, MultipartSource, Part
from httpdesk.engine.levels import Names
from httpdesk.engine.masking import Masker, secret_values
from httpdesk.engine.ports import Upload
from httpdesk.engine.resolve import Preview
from httpdesk.engine.secret_spans import body_spans, merged, target_spans
from httpdesk.engine.wire import request_line, wire_headers
from httpdesk.engine.wire_lines import (
    SHOWN_BODY,
    SHOWN_LINES,
    LineKind,
    Source,
    WireBlock,
    WireLine,
    WirePreview,
    first_lines,
    masked_header,
    text_lines,
    whole_characters,
)
from httpdesk.model.exchange import Origin, ResolvedHeader, ResolvedRequest


def planned(
    preview: Preview, secrets: Iterable[tuple[str, str]] = (), shown: int | None = SHOWN_BODY
) -> WirePreview | None:
    """Return what would be sent, None while there is no URL; at most `shown` bytes of the body.

    `secrets` are (name, value) of what is known to be secret, whatever it is called in the request.
    """
    request = preview.request
    return None if request is None else _of_request(request, preview, secrets, shown)


def _of_request(
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
        level = header.level
        if header.origin is Origin.URL and header.name == "Host":
            level = _typed_host(request)
        source = Source(header.origin, row, level, labels.of_header(header))
        yield masked_header(header, source, masker)
    yield WireLine("", LineKind.END, Source(Origin.DEFAULT))


def _typed_host(request: ResolvedRequest) -> str:
    """Return the host as typed where the header has another form of it (statement 9)."""
    return request.url.host if request.url.host != request.url.host_ascii else ""


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
        self.lines += text_lines(text, merged(self._masker.spans(text)), LineKind.PART, source)

    def _text(self, data: bytes, source: Source, content_type: str, name: str = "") -> None:
        text = self._take(data).decode("utf-8", "replace")
        spans = merged(body_spans(text, content_type, name), self._masker.spans(text))
        self.lines += text_lines(text, spans, LineKind.BODY, source)

    def _take(self, data: bytes) -> bytes:
        """Return as much of `data` as there is room for, whole characters only."""
        if self._whole:
            return data
        taken = data if len(data) <= self._room else whole_characters(data[: self._room])
        taken = first_lines(taken, self._lines_left)
        self._lines_left -= taken.count(b"\n")
        self._room = self._room - len(taken) if len(taken) == len(data) else 0
        self.cut += len(data) - len(taken)
        return taken


def _block(upload: Upload, source: Source) -> WireBlock:
    size = None if isinstance(upload, Unmeasured) else upload.size
    return WireBlock(size, source, upload.path)
