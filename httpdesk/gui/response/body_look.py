"""The first look at a body, on a worker: what it is, and its text in UTF-8; no Qt in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.paced import Pace
from httpdesk.model.errors import UndecodableBody
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import ResponseType
from httpdesk.model.response import BodyHandle, Response
from httpdesk.render.content_type import (
    SNIFF_LENGTH,
    Rendering,
    binary_format,
    image_format,
    parse_media_type,
    rendering_of,
    text_rendering,
)
from httpdesk.render.decode import Charset, charset_of, decode
from httpdesk.render.rows import Pause, Stopped, read_piece
from httpdesk.render.transcode import Transcoder

if TYPE_CHECKING:
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.engine.offload import Scratch

JUDGED_BYTES = 1_000_000
"""How much of a text is looked at to tell its charset."""


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
    text: TextInUtf8 | None = None
    """The text of `body`, when it came in another charset."""

    def goes_on_as(self, body: ShownBody) -> bool:
        """Return whether `body` is the same kind of bytes: what is shown of it may stay."""
        mine = self.body
        kept = (mine.rendering, mine.fallback, mine.charset, mine.format_name)
        return kept == (body.rendering, body.fallback, body.charset, body.format_name)


class TextInUtf8:
    """A text in UTF-8 that came in another charset; it is read on as its body grows."""

    def __init__(self, source: BodyHandle, charset: Charset, text: Scratch) -> None:
        self.handle = text
        self._source = source
        self._transcoder = Transcoder(charset)

    @property
    def invalid(self) -> int:
        """How many places so far were not valid in the charset."""
        return self._transcoder.invalid

    def read_on(self, pause: Pause, *, final: bool) -> None:
        """Take what has come since, `final` at the body's end; raises Stopped, StorageFailed."""
        self._transcoder.feed(self._source, self.handle.write, pause, final=final)


def shown_handle(response: Response, exchange: Exchange) -> BodyHandle:
    """Return the body, or the raw bytes when nothing of it could be decoded (statement 58)."""
    failed = isinstance(exchange.error, UndecodableBody)
    if failed and response.body.size == 0 and response.raw_body is not None:
        return response.raw_body
    return response.body


def look(
    exchange: Exchange,
    charset: str,
    new_scratch: Callable[[], Scratch],
    pause: Pause,
    before: Look | None = None,
    *,
    growing: bool = False,
) -> Look:
    """Return what the body of an answered exchange is; `charset` is the user's choice or "".

    The text of a growing body that was looked at `before` is read on where it can be. Raises
    Stopped.
    """
    response = exchange.response
    assert response is not None
    handle = shown_handle(response, exchange)
    wanted = exchange.request.options.response_type
    if handle is not response.body:
        wanted = ResponseType.TEXT
    media = parse_media_type(response.header("Content-Type"))
    head = read_piece(handle, 0, SNIFF_LENGTH)
    body = ShownBody(
        exchange,
        handle,
        media,
        rendering_of(media, head, wanted),
        whole=exchange.error is None and not growing,
        growing=growing,
        format_name=image_format(head, media) or binary_format(head) or "",
    )
    if not body.is_text:
        return Look(body)
    read_as = _read_as(body, charset)
    body = replace(body, fallback=text_rendering(media, head), charset=read_as.charset.name)
    if read_as.charset.is_utf8:
        return Look(body, read_as)
    text = before.text if before is not None and before.goes_on_as(body) else None
    text = text or TextInUtf8(handle, read_as.charset, new_scratch())
    text.read_on(pause, final=not growing)
    read_as = replace(read_as, invalid=text.invalid)
    return Look(replace(body, handle=text.handle, encoded=handle), read_as, text)


def _read_as(body: ShownBody, chosen: str) -> ReadAs:
    """Return the charset, which the beginning of the text decides for all of it."""
    start = read_piece(body.handle, 0, JUDGED_BYTES)
    whole = len(start) == body.handle.size and not body.growing
    json = body.rendering is Rendering.JSON
    charset = charset_of(start, body.media.charset, chosen=chosen, whole=whole, json=json)
    invalid = decode(start, chosen="utf-8", whole=whole).invalid if charset.is_utf8 else 0
    return ReadAs(charset, invalid)


def stays_on(before: Look, after: Look) -> bool:
    """Return whether what is on screen of a growing body is good for its end, too."""
    goes_on = before.body.growing and before.goes_on_as(after.body)
    return goes_on and before.body.handle is after.body.handle


def look_at(
    exchange: Exchange,
    charset: str,
    new_scratch: Callable[[], Scratch],
    cancel: CancelToken,
    *,
    before: Look | None,
    growing: bool,
) -> Look | None:
    """Look at the body on a worker; None when it is not wanted any more."""
    try:
        return look(exchange, charset, new_scratch, Pace(cancel), before, growing=growing)
    except Stopped:
        return None


def read_on(text: TextInUtf8, cancel: CancelToken) -> None:
    """Read on in a growing text on a worker; a body that is given back has no more."""
    try:
        text.read_on(Pace(cancel), final=False)
    except Stopped:
        return
