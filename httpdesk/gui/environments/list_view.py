"""The list of environments on their page: colour, name, and what is to be known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.widgets.item_delegate import draw_text, paint_row, paint_row_ring
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.gui.widgets.ring_tree import BY_KEY
from httpdesk.gui.widgets.state_dot import paint_color, paint_state

Index = QModelIndex | QPersistentModelIndex
ROW = 28
_ROLE = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class EnvironmentItem:
    """One row of the list."""

    key: str
    name: str
    color: str = ""
    fact: str = ""
    edited: bool = False


class EnvironmentList(QListWidget):
    """Arrows and clicks choose; Delete deletes.

    Signals: `chosen(key)`, `deleteRequested(key)`.
    """

    chosen = Signal(str)
    deleteRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_key = self._filling = False
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Environments"))
        self.setTabKeyNavigation(False)
        self.setProperty("showsOwnFocus", True)
        self.setMouseTracking(True)
        self.currentRowChanged.connect(self._tell)
        theme.follow(self.scheduleDelayedItemsLayout)

    def show_items(self, items: Sequence[EnvironmentItem], current: str) -> None:
        """Show these rows; nobody is told."""
        self._filling = True
        while self.count() > len(items):
            self.takeItem(self.count() - 1)
        for row, each in enumerate(items):
            shown = self.item(row)
            if row >= self.count():
                shown = QListWidgetItem()
                self.addItem(shown)
            shown.setText(each.name)
            shown.setData(_ROLE, each)
            edited = self.tr("edited") if each.edited else ""
            said = ", ".join(part for part in (each.name, each.fact, edited) if part)
            shown.setData(Qt.ItemDataRole.AccessibleTextRole, said)
            shown.setToolTip(plain_tooltip(said))
            if each.key == current:
                self.setCurrentRow(row)
        self._filling = False

    def keys(self) -> list[str]:
        """Return the keys of the rows."""
        return [self.item(row).data(_ROLE).key for row in range(self.count())]

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(theme.scaled(200), theme.scaled(ROW) * max(1, self.count()))

    def shows_ring(self, index: Index) -> bool:
        """Return whether this row has the keyboard."""
        return self._by_key and self.hasFocus() and self.currentIndex() == index

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_key = True
        self.viewport().update()
        if event.key() == Qt.Key.Key_Delete and self.currentItem() is not None:
            self.deleteRequested.emit(self.currentItem().data(_ROLE).key)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_key = self._by_key or event.reason() in BY_KEY

    def _tell(self, row: int) -> None:
        if not self._filling and row >= 0:
            self.chosen.emit(self.item(row).data(_ROLE).key)


class _Delegate(QStyledItemDelegate):
    """Paints a row; the name gives way to the fact."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.scaled(100), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, row = QRect(option.rect), index.data(_ROLE)
        if option.state & QStyle.StateFlag.State_Selected:
            paint_row(painter, rect, "selected")
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint_row(painter, rect, "hover")
        view = self.parent()
        if isinstance(view, EnvironmentList) and view.shows_ring(index):
            paint_row_ring(painter, rect)
        if row.color:
            center = QPointF(rect.left() + theme.scaled(20), rect.center().y() + 0.5)
            paint_color(painter, center, row.color)
        self._paint_words(painter, rect, row)

    @staticmethod
    def _paint_words(painter: QPainter, rect: QRect, row: EnvironmentItem) -> None:
        left = rect.left() + theme.scaled(34)
        right = rect.right() - theme.scaled(12)
        if row.edited:
            center = QPointF(right - theme.scaled(4), rect.center().y() + 0.5)
            paint_state(painter, center, "disc", "text2")
            right -= theme.scaled(14)
        fact = QRect(left + theme.scaled(48), rect.top(), 0, rect.height())
        fact.setRight(right)
        taken = draw_text(painter, fact, row.fact, theme.ui_font(11), "text3", align=_RIGHT)
        name = QRect(left, rect.top(), right - left - taken - theme.scaled(6), rect.height())
        draw_text(painter, name, row.name, theme.ui_font(13), "text")
