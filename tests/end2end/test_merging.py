"""Edits whose file was changed outside: merged, asked about, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from httpdesk.engine.merge import Choice
from httpdesk.gui.documents import Document
from httpdesk.gui.merge.merge_page import MergePage
from tests.end2end.test_outside_changes import open_watched, opened, replaced
from tests.helpers.desk import Desk, open_desk, wait_until

TEXT = """info:
  name: List # ours
  type: http
http:
  method: {method}
  url: {url}
  headers:
    - name: Accept
      value: {accept}
"""


def text(method: str = "GET", url: str = "http://h/list", accept: str = "text/plain") -> str:
    return TEXT.format(method=method, url=url, accept=accept)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "orders"
    root.mkdir()
    (root / "opencollection.yml").write_text("opencollection: '1.0.0'\ninfo:\n  name: Orders\n")
    (root / "list.yml").write_text(text())
    return root


@pytest.fixture
def edited(desk: Desk, folder: Path) -> Document:
    """A tab whose URL was edited."""
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    desk.type_url("http://h/mine")
    return document


def merge_page(desk: Desk) -> MergePage:
    wait_until(lambda: isinstance(desk.window.editors.front, MergePage), "the merge page")
    page = desk.window.editors.front
    assert isinstance(page, MergePage)
    wait_until(page.result.toPlainText, "the result")
    return page


def told(desk: Desk, words: str) -> None:
    wait_until(lambda: any(words in each for each in desk.messages()), words)


def use_message(desk: Desk, action: str) -> None:
    message = next(each for each in desk.session.notices.shown() if each.action.text() == action)
    desk.click(message.action)


def conflicting(desk: Desk, folder: Path) -> MergePage:
    replaced(folder / "list.yml", text(url="http://h/theirs", method="PUT"))
    told(desk, "Nothing was overwritten")
    use_message(desk, "Merge…")
    return merge_page(desk)


def test_changes_of_other_places_are_merged_and_can_be_undone(
    desk: Desk, folder: Path, edited: Document
) -> None:
    """quality.md row 34."""
    replaced(folder / "list.yml", text(accept="text/html"))
    told(desk, "Merged List with the changes on disk.")
    assert (edited.request.url, edited.request.headers[0].value) == ("http://h/mine", "text/html")
    assert desk.page.editor.request() == edited.request
    assert edited.edited
    use_message(desk, "Undo")
    assert edited.request.headers[0].value == "text/plain"
    desk.session.disk.changes.look_everywhere()
    desk.settle()
    assert edited.request.headers[0].value == "text/plain"
    assert (folder / "list.yml").read_text() == text(accept="text/html")


def test_a_merged_request_is_saved_with_both_changes(
    desk: Desk, folder: Path, edited: Document
) -> None:
    replaced(folder / "list.yml", text(accept="text/html"))
    told(desk, "Merged")
    desk.trigger("request.save")
    wait_until(lambda: not edited.edited, "the save")
    assert (folder / "list.yml").read_text() == text(url="http://h/mine", accept="text/html")


def test_a_save_that_meets_a_changed_file_merges_and_saves(
    desk: Desk, folder: Path, edited: Document
) -> None:
    """Before the change is seen: the save itself notices (security.md R8)."""
    (folder / "list.yml").write_text(text(accept="text/html"))
    desk.trigger("request.save")
    wait_until(lambda: not edited.edited, "the save")
    assert (folder / "list.yml").read_text() == text(url="http://h/mine", accept="text/html")


@pytest.mark.parametrize(("at", "url"), [(1, "http://h/mine"), (2, "http://h/theirs")])
def test_a_conflict_is_decided_by_the_user(
    desk: Desk, folder: Path, edited: Document, at: int, url: str
) -> None:
    page = conflicting(desk, folder)
    (card,) = page.cards
    assert card.title.text() == "URL"
    assert (card.mine.text.text(), card.theirs.text.text()) == ("http://h/mine", "http://h/theirs")
    assert not page.apply.isEnabled()
    desk.click(card.choice.button(at))
    wait_until(lambda: f"url: {url}" in page.result.toPlainText(), "the result")
    assert "method: PUT" in page.result.toPlainText()
    desk.click(page.apply)
    wait_until(lambda: desk.session.documents.front is edited, "the tab")
    assert (edited.request.url, edited.request.method) == (url, "PUT")
    assert (folder / "list.yml").read_text() == text(url="http://h/theirs", method="PUT")
    if edited.edited:
        desk.trigger("request.save")
        wait_until(lambda: not edited.edited, "the save")
    assert (folder / "list.yml").read_text() == text(url=url, method="PUT")


def test_a_conflict_is_decided_by_keyboard_alone(
    desk: Desk, folder: Path, edited: Document
) -> None:
    page = conflicting(desk, folder)
    page.begin()
    desk.press(Qt.Key.Key_Right)
    desk.press(Qt.Key.Key_Right)
    assert page.chosen == {("url",): Choice.THEIRS}
    page.apply.setFocus()
    QTest.keyClick(page.apply, Qt.Key.Key_Return)
    wait_until(lambda: desk.session.documents.front is edited, "the tab")
    assert edited.request.url == "http://h/theirs"
    assert not edited.edited


def test_later_loses_nothing_and_a_save_asks_again(
    desk: Desk, folder: Path, edited: Document
) -> None:
    page = conflicting(desk, folder)
    desk.click(page.later)
    assert desk.session.documents.front is edited
    assert (edited.request.url, edited.edited) == ("http://h/mine", True)
    desk.trigger("request.save")
    page = merge_page(desk)
    assert (folder / "list.yml").read_text() == text(url="http://h/theirs", method="PUT")
    desk.click(page.all_mine)
    desk.click(page.apply)
    wait_until(lambda: not edited.edited, "the save")
    assert (folder / "list.yml").read_text() == text(url="http://h/mine", method="PUT")


def test_one_side_can_be_kept_alone(desk: Desk, folder: Path, edited: Document) -> None:
    """security.md R8: three choices, nothing overwritten before."""
    page = conflicting(desk, folder)
    desk.click(page.whole.button(1))
    wait_until(lambda: "method: GET" in page.result.toPlainText(), "mine")
    desk.click(page.apply)
    wait_until(lambda: desk.session.documents.front is edited, "the tab")
    assert (edited.request.url, edited.request.method) == ("http://h/mine", "GET")


def test_more_changes_renew_the_page_and_keep_what_was_chosen(
    desk: Desk, folder: Path, edited: Document
) -> None:
    page = conflicting(desk, folder)
    desk.click(page.cards[0].choice.button(1))
    replaced(folder / "list.yml", text(url="http://h/theirs", accept="text/html"))
    wait_until(lambda: "text/html" in page.result.toPlainText(), "the newer file")
    assert page.chosen == {("url",): Choice.MINE}
    replaced(folder / "list.yml", text(url="http://h/others"))
    wait_until(lambda: page.cards[0].theirs.text.text() == "http://h/others", "the newest file")
    assert page.chosen == {}
    assert not page.apply.isEnabled()


def test_edits_that_are_made_meanwhile_are_shown_before_they_are_applied(
    desk: Desk, folder: Path, edited: Document
) -> None:
    page = conflicting(desk, folder)
    desk.click(page.cards[0].choice.button(1))
    desk.session.documents.activate(edited.id)
    desk.type_url("http://h/later")
    desk.session.documents.activate(f"merge:{edited.id}")
    desk.click(page.apply)
    wait_until(lambda: page.cards[0].mine.text.text() == "http://h/later", "what was typed")
    assert desk.window.editors.front is page


def test_credentials_are_hidden_on_the_page(desk: Desk, folder: Path) -> None:
    (folder / "list.yml").write_text(text().replace("Accept", "Authorization"))
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    desk.type_url("http://h/mine?token=CANARY-1")
    replaced(folder / "list.yml", text(url="http://h/theirs?token=CANARY-2"))
    told(desk, "Nothing was overwritten")
    use_message(desk, "Merge…")
    page = merge_page(desk)
    shown = [page.result.toPlainText()]
    shown += [box.text.text() for card in page.cards for box in (card.mine, card.theirs, card.base)]
    assert not any("CANARY" in each for each in shown)
    assert document.request.params[0].value == "CANARY-1"


def test_a_restored_edit_is_merged_with_what_changed_meanwhile(qtbot: QtBot, folder: Path) -> None:
    """The draft knows what the edits began from."""
    with open_desk() as desk:
        root = opened(desk, folder)
        open_watched(desk, root, "list.yml")
        desk.type_url("http://h/mine")
    (folder / "list.yml").write_text(text(accept="text/html"))
    with open_desk() as again:
        told(again, "Merged List with the changes on disk.")
        request = again.document.request
        assert (request.url, request.headers[0].value) == ("http://h/mine", "text/html")
