"""The tree of a collection folder: a walk, and of each file only what the tree shows."""

from __future__ import annotations

import math
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.adapters.collection_index import CollectionIndex, Known
from httpdesk.formats import head_scan, opencollection
from httpdesk.formats.opencollection import COLLECTION_FILE, ENDING, FOLDER_FILE, Head
from httpdesk.formats.yaml_tree import MOST_BYTES
from httpdesk.model.collection import Item, ItemKind, ordered
from httpdesk.model.errors import (
    ConflictMarkers,
    FileNotUnderstood,
    FileUnreadable,
    StorageFailed,
    UnsafePath,
)

MOST_FILES = 20_000
MOST_DEPTH = 32
PARSED_AT_ONCE = 300
"""Files that opening parses whole, a few hundredths of a second; of more the first lines do."""
NOT_ITEMS = frozenset({"environments", "connections"})
"""Folders at the root that hold no requests."""
SKIPPED = frozenset({"node_modules"})


class TreeReader:
    """Reads the items below the root of one collection.

    Of `parsed` files all is read, so that errors further down are found too; of the others the
    first lines, where they have the usual form, which is many times faster.
    """

    def __init__(
        self,
        root: Path,
        index: CollectionIndex,
        *,
        parsed: float,
        seconds: float = math.inf,
        stopped: Callable[[], bool] | None = None,
    ) -> None:
        self._root = str(root)
        self._index = index
        self._parsed = parsed
        self._until = time.monotonic() + seconds
        self._stopped = stopped
        self._files = 0
        self.temporaries: list[Path] = []
        """Left-over files that were seen on the way."""
        self.full = False
        """Whether there was more than MOST_FILES or MOST_DEPTH allow."""
        self.unread = False
        """Whether the time was over before all files were read."""
        self.whole = True
        """Whether of all files all is known."""

    def items(self, folder: str = "", *, deep: bool = True) -> tuple[Item, ...]:
        """Return the items of the folder at this relative path, in order.

        Raises StorageFailed when the folder itself cannot be read.
        """
        return ordered(self._folder_items(folder, deep)[1])

    def item(self, path: str) -> Item | None:
        """Return the item at this path with all below it, None when there is none."""
        folder, _, name = path.rpartition("/")
        try:
            with os.scandir(f"{self._root}/{folder}" if folder else self._root) as entries:
                found = next((entry for entry in entries if entry.name == name), None)
        except OSError:
            return None
        return self._item(found, folder, True) if found is not None else None

    def _folder_items(self, folder: str, deep: bool) -> tuple[os.DirEntry[str] | None, list[Item]]:
        """Return the folder's own file, if there is one, and its items in no order."""
        own: os.DirEntry[str] | None = None
        found: list[Item] = []
        if self._stopped is not None and self._stopped():
            self.unread, self.whole = True, False
            return own, found
        try:
            with os.scandir(f"{self._root}/{folder}" if folder else self._root) as entries:
                for entry in entries:
                    if entry.name == FOLDER_FILE:
                        own = entry
                        continue
                    item = self._item(entry, folder, deep)
                    if item is not None:
                        found.append(item)
        except OSError as error:
            raise atomic.unreadable(Path(self._root, folder), error) from error
        return own, found

    def _item(self, entry: os.DirEntry[str], folder: str, deep: bool) -> Item | None:
        name = entry.name
        if name.startswith(".") or name in SKIPPED:
            if atomic.is_temporary(name):
                self.temporaries.append(Path(entry.path))
            return None
        path = f"{folder}/{name}" if folder else name
        if entry.is_dir(follow_symlinks=False):
            return None if path in NOT_ITEMS else self._folder(path, name, deep)
        if not name.endswith(ENDING) or path == COLLECTION_FILE:
            return None
        self._files += 1
        if self._files > MOST_FILES:
            self.full = True
            return None
        return self._file(entry, path)

    def _folder(self, path: str, name: str, deep: bool) -> Item:
        problem: StorageFailed | None = None
        children: list[Item] = []
        own: os.DirEntry[str] | None = None
        deep = deep and self._may_descend(path)
        try:
            own, children = self._folder_items(path, True) if deep else (self._own(path), [])
        except StorageFailed as error:
            problem = error
        head = Head(ItemKind.FOLDER)
        if own is not None:
            known = self._known(own, f"{path}/{FOLDER_FILE}")
            head, problem = known.head, known.problem or problem
        return Item(
            path,
            ItemKind.FOLDER,
            head.name or name,
            seq=head.seq,
            problem=problem,
            children=self._in_order(children),
        )

    def _in_order(self, children: list[Item]) -> tuple[Item, ...]:
        """Return siblings as the tree shows them; in a hurry by file name, until they are read."""
        if not self.unread:
            return ordered(children)
        return tuple(
            sorted(children, key=lambda each: (each.kind is not ItemKind.FOLDER, each.path))
        )

    def _may_descend(self, path: str) -> bool:
        self.full = self.full or path.count("/") + 1 >= MOST_DEPTH
        return path.count("/") + 1 < MOST_DEPTH

    def _own(self, path: str) -> os.DirEntry[str] | None:
        try:
            with os.scandir(f"{self._root}/{path}") as entries:
                return next((entry for entry in entries if entry.name == FOLDER_FILE), None)
        except OSError as error:
            raise atomic.unreadable(Path(self._root, path), error) from error

    def _file(self, entry: os.DirEntry[str], path: str) -> Item:
        known = self._known(entry, path)
        head, name = known.head, known.head.name or entry.name.removesuffix(ENDING)
        if known.problem is not None:
            return Item(path, ItemKind.BROKEN, name, problem=known.problem)
        return Item(path, head.kind, name, head.method, head.url, head.seq, tags=head.tags)

    def _known(self, entry: os.DirEntry[str], path: str) -> Known:
        if self._is_over() and not self._index.remembers(path):
            if self._stopped is not None or self._files > PARSED_AT_ONCE:
                self.unread, self.whole = True, False
                return _UNREAD
            self._parsed = 0
        try:
            facts = entry.stat(follow_symlinks=False)
        except OSError as error:
            return _broken(atomic.unreadable(Path(path), error))
        known = self._index.find(path, facts.st_mtime_ns, facts.st_size)
        if known is not None and (known.whole or self._parsed < math.inf):
            self.whole = self.whole and known.whole
            return known
        try:
            known = self._read(entry.path, path, facts)
        except (FileNotUnderstood, ConflictMarkers) as error:
            known = Known(facts.st_mtime_ns, facts.st_size, _NO_HEAD, True, error)
        except StorageFailed as error:
            # Not remembered: permissions change without another time of the file.
            return _broken(error)
        self._index.note(path, known)
        return known

    def _is_over(self) -> bool:
        if self._stopped is not None and self._stopped():
            self._until = 0.0
        return self._until < math.inf and time.monotonic() > self._until

    def _read(self, place: str, path: str, facts: os.stat_result) -> Known:
        if stat.S_ISLNK(facts.st_mode):
            raise UnsafePath(path=path, detail="symbolic link")
        if not stat.S_ISREG(facts.st_mode):
            raise FileUnreadable(path=path, detail="not a regular file")
        data = atomic.read_file(place, MOST_BYTES)
        head = None
        if not self._parsed:
            head = head_scan.scan(data)
        else:
            self._parsed -= 1
        whole = head is None
        self.whole = self.whole and whole
        if head is None:
            read = opencollection.read_info if _is_own(path) else opencollection.read_head
            head = read(data, path)
        return Known(facts.st_mtime_ns, facts.st_size, head, whole)


_NO_HEAD = Head(ItemKind.BROKEN)
_UNREAD = Known(0, 0, Head(ItemKind.REQUEST), False)


def _broken(problem: StorageFailed) -> Known:
    return Known(0, 0, _NO_HEAD, True, problem)


def _is_own(path: str) -> bool:
    return path.rpartition("/")[2] == FOLDER_FILE
