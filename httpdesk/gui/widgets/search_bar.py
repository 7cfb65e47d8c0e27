"""Find in a code editor."""

from __future__ import annotations

import re
from itertools import islice

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui import theme
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.code_units import code_units
from httpdesk.gui.widgets.labels import PlainLabel

_MOST = 10_000


class SearchBar(QWidget):
    """A field with the number of matches and buttons for the next and the previous one.

    Signals: `closed` when Esc or the close button hid the bar.
    """

    closed = Signal()

    def __init__(self, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._matches: list[tuple[int, int]] = []
        self._current = -1
        self._revision = -1
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find"))
        self.field.setAccessibleName(self.tr("Find text"))
        self.count = PlainLabel("", px=12, color="text3")
        self.previous = IconButton("arrow-up", self.tr("Previous match"), shortcut="Shift+F3")
        self.next = IconButton("arrow-down", self.tr("Next match"), shortcut="F3")
        self.close_button = IconButton("x", self.tr("Close find"), shortcut="Esc")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.field, 1)
        for widget in (self.count, self.previous, self.next, self.close_button):
            self._layout.addWidget(widget)
        self._connect()
        self.hide()
        theme.follow(self._restyle)

    @property
    def match_count(self) -> int:
        """How many matches there are, counted up to 10,000."""
        return len(self._matches)

    def open(self) -> None:
        """Show the bar with the selected text in the field and the focus on it."""
        selected = self._editor.textCursor().selectedText()
        if selected and "\u2029" not in selected:
            self.field.setText(selected)
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search()

    def close_bar(self) -> None:
        """Hide the bar, take the marks away and give the focus back."""
        self._select_current()
        self.hide()
        self._editor.set_matches((), -1)
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def find_next(self) -> None:
        """Select the next match, from the first again after the last."""
        self._step(1)

    def find_previous(self) -> None:
        """Select the previous match, from the last again before the first."""
        self._step(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self._step(-1 if back else 1)
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._search)
        self.next.clicked.connect(self.find_next)
        self.previous.clicked.connect(self.find_previous)
        self.close_button.clicked.connect(self.close_bar)
        self._editor.visibleLinesChanged.connect(self._search_again)

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

    def _step(self, by: int) -> None:
        if self._matches:
            self._current = (self._current + by) % len(self._matches)
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
        total = f"{len(self._matches):,}" + ("+" if len(self._matches) == _MOST else "")
        if not self.field.text():
            self.count.setText("")
        elif not self._matches:
            self.count.setText(self.tr("No match"))
        else:
            self.count.setText(self.tr("{0} of {1}").format(f"{self._current + 1:,}", total))

    def _restyle(self) -> None:
        self._layout.setContentsMargins(theme.scaled(12), 4, theme.scaled(8), 4)
        self._layout.setSpacing(theme.scaled(4))


def find_all(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return position and length of each `wanted` in `text`, in either case, at most 10,000."""
    if not wanted:
        return []
    found = re.compile(re.escape(wanted), re.IGNORECASE).finditer(text)
    return [(match.start(), match.end() - match.start()) for match in islice(found, _MOST)]
