"""The bar that finds in a painted text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui import theme
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.text_page_source import Source
from httpdesk.gui.response.text_view import TextView
from httpdesk.gui.response.text_view_search import TextSearch
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.render.find_bytes import Pattern


class FindBar(QWidget):
    """A field, how it is meant, the number of matches, and buttons for the next and previous one.

    Signals: `closed` when Esc or the close button hid the bar.
    """

    closed = Signal()

    def __init__(self, view: TextView, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._source: Source | None = None
        self.search = TextSearch(view, tools, self)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find"))
        self.field.setAccessibleName(self.tr("Find text"))
        self.case = self._switch("case-sensitive", self.tr("Match case"))
        self.word = self._switch("whole-word", self.tr("Whole words"))
        self.regex = self._switch("regex", self.tr("Regular expression"))
        self.count = PlainLabel("", px=12, color="text3", elide=True)
        self.previous = IconButton("arrow-up", self.tr("Previous match"), shortcut="Shift+F3")
        self.next = IconButton("arrow-down", self.tr("Next match"), shortcut="F3")
        self.close_button = IconButton("x", self.tr("Close find"), shortcut="Esc")
        self._build()
        self._connect()
        self.hide()
        theme.follow(self._restyle)

    @property
    def busy(self) -> bool:
        """Whether something is being looked for."""
        return self.search.busy

    @property
    def match_count(self) -> int:
        """How many matches were counted so far."""
        return len(self.search.found)

    def set_source(self, source: Source | None) -> None:
        """Search another body, as soon as the bar is open; None searches nothing."""
        self._source = source
        self.search.stop()
        self._begin()

    def rows_grew(self) -> None:
        """Take notice of rows that became known."""
        if self.isVisible():
            self.search.rows_grew()

    def open(self) -> None:
        """Show the bar with the selected text in the field and the focus on it."""
        selected = self._view.selected_in_row()
        self.show()
        if selected:
            self.field.setText(selected)
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._begin()

    def close_bar(self) -> None:
        """Hide the bar, select the current match and give the focus back."""
        self.search.select_current()
        self.search.stop()
        self.hide()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def find_next(self) -> None:
        """Go to the next match, the first again after the last."""
        self.search.step(forward=True)

    def find_previous(self) -> None:
        """Go to the previous match, the last again before the first."""
        self.search.step(forward=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.search.step(forward=not back)
        else:
            super().keyPressEvent(event)

    def _switch(self, icon: str, name: str) -> IconButton:
        button = IconButton(icon, name)
        button.setCheckable(True)
        button.toggled.connect(self._begin)
        return button

    def _build(self) -> None:
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.field, 1)
        for widget in (
            *(self.case, self.word, self.regex),
            *(self.count, self.previous, self.next, self.close_button),
        ):
            self._layout.addWidget(widget)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._begin)
        self.next.clicked.connect(self.find_next)
        self.previous.clicked.connect(self.find_previous)
        self.close_button.clicked.connect(self.close_bar)
        self.search.changed.connect(self._tell)

    def _begin(self) -> None:
        if not self.isVisible():
            return
        pattern = self._pattern()
        if self._source is None or not pattern.text or pattern.fault:
            self.search.stop()
        else:
            self.search.start(self._source, pattern)
        self._tell()

    def _pattern(self) -> Pattern:
        return Pattern(
            self.field.text(),
            case_sensitive=self.case.isChecked(),
            whole_word=self.word.isChecked(),
            regex=self.regex.isChecked(),
        )

    def _tell(self) -> None:
        fault = self._pattern().fault
        self.count.set_color("red" if fault else "text3")
        self.count.setText(fault or self._count_text())

    def _count_text(self) -> str:
        found, current = self.search.found, self.search.current
        if not self.field.text() or self._source is None:
            return ""
        if found.failed:
            return self.tr("The search took too long or could not be run.")
        if not len(found):
            return self.tr("Searching…") if self.search.counting else self.tr("No match")
        total = f"{len(found):,}" + ("+" if self.search.counting or found.capped else "")
        index = found.index_of(current) if current is not None else None
        if index is None:
            return self.tr("{0} matches").format(total)
        return self.tr("{0} of {1}").format(f"{index + 1:,}", total)

    def _restyle(self) -> None:
        self._layout.setContentsMargins(theme.scaled(12), 4, theme.scaled(8), 4)
        self._layout.setSpacing(theme.scaled(4))
