"""The view of a JSON tree: how a row is painted, and what is on screen."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.engine.masking import MASK
from httpdesk.gui import theme
from httpdesk.gui.response.tree_page_model import Item, JsonTreeModel
from httpdesk.gui.response.tree_words import hides, look_inside
from httpdesk.gui.tables.reading_table import eye_place, paint_eye
from httpdesk.gui.widgets.ring_tree import RingTree

Index = QModelIndex | QPersistentModelIndex

ROW = 24
_LEAST_TEXT = 240


class _TreeDelegate(QStyledItemDelegate):
    """Paints a row: the key, the value in the colour of its kind, how much is in it."""

    def __init__(self, model: JsonTreeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        theme.follow(self._restyle)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.scaled(100), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        item = self._model.item(index)
        parts = self._model.parts(item)
        base = rect.top() + (rect.height() + self._mono_metrics.capHeight()) // 2
        at = QPoint(rect.left() + theme.scaled(4), base)
        right = rect.right() - theme.scaled(12)
        if item.node is not None and hides(item.node, self._model.masked):
            right = eye_place(rect).left()
            paint_eye(painter, rect, MASK in parts.value)
        if item.is_tail:
            self._draw(painter, at, right, parts.value, parts.color, mono=False)
            return
        key_end = at.x() + (right - at.x()) * 2 // 3
        at = self._draw(painter, at, key_end, parts.key, "syntax_key")
        at = self._draw(painter, at, right, ": ", "syntax_punctuation")
        closed = item.count and not option.state & QStyle.StateFlag.State_Open
        value = (
            look_inside(item.node, self._model.masked)
            if closed and item.node is not None
            else parts.value
        )
        room = self._words_metrics.horizontalAdvance(parts.summary) + theme.scaled(8)
        value_end = right - room if parts.summary else right
        at = self._draw(painter, at, value_end, value, parts.color)
        if parts.summary:
            at += QPoint(theme.scaled(8), 0)
            self._draw(painter, at, right, parts.summary, "text3", mono=False)

    def _draw(
        self,
        painter: QPainter,
        at: QPoint,
        right: int,
        text: str,
        color: str,
        *,
        mono: bool = True,
    ) -> QPoint:
        """Draw one line of text, elided to end at `right`; return where it ends."""
        metrics = self._mono_metrics if mono else self._words_metrics
        width, room = metrics.horizontalAdvance(text), max(0, right - at.x())
        if width > room:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
        painter.setFont(self._mono if mono else self._words)
        painter.setPen(theme.color(color))
        painter.drawText(at, text)
        return at + QPoint(width, 0)

    def _restyle(self) -> None:
        self._mono, self._words = theme.mono_font(12), theme.ui_font(11)
        self._mono_metrics = QFontMetrics(self._mono)
        self._words_metrics = QFontMetrics(self._words)


class JsonTreeView(RingTree):
    """A tree for reading; Ctrl+C copies the value, Space or Enter opens and closes.

    Signals:
        seen(item): a row is on screen; what it waits for should be read.
        copyRequested, expandRequested(index), menuRequested(index, where).
        secretToggled: the current value is to be revealed or hidden, if it is a secret.
    """

    secretToggled = Signal()

    seen = Signal(object)
    copyRequested = Signal()
    expandRequested = Signal(QModelIndex)
    menuRequested = Signal(QModelIndex)

    def __init__(self, model: JsonTreeModel, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("JSON tree"), parent, inset=2, shift=0, row=ROW)
        self._json = model
        self._look = QTimer(self, interval=0, singleShot=True)
        self._look.timeout.connect(self._look_around)
        self.setModel(model)
        self.setItemDelegate(_TreeDelegate(model, self))
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.dataChanged):
            signal.connect(self.look)
        self.expanded.connect(self.look)
        self.collapsed.connect(self.look)

    @property
    def looking(self) -> bool:
        """Whether what is on screen has still to be told."""
        return self._look.isActive()

    def look(self) -> None:
        """Tell soon what is on screen."""
        self._look.start()

    def visible_indexes(self) -> list[QModelIndex]:
        """Return the rows that are on screen, from top to bottom."""
        found = []
        index = self.indexAt(self.viewport().rect().topLeft())
        bottom = self.viewport().height()
        while index.isValid() and self.visualRect(index).top() < bottom:
            found.append(index)
            index = self.indexBelow(index)
        return found

    def take_key(self, event: QKeyEvent) -> bool:
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copyRequested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggle(index)
            self.clicked.emit(index)
            self.secretToggled.emit()
        elif event.key() == Qt.Key.Key_Asterisk:
            self.expandRequested.emit(index)
        else:
            return super().take_key(event)
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        position = event.position().toPoint()
        index = self.indexAt(position)
        if index == self.currentIndex() and eye_place(self.visualRect(index)).contains(position):
            self.secretToggled.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid():
                self.setCurrentIndex(index)
        self.menuRequested.emit(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.look()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.look()

    def _look_around(self) -> None:
        """Ask for what the rows on screen wait for, and make room for those far to the right."""
        deepest = 0
        for index in self.visible_indexes():
            item = self._json.item(index)
            self.seen.emit(item)
            deepest = max(deepest, self._depth(item))
        room = deepest * self.indentation() + theme.scaled(_LEAST_TEXT)
        if self.header().minimumSectionSize() != room:
            self.header().setMinimumSectionSize(room)

    @staticmethod
    def _depth(item: Item) -> int:
        depth = 0
        while item.parent is not None:
            depth, item = depth + 1, item.parent
        return depth
