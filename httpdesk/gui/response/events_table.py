"""The list of messages of a stream."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem

from httpdesk.gui import theme
from httpdesk.gui.item_models.event_table import EventColumn, EventTableModel
from httpdesk.gui.tables.reading_table import ROW, CellDelegate, ReadingTable
from httpdesk.gui.widgets.item_delegate import draw_text

AnyIndex = QModelIndex | QPersistentModelIndex

_COLUMNS = {
    EventColumn.NUMBER: 64,
    EventColumn.TIME: 108,
    EventColumn.EVENT: 96,
    EventColumn.ID: 72,
}


class EventTable(ReadingTable):
    """Tells when the newest message comes into view and goes out of it by the user's hand.

    Signals: `copyRequested(rows)`, `leftEnd`, `cameToEnd`.
    """

    copyRequested = Signal(list)
    leftEnd = Signal()
    cameToEnd = Signal()

    def __init__(self, name: str, model: EventTableModel) -> None:
        super().__init__(name, lambda: None)
        self._by_hand = True
        self.setModel(model)
        self.setItemDelegate(_EventDelegate(self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(EventColumn.DATA, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.follow(self._restyle)

    def go_to_end(self) -> None:
        """Bring the newest message into view."""
        self._by_hand = False
        self.scrollToBottom()
        self._by_hand = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copyRequested.emit(self.chosen_rows())
        else:
            super().keyPressEvent(event)

    def _on_scrolled(self, value: int) -> None:
        if not self._by_hand:
            return
        at_end = value >= self.verticalScrollBar().maximum()
        (self.cameToEnd if at_end else self.leftEnd).emit()

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW))
        self.horizontalHeader().setFixedHeight(theme.scaled(ROW))
        for column, width in _COLUMNS.items():
            self.setColumnWidth(column, theme.scaled(width))


class _EventDelegate(CellDelegate):
    """Paints one cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        room = self.ground(painter, option)
        token = "text" if index.column() == EventColumn.DATA else "text2"
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        draw_text(painter, room, text, theme.mono_font(12), token)
