"""The Table view of comma-separated values, and of the fields of a form."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QWidget

from httpdesk.gui.response.body_page import PageTools, ShownBody
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.table_page import TablePage
from httpdesk.render.csv_rows import CsvRows, FormRows
from httpdesk.render.rows import Pause
from httpdesk.render.table_rows import TableRows


class CsvPage(TablePage):
    """Records as rows; whether the first one is titles is guessed, and can be switched."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        self._body: ShownBody | None = None
        self._titled: bool | None = None
        super().__init__(tools, parent)
        self.titles = QCheckBox(self.tr("First row is titles"))
        self._bar_layout.insertWidget(2, self.titles)
        self.titles.toggled.connect(self._switch_titles)

    def show_body(self, body: ShownBody, view: str) -> None:
        """Show the records of another body."""
        if self._body is None or self._body.exchange.id != body.exchange.id:
            self._titled = None
        super().show_body(body, view)
        self._body = body

    def clear(self) -> None:
        """Let go of the body."""
        self._body = None
        super().clear()

    def open_table(self, body: ShownBody, pause: Pause) -> TableRows | None:
        """Return the records of a body on a worker."""
        return CsvRows(body.handle, body.media.essence, titled=self._titled)

    def _switch_titles(self, on: bool) -> None:
        body = self._body
        if body is not None:
            self._titled = on
            self.show_body(body, "table")

    def _on_opened(self, table: object) -> None:
        if isinstance(table, CsvRows):
            with QSignalBlocker(self.titles):
                self.titles.setChecked(table.titled)
        super()._on_opened(table)

    def _on_indexed(self, result: object) -> None:
        super()._on_indexed(result)
        table = self._table.plain if self._table is not None else None
        if isinstance(table, CsvRows) and table.broken:
            words = self.tr("A quotation mark has no other half; what follows it is left out.")
            self._set_notices(Notice(words, "amber"))


class FormPage(TablePage):
    """The names and values of a form, decoded."""

    NAMED_BY_FIRST = True

    def open_table(self, body: ShownBody, pause: Pause) -> TableRows | None:
        """Return the fields of a body on a worker."""
        return FormRows(body.handle, (self.tr("Name"), self.tr("Value")), pause)
