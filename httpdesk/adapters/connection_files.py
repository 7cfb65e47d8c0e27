"""Connections on disk: implements `ConnectionStore` with files of `formats.connection_file`.

Personal ones lie in the configuration folder, shared ones beside a collection's requests.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.adapters.turns import Turns
from httpdesk.formats.connection_file import (
    ENDING,
    edit_connection,
    new_connection,
    read_connection,
)
from httpdesk.formats.portable_names import free_name
from httpdesk.model.connection import BrokenConnection, Connection, StoredConnection
from httpdesk.model.errors import FileChanged, FileUnreadable, NameTaken, StorageFailed, UnsafePath

FOLDER = "connections"
MOST_BYTES = 256 * 1024
MOST_FILES = 1000


class ConnectionFiles:
    """Reads and writes connections; `personal` gives the configuration folder.

    Changes take turns by lock files under `data_folder`.
    """

    def __init__(self, personal: Callable[[], Path], data_folder: Path) -> None:
        self._personal = personal
        self._turns = Turns(data_folder / "locks")

    def list(self, root: str | None) -> tuple[StoredConnection | BrokenConnection, ...]:
        """Return the connections of a collection, or the personal ones, by name."""
        found = [_read_or_problem(path, root) for path in self._paths(root)]
        return tuple(sorted(found, key=_sort_key))

    def find(self, name: str, root: str | None) -> StoredConnection | None:
        """Return the collection's connection of this name, else the personal one, else None.

        Files that its TLS options name are absolute. Raises the problem of a broken file when
        no other is the one: it may be.
        """
        for place in (None,) if root is None else (root, None):
            found = self.list(place)
            for each in found:
                if isinstance(each, StoredConnection) and each.connection.name == name:
                    return replace(each, connection=self._located(each.connection, place))
            for each in found:
                if isinstance(each, BrokenConnection) and Path(each.path).stem == name:
                    raise each.problem
        return None

    def add(self, connection: Connection, root: str | None) -> StoredConnection:
        """Write a new file under a portable name; raises NameTaken for a name that is in use."""
        with self._turns.of(root or ""):
            return self._add(connection, root)

    def _add(self, connection: Connection, root: str | None) -> StoredConnection:
        self._refuse_taken(connection.name, root, None)
        folder = self._folder(root)
        try:
            folder.mkdir(mode=0o700 if root is None else 0o777, exist_ok=True)
        except OSError as error:
            raise atomic.unwritable(folder, error) from error
        path = folder / self._free_name(connection.name, root)
        atomic.create_file(path, new_connection(connection), mode=0o600 if root is None else None)
        return _read(path, root)

    def save(self, stored: StoredConnection, connection: Connection) -> StoredConnection:
        """Change the file, and only what differs; another name renames it."""
        with self._turns.of(stored.root or ""):
            return self._save(stored, connection)

    def _save(self, stored: StoredConnection, connection: Connection) -> StoredConnection:
        path, data = Path(stored.path), self._unchanged(stored)
        renamed = connection.name != stored.connection.name
        if renamed:
            self._refuse_taken(connection.name, stored.root, stored.path)
        new = edit_connection(data, connection, str(path))
        if new != data:
            atomic.write_file(path, new)
        if renamed:
            path = self._moved(path, connection.name, stored.root)
        return _read(path, stored.root)

    def delete(self, stored: StoredConnection | BrokenConnection) -> bytes:
        """Delete the file; return what was in it. Raises FileChanged when it is another by now."""
        path = Path(stored.path)
        with self._turns.of(stored.root or ""):
            data = self._unchanged(stored)
            try:
                path.unlink()
            except OSError as error:
                raise atomic.unwritable(path, error) from error
            atomic.sync_folder(path.parent)
        return data

    def put_back(self, stored: StoredConnection | BrokenConnection, data: bytes) -> None:
        """Write what `delete` returned to where it was; raises NameTaken where another is now."""
        with self._turns.of(stored.root or ""):
            self._refuse_taken(_name_of(stored), stored.root, None)
            mode = 0o600 if stored.root is None else None
            atomic.create_file(Path(stored.path), data, mode=mode)

    def _folder(self, root: str | None) -> Path:
        folder = (self._personal() if root is None else Path(root)) / FOLDER
        if folder.is_symlink():
            raise UnsafePath(path=str(folder), detail="symbolic link")
        return folder

    def _paths(self, root: str | None) -> Iterator[Path]:
        folder = self._folder(root)
        try:
            names = sorted(os.listdir(folder))
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise atomic.unreadable(folder, error) from error
        atomic.sweep_names(folder, names)
        own = [name for name in names if name.endswith(ENDING) and not atomic.is_temporary(name)]
        if len(own) > MOST_FILES:
            raise FileUnreadable(path=str(folder), detail="more files than are read")
        yield from (folder / name for name in own)

    def _refuse_taken(self, name: str, root: str | None, own_path: str | None) -> None:
        for each in self.list(root):
            if each.path != own_path and _name_of(each).casefold() == name.casefold():
                raise NameTaken(path=each.path)

    def _free_name(self, name: str, root: str | None) -> str:
        taken = [path.name for path in self._paths(root)]
        return free_name(name, ENDING, taken, "connection")

    def _moved(self, path: Path, name: str, root: str | None) -> Path:
        taken = [each.name for each in self._paths(root) if each != path]
        target = path.with_name(free_name(name, ENDING, taken, "connection"))
        if target == path:
            return path
        atomic.rename_new(path, target)
        return target

    def _unchanged(self, stored: StoredConnection | BrokenConnection) -> bytes:
        data = atomic.read_file(stored.path, MOST_BYTES)
        if isinstance(stored, StoredConnection) and atomic.digest_of(data) != stored.digest:
            raise FileChanged(path=stored.path)
        return data

    def _located(self, connection: Connection, root: str | None) -> Connection:
        """Return the connection with the whole paths of its files."""
        base = self._personal() if root is None else Path(root)

        def whole(path: str) -> str:
            return str(base / path) if path else ""

        names = connection.ca_file, connection.certificate, connection.key
        if root is not None and any(_leaves(base, name) for name in names if name):
            path = next(name for name in names if name and _leaves(base, name))
            raise UnsafePath(path=path, detail="outside of the collection")
        ca_file, certificate, key = (whole(name) for name in names)
        return replace(connection, ca_file=ca_file, certificate=certificate, key=key)


def _read(path: Path, root: str | None) -> StoredConnection:
    data = atomic.read_file(path, MOST_BYTES)
    return StoredConnection(
        read_connection(data, str(path)), str(path), root, atomic.digest_of(data)
    )


def _read_or_problem(path: Path, root: str | None) -> StoredConnection | BrokenConnection:
    try:
        return _read(path, root)
    except StorageFailed as problem:
        return BrokenConnection(str(path), problem, root)


def _leaves(base: Path, name: str) -> bool:
    """Return whether a shared file names a file outside of its collection (security.md R7)."""
    folder = os.path.realpath(base)
    return os.path.commonpath([folder, os.path.realpath(base / name)]) != folder


def _name_of(entry: StoredConnection | BrokenConnection) -> str:
    if isinstance(entry, StoredConnection):
        return entry.connection.name
    return Path(entry.path).stem


def _sort_key(entry: StoredConnection | BrokenConnection) -> tuple[str, str]:
    return _name_of(entry).casefold(), entry.path
