"""The tree of a collection folder: a walk, and of each file only what the tree shows."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.formats import head_scan, opencollection
from httpdesk.formats.opencollection import COLLECTION_FILE, ENDING, FOLDER_FILE, Head
from httpdesk.formats.yaml_tree import MOST_BYTES
from httpdesk.model.collection import Item, ItemKind, ordered
from httpdesk.model.errors import FileUnreadable, StorageFailed, UnsafePath

MOST_FILES = 20_000
MOST_DEPTH = 32
NOT_ITEMS = frozenset({"environments", "connections"})
"""Folders at the root that hold no requests."""
SKIPPED = frozenset({"node_modules"})


class TreeReader:
    """Reads the items below the root of one collection.

    `whole` parses each file, so that errors further down are found too; otherwise the first lines
    decide where they have the usual form, which is many times faster.
    """

    def __init__(self, root: Path, *, whole: bool) -> None:
        self._root = root
        self._whole = whole
        self._files = 0
        self.temporaries: list[Path] = []
        """Left-over files that were seen on the way."""
        self.full = False
        """Whether there was more than MOST_FILES or MOST_DEPTH allow."""

    def items(self, folder: str = "", *, deep: bool = True) -> tuple[Item, ...]:
        """Return the items of the folder at this relative path, in order.

        Raises StorageFailed when the folder itself cannot be read.
        """
        place = self._root / folder if folder else self._root
        found = []
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    item = self._item(entry, folder, deep)
                    if item is not None:
                        found.append(item)
        except OSError as error:
            raise atomic.unreadable(place, error) from error
        return ordered(found)

    def _item(self, entry: os.DirEntry[str], folder: str, deep: bool) -> Item | None:
        name = entry.name
        if name.startswith(".") or name in SKIPPED:
            if atomic.is_temporary(name):
                self.temporaries.append(Path(entry.path))
            return None
        path = f"{folder}/{name}" if folder else name
        if entry.is_dir(follow_symlinks=False):
            return None if path in NOT_ITEMS else self._folder(path, name, deep)
        if not name.endswith(ENDING) or name == FOLDER_FILE or path == COLLECTION_FILE:
            return None
        self._files += 1
        if self._files > MOST_FILES:
            self.full = True
            return None
        return self._file(entry, path)

    def _folder(self, path: str, name: str, deep: bool) -> Item | None:
        item = Item(path, ItemKind.FOLDER, name)
        try:
            head = self.folder_head(path)
            item = replace(item, name=head.name or name, seq=head.seq)
        except StorageFailed as error:
            item = replace(item, problem=error)
        if not deep:
            return item
        if path.count("/") + 1 >= MOST_DEPTH:
            self.full = True
            return item
        try:
            return replace(item, children=self.items(path))
        except StorageFailed as error:
            return replace(item, problem=error)

    def folder_head(self, path: str) -> Head:
        """Return name and place of a folder, from its own file when it has one."""
        file = self._root / path / FOLDER_FILE
        if not os.path.lexists(file):
            return Head(ItemKind.FOLDER)
        return opencollection.read_info(atomic.read_file(file, MOST_BYTES), f"{path}/{FOLDER_FILE}")

    def _file(self, entry: os.DirEntry[str], path: str) -> Item:
        stem = entry.name.removesuffix(ENDING)
        try:
            head = self._head(entry, path)
        except StorageFailed as error:
            return Item(path, ItemKind.BROKEN, stem, problem=error)
        return Item(path, head.kind, head.name or stem, head.method, head.url, head.seq)

    def _head(self, entry: os.DirEntry[str], path: str) -> Head:
        if entry.is_symlink():
            raise UnsafePath(path=path, detail="symbolic link")
        if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            raise FileUnreadable(path=path, detail="not a regular file")
        data = atomic.read_file(Path(entry.path), MOST_BYTES)
        head = None if self._whole else head_scan.scan(data)
        return head or opencollection.read_head(data, path)
