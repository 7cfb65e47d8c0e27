"""A quiet field that narrows what stands below it while something is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from httpdesk.gui import icons, theme

_ICON, _LEFT, _GAP = 16, 8, 4


class FilterField(QLineEdit):
    """Esc clears it; Down asks for what is below.

    Signals: `leftDown` on the Down key.
    """

    leftDown = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("quiet", True)
        self.setPlaceholderText(self.tr("Filter"))
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear"))
        for action in self.findChildren(QAction):
            icons.keep_icon(action, "x", "text3")
        theme.follow(self._restyle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.leftDown.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = theme.scaled(_ICON)
        drawn = icons.pixmap("filter", "text3", side, self.devicePixelRatioF())
        QPainter(self).drawPixmap(theme.scaled(_LEFT), (self.height() - side) // 2, drawn)

    def _restyle(self) -> None:
        # The style sheet has 8 px of padding, and Qt adds 2 px before the text.
        self.setTextMargins(theme.scaled(_ICON + _GAP), 0, 0, 0)
