"""The whole of a JSON body laid out, for copying and saving; every token as received."""

from __future__ import annotations

from collections.abc import Iterator

from httpdesk.model.response import BodyHandle
from httpdesk.render.json_layout import Layout, State, unpacked
from httpdesk.render.json_rows import JsonRows
from httpdesk.render.rows import Stopped

FORMATTED_AT_ONCE = 256 * 1024 * 1024
"""Bytes up to which a library may hold text and result in memory."""
PIECE = 1024 * 1024
READ_AT_ONCE = 1024 * 1024


def format_json(body: BodyHandle) -> Iterator[bytes]:
    """Yield the text laid out, in pieces; an empty one shows that work goes on.

    It is one long call for a valid text of up to 256 MB, so it belongs in a process of its own.
    What the library refuses (invalid JSON, NaN, lone surrogates, great depth) or what is larger is
    laid out token by token, as it is on screen.
    """
    formatted = _formatted(body) if body.size <= FORMATTED_AT_ONCE else None
    if formatted is None:
        yield from laid_out(body)
        return
    for at in range(0, len(formatted), PIECE):
        yield formatted[at : at + PIECE]


def laid_out(body: BodyHandle) -> Iterator[bytes]:
    """Yield the text as `JsonRows` lays it out, with the bytes as received."""
    data, at, state = b"", 0, State()
    begin = 0
    rows = JsonRows(body)
    waiting: list[bytes] = []
    size = 0
    while begin + at < body.size:
        if len(data) - at < rows.WINDOW:
            begin, at = begin + at, 0
            data = _read(body, begin, READ_AT_ONCE)
        is_end = begin + at + rows.WINDOW >= body.size
        step = rows.find_block(data, at, state.packed(), final=is_end)
        block = data[at : at + step.length]
        text = _text(Layout(block, state), block, is_first=begin + at == 0)
        waiting.append(text)
        size += len(text)
        state, at = unpacked(step.state), at + step.length
        if size > PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _formatted(body: BodyHandle) -> bytes | None:
    """Return the whole text by the library, or None when it refuses; raises Stopped."""
    # Imported late: nothing that is shown at start-up needs it.
    import msgspec

    try:
        return msgspec.json.format(_read(body, 0, body.size), indent=2)
    except (msgspec.DecodeError, ValueError, RecursionError, MemoryError):
        return None


def _text(layout: Layout, block: bytes, *, is_first: bool) -> bytes:
    pieces: list[bytes] = []
    for span in layout.spans:
        if not span.continued and (pieces or not is_first):
            pieces.append(b"\n")
        for piece in span.pieces:
            pieces += (piece.before.encode(), block[piece.start : piece.end])
    return b"".join(pieces)


def _read(body: BodyHandle, offset: int, length: int) -> bytes:
    try:
        return body.read_at(offset, length)
    except ValueError:
        raise Stopped from None
