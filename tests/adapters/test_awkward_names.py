"""Any name for anything that is kept in a file: it comes back, and nothing lands elsewhere."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from httpdesk.formats.portable_names import is_portable, key
from httpdesk.formats.yaml_text import without_surrogates
from httpdesk.model.auth import NoAuth
from httpdesk.model.collection import ItemKind
from httpdesk.model.connection import Connection, StoredConnection
from httpdesk.model.environment import Environment
from httpdesk.model.errors import NameTaken
from httpdesk.model.request import Request
from tests.helpers.store_operations import World

RESERVED = (
    *("CON", "nul", "Aux.yml", "prn.", "com1", "LPT9.txt", "COM¹", "conin$", "opencollection"),
    *("folder", "Environments", "connections", "node_modules", ".git", ".env", "..", ".", "~", "-"),
    *("../../etc/passwd", "a/b", "a\\b", "C:\\x", "\\\\host\\share", "/abs", "a:b", "x.yml", " "),
    *("a" * 300, "é" * 200, "😀" * 120, "e\u0301", "\u202egnp", "\ufeffx", "a\0b", "a\nb", "a."),
    *("{{name}}", "*?<>|\"'", "# a", "- a", "no", "null", "1.10", "\ud800", "ﬁ", "İ", "ß", "SS"),
)
NAMES = (
    st.sampled_from(RESERVED) | st.text(max_size=40) | st.text("./\\:*?\"<>| \t~-#'", max_size=9)
)


@pytest.fixture
def world() -> Iterator[World]:
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield World(Path(folder))


def fresh(world: World) -> None:
    """Empty the world, so that one example does not see what another has made."""
    for name in os.listdir(world.base):
        shutil.rmtree(world.base / name)
    world.config.mkdir()
    world.collections.create(world.root, "Names")


def assert_inside(world: World) -> None:
    """Everything lies in the collection, the profile, or below; each name is one everywhere."""
    assert set(os.listdir(world.base)) <= {"shop", "config", "data", "cache"}
    for folder, folders, files in os.walk(world.root):
        names = [name for name in (*folders, *files) if name != ".gitignore"]
        assert all(map(is_portable, names)), folder
        assert len({key(name) for name in names}) == len(names), names
        assert all(len(name.encode()) < 256 for name in names)


def shown(name: str, unnamed: str) -> str:
    """Return what is read of a name: lone surrogates stand in no file."""
    return without_surrogates(name) or unnamed


def stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".yml")


EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(NAMES, NAMES)
@example("CON", "con")
@example("a/../b", "..")
@EXAMPLES
def test_any_name_of_a_request_or_folder_comes_back(world: World, name: str, other: str) -> None:
    """It is made, listed, renamed and loaded; its file has a name for every system."""
    fresh(world)
    store, root = world.collections, world.root
    folder = store.add_folder(root, "", name)
    assert [each.path for each in store.open(root).items] == [folder]
    first = store.add(root, folder, Request(name=name, url="http://h/"))
    assert store.load(root, first.path).request.name == shown(name, "")
    for again in range(2):
        path = store.add(root, folder, Request(name=name, notes=str(again))).path
        assert path != first.path
    renamed = store.rename(root, folder, other)
    (item,) = world.collections.open(root).items
    assert (item.path, item.kind) == (renamed, ItemKind.FOLDER)
    assert len(item.children) == 3
    assert item.name == shown(other, stem(renamed))
    assert_inside(world)
    try:
        moved = store.rename(root, f"{renamed}/{path.rpartition('/')[2]}", other)
    except NameTaken:
        assert key(other) == key(name)
        return
    assert store.load(root, moved).request.name == shown(other, "")
    assert_inside(world)


@given(NAMES, NAMES)
@EXAMPLES
def test_any_name_of_an_environment_comes_back(world: World, name: str, other: str) -> None:
    fresh(world)
    store, root = world.environments, world.root
    made = store.create(root, Environment(name))
    assert store.environments(root) == (made,)
    assert made.environment.name == shown(name, stem(made.path))
    with pytest.raises(NameTaken):
        store.create(root, Environment(made.environment.name.upper()))
    renamed = store.save(made, replace(made.environment, name=other))
    (found,) = world.environments.environments(root)
    assert found == renamed
    assert found.environment.name == shown(other, made.environment.name)
    assert_inside(world)


@given(NAMES, NAMES)
@EXAMPLES
def test_any_name_of_a_connection_comes_back(world: World, name: str, other: str) -> None:
    fresh(world)
    for root in (world.root, None):
        store = world.connections
        made = store.add(Connection("id", name, "https://h/", NoAuth()), root)
        assert store.list(root) == (made,)
        assert made.connection.name == without_surrogates(name)
        renamed = store.save(made, replace(made.connection, name=other))
        (found,) = world.connections.list(root)
        assert isinstance(found, StoredConnection)
        assert found == renamed
        assert found.connection.name == without_surrogates(other)
    assert_inside(world)
