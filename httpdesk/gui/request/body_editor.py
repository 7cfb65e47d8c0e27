"""The Body tab: one kind of body at a time, the contents of the others kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.engine.json_check import json_problem
from httpdesk.gui import theme
from httpdesk.gui.request.body_bar import (
    FILE,
    FORM,
    GRAPHQL,
    MULTIPART,
    NONE,
    OPAQUE,
    BodyControls,
    ProblemNote,
    SubBar,
    kind_names,
    kind_of,
)
from httpdesk.gui.request.body_pages import RAW, BodyPages
from httpdesk.gui.request.file_choice import (
    KnownFiles,
    choose_files,
    dropped_files,
    portable_path,
)
from httpdesk.gui.request.places import VARIABLES, Cells, Place
from httpdesk.gui.request.problems import json_sentence, xml_sentence
from httpdesk.gui.tables.body_text import BodyText, format_json, format_xml
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.search_bar import SearchBar
from httpdesk.model.request import (
    Body,
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    MultipartBody,
    NoBody,
    OpaqueBody,
    PartKind,
    RawBody,
    RawKind,
)

CHECK_AFTER_MS: Final = 300
LONGEST_CHECKED: Final = 200_000
"""Characters; a longer body is looked through only when it is to be laid out."""


class BodyEditor(QWidget):
    """Editors for every kind of body; the chosen kind is the one that is sent.

    Signals: `edited` when the user changed the body, `kindChanged` when another kind is shown.
    """

    edited = Signal()
    kindChanged = Signal()
    filesChosen = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = NONE
        self._opaque: OpaqueBody | None = None
        self._merged = False
        self.pages = BodyPages()
        self.fields, self.parts, self.file = self.pages.fields, self.pages.parts, self.pages.file
        self.folder: str | None = None
        """The collection's folder; a file chosen in it is named from there."""
        self.bar = SubBar()
        self.foot = QWidget()
        self._foot_row = QHBoxLayout(self.foot)
        self.note = ProblemNote()
        self._check_timer = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._searches: dict[str, SearchBar] = {}
        self._controls: list[BodyControls] = []
        self._column = QVBoxLayout(self)
        self._build()
        self._connect()
        theme.follow(self._restyle)

    # In and out

    def set_body(self, body: Body) -> None:
        """Show the body of a request; the contents of other kinds are forgotten."""
        if body == self.body():
            return
        self.pages.forget_texts()
        self.fields.set_rows(body.fields if isinstance(body, FormBody) else ())
        self.parts.set_rows(body.parts if isinstance(body, MultipartBody) else ())
        self.file.set_body(body if isinstance(body, FileBody) else FileBody())
        self.pages.set_graphql(body if isinstance(body, GraphQLBody) else None)
        self._opaque = body if isinstance(body, OpaqueBody) else None
        if isinstance(body, RawBody):
            self.pages.editor(body.kind.value).load(body.text)
        self._show_kind(kind_of(body))

    def body(self) -> Body:
        """Return the body of the chosen kind."""
        if self._kind in RAW:
            return RawBody(RAW[self._kind], self.pages.editor(self._kind).body_text())
        if self._kind == FORM:
            return FormBody(cast("tuple[FormField, ...]", self.fields.rows()))
        if self._kind == MULTIPART:
            return MultipartBody(cast("tuple[FormPart, ...]", self.parts.rows()))
        if self._kind == FILE:
            return self.file.body()
        if self._kind == GRAPHQL:
            return self.pages.graphql().body()
        return self._opaque if self._kind == OPAQUE and self._opaque else NoBody()

    @property
    def kind(self) -> str:
        """The key of the chosen kind."""
        return self._kind

    def choose_kind(self, kind: str) -> None:
        """Change the kind as the user does."""
        if kind != self._kind:
            self._show_kind(kind)
            self.edited.emit()

    def _begin(self, kind: str) -> None:
        """Change the kind and go to where it is typed."""
        self.choose_kind(kind)
        tables = {FORM: self.pages.form_table, MULTIPART: self.pages.part_table}
        target: QWidget | None = self.current_editor()
        if kind in tables:
            target = tables[kind]()
        elif kind == FILE:
            target = self.file.path
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def kinds(self) -> dict[str, str]:
        """Return the kinds to choose from: key -> name."""
        return kind_names(self._opaque)

    # Commands

    @property
    def can_format(self) -> bool:
        """Whether the kind can be laid out."""
        return self._kind in (RawKind.JSON.value, RawKind.XML.value)

    def format_body(self) -> None:
        """Lay the body out; one that can't be read is left alone and its fault shown."""
        if not self.can_format:
            return
        editor = self.pages.editor(self._kind)
        lay_out = format_json if self._kind == RawKind.JSON.value else format_xml
        text = lay_out(editor.body_text())
        if text is not None:
            editor.change(text)
        self._check(longest=None)

    def current_editor(self) -> BodyText | None:
        """Return the text editor on screen, if the kind has one."""
        if self._kind == GRAPHQL:
            page = self.pages.graphql()
            return page.variables if page.variables.hasFocus() else page.query
        return self.pages.editor(self._kind) if self._kind in RAW else None

    def open_search(self) -> None:
        """Open the search bar of the text on screen."""
        editor = self.current_editor()
        if editor is None:
            return
        if self._kind not in self._searches:
            bar = self._searches[self._kind] = SearchBar(editor)
            self._column.insertWidget(1, bar)
        self._searches[self._kind].open()

    def go_to_problem(self) -> None:
        """Put the cursor where the body can't be read."""
        editor = self._checked_editor()
        if editor is not None and self.note.place is not None:
            editor.go_to(*self.note.place)
            editor.setFocus()

    def attach(self, controls: BodyControls) -> None:
        """Let `controls` show and change the kind."""
        self._controls.append(controls)
        controls.kindChosen.connect(self._begin)
        controls.formatClicked.connect(self.format_body)
        self.kindChanged.connect(
            lambda: controls.show_kind(self.kinds(), self._kind, self.can_format)
        )
        controls.show_kind(self.kinds(), self._kind, self.can_format)

    def set_merged(self, merged: bool) -> None:
        """Leave kind and Format to the tab row; a problem then stands below the editor."""
        self._merged = merged
        here, there = self._foot_row, self.bar.middle
        if merged:
            here, there = there, here
        here.removeWidget(self.note)
        there.addWidget(self.note, 1)
        self._fit()

    def go_to(self, place: Place) -> None:
        """Put the cursor at a place of the text, or the focus on the kind without one."""
        position, editor = place.position, self.current_editor()
        if self._kind == FILE:
            self.file.path.setFocus()
            return
        if self._kind == GRAPHQL and place.option == VARIABLES:
            editor = self.pages.graphql().variables
        if editor is not None and place.row:
            editor.go_to(place.row, place.column)
            editor.setFocus()
            return
        if editor is None:
            for controls in self._controls:
                if controls.isVisible():
                    controls.kind.setFocus()
            return
        before = editor.body_text()[: max(position, 0)]
        editor.go_to(before.count("\n") + 1, len(before) - before.rfind("\n"))
        editor.setFocus()

    def set_known(self, names: Collection[str]) -> None:
        """Say which variables have a value."""
        self.pages.set_known(names)

    def show_files(self, cells: Cells, problem: str, known: KnownFiles, path: str) -> None:
        """Flag the parts, and say of the file of a file body (at `path`) what is known."""
        self.parts.set_problems(cells)
        self.file.show_fact(known.size(path), problem)

    # Files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._kind in (MULTIPART, FILE) and dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take_files(dropped_files(event.mimeData()))
        event.acceptProposedAction()

    def take_files(self, paths: list[str], row: int | None = None) -> None:
        """Take files that were chosen or dropped: for a row, or for rows of their own."""
        self.filesChosen.emit(tuple(paths))
        named = [portable_path(path, self.folder) for path in paths]
        if named and self._kind == FILE:
            self.file.choose_path(named[0])
        elif named and self._kind == MULTIPART:
            part = self.parts.part(row) if row is not None else None
            if row is not None and part is not None and part.kind is PartKind.FILE:
                self.parts.set_path(row, named.pop(0))
            if named:
                self.parts.add_files(named, part.name if part is not None else "file")

    def _choose_part(self, row: int) -> None:
        self.take_files(choose_files(self, many=True), row)

    def _choose_file(self) -> None:
        self.take_files(choose_files(self, many=False))

    # Internals

    def _build(self) -> None:
        keep_scaled(self._foot_row, (12, 0, 12, 0))
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.pages, 1)
        self._column.addWidget(self.foot)
        self.bar.middle.addWidget(self.note, 1)
        self.setAcceptDrops(True)
        self._show_kind(NONE)

    def _connect(self) -> None:
        self.pages.edited.connect(self.edited)
        self.pages.textEdited.connect(self._on_text_edited)
        self.pages.filesRequested.connect(self._choose_part)
        self.pages.fileRequested.connect(self._choose_file)
        self._check_timer.timeout.connect(self._check)
        self.note.goRequested.connect(self.go_to_problem)
        self.attach(self.bar.controls)

    def _show_kind(self, kind: str) -> None:
        self._kind = kind
        for search in self._searches.values():
            search.hide()
        if kind == OPAQUE:
            self.pages.show_opaque(self._opaque.kind if self._opaque else "")
        else:
            self.pages.show_kind(kind)
        self.kindChanged.emit()
        self._check()

    def _checked_editor(self) -> BodyText | None:
        """Return the editor whose text has to be JSON or XML."""
        return self.pages.graphql().variables if self._kind == GRAPHQL else self.current_editor()

    def _on_text_edited(self) -> None:
        self._check_timer.start()
        self.edited.emit()

    def _check(self, longest: int | None = LONGEST_CHECKED) -> None:
        """Look for the first fault of a JSON or XML body (statement 41)."""
        self._check_timer.stop()
        editor = self._checked_editor()
        text = editor.body_text() if editor is not None else ""
        too_long = longest is not None and len(text) > longest
        find = _FAULTS.get(self._kind, _no_fault)
        if self._kind == GRAPHQL:
            found = None if too_long else self.pages.graphql().problem()
        else:
            found = None if too_long or not text.strip() else find(text)
        self.note.tell(found)
        if editor is not None:
            line, column, sentence = found or (1, 1, None)
            editor.set_problem(line, column, sentence)
        self._fit()

    def _fit(self) -> None:
        self.bar.setVisible(not self._merged)
        self.foot.setVisible(self._merged and self.note.place is not None)

    def _restyle(self) -> None:
        self.foot.setFixedHeight(theme.scaled(28))


Fault = tuple[int, int, str]


def _json_fault(text: str) -> Fault | None:
    found = json_problem(text)
    return None if found is None else (found.line, found.column, json_sentence(found))


def _xml_fault(text: str) -> Fault | None:
    from httpdesk.render.xml_text import pretty_xml

    error = pretty_xml(text).error
    return None if error is None else (error.line, error.column, xml_sentence(error))


def _no_fault(_text: str) -> Fault | None:
    return None


_FAULTS: Final[dict[str, Callable[[str], Fault | None]]] = {
    RawKind.JSON.value: _json_fault,
    RawKind.XML.value: _xml_fault,
}
