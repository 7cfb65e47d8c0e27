"""Requests and folders are dragged to another place in the tree (ui.md; storage.md)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.model.request import Request
from tests.helpers.desk import Desk, wait_until


@pytest.fixture
def root(tmp_path: Path, desk: Desk) -> str:
    """Return the folder of an open collection with a few requests in two levels."""
    store, folder = CollectionFiles(tmp_path / "own"), str(tmp_path / "trees")
    store.create(folder, "Trees")
    store.create(str(tmp_path / "other"), "Other")
    for name in ("One", "Two", "Three"):
        store.add(folder, "", Request(name=name, url="http://h/"))
    store.add_folder(folder, "", "Outer")
    store.add_folder(folder, "Outer", "Inner")
    store.add(folder, "Outer/Inner", Request(name="Deep", url="http://h/"))
    for each in (folder, str(tmp_path / "other")):
        desk.session.workspace.open(each)
        wait_until(lambda root=each: desk.session.workspace.collection(root), "the collection")  # type: ignore[misc]
    desk.session.collections.tree.expandAll()
    desk.settle()
    return folder


def drop(desk: Desk, key: ItemKey, onto: ItemKey, row: int = -1) -> None:
    """Let a row go over another one, or between its children in front of the one in `row`.

    Without a screen Qt drags nothing, so this begins with what the view hands to the model.
    """
    model, move = desk.session.collections.model, Qt.DropAction.MoveAction
    data, target = model.mimeData([model.index_of(key)]), model.index_of(onto)
    assert model.canDropMimeData(data, move, row, 0, target)
    model.dropMimeData(data, move, row, 0, target)


def test_before_a_sibling_into_a_folder_and_out_of_it(desk: Desk, root: str) -> None:
    drop(desk, ItemKey(root, "Three.yml"), ItemKey(root), 1)
    wait_until(lambda: [x.strip() for x in desk.tree()][-4:-1] == ["Three", "One", "Two"], "order")
    drop(desk, ItemKey(root, "Two.yml"), ItemKey(root, "Outer/Inner"))
    wait_until(lambda: Path(root, "Outer", "Inner", "Two.yml").exists(), "the moved file")
    drop(desk, ItemKey(root, "Outer/Inner"), ItemKey(root))
    wait_until(lambda: Path(root, "Inner", "Deep.yml").exists(), "the moved folder")
    assert not Path(root, "Outer", "Inner").exists()


def test_the_drop_is_where_bruno_reads_the_same_order(desk: Desk, root: str) -> None:
    before = {path.name: path.read_text() for path in Path(root).glob("*.yml")}
    drop(desk, ItemKey(root, "Three.yml"), ItemKey(root), 2)
    wait_until(lambda: [x.strip() for x in desk.tree()][-4:-1] == ["One", "Three", "Two"], "order")
    changed = [name for name, text in before.items() if Path(root, name).read_text() != text]
    assert changed == ["Three.yml"]


def test_to_another_collection_a_request_is_copied(desk: Desk, root: str) -> None:
    other = str(Path(root).parent / "other")
    drop(desk, ItemKey(root, "One.yml"), ItemKey(other))
    wait_until(lambda: Path(other, "One.yml").exists(), "the copy")
    assert Path(root, "One.yml").exists()
    drop(desk, ItemKey(root, "Outer"), ItemKey(other))
    wait_until(lambda: any("Only requests" in each for each in desk.messages()), "the words")
    assert not Path(other, "Outer").exists()
