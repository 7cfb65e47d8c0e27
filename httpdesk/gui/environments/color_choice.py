"""The colour of an environment, one of a few, or the one that its file has."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from httpdesk.gui import theme
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.state_dot import paint_color


class ColorChoice(Choice):
    """Names with a dot each; a colour of the file that is none of them stays to be chosen."""

    def __init__(self, name: str) -> None:
        super().__init__(name, ())
        self._colors: list[str] = []
        self._own = ""
        self._fill()
        theme.follow(self._paint)

    def color(self) -> str:
        """Return the chosen colour as `#rrggbb`, "" for none."""
        return self._colors[max(self.currentIndex(), 0)]

    def put(self, color: str) -> None:
        """Show a colour; nobody is told."""
        if color == self.color():
            return
        self.blockSignals(True)
        if color not in self._colors:
            self._own = color
            self._fill()
        self.setCurrentIndex(self._colors.index(color))
        self.blockSignals(False)

    def _fill(self) -> None:
        words = {
            "": self.tr("No colour"),
            "#2e9e63": self.tr("Green"),
            "#d08a1c": self.tr("Amber"),
            "#d64545": self.tr("Red"),
            "#3b82f6": self.tr("Blue"),
            "#8b5cf6": self.tr("Violet"),
            "#7a8791": self.tr("Grey"),
        }
        if self._own:
            words.setdefault(self._own, self._own)
        self.clear()
        self._colors = list(words)
        self.addItems(list(words.values()))
        self._paint()

    def _paint(self) -> None:
        side = theme.scaled(16)
        for row, color in enumerate(self._colors):
            pixmap = QPixmap(2 * side, 2 * side)
            pixmap.setDevicePixelRatio(2.0)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            if QColor(color).isValid():
                paint_color(painter, QPointF(side / 2, side / 2), color)
            painter.end()
            self.setItemIcon(row, QIcon(pixmap))
