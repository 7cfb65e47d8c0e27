"""The versions of a request: kept at each save and Discard, compared, brought back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.versions.page import VersionsPage
from tests.helpers.desk import Desk, open_desk, wait_until

HELLO = "first-steps/say-hello.yml"


def versions_page(desk: Desk) -> VersionsPage:
    page = desk.window.editors.front
    assert isinstance(page, VersionsPage)
    return page


def shown(desk: Desk) -> list[list[str]]:
    """Return the list of versions as it is read."""
    model = versions_page(desk).versions
    return [[str(model.index(row, 1).data())] for row in range(model.rowCount())]


def changed_lines(desk: Desk) -> list[tuple[str, str]]:
    model = versions_page(desk)._lines
    rows = [model.texts(row) for row in range(model.rowCount())]
    return [(before, after) for _, before, _, after in rows if before != after and after]


def save(desk: Desk, url: str) -> None:
    documents = desk.session.documents
    documents.edit(desk.document, replace(desk.document.request, url=url))
    desk.trigger("request.save")
    wait_until(lambda: not desk.document.edited, "the save")


def opened(desk: Desk) -> str:
    root = desk.open_sample()
    desk.open_item(root, HELLO)
    return root


def test_each_save_keeps_what_the_file_held_before(desk: Desk) -> None:
    root = opened(desk)
    first = desk.document.request.url
    save(desk, "http://127.0.0.1:1/second")
    save(desk, "http://127.0.0.1:1/third")
    desk.trigger("request.versions")
    wait_until(lambda: len(shown(desk)) == 2, "two versions")
    assert shown(desk) == [["saved over"], ["saved over"]]
    page = versions_page(desk)
    wait_until(lambda: page.stack.currentWidget() is page.lines, "what differs")
    assert changed_lines(desk) == [
        ("  url: http://127.0.0.1:1/second", "  url: http://127.0.0.1:1/third")
    ]
    page.list.selectRow(1)
    wait_until(lambda: first in str(changed_lines(desk)), "the other version")
    assert page.count.text() == "1 line differs"
    desk.click(page.restore_button)
    assert desk.document.path == HELLO
    assert desk.document.request.url == first
    assert desk.document.edited
    assert "third" in (Path(root) / HELLO).read_text()
    desk.trigger("edit.undo")
    assert desk.document.request.url == "http://127.0.0.1:1/third"


def test_what_is_discarded_is_a_version_also_after_a_restart(qtbot: QtBot) -> None:
    with open_desk() as desk:
        opened(desk)
        documents = desk.session.documents
        typed = replace(desk.document.request, url="http://127.0.0.1:1/typed")
        documents.edit(desk.document, typed)
        desk.trigger("draft.discard")
    with open_desk() as desk:
        desk.trigger("request.versions")
        wait_until(lambda: shown(desk) == [["discarded"]], "the version")
        desk.click(versions_page(desk).restore_button)
        assert desk.document.request.url == "http://127.0.0.1:1/typed"


def test_versions_of_a_request_that_was_never_saved_go_with_it_into_its_file(desk: Desk) -> None:
    desk.type_url("http://127.0.0.1:1/first")
    desk.trigger("draft.discard")
    desk.type_url("http://127.0.0.1:1/second")
    desk.save_as("Kept")
    desk.trigger("request.versions")
    wait_until(lambda: shown(desk) == [["discarded"]], "the version")
    assert desk.tab_titles[-1] == "Versions of Kept"


def test_versions_follow_a_renamed_request_and_open_from_the_tree(desk: Desk) -> None:
    root = opened(desk)
    save(desk, "http://127.0.0.1:1/second")
    desk.session.workspace.rename(ItemKey(root, HELLO), "Another name")
    wait_until(lambda: desk.document.path != HELLO, "the new place")
    desk.trigger("tab.close")
    panel = desk.session.collections
    panel.select(ItemKey(root, "first-steps/another-name.yml"))
    panel.select(ItemKey(root, "first-steps/Another name.yml"))
    desk.trigger("item.versions")
    wait_until(lambda: shown(desk) == [["saved over"]], "the version")
    page = versions_page(desk)
    wait_until(lambda: page.stack.currentWidget() is page.lines, "what differs from the file")
    desk.click(page.restore_button)
    wait_until(lambda: desk.session.documents.current is not None, "the request in a tab")
    assert desk.document.edited


SECRET = "canary-of-the-file"
WITH_SECRET = f"""info:
  name: Guarded
  type: http
http:
  method: GET
  url: http://127.0.0.1:1/first
  auth:
    type: basic
    username: someone
    password: {SECRET}
"""


def test_secrets_of_a_file_are_in_no_version_and_no_step(
    qtbot: QtBot, tmp_path: Path, httpdesk_home: Path
) -> None:
    """They stay in their file, and in the tab that a version is restored into."""
    root = tmp_path / "orders"
    root.mkdir()
    (root / "opencollection.yml").write_text("opencollection: '1.0.0'\ninfo:\n  name: Orders\n")
    (root / "guarded.yml").write_text(WITH_SECRET)
    with open_desk() as desk:
        desk.session.workspace.open(str(root))
        wait_until(lambda: len(desk.tree()) == 2, "the collection")
        desk.open_item(str(root), "guarded.yml")
        save(desk, "http://127.0.0.1:1/second")
        typed = replace(desk.document.request, url="http://127.0.0.1:1/typed")
        desk.session.documents.edit(desk.document, typed)
        desk.trigger("draft.discard")
        desk.trigger("request.versions")
        wait_until(lambda: len(shown(desk)) == 2, "the versions")
        versions_page(desk).list.selectRow(1)
        desk.click(versions_page(desk).restore_button)
        assert desk.document.request.url == "http://127.0.0.1:1/first"
        assert SECRET in str(getattr(desk.document.request.auth, "secrets", ()))
    kept = [each for each in (httpdesk_home / "data").rglob("*") if each.is_file()]
    assert kept
    assert SECRET.encode() not in b"".join(each.read_bytes() for each in kept)


def test_the_menu_of_a_tab_leads_to_its_versions(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.type_url("http://127.0.0.1:1/")
    desk.settle()
    shown_menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _: shown_menus.append(menu))
    bar = desk.window.editors.tabs.bar
    reason = QContextMenuEvent.Reason.Keyboard
    place = bar.rect().center()
    QApplication.sendEvent(bar, QContextMenuEvent(reason, place, bar.mapToGlobal(place)))
    (menu,) = shown_menus
    next(each for each in menu.actions() if each.text() == "Version history").trigger()
    assert versions_page(desk).message.isVisibleTo(desk.window)


def test_a_page_without_versions_says_when_there_will_be_some(desk: Desk) -> None:
    desk.type_url("http://127.0.0.1:1/")
    desk.trigger("request.versions")
    desk.settle()
    page = versions_page(desk)
    assert page.message.text.text().startswith("No version yet")
    assert not page.restore_button.isEnabled()
