"""What Tab and Enter do to the text of a code editor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QTextCursor

from httpdesk.gui.widgets.code_units import code_units

INDENT: Final = 2
"""Spaces in one step."""
_OPENING: Final = {"json": ("{", "["), "graphql": ("{", "[", "(")}
"""What the next line stands one step further behind."""


def indent(cursor: QTextCursor) -> None:
    """Insert spaces to the next step, or move every selected line one step in."""
    if cursor.hasSelection():
        _for_each_line(cursor, lambda line: line.insertText(" " * INDENT))
    else:
        cursor.insertText(" " * (INDENT - cursor.positionInBlock() % INDENT))


def outdent(cursor: QTextCursor) -> None:
    """Move every line of the selection, or the cursor's line, one step out."""
    _for_each_line(cursor, _remove_indent)


def new_line(cursor: QTextCursor, language: str) -> None:
    """Begin a line with the indent of this one, one step further after an opening bracket."""
    before = code_units(cursor.block().text())[: cursor.positionInBlock()]
    spaces = before[: len(before) - len(before.lstrip())]
    deeper = before.rstrip().endswith(_OPENING.get(language, ()))
    cursor.insertText("\n" + spaces + " " * (INDENT if deeper else 0))


def _for_each_line(cursor: QTextCursor, change: Callable[[QTextCursor], object]) -> None:
    document = cursor.document()
    first = document.findBlock(cursor.selectionStart()).blockNumber()
    last = document.findBlock(cursor.selectionEnd()).blockNumber()
    cursor.beginEditBlock()
    for number in range(first, last + 1):
        change(QTextCursor(document.findBlockByNumber(number)))
    cursor.endEditBlock()


def _remove_indent(cursor: QTextCursor) -> None:
    line = cursor.block().text()
    for _ in range(min(INDENT, len(line) - len(line.lstrip(" ")))):
        cursor.deleteChar()
