"""Qt models of a comparison: places of a structure, and lines side by side."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from httpdesk.render.diff import Change, Difference, LinePair

AnyIndex = QModelIndex | QPersistentModelIndex
translate = QCoreApplication.translate

GLYPHS = {Change.ADDED: "+", Change.REMOVED: "-", Change.CHANGED: "≠"}
CHANGE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The Change of a row, None for what is equal."""


class PlaceColumn(IntEnum):
    """The columns of places."""

    CHANGE = 0
    PLACE = 1
    BEFORE = 2
    AFTER = 3


class LineColumn(IntEnum):
    """The columns of lines: a number and a text on each side."""

    BEFORE_NUMBER = 0
    BEFORE = 1
    AFTER_NUMBER = 2
    AFTER = 3


class _Table(QAbstractTableModel):
    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.count()

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 4

    def count(self) -> int:
        """Return the number of rows."""
        raise NotImplementedError

    def texts(self, row: int) -> tuple[str, ...]:
        """Return the four texts of a row."""
        raise NotImplementedError

    def change(self, row: int) -> Change | None:
        """Return what happened to a row."""
        raise NotImplementedError

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts(index.row())[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            change = self.change(index.row())
            words = change_word(change) if change is not None else translate("Compare", "equal")
            return f"{words}: {self.texts(index.row())[index.column()]}"
        return self.change(index.row()) if role == CHANGE_ROLE else None


class PlaceModel(_Table):
    """One row for each place that differs."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._places: tuple[Difference, ...] = ()

    def set_places(self, places: tuple[Difference, ...]) -> None:
        """Show other places."""
        self.beginResetModel()
        self._places = places
        self.endResetModel()

    def count(self) -> int:
        """Return the number of places."""
        return len(self._places)

    def texts(self, row: int) -> tuple[str, ...]:
        """Return glyph, place, value before and value after."""
        each = self._places[row]
        return (GLYPHS[each.change], each.pointer or "/", each.before, each.after)

    def change(self, row: int) -> Change | None:
        """Return what happened to a place."""
        return self._places[row].change

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return ("", self.tr("Place"), self.tr("Before"), self.tr("After"))[section]


class LineModel(_Table):
    """One row for each pair of lines, and one for each gap between them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: tuple[LinePair, ...] = ()

    def set_lines(self, lines: tuple[LinePair, ...]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def count(self) -> int:
        """Return the number of rows."""
        return len(self._lines)

    def texts(self, row: int) -> tuple[str, ...]:
        """Return number and text before, number and text after."""
        line = self._lines[row]
        if line.equal:
            words = self.tr("1 equal line") if line.equal == 1 else self.tr("{0:,} equal lines")
            return ("", words.format(line.equal), "", "")
        numbers = [f"{each:,}" if each is not None else "" for each in (line.before, line.after)]
        return (numbers[0], line.before_text, numbers[1], line.after_text)

    def change(self, row: int) -> Change | None:
        """Return what happened to a pair of lines."""
        return self._lines[row].change

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return ("", self.tr("Before"), "", self.tr("After"))[section]


def change_word(change: Change) -> str:
    """Return the word for a change, as a screen reader says it."""
    return {
        Change.ADDED: translate("Compare", "added"),
        Change.REMOVED: translate("Compare", "removed"),
        Change.CHANGED: translate("Compare", "changed"),
    }[change]
