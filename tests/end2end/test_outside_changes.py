"""Files that change outside show in the window by themselves, and nothing typed is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from httpdesk.adapters import atomic
from httpdesk.gui.documents import Document
from httpdesk.gui.folder_watch import FolderWatch
from tests.helpers.desk import Desk, wait_until

SEEN_WITHIN_MS = 2_000
"""quality.md row 35."""
ROOT_FILE = "opencollection: '1.0.0'\ninfo:\n  name: Orders\n"


def request_text(name: str, url: str, method: str = "GET") -> str:
    return f"info:\n  name: {name}\n  type: http\nhttp:\n  method: {method}\n  url: {url}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "orders"
    (root / "items").mkdir(parents=True)
    (root / "opencollection.yml").write_text(ROOT_FILE)
    (root / "list.yml").write_text(request_text("List", "http://h/list"))
    (root / "items" / "one.yml").write_text(request_text("One", "http://h/one"))
    return root


def opened(desk: Desk, root: Path) -> str:
    found: list[str] = []
    desk.session.workspace.collectionOpened.connect(found.append)
    watched: list[bool] = []
    desk.session.disk.changes.watch.complete.connect(lambda: watched.append(True))
    desk.session.workspace.open(str(root))
    wait_until(lambda: found and watched, "the collection")
    return found[0]


def open_watched(desk: Desk, root: str, path: str) -> Document:
    desk.open_item(root, path)
    files = desk.session.disk.changes.watch
    wait_until(lambda: f"{root}/{path}" in files.watched(), "the file to be watched")
    return desk.document


def seen(fact: Callable[[], object], what: str) -> None:
    wait_until(fact, what)


def shows(document: Document, url: str) -> bool:
    return document.request.url == url


def replaced(file: Path, text: str) -> None:
    """Change a file as git and most editors do."""
    beside = file.with_name(".other-program")
    beside.write_text(text)
    os.replace(beside, file)


def test_only_the_folder_that_changed_is_read_again(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P9: in a collection of ten thousand requests that is one file instead of all."""
    root = opened(desk, folder)
    read: list[str] = []
    real = atomic.read_file

    def recording(place: Path, most: int) -> bytes:
        read.append(os.path.basename(place))
        return real(place, most)

    monkeypatch.setattr(atomic, "read_file", recording)

    def names() -> list[str]:
        collection = desk.session.workspace.collection(root)
        return [item.name for item in collection.walk()] if collection is not None else []

    replaced(folder / "items/one.yml", request_text("Uno", "http://h/uno"))
    seen(lambda: names() == ["items", "Uno", "List"], "the new name")
    assert "one.yml" in read
    assert "list.yml" not in read
    replaced(folder / "list.yml", request_text("Liste", "http://h/liste"))
    seen(lambda: names() == ["items", "Uno", "Liste"], "the other name")
    assert "list.yml" in read


def test_a_file_replaced_outside_shows_in_its_tab(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    document = open_watched(desk, root, "items/one.yml")
    replaced(folder / "items/one.yml", request_text("Uno", "http://h/uno"))
    seen(lambda: document.request.url == "http://h/uno", "the new URL")
    assert desk.page.editor.request().url == "http://h/uno"
    assert not document.edited
    seen(lambda: "    Uno" in desk.tree(), "the new name in the tree")


def test_a_file_written_in_place_shows_in_its_tab(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    document = open_watched(desk, root, "items/one.yml")
    for count in range(3):
        (folder / "items/one.yml").write_text(request_text("One", f"http://h/{count}"))
        url = f"http://h/{count}"
        seen(partial(shows, document, url), "the new URL")


def test_new_files_and_folders_show_in_the_tree(desk: Desk, folder: Path) -> None:
    opened(desk, folder)
    (folder / "later" / "deep").mkdir(parents=True)
    (folder / "later" / "deep" / "two.yml").write_text(request_text("Two", "http://h/2"))
    seen(lambda: "      Two" in desk.tree(), "the new request")
    wait_until(
        lambda: f"{folder}/later/deep" in desk.session.disk.changes.watch.watched(), "the watch"
    )
    (folder / "later" / "deep" / "three.yml").write_text(request_text("Three", "http://h/3"))
    seen(lambda: "      Three" in desk.tree(), "one more in the new folder")


def test_a_deleted_file_leaves_its_tab_and_is_told_once(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    document = open_watched(desk, root, "items/one.yml")
    shutil.rmtree(folder / "items")
    seen(lambda: document.path is None, "the tab without a file")
    assert (document.request.url, document.edited) == ("http://h/one", True)
    assert desk.messages() == ["The file of One was deleted outside HTTPDesk. Its tab keeps it."]
    desk.session.disk.changes.look_everywhere()
    desk.settle()
    assert len(desk.messages()) == 1


def test_a_deleted_file_that_comes_back_is_the_tabs_file_again(desk: Desk, folder: Path) -> None:
    """quality.md row 34: a branch without the folder, and back."""
    root = opened(desk, folder)
    document = open_watched(desk, root, "items/one.yml")
    kept = folder.with_name("kept")
    shutil.move(folder / "items", kept)
    seen(lambda: document.path is None, "the tab without a file")
    shutil.move(kept, folder / "items")
    seen(lambda: document.path == "items/one.yml", "the file again")
    assert not document.edited


def test_what_is_typed_survives_a_change_of_the_file(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    desk.type_url("http://h/typed")
    replaced(folder / "list.yml", request_text("List", "http://h/theirs"))
    done: list[bool] = []
    desk.session.disk.changes.changed.connect(lambda *_: done.append(True))
    wait_until(lambda: done, "the look")
    assert document.request.url == "http://h/typed"
    assert (folder / "list.yml").read_text() == request_text("List", "http://h/theirs")


def test_an_own_save_is_looked_at_once_and_no_more(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    desk.type_url("http://h/typed")
    looks: list[str] = []
    desk.session.disk.changes.changed.connect(lambda root, _: looks.append(root))
    desk.trigger("request.save")
    wait_until(lambda: not document.edited and looks, "the save, and the look after it")
    looks.clear()
    for _ in range(4):
        desk.settle()
    assert len(looks) <= 1
    assert document.request.url == "http://h/typed"


def test_half_written_files_are_waited_for(desk: Desk, folder: Path) -> None:
    """security.md R8: an empty or broken file never replaces the open one."""
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    (folder / "list.yml").write_text("")
    done: list[bool] = []
    desk.session.disk.changes.changed.connect(lambda *_: done.append(True))
    wait_until(lambda: done, "the look")
    assert document.request.url == "http://h/list"
    assert desk.messages() == []
    (folder / "list.yml").write_text(request_text("List", "http://h/whole"))
    seen(lambda: document.request.url == "http://h/whole", "the whole file")
    desk.settle()
    assert desk.messages() == []


def test_a_file_that_stays_broken_is_told_once(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    replaced(folder / "list.yml", "info: [")
    seen(desk.messages, "the words")
    assert desk.messages()[0].startswith("Can't understand this file")
    assert document.request.url == "http://h/list"
    assert document.path == "list.yml"


def test_a_closed_tab_comes_back_as_its_file_is_now(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    desk.trigger("tab.close")
    replaced(folder / "list.yml", request_text("List", "http://h/meanwhile"))
    desk.trigger("tab.reopen")
    seen(lambda: document.request.url == "http://h/meanwhile", "the new URL")


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "core.autocrlf=false")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def test_a_branch_switch_is_seen_within_two_seconds(desk: Desk, folder: Path) -> None:
    """quality.md rows 34 and 35."""
    git(folder, "init", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one")
    git(folder, "checkout", "-b", "other")
    (folder / "list.yml").write_text(request_text("Listed", "http://h/other"))
    shutil.rmtree(folder / "items")
    git(folder, "commit", "-am", "two")
    git(folder, "checkout", "main")
    root = opened(desk, folder)
    one = open_watched(desk, root, "items/one.yml")
    document = open_watched(desk, root, "list.yml")
    desk.session.documents.pin(document)
    git(folder, "checkout", "other")
    began = time.monotonic()
    seen(lambda: document.request.url == "http://h/other", "the other branch")
    seen(lambda: one.path is None or one not in desk.session.documents.all(), "the lost file")
    assert time.monotonic() - began < SEEN_WITHIN_MS / 1000
    assert desk.tree() == ["Orders", "  Listed"]
    git(folder, "checkout", "main")
    seen(lambda: document.request.url == "http://h/list", "the first branch")
    seen(lambda: desk.tree() == ["Orders", "  items", "    One", "  List"], "the tree")


def test_a_folder_in_place_of_a_file_takes_nothing_from_the_tab(desk: Desk, folder: Path) -> None:
    """quality.md row 34."""
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    (folder / "list.yml").unlink()
    (folder / "list.yml").mkdir()
    seen(lambda: document.path is None, "the tab without a file")
    assert document.request.url == "http://h/list"
    assert (folder / "list.yml").is_dir()


def test_the_collections_folder_may_go_and_come_back(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    away = folder.with_name("away")
    folder.rename(away)
    seen(lambda: desk.tree() == ["Orders"], "the empty tree")
    seen(lambda: document.path is None, "the tab without a file")
    away.rename(folder)
    seen(lambda: desk.tree() == ["Orders", "  items", "    One", "  List"], "the tree")
    assert document.path == "list.yml"


def test_line_ends_of_windows_change_nothing_that_is_shown(desk: Desk, folder: Path) -> None:
    """quality.md row 34: a checkout with other line ends; a save keeps them."""
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    digest = document.digest
    text = request_text("List", "http://h/list").replace("\n", "\r\n")
    replaced(folder / "list.yml", text)
    seen(lambda: document.digest != digest, "the other digest")
    assert not document.edited
    desk.type_url("http://h/typed")
    desk.trigger("request.save")
    wait_until(lambda: not document.edited, "the save")
    assert (folder / "list.yml").read_bytes().decode() == text.replace("h/list", "h/typed")


def test_names_that_differ_in_case_only_stay_two_files(desk: Desk, folder: Path) -> None:
    """quality.md row 34: a case clash, where the file system knows both names."""
    root = opened(desk, folder)
    document = open_watched(desk, root, "list.yml")
    (folder / "List.yml").write_text(request_text("List 2", "http://h/other"))
    seen(lambda: "  List 2" in desk.tree(), "the second file")
    desk.type_url("http://h/typed")
    desk.trigger("request.save")
    wait_until(lambda: not document.edited, "the save")
    assert (folder / "List.yml").read_text() == request_text("List 2", "http://h/other")
    assert (folder / "list.yml").read_text() == request_text("List", "http://h/typed")


def test_what_folders_hand_down_is_seen_in_an_open_tab(desk: Desk, folder: Path) -> None:
    (folder / "items" / "folder.yml").write_text("info:\n  name: items\n  type: folder\n")
    root = opened(desk, folder)
    document = open_watched(desk, root, "items/one.yml")
    with (folder / "items" / "folder.yml").open("a") as file:
        file.write("request:\n  headers:\n    - name: X-Folder\n      value: on\n")

    def headers() -> list[tuple[str, str]]:
        return [pair for _, defaults in document.inherited for pair in defaults.headers]

    seen(lambda: ("X-Folder", "on") in headers(), "the header of the folder")


def test_environments_and_connections_are_read_again(desk: Desk, folder: Path) -> None:
    root = opened(desk, folder)
    (folder / "environments").mkdir()
    (folder / "environments" / "Local.yml").write_text("name: Local\nvariables: []\n")
    catalog = desk.session.environment_catalog

    def names() -> list[str]:
        return [each.environment.name for each in catalog.of(root)]

    seen(lambda: names() == ["Local"], "the environment")
    place = f"{root}/environments/Local.yml"
    wait_until(lambda: place in desk.session.disk.changes.watch.watched(), "the watch")
    (folder / "environments" / "Local.yml").write_text("name: Here\nvariables: []\n")
    seen(lambda: names() == ["Here"], "the other name")
    (folder / "connections").mkdir()
    connection = "info:\n  name: Shop\n  type: connection\nauth:\n  type: none\n"
    wait_until(
        lambda: f"{root}/connections" in desk.session.disk.changes.watch.watched(), "the watch"
    )
    (folder / "connections" / "shop.yaml").write_text(connection)
    seen(desk.session.connections.entries, "the connection")


def test_many_folders_are_watched_in_small_portions(desk: Desk, tmp_path: Path) -> None:
    """P9's collection: no portion keeps the window from painting."""
    folders = [tmp_path / f"f{number}" for number in range(1_000)]
    for each in folders:
        each.mkdir()
    watch = FolderWatch(desk.window)
    turns: list[float] = []
    watch.stepped.connect(turns.append)
    done: list[bool] = []
    watch.complete.connect(lambda: done.append(True))
    watch.watch(str(each) for each in folders)
    wait_until(lambda: done, "the watch")
    assert len(turns) >= 10
    assert sorted(turns)[-2] < 0.010
    changed: list[frozenset[str]] = []
    watch.changed.connect(changed.append)
    (folders[777] / "new").touch()
    wait_until(lambda: changed, "the change")
    assert changed == [frozenset([str(folders[777])])]


def test_nothing_runs_while_nothing_changes(desk: Desk, folder: Path) -> None:
    """P14: no timer of the watch is under way."""
    opened(desk, folder)
    desk.settle()
    desk.settle()
    changes = desk.session.disk.changes
    assert not changes.waits
    assert not changes.watch.waits
