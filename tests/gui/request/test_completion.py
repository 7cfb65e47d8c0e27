"""Names of variables complete wherever a body is written (ui.md 3.3)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from httpdesk.gui.item_models.part_table import PartColumn
from httpdesk.gui.tables.body_text import BodyText
from httpdesk.gui.tables.completion import VariableCompleter
from httpdesk.gui.tables.row_delegate import CellEditor
from httpdesk.gui.tables.variable_field import VariableField
from httpdesk.model.collection import Scope
from httpdesk.model.request import (
    Body,
    FileBody,
    FormPart,
    GraphQLBody,
    MultipartBody,
    PartKind,
    RawBody,
    RawKind,
    Request,
)
from tests.gui.request.conftest import Page

SCOPE = Scope((("environment", (("order_id", "7"), ("token", "x"))),))
RETURN, CONTROL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier


def show(page: Page, body: Body) -> None:
    page.editor.set_request(Request(url="http://h/", method="POST", body=body))
    page.editor.set_scope(SCOPE)
    page.pane.show_tab("body")


def names(completer: VariableCompleter) -> list[str]:
    """Return what the open list offers."""
    assert completer.is_open
    model = completer.completionModel()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def take(page: Page, completer: VariableCompleter) -> None:
    """Take the first name with Enter."""
    page.qtbot.keyClick(completer.popup(), RETURN)
    assert not completer.is_open


@pytest.mark.parametrize("kind", [RawKind.JSON, RawKind.XML, RawKind.TEXT])
def test_in_the_text_of_a_body(page: Page, kind: RawKind) -> None:
    show(page, RawBody(kind, "😀 "))
    editor = page.pane.body.current_editor()
    assert editor is not None
    page.focus(editor)
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    page.keys("{{")
    assert names(editor.completer) == ["order_id", "token"]
    page.keys("to")
    assert names(editor.completer) == ["token"]
    take(page, editor.completer)
    assert page.request.body == RawBody(kind, "😀 {{token}}")
    place = editor.cursor_place()
    assert place.left() > editor.viewport().x()


def test_names_that_come_later_are_offered_too(page: Page) -> None:
    show(page, RawBody(RawKind.TEXT, ""))
    editor = page.pane.body.current_editor()
    assert editor is not None
    page.editor.set_scope(Scope((("environment", (("other", "1"),)),)))
    page.focus(editor)
    page.keys(Qt.Key.Key_Space, modifier=CONTROL)
    assert names(editor.completer) == ["other"]
    page.qtbot.keyClick(editor.completer.popup(), Qt.Key.Key_Escape)
    assert not editor.completer.is_open
    assert editor.body_text() == "{{"


def test_without_a_name_nothing_opens_and_enter_is_a_new_line(page: Page) -> None:
    show(page, RawBody(RawKind.JSON, ""))
    editor = page.pane.body.current_editor()
    assert editor is not None
    page.focus(editor)
    page.keys('{"a": {{nothing_like_it', RETURN, "}")
    assert not editor.completer.is_open
    assert editor.body_text() == '{"a": {{nothing_like_it\n}'


@pytest.mark.parametrize("which", ["query", "variables"])
def test_in_both_editors_of_graphql(page: Page, which: str) -> None:
    show(page, GraphQLBody())
    editors = {each.accessibleName(): each for each in page.pane.findChildren(BodyText)}
    editor = editors[which.capitalize()]
    page.focus(editor)
    page.keys("{{o")
    take(page, editor.completer)
    assert editor.body_text() == "{{order_id}}"
    assert getattr(page.request.body, which) == "{{order_id}}"


@pytest.mark.parametrize("name", ["path", "content_type"])
def test_in_the_fields_of_a_file(page: Page, name: str) -> None:
    show(page, FileBody())
    field = getattr(page.pane.body.file, name)
    assert isinstance(field, VariableField)
    page.focus(field)
    page.keys("a/{{order")
    assert names(field.variables) == ["order_id"]
    take(page, field.variables)
    assert getattr(page.request.body, name) == "a/{{order_id}}"


@pytest.mark.parametrize(
    ("column", "kind", "part"),
    [
        (PartColumn.KEY, PartKind.TEXT, FormPart("{{token}}", "b")),
        (PartColumn.VALUE, PartKind.TEXT, FormPart("a", "{{token}}")),
        (PartColumn.VALUE, PartKind.JSON, FormPart("a", "{{token}}", PartKind.JSON)),
        (PartColumn.VALUE, PartKind.FILE, FormPart("a", "b", PartKind.FILE, file_name="{{token}}")),
        (PartColumn.TYPE, PartKind.TEXT, FormPart("a", "b", content_type="{{token}}")),
    ],
)
def test_in_the_cells_of_a_multipart_form(
    page: Page, column: int, kind: PartKind, part: FormPart
) -> None:
    show(page, MultipartBody((FormPart("a", "b", kind),)))
    page.pane.body.pages.part_table().edit_cell(0, column)
    cell = page.cell_editor()
    assert isinstance(cell, CellEditor)
    cell.clear()
    page.qtbot.keyClicks(cell, "{{t")
    assert names(cell.variables) == ["token"]
    take(page, cell.variables)
    page.qtbot.keyClick(cell, RETURN)
    assert page.request.body == MultipartBody((part,))


def test_in_the_path_of_a_file_part(page: Page) -> None:
    show(page, MultipartBody((FormPart("a", "", PartKind.FILE),)))
    page.pane.body.pages.part_table().edit_cell(0, PartColumn.VALUE)
    cell = page.cell_editor()
    assert isinstance(cell, CellEditor)
    page.qtbot.keyClicks(cell, "files/{{o")
    take(page, cell.variables)
    page.qtbot.keyClick(cell, RETURN)
    assert page.request.body == MultipartBody((FormPart("a", "files/{{order_id}}", PartKind.FILE),))
