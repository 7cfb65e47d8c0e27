"""Multipart forms, files and GraphQL in the Body tab (ui.md 3.4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from httpdesk.engine.ports import UploadRefusedError
from httpdesk.gui.item_models.key_value_table import Role, Wording
from httpdesk.gui.item_models.part_table import PartColumn, PartModel
from httpdesk.gui.request import body_editor
from httpdesk.gui.request.file_choice import portable_path
from httpdesk.gui.request.part_table import PartTable
from httpdesk.model.errors import UploadReason
from httpdesk.model.request import (
    Body,
    FileBody,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    PartKind,
    Request,
)
from tests.gui.request.conftest import Page
from tests.gui.request.test_body_editor import choose

FILE, JSON, TEXT = PartKind.FILE, PartKind.JSON, PartKind.TEXT
PARTS = (
    FormPart("note", "hi"),
    FormPart("doc", "files/a.pdf", FILE),
    FormPart("meta", "{}", JSON),
)


@pytest.fixture
def model(qtbot: QtBot) -> PartModel:
    made = PartModel(Wording("Add part", "Part {0} of {1}"), mask=lambda _, value: value)
    made.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        made, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    made.set_rows(PARTS)
    return made


def shown(model: PartModel, row: int) -> list[str]:
    return [model.index(row, column).data() for column in (3, 1, 4)]


def test_cells_show_what_is_sent(model: PartModel) -> None:
    """Statement 44: the name sent, and the type that is sent without one typed."""
    assert [shown(model, row) for row in range(3)] == [
        ["Text", "hi", ""],
        ["File", "a.pdf", "application/pdf"],
        ["JSON", "{}", "application/json"],
    ]
    model.setData(model.index(1, PartColumn.VALUE), "b.png")
    model.setData(model.index(0, PartColumn.TYPE), "text/x")
    assert model.rows()[1] == FormPart("doc", "files/a.pdf", FILE, file_name="b.png")
    assert shown(model, 1) == ["File", "b.png", "image/png"]
    assert shown(model, 0) == ["Text", "hi", "text/x"]
    model.setData(model.index(1, PartColumn.VALUE), "a.pdf")
    assert model.rows()[1] == PARTS[1]
    model.undo()
    assert model.rows()[1] != PARTS[1]


def test_a_kind_is_changed_and_taken_back(model: PartModel) -> None:
    model.set_kind(0, FILE)
    assert model.rows()[0] == FormPart("note", "", FILE)
    model.undo()
    model.set_kind(0, JSON)
    assert model.rows()[0] == FormPart("note", "hi", JSON)
    model.set_kind(3, FILE)
    assert model.rows()[3] == FormPart("", "", FILE)
    assert not model.flags(model.index(0, PartColumn.KIND)) & Qt.ItemFlag.ItemIsEditable


def test_a_screen_reader_hears_kind_and_file(model: PartModel) -> None:
    said = [
        model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole)
        for row, column in ((0, 0), (1, 1), (2, 4), (3, 0))
    ]
    assert said == [
        "Part 1 of 3, enabled, note, hi",
        "Part 2 of 3, enabled, doc, a.pdf, File",
        "Part 3 of 3, enabled, meta, {}, application/json",
        "Add part",
    ]


def show(page: Page, body: Body, *headers: Header) -> None:
    page.editor.set_request(Request(url="http://h/", method="POST", body=body, headers=headers))
    page.pane.show_tab("body")


def table(page: Page) -> PartTable:
    found = page.pane.body.pages.part_table()
    assert isinstance(found, PartTable)
    return found


def test_keys_go_through_the_columns_as_they_stand(page: Page) -> None:
    choose_multipart(page)
    page.focus(table(page))
    page.keys("note", Qt.Key.Key_Tab)
    assert table(page).currentIndex().column() == PartColumn.KIND
    page.keys(Qt.Key.Key_Tab, "hello", Qt.Key.Key_Tab, "text/x", Qt.Key.Key_Return)
    assert page.request.body == MultipartBody((FormPart("note", "hello", TEXT, "text/x"),))


def choose_multipart(page: Page) -> None:
    page.pane.show_tab("body")
    choose(page, "Multipart form")


def test_the_menu_of_a_kind_changes_it(page: Page) -> None:
    show(page, MultipartBody(PARTS))
    menu = table(page).kind_menu(0)
    assert [(each.text(), each.isChecked()) for each in menu.actions()] == [
        ("Text", True),
        ("JSON", False),
        ("File", False),
    ]
    menu.actions()[1].trigger()
    menu.close()
    assert page.request.body == MultipartBody((FormPart("note", "hi", JSON), *PARTS[1:]))


def test_a_path_is_typed_whole_into_a_file_without_one(page: Page) -> None:
    show(page, MultipartBody((FormPart("doc", "", FILE),)))
    table(page).edit_cell(0, PartColumn.VALUE)
    page.keys("/tmp/a.pdf", Qt.Key.Key_Return)
    assert page.request.body == MultipartBody((FormPart("doc", "/tmp/a.pdf", FILE),))


@pytest.mark.parametrize(("whole", "text"), [(True, "/tmp/a.pdf"), (False, "a.pdf")])
def test_path_and_name_of_a_file_are_edited_apart(page: Page, whole: bool, text: str) -> None:
    """ui.md 3.4: the name sent is editable in the cell, the path by a command of its own."""
    show(page, MultipartBody((FormPart("doc", "/tmp/a.pdf", FILE),)))
    if whole:
        table(page).edit_path(0)
    else:
        table(page).edit_cell(0, PartColumn.VALUE)
    assert page.cell_editor().text() == text
    page.cell_editor().selectAll()
    page.keys("b.png", Qt.Key.Key_Return)
    changed = FormPart("doc", "b.png", FILE)
    named = FormPart("doc", "/tmp/a.pdf", FILE, file_name="b.png")
    assert page.request.body == MultipartBody((changed if whole else named,))


def test_files_are_chosen_and_named_from_the_folder(
    page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page.editor.set_folder(str(tmp_path))
    chosen = [str(tmp_path / "files" / "b.png"), "/elsewhere/c.png"]
    monkeypatch.setattr(body_editor, "choose_files", lambda _parent, many: chosen if many else [])
    show(page, MultipartBody(PARTS))
    page.focus(table(page))
    table(page).setCurrentIndex(table(page).rows.index(1, 0))
    page.keys(Qt.Key.Key_F4)
    assert page.request.body == MultipartBody(
        (
            PARTS[0],
            FormPart("doc", "files/b.png", FILE),
            PARTS[2],
            FormPart("doc", "/elsewhere/c.png", FILE),
        )
    )


def drop(page: Page, *paths: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.pane.body.dropEvent(event)


def test_files_are_dropped_anywhere_on_the_pane(page: Page) -> None:
    show(page, MultipartBody(PARTS[:1]))
    drop(page, "/tmp/x.png", "/tmp/y.png")
    assert page.request.body == MultipartBody(
        (PARTS[0], FormPart("file", "/tmp/x.png", FILE), FormPart("file", "/tmp/y.png", FILE))
    )
    show(page, FileBody())
    drop(page, "/tmp/x.png")
    assert page.request.body == FileBody("/tmp/x.png")


def test_a_missing_file_is_red_and_only_the_send_decides(page: Page) -> None:
    """Statement 48 on screen; the file may be back by the time Send is pressed."""
    asked: list[tuple[str, ...]] = []
    page.editor.filesAsked.connect(asked.append)
    show(page, MultipartBody(PARTS))
    page.qtbot.waitUntil(lambda: bool(asked))
    assert asked == [("files/a.pdf",)]
    page.editor.learn_files({"files/a.pdf": UploadRefusedError(UploadReason.MISSING)})
    cell = table(page).rows.index(1, PartColumn.VALUE)
    assert cell.data(Role.PROBLEM) == "File not found. Choose again."
    assert table(page).tooltip_text(cell) == "File not found. Choose again.\nfiles/a.pdf"
    page.editor.send()
    assert len(page.sent) == 1
    page.editor.learn_files({"files/a.pdf": 7})
    assert cell.data(Role.PROBLEM) == ""


def test_a_file_that_was_not_chosen_keeps_the_request_here(page: Page) -> None:
    show(page, MultipartBody((FormPart("doc", "", FILE),)))
    page.editor.send()
    assert page.sent == []
    assert table(page).currentIndex().column() == PartColumn.VALUE


def test_a_typed_content_type_is_flagged_in_its_row(page: Page) -> None:
    """Statement 49."""
    show(page, MultipartBody(PARTS[:1]), Header("Content-Type", "text/plain"))
    page.pane.show_tab("headers")
    page.settle()
    flag = page.pane.headers.own.table.rows.index(0, 0).data(Role.PROBLEM)
    assert flag == "Not sent: a multipart form has its own, with the boundary."


def test_rows_with_files_are_not_put_as_text(page: Page) -> None:
    show(page, MultipartBody(PARTS))
    assert table(page).text_rows() is None
    show(page, MultipartBody(PARTS[:1]))
    assert table(page).text_rows() is not None


def test_a_file_body_shows_size_and_type(page: Page) -> None:
    show(page, FileBody("a.pdf"))
    page.settle()
    page.editor.learn_files({"a.pdf": 5000})
    fields = page.pane.body.file
    assert (fields.fact.text(), fields.content_type.placeholderText()) == (
        "5.0 KB",
        "application/pdf",
    )
    page.editor.learn_files({"a.pdf": UploadRefusedError(UploadReason.MISSING)})
    assert fields.fact.text() == "File not found. Choose again."
    page.focus(fields.content_type)
    page.keys("text/x")
    assert page.request.body == FileBody("a.pdf", "text/x")


def test_graphql_tells_where_its_variables_break(page: Page) -> None:
    show(page, GraphQLBody("{ a }", '{\n "id": 7,}'))
    page.editor.send()
    assert page.sent == []
    assert page.pane.body.note.place == (2, 9)
    assert page.bar.resolved.shows_problem
    choose(page, "None")
    choose(page, "GraphQL")
    assert page.request.body == GraphQLBody("{ a }", '{\n "id": 7,}')


def test_a_path_is_portable_inside_the_folder_only() -> None:
    assert portable_path("/c/files/a.png", "/c") == "files/a.png"
    assert portable_path("/cc/a.png", "/c") == "/cc/a.png"
    assert portable_path("/c/a.png", None) == "/c/a.png"
