"""Which rows are folded away, and what that makes of the rows below them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate


class Folds:
    """Ranges of hidden rows; *lines* count the rows that are left, from 0.

    A fold may lie within another one: opening the outer one brings the inner one back closed.
    """

    def __init__(self) -> None:
        self._ends: dict[int, int] = {}
        self._first: list[int] = []
        self._end: list[int] = []
        self._hidden: list[int] = []

    @property
    def any(self) -> bool:
        """Whether anything is folded."""
        return bool(self._ends)

    def is_folded(self, row: int) -> bool:
        """Return whether the rows after `row` are hidden."""
        return row in self._ends

    def close(self, row: int, end: int) -> None:
        """Hide the rows after `row` up to `end`, which stays."""
        self._ends[row] = end
        self._merge()

    def open(self, row: int) -> None:
        """Show the rows after `row` again."""
        self._ends.pop(row, None)
        self._merge()

    def open_around(self, row: int) -> bool:
        """Open every fold that hides `row`; return whether there was one."""
        around = [first for first, end in self._ends.items() if first < row < end]
        for first in around:
            self.open(first)
        return bool(around)

    def clear(self) -> None:
        """Open everything."""
        self._ends.clear()
        self._merge()

    def line_of(self, row: int) -> int:
        """Return the line of a row; of a hidden one, that of the row it is folded into."""
        index = bisect_right(self._first, row) - 1
        if index < 0:
            return row
        if row < self._end[index]:
            row = self._first[index] - 1
            index -= 1
        return row - self._before(index)

    def row_of(self, line: int) -> int:
        """Return the row that is shown on a line."""
        starts = [first - self._before(index - 1) for index, first in enumerate(self._first)]
        return line + self._before(bisect_right(starts, line) - 1)

    def ranges(self, first: int, count: int) -> list[tuple[int, int]]:
        """Return the rows of `count` lines from `first` as pairs of a row and how many follow."""
        found: list[tuple[int, int]] = []
        while count > 0:
            row = self.row_of(first)
            index = bisect_left(self._first, row + 1)
            until = self._first[index] if index < len(self._first) else row + count
            taken = min(until - row, count)
            found.append((row, taken))
            first, count = first + taken, count - taken
        return found

    def lines(self, rows: int) -> int:
        """Return how many lines there are when `rows` rows are known."""
        return self.line_of(rows - 1) + 1 if rows else 0

    def _before(self, index: int) -> int:
        return self._hidden[index] if index >= 0 else 0

    def _merge(self) -> None:
        self._first, self._end = [], []
        for row, end in sorted(self._ends.items()):
            if not self._end or row >= self._end[-1]:
                self._first.append(row + 1)
                self._end.append(end)
        sizes = (end - first for first, end in zip(self._first, self._end, strict=True))
        self._hidden = list(accumulate(sizes))
