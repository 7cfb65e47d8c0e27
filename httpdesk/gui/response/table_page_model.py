"""The item model of a table whose rows are read when they are looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from httpdesk.engine.masking import MASK
from httpdesk.render.json_tree import NodeKind
from httpdesk.render.table_rows import Cell, Cells, TableRows
from httpdesk.render.visible_text import visible

AnyIndex = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_KEPT = 2_000
"""Rows whose cells are kept."""
_LONGEST_SHOWN = 500
_LONGEST_TITLE = 200
_TOKENS = {
    NodeKind.STRING: "text",
    NodeKind.NUMBER: "syntax_number",
    NodeKind.LITERAL: "syntax_literal",
}


class CellRole(IntEnum):
    """What the delegate asks for."""

    COLOR = Qt.ItemDataRole.UserRole + 1
    """The colour token of the text."""
    NUMERIC = COLOR + 1


class TablePageModel(QAbstractTableModel):
    """Cells by row and column; those that are not read yet are empty for a moment.

    Signals: `wanted(numbers)`: rows of the table that are on screen and not read yet.
    """

    wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: TableRows | None = None
        self._columns: tuple[str, ...] = ()
        self._count = 0
        self._order: Sequence[int] | None = None
        self._cells: OrderedDict[int, Cells] = OrderedDict()
        self._missing: set[int] = set()
        self._ask = QTimer(self, interval=0, singleShot=True)
        self._ask.timeout.connect(self._tell_wanted)

    @property
    def asking(self) -> bool:
        """Whether rows that are missing are still to be asked for."""
        return self._ask.isActive()

    def set_table(self, table: TableRows | None) -> None:
        """Show another table, as far as it is known."""
        self.beginResetModel()
        self._table = table
        self._columns = table.columns if table is not None else ()
        self._count = table.count if table is not None else 0
        self._order = None
        self._cells.clear()
        self._missing.clear()
        self.endResetModel()

    def grow(self) -> None:
        """Show the rows and columns that have become known since."""
        table = self._table
        if table is None:
            return
        if len(table.columns) > len(self._columns):
            self.beginInsertColumns(_NOWHERE, len(self._columns), len(table.columns) - 1)
            self._columns = table.columns
            self._cells.clear()
            self.endInsertColumns()
        if self._order is None and table.count > self._count:
            self.beginInsertRows(_NOWHERE, self._count, table.count - 1)
            self._count = table.count
            self.endInsertRows()

    def set_order(self, order: Sequence[int] | None) -> None:
        """Show these rows of the table in this order; with None all in their own."""
        self.beginResetModel()
        self._order = order
        self._count = self._table.count if self._table is not None else 0
        self.endResetModel()

    def number(self, row: int) -> int:
        """Return which row of the table is shown in a row."""
        return row if self._order is None else self._order[row]

    def put(self, numbers: Sequence[int], rows: Sequence[Cells]) -> None:
        """Show cells that were read."""
        for number, cells in zip(numbers, rows, strict=True):
            self._cells[number] = cells
            self._missing.discard(number)
        while len(self._cells) > _KEPT:
            self._cells.popitem(last=False)
        if self.rowCount():
            end = self.index(self.rowCount() - 1, max(0, self.columnCount() - 1))
            self.dataChanged.emit(self.index(0, 0), end)

    def forget(self) -> None:
        """Have all cells read anew: they read differently from now on."""
        self._cells.clear()
        self._missing.clear()
        if self.rowCount():
            end = self.index(self.rowCount() - 1, max(0, self.columnCount() - 1))
            self.dataChanged.emit(self.index(0, 0), end)

    def forget_missing(self) -> None:
        """Ask anew for what is missing when it is painted."""
        self._missing.clear()

    # QAbstractTableModel

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        if parent.isValid():
            return 0
        return self._count if self._order is None else len(self._order)

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return f"{self.number(section) + 1:,}" if section < self.rowCount() else ""
        return _cut(self._columns[section], _LONGEST_TITLE) if section < len(self._columns) else ""

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self._cell(self.number(index.row()), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(cell)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = QCoreApplication.translate("TextView", "hidden value")
            return _shown(cell).replace(MASK, words)
        if role == CellRole.COLOR:
            return "text" if cell is None else _TOKENS.get(cell.kind, "text3")
        if role == CellRole.NUMERIC:
            return cell is not None and cell.kind is NodeKind.NUMBER
        return None

    def _cell(self, number: int, column: int) -> Cell | None:
        cells = self._cells.get(number)
        if cells is None:
            self._missing.add(number)
            if not self._ask.isActive():
                self._ask.start()
            return None
        return cells[column] if column < len(cells) else None

    def _tell_wanted(self) -> None:
        if self._missing:
            self.wanted.emit(sorted(self._missing))


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return _cut(cell.text, _LONGEST_SHOWN, cut=cell.cut)


def _cut(text: str, longest: int, *, cut: bool = False) -> str:
    shown = visible(text[:longest])
    return shown + "…" if cut or len(text) > longest else shown
