"""Undo and Redo over texts, tables, tabs and restarts; cursors and scroll bars come back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from httpdesk.gui.tables.row_table import RowTable
from httpdesk.gui.undo_steps import PAUSE
from httpdesk.model.request import Header, RawBody, RawKind, Request
from tests.helpers.desk import Desk, open_desk, wait_until

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def pause(desk: Desk) -> None:
    """Let the next change be a step of its own."""
    steps = desk.document.steps
    assert steps is not None
    steps._last -= PAUSE


def undo(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Z, CONTROL)


def redo(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Z, CONTROL | SHIFT)


def typed_twice(desk: Desk) -> None:
    """Type a URL, and after a pause more of it."""
    desk.type_url("http://127.0.0.1:1/one")
    pause(desk)
    desk.type(desk.page.editor.url_bar.field, "/two")


def test_a_text_goes_back_through_its_own_steps_then_through_the_request(desk: Desk) -> None:
    desk.type_url("http://127.0.0.1:1/")
    pause(desk)
    desk.page.editor.pane.show_tab("body")
    body = desk.page.editor.pane.body
    body.choose_kind("text")
    editor = body.current_editor()
    assert editor is not None
    desk.type(editor, "typed")
    undo(desk)
    assert desk.document.request.body != Request().body
    assert body.body() == desk.document.request.body
    assert editor.body_text() == ""
    for _ in range(3):
        undo(desk)
    assert desk.document.request == Request()
    assert desk.page.editor.url_bar.url() == ""
    for _ in range(4):
        redo(desk)
    assert desk.document.request.url == "http://127.0.0.1:1/"
    assert getattr(desk.document.request.body, "text", "") == "typed"


def test_undo_from_the_menu_goes_through_a_table_and_the_request(desk: Desk) -> None:
    desk.type_url("http://127.0.0.1:1/")
    pause(desk)
    desk.page.editor.pane.show_tab("headers")
    rows = desk.page.editor.pane.headers
    request = desk.document.request
    documents = desk.session.documents
    documents.edit(desk.document, replace(request, headers=(Header("X-One", "1"),)))
    table = desk.page.editor.pane.content.findChild(RowTable)
    assert isinstance(table, RowTable)
    table.setFocus()
    desk.trigger("edit.undo")
    assert desk.document.request.headers == ()
    assert rows.headers() == ()
    assert desk.window.status_line.state.text() == "Undone in Headers"
    desk.trigger("edit.redo")
    assert rows.headers() == (Header("X-One", "1"),)


def test_a_cell_then_its_table_then_the_request_are_gone_back_through(desk: Desk) -> None:
    desk.type_url("http://127.0.0.1:1/")
    pause(desk)
    desk.page.editor.pane.show_tab("headers")
    table = desk.page.editor.pane.content.findChild(RowTable)
    assert isinstance(table, RowTable)
    table.setFocus()
    table.setCurrentIndex(table.rows.index(0, 0))
    desk.press(Qt.Key.Key_Return)
    desk.type_here("X-One")
    desk.press(Qt.Key.Key_Tab)
    assert [header.name for header in desk.document.request.headers] == ["X-One"]
    desk.type_here("value")
    assert desk.document.request.headers[0].value == "value"
    undo(desk)
    assert desk.document.request.headers[0].value == ""
    undo(desk)
    assert desk.document.request.headers == ()
    assert desk.focus is table
    undo(desk)
    assert desk.document.request == Request()
    assert desk.page.editor.url_bar.url() == ""


def test_undo_goes_on_after_a_restart(qtbot: QtBot) -> None:
    """Row 30: what was typed before is gone back through, and made again."""
    with open_desk() as desk:
        typed_twice(desk)
    with open_desk() as desk:
        whole = desk.document.request.url
        assert whole == "http://127.0.0.1:1/one/two"
        desk.page.editor.url_bar.focus_url()
        undo(desk)
        wait_until(lambda: desk.document.request.url == "http://127.0.0.1:1/one", "a step back")
        undo(desk)
        assert desk.document.request.url == ""
        redo(desk)
        redo(desk)
        assert desk.page.editor.url_bar.url() == whole
        undo(desk)
    with open_desk() as desk:
        assert desk.document.request.url == "http://127.0.0.1:1/one"
        desk.trigger("edit.redo")
        wait_until(lambda: desk.document.request.url == whole, "a step forth")


def test_discard_is_taken_back_by_undo_also_after_a_restart(qtbot: QtBot) -> None:
    with open_desk() as desk:
        desk.type_url("http://127.0.0.1:1/typed")
        desk.trigger("draft.discard")
        assert desk.document.request == Request()
        assert desk.messages() == ["Discarded the draft"]
    with open_desk() as desk:
        desk.trigger("edit.undo")
        wait_until(lambda: desk.document.request.url == "http://127.0.0.1:1/typed", "the draft")


def test_a_closed_edited_tab_is_reopened_after_a_restart(qtbot: QtBot) -> None:
    with open_desk() as desk:
        typed_twice(desk)
        desk.trigger("tab.close")
    with open_desk() as desk:
        assert desk.tab_titles == []
        desk.trigger("tab.reopen")
        assert desk.document.request.url == "http://127.0.0.1:1/one/two"
        desk.trigger("edit.undo")
        wait_until(lambda: desk.document.request.url == "http://127.0.0.1:1/one", "a step back")


def test_a_text_elsewhere_has_its_own_undo_only(desk: Desk) -> None:
    desk.type_url("http://127.0.0.1:1/")
    desk.trigger("palette")
    desk.type_here("word")
    for _ in range(3):
        undo(desk)
    assert desk.document.request.url == "http://127.0.0.1:1/"


def test_cursors_and_scroll_bars_come_back(qtbot: QtBot) -> None:
    with open_desk() as desk:
        desk.type_url("http://127.0.0.1:1/path")
        desk.page.editor.pane.show_tab("body")
        body = desk.page.editor.pane.body
        body.choose_kind("text")
        editor = body.current_editor()
        assert editor is not None
        editor.change("\n".join(f"line {n}" for n in range(400)))
        editor.setFocus()
        editor.moveCursor(QTextCursor.MoveOperation.End)
        cursor = editor.textCursor()
        cursor.setPosition(1500)
        editor.setTextCursor(cursor)
        editor.verticalScrollBar().setValue(120)
        field = desk.page.editor.url_bar.field
        field.select(3, 4)
        desk.settle()
    with open_desk() as desk:
        again = desk.page.editor.pane.body.current_editor()
        assert again is not None
        wait_until(lambda: again.verticalScrollBar().value() == 120, "the scroll bar")
        assert again.textCursor().position() == 1500
        assert desk.page.editor.pane.tabs.current == "body"
        cursor = desk.page.editor.url_bar.field.textCursor()
        assert (cursor.anchor(), cursor.position()) == (3, 7)
        assert desk.window.focusWidget() is again


def test_undo_leaves_the_cursor_where_it_is(desk: Desk) -> None:
    desk.type_url("http://127.0.0.1:1/path")
    pause(desk)
    desk.page.editor.url_bar.method.set_method("PUT")
    desk.page.editor.url_bar.methodChosen.emit("PUT")
    field = desk.page.editor.url_bar.field
    field.select(5, 0)
    QTest.keyClick(desk.page.editor.url_bar.method, Qt.Key.Key_Tab)
    desk.trigger("edit.undo")
    assert field.textCursor().position() == 5


def test_a_full_disk_keeps_the_mark_and_everything_is_written_later(qtbot: QtBot) -> None:
    """Row 28: SQLite's own limit of pages stands for the disk; told once, and tried again."""
    with open_desk() as desk:
        desk.type_url("http://127.0.0.1:1/")
        desk.session.keeper.flush()
        wait_until(lambda: desk.session.jobs.running == 0, "the first draft")
        with desk.ports.drafts().used() as connection:  # type: ignore[attr-defined]
            connection.execute("PRAGMA max_page_count = 1")
        body = RawBody(RawKind.TEXT, "x" * 200_000)
        for path in ("one", "two"):
            pause(desk)
            request = replace(desk.document.request, url=f"http://127.0.0.1:1/{path}", body=body)
            desk.session.documents.edit(desk.document, request)
            desk.session.keeper.flush()
            wait_until(lambda: desk.session.jobs.running == 0, "the refused draft")
        assert len(desk.messages()) == 1
        assert "The disk is full" in desk.messages()[0]
        assert desk.document.edited
        assert desk.ports.drafts().drafts()[0].request.url == "http://127.0.0.1:1/"
        desk.trigger("request.new")
        desk.session.documents.edit(desk.document, Request(url="http://h/closed", body=body))
        desk.trigger("tab.close")
        wait_until(lambda: desk.session.jobs.running == 0, "the refused draft of the closed tab")
        with desk.ports.drafts().used() as connection:  # type: ignore[attr-defined]
            connection.execute("PRAGMA max_page_count = 1000000")
    with open_desk() as desk:
        assert len(desk.tab_titles) == 1
        assert desk.document.request.url == "http://127.0.0.1:1/two"
        desk.trigger("edit.undo")
        wait_until(lambda: desk.document.request.url == "http://127.0.0.1:1/one", "a step back")
        desk.trigger("tab.reopen")
        assert desk.document.request.url == "http://h/closed"


def test_the_tree_is_scrolled_to_where_it_was(qtbot: QtBot) -> None:
    size = (1024, 600)
    with open_desk(size=size) as desk:
        desk.open_sample()
        bar = desk.session.collections.tree.verticalScrollBar()
        wait_until(lambda: bar.maximum() > 40, "a tree that scrolls")
        bar.setValue(30)
        desk.settle()
        desk.settle()
    with open_desk(size=size) as desk:
        again = desk.session.collections.tree.verticalScrollBar()
        wait_until(lambda: again.value() == 30, "the scroll bar")
