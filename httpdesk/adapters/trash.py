"""Deleted items of collections, kept in the per-user folder so that Undo gives them back."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import time
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.model.errors import FileUnreadable

KEPT_SECONDS = 30 * 24 * 3600.0
"""How long a deleted item can be brought back."""

_ITEM = "item"
_MANIFEST = "manifest.json"


class Trash:
    """A folder of tickets: each holds one deleted item and where it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, item: Path, root: str, path: str) -> str:
        """Move `item` here and return its ticket; raises StorageFailed."""
        self._empty_old()
        ticket = os.urandom(8).hex()
        place = self._folder / ticket
        manifest = json.dumps({"root": root, "path": path, "at": time.time()})
        try:
            place.mkdir(parents=True, mode=0o700)
            atomic.write_file(place / _MANIFEST, manifest.encode(), mode=0o600)
            _move(item, place / _ITEM)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise atomic.unwritable(item, error) from error
        atomic.sync_folder(item.parent)
        return ticket

    def origin(self, ticket: str) -> tuple[str, str]:
        """Return root and path that the item of a ticket had; raises FileUnreadable."""
        if not re.fullmatch(r"[0-9a-f]{16}", ticket):
            raise FileUnreadable(path=ticket, detail="no such ticket")
        data = atomic.read_file(self._folder / ticket / _MANIFEST, 100_000)
        manifest = json.loads(data)
        return manifest["root"], manifest["path"]

    def give_back(self, ticket: str, target: Path) -> None:
        """Move the item of a ticket to `target`, where nothing may be; raises StorageFailed.

        A collection that is gone as a whole is not made again for the sake of one item.
        """
        place, root = self._folder / ticket, self.origin(ticket)[0]
        if not os.path.isdir(root):
            raise FileUnreadable(path=root, detail="no such folder", gone=True)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(place / _ITEM, target)
        except OSError as error:
            raise atomic.unwritable(target, error) from error
        atomic.sync_folder(target.parent)
        shutil.rmtree(place, ignore_errors=True)

    def _empty_old(self) -> None:
        if not self._folder.is_dir():
            return
        for place in self._folder.iterdir():
            try:
                age = time.time() - place.lstat().st_mtime
            except OSError:
                continue
            if age > KEPT_SECONDS:
                shutil.rmtree(place, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    """Move a file or folder, also to another disk; the source goes only when all is copied."""
    try:
        atomic.move_new(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_between_disks(source, target)


def _move_between_disks(source: Path, target: Path) -> None:
    beside = target.with_name(atomic.temporary_name())
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, beside, symlinks=True)
        os.rename(beside, target)
        shutil.rmtree(source)
    else:
        shutil.copy2(source, beside, follow_symlinks=False)
        os.rename(beside, target)
        os.unlink(source)
