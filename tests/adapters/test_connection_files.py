"""Connections as files: found, listed, changed, and never written over."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.model.auth import BasicAuth
from httpdesk.model.connection import BrokenConnection, Connection, StoredConnection
from httpdesk.model.errors import (
    ConflictMarkers,
    FileChanged,
    FileNotUnderstood,
    NameTaken,
    UnsafePath,
)


@pytest.fixture
def root(tmp_path: Path) -> str:
    folder = tmp_path / "orders"
    folder.mkdir()
    return str(folder)


@pytest.fixture
def files(tmp_path: Path) -> ConnectionFiles:
    config = tmp_path / "config"
    config.mkdir()
    return ConnectionFiles(lambda: config, config.parent / "data")


def made(name: str = "Orders", **more: object) -> Connection:
    return Connection(f"id-{name}", name, "https://api.test/v1", BasicAuth("me"), **more)  # type: ignore[arg-type]


def test_a_collection_s_connection_comes_before_a_personal_one(
    files: ConnectionFiles, root: str
) -> None:
    """storage.md, Connections."""
    personal = files.add(replace(made(), id="mine"), None)
    assert files.find("Orders", root) == personal
    shared = files.add(replace(made(), id="ours"), root)
    assert files.find("Orders", root) == shared
    assert files.find("Orders", None) == personal
    assert files.find("orders", root) is None
    assert Path(shared.path) == Path(root, "connections", "Orders.yaml")
    assert os.stat(personal.path).st_mode & 0o777 == 0o600


def test_they_are_listed_by_name_and_broken_ones_with_a_reason(
    files: ConnectionFiles, root: str
) -> None:
    assert files.list(root) == files.list(None) == ()
    files.add(made("beta"), root)
    files.add(made("Alpha"), root)
    folder = Path(root, "connections")
    (folder / "broken.yaml").write_text("<<<<<<< HEAD\ninfo: {}\n=======\n>>>>>>> main\n")
    (folder / "other.yaml").write_text("info: {type: http}\n")
    (folder / "notes.txt").write_text("not ours")
    shown = [
        type(each.problem) if isinstance(each, BrokenConnection) else each.connection.name
        for each in files.list(root)
    ]
    assert shown == ["Alpha", "beta", ConflictMarkers, FileNotUnderstood]
    with pytest.raises(ConflictMarkers):
        files.find("broken", root)


def test_two_of_one_name_are_refused_also_in_another_case(
    files: ConnectionFiles, root: str
) -> None:
    files.add(made("Orders"), root)
    with pytest.raises(NameTaken):
        files.add(made("orders"), root)
    other = files.add(made("Else"), root)
    with pytest.raises(NameTaken):
        files.save(other, replace(other.connection, name="ORDERS"))


@pytest.mark.parametrize(
    ("name", "file"), [("CON", "CON_.yaml"), ("a/b: c", "a-b c.yaml"), ("..", "connection.yaml")]
)
def test_names_of_files_are_portable(
    files: ConnectionFiles, root: str, name: str, file: str
) -> None:
    stored = files.add(made(name), root)
    assert Path(stored.path).name == file
    found = files.find(name, root)
    assert found == stored


def test_saving_changes_what_differs_and_nothing_else(files: ConnectionFiles, root: str) -> None:
    stored = files.add(made(), root)
    text = "# ours\n" + Path(stored.path).read_text()
    Path(stored.path).write_text(text)
    (read,) = files.list(root)
    assert isinstance(read, StoredConnection)
    saved = files.save(read, replace(read.connection, base_url="https://api.test/v2"))
    assert Path(saved.path).read_text() == text.replace("/v1", "/v2")
    assert saved.connection.base_url == "https://api.test/v2"


def test_a_file_that_somebody_else_changed_stays(files: ConnectionFiles, root: str) -> None:
    stored = files.add(made(), root)
    Path(stored.path).write_text(Path(stored.path).read_text() + "# pulled\n")
    changed = Path(stored.path).read_bytes()
    with pytest.raises(FileChanged):
        files.save(stored, replace(made(), base_url="https://else.test"))
    with pytest.raises(FileChanged):
        files.delete(stored)
    assert Path(stored.path).read_bytes() == changed


def test_a_new_name_is_the_file_s_too(files: ConnectionFiles, root: str) -> None:
    stored = files.add(made(), root)
    renamed = files.save(stored, replace(stored.connection, name="Billing"))
    assert Path(renamed.path).name == "Billing.yaml"
    assert not Path(stored.path).exists()
    upper = files.save(renamed, replace(renamed.connection, name="BILLING"))
    assert [each.path for each in files.list(root)] == [upper.path]
    files.delete(upper)
    assert files.list(root) == ()


def test_nothing_is_read_through_links(files: ConnectionFiles, root: str, tmp_path: Path) -> None:
    """security.md R7."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    os.symlink(elsewhere, Path(root, "connections"))
    with pytest.raises(UnsafePath):
        files.list(root)


def test_a_shared_connection_names_no_file_outside_of_its_collection(
    files: ConnectionFiles, root: str
) -> None:
    """security.md R7."""
    files.add(made("in", ca_file="tls/ca.pem"), root)
    files.add(made("out", certificate="../mine.pem"), root)
    found = files.find("in", root)
    assert found is not None
    assert found.connection.ca_file == str(Path(root, "tls", "ca.pem"))
    with pytest.raises(UnsafePath):
        files.find("out", root)


def test_secrets_follow_the_id_of_their_connection() -> None:
    """Where they may go is asked before a send (tests/engine/test_places.py)."""
    one = made()
    assert replace(one, name="Renamed", base_url="https://x.test").secret("key") == one.secret(
        "key"
    )
    assert replace(one, id="other").secret("key") != one.secret("key")
