"""Headings and hairlines between groups of content."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.labels import PlainLabel


class SectionHeader(PlainLabel):
    """The name of a group of rows or fields."""

    def __init__(self, text: str, parent: QWidget | None = None, *, elide: bool = False) -> None:
        super().__init__(text, px=12, weight=600, color="text2", elide=elide, parent=parent)


class HLine(QWidget):
    """A hairline across, one logical pixel at every scale."""

    def __init__(self, token: str = "border", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_line(self, token: str, thickness: int) -> None:
        """Show a line of another colour and of this many logical pixels."""
        self._token = token
        self.setFixedHeight(thickness)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.color(self._token))


class VLine(QWidget):
    """A hairline down, one logical pixel at every scale."""

    def __init__(self, token: str = "border", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self.setFixedWidth(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.color(self._token))
