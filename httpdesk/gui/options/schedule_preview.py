"""When attempts would start: dots on a line, and the same in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from httpdesk.engine.retry import Schedule, is_repeated, schedule
from httpdesk.gui import theme
from httpdesk.gui.widgets.item_delegate import draw_text
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.request import Options
from httpdesk.render.units import format_duration

translate = QCoreApplication.translate

_HEIGHT = 32
_INSET = 8
_DOT = 5
_LABEL_GAP = 6
_CENTER = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


class SchedulePreview(QWidget):
    """Shows the schedule of one request's attempts if every attempt times out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dots = _Dots()
        self.text = PlainLabel(px=12, color="text2", wrap=True)
        column = QVBoxLayout(self)
        keep_scaled(column, (0, 10, 0, 6), spacing=2)
        column.addWidget(self.dots)
        column.addWidget(self.text)

    def show_schedule(self, method: str, options: Options) -> None:
        """Show when a request of `method` would be sent with these options."""
        repeated = is_repeated(method, options)
        plan = schedule(options) if repeated else Schedule((0.0,), 0.0)
        self.text.setText(_sentence(method, options, plan, repeated=repeated))
        self.dots.set_schedule(plan)
        self.setAccessibleName(spoken(plan))
        self.setAccessibleDescription(self.text.text())


class _Dots(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._plan = Schedule((0.0,), 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.follow(self._restyle)

    def set_schedule(self, plan: Schedule) -> None:
        """Show this one."""
        self._plan = plan
        self.setAccessibleName(spoken(plan))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = theme.scaled(8) + 0.5
        places = dot_places(self._plan.starts_ms, self.width(), theme.scaled(_INSET))
        painter.setPen(QPen(theme.color("text3"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(places[0], middle), QPointF(places[-1], middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        radius = theme.scaled(_DOT)
        for place in places:
            painter.drawEllipse(QPointF(place, middle), radius, radius)
        self._paint_labels(painter, places)

    def _paint_labels(self, painter: QPainter, places: list[float]) -> None:
        font = theme.ui_font(11)
        metrics = QFontMetrics(font)
        words = [short_time(start) for start in self._plan.starts_ms]
        widths = [metrics.horizontalAdvance(word) for word in words]
        top, tall = theme.scaled(16), theme.scaled(16)
        gap = theme.scaled(_LABEL_GAP)
        for index, left in label_places(places, widths, self.width(), gap):
            room = QRect(round(left), top, widths[index] + 2, tall)
            draw_text(painter, room, words[index], font, "text2", align=_CENTER)

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT))


def dot_places(starts: tuple[float, ...], width: int, inset: int) -> list[float]:
    """Return where the dots stand; all in one place when no time passes between them."""
    span = starts[-1] or 1.0
    room = max(1, width - 2 * inset)
    return [inset + room * start / span for start in starts]


def label_places(
    places: list[float], widths: list[int], width: int, gap: int
) -> list[tuple[int, float]]:
    """Return (index, left edge) of the labels that fit: first and last, others between them."""

    def left_of(index: int) -> float:
        centered = places[index] - widths[index] / 2
        return max(0.0, min(centered, width - widths[index] - 2))

    last = len(places) - 1
    shown = [(0, left_of(0))]
    end = left_of(0) + widths[0] + gap
    limit = left_of(last) - gap
    for index in range(1, last):
        left = left_of(index)
        if left >= end and left + widths[index] <= limit:
            shown.append((index, left))
            end = left + widths[index] + gap
    if last > 0 and left_of(last) >= left_of(0) + widths[0] + gap:
        shown.append((last, left_of(last)))
    return shown


def short_time(milliseconds: float) -> str:
    """Return a time of the schedule, such as `0 s`, `1.5 s` or `2 min 05 s`."""
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.3g} s"
    return format_duration(milliseconds)


def spoken(plan: Schedule) -> str:
    """Return what a screen reader says of the dots."""
    times = ", ".join(short_time(start) for start in plan.starts_ms)
    return translate("Schedule", "Attempts start at {0}").format(times)


def _sentence(method: str, options: Options, plan: Schedule, *, repeated: bool) -> str:
    if not repeated and options.retry_max:
        return translate("Schedule", "{0} is not sent again, as it may not be safe.").format(method)
    if not repeated:
        return translate("Schedule", "A failed request is not sent again.")
    if options.timeout_ms:
        words = translate("Schedule", "If every attempt times out, this request ends after {0}.")
    else:
        words = translate(
            "Schedule", "The waits take {0}. Without a timeout, attempts may take any time."
        )
    parts = [words.format(short_time(plan.end_ms))]
    if options.retry_backoff:
        parts.append(translate("Schedule", "Each wait is up to 20 % longer."))
    if plan.is_limited:
        parts.append(translate("Schedule", "The total limit ends it there."))
    return " ".join(parts)
