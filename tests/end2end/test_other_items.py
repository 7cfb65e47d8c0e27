"""Items that cannot be sent are shown, kept and moved about like all others (storage.md)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.items.page import ItemPage
from tests.helpers.desk import Desk, wait_until

GARDEN = Path(__file__).parents[1] / "data" / "collections" / "garden"
SCRIPT = "type: script\nscript: |\n  // <img src=file://red>\n  bru.setVar('a', 1)\n"
APP = "info:\n  name: Board\n  type: app\n  seq: 9\ncode: <b>hi</b>\n"


@pytest.fixture
def root(tmp_path: Path, desk: Desk) -> str:
    """Return the folder of an open collection with an item of every kind."""
    folder = tmp_path / "garden"
    shutil.copytree(GARDEN, folder)
    (folder / "Helper.yml").write_text(SCRIPT)
    (folder / "Board.yml").write_text(APP)
    desk.session.workspace.open(str(folder))
    wait_until(lambda: desk.session.workspace.collection(str(folder)), "the collection")
    return str(folder)


def press(desk: Desk, root: str, path: str) -> ItemPage:
    """Open an item by Enter on its row, and return its page once the file was read."""
    panel = desk.session.collections
    panel.select(ItemKey(root, path))
    panel.focus_tree()
    desk.press(Qt.Key.Key_Return)
    page = desk.window.editors.front
    assert isinstance(page, ItemPage)
    wait_until(page.text.toPlainText, "the text of the file")
    return page


KINDS = {
    "Call.yml": ("Call", "gRPC", "grpc"),
    "Socket.yml": ("Socket", "WebSocket", "ws"),
    "Helper.yml": ("Helper", "Script", ""),
    "Board.yml": ("Board", "App", ""),
}


@pytest.mark.parametrize("path", KINDS)
def test_each_kind_has_a_page(desk: Desk, root: str, path: str) -> None:
    name, kind, url = KINDS[path]
    page = press(desk, root, path)
    assert page.name.text() == name
    assert page.kind.text().startswith(kind)
    assert page.url.text().startswith(url)
    assert page.text.toPlainText() == Path(root, path).read_text()
    assert page.text.isReadOnly()
    assert desk.tab_titles == [name]
    assert desk.messages() == []


def test_another_program_opens_the_file(
    desk: Desk, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    page = press(desk, root, "Call.yml")
    desk.click(page.open_button)
    assert [os.path.normpath(each) for each in opened] == [str(Path(root, "Call.yml"))]


def test_the_page_follows_its_file(desk: Desk, root: str) -> None:
    page = press(desk, root, "Call.yml")
    before = Path(root, "Call.yml").read_bytes()
    workspace = desk.session.workspace
    workspace.rename(ItemKey(root, "Call.yml"), "Ask")
    wait_until(lambda: desk.tab_titles == ["Ask"], "the tab of the renamed item")
    assert Path(root, "Ask.yml").read_bytes() == before.replace(b"name: Call", b"name: Ask")
    workspace.move(ItemKey(root, "Ask.yml"), "Plants", None)
    wait_until(lambda: Path(root, "Plants", "Ask.yml").exists(), "the moved file")
    wait_until(
        lambda: desk.window.editors.front is not page and desk.tab_titles == ["Ask"], "its page"
    )
    workspace.duplicate(ItemKey(root, "Plants/Ask.yml"))
    wait_until(lambda: Path(root, "Plants", "Ask copy.yml").exists(), "the copy")
    workspace.delete(ItemKey(root, "Plants/Ask.yml"))
    wait_until(lambda: desk.tab_titles == [], "the tab to close")
    assert not Path(root, "Plants", "Ask.yml").exists()


def test_the_page_comes_back_with_the_window(desk: Desk, root: str) -> None:
    press(desk, root, "Socket.yml")
    subject = desk.session.documents.pages()[0].subject
    desk.session.documents.close(desk.session.documents.pages()[0].id)
    desk.session.documents.reopen()
    assert desk.session.documents.pages()[0].subject == subject
    page = desk.window.editors.front
    assert isinstance(page, ItemPage)
    wait_until(lambda: page.name.text() == "Socket", "the page")


def test_the_filter_finds_a_tag(desk: Desk, root: str) -> None:
    desk.session.collections.filter.setText("tag:smoke")
    assert [line.strip() for line in desk.tree()] == ["Garden", "Plants & co", "List"]
    index = desk.session.collections.model.index_of(ItemKey(root, "Plants/List.yml"))
    assert "Tags: read, smoke" in index.data(Qt.ItemDataRole.ToolTipRole)
