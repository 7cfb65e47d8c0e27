"""What a hop really sent, line by line, from the bytes that the socket took."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from httpdesk.engine.authorize import AWS_HEADERS, is_pending
from httpdesk.engine.masking import Masker, secret_values
from httpdesk.engine.secret_spans import body_spans, merged, target_spans
from httpdesk.engine.wire import wire_headers
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
from httpdesk.model.exchange import Hop, Origin, ResolvedHeader, ResolvedRequest

_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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
    kept = first_lines(whole_characters(hop.sent_body[:SHOWN_BODY]), SHOWN_LINES)
    body = tuple(_sent_body(kept, content_type, masker, source))
    return WirePreview(
        lines=(*head, *body),
        head_size=len(hop.sent_head),
        body_size=hop.bytes_sent,
        cut=max(0, hop.bytes_sent - len(kept)),
        boundary=boundary,
    )


def _sent_head(
    text: str, request: ResolvedRequest, masker: Masker, first: bool
) -> Iterator[WireLine]:
    lines = text.removesuffix("\r\n\r\n").split("\r\n")
    known = {each.name.lower(): each for each in wire_headers(request)}
    pending = next((each for each in request.headers if is_pending(each)), None)
    if pending is not None:
        known |= {name: replace(pending, name=name) for name in AWS_HEADERS}
    source = Source(Origin.URL if first else Origin.REDIRECT)
    spans = merged(target_spans(lines[0]), masker.spans(lines[0]))
    yield WireLine(lines[0], LineKind.REQUEST_LINE, source, spans)
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        header = ResolvedHeader(name, value, Origin.DEFAULT)
        yield masked_header(header, _sent_source(header, known, first), masker)
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
            yield from text_lines(text, spans, LineKind.BODY, source)
        else:
            yield WireBlock(len(piece), source, data=piece)


def _runs(data: bytes) -> Iterator[tuple[bool, bytes]]:
    """Yield (whether it is text, bytes) of neighbouring lines of one sort."""
    held, held_is_text = b"", True
    for line in whole_characters(data).splitlines(keepends=True):
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


def _pairs(lines: Iterable[WireLine]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.kind is LineKind.HEADER:
            name, _, value = line.text.partition(": ")
            yield name, value
