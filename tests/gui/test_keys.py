"""Shortcuts work wherever the keyboard is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

import pytest
from PySide6.QtCore import QKeyCombination
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui.actions import TABLE
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.page_tools import text_view
from tests.helpers.raw_server import RawServer, answering, response

JSON = "Content-Type: application/json"


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A window with a request and an answer on screen."""
    with RawServer(answering(response(b'{"a": 1}', JSON))) as server, open_desk() as desk:
        desk.open_sample()
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
        yield desk


def url(desk: Desk) -> QWidget:
    return desk.page.editor.url_bar.field


def param_cell(desk: Desk) -> QWidget:
    desk.page.editor.pane.show_tab("params")
    desk.page.editor.pane.params.query.table.edit_cell(0, 0)
    return desk.focus


def header_table(desk: Desk) -> QWidget:
    desk.page.editor.pane.show_tab("headers")
    return desk.page.editor.pane.headers.own.table


def body(desk: Desk) -> QWidget:
    desk.page.editor.pane.show_tab("body")
    desk.page.editor.pane.body.choose_kind("json")
    editor = desk.page.editor.pane.body.current_editor()
    assert editor is not None
    return editor


def timeout(desk: Desk) -> QWidget:
    desk.page.editor.pane.show_tab("options")
    return desk.page.editor.pane.options.timeout.line


def answer(desk: Desk) -> QWidget:
    return text_view(desk.page.viewer.body)


def tree(desk: Desk) -> QWidget:
    return desk.session.collections.tree


def tree_filter(desk: Desk) -> QWidget:
    return desk.session.collections.filter


def tabs(desk: Desk) -> QWidget:
    return desk.window.editors.tabs.bar


PLACES = (url, param_cell, header_table, body, timeout, answer, tree, tree_filter, tabs)


def _note(fired: list[str], action_id: str, _checked: bool = False) -> None:
    fired.append(action_id)


def recorded(desk: Desk) -> list[str]:
    """Let every command only write its id into the list that is returned."""
    fired: list[str] = []
    for spec in TABLE:
        action = desk.window.actions_[spec.id]
        action.triggered.disconnect()
        action.triggered.connect(partial(_note, fired, spec.id))
    return fired


def test_every_shortcut_reaches_its_command_wherever_the_keyboard_is(desk: Desk) -> None:
    fired = recorded(desk)
    lost = []
    for place, spec in product(PLACES, TABLE):
        action = desk.window.actions_[spec.id]
        for sequence in action.shortcuts():
            place(desk).setFocus()
            wait_until(place(desk).hasFocus, f"the focus in {place.__name__}")
            combination: QKeyCombination = sequence[0]  # type: ignore[index]
            fired.clear()
            action.setEnabled(True)
            QTest.keyClick(desk.focus, combination.key(), combination.keyboardModifiers())
            if fired != [spec.id]:
                lost.append((place.__name__, spec.id, sequence.toString(), list(fired)))
    assert lost == []
