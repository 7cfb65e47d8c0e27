"""What stands in place of bytes that have no other view: what is known of them."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.gui.response import body_words
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.body_words import SAVE
from httpdesk.gui.widgets.empty_state import EmptyState


class FactsPage(BodyPage):
    """Shows kind and size of the bytes, and a way to save them."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self.message = EmptyState("-", "-", self.tr("Save…"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.message)
        self.message.actionTriggered.connect(lambda: self.actionRequested.emit(SAVE))

    def show_body(self, body: ShownBody, view: str) -> None:
        """Show what is known of the bytes."""
        title, text = body_words.binary_text(body)
        self.message.title.setText(title)
        self.message.text.setText(text)
        self.shown.emit()

    def clear(self) -> None:
        """Let go of the body: nothing of it is kept."""
