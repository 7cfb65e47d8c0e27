"""The pages of the Body tab, one for each kind, each made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from httpdesk.gui.item_models.key_value_table import KeyValueModel, Wording
from httpdesk.gui.item_models.part_table import PartModel
from httpdesk.gui.request.body_bar import FILE, FORM, GRAPHQL, MULTIPART, NONE, OPAQUE
from httpdesk.gui.request.file_page import FilePage
from httpdesk.gui.request.graphql_page import GraphQLPage
from httpdesk.gui.request.params_tab import mask_pair
from httpdesk.gui.request.part_table import PartTable
from httpdesk.gui.tables.body_text import BodyText
from httpdesk.gui.tables.flat_table import PaneScroll
from httpdesk.gui.tables.row_section import RowSection
from httpdesk.gui.tables.row_table import RowTable
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.model.request import FormField, GraphQLBody, RawKind

RAW: Final = {kind.value: kind for kind in RawKind}
"""The kinds that are typed as text, by their key."""


class BodyPages(QStackedWidget):
    """The contents of every kind at once; one page is in front.

    Signals: `edited` when rows or the file were changed, `textEdited` when a text was, and
    `filesRequested(row)` or `fileRequested` when files for a part, or the body's, are to be chosen.
    """

    edited = Signal()
    textEdited = Signal()
    filesRequested = Signal(int)
    fileRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wording = Wording(self.tr("Add field"), self.tr("Field {0} of {1}"))
        self.fields = KeyValueModel(FormField, wording, self, mask=mask_pair)
        parts = Wording(self.tr("Add part"), self.tr("Part {0} of {1}"))
        self.parts = PartModel(parts, self, mask=mask_pair)
        self.file = FilePage()
        self._editors: dict[str, BodyText] = {}
        self._pages: dict[str, QWidget] = {}
        self._form: RowSection | None = None
        self._multipart: RowSection | None = None
        self._graphql: GraphQLPage | None = None
        self._known: Collection[str] = ()
        self._add(FILE, self.file)
        self._add(NONE, EmptyState("", self.tr("This request has no body")))
        for source in (self.fields, self.parts, self.file):
            source.edited.connect(self.edited)
        self.file.chooseRequested.connect(self.fileRequested)

    def show_kind(self, kind: str) -> None:
        """Bring the page of a kind to the front."""
        makers: dict[str, Callable[[], QWidget]] = {
            FORM: self._form_section,
            MULTIPART: self._multipart_section,
            GRAPHQL: self.graphql,
        }
        if kind in RAW:
            self.setCurrentWidget(self.editor(kind))
            return
        if kind in makers:
            makers[kind]()
        self.setCurrentWidget(self._pages[kind])

    def show_opaque(self, kind: str) -> None:
        """Say that a file holds a body of another kind."""
        text = self.tr("This file holds a {0} body. It is kept, and cannot be edited or sent yet.")
        page = self._pages.get(OPAQUE)
        if page is None:
            page = EmptyState("", "")
            self._add(OPAQUE, page)
        assert isinstance(page, EmptyState)
        page.text.setText(text.format(kind))
        page.text.show()
        self.setCurrentWidget(page)

    def set_known(self, names: Collection[str]) -> None:
        """Say which variables have a value."""
        self._known = names
        self.file.set_known(names)
        for editor in self._editors.values():
            editor.completer.set_names(names)
        if self._graphql is not None:
            self._graphql.set_known(names)
        for section in (self._form, self._multipart):
            if section is not None:
                section.table.set_known(names)

    def editor(self, kind: str) -> BodyText:
        """Return the editor of a kind, made on first use: three at once would slow each tab."""
        found = self._editors.get(kind)
        if found is None:
            found = BodyText(self.tr("Body"))
            found.set_language(kind)
            found.edited.connect(self.textEdited)
            found.completer.set_names(self._known)
            self._editors[kind] = found
            self.addWidget(found)
        return found

    def forget_texts(self) -> None:
        """Empty the texts of all kinds."""
        for editor in self._editors.values():
            editor.load("")

    def set_graphql(self, body: GraphQLBody | None) -> None:
        """Show a query, None for none."""
        if body is not None or self._graphql is not None:
            self.graphql().set_body(body or GraphQLBody())

    def graphql(self) -> GraphQLPage:
        """Return the page of a query and its variables."""
        if self._graphql is None:
            self._graphql = GraphQLPage()
            self._graphql.edited.connect(self.textEdited)
            self._graphql.set_known(self._known)
            self._add(GRAPHQL, self._graphql)
        return self._graphql

    def form_table(self) -> RowTable:
        """Return the table of form fields."""
        return self._form_section().table

    def part_table(self) -> RowTable:
        """Return the table of a multipart form."""
        return self._multipart_section().table

    # Inside

    def _form_section(self) -> RowSection:
        if self._form is None:
            table = RowTable(self.fields, self.tr("Form fields"), query=True)
            self._form = self._table_page(FORM, table)
        return self._form

    def _multipart_section(self) -> RowSection:
        if self._multipart is None:
            table = PartTable(self.parts, self.tr("Parts of the form"))
            table.chooseRequested.connect(self.filesRequested)
            self._multipart = self._table_page(MULTIPART, table)
        return self._multipart

    def _table_page(self, kind: str, table: RowTable) -> RowSection:
        section = RowSection(table, "")
        table.set_known(self._known)
        scroll = PaneScroll()
        scroll.column.addWidget(section)
        scroll.follow_table(table)
        self._add(kind, scroll)
        return section

    def _add(self, kind: str, page: QWidget) -> None:
        self._pages[kind] = page
        self.addWidget(page)
