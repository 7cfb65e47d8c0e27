"""Laying out a body that is being written, and an editor that keeps it as it is."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from httpdesk.engine.template import marks
from httpdesk.gui.tables.completion import VariableCompleter
from httpdesk.gui.tables.exact_text import document_text, replace_text
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.code_units import code_units

_FIRST_STAND_IN: Final = 7_031_944_205
_INDEX_DIGITS: Final = 6
_NEAR: Final = 200
"""Characters around the cursor in which the name of a variable is looked for."""
_CONTROL: Final = Qt.KeyboardModifier.ControlModifier


def format_json(text: str) -> str | None:
    """Return the JSON laid out with digits, escapes and `{{variables}}` kept, or None."""
    from httpdesk.render.pretty import MAX_OUTPUT, pretty_json

    found = list(marks(text))
    prefix = _unused_digits(text)
    pieces, at = [], 0
    for number, mark in enumerate(found):
        # Digits are sound both as a value of their own and inside a string.
        pieces += [text[at : mark.start], f"{prefix}{number:0{_INDEX_DIGITS}}"]
        at = mark.end
    laid_out = pretty_json("".join([*pieces, text[at:]]), limit=MAX_OUTPUT)
    if laid_out.error is not None or laid_out.cut:
        return None
    typed = [text[mark.start : mark.end] for mark in found]
    stand_in = re.compile(rf"{prefix}(\d{{{_INDEX_DIGITS}}})")
    return stand_in.sub(lambda match: typed[int(match[1])], laid_out.text)


def format_xml(text: str) -> str | None:
    """Return the XML laid out, or None when it can't be read."""
    from httpdesk.render.xml_text import pretty_xml

    laid_out = pretty_xml(text)
    return None if laid_out.error is not None or laid_out.cut else laid_out.text


class BodyText(CodeEditor):
    """A code editor whose text goes out byte for byte: line ends and no-break spaces included.

    Signals: `edited` when the user changed the text.
    """

    edited = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._text = ""
        self._line_end = "\n"
        self._loading = False
        self.completer = VariableCompleter(self, self)
        self.textChanged.connect(self._on_text_changed)

    def body_text(self) -> str:
        """Return the text exactly as loaded or typed."""
        return self._text

    def load(self, text: str) -> None:
        """Show another text and forget the undo steps; the same one is left alone."""
        if text == self._text:
            return
        self._loading = True
        self.setPlainText(text)
        self._loading = False
        self._line_end = "\r\n" if _has_only_crlf(text) else "\n"
        self._text = text

    def change(self, text: str) -> None:
        """Replace the text as one step that the user can undo; the cursor keeps its line."""
        line = self.textCursor().blockNumber()
        replace_text(self.document(), text.replace("\r\n", "\n"))
        block = self.document().findBlockByNumber(min(line, self.blockCount() - 1))
        self.setTextCursor(QTextCursor(block))

    def text_before_cursor(self) -> str:
        """Return the end of the line's text up to the cursor."""
        cursor = self.textCursor()
        start = max(cursor.block().position(), cursor.position() - _NEAR)
        return self._between(start, cursor.position())

    def text_after_cursor(self) -> str:
        """Return the beginning of the line's text from the cursor on."""
        cursor = self.textCursor()
        end = cursor.block().position() + cursor.block().length() - 1
        return self._between(cursor.position(), min(end, cursor.position() + _NEAR))

    def replace_before_cursor(self, length: int, text: str) -> None:
        """Put `text` in place of the characters in front of the cursor."""
        cursor = self.textCursor()
        cursor.setPosition(cursor.position() - length, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def cursor_place(self) -> QRect:
        """Return where the cursor is, beside the line numbers."""
        return self.cursorRect().translated(self.viewport().pos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.completer.takes(event):
            event.ignore()
        elif event.key() == Qt.Key.Key_Space and event.modifiers() == _CONTROL:
            self.completer.offer_all()
        else:
            self._type(event)
            if event.text():
                self.completer.offer()

    def _type(self, event: QKeyEvent) -> None:
        # Shift+Enter would type U+2028, which no server takes for the end of a line.
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.textCursor().insertText("\n")
        else:
            super().keyPressEvent(event)

    def _between(self, start: int, end: int) -> str:
        """Return the text between two places, one character for each that Qt counts."""
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return code_units(cursor.selectedText())

    def _on_text_changed(self) -> None:
        if self._loading:
            return
        # Colouring tells of a change too.
        typed = document_text(self.document()).replace("\n", self._line_end)
        if typed != self._text:
            self._text = typed
            self.edited.emit()


def _unused_digits(text: str) -> str:
    candidate = _FIRST_STAND_IN
    while str(candidate) in text:
        candidate += 1
    return str(candidate)


def _has_only_crlf(text: str) -> bool:
    return text.count("\n") == text.count("\r\n") > 0
