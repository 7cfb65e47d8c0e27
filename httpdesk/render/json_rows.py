"""Rows that are the lines of a JSON text laid out, formatted when they are wanted.

Nothing is parsed into objects, so numbers, escapes, order and repeated keys are the server's
(statement 52), and text that is not JSON, or not yet all there, is laid out as well. The index
counts rows by counting punctuation, in a few calls for each block; blocks where that would not
tell are laid out to be counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from httpdesk.model.response import BodyHandle
from httpdesk.render.block_rows import BlockRows, Span, Step, indexed_marks, marked
from httpdesk.render.json_layout import MAX_DEPTH, Inside, Last, Layout, State, unpacked
from httpdesk.render.rows import LONGEST_ROW, Pause, no_pause

BLOCK = LONGEST_ROW
"""Small, because a jump to anywhere lays one out, and because no row in it can be too long."""
LARGE_BLOCK = 64 * 1024
"""For what is one token, or white space, beyond a block."""

_CLASSES = bytes(
    {ord(c): ord(k) for k, cs in {"{": "{[", "}": "}]", " ": " \t\r\n"}.items() for c in cs}.get(
        byte, byte if chr(byte) in ',:"' else ord("0")
    )
    for byte in range(256)
)
"""Brackets, white space and words each become one byte."""
_SPACE = b" \t\r\n"
_NEIGHBOURS = (b'""', b'"0', b'"{', b'0"', b"0{", b'}"', b"}0")
"""Values without a comma between them, which stand in lines of their own outside of brackets."""
_NOT_BRACKETS = b',:"0'
_HIDDEN_ESCAPE = b"\x01\x01"


class JsonRows(BlockRows):
    """The lines of JSON in UTF-8, laid out; several values in a row stand one below the other."""

    INDEX_TASK = "json_rows:index_json"
    WINDOW = LARGE_BLOCK

    def find_block(self, data: bytes, at: int, state: int, *, final: bool) -> Step:
        """Return the block: up to a comma where counting is enough, else up to a row."""
        begin = unpacked(state)
        counted = _counted(data[at : at + BLOCK], begin)
        return counted or _laid(data[at : at + self.WINDOW], begin, final=final)

    def lay_out(self, data: bytes, state: int, *, first: bool) -> list[Span]:
        """Return the rows of a block."""
        return Layout(data, unpacked(state)).spans

    def fold_end(self, row: int, pause: Pause = no_pause) -> int | None:
        """Return the row that closes what `row` opens."""
        found = self.rows(row, 2)
        if len(found) < 2 or found[1].depth <= found[0].depth or found[0].continued:
            return None
        return self._next_row_at(row + 1, found[0].depth, pause)

    def _next_row_at(self, row: int, depth: int, pause: Pause) -> int | None:
        """Return the first row from `row` on that is no deeper than `depth`."""
        while True:
            block = self._index.block_of_row(row)
            if block is None:
                return None
            _, begin, end = block
            if unpacked(begin.state).depth - unpacked(end.state).dip <= depth:
                for at, span in enumerate(self.spans_from(row), row):
                    if span.depth <= depth and not span.continued:
                        return at
            row = end.rows
            pause()


def index_json(body: BodyHandle, **begin: int) -> Iterator[bytes]:
    """Yield the marks of the rows from `begin` on, for `JsonRows.index`."""
    yield from indexed_marks(JsonRows(body), marked(begin))


def _laid(data: bytes, begin: State, *, final: bool) -> Step:
    """Return a block by laying it out; its last row stays out while it may go on."""
    for length in (LARGE_BLOCK,) if begin.inside else (BLOCK, LARGE_BLOCK):
        layout = Layout(data[:length], begin)
        if final and len(data) <= length:
            return _whole(layout, len(data))
        if len(layout.spans) > 1:
            *_, before, last = layout.spans
            rows = len(layout.spans) - 1
            return Step(last.start, rows, before.line, layout.last_row.packed())
    # A row that is mostly white space: what follows is shown as its continuation.
    return _whole(Layout(data[: layout.cut_off], begin), layout.cut_off)


def _whole(layout: Layout, length: int) -> Step:
    return Step(length, len(layout.spans), layout.lines, layout.end.packed())


def _counted(data: bytes, begin: State) -> Step | None:
    """Return a block that ends at a comma or between values; None when counting cannot tell."""
    if begin.inside or begin.last in (Last.OPENER, Last.COLON, Last.VALUE):
        return None
    shown = data
    if b"\\" in data and b'\\"' in data:
        shown = data.replace(b"\\\\", _HIDDEN_ESCAPE).replace(b'\\"', _HIDDEN_ESCAPE)
    cut = _cut(shown)
    if cut is None:
        return None
    length, between = cut
    if shown is not data and (b"\x01" in between or b"\\" in between):
        return None  # a backslash outside of strings escapes nothing
    return _count(length, between, begin)


def _cut(data: bytes) -> tuple[int, bytes] | None:
    """Return where a block may end, and what it holds with a quote for each string."""
    parts = data.split(b'"')
    dropped = len(parts.pop()) + 1 if len(parts) % 2 == 0 else 0
    for number in range(len(parts) - 1, -1, -2):
        part = parts[number]
        end = part.rfind(b",") + 1 or max(part.rfind(b"}\n{"), part.rfind(b"]\n[")) + 1
        if end:
            between = b'"'.join([*parts[0:number:2], part[:end]])
            return len(data) - dropped - len(part) + end, between
        dropped += len(part) + (len(parts[number - 1]) + 2 if number else 0)
    return None


def _count(length: int, between: bytes, begin: State) -> Step | None:
    """Return the block that holds these bytes; None when its rows have to be laid out."""
    tokens = between.translate(_CLASSES, _SPACE)
    brackets = tokens.translate(None, _NOT_BRACKETS)
    dip, highest = _reach(brackets)
    if begin.depth + highest > MAX_DEPTH:
        return None
    if begin.last is Last.BRACKET and tokens[0] != _OPENER:
        return None
    if begin.depth <= dip and _has_neighbours(tokens, between):
        return None
    opened = brackets.count(b"{")
    closed = len(brackets) - opened
    rows = 1 + tokens.count(b",") + opened + closed + tokens.count(b"}{")
    rows -= 2 * tokens.count(b"{}") + tokens.count(b",}")
    rows -= (tokens[0] == _CLOSER) + (tokens[-1] == _COMMA)
    last = Last.COMMA if tokens[-1] == _COMMA else Last.BRACKET
    end = State(begin.depth + opened - closed, last, Inside.NOTHING, dip)
    return Step(length, rows, rows, end.packed())


def _has_neighbours(tokens: bytes, between: bytes) -> bool:
    if any(pair in tokens for pair in _NEIGHBOURS):
        return True
    classes = between.translate(_CLASSES)
    return b"0 " in classes and b"0 0" in b" ".join(classes.split())


def _reach(brackets: bytes) -> tuple[int, int]:
    """Return how far below and at most above its beginning the nesting goes."""
    levels, size = 0, -1
    while len(brackets) != size:
        size = len(brackets)
        brackets = brackets.replace(b"{}", b"")
        levels += 1
        if levels > MAX_DEPTH:
            return 0, levels
    dip = brackets.count(b"}")
    return dip, size - dip + levels


_COMMA, _OPENER, _CLOSER = b",{}"
