"""Whether the file of an image is whole, by what its format says of its own end."""

from __future__ import annotations

from httpdesk.model.response import BodyHandle

_TAIL = 64
"""Bytes behind which no end is looked for; some programs add a few."""


def is_cut_short(body: BodyHandle, format_name: str) -> bool:
    """Return whether the bytes end before the image does; False where its format does not say.

    Raises ValueError when the body was given back.
    """
    size = body.size
    tail = body.read_at(max(0, size - _TAIL), _TAIL)
    if format_name == "PNG":
        return b"IEND" not in tail
    if format_name == "JPEG":
        return b"\xff\xd9" not in tail
    if format_name == "GIF":
        return not tail.rstrip(b"\0").endswith(b";")
    head = body.read_at(0, 8)
    if format_name == "WebP":
        return int.from_bytes(head[4:8], "little") + 8 > size
    if format_name == "BMP":
        return int.from_bytes(head[2:6], "little") > size
    return format_name == "ICNS" and int.from_bytes(head[4:8], "big") > size
