"""Qt models of a comparison: places of a structure, and lines side by side."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt

from httpdesk.gui.item_models.read_only_table import AnyIndex, ReadOnlyTable
from httpdesk.render.diff import Change, Difference, LinePair

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


Row = TypeVar("Row", Difference, LinePair)


class CompareModel(ReadOnlyTable[Row]):
    """Rows with what happened to each; four columns."""

    def set_rows(self, rows: tuple[Row, ...]) -> None:
        """Show other rows."""
        self._set_rows(rows)

    def texts(self, row: int) -> tuple[str, ...]:
        """Return the four texts of a row."""
        raise NotImplementedError

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        change = self._rows[index.row()].change
        if role == CHANGE_ROLE:
            return change
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        text = self.texts(index.row())[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        return f"{change_word(change)}: {text}"


class PlaceModel(CompareModel[Difference]):
    """One row for each place of a structure that differs."""

    def __init__(self, parent: QObject) -> None:
        place, before = translate("Compare", "Place"), translate("Compare", "Before")
        super().__init__(("", place, before, translate("Compare", "After")), parent)

    def texts(self, row: int) -> tuple[str, ...]:
        """Return glyph, place, value before and value after."""
        each = self._rows[row]
        return (GLYPHS[each.change], each.pointer or "/", each.before, each.after)


class LineModel(CompareModel[LinePair]):
    """One row for each pair of lines, and one for each gap between them."""

    def __init__(self, parent: QObject, sides: tuple[str, str] | None = None) -> None:
        before, after = sides or (translate("Compare", "Before"), translate("Compare", "After"))
        super().__init__(("", before, "", after), parent)

    def texts(self, row: int) -> tuple[str, ...]:
        """Return number and text before, number and text after."""
        line = self._rows[row]
        if line.equal:
            words = self.tr("1 equal line") if line.equal == 1 else self.tr("{0:,} equal lines")
            return ("", words.format(line.equal), "", "")
        numbers = [f"{each:,}" if each is not None else "" for each in (line.before, line.after)]
        return (numbers[0], line.before_text, numbers[1], line.after_text)


def change_word(change: Change | None) -> str:
    """Return the word for what happened to a row, as a screen reader says it."""
    return {
        None: translate("Compare", "equal"),
        Change.ADDED: translate("Compare", "added"),
        Change.REMOVED: translate("Compare", "removed"),
        Change.CHANGED: translate("Compare", "changed"),
    }[change]
