"""The list of connections as it is painted: state shape, name, short state."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
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
from httpdesk.gui.item_models.connection_list import ConnectionRole
from httpdesk.gui.widgets.item_delegate import draw_text, paint_row, paint_row_ring
from httpdesk.gui.widgets.ring_tree import BY_KEY
from httpdesk.gui.widgets.state_dot import paint_state

Index = QModelIndex | QPersistentModelIndex
ROW, MOST_ROWS = 28, 8
"""Height of a row, and how many are shown before the list scrolls."""
_EDGE, _NAME_LEFT, _GAP, _LEAST_NAME = 12, 34, 8, 48
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class ConnectionDelegate(QStyledItemDelegate):
    """Paints a row; the name gives way to the state, which tells what to do."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.scaled(100), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            paint_row(painter, rect, "selected")
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint_row(painter, rect, "hover")
        view = self.parent()
        if isinstance(view, ConnectionList) and view.shows_ring(index):
            paint_row_ring(painter, rect)
        center = QPointF(rect.left() + theme.scaled(20), rect.center().y() + 0.5)
        shape, token = index.data(ConnectionRole.SHAPE)
        paint_state(painter, center, shape, token)
        self._paint_words(painter, rect, index)

    @staticmethod
    def _paint_words(painter: QPainter, rect: QRect, index: Index) -> None:
        left = rect.left() + theme.scaled(_NAME_LEFT)
        right = rect.right() - theme.scaled(_EDGE)
        state = QRect(rect)
        state.setLeft(left + theme.scaled(_LEAST_NAME))
        state.setRight(right)
        words, tone = index.data(ConnectionRole.STATE), index.data(ConnectionRole.TONE)
        taken = draw_text(painter, state, words, theme.ui_font(12), tone, align=_RIGHT)
        name = QRect(left, rect.top(), right - left - taken - theme.scaled(_GAP), rect.height())
        draw_text(painter, name, index.data(), theme.ui_font(13), "text")


class ConnectionList(QListView):
    """Enter or a click opens, Delete deletes; as high as its rows, up to a limit."""

    openRequested = Signal(QModelIndex)
    deleteRequested = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_key = False
        self.setItemDelegate(ConnectionDelegate(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(self.tr("Connections"))
        self.setTabKeyNavigation(False)
        self.setProperty("showsOwnFocus", True)
        self.setMouseTracking(True)
        theme.follow(self.fit)

    def fit(self) -> None:
        """Take the height of the rows."""
        rows = self.model().rowCount() if self.model() is not None else 0
        self.setFixedHeight(theme.scaled(ROW) * min(rows, MOST_ROWS))
        self.scheduleDelayedItemsLayout()

    def shows_ring(self, index: Index) -> bool:
        """Return whether this row has the keyboard."""
        return self._by_key and self.hasFocus() and self.currentIndex() == index

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index == self.currentIndex():
            self._open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_key = True
        self.viewport().update()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self.deleteRequested.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEY:
            self._by_key = True
            if not self.currentIndex().isValid():
                self.setCurrentIndex(self.model().index(0, 0))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.openRequested.emit(index)
