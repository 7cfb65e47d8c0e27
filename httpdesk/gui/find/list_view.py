"""The list of what was found; Enter or a click opens a hit."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from httpdesk.gui import theme
from httpdesk.gui.item_models.find_rows import FindRole, field_name
from httpdesk.gui.widgets.item_delegate import draw_text, method_color, method_short
from httpdesk.gui.widgets.ring_list import Index, RingDelegate, RingList
from httpdesk.model.find import FindHit

ROW = 28
_EDGE, _METHOD, _FIELD, _GAP = 16, 48, 120, 8
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class FindDelegate(RingDelegate):
    """Paints a request with its folders and number of hits, or a line with its hit marked."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.scaled(200), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_back(painter, option, index)
        painter.save()
        rect = QRect(option.rect)
        inner = rect.adjusted(theme.scaled(_EDGE), 0, -theme.scaled(_EDGE), 0)
        hit = index.data(FindRole.HIT)
        if hit is None:
            _paint_request(painter, inner, index)
        else:
            _paint_hit(painter, inner, hit)
        painter.restore()


def _paint_request(painter: QPainter, rect: QRect, index: Index) -> None:
    request = index.data(FindRole.REQUEST)
    count = f"{index.data(FindRole.COUNT):,}"
    taken = draw_text(painter, rect, count, theme.ui_font(12), "text3", align=_RIGHT)
    rect.setRight(rect.right() - taken - theme.scaled(_GAP))
    method = theme.mono_font(11, 700)
    draw_text(painter, rect, method_short(request.method), method, method_color(request.method))
    rect.setLeft(rect.left() + theme.scaled(_METHOD))
    name = draw_text(painter, rect, request.name, theme.ui_font(13, 600), "text")
    rect.setLeft(rect.left() + name + theme.scaled(_GAP))
    draw_text(painter, rect, index.data(FindRole.TRAIL), theme.ui_font(12), "text3")


def _paint_hit(painter: QPainter, rect: QRect, hit: FindHit) -> None:
    field = QRect(rect)
    field.setLeft(rect.left() + theme.scaled(_METHOD))
    field.setWidth(theme.scaled(_FIELD) - theme.scaled(_GAP))
    draw_text(painter, field, field_name(hit.field), theme.ui_font(12), "text3")
    rect.setLeft(rect.left() + theme.scaled(_METHOD + _FIELD))
    font, metrics = theme.mono_font(12), QFontMetrics(theme.mono_font(12))
    painter.setFont(font)
    left = rect.left() + metrics.horizontalAdvance(hit.line[: hit.start])
    wide = metrics.horizontalAdvance(hit.line[hit.start : hit.end])
    box = QRect(left - 1, rect.top() + theme.scaled(5), wide + 2, rect.height() - theme.scaled(10))
    box = box.intersected(rect)
    painter.fillRect(box, theme.color("accent_tint"))
    painter.fillRect(box.adjusted(0, box.height() - 1, 0, 0), theme.color("accent"))
    draw_text(painter, rect, hit.line.replace("\t", " "), font, "text")


class FindList(RingList):
    """Requests with their hits. `leftUp` is sent on Up in the first row."""

    leftUp = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(FindDelegate(), parent)
        self.setAccessibleName(self.tr("What was found"))
        self.setUniformItemSizes(True)

    def take_key(self, event: QKeyEvent) -> bool:
        """Leave the list upwards."""
        if event.key() != Qt.Key.Key_Up or self.currentIndex().row() > 0:
            return False
        self.leftUp.emit()
        return True
