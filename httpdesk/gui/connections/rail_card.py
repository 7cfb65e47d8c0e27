"""A framed group of the rail."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.framed import Framed
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled


class RailCard(Framed):
    """A frame with a title and rows below it."""

    def __init__(self, title: str = "") -> None:
        super().__init__(fill="surface")
        self.column = QVBoxLayout(self)
        keep_scaled(self.column, (16, 14, 16, 14), spacing=8)
        if title:
            self.column.addWidget(PlainLabel(title, weight=600))


class MarkLabel(QLabel):
    """A small icon in a colour, before words that say the same."""

    def __init__(self, icon: str, color: str) -> None:
        super().__init__()
        self._icon, self._color = icon, color
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        theme.follow(self._restyle)

    def _restyle(self) -> None:
        self.setPixmap(icons.pixmap(self._icon, self._color, theme.scaled(16)))


def marked(icon: str, color: str, words: str, *, px: int = 13) -> QHBoxLayout:
    """Return a row of an icon and words that may break."""
    row = QHBoxLayout()
    keep_scaled(row, spacing=8)
    row.addWidget(MarkLabel(icon, color), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(PlainLabel(words, px=px, wrap=True), 1)
    return row


def empty(layout: QLayout, start: int = 0) -> None:
    """Take everything from `start` on out of a layout."""
    while layout.count() > start:
        item = layout.takeAt(start)
        assert item is not None
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            empty(inner)
            inner.deleteLater()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
