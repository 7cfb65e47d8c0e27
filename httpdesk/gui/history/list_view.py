"""The list of past sends; Enter or a click opens one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.history_rows import (
    HistoryRole,
    facts,
    outcome,
    outcome_token,
    target,
)
from httpdesk.gui.widgets.item_delegate import (
    draw_text,
    method_color,
    method_short,
    paint_row,
    paint_row_ring,
)
from httpdesk.gui.widgets.ring_tree import BY_KEY
from httpdesk.model.history import HistoryEntry

Index = QModelIndex | QPersistentModelIndex
ROW, DAY = 44, 28
_EDGE, _METHOD, _GAP, _LOCK = 12, 46, 6, 12
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class HistoryDelegate(QStyledItemDelegate):
    """Paints a day, or a send in two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.scaled(120), theme.scaled(ROW if index.data(HistoryRole.ENTRY) else DAY))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRect(option.rect)
        inner = rect.adjusted(theme.scaled(_EDGE), 0, -theme.scaled(_EDGE), 0)
        entry = index.data(HistoryRole.ENTRY)
        if entry is None:
            draw_text(painter, inner, index.data(), theme.ui_font(12, 600), "text2")
            return
        if option.state & QStyle.StateFlag.State_Selected:
            paint_row(painter, rect, "selected")
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint_row(painter, rect, "hover")
        view = self.parent()
        if isinstance(view, HistoryList) and view.shows_ring(index):
            paint_row_ring(painter, rect)
        half = rect.height() // 2
        first = QRect(inner.left(), rect.top() + 3, inner.width(), half - 2)
        second = QRect(inner.left(), first.bottom(), inner.width(), half - 3)
        _paint_request(painter, first, entry)
        _paint_facts(painter, second, entry)


def _paint_request(painter: QPainter, room: QRect, entry: HistoryEntry) -> None:
    method = QRect(room)
    method.setWidth(theme.scaled(_METHOD))
    font = theme.mono_font(11, 700)
    draw_text(painter, method, method_short(entry.method), font, method_color(entry.method))
    words, token = outcome(entry), outcome_token(entry)
    taken = draw_text(painter, room, words, theme.ui_font(12, 500), token, align=_RIGHT)
    place = room.adjusted(theme.scaled(_METHOD), 0, -taken - theme.scaled(_GAP), 0)
    draw_text(painter, place, target(entry), theme.ui_font(13), "text")


def _paint_facts(painter: QPainter, room: QRect, entry: HistoryEntry) -> None:
    room = room.adjusted(theme.scaled(_METHOD), 0, 0, 0)
    if entry.secure_inputs or entry.secure_outputs:
        side = theme.scaled(_LOCK)
        top = room.center().y() - side // 2 + 1
        painter.drawPixmap(room.right() - side, top, icons.pixmap("lock", "text3", side))
        room.setRight(room.right() - side - theme.scaled(_GAP))
    draw_text(painter, room, facts(entry), theme.ui_font(12), "text3")


class HistoryList(QListView):
    """Enter or a click opens, Delete deletes; several can be chosen.

    Signals: `openRequested(index)`, `deleteRequested` for all that are chosen.
    """

    openRequested = Signal(QModelIndex)
    deleteRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_key = False
        self.setItemDelegate(HistoryDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(self.tr("History"))
        self.setTabKeyNavigation(False)
        self.setProperty("showsOwnFocus", True)
        self.setMouseTracking(True)
        theme.follow(self.scheduleDelayedItemsLayout)

    def minimumSizeHint(self) -> QSize:
        """Return room for a row: with large text the bars around may need all else."""
        return QSize(super().minimumSizeHint().width(), theme.scaled(ROW))

    def shows_ring(self, index: Index) -> bool:
        """Return whether this row has the keyboard."""
        return self._by_key and self.hasFocus() and self.currentIndex() == index

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if plain and index == self.currentIndex():
            self._open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_key = True
        self.viewport().update()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.deleteRequested.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_KEY:
            self._by_key = True
            if not self.currentIndex().isValid():
                self.setCurrentIndex(self.model().index(1, 0))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and index.data(HistoryRole.ENTRY) is not None:
            self.openRequested.emit(index)
