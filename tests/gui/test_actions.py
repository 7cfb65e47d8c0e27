"""The action table: every command is to be found, has its own keys, and does no harm."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu

from httpdesk.gui.actions import MENUS, TABLE, ActionTable
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

NUMBERED = re.compile(r"(tab|request-tab|response-tab)\.\d")
SHORTCUTS = {
    "view.history": ("Ctrl+Shift+H",),
    "settings": ("Ctrl+,",),
    "palette": ("Ctrl+K", "Ctrl+Shift+P"),
    "send": ("Ctrl+Return", "F5", "Ctrl+Enter"),  # the last one is on the number pad
    "quick-open": ("Ctrl+P",),
    "cancel": ("Ctrl+.",),
    "request.new": ("Ctrl+N", "Ctrl+T"),
    "focus.url": ("Ctrl+L",),
    "request.save": ("Ctrl+S",),
    "request.save-as": ("Ctrl+Shift+D",),
    "response.older": ("Alt+PgUp",),
    "response.newer": ("Alt+PgDown",),
    "item.duplicate": ("Ctrl+D",),
    "item.rename": ("F2",),
    "pane.next": ("F6",),
    "pane.previous": ("Shift+F6",),
    "tab.close": ("Ctrl+W",),
    "tab.reopen": ("Ctrl+Shift+T",),
    "view.layout": ("Ctrl+Shift+L",),
    "tab.recent": ("Ctrl+Tab",),
    "tab.previous": ("Ctrl+PgUp",),
    "tab.next": ("Ctrl+PgDown",),
    "view.maximise-request": ("Ctrl+Shift+Up",),
    "view.maximise-response": ("Ctrl+Shift+Down",),
    "tab.last": ("Ctrl+9",),
    "view.sidebar": ("Ctrl+B",),
    "find.open": ("Ctrl+F",),
    "find.next": ("F3",),
    "find.previous": ("Shift+F3",),
    "find.collections": ("Ctrl+Shift+F",),
    "filter.body": ("Ctrl+Shift+J",),
    "body.format": ("Ctrl+Shift+I",),
    "wire.show": ("Ctrl+Shift+B",),
    "response.save": ("Ctrl+Shift+S",),
    "response.reveal": ("Ctrl+Shift+M",),
    "text.larger": ("Ctrl+=", "Ctrl++"),
    "text.smaller": ("Ctrl+-",),
    "text.reset": ("Ctrl+0",),
    "help.shortcuts": ("F1",),
    "connection.new": ("Ctrl+Shift+N",),
    "environment.choose": ("Ctrl+E",),
    "environment.edit": ("Ctrl+Shift+E",),
    "connection.connect": ("Ctrl+Shift+K",),
    "collection.sample": ("Ctrl+Shift+O",),
    **{f"tab.{number}": (f"Ctrl+{number}",) for number in range(1, 9)},
    **{f"request-tab.{number}": (f"Alt+{number}",) for number in range(1, 7)},
    **{f"response-tab.{number}": (f"Alt+Shift+{number}",) for number in range(1, 7)},
}
"""ui.md section 4, as far as the commands exist."""

OTHERS = {
    "app.quit": ("Ctrl+Q",),
    "collection.open": ("Ctrl+O",),
    "folder.settings": ("Alt+Return",),
    "edit.undo": ("Ctrl+Z",),
    "edit.redo": ("Ctrl+Shift+Z", "Ctrl+Y"),
    "find.next-hit": ("F4",),
    "find.previous-hit": ("Shift+F4",),
}
"""Ctrl+O is Import later, which begins with opening a folder; the others every desktop has,
Alt+Enter for properties among them."""


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer file pickers with Cancel."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")


def keys(action: QAction) -> tuple[str, ...]:
    portable = QKeySequence.SequenceFormat.PortableText
    return tuple(each.toString(portable) for each in action.shortcuts())


def test_ids_are_unique_and_menus_exist() -> None:
    ids = Counter(spec.id for spec in TABLE)
    assert [each for each, count in ids.items() if count > 1] == []
    assert {spec.menu for spec in TABLE} <= {name for name, _ in MENUS} | {""}


def test_every_command_is_in_a_menu_or_the_palette_or_is_numbered() -> None:
    lost = [spec.id for spec in TABLE if not spec.menu and not spec.in_palette]
    assert [each for each in lost if not NUMBERED.fullmatch(each)] == []


def test_no_two_commands_share_a_key() -> None:
    used = Counter(QKeySequence(each).toString() for spec in TABLE for each in spec.shortcuts)
    assert "" not in used, "a shortcut that Qt does not understand"
    assert [each for each, count in used.items() if count > 1] == []


def test_the_keys_are_those_of_the_specification(desk: Desk) -> None:
    """ui.md section 4."""
    actions = desk.window.actions_
    held = {spec.id: keys(actions[spec.id]) for spec in TABLE if spec.shortcuts}
    assert held == SHORTCUTS | OTHERS


def test_no_key_is_one_that_layouts_or_systems_need() -> None:
    """ui.md section 4: no Ctrl+Alt (AltGr), no Command+H or Command+M."""
    used = [each for spec in TABLE for each in spec.shortcuts]
    assert [each for each in used if "Ctrl+Alt" in each or each in ("Ctrl+H", "Ctrl+M")] == []


def test_a_missing_or_a_spare_handler_is_noticed_at_once(desk: Desk) -> None:
    session = desk.session
    parts = (
        session.requests,
        session.items,
        session.view,
        session.preferences,
        session.connection_commands,
        session.secure,
        session.reveal,
        session.undoing,
        session.environment_commands,
        session.find,
        session.examples,
        session.environment_comparison,
        session.versions,
        session.levels,
        session.past,
    )
    handlers = {name: run for part in parts for name, run in part.handlers().items()}
    assert handlers.keys() == {spec.id for spec in TABLE}
    table = ActionTable(desk.window)
    with pytest.raises(KeyError):
        table.connect_all({each: handlers[each] for each in list(handlers)[1:]})
    with pytest.raises(KeyError):
        table.connect_all(handlers | {"no.such": lambda: None})


def test_the_menus_show_every_command_with_its_keys(desk: Desk) -> None:
    whole = desk.window.top_bar.menu_button.menu()
    whole.aboutToShow.emit()
    menus = [action.menu() for action in whole.actions()]
    shown = [
        action.objectName()
        for menu in menus
        if isinstance(menu, QMenu)
        for action in menu.actions()
        if not action.isSeparator()
    ]
    assert sorted(shown) == sorted(spec.id for spec in TABLE if spec.menu)
    assert len(menus) == len(MENUS)


def test_the_menu_bar_is_shown_by_its_switch_and_hidden_again(desk: Desk) -> None:
    bar = desk.window.menuBar()
    assert not bar.isVisible()
    desk.trigger("view.menu-bar")
    assert bar.isVisible()
    assert len(bar.actions()) == len(MENUS)
    assert desk.window.actions_["view.menu-bar"].isChecked()
    desk.trigger("view.menu-bar")
    assert not bar.isVisible()


HARMLESS = [spec.id for spec in TABLE if spec.id != "app.quit"]


def run_all(desk: Desk) -> None:
    """Trigger every command that is enabled, each from a quiet window."""
    form = desk.session.notices.form()
    for action_id in HARMLESS:
        action = desk.window.actions_[action_id]
        if action.isEnabled():
            action.trigger()
        wait_until(lambda: desk.session.jobs.running == 0, f"{action_id} to end")
        if form.isVisible():
            form.dismiss()
        if desk.session.notices._palette is not None:
            desk.session.notices._palette.dismiss()
    broken = [each for each in desk.messages() if "broke" in each]
    assert broken == []


def test_every_command_can_be_given_on_an_empty_workspace(desk: Desk) -> None:
    run_all(desk)


def test_every_command_can_be_given_with_tabs_and_collections_open(desk: Desk) -> None:
    with RawServer(answering(response(b'{"a": 1}', "Content-Type: application/json"))) as server:
        root = desk.open_sample()
        desk.open_item(root, "first-steps/say-hello.yml")
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        desk.press_send()
        desk.press_send()
        run_all(desk)


def test_disabled_commands_are_those_that_could_do_nothing(desk: Desk) -> None:
    actions = desk.window.actions_
    assert not actions["request.save"].isEnabled()
    assert not actions["cancel"].isEnabled()
    desk.trigger("request.new")
    assert actions["request.save"].isEnabled()
    assert not actions["response.save"].isEnabled()
    desk.trigger("tab.close")
    assert not actions["request.save"].isEnabled()


def test_the_palette_lists_what_can_be_done_now(desk: Desk) -> None:
    root = desk.open_sample()
    desk.trigger("palette")
    palette = desk.session.notices._palette
    assert palette is not None
    found = (each for source in palette._sources for each in source.find("", 1000))
    entries = {each.entry.text: each.entry for each in found}
    actions = desk.window.actions_
    for spec in TABLE:
        wanted = spec.in_palette and spec.id != "palette" and actions[spec.id].isEnabled()
        assert (actions[spec.id].text() in entries) == wanted, spec.id
    assert entries["Quick open"].shortcut == actions["quick-open"].shortcut().toString()
    assert entries["Say hello"].method == "GET"
    assert Path(root).is_dir()


def test_the_palette_finds_a_request_and_opens_it(desk: Desk) -> None:
    desk.open_sample()
    desk.trigger("quick-open")
    desk.type_here("sayhel")
    desk.press(Qt.Key.Key_Return)
    wait_until(lambda: desk.tab_titles == ["Say hello"], "the tab")


def test_texts_of_commands_are_plain(desk: Desk) -> None:
    assert [each for each in desk.window.findChildren(QAction) if "<" in each.text()] == []
    assert [each for each in desk.window.findChildren(QLabel) if "{" in each.text()] == []
