"""The tree of collections, folders and requests as it is painted."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.collection_tree import TreeRole
from httpdesk.gui.widgets.item_delegate import (
    method_color,
    method_short,
)
from httpdesk.gui.widgets.ring_tree import RingTree
from httpdesk.model.collection import ItemKind
from httpdesk.model.storage_errors import ConflictMarkers

Index = QModelIndex | QPersistentModelIndex
ROW = 28
ICONS = {ItemKind.BROKEN: ("file-warning", "amber"), ItemKind.OTHER: ("file", "text2")}


class TreeDelegate(QStyledItemDelegate):
    """Paints a row: method label or icon, name, and a dot for an unsaved draft."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.scaled(100), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect = QRect(option.rect)
        opened = bool(option.state & QStyle.StateFlag.State_Open)
        left = self._paint_mark(painter, rect, index, opened)
        right = self._paint_dot(painter, rect, index)
        right = self._paint_conflict(painter, rect, right, index)
        top_level = not index.parent().isValid()
        font = theme.ui_font(13, 600 if top_level else 400)
        painter.setFont(font)
        broken = index.data(TreeRole.PROBLEM) is not None
        painter.setPen(theme.color("text2" if broken else "text"))
        room = QRect(left, rect.top(), right - left, rect.height())
        name = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()

    def _paint_mark(self, painter: QPainter, rect: QRect, index: Index, opened: bool) -> int:
        left = rect.left() + theme.scaled(4)
        method = index.data(TreeRole.METHOD)
        if method:
            painter.setFont(theme.mono_font(11, 700))
            painter.setPen(theme.color(method_color(method)))
            box = QRect(left, rect.top(), theme.scaled(44), rect.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, method_short(method)[:6])
            return left + theme.scaled(40)
        name, token = self._icon(index, opened)
        size = theme.scaled(16)
        top = rect.top() + (rect.height() - size) // 2
        painter.drawPixmap(left, top, icons.pixmap(name, token, size))
        return left + theme.scaled(24)

    @staticmethod
    def _icon(index: Index, opened: bool) -> tuple[str, str]:
        if not index.parent().isValid():
            return ("layers", "text2")
        kind = index.data(TreeRole.KIND)
        if kind is ItemKind.FOLDER:
            return ("folder-open" if opened else "folder", "text2")
        return ICONS.get(kind, ("file", "text2"))

    @staticmethod
    def _paint_dot(painter: QPainter, rect: QRect, index: Index) -> int:
        right = rect.right() - theme.scaled(12)
        if not index.data(TreeRole.EDITED):
            return right
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text2"))
        radius = theme.scaled(3)
        painter.drawEllipse(QPointF(right - radius, rect.center().y() + 1), radius, radius)
        return right - theme.scaled(14)

    def _paint_conflict(self, painter: QPainter, rect: QRect, right: int, index: Index) -> int:
        """Say at the end of the row that a merge is unfinished."""
        if not isinstance(index.data(TreeRole.PROBLEM), ConflictMarkers):
            return right
        words = self.tr("Merge conflict")
        painter.setFont(theme.ui_font(11, 500))
        painter.setPen(theme.color("amber"))
        width = painter.fontMetrics().horizontalAdvance(words)
        room = QRect(right - width, rect.top(), width, rect.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        return right - width - theme.scaled(6)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("New name"))
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect = QRect(option.rect)
        offset = theme.scaled(40 if index.data(TreeRole.METHOD) else 24)
        editor.setGeometry(rect.adjusted(offset - theme.scaled(4), 0, -theme.scaled(8), 0))


class CollectionTree(RingTree):
    """The tree view: Enter or a click opens, a double click pins, Delete deletes.

    The row that has the keyboard shows the focus itself.
    """

    openRequested = Signal(QModelIndex)
    pinRequested = Signal(QModelIndex)
    deleteRequested = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Collections"), parent, inset=6, shift=3, row=ROW)
        self.setItemDelegate(TreeDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setExpandsOnDoubleClick(False)
        self._hovered, self._pressed = QPersistentModelIndex(), QPersistentModelIndex()
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._hover_again)

    def row_token(self, index: Index) -> str:
        """Return the colour behind a row: chosen, under the pointer, or none."""
        return super().row_token(index) or ("hover" if self._hovered == index else "")

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = QPersistentModelIndex(self.indexAt(event.position().toPoint()))
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        # Left of the row is the arrow, which Qt has acted on.
        on_row = index.isValid() and point.x() >= self.visualRect(index).left()
        if event.button() == Qt.MouseButton.LeftButton and on_row and self._pressed == index:
            self._activate(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._pressed = QPersistentModelIndex()
        if index.isValid() and index.data(TreeRole.METHOD):
            self.pinRequested.emit(index)

    def take_key(self, event: QKeyEvent) -> bool:
        index = self.currentIndex()
        editing = self.state() == QAbstractItemView.State.EditingState
        if editing or not index.isValid():
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(index)
        elif event.key() == Qt.Key.Key_Delete:
            self.deleteRequested.emit(index)
        else:
            return super().take_key(event)
        return True

    def _activate(self, index: QModelIndex) -> None:
        """Open a request, open or close a folder."""
        if self.model().hasChildren(index):
            self.toggle(index)
        self.openRequested.emit(index)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._hover(self.indexAt(event.position().toPoint()))
        elif event.type() == QEvent.Type.Leave:
            self._hover(QModelIndex())
        return super().viewportEvent(event)

    def _hover_again(self) -> None:
        """The rows moved away under the pointer."""
        if self._hovered.isValid():
            where = self.viewport().mapFromGlobal(self.cursor().pos())
            self._hover(self.indexAt(where))

    def _hover(self, index: QModelIndex) -> None:
        """Paint the row of `index` as the one under the pointer."""
        if self._hovered == index:
            return
        before, self._hovered = self._hovered, QPersistentModelIndex(index)
        for changed in (before, index):
            self.viewport().update(self.whole_row(self.visualRect(changed)))
