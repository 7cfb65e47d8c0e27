"""The Headers tab: the header lines as received, credentials masked."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.item_models.header_table import (
    HeaderColumn,
    HeaderPair,
    HeaderRole,
    HeaderTableModel,
)
from httpdesk.gui.tables.reading_table import (
    ROW,
    CellDelegate,
    ReadingTable,
    eye_place,
    paint_eye,
)
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.filter_field import FilterField
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.section import HLine

AnyIndex = QModelIndex | QPersistentModelIndex

_BAR = 36
_LONGEST_SHOWN = 2_000
"""Characters of a value that are measured at each paint."""


class HeadersView(QWidget):
    """A filter, the table, and the whole list as text for the clipboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = HeaderTableModel(self)
        self.filter = FilterField(self.tr("Filter headers"))
        self.copy = TextButton(self.tr("Copy all"), kind="flat")
        self.table = _HeaderTable(self.model)
        self._bar = QWidget()
        self._bar_layout = QHBoxLayout(self._bar)
        self._bar_layout.addWidget(self.filter)
        self._bar_layout.addStretch(1)
        self._bar_layout.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addWidget(HLine())
        layout.addWidget(self.table, 1)
        self.filter.textChanged.connect(self.model.set_filter)
        self.filter.leftDown.connect(lambda: self.table.setFocus(Qt.FocusReason.TabFocusReason))
        self.copy.clicked.connect(self._copy_all)
        theme.follow(self._restyle)

    def set_headers(self, headers: tuple[HeaderPair, ...], secrets: Iterable[str] = ()) -> None:
        """Show these header lines, with the values in `secrets` hidden in all of them."""
        self.model.set_headers(headers, secrets)

    def open_find(self) -> None:
        """Put the focus into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.model.as_text())

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))
        self._bar_layout.setContentsMargins(theme.scaled(12), 0, theme.scaled(8), 0)
        self.filter.setFixedWidth(theme.scaled(200))


class _HeaderTable(ReadingTable):
    """Ctrl+C copies the chosen rows, Space or the eye shows and hides a masked value."""

    def __init__(self, model: HeaderTableModel) -> None:
        super().__init__(self.tr("Response headers"), lambda: model.reveal(None))
        self._headers = model
        self.setModel(model)
        self.setItemDelegate(_HeaderDelegate(self))
        self.setMouseTracking(True)
        header = self.horizontalHeader()
        header.setSectionResizeMode(HeaderColumn.NAME, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(HeaderColumn.VALUE, QHeaderView.ResizeMode.Stretch)
        self._sized = False
        theme.follow(self._restyle)

    def reveal(self, row: int) -> None:
        """Show the row's masked value for a while, or hide it again."""
        if self._headers.is_masked(row):
            self._headers.reveal(row)
            self._hide.start()
        elif self._headers.index(row, HeaderColumn.VALUE).data(HeaderRole.SENSITIVE):
            self._headers.reveal(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._headers.as_text(self.chosen_rows()))
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.reveal(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.data(HeaderRole.SENSITIVE) and eye_place(self.visualRect(index)).contains(
            event.position().toPoint()
        ):
            self.reveal(index.row())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu()

    def open_menu(self) -> None:
        """Open the menu of the current row under it."""
        index = self.currentIndex()
        if not index.isValid():
            return
        menu = QMenu(self)
        copy = menu.addAction(self.tr("Copy"))
        copy.triggered.connect(
            lambda: QGuiApplication.clipboard().setText(self._headers.as_text(self.chosen_rows()))
        )
        if index.data(HeaderRole.SENSITIVE):
            masked = self._headers.is_masked(index.row())
            reveal = menu.addAction(self.tr("Reveal value") if masked else self.tr("Hide value"))
            reveal.triggered.connect(lambda: self.reveal(index.row()))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(self._menu_place(index)))

    def _menu_place(self, index: QModelIndex) -> QPoint:
        return self.visualRect(index).bottomLeft()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._sized and self.width() > 0:
            self._sized = True
            self.setColumnWidth(HeaderColumn.NAME, min(theme.scaled(220), self.width() * 2 // 5))

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW))
        self.horizontalHeader().setFixedHeight(theme.scaled(ROW))


class _HeaderDelegate(CellDelegate):
    """Paints one cell, and the eye of a masked value."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect: QRect = option.rect
        room = self.ground(painter, option)
        is_name = index.column() == HeaderColumn.NAME
        if not is_name and index.data(HeaderRole.SENSITIVE):
            room.setRight(eye_place(rect).left())
            paint_eye(painter, rect, bool(index.data(HeaderRole.MASKED)))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))[:_LONGEST_SHOWN]
        draw_text(painter, room, text, theme.mono_font(12), "text2" if is_name else "text")
