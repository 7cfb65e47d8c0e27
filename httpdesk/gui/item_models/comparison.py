"""Qt models of a comparison: places of a structure, and lines side by side."""

from __future__ import annotations

from collections.abc import Callable
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

    _hide: Callable[[str, str], str] | None = None

    def set_rows(self, rows: tuple[Row, ...]) -> None:
        """Show other rows."""
        self._set_rows(rows)

    def set_sides(self, before: str, after: str) -> None:
        """Name the columns of both sides."""
        raise NotImplementedError

    def _set_titles(self, *titles: str) -> None:
        self._titles = titles
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(titles) - 1)

    def set_hide(self, hide: Callable[[str, str], str]) -> None:
        """Show values as `hide(name, value)` returns them: with secrets as bullets."""
        self._hide = hide
        if self.rowCount():
            end = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), end)

    def _shown(self, name: str, *values: str) -> tuple[str, ...]:
        hide = self._hide
        return values if hide is None else tuple(hide(name, value) for value in values)

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

    def set_sides(self, before: str, after: str) -> None:
        self._set_titles("", translate("Compare", "Place"), before, after)

    def texts(self, row: int) -> tuple[str, ...]:
        """Return glyph, place, value before and value after."""
        each = self._rows[row]
        before, after = self._shown(each.pointer.rpartition("/")[2], each.before, each.after)
        return (GLYPHS[each.change], each.pointer or "/", before, after)


class LineModel(CompareModel[LinePair]):
    """One row for each pair of lines, and one for each gap between them."""

    def __init__(self, parent: QObject, sides: tuple[str, str] | None = None) -> None:
        before, after = sides or (translate("Compare", "Before"), translate("Compare", "After"))
        super().__init__(("", before, "", after), parent)

    def set_sides(self, before: str, after: str) -> None:
        self._set_titles("", before, "", after)

    def texts(self, row: int) -> tuple[str, ...]:
        """Return number and text before, number and text after."""
        line = self._rows[row]
        if line.equal:
            words = self.tr("1 equal line") if line.equal == 1 else self.tr("{0:,} equal lines")
            return ("", words.format(line.equal), "", "")
        numbers = [f"{each:,}" if each is not None else "" for each in (line.before, line.after)]
        before, after = self._shown("", line.before_text, line.after_text)
        return (numbers[0], before, numbers[1], after)


def change_word(change: Change | None) -> str:
    """Return the word for what happened to a row, as a screen reader says it."""
    return {
        None: translate("Compare", "equal"),
        Change.ADDED: translate("Compare", "added"),
        Change.REMOVED: translate("Compare", "removed"),
        Change.CHANGED: translate("Compare", "changed"),
    }[change]
