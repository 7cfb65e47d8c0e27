"""The text of an editor exactly as it was typed or loaded."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextDocument


def document_text(document: QTextDocument) -> str:
    """Return the document's text; unlike `toPlainText` this keeps no-break spaces."""
    return document.toRawText().replace("\u2029", "\n")


def replace_text(document: QTextDocument, text: str) -> None:
    """Replace the whole text as one step that the user can undo; the same text is left alone."""
    if text == document_text(document):
        return
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText(text)
