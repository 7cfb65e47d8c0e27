"""The bar that finds in a painted text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.text_page_source import Source
from httpdesk.gui.response.text_view import TextView
from httpdesk.gui.response.text_view_search import TextSearch
from httpdesk.gui.widgets.find_bar import FindBar
from httpdesk.render.find_bytes import Pattern


class TextFind(FindBar):
    """Finds a text as written, whatever its case, as whole words or as a regular expression."""

    def __init__(self, view: TextView, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._source: Source | None = None
        self.search = TextSearch(view, tools, self)
        self.case = self.add_switch("case-sensitive", self.tr("Match case"), self._begin)
        self.word = self.add_switch("whole-word", self.tr("Whole words"), self._begin)
        self.regex = self.add_switch("regex", self.tr("Regular expression"), self._begin)
        self.field.textChanged.connect(self._begin)
        self.search.changed.connect(self._tell)

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

    def search_again(self) -> None:
        """Look again: something is hidden now that was not, or the other way round."""
        self._begin()

    def open(self) -> None:
        """Show the bar with the selected text in the field and the focus on it."""
        selected = self._view.selected_in_row()
        if selected:
            self.field.setText(selected)
        super().open()
        self._begin()

    def close_bar(self) -> None:
        """Hide the bar, select the current match and give the focus back."""
        self.search.select_current()
        self.search.stop()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        super().close_bar()

    def step(self, *, forward: bool) -> None:
        """Go to the next match, or to the one before."""
        self.search.step(forward=forward)

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
            laid_out=self._source is not None and self._source.is_laid_out_json,
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
        more = self.search.counting or found.capped
        index = found.index_of(current) if current is not None else None
        if index is None:
            return self.tr("{0} matches").format(f"{len(found):,}" + ("+" if more else ""))
        return self.position_text(index, len(found), more=more)
