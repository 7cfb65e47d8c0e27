"""Rows over a body that is indexed block by block; a block is laid out when its rows are wanted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import ClassVar, NamedTuple

from httpdesk.model.response import BodyHandle
from httpdesk.render.block_index import BlockIndex, Mark, packed
from httpdesk.render.rows import Elsewhere, Match, Pause, Place, Row, no_pause, read_piece
from httpdesk.render.visible_text import visible_bytes

KEPT_BLOCKS = 12
"""Laid-out blocks that are kept: a few screens."""
INDEXED_HERE = 1024 * 1024
"""Bytes that are indexed by the caller's own thread; it would slow the window down for more."""
LEFT_FOR_US = 256 * 1024
"""Bytes at the body's end that are indexed here: more may arrive, or the end has to be known."""
COPIED_AT_ONCE = 200
"""Rows between two pauses while text is copied."""
READ_AHEAD = 512 * 1024
SENT_EVERY_S = 0.05


class Piece(NamedTuple):
    """Bytes of the body within a row, by their place in the block, and the text before them."""

    start: int
    end: int
    before: str = ""


class Span(NamedTuple):
    """One row of a block, by places in the block."""

    start: int
    line: int
    """Lines that begin in the block up to this row, its own included."""
    continued: bool
    depth: int
    pieces: tuple[Piece, ...]


class Step(NamedTuple):
    """A block that was found in the bytes: where it ends, and what it holds."""

    length: int
    rows: int
    lines: int
    state: int


class _Laid(NamedTuple):
    """A laid-out block with its bytes."""

    begin: Mark
    data: bytes
    spans: list[Span]


class BlockRows:
    """The `Rows` of a body; a kind of layout says how blocks are found and laid out.

    While the body grows, its last block is provisional and found anew by the next `index`.
    """

    INDEX_TASK: ClassVar[str] = ""
    """Name of the function that indexes elsewhere; see `indexed_marks`."""
    WINDOW: ClassVar[int] = 0
    """Bytes that `find_block` looks at, unless the body ends before."""

    def __init__(self, body: BodyHandle, *, growing: bool = False) -> None:
        self._body = body
        self._growing = growing
        self._complete = False
        self._index = BlockIndex()
        self._laid: dict[tuple[int, int], _Laid] = {}
        self._ahead = (0, b"")

    @property
    def count(self) -> int:
        """How many rows are known."""
        return self._index.end.rows

    @property
    def complete(self) -> bool:
        """Whether the body is indexed to its end and grows no more."""
        return self._complete

    @property
    def indexed(self) -> int:
        """How many bytes of the body the known rows stand for."""
        return self._index.end.offset

    def finish(self) -> None:
        """Know that the body grows no more; another `index` brings its last rows."""
        self._growing = False

    def index(self, pause: Pause = no_pause, elsewhere: Elsewhere | None = None) -> None:
        """Index on to the end; `count` grows meanwhile. Of a growing body it takes a piece."""
        here = self._index.settled.offset + INDEXED_HERE
        while self._index.settled.offset < here and self._step():
            pause()
        if self._growing:
            # The next call goes on: whoever receives the body needs the time more.
            return
        left = self._body.size - self._index.settled.offset
        if elsewhere is not None and left > INDEXED_HERE + LEFT_FOR_US:
            for marks in elsewhere(self.INDEX_TASK, self._index.settled._asdict()):
                self._index.take(marks)
                pause()
        while self._step():
            pause()

    def rows(self, first: int, count: int) -> tuple[Row, ...]:
        """Return up to `count` rows from `first`; fewer at the end of what is known."""
        found: list[Row] = []
        while len(found) < count:
            laid = self._lay(self._index.block_of_row(first + len(found)))
            if laid is None:
                break
            at = first + len(found) - laid.begin.rows
            wanted = laid.spans[at : at + count - len(found)]
            if not wanted:
                break
            found += (_row(laid, span) for span in wanted)
        return tuple(found)

    def fold_end(self, row: int, pause: Pause = no_pause) -> int | None:
        """Return the row that closes what `row` opens, or None: lines open nothing."""
        return None

    def places(self, matches: tuple[Match, ...]) -> tuple[tuple[Place, Place], ...]:
        """Return where matches begin and end in the text, of those that lie in known rows."""
        indexed, laid = self.indexed, None
        found: list[tuple[Place, Place]] = []
        for match in matches:
            if match.end > indexed:
                continue
            # Thousands of them are in the same block, and each look into the index takes a lock.
            laid = self._laid_at(match.start, laid)
            start = _place(laid, match.start, match.start)
            laid = self._laid_at(max(match.end - 1, match.start), laid)
            end = _place(laid, match.end, max(match.end - 1, match.start))
            if start is not None and end is not None:
                found.append((start, end))
        return tuple(found)

    def row_of_line(self, line: int) -> int:
        """Return the row that a line (counted from 1) begins at, the last known one at most."""
        laid = self._lay(self._index.block_of_line(max(line, 1)))
        if laid is None:
            return max(self.count - 1, 0)
        wanted = line - laid.begin.lines
        number = next((at for at, span in enumerate(laid.spans) if span.line >= wanted), 0)
        return laid.begin.rows + number

    def text(self, start: Place, end: Place, limit: int, pause: Pause = no_pause) -> str:
        """Return the text between two places as it reads on screen, of `limit` characters at most.

        Rows of one line are joined without a line's end.
        """
        pieces: list[str] = []
        room = limit
        for number, row in self._rows_between(start.row, end.row, pause):
            shown = row.text[: end.column] if number == end.row else row.text
            shown = shown[start.column :] if number == start.row else shown
            pieces.append(shown if row.continued or not pieces else "\n" + shown)
            room -= len(pieces[-1])
            if room <= 0:
                break
        return "".join(pieces)[:limit]

    def find_block(self, data: bytes, at: int, state: int, *, final: bool) -> Step:
        """Return the block that begins in `data` at `at`, of `WINDOW` bytes at most.

        With `final` the body ends within the next `WINDOW` bytes.
        """
        raise NotImplementedError

    def lay_out(self, data: bytes, state: int, *, first: bool) -> list[Span]:
        """Return the rows of a block: as many as were counted when it was found."""
        raise NotImplementedError

    def marks(self, begin: Mark, stop: int) -> Iterator[Mark]:
        """Yield the ends of blocks from `begin` on, as long as more than `stop` bytes are left."""
        size = self._body.size
        while size - begin.offset > stop:
            data, at = self._window(begin.offset)
            step = self.find_block(data, at, begin.state, final=False)
            begin = _after(begin, step)
            yield begin

    def _step(self) -> bool:
        """Index one block; return whether there is another one."""
        begin, growing, size = self._index.settled, self._growing, self._body.size
        data, at = self._window(begin.offset)
        length = min(len(data) - at, self.WINDOW)
        last = begin.offset + length >= size
        if length:
            step = self.find_block(data, at, begin.state, final=last)
            last = last and step.length >= length
            self._index.add(_after(begin, step), provisional=last and growing)
        self._complete = last and not growing
        if last:
            self._ahead = (0, b"")
        return not last

    def _window(self, offset: int) -> tuple[bytes, int]:
        """Return bytes that a block is found in, and where; read in larger pieces."""
        begin, data = self._ahead
        if not begin <= offset <= begin + len(data) - self.WINDOW:
            begin, data = self._ahead = (offset, read_piece(self._body, offset, READ_AHEAD))
        return data, offset - begin

    def _lay(self, block: tuple[int, Mark, Mark] | None) -> _Laid | None:
        """Return a block laid out; a provisional one is another when its end has moved."""
        if block is None:
            return None
        number, begin, end = block
        laid = self._laid.get((number, end.offset))
        if laid is None:
            data = read_piece(self._body, begin.offset, end.offset - begin.offset)
            laid = _Laid(begin, data, self.lay_out(data, begin.state, first=begin.offset == 0))
            for old in list(self._laid)[: 1 - KEPT_BLOCKS]:
                self._laid.pop(old, None)
            self._laid[number, end.offset] = laid
        return laid

    def _laid_at(self, offset: int, near: _Laid | None) -> _Laid | None:
        """Return the block that holds a byte, perhaps the one at hand."""
        if near is not None and 0 <= offset - near.begin.offset < len(near.data):
            return near
        return self._lay(self._index.block_of_offset(offset))

    def spans_from(self, row: int) -> list[Span]:
        """Return the rows of the block that `row` lies in, from it on."""
        laid = self._lay(self._index.block_of_row(row))
        return [] if laid is None else laid.spans[row - laid.begin.rows :]

    def _rows_between(self, first: int, last: int, pause: Pause) -> Iterator[tuple[int, Row]]:
        for at in range(first, last + 1, COPIED_AT_ONCE):
            found = self.rows(at, min(COPIED_AT_ONCE, last + 1 - at))
            yield from enumerate(found, at)
            pause()


def indexed_marks(rows: BlockRows, begin: Mark) -> Iterator[bytes]:
    """Yield the marks from `begin` on, packed; the body's end is left to the one who asked."""
    waiting: list[Mark] = []
    sent = monotonic()
    for mark in rows.marks(begin, LEFT_FOR_US):
        waiting.append(mark)
        if monotonic() - sent > SENT_EVERY_S:
            yield packed(waiting)
            waiting, sent = [], monotonic()
    yield packed(waiting)


def marked(arguments: Mapping[str, int]) -> Mark:
    """Return the mark that `BlockRows.index` sent."""
    return Mark(**arguments)


def _after(begin: Mark, step: Step) -> Mark:
    return Mark(
        begin.offset + step.length, begin.rows + step.rows, begin.lines + step.lines, step.state
    )


def _start_of(span: Span) -> int:
    return span.start


def _row(laid: _Laid, span: Span) -> Row:
    text = "".join(
        piece.before + visible_bytes(laid.data[piece.start : piece.end]) for piece in span.pieces
    )
    line = laid.begin.lines + span.line
    return Row(text, line, laid.begin.offset + span.start, span.continued, span.depth)


def _place(laid: _Laid | None, offset: int, byte: int) -> Place | None:
    """Return the place of `offset` in the row of `byte`: an end belongs to the one before it."""
    if laid is None or not laid.spans:
        return None
    inside = offset - laid.begin.offset
    row = max(bisect_right(laid.spans, byte - laid.begin.offset, key=_start_of) - 1, 0)
    return Place(laid.begin.rows + row, _column(laid, laid.spans[row], inside, offset > byte))


def _column(laid: _Laid, span: Span, inside: int, is_end: bool) -> int:
    """Return how many characters of the row stand before a byte."""
    column = 0
    for piece in span.pieces:
        if piece.start > inside or (is_end and piece.start == inside):
            break
        shown = laid.data[piece.start : min(piece.end, inside)]
        column += len(piece.before) + len(visible_bytes(shown))
    return column
