"""The sparse index of a body's rows: how many rows and lines begin before each of its blocks."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple

COLUMNS = 4


class Mark(NamedTuple):
    """What is known of the place where a block begins."""

    offset: int = 0
    rows: int = 0
    """Rows before it."""
    lines: int = 0
    """Lines that begin before it."""
    state: int = 0
    """Whatever else laying out the block takes."""


START = Mark()


class BlockIndex:
    """Marks in the order of the body; may be read on any thread while one thread adds to it."""

    def __init__(self) -> None:
        self._columns = tuple(array("q", [0]) for _ in range(COLUMNS))
        self._lock = Lock()
        self._provisional = False

    @property
    def end(self) -> Mark:
        """Where the known rows end."""
        with self._lock:
            return self._mark(-1)

    @property
    def settled(self) -> Mark:
        """Where the rows end that do not change when more of the body arrives."""
        with self._lock:
            return self._mark(-2 if self._provisional else -1)

    def add(self, mark: Mark, *, provisional: bool = False) -> None:
        """Add the end of another block, in the place of a provisional one."""
        with self._lock:
            self._add((mark,))
            self._provisional = provisional

    def take(self, marks: bytes) -> None:
        """Add marks that `packed` made elsewhere."""
        table = array("q", marks)
        with self._lock:
            self._add(Mark(*table[at : at + COLUMNS]) for at in range(0, len(table), COLUMNS))
            self._provisional = False

    def block_of_row(self, row: int) -> tuple[int, Mark, Mark] | None:
        """Return number, begin and end of the block that holds a row."""
        with self._lock:
            return self._block(bisect_right(self._columns[1], row) - 1)

    def block_of_line(self, line: int) -> tuple[int, Mark, Mark] | None:
        """Return the block that a line (counted from 1) begins in."""
        with self._lock:
            return self._block(bisect_left(self._columns[2], line) - 1)

    def block_of_offset(self, offset: int) -> tuple[int, Mark, Mark] | None:
        """Return the block that holds a byte."""
        with self._lock:
            return self._block(bisect_right(self._columns[0], offset) - 1)

    def _block(self, number: int) -> tuple[int, Mark, Mark] | None:
        if not 0 <= number < len(self._columns[0]) - 1:
            return None
        return number, self._mark(number), self._mark(number + 1)

    def _mark(self, number: int) -> Mark:
        return Mark(*(column[number] for column in self._columns))

    def _add(self, marks: Iterator[Mark] | tuple[Mark, ...]) -> None:
        if self._provisional:
            for column in self._columns:
                column.pop()
        for mark in marks:
            for column, value in zip(self._columns, mark, strict=True):
                column.append(value)


def packed(marks: list[Mark]) -> bytes:
    """Return marks as bytes for `BlockIndex.take`."""
    return array("q", [value for mark in marks for value in mark]).tobytes()
