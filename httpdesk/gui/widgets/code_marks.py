"""Marks over the text of a code editor: found text and the place of a mistake."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit

from httpdesk.gui import theme
from httpdesk.gui.widgets.code_units import unit_offset

Problem = tuple[int, int, str]
"""Line and column, both from 1, and the sentence about it."""


def match_marks(
    document: QTextDocument,
    matches: Sequence[tuple[int, int]],
    current: int,
    visible: Sequence[QTextBlock],
) -> list[QTextEdit.ExtraSelection]:
    """Return the marks of the (position, length) matches that begin in a visible block."""
    if not visible:
        return []
    first, last = visible[0].position(), visible[-1].position() + visible[-1].length()
    return [
        _mark(document, position, length, _match_format(index == current))
        for index, (position, length) in enumerate(matches)
        if first <= position < last
    ]


def problem_marks(
    document: QTextDocument, problem: Problem | None
) -> list[QTextEdit.ExtraSelection]:
    """Return the wavy line under the character where the mistake is, if there is one."""
    if problem is None:
        return []
    line, column, _text = problem
    block = document.findBlockByNumber(line - 1)
    if not block.isValid():
        return []
    last = max(block.length() - 2, 0)
    start = block.position() + min(unit_offset(block.text(), column), last)
    wavy = QTextCharFormat()
    wavy.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    wavy.setUnderlineColor(theme.color("red"))
    return [_mark(document, start, min(1, block.length() - 1), wavy)]


def _match_format(current: bool) -> QTextCharFormat:
    shown = QTextCharFormat()
    shown.setBackground(theme.color("accent" if current else "amber_tint"))
    shown.setForeground(theme.color("on_accent" if current else "text"))
    return shown


def _mark(
    document: QTextDocument, position: int, length: int, shown: QTextCharFormat
) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    cursor = QTextCursor(document)
    cursor.setPosition(position)
    cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
    mark.cursor, mark.format = cursor, shown
    return mark
