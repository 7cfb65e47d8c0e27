"""Two programs that change one folder (fault row 35): no edit is lost, no file is torn."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters import turns
from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.environment_files import EnvironmentFiles
from httpdesk.adapters.turns import BUSY, Turns
from httpdesk.model.auth import NoAuth
from httpdesk.model.connection import Connection
from httpdesk.model.environment import Environment, Variable
from httpdesk.model.errors import FileChanged, FileUnwritable
from httpdesk.model.request import Header, Request

ALL = bool(os.environ.get("HTTPDESK_TEST_ALL"))
ROUNDS = 200 if ALL else 20

WRITER = """
import sys
from pathlib import Path
from tests.adapters.test_turns import (
    write_connection, write_environment, write_level, write_request
)

data, root, who, rounds = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
sys.stdin.readline()
for number in range(rounds):
    write_request(data, root, f"X-{who}-{number}")
    write_environment(data, root, f"{who}_{number}")
    write_level(data, root, f"X-{who}-{number}")
    write_connection(data, root, f"X-{who}-{number}")
"""


def until_nobody_was_faster(save: Callable[[], object]) -> None:
    """Read and save again for as long as the other program changes the file in between."""
    while True:
        try:
            save()
        except FileChanged:
            continue
        return


def write_request(data: Path, root: str, name: str) -> None:
    """Add a header to the request as it is on disk, as a window does that merges."""
    store = CollectionFiles(data)

    def save() -> None:
        loaded = store.load(root, "a.yml")
        headers = (*loaded.request.headers, Header(name, "1"))
        store.save(root, "a.yml", replace(loaded.request, headers=headers), loaded.digest)

    until_nobody_was_faster(save)


def write_environment(data: Path, root: str, name: str) -> None:
    store = EnvironmentFiles(lambda: data, data)

    def save() -> None:
        (loaded,) = store.environments(root)
        variables = (*loaded.environment.variables, Variable(name, "1"))
        store.save(loaded, replace(loaded.environment, variables=variables))

    until_nobody_was_faster(save)


def write_level(data: Path, root: str, name: str) -> None:
    store = CollectionFiles(data)

    def save() -> None:
        loaded = store.level(root, "")
        headers = (*loaded.level.headers, Header(name, "1"))
        store.save_level(root, "", replace(loaded.level, headers=headers), loaded.digest)

    until_nobody_was_faster(save)


def write_connection(data: Path, root: str, name: str) -> None:
    store = ConnectionFiles(lambda: data, data)

    def save() -> None:
        stored = store.find("Shop", root)
        assert stored is not None
        headers = (*stored.connection.headers, Header(name, "1"))
        store.save(stored, replace(stored.connection, headers=headers))

    until_nobody_was_faster(save)


@contextmanager
def writer(data: Path, root: str, who: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program that begins to write when a line is sent to it."""
    words = [sys.executable, "-c", WRITER, str(data), root, who, str(ROUNDS)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def root(tmp_path: Path) -> str:
    store = CollectionFiles(tmp_path / "data")
    root = store.create(str(tmp_path / "orders"), "Orders").root
    store.add(root, "", Request(name="a", url="http://h/"))
    EnvironmentFiles(lambda: tmp_path, tmp_path / "data").create(root, Environment("Local"))
    shop = Connection("id", "Shop", "https://shop.test/", NoAuth())
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(shop, root)
    return root


def test_two_programs_lose_no_edit_of_each_other(tmp_path: Path, root: str) -> None:
    """20 rounds of 200: each adds its headers and variables, all of them are there at the end."""
    data = tmp_path / "data"
    with ExitStack() as stack:
        writers = [stack.enter_context(writer(data, root, who)) for who in "ab"]
        for each in writers:
            assert each.stdin is not None
            each.stdin.write(b"\n")
            each.stdin.flush()
        for each in writers:
            _, said = each.communicate(timeout=500 if ALL else 60)
            assert each.returncode == 0, said.decode()
    headers = CollectionFiles(data).load(root, "a.yml").request.headers
    expected = {f"X-{who}-{number}" for who in "ab" for number in range(ROUNDS)}
    assert len(headers) == len(expected)
    assert {header.name for header in headers} == expected
    (loaded,) = EnvironmentFiles(lambda: data, data).environments(root)
    names = [variable.name for variable in loaded.environment.variables]
    assert sorted(names) == sorted(f"{w}_{n}" for w in "ab" for n in range(ROUNDS))
    level = CollectionFiles(data).level(root, "").level
    stored = ConnectionFiles(lambda: data, data).find("Shop", root)
    assert stored is not None
    for headers in (level.headers, stored.connection.headers):
        assert sorted(header.name for header in headers) == sorted(expected)


def test_a_turn_that_does_not_come_is_told(tmp_path: Path, root: str) -> None:
    """The other program may hang; the file stays as it is and the save says why."""
    store = CollectionFiles(tmp_path / "data")
    store.turns = Turns(tmp_path / "data" / "locks", patience=0.05)
    loaded = store.load(root, "a.yml")
    with Turns(tmp_path / "data" / "locks").of(root), pytest.raises(FileUnwritable) as caught:
        store.save(root, "a.yml", replace(loaded.request, url="http://other/"), loaded.digest)
    assert caught.value.detail == BUSY
    assert store.load(root, "a.yml") == loaded


def test_other_folders_and_reading_need_no_turn(tmp_path: Path, root: str) -> None:
    store = CollectionFiles(tmp_path / "data")
    with Turns(tmp_path / "data" / "locks", patience=0).of(root):
        assert store.open(root).items
        assert store.create(str(tmp_path / "other"), "Other").name == "Other"


def test_a_profile_that_cannot_be_written_does_not_keep_from_saving(
    tmp_path: Path, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path, name: str) -> int:
        raise FileUnwritable(path=str(folder))

    monkeypatch.setattr(turns, "open_lock", refuse)
    write_request(tmp_path / "data", root, "X-New")
    assert CollectionFiles(tmp_path / "data").load(root, "a.yml").request.headers


def test_threads_take_turns_too(tmp_path: Path, root: str) -> None:
    def add(who: int) -> None:
        for number in range(5):
            write_request(tmp_path / "data", root, f"X-{who}-{number}")

    threads = [threading.Thread(target=add, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(CollectionFiles(tmp_path / "data").load(root, "a.yml").request.headers) == 20
