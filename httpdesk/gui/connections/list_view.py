"""The list of connections as it is painted: state shape, name, short state."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from httpdesk.gui import theme
from httpdesk.gui.item_models.connection_list import ConnectionRole
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.ring_list import Index, RingDelegate, RingList
from httpdesk.gui.widgets.state_dot import paint_state

ROW, MOST_ROWS = 28, 8
"""Height of a row, and how many are shown before the list scrolls."""
_EDGE, _NAME_LEFT, _GAP, _LEAST_NAME = 12, 34, 8, 48
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class ConnectionDelegate(RingDelegate):
    """Paints a row; the name gives way to the state, which tells what to do."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.scaled(100), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_back(painter, option, index)
        rect = QRect(option.rect)
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


class ConnectionList(RingList):
    """Enter or a click opens, Delete deletes; as high as its rows, up to a limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ConnectionDelegate(), parent)
        self.setAccessibleName(self.tr("Connections"))
        self.setUniformItemSizes(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def restyle(self) -> None:
        """Take the height of the rows."""
        rows = self.model().rowCount() if self.model() is not None else 0
        self.setFixedHeight(theme.scaled(ROW) * min(rows, MOST_ROWS))
        super().restyle()
