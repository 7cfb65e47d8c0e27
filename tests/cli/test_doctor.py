"""`httpdesk doctor`: what it finds, and that it changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from httpdesk.adapters import atomic, own_health
from httpdesk.adapters.history_database import HistoryDatabase
from httpdesk.cli.doctor import sentence
from httpdesk.model.health import Finding, FindingKind, Health
from tests.cli.conftest import Cli
from tests.helpers.store_operations import build

REQUEST = "info: {name: A, type: http}\nhttp: {method: GET, url: http://h/}\n"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    for name in ("config", "data", "cache"):
        (tmp_path / name).mkdir(mode=0o700)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def faults(cli: Cli, *words: str) -> list[str]:
    """Return the lines of faults; the exit status tells whether there are any."""
    ended = cli("doctor", *words)
    found = [line for line in ended.out.decode().splitlines() if line.startswith("FAULT")]
    assert ended.status == (4 if found else 0)
    return found


def test_nothing_is_wrong_with_a_new_profile(cli: Cli) -> None:
    ended = cli("doctor")
    assert ended.status == 0
    assert ended.out.decode().endswith("\nNothing is wrong.\n")


@pytest.mark.parametrize(
    "data", [b"no database at all, but text" * 50, b"SQLite format 3\0" + b"\xff" * 4096]
)
@pytest.mark.parametrize("name", ["httpdesk.db", "history.db"])
def test_a_damaged_database_is_named_and_left_alone(
    cli: Cli, tmp_path: Path, name: str, data: bytes
) -> None:
    """Fault row 32."""
    file = tmp_path / "data" / name
    file.write_bytes(data)
    (found,) = faults(cli)
    assert f"{file} is damaged" in found
    assert contents(tmp_path / "data") == {str(file): data}


def test_a_database_of_a_later_version(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "data" / "httpdesk.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert "changed by a later HTTPDesk" in faults(cli)[0]


def test_a_history_of_a_later_version_is_refused_in_words(
    cli: Cli, history: HistoryDatabase, history_path: Path
) -> None:
    history.open()
    history.close()
    with closing(sqlite3.connect(history_path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = history_path.read_bytes()
    ended = cli("history", "list")
    assert ended.status == 4
    assert f"A later version of HTTPDesk wrote {history_path}. It was not changed." in ended.err
    assert history_path.read_bytes() == before


def test_settings_that_cannot_be_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "config" / "settings.toml").write_text("theme = [")
    (found,) = faults(cli)
    assert "settings.toml" in found
    (tmp_path / "config" / "settings.toml").write_text('version = 1\ntheme = "pink"\n')
    assert "theme" in faults(cli)[0]


@pytest.mark.skipif(os.name != "posix", reason="modes are a thing of POSIX")
def test_a_folder_that_others_can_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "data").chmod(0o755)
    (found,) = faults(cli)
    assert "can be read by others (mode 0755)" in found


def test_little_space_and_a_missing_folder(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_health, "LITTLE_SPACE", 1 << 62)
    assert all("are left where" in line for line in faults(cli))
    monkeypatch.undo()
    (tmp_path / "cache").rmdir()
    assert "cannot be written" in faults(cli)[0]


def test_what_was_set_aside_is_a_note(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "data" / "httpdesk.damaged-2026-01-01-000000.db").write_bytes(b"")
    (tmp_path / "data" / "httpdesk.damaged-2026-01-01-000000.db-wal").write_bytes(b"")
    out = cli("doctor").out.decode()
    assert out.count("was set aside") == 1
    assert faults(cli) == []


def test_a_collection_is_read_whole(cli: Cli, tmp_path: Path) -> None:
    """Fault row 34: broken files, conflict markers, names that are one file elsewhere."""
    root = tmp_path / "orders"
    root.mkdir()
    (root / "opencollection.yml").write_text('opencollection: "1.0.0"\ninfo: {name: Orders}\n')
    for name in ("good.yml", "Same.yml", "same.yml", "nul.yml"):
        (root / name).write_text(REQUEST)
    (root / "bad.yml").write_text("info: [")
    (root / "merge.yml").write_text(f"<<<<<<< HEAD\n{REQUEST}=======\n{REQUEST}>>>>>>> x\n")
    before = contents(root)
    found = "\n".join(faults(cli, str(root)))
    assert "bad.yml, line" in found
    assert "merge.yml, line 1: the file holds the conflict markers" in found
    assert "ame.yml are one file on Windows and macOS" in found
    assert found.count("FAULT") == 3
    out = cli("doctor", str(root)).out.decode()
    assert f"{root} is a collection of 4 requests" in out
    assert "note  nul.yml cannot be checked out on every system" in out
    assert contents(root) == before


def test_every_kind_of_file_that_is_broken_is_named(cli: Cli, tmp_path: Path) -> None:
    """Rows 34 and 36: what a pull or a hostile repository may bring, and what a kill leaves."""
    world = build(tmp_path / "world")
    root = Path(world.root)
    (root / "Both.yml").unlink()
    assert faults(cli, str(root)) == []
    out = cli("doctor", str(root)).out.decode()
    assert f"{root} has 1 environments" in out
    for path in ("Orders/folder.yml", "environments/Local.yml", "connections/Shop.yaml"):
        (root / path).write_text("info: [")
    (root / "opencollection.yml").write_bytes(b"")
    os.mkfifo(root / "pipe.yml")
    (root / "link.yml").symlink_to("/etc/hostname")
    for folder in (root, root / "environments", tmp_path / "config"):
        (folder / ".httpdesk-00.tmp").write_bytes(b"half")
        os.utime(folder / ".httpdesk-00.tmp", (0, 0))
    (tmp_path / "config" / "workspace.yml").write_text("- a")
    found = "\n".join(faults(cli, str(root)))
    for name in (
        *("Orders/folder.yml", "environments/Local.yml", "connections/Shop.yaml", "pipe.yml"),
        *("link.yml", "workspace.yml", "opencollection.yml"),
    ):
        assert name in found, name
    assert found.count("FAULT") == 7


def test_what_a_killed_save_left_is_a_note(cli: Cli, tmp_path: Path) -> None:
    """Row 30."""
    world = build(tmp_path / "world")
    left = [
        folder / atomic.temporary_name()
        for folder in (Path(world.root) / "Orders", Path(world.root) / "environments")
    ]
    left.append(tmp_path / "config" / atomic.temporary_name())
    for path in left:
        path.write_bytes(b"half")
    out = cli("doctor", world.root).out.decode()
    for path in left:
        assert f"note  {path} is left of a save that was interrupted" in out
        assert path.exists()


def test_a_folder_of_links_is_told_and_not_followed(cli: Cli, tmp_path: Path) -> None:
    world = build(tmp_path / "world")
    for name in ("environments", "connections"):
        shutil.move(Path(world.root) / name, tmp_path / name)
        (Path(world.root) / name).symlink_to(tmp_path / name)
    found = faults(cli, world.root)
    assert sum("environments" in line or "connections" in line for line in found) == 2


def test_settings_of_a_later_version(cli: Cli, tmp_path: Path) -> None:
    """Row 33."""
    (tmp_path / "config" / "settings.toml").write_text("version = 99\n")
    (found,) = faults(cli)
    assert "settings.toml was changed by a later HTTPDesk" in found


def test_a_folder_that_is_no_collection(cli: Cli, tmp_path: Path) -> None:
    assert "not a collection" in faults(cli, str(tmp_path))[0]


def test_as_json(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "data" / "history.db").write_bytes(b"x" * 5000)
    ended = cli("doctor", "--json")
    rows = json.loads(ended.out)
    assert {"kind", "health", "subject", "text"} == set(rows[0])
    assert [row["kind"] for row in rows if row["health"] == "fault"] == ["own file damaged"]
    assert ended.status == 4


def test_every_finding_has_its_words() -> None:
    for kind in FindingKind:
        text = sentence(Finding(kind, "the subject", "1234567"))
        assert text
        assert "{" not in text
    assert {kind.health for kind in FindingKind} == set(Health)
