"""Collection folders on disk: implements `CollectionStore` with OpenCollection files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from httpdesk.adapters import atomic, item_paths
from httpdesk.adapters.collection_index import CollectionIndex
from httpdesk.adapters.collection_tree import TreeReader
from httpdesk.adapters.collection_trees import CollectionTrees
from httpdesk.adapters.connection_uses import connection_uses
from httpdesk.adapters.level_files import LevelFiles
from httpdesk.adapters.trash import Trash
from httpdesk.adapters.turns import Turns, in_turn
from httpdesk.engine.auth_choice import hands_down_auth
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.collection_ports import Glance
from httpdesk.formats import conflict_markers, opencollection
from httpdesk.formats.opencollection import COLLECTION_FILE, ENDING, FOLDER_FILE
from httpdesk.formats.portable_names import free_name, key, portable_name
from httpdesk.formats.yaml_tree import MOST_BYTES
from httpdesk.model.auth_choice import AuthWord
from httpdesk.model.collection import (
    Collection,
    Item,
    ItemKind,
    LoadedRequest,
    MergeSides,
    places,
)
from httpdesk.model.connection import ConnectionUse
from httpdesk.model.errors import (
    FileChanged,
    FileUnreadable,
    NameTaken,
    StorageFailed,
    UnsafePath,
)
from httpdesk.model.request import Request

IGNORED_BY_GIT = f"{atomic.TEMPORARY_PREFIX}*{atomic.TEMPORARY_SUFFIX}\n.env\nnode_modules/\n"


class CollectionFiles(LevelFiles):
    """Reads and writes collection folders.

    Deleted items are kept under `data_folder`; under `cache_folder` it remembers what the files
    of large collections say, so that opening them again reads only what changed.
    """

    def __init__(self, data_folder: Path, cache_folder: Path | None = None) -> None:
        super().__init__(Turns(data_folder / "locks"))
        self._trash = Trash(data_folder / "trash")
        self._trees = CollectionTrees(cache_folder)

    # Collections

    @in_turn
    def create(self, root: str, name: str) -> Collection:
        """Make `root` a collection folder; raises NameTaken when it is one."""
        folder = Path(root)
        if os.path.lexists(folder / COLLECTION_FILE):
            raise NameTaken(path=root)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise atomic.unwritable(folder, error) from error
        atomic.create_file(folder / COLLECTION_FILE, opencollection.new_collection(name))
        if not os.path.lexists(folder / ".gitignore"):
            atomic.create_file(folder / ".gitignore", IGNORED_BY_GIT.encode())
        return self.open(root)

    def open(self, root: str) -> Collection:
        """Read the tree; a broken file is an item with a problem.

        Raises FileUnreadable, and FileNotUnderstood with NOT_A_COLLECTION for another folder;
        its detail is `bruno.json` when that marks it as one of Bruno's older format.
        """
        return self._trees.open(root)

    def check(self, root: str, cancel: CancelToken | None = None) -> Collection:
        """Read the tree and parse every file whole, so that each broken one is known."""
        return self._trees.check(root, cancel)

    def glance(self, root: str) -> Glance:
        """Read the tree with as much of the files as a moment allows."""
        return self._trees.glance(root)

    def refreshed(self, root: str, path: str) -> Collection:
        """Return the tree with the item at `path` read again, or gone."""
        return self._trees.refreshed(root, path)

    # Requests

    def load(self, root: str, path: str) -> LoadedRequest:
        """Read the request at `path`; raises StorageFailed."""
        return self._loaded(root, path, self._read(root, path))

    def text(self, root: str, path: str) -> str:
        """Return what stands in a file, whatever it holds; raises StorageFailed."""
        return self._read(root, path).decode("utf-8-sig", "replace")

    @in_turn
    def save(self, root: str, path: str, request: Request, digest: str | None) -> LoadedRequest:
        """Write `request` over the file at `path`, touching only what changed.

        Raises FileChanged when the file is not the one with `digest`; None skips the check.
        """
        old = self._read(root, path)
        if digest is not None and atomic.digest_of(old) != digest:
            raise FileChanged(path=path)
        new = opencollection.edit_request(old, request, path, item_paths.stem_of(path))
        if new != old:
            atomic.write_file(self._place(root, path), new)
        return self._loaded(root, path, new)

    def changed(self, root: str, path: str, digest: str | None) -> LoadedRequest | None:
        """Return the request at `path` when its file is not the one with `digest`, else None."""
        data = self._read(root, path)
        return None if atomic.digest_of(data) == digest else self._loaded(root, path, data)

    def sides(self, root: str, path: str) -> MergeSides:
        """Return both versions of a request's file that has conflict markers."""
        data = self._read(root, path)
        return conflict_markers.read_sides(
            data, path, item_paths.stem_of(path), atomic.digest_of(data)
        )

    @in_turn
    def resolve(self, root: str, path: str, request: Request, digest: str) -> LoadedRequest:
        """Write a file with conflict markers without them; raises FileChanged as `save` does."""
        old = self._read(root, path)
        if atomic.digest_of(old) != digest:
            raise FileChanged(path=path)
        new = conflict_markers.resolve(old, request, path, item_paths.stem_of(path))
        atomic.write_file(self._place(root, path), new)
        return self._loaded(root, path, new)

    @in_turn
    def add(
        self, root: str, folder: str, request: Request, like: tuple[str, str] | None = None
    ) -> LoadedRequest:
        """Write a new request into `folder` under a portable file name of its own.

        `like` is (root, path) of the file that it was opened from: what that file says beyond the
        request, such as scripts or a body that cannot be edited yet, comes along. Any other says
        `auth: inherit` where there is an `auth` to inherit, as Bruno's new requests do.
        """
        if like is None and request.auth is None and self._hands_down_auth(root, folder):
            request = replace(request, auth=AuthWord.INHERIT)
        seq = _next_seq(self._siblings(root, folder), folders=False)
        data = opencollection.new_request(request, seq)
        if like is not None:
            path = like[1]
            old = self._read(like[0], path)
            data = opencollection.edit_request(old, request, path, item_paths.stem_of(path))
            data = data if seq is None else opencollection.edit_info(data, path, seq=seq)
        path = self._create(root, folder, request.name, data)
        return self._loaded(root, path, data)

    def _hands_down_auth(self, root: str, folder: str) -> bool:
        try:
            return hands_down_auth(self.defaults(root, item_paths.join(folder, COLLECTION_FILE)))
        except StorageFailed:
            # What a broken file says nobody knows; the request is kept all the same.
            return False

    def _loaded(self, root: str, path: str, data: bytes) -> LoadedRequest:
        request = opencollection.read_request(data, path, item_paths.stem_of(path))
        inherited = tuple(self._inherited(root, path))
        request = replace(request, unapplied=request.unapplied + inherited)
        return LoadedRequest(request, path, atomic.digest_of(data))

    def _inherited(self, root: str, path: str) -> list[str]:
        try:
            defaults = self.defaults(root, path)
        except StorageFailed:
            # The tree shows that file as broken; the request itself can be read all the same.
            return []
        return [f"{word} ({origin})" for origin, each in defaults for word in each.unapplied]

    # Items

    @in_turn
    def add_folder(self, root: str, folder: str, name: str) -> str:
        """Make a folder inside `folder`; return its path. Raises NameTaken."""
        siblings = self._siblings(root, folder)
        self._refuse_taken(siblings, name, folders=True)
        path = item_paths.join(folder, free_name(name, "", self._names(root, folder), "folder"))
        data = opencollection.new_folder(name, _next_seq(siblings, folders=True))
        self._make_folder(root, path, lambda place: atomic.create_file(place / FOLDER_FILE, data))
        return path

    @in_turn
    def rename(self, root: str, path: str, name: str) -> str:
        """Change the display name and the file's or folder's name; return the new path.

        "" is the collection, whose own folder keeps its name. Raises NameTaken when a sibling of
        the same kind has that name.
        """
        if not path:
            self._edit(root, COLLECTION_FILE, name=name)
            return path
        folder, item = self._find(root, path)
        others = [each for each in self._siblings(root, folder) if each.path != path]
        self._refuse_taken(others, name, folders=item.kind is ItemKind.FOLDER)
        self._write_name(root, item, name)
        ending = "" if item.kind is ItemKind.FOLDER else ENDING
        names = [each for each in self._names(root, folder) if each != item_paths.file_name(path)]
        target = item_paths.join(folder, free_name(name, ending, names, item_paths.stem_of(path)))
        self._move_file(root, path, target)
        return target

    def connection_uses(self, root: str) -> tuple[ConnectionUse, ...]:
        """Return what names a connection; files that cannot be read do not."""
        return connection_uses(self.open(root), lambda path: self._read(root, path))

    @in_turn
    def move(self, root: str, path: str, folder: str, before: str | None) -> str:
        """Move an item into `folder`, in front of the sibling `before` or last.

        Raises UnsafePath when a folder would go into itself.
        """
        old_folder, item = self._find(root, path)
        if f"{folder}/".startswith(f"{path}/"):
            raise UnsafePath(path=folder, detail="a folder cannot go into itself")
        target = path
        if folder != old_folder:
            ending = "" if item.kind is ItemKind.FOLDER else ENDING
            stem = item_paths.file_name(path).removesuffix(ending)
            target = item_paths.join(folder, free_name(stem, ending, self._names(root, folder)))
            self._move_file(root, path, target)
        self._order(root, folder, target, before)
        return target

    @in_turn
    def duplicate(self, root: str, path: str) -> str:
        """Copy a request or folder beside itself; return the copy's path."""
        folder, item = self._find(root, path)
        siblings = self._siblings(root, folder)
        name = _copy_name(item.name, [each.name for each in siblings])
        if item.kind is ItemKind.FOLDER:
            target = item_paths.join(folder, free_name(name, "", self._names(root, folder)))
            self._copy_folder(root, path, target, name)
        else:
            data = self._read(root, path)
            if item.kind is not ItemKind.BROKEN:
                data = opencollection.edit_info(data, path, name=name)
            target = self._create(root, folder, name, data)
        if item.seq is not None:
            group = [each for each in siblings if _is_folder(each) == _is_folder(item)]
            after = group[group.index(item) + 1 :]
            self._order(root, folder, target, after[0].path if after else None)
        return target

    @in_turn
    def delete(self, root: str, path: str) -> str:
        """Take an item out of the collection; return a ticket for `undo_delete`."""
        place = self._place(root, path)
        if place.name == FOLDER_FILE or path == COLLECTION_FILE:
            raise UnsafePath(path=path, detail="not an item")
        if not os.path.lexists(place):
            raise FileUnreadable(path=path, detail="no such item")
        return self._trash.take(place, os.path.abspath(root), path)

    @in_turn
    def undo_delete(self, root: str, ticket: str) -> str:
        """Put a deleted item back byte for byte; return its path, another one if it is taken."""
        origin, path = self._trash.origin(ticket)
        if origin != os.path.abspath(root):
            raise FileUnreadable(path=path, detail="deleted from another collection")
        if os.path.lexists(self._place(root, path)):
            folder, name = item_paths.folder_of(path), item_paths.file_name(path)
            ending = ENDING if name.endswith(ENDING) else ""
            path = item_paths.join(
                folder, free_name(name.removesuffix(ending), ending, self._names(root, folder))
            )
        self._trash.give_back(ticket, self._place(root, path))
        return path

    # Inside

    def _reader(self, root: str) -> TreeReader:
        folder = Path(os.path.realpath(root))
        return TreeReader(folder, CollectionIndex(None, folder), parsed=0)

    def _siblings(self, root: str, folder: str) -> tuple[Item, ...]:
        if folder:
            atomic.refuse_link(self._place(root, folder))
        return self._reader(root).items(folder, deep=False)

    def _find(self, root: str, path: str) -> tuple[str, Item]:
        folder = item_paths.folder_of(path)
        for item in self._siblings(root, folder):
            if item.path == path:
                return folder, item
        raise FileUnreadable(path=path, detail="no such item")

    def _names(self, root: str, folder: str) -> list[str]:
        place = self._place(root, folder) if folder else Path(root)
        try:
            return os.listdir(place)
        except OSError as error:
            raise atomic.unreadable(place, error) from error

    def _refuse_taken(
        self, siblings: tuple[Item, ...] | list[Item], name: str, *, folders: bool
    ) -> None:
        for item in siblings:
            if _is_folder(item) == folders and key(item.name) == key(name):
                raise NameTaken(path=item.path)

    def _create(self, root: str, folder: str, name: str, data: bytes) -> str:
        """Write a new file under a free name; another program may take that name meanwhile."""
        taken = self._names(root, folder)
        while True:
            path = item_paths.join(folder, free_name(name, ENDING, taken))
            try:
                atomic.create_file(self._place(root, path), data)
            except NameTaken:
                taken.append(item_paths.file_name(path))
                continue
            return path

    def _write_name(self, root: str, item: Item, name: str) -> None:
        file = item_paths.join(item.path, FOLDER_FILE) if _is_folder(item) else item.path
        if item.kind is ItemKind.BROKEN or item.name == name:
            return
        place = self._place(root, file)
        if not os.path.lexists(place):
            if portable_name(name) != name:
                atomic.create_file(place, opencollection.new_folder(name))
            return
        self._edit(root, file, name=name)

    def _write_seq(self, root: str, path: str, seq: float) -> None:
        place = self._place(root, path)
        if not place.is_dir():
            self._edit(root, path, seq=seq)
            return
        file = item_paths.join(path, FOLDER_FILE)
        if os.path.lexists(place / FOLDER_FILE):
            self._edit(root, file, seq=seq)
        else:
            data = opencollection.new_folder(item_paths.file_name(path), seq)
            atomic.create_file(place / FOLDER_FILE, data)

    def _edit(self, root: str, file: str, **values: object) -> None:
        old = self._read(root, file)
        new = opencollection.edit_info(old, file, **values)
        if new != old:
            atomic.write_file(self._place(root, file), new)

    def _order(self, root: str, folder: str, path: str, before: str | None) -> None:
        """Number the items of a folder so that `path` stands in front of `before`, or last."""
        siblings = self._siblings(root, folder)
        moved = next((item for item in siblings if item.path == path), None)
        if moved is None or moved.kind is ItemKind.BROKEN:
            return
        for each, seq in places(_rearranged(siblings, moved, before), moved).items():
            self._write_seq(root, each, seq)

    def _move_file(self, root: str, path: str, target: str) -> None:
        if path == target:
            return
        source, place = self._place(root, path), self._place(root, target)
        atomic.rename_new(source, place)
        if source.parent != place.parent:
            atomic.sync_folder(source.parent)

    def _make_folder(self, root: str, path: str, fill: Callable[[Path], object]) -> None:
        """Make a folder under another name, fill it, and only then give it its name."""
        place = self._place(root, path)
        beside = place.with_name(atomic.temporary_name())
        try:
            beside.mkdir()
            fill(beside)
            atomic.move_new(beside, place)
        except OSError as error:
            raise atomic.unwritable(place, error) from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        atomic.sync_folder(place.parent)

    def _copy_folder(self, root: str, path: str, target: str, name: str) -> None:
        source = self._place(root, path)

        def fill(beside: Path) -> None:
            shutil.copytree(source, beside, symlinks=True, dirs_exist_ok=True)
            file = beside / FOLDER_FILE
            if file.is_file():
                data = opencollection.edit_info(atomic.read_file(file, MOST_BYTES), path, name=name)
                atomic.write_file(file, data)

        self._make_folder(root, target, fill)


def _rearranged(siblings: tuple[Item, ...], moved: Item, before: str | None) -> list[Item]:
    """Return the items of the moved one's group with it in front of `before`, or last."""
    group = [each for each in siblings if _is_folder(each) == _is_folder(moved)]
    others = [each for each in group if each is not moved]
    paths = [each.path for each in others]
    if before in paths:
        at = paths.index(before)
    else:
        # Folders stand first, so in front of one is the first place for a request.
        at = 0 if before is not None and not _is_folder(moved) else len(others)
    return [*others[:at], moved, *others[at:]]


def _next_seq(siblings: tuple[Item, ...], *, folders: bool) -> float | None:
    """Return the number that puts a new item last; None for a folder among ones without."""
    numbers = [item.seq for item in siblings if _is_folder(item) == folders]
    known = [number for number in numbers if number is not None]
    if folders and len(known) < len(numbers):
        return None
    return max(known, default=1.0 if numbers else 0.0) // 1 + 1


def _is_folder(item: Item) -> bool:
    return item.kind is ItemKind.FOLDER


def _copy_name(name: str, taken: list[str]) -> str:
    used, copy, count = {key(each) for each in taken}, f"{name} copy", 1
    while key(copy) in used:
        count += 1
        copy = f"{name} copy {count}"
    return copy
