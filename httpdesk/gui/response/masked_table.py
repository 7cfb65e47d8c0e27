"""The rows of a table with their secrets as bullets; no Qt in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from httpdesk.gui.response.masked_text import MaskedText
from httpdesk.render.json_tree import NodeKind
from httpdesk.render.rows import Pause
from httpdesk.render.table_rows import Cell, Cells, SortKey, TableRows


class MaskedTable:
    """What is painted, filtered and copied of a table: rows as `plain` has them but for secrets.

    With `by_first` the first cell of a row is the name of the others, as in a form.
    """

    def __init__(self, plain: TableRows, masked: MaskedText, *, by_first: bool = False) -> None:
        self.plain = plain
        self._masked = masked
        self._by_first = by_first

    @property
    def columns(self) -> tuple[str, ...]:
        """The titles of the columns, as far as they are known."""
        return self.plain.columns

    @property
    def count(self) -> int:
        """How many rows are known."""
        return self.plain.count

    @property
    def complete(self) -> bool:
        """Whether there are no more rows than are known, or than a table holds."""
        return self.plain.complete

    @property
    def cut(self) -> bool:
        """Whether there are more rows than a table holds."""
        return self.plain.cut

    def index(self, pause: Pause) -> None:
        """Index on, by some rows."""
        self.plain.index(pause)

    def rows(self, numbers: Sequence[int], pause: Pause, *, whole: bool = False) -> list[Cells]:
        """Return the cells of rows with secrets as bullets."""
        found = self.plain.rows(numbers, pause, whole=whole)
        return [self._shown(number, cells) for number, cells in zip(numbers, found, strict=True)]

    def key(self, number: int, column: int) -> SortKey:
        """Return what a row is ordered by in a column."""
        return self.plain.key(number, column)

    def holds(self, number: int, wanted: str) -> bool:
        """Return whether a cell has a text in it that is not hidden."""
        if not self.plain.holds(number, wanted):
            return False
        (cells,) = self.rows((number,), lambda: None, whole=True)
        return any(cell is not None and wanted in cell.text.lower() for cell in cells)

    def json(self, number: int) -> str:
        """Return a row as JSON with secrets as bullets."""
        return self._masked.text(self.plain.json(number))

    def hides(self, number: int, column: int) -> bool:
        """Return whether a cell holds a secret, revealed or not."""
        (cells,) = self.plain.rows((number,), lambda: None)
        cell = cells[column]
        return cell is not None and self._masked.hides(self._name(cells, column), cell.text)

    def _shown(self, number: int, cells: Cells) -> Cells:
        return tuple(
            None if cell is None else self._cell(cell, self._name(cells, at), (number, at))
            for at, cell in enumerate(cells)
        )

    def _cell(self, cell: Cell, name: str, place: tuple[int, int]) -> Cell:
        shown = self._masked.value(name, cell.text, place, cut=cell.cut)
        return cell if shown == cell.text else replace(cell, text=shown)

    def _name(self, cells: Cells, column: int) -> str:
        """Return by what name a cell is told to be a secret; numbers in columns are not."""
        cell, first = cells[column], cells[0]
        if self._by_first:
            return first.text if first is not None and column else ""
        if cell is None or cell.kind is not NodeKind.STRING:
            return ""
        return self.columns[column] if column < len(self.columns) else ""
