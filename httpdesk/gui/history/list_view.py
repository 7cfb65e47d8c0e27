"""The list of past sends; Enter or a click opens one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.item_models.history_rows import (
    HistoryRole,
    facts,
    outcome,
    outcome_token,
    target,
)
from httpdesk.gui.widgets.item_delegate import draw_text, method_color, method_short
from httpdesk.gui.widgets.ring_list import Index, RingDelegate, RingList
from httpdesk.model.history import HistoryEntry

ROW, DAY = 44, 28
_EDGE, _METHOD, _GAP, _LOCK = 12, 46, 6, 12
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class HistoryDelegate(RingDelegate):
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
        self.paint_back(painter, option, index)
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


class HistoryList(RingList):
    """Enter or a click opens, Delete deletes all that are chosen; several can be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(HistoryDelegate(), parent)
        self.setAccessibleName(self.tr("History"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def minimumSizeHint(self) -> QSize:
        """Return room for a row: with large text the bars around may need all else."""
        return QSize(super().minimumSizeHint().width(), theme.scaled(ROW))

    def first_row(self) -> QModelIndex:
        """Return the first send: above it is its day."""
        return self.model().index(1, 0)
