"""Rows that are the lines of a body, as they were received."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from httpdesk.model.response import BodyHandle
from httpdesk.render.block_rows import BlockRows, Piece, Span, Step, indexed_marks, marked
from httpdesk.render.rows import LONGEST_ROW
from httpdesk.render.visible_text import character_start

BLOCK = 64 * 1024
MOST_ROWS = 4096
"""Rows of a block at most, so that a screen of short lines is as quick as one of long lines."""
SMALL_BLOCK = BLOCK // 16

_CONTINUED = 1
"""State of a block that begins within a line."""
_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")


class LineRows(BlockRows):
    """The lines of a text in UTF-8; one may end with LF, CRLF or CR.

    What follows the last line's end is a row only when there is something.
    """

    INDEX_TASK = "line_rows:index_lines"
    WINDOW = BLOCK + 4

    def find_block(self, data: bytes, at: int, state: int, *, final: bool) -> Step:
        """Return the block: whole lines, or whole rows of a line that is longer than a block."""
        data = data[at : at + self.WINDOW]
        for block in (BLOCK, SMALL_BLOCK):
            length = len(data) if final and len(data) <= block else _block_end(data, block)
            rows = _count_rows(data[:length])
            if rows <= MOST_ROWS:
                break
        continued = _CONTINUED if length < len(data) and data[length - 1] not in b"\r\n" else 0
        return Step(length, rows, _count_lines(data[:length], state), continued)

    def lay_out(self, data: bytes, state: int, *, first: bool) -> list[Span]:
        """Return the lines of a block, each of them as one or more rows."""
        spans: list[Span] = []
        first_line = 0 if state == _CONTINUED else 1
        for number, found in enumerate(_LINE.finditer(data), first_line):
            continued = number == 0
            for start, end in _row_borders(data, found.start(), _content_end(found)):
                skipped = len(codecs.BOM_UTF8) if first and not spans and _has_bom(data) else 0
                piece = Piece(start + skipped, end)
                spans.append(Span(start, number, continued, 0, (piece,)))
                continued = True
        return spans


def index_lines(body: BodyHandle, **begin: int) -> Iterator[bytes]:
    """Yield the marks of the lines from `begin` on, for `LineRows.index`."""
    yield from indexed_marks(LineRows(body), marked(begin))


def _has_bom(data: bytes) -> bool:
    return data.startswith(codecs.BOM_UTF8)


def _block_end(data: bytes, block: int) -> int:
    """Return where a block ends: behind its last whole line, else before its last row."""
    last = max(data.rfind(b"\n", 0, block), data.rfind(b"\r", 0, block))
    if last >= 0:
        return last + (2 if data[last : last + 2] == b"\r\n" else 1)
    if block < BLOCK:
        return _end_of_line(data)
    *_, (start, _end) = _row_borders(data, 0, block)
    return start


def _end_of_line(data: bytes) -> int:
    line = _LINE.match(data)
    return line.end() if line is not None else 0


def _content_end(line: re.Match[bytes]) -> int:
    """Return where a line ends without its end."""
    stop = line.end()
    while stop > line.start() and line.string[stop - 1] in b"\r\n":
        stop -= 1
    return stop


def _row_borders(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the rows of one line, cut between characters; an empty line has one."""
    while end - start > LONGEST_ROW:
        stop = character_start(data, start + LONGEST_ROW)
        yield start, stop
        start = stop
    yield start, end


def _count_lines(data: bytes, state: int) -> int:
    """Return how many lines begin in `data`."""
    ends = data.count(b"\n")
    if b"\r" in data:
        ends += data.count(b"\r") - data.count(b"\r\n")
    unended = 1 if data and data[-1] not in b"\r\n" else 0
    return ends + unended - (1 if state == _CONTINUED else 0)


def _count_rows(data: bytes) -> int:
    if _has_long_line(data):
        return sum(
            1
            for found in _LINE.finditer(data)
            for _ in _row_borders(data, found.start(), _content_end(found))
        )
    return _count_lines(data, 0)


def _has_long_line(data: bytes) -> bool:
    """Return whether any line may be longer than a row, in a few jumps."""
    flat = data.replace(b"\r", b"\n") if b"\r" in data else data
    at = 0
    while at + LONGEST_ROW < len(flat):
        at = flat.rfind(b"\n", at, at + LONGEST_ROW + 1) + 1
        if at == 0:
            return True
    return False
