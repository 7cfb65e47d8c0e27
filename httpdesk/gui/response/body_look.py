"""The first look at a body, on a worker: what it is, and its text in UTF-8; no Qt in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from httpdesk.gui.response.body_content import (
    SHOWN_BYTES,
    BodyGone,
    read_start,
)
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.model.errors import UndecodableBody
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import ResponseType
from httpdesk.model.response import BodyHandle, Response
from httpdesk.render.content_type import (
    SNIFF_LENGTH,
    TEXTS,
    MediaType,
    Rendering,
    binary_format,
    parse_media_type,
    rendering_of,
    text_rendering,
)
from httpdesk.render.decode import DecodedText, decode, find_codec
from httpdesk.render.rows import Pause
from httpdesk.render.transcode import transcode

if TYPE_CHECKING:
    from httpdesk.engine.offload import Scratch


@dataclass(frozen=True, slots=True)
class Look:
    """A body as the pages get it, and how its text was won; None for what is no text."""

    body: ShownBody
    decoded: DecodedText | None = None


def shown_handle(response: Response, exchange: Exchange) -> BodyHandle:
    """Return the body, or the raw bytes when nothing of it could be decoded (statement 58)."""
    failed = isinstance(exchange.error, UndecodableBody)
    if failed and response.body.size == 0 and response.raw_body is not None:
        return response.raw_body
    return response.body


def look(
    exchange: Exchange, charset: str, new_scratch: Callable[[], Scratch], pause: Pause
) -> Look:
    """Return what the body of an answered exchange is; `charset` is the user's choice or "".

    Raises BodyGone, and Stopped by `pause`.
    """
    response = exchange.response
    assert response is not None
    handle = shown_handle(response, exchange)
    wanted = exchange.request.options.response_type
    if handle is not response.body:
        wanted = ResponseType.TEXT
    media = parse_media_type(response.header("Content-Type"))
    head = read_start(handle, SNIFF_LENGTH)
    rendering = rendering_of(media, head, wanted)
    whole = exchange.error is None
    format_name = binary_format(head) or ""
    if rendering not in TEXTS:
        body = ShownBody(exchange, handle, media, rendering, whole=whole, format_name=format_name)
        return Look(body)
    decoded = _decoded(handle, media, charset, rendering, whole)
    body = ShownBody(
        exchange,
        _in_utf8(handle, decoded, new_scratch, pause),
        media,
        rendering,
        text_rendering(media, head),
        decoded.charset,
        whole,
    )
    return Look(body, decoded)


def _decoded(
    handle: BodyHandle, media: MediaType, charset: str, rendering: Rendering, whole: bool
) -> DecodedText:
    """Return the beginning of the text, which decides the charset of all of it."""
    start = read_start(handle, SHOWN_BYTES)
    return decode(
        start,
        media.charset,
        chosen=charset,
        whole=whole and len(start) == handle.size,
        json=rendering is Rendering.JSON,
    )


def _in_utf8(
    handle: BodyHandle, decoded: DecodedText, new_scratch: Callable[[], Scratch], pause: Pause
) -> BodyHandle:
    codec = find_codec(decoded.charset)
    if codec in (None, "utf-8", "ascii"):
        return handle
    scratch = new_scratch()
    try:
        transcode(handle, decoded.charset, scratch.write, pause)
    except ValueError as error:
        raise BodyGone from error
    return scratch
