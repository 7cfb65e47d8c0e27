"""Rows of name and value as a Qt model, with an empty last row to type into."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from httpdesk.gui.item_models.rows import (
    Column,
    NameValue,
    Row,
    RowHistory,
    Rows,
    RowType,
    changed_span,
    holds_secret,
    is_enabled,
    spoken,
    text_of,
    with_enabled,
    with_text,
)
from httpdesk.model.request import PathParam

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Role(IntEnum):
    """What the delegate asks for beside Qt's own roles."""

    PROBLEM = Qt.ItemDataRole.UserRole + 1
    """The sentence that says what is wrong with the cell, or an empty text."""
    GHOST = Qt.ItemDataRole.UserRole + 2
    """Whether the row is the empty one that becomes a row by typing."""
    MASKED = Qt.ItemDataRole.UserRole + 3
    """Whether the text to display hides a secret."""
    SENSITIVE = Qt.ItemDataRole.UserRole + 4
    """Whether the cell holds a secret, shown or masked."""
    ENABLED = Qt.ItemDataRole.UserRole + 5
    """Whether the row is sent."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one table, already translated."""

    add: str
    """What the empty last row says, such as `Add header`."""
    cell: str
    """How a screen reader counts rows, such as `Header {0} of {1}`."""


def _as_is(_name: str, value: str) -> str:
    return value


class KeyValueModel(QAbstractTableModel):
    """The rows of one table; every change by the user can be undone.

    Signals:
        edited: the user changed the rows; never emitted by `set_rows`.
    """

    edited = Signal()

    def __init__(
        self,
        row_type: RowType,
        wording: Wording,
        parent: QObject | None = None,
        *,
        mask: Callable[[str, str], str] = _as_is,
    ) -> None:
        super().__init__(parent)
        self._row_type = row_type
        self._wording = wording
        self._mask = mask
        self._grows = row_type is not PathParam
        self._ghosts = 1 if self._grows else 0
        self._rows: Rows = ()
        self._history = RowHistory()
        self._session = 0
        self._edit_key: tuple[int, int, int] | None = None
        self._problems: dict[tuple[int, int], str] = {}
        self._revealed: set[str] = set()

    # Rows in and out

    def rows(self) -> Rows:
        """Return the rows as they stand, without the empty last one."""
        return self._rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows` and forget the undo steps; nothing happens when they are shown already."""
        fresh = tuple(rows)
        if fresh == self._rows:
            return
        self.beginResetModel()
        self._rows = fresh
        self._history.clear()
        self._revealed.clear()
        self._problems.clear()
        self.endResetModel()

    def sync_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows` with as few changes as possible, outside of undo."""
        self._apply(tuple(rows))

    @property
    def grows(self) -> bool:
        """Whether rows can be added, moved and removed."""
        return self._grows

    @property
    def wording(self) -> Wording:
        """The words of this table."""
        return self._wording

    def has_descriptions(self) -> bool:
        """Return whether any row has a description."""
        return any(row.description for row in self._rows)

    def is_ghost(self, row: int) -> bool:
        """Return whether `row` is the empty last one."""
        return row >= len(self._rows)

    # Changes by the user

    def begin_session(self) -> None:
        """Start a cell edit: what follows in one cell is one undo step."""
        self._session += 1
        self._edit_key = None

    def insert(self, at: int, rows: Sequence[Row]) -> None:
        """Put `rows` in front of row `at`."""
        at = min(at, len(self._rows))
        self._commit(self._rows[:at] + tuple(rows) + self._rows[at:])

    def replace_all(self, rows: Sequence[Row], merge_key: object = None) -> None:
        """Replace all rows; calls in a row with one `merge_key` are one undo step."""
        self._commit(tuple(rows), merge_key)

    def remove(self, rows: Collection[int]) -> None:
        """Remove the rows with these numbers; the empty last row cannot go."""
        self._commit(tuple(row for at, row in enumerate(self._rows) if at not in rows))

    def move(self, row: int, by: int) -> int:
        """Move `row` up (-1) or down (1); return where it stands afterwards."""
        target = row + by
        if self.is_ghost(row) or not 0 <= target < len(self._rows) or not self._grows:
            return row
        rows = list(self._rows)
        rows.insert(target, rows.pop(row))
        self._commit(tuple(rows))
        return target

    def toggle(self, rows: Collection[int]) -> None:
        """Switch the rows on, or off when all of them are on."""
        chosen = [at for at in rows if not self.is_ghost(at)]
        enabled = not all(is_enabled(self._rows[at]) for at in chosen)
        self._commit(
            tuple(
                with_enabled(row, enabled) if at in chosen else row
                for at, row in enumerate(self._rows)
            )
        )

    def cancel_session(self) -> None:
        """Take back what the cell edit that is under way changed."""
        if self._history.is_last(self._edit_key):
            self.undo()
            self._history.forget_redo()

    def undo(self) -> None:
        """Take the last change back."""
        self._step(self._history.back(self._rows))

    def redo(self) -> None:
        """Make a change that was taken back again."""
        self._step(self._history.forth(self._rows))

    def can_undo(self) -> bool:
        """Return whether there is a change to take back."""
        return self._history.can_undo()

    def can_redo(self) -> bool:
        """Return whether a change was taken back."""
        return self._history.can_redo()

    def make_row(self, name: str, value: str, enabled: bool = True) -> Row:
        """Return a new row of this table's type."""
        return with_enabled(self._row_type(name=name, value=value), enabled)

    # Facts beside the rows

    def set_problems(self, problems: Mapping[tuple[int, int], str]) -> None:
        """Flag cells, by (row, column), with a sentence each; other flags go."""
        if dict(problems) == self._problems:
            return
        touched = {row for row, _ in (*self._problems, *problems)}
        self._problems = dict(problems)
        for row in touched:
            self._row_changed(row, row)

    def reveal(self, row: int, shown: bool) -> None:
        """Show the secret value of `row` or mask it again, until other rows are set."""
        name = self._rows[row].name.lower()
        if shown:
            self._revealed.add(name)
        else:
            self._revealed.discard(name)
        self._row_changed(0, len(self._rows) - 1)

    # QAbstractTableModel

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of rows, the empty last one included."""
        return 0 if parent.isValid() else len(self._rows) + self._ghosts

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return the column titles."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Key"), self.tr("Value"), self.tr("Description"))[section]

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return what can be done with the cell."""
        flags = super().flags(index)
        if not index.isValid():
            return flags
        if self._grows or index.column() != Column.KEY:
            flags |= Qt.ItemFlag.ItemIsEditable
        if self._has_check(index):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the cell's text, check state, flag or accessible text."""
        if not index.isValid():
            return None
        if self.is_ghost(index.row()):
            return self._ghost_data(index, role)
        match role:
            case Qt.ItemDataRole.EditRole:
                return text_of(self._rows[index.row()], index.column())
            case Qt.ItemDataRole.DisplayRole:
                return self._shown_text(index)
            case Qt.ItemDataRole.CheckStateRole if self._has_check(index):
                return _check_state(is_enabled(self._rows[index.row()]))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(index)
            case Role.PROBLEM:
                return self._problem(index)
            case Role.SENSITIVE:
                return self._holds_secret(index)
            case Role.MASKED:
                return self._is_masked(index)
            case Role.ENABLED:
                return is_enabled(self._rows[index.row()])
            case Role.GHOST:
                return False
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Change a cell or a check box; text in the empty last row makes it a row."""
        if not index.isValid():
            return False
        if role == Qt.ItemDataRole.CheckStateRole and self._has_check(index):
            row = with_enabled(
                self._rows[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked
            )
            return self._commit(self._replaced(index.row(), row))
        if role != Qt.ItemDataRole.EditRole:
            return False
        self._edit_key = (self._session, index.row(), index.column())
        rows = self._with_text(index.row(), index.column(), str(value))
        return self._commit(rows, self._edit_key)

    # Internals

    def _ghost_data(self, index: AnyIndex, role: int) -> Any:
        if role == Role.GHOST:
            return True
        if role == Qt.ItemDataRole.EditRole:
            return ""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._wording.add if index.column() == Column.KEY else ""
        return None

    def _shown_text(self, index: AnyIndex) -> str:
        row = self._rows[index.row()]
        if self._is_masked(index):
            return self._mask(row.name, row.value)
        return text_of(row, index.column())

    def _problem(self, index: AnyIndex) -> str:
        return self._problems.get((index.row(), index.column()), "")

    def _has_check(self, index: AnyIndex) -> bool:
        switches = self._grows and self._row_type is not NameValue
        return switches and index.column() == Column.KEY and not self.is_ghost(index.row())

    def _holds_secret(self, index: AnyIndex) -> bool:
        row = self._rows[index.row()]
        return index.column() == Column.VALUE and holds_secret(row, self._mask)

    def _is_masked(self, index: AnyIndex) -> bool:
        shown = self._rows[index.row()].name.lower() in self._revealed
        return not shown and self._holds_secret(index)

    def _accessible_text(self, index: AnyIndex) -> str:
        number = index.row()
        row = self._rows[number]
        parts = [self._wording.cell.format(number + 1, len(self._rows))]
        if self._grows:
            parts.append(self.tr("enabled") if is_enabled(row) else self.tr("disabled"))
        parts += [row.name, self._spoken_value(number)]
        if index.column() == Column.DESCRIPTION:
            parts.append(row.description)
        parts.append(self._problem(index))
        return ", ".join(part for part in parts if part)

    def _spoken_value(self, number: int) -> str:
        if self._is_masked(self.index(number, Column.VALUE)):
            return self.tr("hidden value")
        return spoken(self._rows[number].value, self.tr("{0} variable"))

    def _with_text(self, number: int, column: int, text: str) -> Rows:
        if not self.is_ghost(number):
            return self._replaced(number, with_text(self._rows[number], column, text))
        if not text:
            return self._rows
        return (*self._rows, with_text(self.make_row("", ""), column, text))

    def _replaced(self, number: int, row: Row) -> Rows:
        return (*self._rows[:number], row, *self._rows[number + 1 :])

    def _commit(self, rows: Rows, merge_key: object = None) -> bool:
        if rows == self._rows:
            return False
        self._history.record(self._rows, merge_key)
        self._apply(rows)
        self.edited.emit()
        return True

    def _step(self, rows: Rows) -> None:
        if rows != self._rows:
            self._apply(rows)
            self.edited.emit()

    def _apply(self, rows: Rows) -> None:
        first, old_end, new_end = changed_span(self._rows, rows)
        if self._grows and old_end == len(self._rows):
            self._apply_tail(rows, first)
        else:
            self._apply_middle(rows, first, old_end, new_end)

    def _apply_tail(self, rows: Rows, first: int) -> None:
        # The empty last row turns into a row (or back) in place, so that an editor open in it
        # stays where it is; what comes and goes is the row below.
        grown = len(rows) - len(self._rows)
        if grown > 0:
            self.beginInsertRows(_ROOT, self.rowCount(), self.rowCount() + grown - 1)
            self._ghosts += grown
            self.endInsertRows()
        self._rows = rows
        self._ghosts -= grown
        self._row_changed(first, max(first, len(rows) - 1, len(rows) - 1 - grown))
        if grown < 0:
            self.beginRemoveRows(_ROOT, len(rows) + 1, len(rows) - grown)
            self._ghosts = 1
            self.endRemoveRows()

    def _apply_middle(self, rows: Rows, first: int, old_end: int, new_end: int) -> None:
        kept = first + min(old_end - first, new_end - first)
        if old_end > kept:
            self.beginRemoveRows(_ROOT, kept, old_end - 1)
            self._rows = self._rows[:kept] + self._rows[old_end:]
            self.endRemoveRows()
        elif new_end > kept:
            self.beginInsertRows(_ROOT, kept, new_end - 1)
            self._rows = self._rows[:kept] + rows[kept:new_end] + self._rows[kept:]
            self.endInsertRows()
        self._rows = rows
        if kept > first:
            self._row_changed(first, kept - 1)

    def _row_changed(self, first: int, last: int) -> None:
        last = min(last, self.rowCount() - 1)
        if first <= last:
            self.dataChanged.emit(
                self.index(first, Column.KEY), self.index(last, self.columnCount() - 1)
            )


def _check_state(enabled: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if enabled else Qt.CheckState.Unchecked
