"""Everything that changes files of a collection or of the profile, one operation after another.

Tests kill each of them, and let the disk refuse each, at every call of the system that it makes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from httpdesk.adapters import atomic
from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.environment_files import EnvironmentFiles
from httpdesk.adapters.settings_file import SettingsFile
from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.model.auth import BasicAuth
from httpdesk.model.connection import Connection, StoredConnection
from httpdesk.model.environment import Environment, LoadedEnvironment, Variable
from httpdesk.model.request import Header, Request
from httpdesk.model.settings import Settings

CONFLICT = (
    "info:\n  name: Both\n  type: http\nhttp:\n  method: GET\n"
    "<<<<<<< HEAD\n  url: http://ours/\n=======\n  url: http://theirs/\n>>>>>>> other\n"
)


@dataclass(frozen=True, slots=True)
class World:
    """A collection and a profile below one folder, with the stores that change them."""

    base: Path

    @property
    def root(self) -> str:
        """Where the collection lies."""
        return str(self.base / "shop")

    @property
    def config(self) -> Path:
        """Where settings, the workspace's variables and personal connections lie."""
        return self.base / "config"

    @property
    def _tops(self) -> tuple[Path, ...]:
        return Path(self.root), self.config, self.base / "second"

    @property
    def collections(self) -> CollectionFiles:
        """Return a new store, as a program that was just started has it."""
        return CollectionFiles(self.base / "data", self.base / "cache")

    @property
    def environments(self) -> EnvironmentFiles:
        """Return a new store of environments."""
        return EnvironmentFiles(lambda: self.config, self.base / "data")

    @property
    def connections(self) -> ConnectionFiles:
        """Return a new store of connections."""
        return ConnectionFiles(lambda: self.config, self.base / "data")

    @property
    def settings(self) -> SettingsFile:
        """Return a new reader of the settings."""
        return SettingsFile(self.config / "settings.toml")

    def files(self) -> dict[str, bytes]:
        """Return what the files of collection and configuration folder hold, temporaries aside."""
        return {
            str(path.relative_to(self.base)): path.read_bytes()
            for top in self._tops
            for path in top.rglob("*")
            if path.is_file() and not any(map(atomic.is_temporary, path.parts))
        }

    def temporaries(self) -> list[Path]:
        """Return the files and folders that were being written."""
        found = [path for top in self._tops for path in top.rglob("*")]
        return [path for path in found if atomic.is_temporary(path.name)]

    def deleted(self) -> list[bytes]:
        """Return what the files hold that can be brought back."""
        folder = self.base / "data" / "trash"
        return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]

    def open_all(self) -> None:
        """Read everything, as a start does; raises what is broken."""
        for loaded in (
            *self.environments.environments(self.root),
            *self.environments.environments(WORKSPACE),
        ):
            if loaded.problem is not None:
                raise loaded.problem
        for root in (self.root, None):
            found = self.connections.list(root)
            assert all(isinstance(each, StoredConnection) for each in found)
        self.settings.read()
        collection = self.collections.check(self.root)
        problems = [item.problem for item in collection.walk() if item.path != "Both.yml"]
        for problem in (collection.problem, *problems):
            if problem is not None:
                raise problem

    def environment(self, root: str | None = None) -> LoadedEnvironment:
        """Return the collection's environment, or the workspace's."""
        return self.environments.environments(self.root if root is None else root)[0]

    def connection(self, root: str | None) -> StoredConnection:
        """Return the collection's connection, or the personal one."""
        found = self.connections.list(root)[0]
        assert isinstance(found, StoredConnection)
        return found


@dataclass(frozen=True, slots=True)
class Operation:
    """One change: what is read or done before it, and the change itself, which gets that."""

    name: str
    change: Callable[[World, Any], object]
    before: Callable[[World], Any] = lambda _world: None
    can_be_undone: bool = False
    """Whether what goes is kept for Undo."""
    between: tuple[tuple[str, str, str], ...] = ()
    """(path, old, new): what a file holds meanwhile whose copy gets a name first, then a place."""


def build(base: Path) -> World:
    """Make a world that has one of each."""
    world = World(base)
    world.config.mkdir(parents=True, mode=0o700)
    store = world.collections
    store.create(world.root, "Shop")
    for folder in ("Orders", "Empty"):
        store.add_folder(world.root, "", folder)
    for folder, name in (("", "A"), ("", "B"), ("Orders", "C"), ("Orders", "D")):
        store.add(world.root, folder, _request(name))
    (Path(world.root) / "Bare").mkdir()
    (Path(world.root) / "Both.yml").write_text(CONFLICT)
    environment = Environment("Local", variables=(Variable("base", "http://h"),))
    world.environments.create(world.root, environment)
    for root in (world.root, None):
        world.connections.add(_connection("Shop"), root)
    world.settings.save(replace(Settings(), show_menu_bar=True))
    return world


def _request(name: str) -> Request:
    return Request(name=name, url="http://h/", headers=(Header("X", "1"),), notes="long " * 2000)


def _connection(name: str) -> Connection:
    return Connection(f"id-{name}", name, "https://api.test/v1", BasicAuth("me"))


def _loaded(path: str) -> Callable[[World], Any]:
    return lambda world: world.collections.load(world.root, path)


def _save(world: World, loaded: Any) -> None:
    request = replace(loaded.request, url="http://other/", notes="new " * 3000)
    world.collections.save(world.root, loaded.path, request, loaded.digest)


def _resolve(world: World, digest: Any) -> None:
    world.collections.resolve(world.root, "Both.yml", _request("Both"), digest)


def _save_level(path: str) -> Operation:
    def change(world: World, loaded: Any) -> None:
        level = replace(loaded.level, notes="said of all\n")
        world.collections.save_level(world.root, path, level, loaded.digest)

    return Operation(
        f"save level {path!r}", change, lambda world: world.collections.level(world.root, path)
    )


def _collection(
    name: str, change: Callable[[CollectionFiles, str], object], **more: Any
) -> Operation:
    return Operation(name, lambda world, _: change(world.collections, world.root), **more)


def _undo_delete(path: str) -> Operation:
    return Operation(
        f"undo delete {path}",
        lambda world, ticket: world.collections.undo_delete(world.root, ticket),
        lambda world: world.collections.delete(world.root, path),
    )


def _change_environment(root: str | None, name: str = "") -> Callable[[World, Any], object]:
    def change(world: World, loaded: Any) -> None:
        variables = (Variable("base", "http://other"), Variable("key", "x" * 5000))
        changed = replace(loaded.environment, variables=variables)
        world.environments.save(loaded, replace(changed, name=name or changed.name))

    return change


def _workspace(world: World) -> LoadedEnvironment:
    first = world.environment(WORKSPACE)
    return world.environments.save(first, replace(first.environment, color="#ff0000"))


def _connections(root: bool) -> list[Operation]:
    """Return the operations on a shared connection, or on a personal one."""

    def place(world: World) -> str | None:
        return world.root if root else None

    def saved(world: World, stored: Any, name: str = "Shop") -> None:
        changed = replace(stored.connection, base_url="https://other.test/", name=name)
        world.connections.save(stored, changed)

    def stored(world: World) -> StoredConnection:
        return world.connection(place(world))

    def deleted(world: World) -> tuple[StoredConnection, bytes]:
        found = stored(world)
        return found, world.connections.delete(found)

    words = "shared" if root else "personal"
    return [
        Operation(
            f"add {words} connection",
            lambda world, _: world.connections.add(_connection("Other"), place(world)),
        ),
        Operation(f"save {words} connection", saved, stored),
        Operation(
            f"rename {words} connection", lambda world, each: saved(world, each, "New"), stored
        ),
        Operation(
            f"delete {words} connection",
            lambda world, each: world.connections.delete(each),
            stored,
        ),
        Operation(
            f"put back {words} connection",
            lambda world, each: world.connections.put_back(*each),
            deleted,
        ),
    ]


OPERATIONS = (
    Operation("save request", _save, _loaded("A.yml")),
    Operation(
        "resolve",
        _resolve,
        lambda world: world.collections.sides(world.root, "Both.yml").digest,
    ),
    _save_level(""),
    _save_level("Orders"),
    _save_level("Bare"),
    Operation(
        "create", lambda world, _: world.collections.create(str(world.base / "second"), "Second")
    ),
    _collection("add request", lambda store, root: store.add(root, "Orders", _request("New"))),
    _collection("add folder", lambda store, root: store.add_folder(root, "Orders", "New")),
    _collection("rename request", lambda store, root: store.rename(root, "A.yml", "Z")),
    _collection("rename folder", lambda store, root: store.rename(root, "Orders", "Sales")),
    _collection("rename collection", lambda store, root: store.rename(root, "", "Store")),
    _collection("move request", lambda store, root: store.move(root, "A.yml", "Orders", None)),
    _collection("order", lambda store, root: store.move(root, "B.yml", "", "A.yml")),
    _collection("move folder", lambda store, root: store.move(root, "Orders", "Empty", None)),
    _collection(
        "copy request",
        lambda store, root: store.duplicate(root, "A.yml"),
        between=(("shop/A.yml", "name: A", "name: A copy"),),
    ),
    _collection(
        "copy folder",
        lambda store, root: store.duplicate(root, "Orders"),
        between=(("shop/Orders/folder.yml", "name: Orders", "name: Orders copy"),),
    ),
    _collection("connect", lambda store, root: store.set_connection(root, "Bare", "Shop")),
    _collection(
        "delete request", lambda store, root: store.delete(root, "A.yml"), can_be_undone=True
    ),
    _collection(
        "delete folder", lambda store, root: store.delete(root, "Orders"), can_be_undone=True
    ),
    _undo_delete("A.yml"),
    _undo_delete("Orders"),
    Operation(
        "add environment",
        lambda world, _: world.environments.create(world.root, Environment("Live")),
    ),
    Operation("save environment", _change_environment(None), World.environment),
    Operation("rename environment", _change_environment(None, "Live"), World.environment),
    Operation(
        "delete environment",
        lambda world, loaded: world.environments.delete(loaded),
        World.environment,
        can_be_undone=True,
    ),
    Operation(
        "undo delete environment",
        lambda world, ticket: world.environments.undo_delete(world.root, ticket),
        lambda world: world.environments.delete(world.environment()),
    ),
    Operation(
        "first save of workspace",
        _change_environment(WORKSPACE),
        lambda world: world.environment(WORKSPACE),
    ),
    Operation("save workspace", _change_environment(WORKSPACE), _workspace),
    *_connections(root=True),
    *_connections(root=False),
    Operation("save settings", lambda world, _: world.settings.save(Settings(theme="dark"))),
)
