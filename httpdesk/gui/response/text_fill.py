"""Puts long text into an editor in slices, so that the window never stands still."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

SLICE = 12_000
"""Characters per slice: about 8 ms with painting, where 1.5 MB at once take 600."""


class TextFill(QObject):
    """Fills one editor; a new text replaces one that is still being filled in.

    Signals: `filled` when the whole text is in the editor.
    """

    filled = Signal()

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._text = ""
        self._position = 0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._add_slice)
        # A read-only text needs no undo steps, which would hold it twice.
        editor.setUndoRedoEnabled(False)

    @property
    def busy(self) -> bool:
        """Whether there is text that is not in the editor yet."""
        return self._timer.isActive()

    def show(self, text: str) -> None:
        """Replace the editor's text; what fits a screen is there when this returns."""
        self._timer.stop()
        self._text = text
        self._position = _slice_end(text, 0)
        self._editor.setPlainText(text[: self._position])
        if self._position < len(text):
            self._timer.start()
        else:
            self._end()

    def stop(self) -> None:
        """Leave the editor as it is."""
        self._timer.stop()
        self._text = ""

    def _add_slice(self) -> None:
        end = _slice_end(self._text, self._position)
        cursor = QTextCursor(self._editor.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(self._text[self._position : end])
        self._position = end
        if end >= len(self._text):
            self._timer.stop()
            self._end()

    def _end(self) -> None:
        self._text = ""
        self.filled.emit()


def _slice_end(text: str, start: int) -> int:
    """Return where a slice that begins at `start` ends: after a line where one ends in time."""
    end = min(start + SLICE, len(text))
    line_end = text.rfind("\n", start, end) if end < len(text) else -1
    return line_end + 1 if line_end >= 0 else end
