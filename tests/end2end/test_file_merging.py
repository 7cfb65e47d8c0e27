"""A file that git left with conflict markers is merged in the window."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu

from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.merge.merge_page import MergePage
from tests.end2end.test_merging import merge_page, text
from tests.end2end.test_outside_changes import git, opened
from tests.helpers.desk import Desk, wait_until

CONFLICT = 1


@pytest.fixture
def pulled(tmp_path: Path) -> Path:
    """A clone in the middle of a pull that conflicts in `list.yml`."""
    origin, clone = tmp_path / "origin", tmp_path / "orders"
    origin.mkdir()
    (origin / "opencollection.yml").write_text("opencollection: '1.0.0'\ninfo:\n  name: Orders\n")
    (origin / "list.yml").write_text(text())
    git(origin, "init", "-b", "main")
    git(origin, "add", ".")
    git(origin, "commit", "-m", "one")
    git(tmp_path, "clone", "origin", "orders")
    (origin / "list.yml").write_text(text(url="http://h/theirs", method="PUT"))
    git(origin, "commit", "-am", "theirs")
    (clone / "list.yml").write_text(text(url="http://h/mine", accept="text/html"))
    git(clone, "commit", "-am", "mine")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        git(clone, "pull", "--no-rebase")
    assert caught.value.returncode == CONFLICT
    assert "<<<<<<<" in (clone / "list.yml").read_text()
    return clone


def said(folder: Path, *words: str) -> str:
    found = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    return found.stdout.decode()


def open_conflict(desk: Desk, root: str) -> MergePage:
    desk.session.collections.select(ItemKey(root, "list.yml"))
    desk.session.collections.focus_tree()
    desk.press(Qt.Key.Key_Return)
    return merge_page(desk)


def test_a_pulled_conflict_is_merged_in_the_window(desk: Desk, pulled: Path) -> None:
    """Issue 6: pull a conflicting change with git and merge it in the window."""
    root = opened(desk, pulled)
    index = desk.session.collections.model.index_of(ItemKey(root, "list.yml"))
    assert "merge conflict" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    page = open_conflict(desk, root)
    assert "Mine is HEAD" in page.words.text()
    assert "URL" in [card.title.text() for card in page.cards]
    before = (pulled / "list.yml").read_bytes()
    desk.click(page.all_mine)
    method = next(card for card in page.cards if card.title.text() == "Method")
    desk.click(method.choice.button(2))
    wait_until(lambda: "method: PUT" in page.result.toPlainText(), "the result")
    assert (pulled / "list.yml").read_bytes() == before
    desk.click(page.apply)
    wait_until(lambda: desk.session.documents.current is not None, "the request in a tab")
    merged = text(url="http://h/mine", method="PUT", accept="text/html")
    assert (pulled / "list.yml").read_text() == merged
    assert (desk.document.request.url, desk.document.edited) == ("http://h/mine", False)
    assert desk.tree() == ["Orders", "  List"]
    assert said(pulled, "status", "--porcelain") == "UU list.yml\n"
    git(pulled, "commit", "-am", "merged")
    assert said(pulled, "status", "--porcelain") == ""
    changed = [
        line
        for line in said(pulled, "diff", "HEAD^1", "-U0").splitlines()
        if line[:2] in ("- ", "+ ")
    ]
    assert changed == ["-  method: GET", "+  method: PUT"]


def test_a_file_that_changes_meanwhile_is_shown_anew(desk: Desk, pulled: Path) -> None:
    root = opened(desk, pulled)
    page = open_conflict(desk, root)
    desk.click(page.all_theirs)
    newer = (pulled / "list.yml").read_text().replace("h/theirs", "h/newer")
    (pulled / "list.yml").write_text(newer)
    desk.click(page.apply)
    wait_until(
        lambda: any("h/newer" in card.theirs.text.text() for card in page.cards), "the newer file"
    )
    assert (pulled / "list.yml").read_text() == newer


def test_later_leaves_the_file_as_it_is(desk: Desk, pulled: Path) -> None:
    root = opened(desk, pulled)
    before = (pulled / "list.yml").read_bytes()
    page = open_conflict(desk, root)
    desk.click(page.later)
    assert desk.session.documents.front is None
    assert (pulled / "list.yml").read_bytes() == before


def test_a_side_that_cannot_be_read_is_told_and_opens_in_the_editor(
    desk: Desk, pulled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls: list[str] = []

    def note(url: QUrl) -> bool:
        urls.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    broken = "<<<<<<< HEAD\ninfo: [\n=======\ninfo: ]\n>>>>>>> other\n"
    (pulled / "list.yml").write_text(broken)
    root = opened(desk, pulled)
    desk.session.collections.select(ItemKey(root, "list.yml"))
    desk.session.collections.focus_tree()
    desk.press(Qt.Key.Key_Return)
    wait_until(desk.messages, "the words")
    assert desk.messages()[0].startswith("list.yml has an unfinished merge")
    desk.click(desk.session.notices.shown()[0].action)
    assert urls == [f"{pulled}/list.yml"]
    assert (pulled / "list.yml").read_text() == broken


def test_the_menu_of_the_row_offers_the_merge(desk: Desk, pulled: Path) -> None:
    root = opened(desk, pulled)
    desk.session.collections.select(ItemKey(root, "list.yml"))
    menu = QMenu(desk.window)
    desk.session.file_merging.add_to(menu)
    words = [action.text() for action in menu.actions()]
    assert words == ["Merge…", "Open in an editor", ""]
    menu.actions()[0].trigger()
    merge_page(desk)


def test_an_open_tab_keeps_its_edits_while_its_file_is_in_conflict(
    desk: Desk, pulled: Path
) -> None:
    conflict = (pulled / "list.yml").read_text()
    (pulled / "list.yml").write_text(text(url="http://h/mine"))
    root = opened(desk, pulled)
    desk.open_item(root, "list.yml")
    document = desk.document
    desk.type_url("http://h/typed")
    (pulled / "list.yml").write_text(conflict)
    wait_until(desk.messages, "the words")
    assert "unfinished merge" in desk.messages()[0]
    assert document.request.url == "http://h/typed"
    desk.trigger("request.save")
    desk.settle()
    assert (pulled / "list.yml").read_text() == conflict
    assert document.request.url == "http://h/typed"
