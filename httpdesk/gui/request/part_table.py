"""The table in which the parts of a multipart form are typed and files are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QActionGroup, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.key_value_table import Role
from httpdesk.gui.item_models.part_table import SHOWN_ORDER, PartColumn, PartModel, PartRole
from httpdesk.gui.tables.flat_table import INDENT, PADDING
from httpdesk.gui.tables.row_delegate import RowDelegate, eye_place, paint_flag
from httpdesk.gui.tables.row_table import RowTable, as_text_rows
from httpdesk.gui.tables.row_text import TextRow
from httpdesk.model.request import PartKind

AnyIndex = QModelIndex | QPersistentModelIndex

_ICON: Final = 16
_KIND_WIDTH: Final = 64
_SHARES: Final = {PartColumn.KEY: 0.19, PartColumn.VALUE: 0.53, PartColumn.TYPE: 0.28}
_NARROWER: Final = 0.75
"""How much of their width the other columns keep beside the description."""
CONTENT_TYPES: Final = (
    "application/json",
    "application/octet-stream",
    "application/pdf",
    "application/xml",
    "image/jpeg",
    "image/png",
    "text/csv",
    "text/html",
    "text/plain; charset=utf-8",
)


class PartTable(RowTable):
    """A table of rows with a menu for the kind and a button that chooses a file.

    Enter or Space on a kind opens its menu; F4 on a file row chooses the file.
    Signals: `chooseRequested(row)` when a file is to be chosen for a row.
    """

    chooseRequested = Signal(int)

    def __init__(self, model: PartModel, name: str, parent: QWidget | None = None) -> None:
        self.parts = model
        self.path_wanted: int | None = None
        super().__init__(model, name, words=_words, parent=parent)

    def make_delegate(self, words: Callable[[int, str], Sequence[str]]) -> RowDelegate:
        """Return what paints and edits the cells."""
        return PartDelegate(words, self)

    def columns(self) -> Sequence[int]:
        """Return the columns from left to right."""
        return SHOWN_ORDER

    def open_cell(self, index: AnyIndex) -> None:
        """Open the editor of a cell, the menu of a kind."""
        if index.column() == PartColumn.KIND:
            self.kind_menu(index.row()).popup(self._below(index))
        else:
            self.edit(index)

    def edit_path(self, row: int) -> None:
        """Open the editor with the path of a file row, not the name that is sent."""
        self.path_wanted = row
        self.edit_cell(row, PartColumn.VALUE)
        self.path_wanted = None

    def text_rows(self) -> tuple[TextRow, ...] | None:
        """Return what text can hold of the rows; None while one has a kind or type of its own."""
        parts = [self.parts.part(row) for row in range(len(self.parts.rows()))]
        if any(part and (part.kind is not PartKind.TEXT or part.content_type) for part in parts):
            return None
        return as_text_rows(self.parts.rows())

    def kind_menu(self, row: int) -> QMenu:
        """Return the menu that changes what a row holds."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        part = self.parts.part(row)
        for kind in PartKind:
            action = menu.addAction(self.parts.kind_name(kind))
            action.setCheckable(True)
            action.setChecked(part is not None and part.kind is kind)
            group.addAction(action)
            action.triggered.connect(lambda _=False, to=kind: self.parts.set_kind(row, to))
        return menu

    def add_actions(self, menu: QMenu) -> None:
        """Put what can be done with the chosen rows in `menu`."""
        row = self.currentIndex().row()
        part = self.parts.part(row) if row >= 0 else None
        if part is not None and part.kind is PartKind.FILE:
            choose = menu.addAction(self.tr("Choose file…") + "\tF4")
            choose.triggered.connect(lambda: self.chooseRequested.emit(row))
            menu.addAction(self.tr("Type path")).triggered.connect(lambda: self.edit_path(row))
            menu.addSeparator()
        super().add_actions(menu)

    def tooltip_text(self, index: QModelIndex) -> str:
        """Return the mistake in the cell and the path of a file, else what other tables say."""
        path = str(index.data(PartRole.PATH) or "") if index.data(PartRole.IS_FILE) else ""
        problem = str(index.data(Role.PROBLEM) or "")
        found = "\n".join(part for part in (problem, path) if part)
        return found if path else super().tooltip_text(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        is_kind = index.column() == PartColumn.KIND
        if event.key() == Qt.Key.Key_F4 and index.siblingAtColumn(PartColumn.VALUE).data(
            PartRole.IS_FILE
        ):
            self.chooseRequested.emit(index.row())
        elif event.key() == Qt.Key.Key_Space and is_kind:
            self.open_cell(index)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        place = eye_place(self.visualRect(index))
        on_button = index.data(PartRole.IS_FILE) and place.contains(event.position().toPoint())
        if on_button and index == self._pressed and event.button() == Qt.MouseButton.LeftButton:
            super(RowTable, self).mouseReleaseEvent(event)
            self.chooseRequested.emit(index.row())
        else:
            super().mouseReleaseEvent(event)

    def _below(self, index: AnyIndex) -> QPoint:
        return self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())

    def _share_width(self) -> None:
        titles = self.horizontalHeader()
        if titles.count() < len(PartColumn):
            return
        indent, kind = theme.scaled(INDENT) - theme.scaled(PADDING), theme.scaled(_KIND_WIDTH)
        room = max(self.viewport().width() - indent - kind, 0)
        shown = not titles.isSectionHidden(PartColumn.DESCRIPTION)
        left = room + indent
        for column, share in _SHARES.items():
            width = round(room * share * (_NARROWER if shown else 1))
            width += indent if column == PartColumn.KEY else 0
            if column == PartColumn.TYPE and not shown:
                width = left
            titles.resizeSection(column, width)
            left -= width
        titles.resizeSection(PartColumn.KIND, kind)
        if shown:
            titles.resizeSection(PartColumn.DESCRIPTION, max(left, 0))


class PartDelegate(RowDelegate):
    """Paints kinds with an arrow, files with a button, and files that are missing in red."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        """Return a line edit for the text, the name that is sent, or the path of a file."""
        table, model = self.parent(), index.model()
        assert isinstance(table, PartTable)
        assert isinstance(model, PartModel)
        pathless = index.data(PartRole.IS_FILE) and not index.data(PartRole.PATH)
        wanted = pathless or table.path_wanted == index.row()
        model.typing_path = index.row() if wanted else None
        return super().createEditor(parent, option, index)

    def destroyEditor(self, editor: QWidget, index: AnyIndex) -> None:
        """Let the editor go; from now on a file's value is its name again."""
        table = self.parent()
        assert isinstance(table, PartTable)
        table.parts.typing_path = None
        super().destroyEditor(editor, index)

    def _paint_text(self, painter: QPainter, room: QRect, index: AnyIndex) -> None:
        if index.data(Role.GHOST):
            super()._paint_text(painter, room, index)
        elif index.column() == PartColumn.KIND:
            self._paint_kind(painter, room, index)
        elif index.data(PartRole.IS_FILE):
            self._paint_file(painter, room, index)
        elif index.data(PartRole.HINT):
            painter.setFont(theme.mono_font(12))
            _paint_line(painter, room, str(index.data() or ""), "text3")
        else:
            super()._paint_text(painter, room, index)

    def _paint_kind(self, painter: QPainter, room: QRect, index: AnyIndex) -> None:
        side = theme.scaled(12)
        room = room.adjusted(0, 0, -side, 0)
        painter.setFont(theme.ui_font(12))
        _paint_line(painter, room, str(index.data()), _ink(index))
        _paint_icon(
            painter, "chevron-down", QRect(room.right(), room.top(), side, room.height()), 12
        )

    def _paint_file(self, painter: QPainter, room: QRect, index: AnyIndex) -> None:
        cell = room.adjusted(-theme.scaled(PADDING), 0, theme.scaled(PADDING), 1)
        button = eye_place(cell)
        _paint_icon(painter, "folder-open", button, _ICON)
        room.setRight(button.left() - theme.scaled(PADDING))
        font, note = theme.mono_font(12), theme.ui_font(12)
        name, problem = str(index.data() or ""), str(index.data(Role.PROBLEM) or "")
        gap = theme.scaled(8) if name else 0
        start = QFontMetrics(font).horizontalAdvance(name) + gap
        if problem and start + QFontMetrics(note).horizontalAdvance(problem) > room.width():
            room.setRight(room.right() - theme.scaled(_ICON))
            paint_flag(painter, room)
        painter.setFont(font)
        _paint_line(painter, room, name, "red" if problem else _ink(index))
        painter.setFont(note)
        _paint_line(painter, room.adjusted(start, 0, 0, 0), problem, "red")


def _ink(index: AnyIndex) -> str:
    return "text" if index.data(Role.ENABLED) else "text3"


def _paint_line(painter: QPainter, room: QRect, text: str, token: str) -> None:
    if room.width() <= 0:
        return
    painter.setPen(theme.color(token))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)


def _paint_icon(painter: QPainter, name: str, place: QRect, size: int) -> None:
    side = theme.scaled(size)
    icon = icons.pixmap(name, "text2", side, painter.device().devicePixelRatioF())
    center = place.center()
    painter.drawPixmap(center.x() - side // 2, center.y() - side // 2, icon)


def _words(column: int, _key: str) -> Sequence[str]:
    return CONTENT_TYPES if column == PartColumn.TYPE else ()
