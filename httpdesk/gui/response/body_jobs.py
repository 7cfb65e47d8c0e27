"""What the body view has done on a worker."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.response.body_content import (
    BodyGone,
    BodySource,
    BodyText,
    LoadedBody,
    Pace,
    PrettyBody,
    lay_out,
    load,
    read_start,
)
from httpdesk.gui.response.image_view import LARGEST_FILE, ImagePreview, decode_image
from httpdesk.model.errors import UndecodableBody
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import BodyHandle, Response
from httpdesk.render.content_type import Rendering


@dataclass(frozen=True, slots=True)
class BodyResult:
    """A body that was read, with its preview when it is an image."""

    body: LoadedBody
    image: ImagePreview | None = None


def shown_handle(response: Response, exchange: Exchange | None) -> BodyHandle:
    """Return the body, or the raw bytes when nothing of it could be decoded (statement 58)."""
    failed = exchange is not None and isinstance(exchange.error, UndecodableBody)
    if failed and response.body.size == 0 and response.raw_body is not None:
        return response.raw_body
    return response.body


def lay_out_body(text: BodyText, cancel: CancelToken) -> PrettyBody | None:
    """Lay the text out on a worker; None when it is not wanted any more."""
    try:
        return lay_out(text, Pace(cancel))
    except BodyGone:
        return None


def load_body(source: BodySource, cancel: CancelToken) -> BodyResult | None:
    """Read the body on a worker; None when its bytes were given back meanwhile."""
    try:
        body = load(source, Pace(cancel))
        if body.text.rendering is Rendering.IMAGE:
            return BodyResult(body, _preview(source.handle, body.text))
    except BodyGone:
        return None
    return BodyResult(body)


def _preview(handle: BodyHandle, text: BodyText) -> ImagePreview:
    if text.size > LARGEST_FILE:
        return ImagePreview(None, QSize(), too_large=True)
    return decode_image(read_start(handle, text.size), text.format_name)
