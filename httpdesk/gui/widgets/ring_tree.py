"""A tree whose rows we paint: selection, focus ring and arrows."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.item_delegate import paint_row, paint_row_ring

Index = QModelIndex | QPersistentModelIndex

BY_KEY: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""How the focus comes when the keyboard brought it."""
_ARROW = 14
_INDENT = 16


class RingTree(QTreeView):
    """The row that has the keyboard shows the focus itself, until the mouse is used.

    `inset` is the room left and right of a painted row, `shift` moves the arrow to the right, and
    `row` is the least height of the view; all in pixels at 100 % text size.
    """

    def __init__(
        self, name: str, parent: QWidget | None = None, *, inset: int, shift: int, row: int
    ) -> None:
        super().__init__(parent)
        self._inset, self._shift, self._row = inset, shift, row
        self._by_key = False
        self.setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setProperty("showsOwnFocus", True)
        theme.follow(self._restyle)

    def minimumSizeHint(self) -> QSize:
        """Return room for a line: with large text the bars around may need all else."""
        return QSize(super().minimumSizeHint().width(), theme.scaled(self._row))

    def row_token(self, index: Index) -> str:
        """Return the colour behind a row; "" for none."""
        return "selected" if self.selectionModel().isSelected(index) else ""

    def whole_row(self, rect: QRect) -> QRect:
        """Return the row that a place lies in, from edge to edge."""
        return QRect(0, rect.top(), self.viewport().width(), rect.height())

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, token = self.whole_row(option.rect), self.row_token(index)
        if token:
            paint_row(painter, row, token, self._inset)
        if self._by_key and self.hasFocus() and index == self.currentIndex():
            paint_row_ring(painter, row, self._inset)
        super().drawRow(painter, option, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if not self.model().hasChildren(index):
            return
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"
        size = theme.scaled(_ARROW)
        left = rect.right() - size + theme.scaled(self._shift)
        top = rect.top() + (rect.height() - size) // 2
        painter.drawPixmap(left, top, icons.pixmap(name, "text3", size))

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key of this tree means; return False for those that every tree knows."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._show_ring(True)
        if not self.take_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._show_ring(False)
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEY:
            self._show_ring(True)
            if not self.currentIndex().isValid():
                self.setCurrentIndex(self.model().index(0, 0))

    def toggle(self, index: Index) -> None:
        """Open a row, or close it."""
        self.setExpanded(index, not self.isExpanded(index))

    def _show_ring(self, shown: bool) -> None:
        if shown != self._by_key:
            self._by_key = shown
            self.viewport().update()

    def _restyle(self) -> None:
        self.setIndentation(theme.scaled(_INDENT))
        self.scheduleDelayedItemsLayout()
