"""The first look at a body, on a worker: what it is, and its text in UTF-8; no Qt in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from httpdesk.gui.response.body_content import SHOWN_BYTES, read_start
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
from httpdesk.render.decode import Charset, charset_of, decode
from httpdesk.render.rows import Pause
from httpdesk.render.transcode import transcode

if TYPE_CHECKING:
    from httpdesk.engine.offload import Scratch


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a text was won from the bytes."""

    charset: Charset
    invalid: int = 0
    """How many places were not valid in that charset, of the beginning if it is UTF-8 already."""


@dataclass(frozen=True, slots=True)
class Look:
    """A body as the pages get it, and how its text was won; None for what is no text."""

    body: ShownBody
    read_as: ReadAs | None = None


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
    text, read_as = handle, _read_as(handle, media, charset, json=rendering is Rendering.JSON)
    if not read_as.charset.is_utf8:
        text = new_scratch()
        invalid = transcode(handle, read_as.charset, text.write, pause)
        read_as = replace(read_as, invalid=invalid)
    other = text_rendering(media, head)
    body = ShownBody(exchange, text, media, rendering, other, read_as.charset.name, whole)
    return Look(body, read_as)


def _read_as(handle: BodyHandle, media: MediaType, chosen: str, *, json: bool) -> ReadAs:
    """Return the charset, which the beginning of the text decides for all of it."""
    start = read_start(handle, SHOWN_BYTES)
    whole = len(start) == handle.size
    charset = charset_of(start, media.charset, chosen=chosen, whole=whole, json=json)
    invalid = decode(start, chosen="utf-8", whole=whole).invalid if charset.is_utf8 else 0
    return ReadAs(charset, invalid)
