"""A copy of an HTML page for the browser that may not do anything: no scripts, no network.

The page stands in a frame without any right (HTML Standard, `sandbox`), which also keeps it from
sending itself elsewhere, and inherits a policy that loads nothing but what is in the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from httpdesk.model.response import BodyHandle
from httpdesk.render.rows import Pause, no_pause, read_piece

_CHUNK = 256 * 1024
_OUTGOING = re.compile(rb"<(link|meta|base|i?frame|fencedframe|portal|object|embed)", re.IGNORECASE)
"""Elements for which a browser looks names up or connects before it asks any policy."""
_LONGEST_NAME = 16
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-src 'none'; form-action 'none'; base-uri 'none'"
)
_HEAD = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8">\n'
    f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    '<meta http-equiv="x-dns-prefetch-control" content="off">\n'
    '<meta name="referrer" content="no-referrer"><title>HTTPDesk</title>\n'
    "<style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%}</style>\n"
    '</head><body><iframe sandbox srcdoc="'
)
_TAIL = '"></iframe></body></html>\n'


def browser_copy(body: BodyHandle, pause: Pause = no_pause) -> Iterator[bytes]:
    """Yield the copy of a page in UTF-8; raises Stopped when the body is given back."""
    yield _HEAD.encode()
    offset, left = 0, b""
    while piece := read_piece(body, offset, _CHUNK):
        offset += len(piece)
        data = left + piece.replace(b"\0", b"")
        # A tag may go on with the next piece.
        opened = data.rfind(b"<", max(0, len(data) - _LONGEST_NAME))
        data, left = (data[:opened], data[opened:]) if opened >= 0 else (data, b"")
        yield _harmless(data)
        pause()
    yield _harmless(left)
    yield _TAIL.encode()


def _harmless(page: bytes) -> bytes:
    """Return a stretch of a page as the text of an attribute."""
    unlinked = _OUTGOING.sub(rb"<x-\1", page)
    return unlinked.replace(b"&", b"&amp;").replace(b'"', b"&quot;")
