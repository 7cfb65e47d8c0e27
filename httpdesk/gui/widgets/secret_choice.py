"""What is said when a secret could not be kept, with the user's choice what to do then."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.flow_layout import FlowLayout
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled


class SecretChoice(QWidget):
    """An amber note; nothing is kept anywhere until one of its buttons was used.

    Signals: `sessionChosen`, `againChosen`.
    """

    sessionChosen = Signal()
    againChosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = PlainLabel(px=12, color="amber", wrap=True)
        self.for_session = TextButton(self.tr("Keep until HTTPDesk closes"))
        self.again = TextButton(self.tr("Try again"))
        self.for_session.clicked.connect(self.sessionChosen)
        self.again.clicked.connect(self.againChosen)
        buttons = QWidget()
        row = FlowLayout(8)
        buttons.setLayout(row)
        row.addWidget(self.for_session)
        row.addWidget(self.again)
        column = QVBoxLayout(self)
        keep_scaled(column, spacing=6)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.hide()

    def offer(self, words: str, *, can_keep: bool) -> None:
        """Say what failed; `can_keep` tells whether there is something to keep for the session."""
        self.note.setText(words)
        self.for_session.setVisible(can_keep)
        self.show()
