"""Environments on disk: whole files, one line of difference, nothing outside of the folder."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters.environment_files import FOLDER, EnvironmentFiles
from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.model.environment import Environment, LoadedEnvironment, Variable
from httpdesk.model.errors import (
    ConflictMarkers,
    FileChanged,
    FileNotUnderstood,
    FileUnreadable,
    NameTaken,
    UnsafePath,
)

STAGING = Environment("Staging", variables=(Variable("host", "a.test"),))


@pytest.fixture
def root(tmp_path: Path) -> str:
    """Give a collection folder."""
    (tmp_path / "shop").mkdir()
    return str(tmp_path / "shop")


@pytest.fixture
def store(tmp_path: Path) -> EnvironmentFiles:
    """Give a store whose workspace file is in its own folder."""
    return EnvironmentFiles(lambda: tmp_path / "config", tmp_path / "data")


def file_of(loaded: LoadedEnvironment) -> Path:
    """Return where an environment lies."""
    return Path(loaded.root, loaded.path)


def test_environments_are_listed_by_name_and_broken_ones_too(
    store: EnvironmentFiles, root: str
) -> None:
    store.create(root, STAGING)
    store.create(root, Environment("local"))
    (Path(root) / FOLDER / "bad.yml").write_bytes(b"name: [\n")
    (Path(root) / FOLDER / "torn.yml").write_bytes(b"<<<<<<< HEAD\nname: x\n=======\n>>>>>>> o\n")
    (Path(root) / FOLDER / "readme.txt").write_bytes(b"not one")
    found = store.environments(root)
    assert [each.environment.name for each in found] == ["bad", "local", "Staging", "torn"]
    assert isinstance(found[0].problem, FileNotUnderstood)
    assert isinstance(found[3].problem, ConflictMarkers)
    assert found[2].problem is None
    assert found[2].environment == STAGING


def test_a_collection_without_any_has_none(store: EnvironmentFiles, root: str) -> None:
    assert store.environments(root) == ()


def test_names_are_portable_and_taken_once(store: EnvironmentFiles, root: str) -> None:
    made = store.create(root, Environment("AUX/../x: y"))
    assert made.path.startswith("environments/")
    assert made.path.count("/") == 1
    assert store.environments(root)[0].environment.name == "AUX/../x: y"
    store.create(root, STAGING)
    with pytest.raises(NameTaken):
        store.create(root, Environment("STAGING"))


def test_a_save_touches_one_line_and_none_where_nothing_changed(
    store: EnvironmentFiles, root: str
) -> None:
    loaded = store.create(root, STAGING)
    text = "# mine\n" + file_of(loaded).read_text() + "clientCertificates: []\n"
    file_of(loaded).write_text(text)
    loaded = store.environments(root)[0]
    before = file_of(loaded).stat().st_mtime_ns
    assert store.save(loaded, loaded.environment) == loaded
    assert file_of(loaded).stat().st_mtime_ns == before
    changed = replace(loaded.environment, variables=(Variable("host", "b.test"),))
    saved = store.save(loaded, changed)
    assert file_of(saved).read_text() == text.replace("a.test", "b.test")
    assert saved.digest != loaded.digest


def test_a_file_that_changed_outside_is_not_written_over(
    store: EnvironmentFiles, root: str
) -> None:
    loaded = store.create(root, STAGING)
    file_of(loaded).write_text("name: theirs\n")
    with pytest.raises(FileChanged):
        store.save(loaded, replace(STAGING, color="#ff0000"))
    assert file_of(loaded).read_text() == "name: theirs\n"


def test_another_name_renames_the_file(store: EnvironmentFiles, root: str) -> None:
    loaded = store.create(root, STAGING)
    store.create(root, Environment("local"))
    saved = store.save(loaded, replace(STAGING, name="Stage 2"))
    assert saved.path == "environments/Stage 2.yml"
    assert sorted(os.listdir(Path(root, FOLDER))) == ["Stage 2.yml", "local.yml"]
    with pytest.raises(NameTaken):
        store.save(saved, replace(STAGING, name="Local"))
    again = store.save(saved, replace(STAGING, name="STAGE 2"))
    assert store.environments(root)[1].environment.name == "STAGE 2" == again.environment.name


def test_a_deleted_one_comes_back_byte_for_byte(store: EnvironmentFiles, root: str) -> None:
    loaded = store.create(root, STAGING)
    file_of(loaded).write_bytes(b"name: Staging   # kept\n")
    ticket = store.delete(loaded)
    assert store.environments(root) == ()
    with pytest.raises(FileUnreadable):
        store.delete(loaded)
    store.create(root, STAGING)
    back = store.undo_delete(root, ticket)
    assert file_of(back).read_bytes() == b"name: Staging   # kept\n"
    assert back.path == "environments/Staging 2.yml"


def test_the_workspace_has_one_file_of_its_own(store: EnvironmentFiles, tmp_path: Path) -> None:
    (nothing,) = store.environments(WORKSPACE)
    assert nothing.environment.variables == ()
    assert nothing.digest == ""
    saved = store.save(nothing, replace(nothing.environment, variables=(Variable("a", "1"),)))
    file = tmp_path / "config" / "workspace.yml"
    assert file.stat().st_mode & 0o777 == 0o600 or os.name == "nt"
    (again,) = store.environments(WORKSPACE)
    assert again == saved
    assert again.environment.variables == (Variable("a", "1"),)
    with pytest.raises(FileChanged):
        store.save(nothing, nothing.environment)
    with pytest.raises(NameTaken):
        store.create(WORKSPACE, Environment("other"))
    with pytest.raises(UnsafePath):
        store.delete(saved)


def test_links_and_paths_out_of_the_folder_are_refused(
    store: EnvironmentFiles, root: str, tmp_path: Path
) -> None:
    """security.md R7: nothing outside of the collection is read or written."""
    secret = tmp_path / "secret.env"
    secret.write_text("KEY=value\n")
    Path(root, ".env").write_text("A=1\nexport B='two'\n")
    Path(root, "sub").mkdir()
    Path(root, "sub", "more.env").write_text("C=3\n")
    Path(root, "link.env").symlink_to(secret)
    Path(root, "out").symlink_to(tmp_path)
    assert store.dotenv(root, ".env") == (("A", "1"), ("B", "two"))
    assert store.dotenv(root, "sub/more.env") == (("C", "3"),)
    for path in ("../secret.env", str(secret), "sub/../../secret.env", "out/secret.env"):
        with pytest.raises(UnsafePath):
            store.dotenv(root, path)
    for path in ("link.env", "a\0b", ""):
        with pytest.raises(UnsafePath):
            store.dotenv(root, path)
    with pytest.raises(FileUnreadable):
        store.dotenv(root, "missing.env")
    with pytest.raises(FileUnreadable):
        store.dotenv(root, "sub")
    hostile = LoadedEnvironment(STAGING, root, "environments/../../config.yml", "x")
    with pytest.raises(UnsafePath):
        store.save(hostile, STAGING)


def test_a_linked_folder_of_environments_is_refused(
    store: EnvironmentFiles, root: str, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    Path(root, FOLDER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafePath):
        store.environments(root)


def test_a_large_dotenv_file_is_not_read(store: EnvironmentFiles, root: str) -> None:
    Path(root, ".env").write_bytes(b"A=" + b"x" * 1_000_001)
    with pytest.raises(FileUnreadable):
        store.dotenv(root, ".env")
