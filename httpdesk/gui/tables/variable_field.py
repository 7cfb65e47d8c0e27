"""A line of text in which the names of variables complete."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from httpdesk.gui.tables.completion import VariableCompleter

_CONTROL: Final = Qt.KeyboardModifier.ControlModifier


class VariableField(QLineEdit):
    """A line edit that offers the names of `variables` behind `{{`, and on Ctrl+Space."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.variables = VariableCompleter(self, self)
        self.textEdited.connect(self.variables.offer)

    def text_before_cursor(self) -> str:
        """Return the text up to the cursor."""
        return self.text()[: self.cursorPosition()]

    def text_after_cursor(self) -> str:
        """Return the text from the cursor on."""
        return self.text()[self.cursorPosition() :]

    def replace_before_cursor(self, length: int, text: str) -> None:
        """Put `text` in place of the characters in front of the cursor, as if typed."""
        self.setSelection(self.cursorPosition() - length, length)
        self.insert(text)
        self.textEdited.emit(self.text())

    def cursor_place(self) -> QRect:
        """Return where the cursor is."""
        return self.cursorRect()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.variables.takes(event):
            event.ignore()
        elif event.key() == Qt.Key.Key_Space and event.modifiers() == _CONTROL:
            self.variables.offer_all()
        else:
            super().keyPressEvent(event)
