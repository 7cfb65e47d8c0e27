"""Environments on disk: implements `EnvironmentStore` with files of `formats.environment_file`.

Those of a collection lie beside its requests; the variables of the whole workspace are one file in
the configuration folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.adapters.trash import Trash
from httpdesk.adapters.turns import Turns, in_turn
from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.formats.dotenv_file import MOST_BYTES as MOST_DOTENV_BYTES
from httpdesk.formats.dotenv_file import read_dotenv
from httpdesk.formats.environment_file import (
    ENDING,
    edit_environment,
    new_environment,
    read_environment,
)
from httpdesk.formats.portable_names import free_name, key
from httpdesk.formats.yaml_tree import MOST_BYTES
from httpdesk.model.environment import Environment, LoadedEnvironment
from httpdesk.model.errors import (
    FileChanged,
    FileUnreadable,
    NameTaken,
    StorageFailed,
    UnsafePath,
)

FOLDER = "environments"
WORKSPACE_FILE = "workspace.yml"
MOST_FILES = 1000


class EnvironmentFiles:
    """Reads and writes environments; `personal` gives the configuration folder.

    Deleted ones are kept under `data_folder`.
    """

    def __init__(self, personal: Callable[[], Path], data_folder: Path) -> None:
        self._personal = personal
        self._trash = Trash(data_folder / "trash")
        self.turns = Turns(data_folder / "locks")

    def environments(self, root: str) -> tuple[LoadedEnvironment, ...]:
        """Return those of a collection by name, broken ones with their problem.

        For the workspace exactly one, which is empty as long as nothing was saved.
        """
        if root == WORKSPACE:
            exists = os.path.lexists(self._personal() / WORKSPACE_FILE)
            nothing = LoadedEnvironment(Environment(_stem(WORKSPACE_FILE)), root, WORKSPACE_FILE)
            return (self._load_or_problem(root, WORKSPACE_FILE) if exists else nothing,)
        paths = [f"{FOLDER}/{name}" for name in self._names(root)]
        found = [self._load_or_problem(root, path) for path in paths]
        return tuple(sorted(found, key=_sort_key))

    @in_turn
    def create(self, root: str, environment: Environment) -> LoadedEnvironment:
        """Write a new file under a portable name; raises NameTaken."""
        if root == WORKSPACE:
            raise NameTaken(path=WORKSPACE_FILE)
        self._refuse_taken(root, environment.name, None)
        folder = self._folder(root)
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise atomic.unwritable(folder, error) from error
        name = free_name(environment.name, ENDING, self._names(root), "environment")
        data = new_environment(environment)
        atomic.create_file(folder / name, data)
        return _loaded(root, f"{FOLDER}/{name}", data)

    @in_turn
    def save(self, loaded: LoadedEnvironment, environment: Environment) -> LoadedEnvironment:
        """Write over the file, touching only what changed; another name renames the file.

        One without a name keeps the one that it had. Raises FileChanged when the file is no
        longer the one with the digest, and NameTaken.
        """
        root, path = loaded.root, loaded.path
        environment = replace(environment, name=environment.name or loaded.environment.name)
        place = self._place(root, path)
        if not loaded.digest:
            return self._first(root, path, environment)
        old = atomic.read_file(place, MOST_BYTES)
        if atomic.digest_of(old) != loaded.digest:
            raise FileChanged(path=path)
        renamed = root != WORKSPACE and environment.name != loaded.environment.name
        if renamed:
            self._refuse_taken(root, environment.name, path)
        new = edit_environment(old, environment, path, _stem(path))
        if new != old:
            atomic.write_file(place, new)
        if renamed:
            path = self._moved(root, path, environment.name)
        return _loaded(root, path, new)

    @in_turn
    def delete(self, loaded: LoadedEnvironment) -> str:
        """Take an environment out of the collection; return a ticket for `undo_delete`."""
        if loaded.root == WORKSPACE:
            raise UnsafePath(path=loaded.path, detail="not an item")
        place = self._place(loaded.root, loaded.path)
        if not os.path.lexists(place):
            raise FileUnreadable(path=loaded.path, detail="no such file")
        return self._trash.take(place, os.path.abspath(loaded.root), loaded.path)

    @in_turn
    def undo_delete(self, root: str, ticket: str) -> LoadedEnvironment:
        """Put a deleted one back byte for byte, under another file name where that is taken."""
        origin, path = self._trash.origin(ticket)
        if origin != os.path.abspath(root):
            raise FileUnreadable(path=path, detail="deleted from another collection")
        name = free_name(_stem(path), ENDING, self._names(root))
        path = f"{FOLDER}/{name}"
        self._trash.give_back(ticket, self._place(root, path))
        return self._load_or_problem(root, path)

    def dotenv(self, root: str, path: str) -> tuple[tuple[str, str], ...]:
        """Return the names and values of a `.env` file inside the collection.

        Raises UnsafePath for one outside of it, also by a link.
        """
        place = _inside(self._base(root), path)
        return read_dotenv(atomic.read_file(place, MOST_DOTENV_BYTES), path)

    # Inside

    def _base(self, root: str) -> Path:
        return self._personal() if root == WORKSPACE else Path(root)

    def _folder(self, root: str) -> Path:
        folder = Path(root) / FOLDER
        atomic.refuse_link(folder)
        return folder

    def _place(self, root: str, path: str) -> Path:
        if root == WORKSPACE:
            return self._personal() / WORKSPACE_FILE
        folder, _, name = path.rpartition("/")
        odd = set(name) & set("\\\0:" if os.name == "nt" else "\\\0")
        if folder != FOLDER or name.startswith(".") or not name.endswith(ENDING) or odd:
            raise UnsafePath(path=path)
        return self._folder(root) / name

    def _names(self, root: str) -> list[str]:
        folder = self._folder(root)
        try:
            names = sorted(os.listdir(folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise atomic.unreadable(folder, error) from error
        atomic.sweep_names(folder, names)
        own = [name for name in names if name.endswith(ENDING) and not name.startswith(".")]
        if len(own) > MOST_FILES:
            raise FileUnreadable(path=str(folder), detail="more files than are read")
        return own

    def _load_or_problem(self, root: str, path: str) -> LoadedEnvironment:
        digest = ""
        try:
            data = atomic.read_file(self._place(root, path), MOST_BYTES)
            digest = atomic.digest_of(data)
            return _loaded(root, path, data)
        except StorageFailed as problem:
            return LoadedEnvironment(Environment(_stem(path)), root, path, digest, problem)

    def _first(self, root: str, path: str, environment: Environment) -> LoadedEnvironment:
        """Write the file that was not there when it was loaded."""
        data = new_environment(environment)
        place = self._place(root, path)
        try:
            if root == WORKSPACE:
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic.create_file(place, data, mode=0o600 if root == WORKSPACE else None)
        except NameTaken as error:
            raise FileChanged(path=path) from error
        except OSError as error:
            raise atomic.unwritable(place, error) from error
        return _loaded(root, path, data)

    def _refuse_taken(self, root: str, name: str, own_path: str | None) -> None:
        for each in self.environments(root):
            if each.path != own_path and key(each.environment.name) == key(name):
                raise NameTaken(path=each.path)

    def _moved(self, root: str, path: str, name: str) -> str:
        source = self._place(root, path)
        taken = [each for each in self._names(root) if each != source.name]
        target = source.with_name(free_name(name, ENDING, taken, "environment"))
        if target == source:
            return path
        atomic.rename_new(source, target)
        return f"{FOLDER}/{target.name}"


def _loaded(root: str, path: str, data: bytes) -> LoadedEnvironment:
    environment = read_environment(data, path, _stem(path))
    return LoadedEnvironment(environment, root, path, atomic.digest_of(data))


def _inside(base: Path, path: str) -> Path:
    """Return where a relative path is; raises UnsafePath when that is outside of `base`."""
    parts = path.split("/")
    odd = any(part in {"", ".", ".."} or set(part) & set("\\\0") for part in parts)
    if odd or (os.name == "nt" and ":" in path):
        raise UnsafePath(path=path)
    parent = os.path.join(os.path.realpath(base), *parts[:-1])
    if os.path.realpath(parent) != parent:
        raise UnsafePath(path=path, detail="symbolic link")
    return Path(parent, parts[-1])


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(ENDING)


def _sort_key(loaded: LoadedEnvironment) -> tuple[str, str]:
    return loaded.environment.name.casefold(), loaded.path
