"""How hops and phases are painted: one time axis, a colour for each phase."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.response.timeline_models import TimelineRole
from httpdesk.gui.response.timeline_rows import PHASE_COLORS, HopRow, PhaseRow, Segment
from httpdesk.gui.widgets.item_delegate import draw_text, paint_row
from httpdesk.render.units import format_duration

AnyIndex = QModelIndex | QPersistentModelIndex

HOP_HEIGHT = 44
PHASE_HEIGHT = 28
AXIS_HEIGHT = 28
_LEFT = 208
_WIDE_LEFT = 320
_RIGHT = 76
_TICK_ROOM = 72
"""Pixels between two marks of the axis, at least."""
_BAR = 12
_LEAST = 1.5
_RIGHT_ALIGN = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Axis:
    """Milliseconds to pixels; `span` is what fits between `left` and `right`."""

    left: int
    right: int
    span: float

    def x(self, milliseconds: float) -> float:
        """Return where a time stands."""
        return self.left + (self.right - self.left) * milliseconds / self.span

    def ticks(self) -> list[float]:
        """Return the times that get a mark: 0 and multiples of 1, 2 or 5 times a power of ten."""
        most = max(1, (self.right - self.left) // theme.scaled(_TICK_ROOM))
        step = nice_step(self.span / most)
        return [step * index for index in range(int(self.span / step) + 1)]


def nice_step(least: float) -> float:
    """Return the first of 1, 2, 5, 10, 20 … (times any power of ten) that is not below `least`."""
    power = 1.0
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def axis_for(width: int, span: float) -> Axis:
    """Return the axis of a timeline that is `width` wide and lasts `span` milliseconds."""
    left = theme.scaled(_LEFT) + max(0, width - theme.scaled(620)) * 3 // 10
    left = min(left, theme.scaled(_WIDE_LEFT), width // 2)
    right = max(left + 1, width - theme.scaled(_RIGHT))
    return Axis(left, right, max(span, 1.0) * 1.02)


def tick_label(milliseconds: float, span: float) -> str:
    """Return the label of a mark: in seconds once the axis is longer than one."""
    if span >= 1000:
        return f"{milliseconds / 1000:g} s"
    return f"{milliseconds:g} ms"


class AxisHeader(QWidget):
    """The labels over the timeline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._span = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def set_span(self, span: float) -> None:
        """Show an axis of `span` milliseconds."""
        self._span = span
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        axis = axis_for(self.width(), self._span)
        top = self.height() - theme.scaled(6)
        for tick in axis.ticks():
            x = round(axis.x(tick))
            painter.fillRect(QRect(x, top, 1, self.height() - top), theme.color("border"))
            room = QRect(x + theme.scaled(4), 0, theme.scaled(_TICK_ROOM), self.height())
            draw_text(painter, room, tick_label(tick, self._span), theme.ui_font(11), "text3")

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(AXIS_HEIGHT))


class HopDelegate(QStyledItemDelegate):
    """Paints a hop: number, outcome, request, segments on the axis, duration."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.span = 1.0

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, theme.scaled(HOP_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: HopRow = index.data(TimelineRole.ROW)
        rect: QRect = option.rect
        axis = axis_for(rect.width(), self.span)
        for tick in axis.ticks():
            x = round(axis.x(tick))
            painter.fillRect(QRect(x, rect.top(), 1, rect.height()), theme.color("border"))
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            paint_row(painter, rect, "selected")
        elif state & QStyle.StateFlag.State_MouseOver:
            paint_row(painter, rect, "hover")
        self._paint_words(painter, rect, row, axis.left)
        middle = rect.top() + rect.height() // 2
        for segment in row.segments:
            _paint_segment(painter, axis, segment, middle, theme.scaled(_BAR))
        if row.failed:
            end = round(axis.x(row.start + row.length))
            cap = QRect(end - 1, middle - theme.scaled(10), 2, theme.scaled(20))
            painter.fillRect(cap, theme.color("red"))
        if row.wait:
            _paint_wait(painter, axis, row, middle)
        room = QRect(axis.right, rect.top(), rect.right() - axis.right, rect.height())
        room.setRight(rect.right() - theme.scaled(15))
        text = format_duration(row.length)
        draw_text(painter, room, text, theme.ui_font(12, 500), "text", align=_RIGHT_ALIGN)

    @staticmethod
    def _paint_words(painter: QPainter, rect: QRect, row: HopRow, right: int) -> None:
        top, line = rect.top() + theme.scaled(5), theme.scaled(18)
        number = QRect(rect.left() + theme.scaled(12), top, theme.scaled(18), line)
        draw_text(painter, number, row.label, theme.ui_font(12), "text3")
        x = rect.left() + theme.scaled(30)
        if row.code:
            room = QRect(x, top, right - x, line)
            x += draw_text(painter, room, row.code, theme.ui_font(13, 600), row.tone)
            x += theme.scaled(6)
        room = QRect(x, top, right - x - theme.scaled(8), line)
        token = "text" if row.code else row.tone
        draw_text(painter, room, row.outcome, theme.ui_font(13, 500), token)
        left = rect.left() + theme.scaled(30)
        below = QRect(left, top + theme.scaled(17), right - left - theme.scaled(8), line)
        font, middle = theme.ui_font(11), Qt.TextElideMode.ElideMiddle
        draw_text(painter, below, row.below, font, "text3", elide=middle)


class PhaseDelegate(QStyledItemDelegate):
    """Paints a phase: swatch, name, its place within the hop, time, detail."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.start = 0.0
        self.length = 1.0

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, theme.scaled(PHASE_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: PhaseRow = index.data(TimelineRole.ROW)
        rect: QRect = option.rect
        name, bar, time, detail = _phase_columns(rect)
        draw_text(painter, name, row.name, theme.ui_font(13), "text")
        if row.segment is None:
            bar.setRight(rect.right() - theme.scaled(12))
            draw_text(painter, bar, row.detail, theme.ui_font(12), "text3")
            return
        token = PHASE_COLORS[row.segment.phase]
        self._paint_swatch(painter, rect, token)
        self._paint_bar(painter, bar, row.segment, token)
        text = format_duration(row.segment.length)
        draw_text(painter, time, text, theme.ui_font(12, 500), "text", align=_RIGHT_ALIGN)
        draw_text(painter, detail, row.detail, theme.ui_font(12), "text3")

    @staticmethod
    def _paint_swatch(painter: QPainter, rect: QRect, token: str) -> None:
        side = theme.scaled(10)
        top = rect.top() + (rect.height() - side) // 2
        box = QRectF(rect.left() + theme.scaled(12), top, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(token))
        painter.drawRoundedRect(box, theme.scaled(2), theme.scaled(2))
        painter.restore()

    def _paint_bar(self, painter: QPainter, room: QRect, segment: Segment, token: str) -> None:
        tall = theme.scaled(8)
        groove = QRect(room.left(), room.center().y() - tall // 2 + 1, room.width(), tall)
        painter.fillRect(groove, theme.color("sunken"))
        axis = Axis(groove.left(), groove.right() + 1, max(self.length, 0.001))
        begin = Segment(segment.phase, segment.start - self.start, segment.length)
        _paint_segment(painter, axis, begin, groove.top() + tall // 2, tall)


def _phase_columns(rect: QRect) -> tuple[QRect, QRect, QRect, QRect]:
    """Return the places of name, bar, time and detail; a narrow pane has no room for details."""
    wide = rect.width() > theme.scaled(560)
    left, time_width = rect.left() + theme.scaled(160), theme.scaled(68)
    detail_width = theme.scaled(190) if wide else 0
    bar_width = rect.width() - theme.scaled(160 + 20) - time_width - detail_width
    bar_width = max(theme.scaled(20), bar_width)
    top, tall = rect.top(), rect.height()
    name_left = rect.left() + theme.scaled(30)
    name = QRect(name_left, top, left - name_left - theme.scaled(4), tall)
    bar = QRect(left, top, bar_width, tall)
    time = QRect(bar.right() + 1, top, time_width, tall)
    detail_left = time.right() + 1 + theme.scaled(16)
    detail = QRect(detail_left, top, max(0, rect.right() - detail_left - theme.scaled(8)), tall)
    return name, bar, time, detail if wide else QRect()


def _paint_wait(painter: QPainter, axis: Axis, row: HopRow, middle: int) -> None:
    """Draw the wait behind a row as a dotted line."""
    begin, end = axis.x(row.start + row.length) + theme.scaled(3), axis.x(row.end)
    if end <= begin:
        return
    side = max(1, theme.scaled(1))
    for step in range(int((end - begin) / (3 * side)) + 1):
        x = begin + 3 * side * step
        painter.fillRect(QRectF(x, middle - side / 2, 2 * side, side), theme.color("text3"))


def _paint_segment(painter: QPainter, axis: Axis, segment: Segment, middle: int, tall: int) -> None:
    """Fill a phase's part of the axis, wide enough to be seen."""
    left, right = axis.x(segment.start), axis.x(segment.start + segment.length)
    width = max(_LEAST, right - left)
    left = min(left, axis.right - width)
    box = QRectF(left, middle - tall / 2, width, tall)
    painter.fillRect(box, theme.color(PHASE_COLORS[segment.phase]))
