"""The sample collection is copied once and is the user's own from then on."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.collection_files import CollectionFiles
from httpdesk.adapters.resource_files import resource_path
from httpdesk.adapters.sample_collection import place_sample_collection
from httpdesk.model.errors import FileUnwritable


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_copy_is_whole_and_opens(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    assert place_sample_collection(folder) == str(folder)
    assert files(folder) == files(resource_path("sample"))
    collection = CollectionFiles(tmp_path / "data").open(str(folder))
    assert [item.problem for item in collection.walk()] == [None] * len(list(collection.walk()))


def test_what_the_user_changed_stays(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    place_sample_collection(folder)
    changed = folder / "first-steps" / "say-hello.yml"
    changed.write_text("mine")
    (folder / "orders" / "read-an-order.yml").unlink()
    place_sample_collection(folder)
    assert changed.read_text() == "mine"
    assert not (folder / "orders" / "read-an-order.yml").exists()


def test_a_copy_that_was_cut_short_is_made_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The collection's own file says that there is a copy, so it has to come last."""
    whole = files(resource_path("sample"))
    for room in range(len(whole)):
        folder, left = tmp_path / str(room), iter(range(room))

        def until_full(source: str, target: str, left: Iterator[int] = left, **_: object) -> None:
            if next(left, None) is None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            Path(target).write_text("half")

        with monkeypatch.context() as patch:
            patch.setattr(shutil, "copyfile", until_full)
            with pytest.raises(FileUnwritable):
                place_sample_collection(folder)
        place_sample_collection(folder)
        assert files(folder) == whole, f"after {room} files"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileUnwritable):
        place_sample_collection(tmp_path / "file" / "sample")
