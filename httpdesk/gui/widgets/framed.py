"""A box with a hairline and round corners around what belongs together."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from httpdesk.gui import theme

_RADIUS = 8


class Framed(QWidget):
    """Paints its frame; `fill` names the colour behind the content, "" for none."""

    def __init__(self, parent: QWidget | None = None, *, fill: str = "") -> None:
        super().__init__(parent)
        self._behind = fill

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        if self._behind:
            painter.setBrush(theme.color(self._behind))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.scaled(_RADIUS), theme.scaled(_RADIUS))
