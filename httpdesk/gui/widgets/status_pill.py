"""The tinted pill that tells how something ended."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.labels import PlainLabel

TONES = ("green", "amber", "red", "blue", "slate", "violet")

_HEIGHT = 22
_PADDING = 8
_RADIUS = 4


class StatusPill(PlainLabel):
    """A word or two on the tint of a tone: green, amber, red, blue, slate or violet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._tone = "slate"
        super().__init__("", weight=600, color=self._tone, parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_status(self, text: str, tone: str) -> None:
        """Show `text` in `tone`; raises `ValueError` on a tone not in `TONES`."""
        if tone not in TONES:
            raise ValueError(tone)
        self._tone = tone
        self.setText(text)
        self.set_color(tone)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the text's width with the padding of a pill."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * theme.scaled(_PADDING)
        return QSize(width, theme.scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tint = theme.color(f"{self._tone}_tint")
        painter.setPen(Qt.PenStyle.NoPen)
        if tint == theme.color("surface"):  # the system asked for high contrast
            painter.setPen(theme.color(self._tone))
        painter.setBrush(tint)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.scaled(_RADIUS), theme.scaled(_RADIUS))
        painter.end()
        super().paintEvent(event)
