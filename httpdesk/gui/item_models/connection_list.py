"""The connections of the sidebar as a Qt list model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.gui.widgets.state_dot import Shape

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ConnectionRole(IntEnum):
    """What a delegate reads beside the name."""

    KEY = Qt.ItemDataRole.UserRole
    SHAPE = Qt.ItemDataRole.UserRole + 1
    """(shape, colour token)."""
    STATE = Qt.ItemDataRole.UserRole + 2
    TONE = Qt.ItemDataRole.UserRole + 3
    """The colour token of the state's words."""


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection as the list shows it."""

    key: str
    name: str
    state: str
    shape: tuple[Shape, str]
    tone: str = "text3"


class ConnectionListModel(QAbstractListModel):
    """Rows that change in place, so that the current one stays where it is."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[ConnectionRow] = []
        self.tooltip: Callable[[str], str] = lambda _: ""
        """Gives the words of a tooltip by the key of a connection, "" for its name."""

    def set_rows(self, rows: Sequence[ConnectionRow]) -> None:
        """Show these rows; where only states differ nothing moves."""
        if [each.key for each in rows] != [each.key for each in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        changed = [place for place, row in enumerate(rows) if row != self._rows[place]]
        self._rows = list(rows)
        for place in changed:
            index = self.index(place)
            self.dataChanged.emit(index, index)

    def index_of(self, key: str | None) -> QModelIndex:
        """Return the index of a connection, an invalid one when it is not listed."""
        places = (place for place, row in enumerate(self._rows) if row.key == key)
        place = next(places, None)
        return QModelIndex() if place is None else self.index(place)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.tr("{0}, {1}").format(row.name, row.state)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(self.tooltip(row.key) or row.name)
            case ConnectionRole.KEY:
                return row.key
            case ConnectionRole.SHAPE:
                return row.shape
            case ConnectionRole.STATE:
                return row.state
            case ConnectionRole.TONE:
                return row.tone
        return None
