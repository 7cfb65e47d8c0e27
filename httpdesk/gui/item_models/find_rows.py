"""What a search found as rows: each request once, with its hits below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.model.find import FindField, FindHit, FoundRequest

Index = QModelIndex | QPersistentModelIndex


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark `text` for the extractor under the name it looks for; it is translated where shown."""
    return text


_T = QT_TRANSLATE_NOOP
_FIELD_NAMES = {
    FindField.NAME: _T("Find", "Name"),
    FindField.URL: _T("Find", "URL"),
    FindField.PARAMETER: _T("Find", "Parameter"),
    FindField.HEADER: _T("Find", "Header"),
    FindField.BODY: _T("Find", "Body"),
    FindField.VARIABLE: _T("Find", "Variable"),
    FindField.NOTES: _T("Find", "Notes"),
    FindField.EXAMPLE: _T("Find", "Example"),
    FindField.SCRIPT: _T("Find", "Script"),
    FindField.CHECK: _T("Find", "Check"),
    FindField.TAG: _T("Find", "Tag"),
}


class FindRole(IntEnum):
    """What the delegate reads."""

    HIT = Qt.ItemDataRole.UserRole
    """The FindHit of a row, None for the row of a request."""
    REQUEST = Qt.ItemDataRole.UserRole + 1
    TRAIL = Qt.ItemDataRole.UserRole + 2
    """The folders of a request in words."""
    COUNT = Qt.ItemDataRole.UserRole + 3
    """How many hits the request has."""


@dataclass(slots=True)
class _Group:
    request: FoundRequest
    trail: str
    count: int = 0


class FindRows(QAbstractListModel):
    """Rows that grow while the search goes on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[_Group, FindHit | None]] = []
        self.hit_count = 0
        self.request_count = 0

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._rows, self.hit_count, self.request_count = [], 0, 0
        self.endResetModel()

    def add(self, hits: Iterable[FindHit], trail: Callable[[FoundRequest], str]) -> None:
        """Append hits; those of one request follow each other."""
        group = self._rows[-1][0] if self._rows else None
        rows: list[tuple[_Group, FindHit | None]] = []
        for hit in hits:
            if group is None or group.request != hit.request:
                group = _Group(hit.request, trail(hit.request))
                rows.append((group, None))
                self.request_count += 1
            group.count += 1
            rows.append((group, hit))
            self.hit_count += 1
        if rows:
            start = len(self._rows)
            self.beginInsertRows(QModelIndex(), start, start + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def hit_at(self, row: int) -> FindHit | None:
        """Return the hit of a row; that of a request is its first."""
        if not 0 <= row < len(self._rows):
            return None
        return self._rows[row][1] or self._rows[row + 1][1]

    def step(self, row: int, by: int) -> int:
        """Return the next row with a hit, up or down; -1 at the end."""
        row += by
        while 0 <= row < len(self._rows) and self._rows[row][1] is None:
            row += by
        return row if 0 <= row < len(self._rows) else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        group, hit = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return hit.line if hit else group.request.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(hit.line if hit else f"{group.trail} / {group.request.name}")
            case Qt.ItemDataRole.AccessibleTextRole:
                return _spoken(group, hit)
            case FindRole.HIT:
                return hit
            case FindRole.REQUEST:
                return group.request
            case FindRole.TRAIL:
                return group.trail
            case FindRole.COUNT:
                return group.count
        return None


def field_name(field: FindField) -> str:
    """Return the word for a part of a request."""
    return _tr(_FIELD_NAMES[field])


def _spoken(group: _Group, hit: FindHit | None) -> str:
    request = group.request
    if hit is not None:
        return f"{field_name(hit.field)}: {hit.line}"
    hits = _tr("1 hit") if group.count == 1 else _tr("{0} hits").format(group.count)
    return f"{request.method} {request.name}, {group.trail}, {hits}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Find", text)
