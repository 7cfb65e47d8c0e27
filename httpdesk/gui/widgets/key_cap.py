"""A key or a chord drawn as on a keyboard."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.labels import PlainLabel

_HEIGHT = 18
_PADDING = 7
_RADIUS = 4


def native_keys(shortcut: str) -> str:
    """Return a portable shortcut ("Ctrl+K") as this system writes it."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) or shortcut


class KeyCap(PlainLabel):
    """The shortcut of an action, framed or (with `framed=False`) as quiet text."""

    def __init__(
        self, shortcut: str, *, framed: bool = True, parent: QWidget | None = None
    ) -> None:
        self._framed = framed
        text = re.sub(r"\+(?=.)", " ", native_keys(shortcut))
        super().__init__(text, px=11, weight=500, color="text2", parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the text's width with the frame around it."""
        padding = theme.scaled(_PADDING) if self._framed else 0
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * padding
        return QSize(width, theme.scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._framed:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.color("border"))
            painter.setBrush(theme.color("surface"))
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, theme.scaled(_RADIUS), theme.scaled(_RADIUS))
            painter.end()
        super().paintEvent(event)
