"""What the files of a collection and its folders say for the requests below them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from httpdesk.adapters import atomic, item_paths
from httpdesk.adapters.turns import Turns, in_turn
from httpdesk.formats import level_file, opencollection
from httpdesk.formats.opencollection import COLLECTION_FILE, FOLDER_FILE
from httpdesk.formats.yaml_tree import MOST_BYTES
from httpdesk.model.collection import RequestDefaults
from httpdesk.model.connection import CONNECTION_VARIABLE
from httpdesk.model.errors import FileChanged
from httpdesk.model.exchange import Origin
from httpdesk.model.level import Level, LoadedLevel


class LevelFiles:
    """Reads and writes `opencollection.yml` and `folder.yml`, one change of a folder at a time."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns

    def defaults(self, root: str, path: str) -> tuple[tuple[str, RequestDefaults], ...]:
        """Return (origin, defaults) from the collection down to the folder that holds `path`."""
        self._place(root, path)
        parents = path.split("/")[:-1]
        levels = ["/".join(parents[: depth + 1]) for depth in range(len(parents))]
        found = []
        for level in ("", *levels):
            file = _file(level)
            if os.path.lexists(self._place(root, file)):
                defaults = opencollection.read_request_defaults(self._read(root, file), file)
                name = defaults.name or os.path.basename(os.path.dirname(self._place(root, file)))
                origin = Origin.FOLDER if level else Origin.COLLECTION
                found.append((origin.value, replace(defaults, name=name, path=level)))
        return tuple(found)

    def level(self, root: str, path: str) -> LoadedLevel:
        """Return what the folder at `path`, or for "" the collection, says.

        One without a file of its own says nothing. Raises StorageFailed.
        """
        file = _file(path)
        if not self._has_file(root, path):
            return LoadedLevel(Level(name=_own_name(root, path)), root, path)
        return _loaded(self._read(root, file), root, path)

    @in_turn
    def save_level(self, root: str, path: str, level: Level, digest: str | None) -> LoadedLevel:
        """Write `level` over the folder's or collection's file, touching only what changed.

        A folder without a file gets one. Raises FileChanged when the file is not the one with
        `digest`; None skips the check.
        """
        file = _file(path)
        there = self._has_file(root, path)
        old = self._read(root, file) if there else b""
        if digest is not None and (atomic.digest_of(old) if there else "") != digest:
            raise FileChanged(path=file)
        base = old if there else opencollection.new_folder(item_paths.file_name(path))
        new = level_file.edit_level(base, level, file, _own_name(root, path))
        if not there:
            atomic.create_file(self._place(root, file), new)
        elif new != old:
            atomic.write_file(self._place(root, file), new)
        return _loaded(new, root, path)

    @in_turn
    def set_connection(self, root: str, path: str, name: str | None) -> None:
        """Let the folder at `path`, or the collection for "", name the connection of its requests.

        `none` sends without one; None takes the name out, so that it inherits.
        """
        file = _file(path)
        place = self._place(root, file)
        if self._has_file(root, path):
            old = self._read(root, file)
            new = opencollection.edit_connection(old, name, file)
            if new != old:
                atomic.write_file(place, new)
        elif name is not None:
            own = opencollection.new_folder(item_paths.file_name(path))
            atomic.create_file(place, opencollection.edit_connection(own, name, file))

    def connection(self, root: str, path: str) -> str | None:
        """Return the connection that the folder, or for "" the collection, names itself."""
        file = _file(path)
        if not os.path.lexists(self._place(root, file)):
            return None
        defaults = opencollection.read_request_defaults(self._read(root, file), file)
        return dict(defaults.variables).get(CONNECTION_VARIABLE, "").strip() or None

    def _has_file(self, root: str, path: str) -> bool:
        """Return whether there is something to read; a collection without its file is broken."""
        return not path or os.path.lexists(self._place(root, _file(path)))

    def _place(self, root: str, path: str) -> Path:
        return item_paths.inside(root, path)

    def _read(self, root: str, path: str) -> bytes:
        return atomic.read_file(self._place(root, path), MOST_BYTES)


def _file(path: str) -> str:
    return item_paths.join(path, FOLDER_FILE) if path else COLLECTION_FILE


def _loaded(data: bytes, root: str, path: str) -> LoadedLevel:
    level = level_file.read_level(data, _file(path), _own_name(root, path))
    return LoadedLevel(level, root, path, atomic.digest_of(data))


def _own_name(root: str, path: str) -> str:
    """Return what a folder or collection is called whose file says no name."""
    return item_paths.file_name(path) or os.path.basename(os.path.abspath(root))
