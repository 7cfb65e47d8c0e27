"""What stands where there is nothing yet: a sentence and at most one thing to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled


class EmptyState(QWidget):
    """Title and text at the top left, with a link when there is an action.

    Signals: `actionTriggered` when the link was used.
    """

    actionTriggered = Signal()

    def __init__(
        self, title: str, text: str = "", action: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = PlainLabel(title, weight=600, wrap=True, parent=self)
        self.text = PlainLabel(text, px=12, color="text3", wrap=True, parent=self)
        self.action = TextButton(action or "", kind="link", parent=self)
        self.title.setVisible(bool(title))
        self.text.setVisible(bool(text))
        self.action.setVisible(bool(action))
        self.action.clicked.connect(self.actionTriggered)
        layout = QVBoxLayout(self)
        keep_scaled(layout, (12, 12, 12, 12), spacing=4)
        layout.addWidget(self.title)
        layout.addWidget(self.text)
        layout.addSpacing(4)
        layout.addWidget(self.action, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
