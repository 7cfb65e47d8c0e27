"""The text of a response that is to be kept as an example, or why it cannot be."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from httpdesk.model.request import MOST_EXAMPLE_BYTES

if TYPE_CHECKING:
    from httpdesk.model.response import Response


class ExampleRefusal(Enum):
    """Why a response cannot be kept as an example."""

    TOO_LARGE = "too large"
    """More than MOST_EXAMPLE_BYTES."""
    BINARY = "binary"


def read_example(response: Response) -> tuple[str, str] | ExampleRefusal:
    """Return OpenCollection's word for the body's kind, and its text; a worker calls it."""
    from httpdesk.render.content_type import SNIFF_LENGTH, looks_binary, parse_media_type
    from httpdesk.render.decode import decode
    from httpdesk.render.rows import read_piece

    body = response.body
    if body.size > MOST_EXAMPLE_BYTES:
        return ExampleRefusal.TOO_LARGE
    media = parse_media_type(response.header("Content-Type"))
    data = read_piece(body, 0, MOST_EXAMPLE_BYTES)
    if data and looks_binary(data[:SNIFF_LENGTH], media.charset):
        return ExampleRefusal.BINARY
    kind = _kind(media.essence)
    return kind, decode(data, media.charset, json=kind == "json").text


def _kind(essence: str) -> str:
    for kind in ("json", "xml"):
        if essence.endswith((f"/{kind}", f"+{kind}")):
            return kind
    return "html" if essence == "text/html" else "text"
