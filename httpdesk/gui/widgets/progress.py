"""A thin bar for work that takes a while."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from httpdesk.gui import theme

_HEIGHT = 4
_STEP_MS = 125
_STEPS = 8


class ProgressLine(QProgressBar):
    """A bar four pixels high; `set_fraction(None)` shows work of unknown length."""

    def __init__(
        self, name: str = "", *, color: str = "accent", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._color = color
        self._step = 0
        self._timer = QTimer(self, interval=_STEP_MS)
        self._timer.timeout.connect(self._advance)
        self.setAccessibleName(name)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setRange(0, 1000)
        self.setValue(0)
        theme.follow(self._restyle)

    def set_fraction(self, fraction: float | None) -> None:
        """Show a part from 0 to 1, or with None that the length is unknown."""
        self.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self.setValue(round(1000 * min(max(fraction, 0.0), 1.0)))
        self._run_or_stop()
        self.update()

    def set_color(self, color: str) -> None:
        """Paint it in the colour of another token."""
        self._color = color
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_or_stop()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(self.rect(), radius, radius)
        painter.setBrush(theme.color(self._color))
        painter.drawRoundedRect(self._filled(), radius, radius)

    def _filled(self) -> QRectF:
        width, height = float(self.width()), float(self.height())
        if self.maximum():
            return QRectF(0, 0, width * self.value() / self.maximum(), height)
        part = width / 4
        return QRectF((width - part) * self._step / (_STEPS - 1), 0, part, height)

    def _advance(self) -> None:
        self._step = (self._step + 1) % _STEPS
        self.update()

    def _run_or_stop(self) -> None:
        busy = self.maximum() == 0 and self.isVisible()
        if busy and not theme.reduced_motion():
            self._timer.start()
        else:
            self._timer.stop()

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT))
