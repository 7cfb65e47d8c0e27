"""Files that harm whoever reads them carelessly, as every kind of file (row 36; security.md R7)."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.formats import yaml_tree
from httpdesk.model.connection import BrokenConnection
from httpdesk.model.environment import LoadedEnvironment
from httpdesk.model.errors import FileNotUnderstood, HttpDeskError, StorageFailed
from tests.helpers.store_operations import World, build

HOME = Path(__file__).parents[2]


def bomb(letters: str = "abcdefghij") -> bytes:
    """Return lines each of which holds the one before eight times."""
    lines = [f"{letters[0]}: &{letters[0]} [x, x, x, x, x, x, x, x]"]
    for before, letter in itertools.pairwise(letters):
        lines.append(f"{letter}: &{letter} [{', '.join([f'*{before}'] * 8)}]")
    return "\n".join(lines).encode()


def chain(count: int = 90) -> bytes:
    """Return lines each of which is deep, and the deepest place of which is the one before."""
    links = (f"a{n}: &a{n} {'[' * 40}*a{n - 1}{']' * 40}" for n in range(1, count))
    return "\n".join(["a0: &a0 x", *links]).encode()


REFUSED = {
    "a tag": b"info: !!python/object/apply:os.system [touch /tmp/x]\n",
    "a tag of its own": b"info: !odd {name: a, type: http}\n",
    "a tag in other words": b"%TAG ! tag:evil,2000:\n---\ninfo: !x {name: x}\n",
    "a later YAML": b"%YAML 9.9\n---\ninfo: {name: x}\n",
    "a bomb": bomb(),
    "a deep chain": chain(),
    "many aliases": b"a: &a x\nb: [" + b"*a, " * 1000 + b"]\n",
    "an alias to itself": b"info: &a {name: *a}\n",
    "depth": b"info: " + b"[" * 20_000 + b"]" * 20_000,
    "depth by lines": b"".join(b" " * n + b"a:\n" for n in range(200)),
    "size": b"info: {name: " + b"x" * 6_000_000 + b"}\n",
    "a key twice": b"info:\n  name: a\n  name: b\n  type: http\n",
    "NUL": b"info:\n  name: a\0b\n",
    "an escape sequence": b'info: {name: "a\x1b[2Jb", type: http}\n',
    "UTF-16": "info:\n  name: a\n".encode("utf-16"),
    "UTF-32": "info:\n  name: a\n".encode("utf-32"),
    "Latin-1": b"info:\n  name: \xe9\n",
    "half a pair": b'info: {name: "\\ud800", type: http}\n',
    "a key that is a list": b"? [a, b]\n: c\n",
    "two documents": b"info: {name: a, type: http}\n---\ninfo: {}\n",
    "a list": b"- a\n- b\n",
    "text": b"just text\n",
    "nothing": b"",
    "null": b"~\n",
    "a comment": b"# nothing\n",
}
"""What no kind of file may hold."""


def _with_problem(loaded: LoadedEnvironment) -> HttpDeskError | None:
    return loaded.problem


def _broken(world: World, root: str | None) -> HttpDeskError | None:
    (found,) = world.connections.list(root)
    return found.problem if isinstance(found, BrokenConnection) else None


def _raised(read: Callable[[], object]) -> HttpDeskError | None:
    try:
        read()
    except StorageFailed as error:
        return error
    return None


KINDS: dict[str, tuple[str, Callable[[World], HttpDeskError | None]]] = {
    "request": ("shop/A.yml", lambda w: _raised(lambda: w.collections.load(w.root, "A.yml"))),
    "folder": (
        "shop/Orders/folder.yml",
        lambda w: _raised(lambda: w.collections.level(w.root, "Orders")),
    ),
    "collection": (
        "shop/opencollection.yml",
        lambda w: _raised(lambda: w.collections.level(w.root, "")),
    ),
    "environment": ("shop/environments/Local.yml", lambda w: _with_problem(w.environment())),
    "workspace": ("config/workspace.yml", lambda w: _with_problem(w.environment(WORKSPACE))),
    "shared connection": ("shop/connections/Shop.yaml", lambda w: _broken(w, w.root)),
    "personal connection": ("config/connections/Shop.yaml", lambda w: _broken(w, None)),
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        made = build(Path(folder))
        first = made.environment(WORKSPACE)
        made.environments.save(first, first.environment)
        yield made


def in_the_tree(world: World) -> HttpDeskError | None:
    """Return what the sidebar and `httpdesk doctor` say of the collection, the first of it."""
    collection = world.collections.check(world.root)
    problems = [collection.problem, *(item.problem for item in collection.walk())]
    return next((each for each in problems if each is not None), None)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("kind", KINDS)
def test_what_harms_is_refused_in_every_kind_of_file(world: World, kind: str, name: str) -> None:
    """The file is named as broken within a moment, and stays as it is."""
    path, problem_of = world.base / KINDS[kind][0], KINDS[kind][1]
    good = path.read_bytes()
    (Path(world.root) / "Both.yml").unlink(missing_ok=True)
    try:
        path.write_bytes(REFUSED[name])
        started = time.monotonic()
        assert problem_of(world) is not None
        if kind in {"request", "folder", "collection"}:
            assert in_the_tree(world) is not None
        assert time.monotonic() - started < 3
        assert path.read_bytes() == REFUSED[name]
    finally:
        path.write_bytes(good)


HARMLESS = {
    "merge keys": b"x: &x {name: a}\ninfo:\n  <<: *x\n  type: http\n",
    "a byte order mark": b"\xef\xbb\xbfinfo:\n  name: a\n  type: http\n",
    "CRLF": b"info:\r\n  name: a\r\n  type: http\r\n",
    "a huge number": b"info: {name: a, type: http, seq: " + b"9" * 10_000 + b"}\n",
    "no number": b"info: {name: a, type: http, seq: .nan}\n",
    "more than a float holds": b"info: {name: a, type: http, seq: 1e400}\n",
    "a long key": b"info: {name: a, type: http}\n? " + b"k" * 100_000 + b"\n: v\n",
}


@pytest.mark.parametrize("name", HARMLESS)
@pytest.mark.parametrize("kind", ["request", "folder", "collection", "environment", "workspace"])
def test_odd_files_are_read_in_every_kind(world: World, kind: str, name: str) -> None:
    path, problem_of = world.base / KINDS[kind][0], KINDS[kind][1]
    good = path.read_bytes()
    try:
        path.write_bytes(HARMLESS[name])
        assert problem_of(world) is None
        world.collections.check(world.root)
    finally:
        path.write_bytes(good)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("taken_by", ["folder", "link", "pipe"])
def test_a_file_that_is_no_file_any_more_is_told(world: World, kind: str, taken_by: str) -> None:
    """Row 36: neither waited for nor followed."""
    path, problem_of = world.base / KINDS[kind][0], KINDS[kind][1]
    good = path.read_bytes()
    path.unlink()
    away = world.base / "outside.yml"
    away.write_bytes(good)
    try:
        if taken_by == "folder":
            path.mkdir()
        elif taken_by == "link":
            path.symlink_to(away)
        else:
            os.mkfifo(path)
        started = time.monotonic()
        if taken_by != "nothing":
            assert problem_of(world) is not None
        elif kind in {"request", "collection"}:
            assert isinstance(
                _raised(lambda: KINDS[kind][1](world)) or problem_of(world), Exception
            )
        assert time.monotonic() - started < 3
        assert away.read_bytes() == good
    finally:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(good)


def test_aliases_count_as_what_they_stand_for() -> None:
    """A hundred aliases may stand for a file's worth of values, and for no more."""
    row = f"a: &a [{', '.join(['x'] * 3000)}]\n"
    few, many = (f"{row}b: [{', '.join(['*a'] * count)}]".encode() for count in (60, 70))
    assert len(yaml_tree.data_of(yaml_tree.parse(few).root)["b"]) == 60
    with pytest.raises(FileNotUnderstood) as caught:
        yaml_tree.parse(many)
    assert caught.value.reason == "too many values"
    deep = f"a: &a {'[' * 40}{']' * 40}\nb: {'[' * 30}*a{']' * 30}"
    with pytest.raises(FileNotUnderstood) as caught:
        yaml_tree.parse(deep.encode())
    assert caught.value.reason == "nested too deeply"


# Nothing outside

READER = """
import json, os, sys
from pathlib import Path
from httpdesk.adapters.uploads import LocalUploads
from tests.helpers.store_operations import World
from httpdesk.model.errors import StorageFailed
world = World(Path(sys.argv[1]))
world.collections.check(world.root)  # everything is imported
world.environments.environments(world.root)
opened = []
def hook(event, args):
    if event in {"open", "os.listdir", "os.scandir"} and isinstance(args[0], (str, bytes)):
        path = os.fsdecode(args[0])
        followed = event != "open" or not args[2] & os.O_NOFOLLOW
        folder, name = os.path.split(path)
        real = os.path.realpath(path) if followed else os.path.join(os.path.realpath(folder), name)
        opened.append(real)
sys.addaudithook(hook)
sys.dont_write_bytecode = True
def tried(read):
    try:
        return read()
    except StorageFailed:
        return None
collection = world.collections.check(world.root)
for item in collection.walk():
    for read in (world.collections.load, world.collections.level, world.collections.defaults):
        tried(lambda: read(world.root, item.path))
tried(lambda: world.environments.environments(world.root))
tried(lambda: world.connections.list(world.root))
for path in ("../outside/secret.yml", "linked/secret.yml", "/etc/hostname", ".env"):
    tried(lambda: world.environments.dotenv(world.root, path))
    tried(lambda: world.collections.load(world.root, path))
print(json.dumps([[item.path, item.kind.value] for item in collection.walk()]))
print(json.dumps(sorted(set(opened))))
"""


def test_a_hostile_folder_leads_nowhere(tmp_path: Path) -> None:
    """Row 36: opens in less than 3 s, and an audit hook sees no read outside of it."""
    world = build(tmp_path / "base")
    root, outside = Path(world.root), tmp_path / "base" / "outside"
    outside.mkdir()
    (outside / "secret.yml").write_bytes((root / "A.yml").read_bytes())
    (root / "link.yml").symlink_to(outside / "secret.yml")
    (root / "linked").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / ".env").symlink_to(outside / "secret.yml")
    (root / "Orders" / "folder.yml").unlink()
    (root / "Orders" / "folder.yml").symlink_to(outside / "secret.yml")
    (root / "environments" / "Link.yml").symlink_to(outside / "secret.yml")
    (root / "connections" / "link.yaml").symlink_to(outside / "secret.yml")
    for name in ("pipe.yml", "Empty/pipe.yml", "environments/pipe.yml", "connections/pipe.yaml"):
        os.mkfifo(root / name)
    with (root / "huge.yml").open("wb") as file:
        file.truncate(1 << 34)
    (root / "bomb.yml").write_bytes(bomb())
    root.joinpath(*["d"] * 60).mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", READER, str(world.base)],
        capture_output=True,
        text=True,
        cwd=HOME,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    items, opened = map(json.loads, done.stdout.splitlines())
    kinds = dict(items)
    for name in ("link.yml", "pipe.yml", "huge.yml", "bomb.yml", "Empty/pipe.yml"):
        assert kinds[name] == "broken", name
    assert not any(path.startswith(("linked", "loop")) for path in kinds)
    own = [str(world.base / name) for name in ("shop", "config", "data", "cache")]
    assert len(opened) > 10
    assert [path for path in opened if not path.startswith(tuple(own))] == []
    started = time.monotonic()
    world.collections.open(world.root)
    assert time.monotonic() - started < 3
