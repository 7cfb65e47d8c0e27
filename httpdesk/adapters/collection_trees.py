"""The trees of collection folders: at a glance, read, checked whole, or after one change."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.adapters.collection_index import CollectionIndex
from httpdesk.adapters.collection_tree import PARSED_AT_ONCE, TreeReader
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.collection_ports import Glance
from httpdesk.formats import opencollection
from httpdesk.formats.opencollection import COLLECTION_FILE
from httpdesk.formats.yaml_tree import MOST_BYTES
from httpdesk.model.collection import Collection, Item, ItemKind, ordered
from httpdesk.model.errors import FileNotUnderstood, FileUnreadable, StorageFailed

NOT_A_COLLECTION = "not a collection"
"""Reason of FileNotUnderstood for a folder without a collection file."""
GLANCE_S = 0.015
"""Seconds for which a glance reads files that are not known; the names of the rest do.

The first few hundred are read in any case.
"""


@dataclass(slots=True)
class _Last:
    """The tree that was read last; `count` tells whether another one was begun since."""

    count: int = 0
    tree: Collection | None = None


class CollectionTrees:
    """Reads trees, by way of what is remembered of the files in `cache_folder`."""

    def __init__(self, cache_folder: Path | None) -> None:
        self._cache_folder = cache_folder
        self._last: dict[str, _Last] = {}
        self._lock = threading.Lock()

    def open(self, root: str) -> Collection:
        """Read the tree; a broken file is an item with a problem.

        Raises FileUnreadable, and FileNotUnderstood with NOT_A_COLLECTION for another folder;
        its detail is `bruno.json` when that marks it as one of Bruno's older format.
        """
        return self._read(root, parsed=PARSED_AT_ONCE).collection

    def check(self, root: str, cancel: CancelToken | None = None) -> Collection:
        """Read the tree and parse every file whole; when cancelled it is of no use."""
        token = cancel or CancelToken()
        return self._read(root, parsed=math.inf, stopped=lambda: token.cancelled).collection

    def glance(self, root: str) -> Glance:
        """Read the tree with as much of the files as a moment allows."""
        return self._read(root, parsed=PARSED_AT_ONCE, seconds=GLANCE_S)

    def refreshed(self, root: str, path: str) -> Collection:
        """Return the last tree with the item at `path` as it is now, gone or there.

        Nothing else is read, unless no tree of the folder was read before.
        """
        with self._lock:
            last = self._last.get(root)
            known = last.tree if last is not None else None
            if last is None or known is None or not path:
                return self.open(root)
            folder = Path(os.path.realpath(root))
            reader = TreeReader(folder, CollectionIndex(None, folder), parsed=PARSED_AT_ONCE)
            items = _with_item(known.items, "", path, reader.item(path))
            if items is None:
                return self.open(root)
            last.count += 1
            last.tree = replace(known, items=items)
            return last.tree

    def _read(
        self,
        root: str,
        *,
        parsed: float,
        seconds: float = math.inf,
        stopped: Callable[[], bool] | None = None,
    ) -> Glance:
        folder = Path(os.path.realpath(root))
        name, problem = _named(root, folder)
        last = self._last.setdefault(root, _Last())
        last.count += 1
        count = last.count
        index = CollectionIndex(self._cache_folder, folder)
        reader = TreeReader(folder, index, parsed=parsed, seconds=seconds, stopped=stopped)
        items = reader.items()
        if not reader.unread:
            index.save()
        atomic.sweep(reader.temporaries)
        if reader.full:
            problem = problem or FileUnreadable(path=root, detail="more files than are read")
        if last.tree is not None:
            items = _shared(last.tree.items, items)
        collection = Collection(os.path.abspath(root), name, items, problem)
        # What was read in between may be newer than this.
        last.tree = collection if last.count == count and not reader.unread else None
        return Glance(collection, is_whole=reader.whole)


def _named(root: str, folder: Path) -> tuple[str, StorageFailed | None]:
    """Return the collection's name and what is wrong with its own file."""
    if not folder.is_dir():
        raise FileUnreadable(path=root, detail="no such folder")
    if not os.path.lexists(folder / COLLECTION_FILE):
        older = "bruno.json" if os.path.lexists(folder / "bruno.json") else ""
        raise FileNotUnderstood(path=root, reason=NOT_A_COLLECTION, detail=older)
    try:
        data = atomic.read_file(folder / COLLECTION_FILE, MOST_BYTES)
        return opencollection.read_info(data, COLLECTION_FILE).name or folder.name, None
    except StorageFailed as error:
        return folder.name, error


def _shared(old: tuple[Item, ...], new: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return `new` with whatever is in `old` as well as the very same objects.

    To compare them again costs nothing, and the cycle collector has looked at them already.
    """
    if old == new:
        return old
    known = {item.path: item for item in old}
    return tuple(_known_item(known.get(item.path), item) for item in new)


def _known_item(old: Item | None, new: Item) -> Item:
    if old is None:
        return new
    if old == new:
        return old
    return replace(new, children=_shared(old.children, new.children))


def _with_item(
    items: tuple[Item, ...], folder: str, path: str, item: Item | None
) -> tuple[Item, ...] | None:
    """Return the items below `folder` with this one at its path; None where that is not known."""
    inner, slash, _ = path[len(folder) + bool(folder) :].partition("/")
    way = f"{folder}/{inner}" if folder else inner
    if not slash:
        others = [each for each in items if each.path != path]
        return ordered([*others, item] if item is not None else others)
    for at, each in enumerate(items):
        if each.path == way and each.kind is ItemKind.FOLDER:
            below = _with_item(each.children, way, path, item)
            if below is None:
                return None
            return (*items[:at], replace(each, children=below), *items[at + 1 :])
    return None
