"""The page of a folder in the real window: edited, saved, inherited, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.levels.page import LevelPage
from httpdesk.gui.tabs import LEVEL, PageTab
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

BUSY = response(b"busy", status="503 Service Unavailable")
FOLDER = """# ours
info:
  name: Orders
  type: folder
request:
  headers:
    - name: X-Team  # who asks
      value: orders
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "Orders").mkdir(parents=True)
    (folder / "opencollection.yml").write_text("opencollection: 1.0.0\ninfo: {name: Shop}\n")
    (folder / "Orders" / "folder.yml").write_text(FOLDER)
    (folder / "Orders" / "r.yml").write_text(
        "info: {name: R, type: http}\nhttp: {method: GET, url: 'http://127.0.0.1:1/'}\n"
    )
    return folder


def opened(desk: Desk, root: Path) -> str:
    found: list[str] = []
    desk.session.workspace.collectionOpened.connect(found.append)
    desk.session.workspace.open(str(root))
    wait_until(lambda: found, "the collection")
    return found[0]


def page_of(desk: Desk, root: str, path: str = "Orders") -> LevelPage:
    """Open a folder's page as the user does, by its command on its row."""
    desk.session.collections.select(ItemKey(root, path))
    desk.trigger("folder.settings")
    page = desk.window.editors.front
    assert isinstance(page, LevelPage)
    wait_until(page.isEnabled, "the folder to be read")
    return page


def saved(page: LevelPage) -> Callable[[], bool]:
    return lambda: not page.is_edited


def front_tab(desk: Desk) -> PageTab:
    tab = desk.session.documents.front
    assert isinstance(tab, PageTab)
    return tab


def test_a_retry_policy_for_a_whole_folder(desk: Desk, root: Path) -> None:
    """storage.md: a retry policy for a whole folder; statement 60 on the wire."""
    place = opened(desk, root)
    with RawServer(answering(BUSY)) as server:
        desk.open_item(place, "Orders/r.yml")
        desk.type_url(f"http://127.0.0.1:{server.port}/")
        page = page_of(desk, place)
        page.tabs.set_current("options")
        desk.type(page.options.retries.most.line, "2")
        assert front_tab(desk).edited
        desk.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        wait_until(saved(page), "the save")
        assert not front_tab(desk).edited
        assert (root / "Orders" / "folder.yml").read_text() == FOLDER + (
            '  variables:\n    - name: httpdesk.retry.max\n      value: "2"\n'
        )
        document = desk.session.documents.all()[0]
        desk.session.documents.activate(document.id)
        wait_until(lambda: document.inherited, "the request to know it")
        desk.page.editor.pane.show_tab("options")
        options = desk.page.editor.pane.options
        wait_until(lambda: options.retries.most.text() == "2", "the inherited value")
        exchange = desk.press_send()
        assert len(exchange.attempts) == len(server.requests) == 3
        assert b"X-Team: orders\r\n" in server.requests[0]


def test_a_page_that_was_still_read_has_the_focus_afterwards(desk: Desk, root: Path) -> None:
    place = opened(desk, root)
    desk.trigger("settings")
    assert desk.window.editors.isAncestorOf(desk.window.focusWidget())
    page = page_of(desk, place)
    wait_until(lambda: page.isAncestorOf(desk.window.focusWidget()), "the focus in the page")


def test_ctrl_s_saves_the_page_in_front_wherever_the_focus_is(desk: Desk, root: Path) -> None:
    place = opened(desk, root)
    page = page_of(desk, place)
    page.tabs.set_current("notes")
    desk.type(page.notes.text, "kept")
    assert desk.window.status_line.state.text() == "Edited, not saved"
    assert desk.window.windowTitle() == "Orders - HTTPDesk"
    desk.session.collections.focus_tree()
    desk.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    wait_until(saved(page), "the save")
    assert desk.window.status_line.state.text() == "Ready"
    assert "kept" in (root / "Orders" / "folder.yml").read_text()


def test_what_is_typed_outlives_the_tab_and_the_program(qtbot: QtBot, root: Path) -> None:
    """Closing and starting again lose nothing; discarding is typing it back."""
    with open_desk() as desk:
        place = opened(desk, root)
        page = page_of(desk, place)
        page.tabs.set_current("notes")
        desk.type(page.notes.text, "Orders first")
        desk.trigger("tab.close")
        page = page_of(desk, place)
        assert page.notes.notes() == "Orders first"
        desk.type_url("http://127.0.0.1:1/in-front")
    with open_desk() as desk:
        wait_until(lambda: desk.session.workspace.collections, "the collection")
        (tab,) = desk.session.documents.pages()
        assert (tab.title, tab.edited) == ("Orders", True), "before its page is made again"
        page = page_of(desk, place)
        assert page.notes.notes() == "Orders first"
        assert front_tab(desk).edited
        desk.trigger("tab.close")
        desk.trigger("tab.reopen")
        page = desk.window.editors.front  # type: ignore[assignment]
        assert isinstance(page, LevelPage)
        wait_until(lambda: page.notes.notes() == "Orders first", "the draft")
    assert (root / "Orders" / "folder.yml").read_text() == FOLDER


def test_a_change_from_outside_is_merged_where_it_can_be(desk: Desk, root: Path) -> None:
    place = opened(desk, root)
    page = page_of(desk, place)
    page.tabs.set_current("notes")
    desk.type(page.notes.text, "mine")
    file = root / "Orders" / "folder.yml"
    file.write_text(FOLDER.replace("value: orders", "value: theirs"))
    page.save()
    wait_until(lambda: page.level().headers[0].value == "theirs", "the merge")
    assert page.notes.notes() == "mine"
    assert not page.conflict.is_open
    page.save()
    wait_until(saved(page), "the save")
    text = file.read_text()
    assert "value: theirs" in text
    assert "docs: mine" in text


def test_where_both_changed_the_same_both_are_shown_and_none_is_lost(
    desk: Desk, root: Path
) -> None:
    place = opened(desk, root)
    page = page_of(desk, place)
    page.tabs.set_current("notes")
    desk.type(page.notes.text, "mine")
    file = root / "Orders" / "folder.yml"
    file.write_text(FOLDER + "docs: theirs\n")
    page.save()
    wait_until(lambda: page.conflict.is_open, "the conflict")
    assert "notes" in page.conflict.text.text()
    assert not page.save_button.isEnabled()
    desk.click(page.conflict.buttons["look"])
    assert page.notes.notes() == "theirs"
    desk.click(page.conflict.buttons["look"])
    assert page.notes.notes() == "mine"
    assert file.read_text() == FOLDER + "docs: theirs\n"
    desk.click(page.conflict.buttons["theirs"])
    assert page.notes.notes() == "theirs"
    assert desk.messages()[-1].startswith("Took the file's version of Orders")
    page.put_back(replace(page.level(), notes="mine"))
    desk.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    wait_until(saved(page), "the save")
    assert file.read_text() == FOLDER + "docs: mine\n"


def test_a_click_on_the_origin_of_an_option_opens_the_folder(desk: Desk, root: Path) -> None:
    (root / "opencollection.yml").write_text(
        "opencollection: 1.0.0\ninfo: {name: Shop}\nrequest: {settings: {http: {timeout: 5000}}}\n"
    )
    place = opened(desk, root)
    desk.open_item(place, "Orders/r.yml")
    desk.page.editor.pane.show_tab("options")
    options = desk.page.editor.pane.options
    wait_until(lambda: options.timeout.text() == "5", "the inherited value")
    note = options._origins["timeout_ms",]
    assert note.accessibleName() == "From collection Shop"
    desk.click(note)
    tab = front_tab(desk)
    assert (tab.kind, tab.subject) == (LEVEL, f"{place}\n")
    page = desk.window.editors.front
    assert isinstance(page, LevelPage)
    wait_until(lambda: page.options.timeout.text() == "5", "the collection's own option")


def test_a_renamed_folder_keeps_its_page_and_its_edits(desk: Desk, root: Path) -> None:
    place = opened(desk, root)
    page = page_of(desk, place)
    page.tabs.set_current("notes")
    desk.type(page.notes.text, "mine")
    desk.session.workspace.rename(ItemKey(place, "Orders"), "Sales")
    wait_until(
        lambda: [tab.subject for tab in desk.session.documents.pages()] == [f"{place}\nSales"],
        "the page under its new path",
    )
    now = desk.window.editors.front
    assert isinstance(now, LevelPage)
    wait_until(lambda: now.notes.notes() == "mine", "what was typed")
    assert now.name.text() == "Sales"


def test_notes_with_any_line_ends_are_no_edit(desk: Desk, root: Path) -> None:
    """An unedited page is not edited, whatever the text of its notes is made of."""
    notes = "a\\r\\nb\\u00a0c\\u2028d"
    (root / "Orders" / "folder.yml").write_text(FOLDER + f'docs: "{notes}"\n')
    page = page_of(desk, opened(desk, root))
    assert page.level().notes == "a\r\nb\u00a0c\u2028d"
    assert not page.is_edited


def test_a_deleted_folder_takes_its_page_along_until_it_is_back(desk: Desk, root: Path) -> None:
    place = opened(desk, root)
    page = page_of(desk, place)
    page.tabs.set_current("notes")
    desk.type(page.notes.text, "mine")
    tickets: list[str] = []
    desk.session.workspace.itemDeleted.connect(lambda _key, _name, ticket: tickets.append(ticket))
    desk.session.workspace.delete(ItemKey(place, "Orders"))
    wait_until(lambda: tickets and not desk.session.documents.pages(), "the page to close")
    back: list[str] = []
    desk.session.workspace.undo_delete(place, tickets[0], back.append)
    wait_until(lambda: back, "the folder")
    assert page_of(desk, place).notes.notes() == "mine"


def test_what_was_typed_is_merged_with_a_file_that_changed_meanwhile(
    qtbot: QtBot, root: Path
) -> None:
    """The program was closed while somebody else changed the file."""
    with open_desk() as desk:
        place = opened(desk, root)
        page = page_of(desk, place)
        page.tabs.set_current("notes")
        desk.type(page.notes.text, "mine")
    (root / "Orders" / "folder.yml").write_text(FOLDER.replace("value: orders", "value: theirs"))
    with open_desk() as desk:
        wait_until(lambda: desk.session.workspace.collections, "the collection")
        page = page_of(desk, place)
        assert page.notes.notes() == "mine"
        assert page.level().headers[0].value == "theirs"
        assert not page.conflict.is_open


def test_a_broken_file_is_told_and_shown_once_it_is_mended(desk: Desk, root: Path) -> None:
    file = root / "Orders" / "folder.yml"
    file.write_text("info: [")
    place = opened(desk, root)
    desk.session.collections.select(ItemKey(place, "Orders"))
    desk.trigger("folder.settings")
    page = desk.window.editors.front
    assert isinstance(page, LevelPage)
    wait_until(desk.messages, "the reason")
    assert not page.isEnabled()
    file.write_text(FOLDER)
    desk.session.levels.look(place)
    wait_until(page.isEnabled, "the folder to be read")
    assert page.level().headers[0].name == "X-Team"
    assert file.read_text() == FOLDER
