"""What keys do in a painted text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from httpdesk.gui.response.text_view_caret import CaretView
from httpdesk.gui.response.text_view_paint import column_at_cell
from httpdesk.gui.response.text_view_select import END, START, word_after, word_before
from httpdesk.render.rows import LONGEST_ROW, Place

_KEY = QKeySequence.StandardKey
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_FOLD_KEYS = {
    Qt.Key.Key_BracketLeft: True,
    Qt.Key.Key_BraceLeft: True,
    Qt.Key.Key_BracketRight: False,
    Qt.Key.Key_BraceRight: False,
}
_REVEALS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYPAD: Final = Qt.KeyboardModifier.KeypadModifier
_GO_TO_LINE: Final = QKeySequence("Ctrl+G")

Move = Callable[[CaretView, bool], None]


def handle(view: CaretView, event: QKeyEvent) -> bool:
    """Do what a key asks for; False when it is for somebody else."""
    key = event.key()
    if key in _FOLD_KEYS and event.modifiers() & _CTRL_SHIFT == _CTRL_SHIFT:
        view.fold_here(close=_FOLD_KEYS[Qt.Key(key)])
        return True
    if event.matches(_KEY.Copy):
        view.copyRequested.emit()
        return True
    if event.matches(_KEY.SelectAll):
        view.select_all()
        return True
    if QKeySequence(event.keyCombination()) == _GO_TO_LINE:
        view.goToLineRequested.emit()
        return True
    if key in _REVEALS and not event.modifiers() & ~_KEYPAD:
        return view.toggle_secret()
    for standard, move, keep in _MOVES:
        if event.matches(standard):
            move(view, keep)
            return True
    return False


def _vertically(lines: Callable[[CaretView], int]) -> Move:
    """Return a move by lines of the screen that keeps to the column it began in."""

    def move(view: CaretView, keep: bool) -> None:
        caret = view.selection.caret
        piece = view.piece_at(caret)
        if piece is None:
            view.reveal(caret)
            return
        cells = piece.line.cells
        here = min(caret.column, cells.length)
        goal = view.goal
        if goal is None:
            goal = cells.cell_of(here) - cells.cell_of(piece.start)
        target = view.piece_from(piece, lines(view))
        if target is not None:
            column = column_at_cell(target, goal)
            view.set_caret(Place(target.line.number, column), keep=keep, goal=goal)

    return move


def _within(column: Callable[[str, int], int]) -> Move:
    """Return a move to a column of the caret's row."""

    def move(view: CaretView, keep: bool) -> None:
        caret = view.selection.caret
        text = view.row_text(caret.row)
        if text is None:
            view.reveal(caret)
            return
        view.set_caret(Place(caret.row, column(text, min(caret.column, len(text)))), keep=keep)

    return move


def _left(view: CaretView, keep: bool) -> None:
    selection = view.selection
    if not keep and not selection.empty:
        view.set_caret(selection.start, keep=False)
    elif selection.caret.column:
        _within(lambda _text, column: column - 1)(view, keep)
    else:
        _to_end_of(view, view.row_above(selection.caret.row), keep)


def _right(view: CaretView, keep: bool) -> None:
    selection = view.selection
    text = view.row_text(selection.caret.row)
    if not keep and not selection.empty and selection.end != END:
        view.set_caret(selection.end, keep=False)
    elif text is not None and selection.caret.column < len(text):
        _within(lambda _text, column: column + 1)(view, keep)
    else:
        view.set_caret(Place(view.row_below(selection.caret.row), 0), keep=keep)


def _to_end_of(view: CaretView, row: int, keep: bool) -> None:
    text = view.row_text(row)
    if row != view.selection.caret.row and text is not None:
        view.set_caret(Place(row, len(text)), keep=keep)


def _to_start(view: CaretView, keep: bool) -> None:
    view.set_caret(START, keep=keep)


def _to_end(view: CaretView, keep: bool) -> None:
    row = max(view.row_count - 1, 0)
    text = view.row_text(row)
    view.set_caret(Place(row, len(text) if text is not None else LONGEST_ROW), keep=keep)


_UP: Final = _vertically(lambda _: -1)
_DOWN: Final = _vertically(lambda _: 1)
_PAGE_UP: Final = _vertically(lambda view: 1 - view.page_lines())
_PAGE_DOWN: Final = _vertically(lambda view: view.page_lines() - 1)
_LINE_START: Final = _within(lambda _text, _column: 0)
_LINE_END: Final = _within(lambda text, _column: len(text))
_WORD_BEFORE: Final = _within(word_before)
_WORD_AFTER: Final = _within(word_after)

_MOVES: Final = (
    (_KEY.MoveToNextChar, _right, False),
    (_KEY.SelectNextChar, _right, True),
    (_KEY.MoveToPreviousChar, _left, False),
    (_KEY.SelectPreviousChar, _left, True),
    (_KEY.MoveToNextLine, _DOWN, False),
    (_KEY.SelectNextLine, _DOWN, True),
    (_KEY.MoveToPreviousLine, _UP, False),
    (_KEY.SelectPreviousLine, _UP, True),
    (_KEY.MoveToNextPage, _PAGE_DOWN, False),
    (_KEY.SelectNextPage, _PAGE_DOWN, True),
    (_KEY.MoveToPreviousPage, _PAGE_UP, False),
    (_KEY.SelectPreviousPage, _PAGE_UP, True),
    (_KEY.MoveToStartOfLine, _LINE_START, False),
    (_KEY.SelectStartOfLine, _LINE_START, True),
    (_KEY.MoveToEndOfLine, _LINE_END, False),
    (_KEY.SelectEndOfLine, _LINE_END, True),
    (_KEY.MoveToNextWord, _WORD_AFTER, False),
    (_KEY.SelectNextWord, _WORD_AFTER, True),
    (_KEY.MoveToPreviousWord, _WORD_BEFORE, False),
    (_KEY.SelectPreviousWord, _WORD_BEFORE, True),
    (_KEY.MoveToStartOfDocument, _to_start, False),
    (_KEY.SelectStartOfDocument, _to_start, True),
    (_KEY.MoveToEndOfDocument, _to_end, False),
    (_KEY.SelectEndOfDocument, _to_end, True),
)
