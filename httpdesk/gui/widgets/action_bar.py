"""A bar in a page that says what is in the way, with what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.state_dot import Shape, StateDot

_LEAST_WORDS = 200
"""Width of the words beside the actions, below which these go under them."""


class ActionBar(QWidget):
    """Hidden until there is something to say; the first action is the main one.

    Signals: `chosen(key)` of the action.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dot = StateDot()
        self.title = PlainLabel("", weight=600, wrap=True)
        self.text = PlainLabel("", px=12, color="text2", wrap=True)
        self.buttons: dict[str, TextButton] = {}
        self._actions = QHBoxLayout()
        self._build()
        self.hide()

    @property
    def main_button(self) -> TextButton | None:
        """The main action, None while nothing is offered."""
        return next(iter(self.buttons.values()), None)

    def show_offer(
        self,
        state: tuple[Shape, str],
        title: str,
        text: str,
        actions: Sequence[tuple[str, str]],
    ) -> None:
        """Say this, with actions of (key, words); a screen reader says it at once."""
        had_focus = any(button.hasFocus() for button in self.buttons.values())
        self.dot.set_state(*state, title)
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self._set_actions(actions)
        self.show()
        if had_focus and self.main_button is not None:
            self.main_button.setFocus()
        self._announce(f"{title}. {text}" if text else title)

    def minimumSizeHint(self) -> QSize:
        """Return what the words need in height; their width may be any."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("alt"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("border"))

    def _build(self) -> None:
        words = QVBoxLayout()
        keep_scaled(words, (0, 0, 0, 0), spacing=2)
        words.addWidget(self.title)
        words.addWidget(self.text)
        keep_scaled(self._actions, (0, 0, 0, 0), spacing=8)
        said = QHBoxLayout()
        keep_scaled(said, (0, 0, 0, 0), spacing=10)
        said.addWidget(self.dot)
        said.addLayout(words, 1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        keep_scaled(self._sides, (12, 8, 12, 9), spacing=10)
        self._sides.addLayout(said, 1)
        self._sides.addLayout(self._actions)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _place(self) -> None:
        """Put the actions below the words where these would have too little room beside them."""
        ways = QBoxLayout.Direction
        room = self.width() - self._actions.sizeHint().width()
        beside = room >= theme.scaled(_LEAST_WORDS)
        self._sides.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        self._actions.setAlignment(Qt.AlignmentFlag.AlignLeft)

    def _set_actions(self, actions: Sequence[tuple[str, str]]) -> None:
        for button in self.buttons.values():
            self._actions.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = {}
        for key, words in actions:
            button = TextButton(words, kind="default" if self.buttons else "primary", parent=self)
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._actions.addWidget(button)
            self.buttons[key] = button
        self._place()

    def _announce(self, text: str) -> None:
        event = QAccessibleAnnouncementEvent(self, text)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)
