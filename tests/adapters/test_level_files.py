"""A folder's and a collection's own file through the store (storage.md, "Writing rules")."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.model.environment import Variable
from httpdesk.model.errors import FileChanged, FileUnreadable, UnsafePath
from httpdesk.model.level import Level
from httpdesk.model.request import Header, Options, Request
from tests.adapters.test_collection_with_bru import run_bru
from tests.helpers.raw_server import RawServer, answering, response


@pytest.fixture
def store(tmp_path: Path) -> CollectionFiles:
    return CollectionFiles(tmp_path / "own")


@pytest.fixture
def root(tmp_path: Path, store: CollectionFiles) -> str:
    return store.create(str(tmp_path / "shop"), "Shop").root


def test_the_collection_itself_is_a_level(store: CollectionFiles, root: str) -> None:
    loaded = store.level(root, "")
    assert loaded.level == Level("Shop")
    saved = store.save_level(
        root, "", replace(loaded.level, variables=(Variable("base", "http://h"),)), loaded.digest
    )
    assert saved == store.level(root, "")
    assert store.defaults(root, "r.yml")[0][1].variables == (("base", "http://h"),)


def test_a_folder_without_a_file_gets_one_with_the_first_save(
    store: CollectionFiles, root: str
) -> None:
    (Path(root) / "Orders").mkdir()
    loaded = store.level(root, "Orders")
    assert (loaded.level, loaded.digest) == (Level("Orders"), "")
    changed = replace(loaded.level, headers=(Header("X-Team", "orders"),))
    saved = store.save_level(root, "Orders", changed, loaded.digest)
    assert saved.level == changed
    text = (Path(root) / "Orders" / "folder.yml").read_text()
    assert text == (
        "info:\n  name: Orders\n  type: folder\n"
        "\nrequest:\n  headers:\n    - name: X-Team\n      value: orders\n"
    )


def test_another_file_is_never_written_over(store: CollectionFiles, root: str) -> None:
    path = store.add_folder(root, "", "Orders")
    loaded, file = store.level(root, path), Path(root) / path / "folder.yml"
    file.write_text(file.read_text() + "docs: theirs\n")
    before = file.read_bytes()
    with pytest.raises(FileChanged):
        store.save_level(root, path, replace(loaded.level, notes="ours"), loaded.digest)
    assert file.read_bytes() == before
    file.unlink()
    with pytest.raises(FileChanged):
        store.save_level(root, path, replace(loaded.level, notes="ours"), loaded.digest)
    assert not file.exists()
    # And one that came meanwhile is none that was read.
    file.write_bytes(before)
    with pytest.raises(FileChanged):
        store.save_level(root, path, replace(loaded.level, notes="ours"), "")
    forced = store.save_level(root, path, replace(loaded.level, notes="ours"), None)
    assert forced.level.notes == "ours"


def test_a_path_never_leaves_the_collection(store: CollectionFiles, root: str) -> None:
    with pytest.raises(UnsafePath):
        store.level(root, "../other")
    (Path(root) / "opencollection.yml").unlink()
    with pytest.raises(FileUnreadable):
        store.level(root, "")


def test_bru_runs_what_was_saved(store: CollectionFiles, root: str) -> None:
    """Statement 82's order of levels is Bruno's: what a folder page saves, `bru run` sends."""
    with RawServer(answering(response(b"ok"))) as server:
        folder = store.add_folder(root, "", "Orders")
        store.add(root, folder, Request(name="List", url="{{base}}/{{size}}"))
        top, inner = store.level(root, ""), store.level(root, folder)
        base = Variable("base", f"http://127.0.0.1:{server.port}")
        store.save_level(root, "", replace(top.level, variables=(base,)), top.digest)
        level = replace(
            inner.level,
            headers=(Header("X-Team", "orders"), Header("X-Off", "1", enabled=False)),
            variables=(Variable("size", "20"), Variable("size", "30", enabled=False)),
            options=Options(retry_max=2, timeout_ms=4000),
            notes="# Orders",
        )
        store.save_level(root, folder, level, inner.digest)
        run_bru(root, folder)
        (raw,) = server.requests
    assert raw.startswith(b"GET /20 HTTP/1.1\r\n")
    assert b"X-Team: orders\r\n" in raw
    assert b"X-Off" not in raw
