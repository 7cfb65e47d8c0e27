"""The rows of the timeline as Qt models, so that keys and screen readers get at them."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from httpdesk.gui.response.timeline_rows import HopRow, PhaseRow
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.render.units import format_duration

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class TimelineRole(IntEnum):
    """What the delegates ask for."""

    ROW = Qt.ItemDataRole.UserRole + 1
    """The HopRow or PhaseRow."""


class HopModel(QAbstractListModel):
    """One row per hop."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[HopRow, ...] = ()

    def set_rows(self, rows: tuple[HopRow, ...]) -> None:
        """Show these hops."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rows(self) -> tuple[HopRow, ...]:
        """Return the hops shown."""
        return self._rows

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == TimelineRole.ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken()
        return plain_tooltip(row.request) if role == Qt.ItemDataRole.ToolTipRole else None


class PhaseModel(QAbstractListModel):
    """One row per phase of the chosen hop."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PhaseRow, ...] = ()

    def set_rows(self, rows: tuple[PhaseRow, ...]) -> None:
        """Show these phases."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == TimelineRole.ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            length = format_duration(row.segment.length) if row.segment else ""
            return ", ".join(part for part in (row.name, length, row.detail) if part)
        return plain_tooltip(row.detail) if role == Qt.ItemDataRole.ToolTipRole else None
