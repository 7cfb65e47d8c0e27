"""Saving a body: whole or not at all, whatever the disk or the user does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from httpdesk.adapters.body_files import CHUNK, save_body
from httpdesk.adapters.body_spool import BodySpool
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import DiskFull, FileUnwritable, StorageFailed

OLD = b"what was there before"


def spooled(data: bytes) -> BodySpool:
    spool = BodySpool(memory_limit=1000)
    spool.write(data)
    return spool


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "body.bin"
    path.write_bytes(OLD)
    return path


@pytest.mark.parametrize("size", [0, 1, CHUNK, 2 * CHUNK + 3])
def test_the_file_is_the_body_byte_for_byte(target: Path, size: int) -> None:
    body = os.urandom(size)
    save_body(spooled(body), str(target), CancelToken())
    assert target.read_bytes() == body
    assert os.listdir(target.parent) == [target.name]


def test_a_cancelled_save_leaves_the_old_file_and_nothing_beside_it(target: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    save_body(spooled(b"x" * 5000), str(target), cancel)
    assert target.read_bytes() == OLD
    assert os.listdir(target.parent) == [target.name]


class CancelledHalfway(BodySpool):
    """A body during whose first chunk the user gives up."""

    def __init__(self, cancel: CancelToken) -> None:
        super().__init__()
        self._cancel = cancel

    def read_at(self, offset: int, length: int) -> bytes:
        self._cancel.cancel()
        return super().read_at(offset, length)


def test_a_save_that_is_cancelled_on_the_way_leaves_no_part(target: Path) -> None:
    cancel = CancelToken()
    body = CancelledHalfway(cancel)
    body.write(b"x" * (CHUNK + 1))
    save_body(body, str(target), cancel)
    assert target.read_bytes() == OLD
    assert os.listdir(target.parent) == [target.name]


@pytest.mark.parametrize("path", ["gone/body.bin", "."])
def test_a_place_that_cannot_be_written_is_told(target: Path, path: str) -> None:
    with pytest.raises(FileUnwritable):
        save_body(spooled(b"new"), str(target.parent / path), CancelToken())
    assert target.read_bytes() == OLD


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """quality.md row 28."""
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    with pytest.raises(DiskFull) as told:
        save_body(spooled(b"x" * 100_000), str(full), CancelToken())
    assert isinstance(told.value, StorageFailed)
    assert full.is_symlink()
