"""The table in which the variables of an environment are typed and compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QActionGroup, QGuiApplication, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QMenu, QStyleOptionViewItem, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.key_value_table import Role
from httpdesk.gui.item_models.variable_table import (
    SHOWN_ORDER,
    Likeness,
    Other,
    VariableColumn,
    VariableModel,
    VariableRole,
)
from httpdesk.gui.tables.flat_table import INDENT, PADDING
from httpdesk.gui.tables.row_delegate import RowDelegate
from httpdesk.gui.tables.row_table import RowTable, no_words
from httpdesk.gui.tables.row_text import TextRow
from httpdesk.model.environment import ValueType

AnyIndex = QModelIndex | QPersistentModelIndex

_SECRET_WIDTH: Final = 56
_TYPE_WIDTH: Final = 84
_SHARES: Final = {
    VariableColumn.KEY: 0.26,
    VariableColumn.VALUE: 0.37,
    VariableColumn.OTHER: 0.37,
    VariableColumn.DESCRIPTION: 0.28,
}
_MARKS: Final = {Likeness.SAME: "=", Likeness.DIFFERENT: "≠", Likeness.MISSING: "∅"}
_TONES: Final = {Likeness.DIFFERENT: "amber", Likeness.MISSING: "text3"}


class VariableTable(RowTable):
    """A table of rows with a switch for secrets, a menu for the type, and values beside.

    Enter or Space on a type opens its menu; Space on the switch of a secret switches it.
    """

    def __init__(self, model: VariableModel, name: str, parent: QWidget | None = None) -> None:
        self.variables = model
        super().__init__(model, name, parent=parent)
        self.compare(None)

    def compare(self, other: Other | None) -> None:
        """Show the values of another environment beside, or none."""
        self.variables.compare(other)
        self.setColumnHidden(VariableColumn.OTHER, other is None)
        self._share_width()

    def _fit_columns(self) -> None:
        """Leave the room to the values where two are side by side."""
        wanted = self._description_wanted or self.rows.has_descriptions()
        shown = wanted and self.variables.other is None
        if shown == self.isColumnHidden(VariableColumn.DESCRIPTION):
            self.setColumnHidden(VariableColumn.DESCRIPTION, not shown)
            self._share_width()

    def make_delegate(self, words: Callable[[int, str], Sequence[str]]) -> RowDelegate:
        """Return what paints and edits the cells."""
        return VariableDelegate(no_words, self)

    def columns(self) -> Sequence[int]:
        """Return the columns from left to right."""
        return SHOWN_ORDER

    def open_cell(self, index: AnyIndex) -> None:
        """Open the editor of a cell, the menu of a type; switch a secret."""
        if index.column() == VariableColumn.TYPE:
            if self.variables.row(index.row()) is not None:
                self.type_menu(index.row()).popup(self._below(index))
        elif index.column() == VariableColumn.SECRET:
            self.variables.toggle_secret(index.row())
        else:
            self.edit(index)

    def text_rows(self) -> tuple[TextRow, ...] | None:
        """Return None: text can hold neither types nor secrets."""
        return None

    def copy_rows(self) -> None:
        """Put the chosen rows on the clipboard as lines, secret ones without their value."""
        rows = [self.variables.row(at) for at in self.chosen_rows()]
        lines = [f"{row.name}: {'' if row.secret else row.value}" for row in rows if row]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def type_menu(self, row: int) -> QMenu:
        """Return the menu that says what the value of a row stands for."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group, found = QActionGroup(menu), self.variables.row(row)
        for kind in ValueType:
            action = menu.addAction(self.variables.type_name(kind))
            action.setCheckable(True)
            action.setChecked(found is not None and found.type is kind)
            group.addAction(action)
            action.triggered.connect(lambda _=False, to=kind: self.variables.set_type(row, to))
        return menu

    def add_actions(self, menu: QMenu) -> None:
        """Put what can be done with the chosen rows in `menu`."""
        number = self.currentIndex().row()
        row = self.variables.row(number)
        if row is not None:
            words = self.tr("Make it a plain value") if row.secret else self.tr("Make it a secret")
            menu.addAction(words).triggered.connect(lambda: self.variables.toggle_secret(number))
            menu.addSeparator()
        super().add_actions(menu)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        own = (VariableColumn.TYPE, VariableColumn.SECRET)
        if event.key() == Qt.Key.Key_Space and index.column() in own:
            self.open_cell(index)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.column() == VariableColumn.SECRET:
            # Its box switches by the delegate; a click beside it does nothing.
            super(RowTable, self).mouseReleaseEvent(event)
        else:
            super().mouseReleaseEvent(event)

    def _below(self, index: AnyIndex) -> QPoint:
        return self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())

    def _share_width(self) -> None:
        titles = self.horizontalHeader()
        if titles.count() < len(VariableColumn):
            return
        fixed = {
            VariableColumn.SECRET: theme.scaled(_SECRET_WIDTH),
            VariableColumn.TYPE: theme.scaled(_TYPE_WIDTH),
        }
        for column, width in fixed.items():
            titles.resizeSection(column, width)
        indent = theme.scaled(INDENT) - theme.scaled(PADDING)
        room = max(self.viewport().width() - indent - sum(fixed.values()), 0)
        shares = {at: part for at, part in _SHARES.items() if not titles.isSectionHidden(at)}
        whole, left = sum(shares.values()), room
        for column, share in list(shares.items())[1:]:
            width = round(room * share / whole)
            titles.resizeSection(column, width)
            left -= width
        titles.resizeSection(VariableColumn.KEY, max(left, 0) + indent)


class VariableDelegate(RowDelegate):
    """Paints types with an arrow, and how the values beside compare, by a sign and in colour."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        """Return a line edit, which shows bullets for a secret."""
        editor = super().createEditor(parent, option, index)
        table = self.parent()
        assert isinstance(table, VariableTable)
        assert isinstance(editor, QLineEdit)
        row = table.variables.row(index.row())
        if row is not None and row.secret and index.column() == VariableColumn.VALUE:
            editor.setEchoMode(QLineEdit.EchoMode.Password)
            editor.setPlaceholderText(self.tr("Type the secret; it is kept in the keyring"))
        return editor

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        """Switch a secret by a click on its box; the rest is as in every table of rows."""
        if index.column() != VariableColumn.SECRET:
            return super().editorEvent(event, model, option, index)
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(model, VariableModel):
            model.toggle_secret(index.row())
            return True
        return False

    def _paint_text(self, painter: QPainter, room: QRect, index: AnyIndex) -> None:
        column = index.column()
        if index.data(Role.GHOST) or column == VariableColumn.SECRET:
            if column == VariableColumn.KEY:
                super()._paint_text(painter, room, index)
        elif column == VariableColumn.TYPE:
            self._paint_type(painter, room, index)
        elif column == VariableColumn.OTHER:
            self._paint_other(painter, room, index)
        elif index.data(VariableRole.HINT):
            painter.setFont(theme.ui_font(12))
            _paint_line(painter, room, str(index.data()), "amber")
        else:
            super()._paint_text(painter, room, index)

    def _paint_type(self, painter: QPainter, room: QRect, index: AnyIndex) -> None:
        side = theme.scaled(12)
        painter.setFont(theme.ui_font(12))
        token = "text" if index.data(Role.ENABLED) else "text3"
        _paint_line(painter, room.adjusted(0, 0, -side, 0), str(index.data()), token)
        ratio = painter.device().devicePixelRatioF()
        arrow = icons.pixmap("chevron-down", "text2", side, ratio)
        painter.drawPixmap(room.right() - side, room.center().y() - side // 2, arrow)

    def _paint_other(self, painter: QPainter, room: QRect, index: AnyIndex) -> None:
        likeness = index.data(VariableRole.LIKENESS)
        tone = _TONES.get(likeness, "text2")
        painter.setFont(theme.ui_font(13, 600))
        _paint_line(painter, room, _MARKS.get(likeness, ""), tone)
        missing = likeness is Likeness.MISSING
        painter.setFont(theme.ui_font(12) if missing else theme.mono_font(12))
        _paint_line(painter, room.adjusted(theme.scaled(16), 0, 0, 0), str(index.data()), tone)


def _paint_line(painter: QPainter, room: QRect, text: str, token: str) -> None:
    if room.width() > 0:
        painter.setPen(theme.color(token))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
