"""Rows that say that the tabs show one hop of the Timeline, or an example, and lead back."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.response.body_words import shortened_reason
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.exchange import Exchange

_HEIGHT = 32


class _BackBar(QWidget):
    """Words, and a link that leads back.

    Signals: `backRequested` when the link was used.
    """

    backRequested = Signal()

    def __init__(self, link: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = PlainLabel("", px=12, elide=True)
        self.back = TextButton(link, kind="link")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.text, 1)
        self._layout.addWidget(self.back)
        self.back.clicked.connect(self.backRequested)
        self.hide()
        theme.follow(self._restyle)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("alt"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("border"))

    def _restyle(self) -> None:
        self.setFixedHeight(theme.scaled(_HEIGHT))
        self._layout.setContentsMargins(theme.scaled(12), 0, theme.scaled(12), 0)


class HopBar(_BackBar):
    """Hidden while the tabs show how the exchange ended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Show the result"), parent)

    def show_part(self, part: Exchange, whole: Exchange) -> None:
        """Say which hop the tabs show, unless it is the whole exchange."""
        self.setVisible(part is not whole)
        if part is whole:
            return
        attempt = part.attempts[-1]
        hop = attempt.hops[-1]
        answer = self.tr("no answer")
        if hop.status_code is not None:
            answer = f"{hop.status_code} {shortened_reason(hop.reason_phrase)}".strip()
        words = self.tr("Attempt {0}, request {1}: {2}. All tabs show this one.")
        self.text.setText(words.format(attempt.number, len(attempt.hops), answer))


class ExampleBar(_BackBar):
    """Says that what is shown is an example; hidden while it is the answer to a send."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Back to the response"), parent)

    def show_name(self, name: str) -> None:
        """Say which example the tabs show."""
        words = self.tr("Example: {0}. It is kept with the request, not an answer to it.")
        self.text.setText(words.format(name))
        self.show()
