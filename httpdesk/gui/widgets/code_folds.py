"""Hiding and showing the lines of a document.

What is folded is kept nowhere but in the visibility of the blocks themselves, so edits above a fold
cannot make a list of line numbers wrong.
"""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextDocument


def is_folded(document: QTextDocument, line: int) -> bool:
    """Return whether the lines after `line` (from 0) are hidden."""
    below = document.findBlockByNumber(line + 1)
    return below.isValid() and not below.isVisible()


def first_hidden(block: QTextBlock) -> QTextBlock:
    """Return the first of the hidden blocks around `block`."""
    while block.previous().isValid() and not block.previous().isVisible():
        block = block.previous()
    return block


def last_hidden(block: QTextBlock) -> QTextBlock:
    """Return the last of the hidden blocks around `block`."""
    while block.next().isValid() and not block.next().isVisible():
        block = block.next()
    return block


def next_visible(block: QTextBlock) -> QTextBlock:
    """Return the next block that is shown, stepping over thousands of hidden ones at once."""
    following = block.next()
    if not following.isValid() or following.isVisible():
        return following
    # Hidden blocks have no lines, so the line after this block's is in a block that is shown.
    line = block.firstLineNumber() + block.lineCount()
    found = block.document().findBlockByLineNumber(line)
    return found if found.blockNumber() > block.blockNumber() else QTextBlock()


def show_blocks(
    document: QTextDocument, first: QTextBlock, last: QTextBlock, visible: bool
) -> None:
    """Show or hide the blocks from `first` to `last` and tell the layout."""
    block, end = first, last.blockNumber()
    while block.isValid() and block.blockNumber() <= end:
        block.setVisible(visible)
        block.setLineCount(1 if visible else 0)
        block = block.next()
    start = first.position()
    document.markContentsDirty(start, last.position() + last.length() - start)
    layout = document.documentLayout()
    layout.documentSizeChanged.emit(layout.documentSize())
