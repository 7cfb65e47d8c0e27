"""Trees of large collections: a glance, and what one change makes of the tree."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters import atomic, collection_tree, collection_trees
from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.engine.cancel import CancelToken
from httpdesk.formats import opencollection
from httpdesk.model.collection import ItemKind
from httpdesk.model.request import Request

PING = Request("Ping", method="POST", url="https://example.test/ping")


@pytest.fixture
def root(tmp_path: Path) -> str:
    """A collection of twelve requests in three folders, settled on disk."""
    folder = tmp_path / "garden"
    CollectionFiles(tmp_path / "data").create(str(folder), "Garden")
    for number in range(12):
        below = folder / f"f{number % 3}"
        below.mkdir(exist_ok=True)
        file = below / f"ping-{number}.yml"
        file.write_bytes(opencollection.new_request(replace(PING, name=f"Ping {number}"), number))
        os.utime(file, (1_000_000_000, 1_000_000_000))
    return str(folder)


@pytest.fixture
def store(tmp_path: Path) -> CollectionFiles:
    return CollectionFiles(tmp_path / "data", tmp_path / "cache")


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let twelve requests be more than a glance reads."""
    monkeypatch.setattr(collection_tree, "PARSED_AT_ONCE", 2)
    monkeypatch.setattr(collection_trees, "GLANCE_S", -1.0)


def names(collection) -> list[str]:  # type: ignore[no-untyped-def]
    return [item.name for item in collection.walk() if item.kind is ItemKind.REQUEST]


def reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that takes the names of the files that are read from now on."""
    read: list[str] = []
    real = atomic.read_file

    def recording(place, most):  # type: ignore[no-untyped-def]
        read.append(os.path.basename(str(place)))
        return real(place, most)

    monkeypatch.setattr(atomic, "read_file", recording)
    return read


def test_a_glance_at_a_small_collection_is_whole(store: CollectionFiles, root: str) -> None:
    glance = store.glance(root)
    assert glance.is_whole
    assert glance.collection == store.open(root)


@pytest.mark.usefixtures("in_a_hurry")
def test_a_glance_has_every_row_and_a_check_the_rest(store: CollectionFiles, root: str) -> None:
    """P9: the tree can be used before the files are read."""
    glance = store.glance(root)
    assert not glance.is_whole
    shown = list(glance.collection.walk())
    assert len(shown) == 15
    unread = [each for each in shown if each.kind is ItemKind.REQUEST and not each.method]
    assert len(unread) == 10
    assert all(each.name.startswith("ping-") for each in unread)
    checked = store.check(root)
    assert sorted(names(checked)) == sorted(f"Ping {number}" for number in range(12))
    again = store.glance(root)
    assert again.is_whole
    assert again.collection == checked


@pytest.mark.usefixtures("in_a_hurry")
def test_a_glance_is_not_what_is_remembered(store: CollectionFiles, root: str) -> None:
    store.glance(root)
    assert sorted(names(store.open(root))) == sorted(f"Ping {number}" for number in range(12))


def test_a_cancelled_check_reads_nothing_more(
    store: CollectionFiles, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reading(monkeypatch)
    cancel = CancelToken()
    cancel.cancel()
    store.check(root, cancel)
    assert [each for each in read if "ping" in each] == []
    monkeypatch.undo()
    assert sorted(names(store.open(root))) == sorted(f"Ping {number}" for number in range(12))


def test_what_is_as_it_was_is_the_same_object_when_it_is_read_again(
    store: CollectionFiles, root: str
) -> None:
    """So that a window with ten thousand rows compares none of them."""
    before = store.open(root)
    assert store.open(root).items is before.items
    path = "f1/ping-4.yml"
    loaded = store.load(root, path)
    store.save(root, path, replace(loaded.request, name="Renamed"), loaded.digest)
    after = store.open(root)
    assert after.items[0] is before.items[0]
    assert after.items[1] is not before.items[1]
    assert "Renamed" in names(after)
    assert after == CollectionFiles(Path(root), None).open(root)


def test_after_a_save_only_that_file_is_read_again(
    store: CollectionFiles, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store.open(root)
    path = "f1/ping-4.yml"
    loaded = store.load(root, path)
    store.save(root, path, replace(loaded.request, name="Renamed", method="PUT"), loaded.digest)
    read = reading(monkeypatch)
    after = store.refreshed(root, path)
    assert read == ["ping-4.yml"]
    monkeypatch.undo()
    assert after == store.open(root)
    assert after.items[0] is before.items[0]
    found = after.find(path)
    assert found is not None
    assert (found.name, found.method) == ("Renamed", "PUT")


def test_items_that_come_and_go_stand_where_they_stand_in_the_whole_tree(
    store: CollectionFiles, root: str
) -> None:
    store.open(root)
    added = store.add(root, "f2", replace(PING, name="Added"))
    assert store.refreshed(root, added.path) == CollectionFiles(Path(root).parent).open(root)
    store.delete(root, "f0/ping-3.yml")
    assert store.refreshed(root, "f0/ping-3.yml") == CollectionFiles(Path(root).parent).open(root)
    folder = store.add_folder(root, "", "New folder")
    assert store.refreshed(root, folder) == CollectionFiles(Path(root).parent).open(root)
    (Path(root) / "f1" / "ping-1.yml").write_text("info: [")
    broken = store.refreshed(root, "f1/ping-1.yml").find("f1/ping-1.yml")
    assert broken is not None
    assert broken.kind is ItemKind.BROKEN


def test_a_tree_that_was_never_read_is_read_whole(store: CollectionFiles, root: str) -> None:
    assert store.refreshed(root, "f0/ping-0.yml") == store.open(root)
    assert store.refreshed(root, "") == store.open(root)
    added = Path(root) / "deep" / "er"
    added.mkdir(parents=True)
    (added / "x.yml").write_bytes(opencollection.new_request(PING))
    assert store.refreshed(root, "deep/er/x.yml") == store.open(root)
