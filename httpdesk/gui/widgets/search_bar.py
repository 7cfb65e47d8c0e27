"""Find in a code editor."""

from __future__ import annotations

import re
from itertools import islice

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.code_units import code_units
from httpdesk.gui.widgets.find_bar import MOST_MATCHES, FindBar


class SearchBar(FindBar):
    """Finds in the text of an editor, and marks the matches there."""

    def __init__(self, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._matches: list[tuple[int, int]] = []
        self._current = -1
        self._revision = -1
        self.field.textChanged.connect(self._search)
        editor.visibleLinesChanged.connect(self._search_again)

    @property
    def match_count(self) -> int:
        """How many matches there are, counted up to 10,000."""
        return len(self._matches)

    def open(self) -> None:
        """Show the bar with the selected text in the field and the focus on it."""
        selected = self._editor.textCursor().selectedText()
        if selected and "\u2029" not in selected:
            self.field.setText(selected)
        super().open()
        self._search()

    def close_bar(self) -> None:
        """Hide the bar, take the marks away and give the focus back."""
        self._select_current()
        self._editor.set_matches((), -1)
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        super().close_bar()

    def step(self, *, forward: bool) -> None:
        """Show the next match, or the one before."""
        if self._matches:
            self._current = (self._current + (1 if forward else -1)) % len(self._matches)
            self._show_current()

    def _search_again(self) -> None:
        """Search anew when the text changed under the bar."""
        if self.isVisible() and self._revision != self._editor.document().revision():
            self._search()

    def _search(self) -> None:
        self._revision = self._editor.document().revision()
        wanted = self.field.text()
        text = code_units(self._editor.toPlainText())
        self._matches = find_all(text, code_units(wanted))
        start = self._editor.textCursor().selectionStart()
        after = (i for i, (at, _) in enumerate(self._matches) if at >= start)
        self._current = next(after, 0) if self._matches else -1
        self._show_current()

    def _show_current(self) -> None:
        self._tell()
        if self._current >= 0:
            cursor = QTextCursor(self._editor.document())
            cursor.setPosition(self._matches[self._current][0])
            self._editor.reveal(cursor)
        self._editor.set_matches(self._matches, self._current)

    def _select_current(self) -> None:
        if 0 <= self._current < len(self._matches):
            position, length = self._matches[self._current]
            cursor = QTextCursor(self._editor.document())
            cursor.setPosition(position)
            cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
            self._editor.setTextCursor(cursor)

    def _tell(self) -> None:
        if not self.field.text():
            self.count.setText("")
        elif not self._matches:
            self.count.setText(self.tr("No match"))
        else:
            number = len(self._matches)
            more = number == MOST_MATCHES
            self.count.setText(self.position_text(self._current, number, more=more))


def find_all(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return position and length of each `wanted` in `text`, in either case, at most 10,000."""
    if not wanted:
        return []
    found = re.compile(re.escape(wanted), re.IGNORECASE).finditer(text)
    return [(match.start(), match.end() - match.start()) for match in islice(found, MOST_MATCHES)]
