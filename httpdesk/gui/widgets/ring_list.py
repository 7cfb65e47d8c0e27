"""A list whose rows we paint: what lies behind a row, focus ring, and the keys of every list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.widgets.item_delegate import paint_row, paint_row_ring
from httpdesk.gui.widgets.ring_tree import BY_KEY

Index = QModelIndex | QPersistentModelIndex


class RingList(QListView):
    """The row that has the keyboard shows the focus itself, until the mouse is used.

    Signals: `openRequested(index)` on Enter or a click on the current row, `deleteRequested(index)`
    with the current one.
    """

    openRequested = Signal(QModelIndex)
    deleteRequested = Signal(QModelIndex)

    def __init__(self, delegate: RingDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_key = False
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setProperty("showsOwnFocus", True)
        self.setMouseTracking(True)
        theme.follow(self.restyle)

    def restyle(self) -> None:
        """Lay the rows out anew: the theme or the size of the text is another."""
        self.scheduleDelayedItemsLayout()

    def shows_ring(self, index: Index) -> bool:
        """Return whether this row has the keyboard."""
        return self._by_key and self.hasFocus() and self.currentIndex() == index

    def first_row(self) -> QModelIndex:
        """Return the row that the keyboard comes to when none is current."""
        return self.model().index(0, 0)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key of this list means; return False for those that every list knows."""
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        # With a modifier a click chooses rows.
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if plain and index.isValid() and index == self.currentIndex():
            self.openRequested.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_key = True
        self.viewport().update()
        current = self.currentIndex()
        if self.take_key(event):
            return
        if current.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.openRequested.emit(current)
        elif current.isValid() and event.key() == Qt.Key.Key_Delete:
            self.deleteRequested.emit(current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEY:
            self._by_key = True
            if not self.currentIndex().isValid() and self.model() is not None:
                self.setCurrentIndex(self.first_row())


class RingDelegate(QStyledItemDelegate):
    """Paints what lies behind the words of a row of a `RingList`."""

    def paint_back(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the selection, or the row below the mouse, and the ring of the keyboard."""
        rect, view = QRect(option.rect), self.parent()
        if option.state & QStyle.StateFlag.State_Selected:
            paint_row(painter, rect, "selected")
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint_row(painter, rect, "hover")
        if isinstance(view, RingList) and view.shows_ring(index):
            paint_row_ring(painter, rect)
