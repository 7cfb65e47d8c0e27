"""The whole of a JSON body laid out, for copying and saving; every token as received.

A library lays out what is valid, many times faster than we do: the whole of it, or stretches of
members or elements of one container, which the index of `JsonRows` finds. What it refuses (invalid
JSON, NaN, lone surrogates, great depth) is laid out token by token, as it is on screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from httpdesk.model.response import BodyHandle
from httpdesk.render.block_index import START, Mark
from httpdesk.render.block_rows import LEFT_FOR_US
from httpdesk.render.json_layout import INDENT, Inside, Last, Layout, unpacked
from httpdesk.render.json_rows import JsonRows
from httpdesk.render.rows import read_piece

FORMATTED_AT_ONCE = 256 * 1024 * 1024
"""Bytes up to which the library may hold text and result in memory."""
STRETCH = 8 * 1024 * 1024
"""Bytes of one stretch of a larger body."""
PIECE = 1024 * 1024
READ_AT_ONCE = 1024 * 1024

_MEMBER = re.compile(rb'[ \t\r\n]*+"(?:[^"\\]++|\\.)*+"[ \t\r\n]*+:', re.DOTALL)


class _Range(NamedTuple):
    begin: Mark
    end: Mark
    is_stretch: bool
    """Whether it is whole members or elements of one container, up to a comma."""


def format_json(body: BodyHandle) -> Iterator[bytes]:
    """Yield the text laid out, in pieces; an empty one shows that work goes on.

    It takes one long call for each piece, so it belongs in a process of its own.
    """
    formatted = None
    if body.size <= FORMATTED_AT_ONCE:
        formatted = _formatted(read_piece(body, 0, body.size))
    if formatted is None:
        yield from _in_ranges(body)
        return
    for at in range(0, len(formatted), PIECE):
        yield formatted[at : at + PIECE]


def laid_out(body: BodyHandle, begin: Mark = START, stop: int | None = None) -> Iterator[bytes]:
    """Yield the text from a mark on as `JsonRows` lays it out, with the bytes as received."""
    rows = JsonRows(body)
    state, offset, end = begin.state, begin.offset, body.size if stop is None else stop
    data, start = b"", offset
    while offset < end:
        if start + len(data) - offset < rows.WINDOW:
            data, start = read_piece(body, offset, READ_AT_ONCE), offset
        is_end = offset + rows.WINDOW >= body.size
        step = rows.find_block(data, offset - start, state, final=is_end)
        block = data[offset - start : offset - start + step.length]
        yield _text(Layout(block, unpacked(state)), block, is_first=offset == 0)
        state, offset = step.state, offset + step.length


def _in_ranges(body: BodyHandle) -> Iterator[bytes]:
    end = START
    for part in _ranges(JsonRows(body)):
        formatted = _stretch(body, part) if part.is_stretch else None
        if formatted is not None:
            yield formatted
        else:
            yield from laid_out(body, part.begin, part.end.offset)
        end = part.end
    yield from laid_out(body, end)


def _ranges(rows: JsonRows) -> Iterator[_Range]:
    """Yield the body but its end as ranges, stretches where there are any."""
    begin, last, before = START, None, START
    for mark in rows.marks(START, LEFT_FOR_US):
        start, here = unpacked(begin.state), unpacked(mark.state)
        is_left = unpacked(before.state).depth - here.dip < start.depth
        if is_left or start.last is not Last.COMMA or start.inside:
            if last is not None:
                yield _Range(begin, last, is_stretch=True)
            yield _Range(last or begin, mark, is_stretch=False)
            begin, last = mark, None
        elif (here.depth, here.last, here.inside) == (start.depth, Last.COMMA, Inside.NOTHING):
            last = mark
        if last is not None and mark.offset - begin.offset > STRETCH:
            yield _Range(begin, last, is_stretch=True)
            begin, last = last, None
        before = mark
    if last is not None:
        yield _Range(begin, last, is_stretch=True)
    elif begin != before:
        yield _Range(begin, before, is_stretch=False)


def _stretch(body: BodyHandle, part: _Range) -> bytes | None:
    """Return a stretch by the library, in brackets of our own that are taken off again."""
    data = read_piece(body, part.begin.offset, part.end.offset - part.begin.offset)
    brackets = (b"{", b"}") if _MEMBER.match(data) else (b"[", b"]")
    formatted = _formatted(data.rstrip(b" \t\r\n")[:-1].join(brackets))
    if formatted is None:
        return None
    further = INDENT.encode() * (unpacked(part.begin.state).depth - 1)
    lines = formatted[1:-2]  # between the brackets, each line with its break before it
    return lines.replace(b"\n", b"\n" + further) + b","


def _formatted(data: bytes) -> bytes | None:
    """Return a text by the library, or None when it refuses."""
    # Imported late: nothing that is shown at start-up needs it.
    import msgspec

    try:
        return msgspec.json.format(data, indent=2)
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
