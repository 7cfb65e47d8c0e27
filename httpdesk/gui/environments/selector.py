"""The environment in the top bar: its colour and name, and whether it is protected."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QToolButton, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import MenuButton, tooltip_with_keys
from httpdesk.gui.widgets.state_dot import paint_color

_WIDEST = 240
_GAP, _PAD = 6, 6


class EnvironmentSelector(MenuButton):
    """A click opens the list of environments, as Ctrl+E does."""

    def __init__(self, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__("", weight=500, parent=parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.DelayedPopup)
        self._shortcut = shortcut
        self._dot_color = self._word = ""
        self.show_environment("")

    @property
    def word(self) -> str:
        """What is said beside the name: that it is protected, or that it is not there."""
        return self._word

    def show_environment(
        self, name: str, color: str = "", *, protected: bool = False, missing: bool = False
    ) -> None:
        """Show which one is chosen, "" for none."""
        self._dot_color = color if name and QColor(color).isValid() else ""
        words = self.tr("Protected") if protected else ""
        self._word = self.tr("Not found") if missing else words
        shown = name or self.tr("No environment")
        self.setText(shown)
        said = f"{shown}, {self._word}" if self._word else shown
        self.setAccessibleName(self.tr("Environment, {0}").format(said))
        words = self.tr("Choose the environment")
        self.setToolTip(tooltip_with_keys(f"{said}\n{words}" if name else words, self._shortcut))

    def _tail(self) -> int:
        if not self._word:
            return 0
        metrics = QFontMetrics(theme.ui_font(11, 600))
        return metrics.horizontalAdvance(self._word) + theme.scaled(_GAP + 2 * _PAD)

    def _paint_tail(self, painter: QPainter, x: int) -> None:
        if not self._word:
            return
        width, height = self._tail() - theme.scaled(_GAP), theme.scaled(18)
        box = QRectF(x + theme.scaled(_GAP), (self.height() - height) / 2, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("red_tint"))
        painter.drawRoundedRect(box, theme.scaled(4), theme.scaled(4))
        painter.setPen(theme.color("red"))
        painter.setFont(theme.ui_font(11, 600))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._word)
        painter.restore()

    def _paint_lead(self, painter: QPainter) -> None:
        if self._dot_color:
            x = theme.scaled(8 + 4)
            paint_color(painter, QPointF(x, self.height() / 2), self._dot_color)

    def _lead(self) -> int:
        return theme.scaled(8 + (16 if self._dot_color else 0))

    def _restyle(self) -> None:
        super()._restyle()
        self.setMaximumWidth(theme.scaled(_WIDEST))
