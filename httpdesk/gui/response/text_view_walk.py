"""From rows to what stands on the screen: wrapped, with what is folded away left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from httpdesk.gui.response.text_view_folds import Folds
from httpdesk.gui.response.text_view_lines import Line
from httpdesk.gui.response.text_view_window import RowWindow
from httpdesk.render.rows import Place


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A line of the screen: a row, and which of its wrapped lines, from 0."""

    row: int
    sub: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the screen: the columns `start` to `end` of a row."""

    line: Line
    sub: int
    start: int
    end: int

    @property
    def spot(self) -> Spot:
        """Where the piece is."""
        return Spot(self.line.number, self.sub)

    @property
    def last(self) -> bool:
        """Whether the row ends with it."""
        return self.end == self.line.cells.length


class Walk:
    """Goes up and down in the lines that are known; a row that is not known counts as one line."""

    def __init__(self, window: RowWindow, folds: Folds) -> None:
        self.window = window
        self.folds = folds
        self.rows = 0
        """How many rows there are."""
        self.room = 0
        """Cells of a wrapped line, 0 without wrapping."""

    @property
    def lines(self) -> int:
        """How many rows there are that are not folded away."""
        return self.folds.lines(self.rows)

    def pieces(self, top: Spot, count: int) -> Iterator[Piece]:
        """Yield the pieces from `top` on; ends early at a row that is not known yet."""
        line = self.folds.line_of(top.row)
        row, sub = top.row, top.sub
        while count > 0 and row < self.rows:
            known = self.window.line(row)
            if known is None:
                return
            for piece in self._of(known)[sub:]:
                yield piece
                count -= 1
                if count == 0:
                    return
            line, sub = line + 1, 0
            row = self.folds.row_of(line)

    def piece_at(self, place: Place) -> Piece | None:
        """Return the piece that a place is in, None when its row is not known."""
        known = self.window.line(place.row)
        if known is None:
            return None
        pieces = self._of(known)
        return next((p for p in pieces if p.start <= place.column < p.end), pieces[-1])

    def moved(self, spot: Spot, by: int) -> Spot:
        """Return the spot `by` lines of the screen further down, or up; the first or last there is.

        Far moves are steps over rows: what lies between is not known.
        """
        if not self.room or abs(by) > 500:
            line = self.folds.line_of(spot.row) + by
            return Spot(self.folds.row_of(min(max(line, 0), max(self.lines - 1, 0))), 0)
        while by:
            if 0 <= spot.sub + by < self.subs(spot.row):
                return Spot(spot.row, spot.sub + by)
            line = self.folds.line_of(spot.row) + (1 if by > 0 else -1)
            if not 0 <= line < self.lines:
                return Spot(spot.row, 0 if by < 0 else self.subs(spot.row) - 1)
            row = self.folds.row_of(line)
            if by > 0:
                by -= self.subs(spot.row) - spot.sub
                spot = Spot(row)
            else:
                by += spot.sub + 1
                spot = Spot(row, self.subs(row) - 1)
        return spot

    def subs(self, row: int) -> int:
        """Return how many lines of the screen a row takes."""
        known = self.window.line(row)
        return len(self._of(known)) if known is not None else 1

    def last(self) -> Spot:
        """Return the last line of the screen that there is."""
        row = self.folds.row_of(max(self.lines - 1, 0))
        return Spot(row, self.subs(row) - 1)

    def _of(self, line: Line) -> list[Piece]:
        length = line.cells.length
        if not self.room:
            return [Piece(line, 0, 0, length)]
        bounds = pairwise((*line.breaks(self.room), length))
        return [Piece(line, sub, start, end) for sub, (start, end) in enumerate(bounds)]
