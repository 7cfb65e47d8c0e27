"""Why what was sent differs from what would be sent now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from httpdesk.engine.wire_lines import LineKind, WireBlock, WireLine, WirePreview
from httpdesk.model.exchange import Origin

_COMPUTED = (
    *("cookie:", "content-length:", "x-amz-date:", "x-amz-content-sha256:"),
    *("x-amz-security-token:", "authorization: digest "),
)
"""Starts of headers that follow from something else that is compared."""
_SIGNED = (Origin.CONNECTION, Origin.AUTH)
_OAUTH_PAIR = re.compile(r"[?&]oauth_[a-z_]+=[^&\s]*")
"""What a signature of OAuth 1.0a adds to the query."""


class Difference(Enum):
    """One reason for other bytes."""

    REDIRECT = "redirect"
    """It went where the answer before it led."""
    BOUNDARY = "boundary"
    """Each send of a multipart form has another boundary."""
    COOKIES = "cookies"
    """The jar held other cookies."""
    EDITED = "edited"
    """The request, a variable or a setting is another one since."""


def differences(now: WirePreview, then: WirePreview, *, first: bool) -> tuple[Difference, ...]:
    """Return what sets `then`, the first request of a send or one it was redirected to, apart."""
    found = []
    if not first:
        found.append(Difference.REDIRECT)
    if now.boundary and then.boundary and now.boundary != then.boundary:
        found.append(Difference.BOUNDARY)
    if _header(now, "cookie") != _header(then, "cookie"):
        found.append(Difference.COOKIES)
    if first and (_head(now) != _head(then) or _body(now) != _body(then)):
        found.append(Difference.EDITED)
    return tuple(found)


def _header(wire: WirePreview, name: str) -> str:
    start = f"{name}:"
    lines = (line.text for line in _lines(wire, LineKind.HEADER))
    return next((text for text in lines if text.lower().startswith(start)), "")


def _head(wire: WirePreview) -> list[str]:
    return [
        _OAUTH_PAIR.sub("", _without_boundary(_compared(line), wire))
        for line in _lines(wire, LineKind.REQUEST_LINE, LineKind.HEADER)
        if not line.text.lower().startswith(_COMPUTED)
    ]


def _compared(line: WireLine) -> str:
    """Return the text, of a connection's credential what is shown: no view reads a secret."""
    return line.shown() if line.source.origin in _SIGNED else line.text


def _body(wire: WirePreview) -> object:
    """Return what can be compared of a body: its text when all of it is at hand, else its size."""
    if wire.cut or any(isinstance(line, WireBlock) for line in wire.lines):
        return wire.body_size
    text = "".join(line.text + line.end for line in _lines(wire, LineKind.BODY, LineKind.PART))
    return _without_boundary(text, wire)


def _lines(wire: WirePreview, *kinds: LineKind) -> Iterator[WireLine]:
    return (line for line in wire.lines if isinstance(line, WireLine) and line.kind in kinds)


def _without_boundary(text: str, wire: WirePreview) -> str:
    return text.replace(wire.boundary, "") if wire.boundary else text
