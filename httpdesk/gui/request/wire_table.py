"""The table of the Wire tab: lines in the data font, where each comes from beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEvent,
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
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.wire_rows import WireColumn, WireRole, WireRowsModel
from httpdesk.gui.tables.row_delegate import eye_place, paint_eye, paint_ring
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.gui.widgets.revealing import REVEAL_MS

AnyIndex = QModelIndex | QPersistentModelIndex

_ROW: Final = 24
_INSET: Final = 12
_GAP: Final = 8
_EYE: Final = 24
_ICON: Final = 14
_ICON_GAP: Final = 6
_FROM: Final = 200
_FROM_SHARE: Final = 0.34


class WireTable(QTableView):
    """Enter, Space or a click show a secret, look into a file or go to a problem.

    Signals: `targetChosen(object)` for a note that leads somewhere, `fileAsked(path)` for the
    first bytes of a file.
    """

    targetChosen = Signal(object)
    fileAsked = Signal(str)

    def __init__(self, model: WireRowsModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._hide = QTimer(self, interval=REVEAL_MS, singleShot=True)
        self._hide.timeout.connect(model.mask_all)
        self._scrolled, self._row = 0, -1
        self.setModel(model)
        self.setItemDelegate(_WireDelegate(self))
        self.setAccessibleName(name)
        self.setProperty("showsOwnFocus", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(0)
        model.modelAboutToBeReset.connect(self._note_place)
        model.modelReset.connect(self._restore_place)
        theme.follow(self._restyle)

    def minimumSizeHint(self) -> QSize:
        """Return room for a line: with large text the bars around may need all else."""
        return QSize(super().minimumSizeHint().width(), theme.scaled(28))

    def activate_row(self, row: int) -> None:
        """Do what the row offers: show its next secret, its file's first bytes, or its place."""
        target, path = self._rows.target(row), self._rows.unread_file(row)
        if target is not None:
            self.targetChosen.emit(target)
        elif path:
            self.fileAsked.emit(path)
        else:
            self._rows.reveal_next(row)
            self._hide.start()

    def copy_rows(self) -> None:
        """Put the chosen lines on the clipboard, masked as they are on screen."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        text = self._rows.as_text(rows)
        if text:
            QGuiApplication.clipboard().setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
        elif wanted and not event.modifiers() and self.currentIndex().isValid():
            self.activate_row(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        on_eye = index.data(WireRole.MASKED) is not None and _eye(self.visualRect(index)).contains(
            point
        )
        if event.button() == Qt.MouseButton.LeftButton and (on_eye or index.data(WireRole.LINK)):
            self.activate_row(index.row())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.currentIndex()
        if index.isValid():
            self.make_menu(index).popup(self.viewport().mapToGlobal(self._below(index)))

    def make_menu(self, index: QModelIndex) -> QMenu:
        """Return the menu of a row; it goes when it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy")).triggered.connect(self.copy_rows)
        row = index.row()
        masked = self._rows.index(row, WireColumn.TEXT).data(WireRole.MASKED)
        if masked is not None:
            words = self.tr("Reveal value") if masked else self.tr("Show next or hide")
            menu.addAction(words).triggered.connect(lambda: self.activate_row(row))
        if self._rows.unread_file(row):
            action = menu.addAction(self.tr("Show the first bytes"))
            action.triggered.connect(lambda: self.activate_row(row))
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            shown = str(index.data() or "") if index.column() == WireColumn.FROM else ""
            QToolTip.showText(event.globalPos(), plain_tooltip(shown), self)
            return True
        return super().viewportEvent(event)

    def _below(self, index: QModelIndex) -> QPoint:
        return self.visualRect(index).bottomLeft()

    def _share_width(self) -> None:
        width = self.viewport().width()
        origin = min(theme.scaled(_FROM), round(width * _FROM_SHARE))
        self.setColumnWidth(WireColumn.TEXT, width - origin)
        self.setColumnWidth(WireColumn.FROM, origin)
        advance = QFontMetricsF(theme.mono_font(12)).horizontalAdvance("0")
        lines = width - origin - theme.scaled(_INSET + _EYE)
        notes = width - theme.scaled(2 * _INSET + _ICON + _ICON_GAP)
        self._rows.set_columns(int(lines / advance), int(notes / advance))

    def _join_notes(self) -> None:
        """Let notes take the whole width."""
        self.clearSpans()
        for row in self._rows.note_rows():
            self.setSpan(row, WireColumn.TEXT, 1, len(WireColumn))

    def _note_place(self) -> None:
        self._scrolled = self.verticalScrollBar().value()
        self._row = self.currentIndex().row()

    def _restore_place(self) -> None:
        self._join_notes()
        if 0 <= self._row < self._rows.rowCount():
            self.setCurrentIndex(self._rows.index(self._row, WireColumn.TEXT))
        self.updateGeometries()
        self.verticalScrollBar().setValue(self._scrolled)

    def _restyle(self) -> None:
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(theme.scaled(_ROW))
        rows.setDefaultSectionSize(theme.scaled(_ROW))
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._share_width()


class _WireDelegate(QStyledItemDelegate):
    """Paints a piece of a line, the eye of its secret, and in the other column its origin."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        focused = option.widget.hasFocus()
        if focused and state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, theme.color("selected"))
        if index.column() == WireColumn.FROM:
            room = cell.adjusted(theme.scaled(_GAP), 0, -theme.scaled(_GAP), 0)
            draw_text(painter, room, str(index.data()), theme.ui_font(12), "text3")
        else:
            self._paint_line(painter, cell, index)
        if focused and state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, cell)

    def _paint_line(self, painter: QPainter, cell: QRect, index: AnyIndex) -> None:
        room = cell.adjusted(theme.scaled(_INSET), 0, 0, 0)
        icon, masked = index.data(WireRole.ICON), index.data(WireRole.MASKED)
        token = str(index.data(WireRole.TOKEN))
        is_note = bool(index.data(WireRole.NOTE))
        side = theme.scaled(_ICON)
        if icon:
            mark = icons.pixmap(str(icon), token, side, painter.device().devicePixelRatioF())
            painter.drawPixmap(room.left(), room.center().y() - side // 2 + 1, mark)
        if is_note:
            room.setLeft(room.left() + side + theme.scaled(_ICON_GAP))
        if masked is not None:
            paint_eye(painter, _eye(cell), bool(masked))
            room.setRight(_eye(cell).left())
        is_link = bool(index.data(WireRole.LINK))
        font = theme.ui_font(12) if is_note else theme.mono_font(12)
        draw_text(painter, room, str(index.data()), font, "accent_text" if is_link else token)


def _eye(cell: QRect) -> QRect:
    return eye_place(cell)
