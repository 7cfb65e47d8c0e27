"""A line of text above the body with something to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel

Tone = Literal["amber", "red", "slate"]

_ICONS = {"amber": "triangle-alert", "red": "circle-alert", "slate": "info"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One line above the body; `actions` are pairs of key and label."""

    text: str
    tone: Tone
    actions: tuple[tuple[str, str], ...] = ()


class NoticeBar(QWidget):
    """One notice on the tint of its tone, with links for what can be done.

    Signals: `actionTriggered(key)` when a link was used.
    """

    actionTriggered = Signal(str)

    def __init__(
        self,
        text: str,
        tone: Tone,
        actions: tuple[tuple[str, str], ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone = tone
        self._icon = QLabel()
        self.text = PlainLabel(text, px=12, wrap=True)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(self.text, 1)
        self.links = [self._add_link(key, label) for key, label in actions]
        theme.follow(self._restyle)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill = "alt" if self._tone == "slate" else f"{self._tone}_tint"
        painter.fillRect(self.rect(), theme.color(fill))
        line = QRect(0, self.height() - 1, self.width(), 1)
        painter.fillRect(line, theme.color("border"))

    def _add_link(self, key: str, label: str) -> TextButton:
        link = TextButton(label, kind="link")
        link.clicked.connect(lambda: self.actionTriggered.emit(key))
        self._layout.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
        return link

    def _restyle(self) -> None:
        side, line = theme.scaled(16), theme.scaled(20)
        self._icon.setPixmap(icons.pixmap(_ICONS[self._tone], self._tone, side))
        self._icon.setFixedHeight(line)
        self.text.setMinimumHeight(line)
        margin = theme.scaled(12)
        self._layout.setContentsMargins(margin, theme.scaled(6), margin, theme.scaled(7))
        self._layout.setSpacing(theme.scaled(8))
