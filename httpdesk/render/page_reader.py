"""Looks into the bodies of pages: whole ones of a bounded size, as text in their charset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from httpdesk.model.paging import PageOutline
from httpdesk.model.response import Response
from httpdesk.render.content_type import parse_media_type
from httpdesk.render.decode import decode
from httpdesk.render.json_outline import outline
from httpdesk.render.rows import Pause, no_pause

Scratch = TypeVar("Scratch")

LARGEST_PAGE = 8_000_000
"""Bytes of a page that is looked into; reading JSON takes about 1 s per MB."""


@dataclass(frozen=True, slots=True)
class JsonPages(Generic[Scratch]):
    """How pages of JSON are looked into, and where their items are put together."""

    new_scratch: Callable[[], Scratch]
    pause: Pause = no_pause

    def outline(self, response: Response) -> PageOutline | None:
        """Return what of a page tells the next one; None for what is no JSON, or is too large."""
        body = response.body
        if not 0 < body.size <= LARGEST_PAGE:
            return None
        media = parse_media_type(response.header("Content-Type"))
        text = decode(body.read_at(0, body.size), media.charset, json=True).text
        return outline(text, self.pause)
