"""Paints and edits the cells of a key-value table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.key_value_table import KeyValueModel, Role
from httpdesk.gui.item_models.rows import Column
from httpdesk.gui.tables.completion import word_completer
from httpdesk.gui.tables.flat_table import INDENT, PADDING
from httpdesk.gui.tables.variable_field import VariableField
from httpdesk.gui.tables.variable_text import paint_variable_text, paint_wave

AnyIndex = QModelIndex | QPersistentModelIndex
Words = Callable[[int, str], Sequence[str]]
"""Suggestions for a column, given the row's key."""

_BOX: Final = 14
_BOX_LEFT: Final = 12
_ICON: Final = 16
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier
_TICK: Final = ((0.25, 0.52), (0.43, 0.70), (0.76, 0.34))
"""The corners of the tick, in shares of the box."""


class CellEditor(VariableField):
    """A cell being edited, framed in the accent colour.

    Signals: `pasteRequested(text)` when text of several rows may be on the clipboard.
    """

    pasteRequested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("bare", True)
        self.setFont(theme.mono_font(12))
        self.setTextMargins(theme.scaled(PADDING) - 2, 0, theme.scaled(PADDING) - 2, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasteRequested.emit(QApplication.clipboard().text())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        paint_ring(painter, self.rect())
        painter.end()
        super().paintEvent(event)  # type: ignore[arg-type]


class RowDelegate(QStyledItemDelegate):
    """Check box, key, value with variables on a tint, description, flags of mistakes.

    Signals: `pasteRequested(editor, text)` when text is pasted into an open cell.
    """

    pasteRequested = Signal(CellEditor, str)

    def __init__(self, words: Words, parent: QObject) -> None:
        super().__init__(parent)
        self._words = words
        self._known: Collection[str] | None = None

    def set_known(self, names: Collection[str] | None) -> None:
        """Say which variables have a value; None knows them all."""
        self._known = names

    # Painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        focused = bool(state & QStyle.StateFlag.State_Active) and option.widget.hasFocus()
        if focused and state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, theme.color("selected"))
        painter.fillRect(cell.left(), cell.bottom(), cell.width(), 1, theme.color("border"))
        if index.data(Qt.ItemDataRole.CheckStateRole) is not None:
            paint_check_box(painter, check_box(cell), bool(index.data(Role.ENABLED)))
        room = text_room(cell, index)
        if index.data(Role.SENSITIVE):
            room.setRight(eye_place(cell).left())
            paint_eye(painter, eye_place(cell), bool(index.data(Role.MASKED)))
        self._paint_text(painter, room, index)
        if focused and state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, cell.adjusted(0, 0, 0, -1))

    def _paint_text(self, painter: QPainter, room: QRect, index: AnyIndex) -> None:
        text = str(index.data() or "")
        ghost = bool(index.data(Role.GHOST))
        is_data = index.column() != Column.DESCRIPTION and not ghost
        font = theme.mono_font(12) if is_data else theme.ui_font(12 if not ghost else 13)
        dim = ghost or not index.data(Role.ENABLED) or index.column() == Column.DESCRIPTION
        problem = bool(index.data(Role.PROBLEM))
        if problem:
            room.setRight(room.right() - theme.scaled(_ICON + PADDING))
            paint_flag(painter, room)
        token = "text3" if dim else "text"
        known = self._known if index.data(Role.ENABLED) else None
        taken = paint_variable_text(painter, room, text, font, token, known=known)
        if problem and text:
            paint_wave(painter, taken, QFontMetrics(font))

    # Editing

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        """Return a line edit that hands each key to the model, so that nothing typed is lost."""
        model = index.model()
        assert isinstance(model, KeyValueModel)
        model.begin_session()
        editor = CellEditor(parent)
        editor.setAccessibleName(str(model.headerData(index.column(), Qt.Orientation.Horizontal)))
        # For the empty last row there is something to type over, not to edit.
        editor.setPlaceholderText(str(index.data()) if index.data(Role.GHOST) else "")
        editor.textEdited.connect(lambda _text: self.commitData.emit(editor))
        editor.pasteRequested.connect(lambda text: self.pasteRequested.emit(editor, text))
        editor.variables.set_names(self._known or ())
        self._complete(editor, index)
        return editor

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Put the cell's text in, unless it is there: setting it again would lose the undo."""
        assert isinstance(editor, CellEditor)
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if editor.text() != text:
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        """Hand the text to the model."""
        assert isinstance(editor, CellEditor)
        model.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        """Put the editor over the text of the cell."""
        cell: QRect = option.rect
        left = text_room(cell, index).left() - theme.scaled(PADDING)
        editor.setGeometry(cell.adjusted(left - cell.left(), 0, 0, -1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the edit back on Escape, which Qt would only close."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and isinstance(watched, CellEditor)
        ):
            view = self.parent()
            model = view.model() if view else None  # type: ignore[attr-defined]
            super().eventFilter(watched, event)
            if isinstance(model, KeyValueModel):
                model.cancel_session()
            return True
        return super().eventFilter(watched, event)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        """Switch the row by a click on its box or Space on its key, a secret by its eye."""
        if isinstance(event, QMouseEvent):
            if event.type() != QEvent.Type.MouseButtonRelease:
                return False
            return self._click(event, model, option.rect, index)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return event.key() == Qt.Key.Key_Space and _switch(model, index)
        return False

    def _click(
        self, event: QMouseEvent, model: QAbstractItemModel, cell: QRect, index: AnyIndex
    ) -> bool:
        point = event.position().toPoint()
        if point.x() < cell.left() + theme.scaled(INDENT - PADDING):
            return _switch(model, index)
        if index.data(Role.SENSITIVE) and eye_place(cell).contains(point):
            assert isinstance(model, KeyValueModel)
            model.reveal(index.row(), bool(index.data(Role.MASKED)))
            return True
        return False

    def _complete(self, editor: CellEditor, index: AnyIndex) -> None:
        key = str(index.sibling(index.row(), Column.KEY).data(Qt.ItemDataRole.EditRole) or "")
        words = self._words(index.column(), key)
        if not words:
            return
        completer = word_completer(words, editor)
        completer.activated.connect(lambda _text: self.commitData.emit(editor))
        editor.setCompleter(completer)


def check_box(cell: QRect) -> QRect:
    """Return where the check box of a key cell is."""
    side = theme.scaled(_BOX)
    top = cell.top() + (cell.height() - 1 - side) // 2
    return QRect(cell.left() + theme.scaled(_BOX_LEFT), top, side, side)


def eye_place(cell: QRect) -> QRect:
    """Return where a click reveals the secret of a cell."""
    side = theme.scaled(24)
    return QRect(cell.right() - side, cell.top(), side, cell.height())


def text_room(cell: QRect, index: AnyIndex) -> QRect:
    """Return where the text of a cell may stand."""
    left = theme.scaled(INDENT if index.column() == Column.KEY else PADDING)
    return cell.adjusted(left, 0, -theme.scaled(PADDING), -1)


def paint_ring(painter: QPainter, room: QRect) -> None:
    """Paint the frame of the cell that has the keyboard."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("accent"), 2))
    painter.drawRoundedRect(QRectF(room).adjusted(1, 1, -1, -1), 3, 3)
    painter.restore()


def _switch(model: QAbstractItemModel, index: AnyIndex) -> bool:
    if index.data(Qt.ItemDataRole.CheckStateRole) is None or not isinstance(model, KeyValueModel):
        return False
    model.toggle([index.row()])
    return True


def paint_check_box(painter: QPainter, box: QRect, checked: bool) -> None:
    """Paint the box of a row that is on or off."""
    radius = theme.scaled(4)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(box, radius, radius)
        pen = QPen(theme.color("on_accent"), box.width() / 8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        points = [QPointF(x * box.width(), y * box.height()) for x, y in _TICK]
        painter.drawPolyline(QPolygonF(points).translated(QPointF(box.topLeft())))
    else:
        painter.setPen(QPen(theme.color("border_ctl"), 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.restore()


def paint_eye(painter: QPainter, place: QRect, masked: bool) -> None:
    """Paint the eye that reveals or hides a secret."""
    side = theme.scaled(_ICON)
    name = "eye-off" if masked else "eye"
    eye = icons.pixmap(name, "text2", side, painter.device().devicePixelRatioF())
    center = place.center()
    painter.drawPixmap(center.x() - side // 2, center.y() - side // 2, eye)


def paint_flag(painter: QPainter, room: QRect) -> None:
    """Paint the mark of a mistake behind `room`."""
    side = theme.scaled(_ICON)
    flag = icons.pixmap("circle-alert", "red", side, painter.device().devicePixelRatioF())
    painter.drawPixmap(
        room.right() + theme.scaled(PADDING) // 2, room.center().y() - side // 2 + 1, flag
    )
