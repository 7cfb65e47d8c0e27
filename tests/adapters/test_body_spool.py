"""The spool: memory up to a bound, then an unnamed private file, readable while it grows."""

from __future__ import annotations

import errno
import gc
import os
import stat
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.model.errors import DiskFull, FileUnwritable, StorageFailed


@pytest.fixture
def small(tmp_path: Path) -> BodySpool:
    """A spool that moves to its file behind ten bytes."""
    return BodySpool(tmp_path / "spool", memory_limit=10)


def test_what_was_written_is_read_back(small: BodySpool) -> None:
    small.write(b"01234")
    assert (small.size, small.read_at(1, 3), small.in_file) == (5, b"123", False)


def test_reading_past_the_end_gives_what_there_is(small: BodySpool) -> None:
    small.write(b"01234")
    assert small.read_at(3, 100) == b"34"
    assert small.read_at(5, 1) == b""
    assert small.read_at(99, 1) == b""


def test_a_large_body_moves_to_a_file_and_reads_the_same(small: BodySpool) -> None:
    """Statement 59."""
    small.write(b"0123456789")
    assert not small.in_file
    small.write(memoryview(b"abcdef"))
    assert small.in_file
    assert (small.size, small.read_at(8, 4), small.read_at(0, 99)) == (
        16,
        b"89ab",
        b"0123456789abcdef",
    )


def test_the_memory_is_given_back_when_the_file_takes_over(tmp_path: Path) -> None:
    """A body is never held twice."""
    spool = BodySpool(tmp_path, memory_limit=1024)
    spool.write(bytes(1024))
    spool.write(bytes(1))
    assert sys.getsizeof(spool._memory) < 100


@pytest.mark.skipif(sys.platform == "win32", reason="the name goes with the last handle there")
def test_the_file_is_private_and_has_no_name(small: BodySpool, tmp_path: Path) -> None:
    small.write(b"x" * 100)
    folder = tmp_path / "spool"
    assert list(folder.iterdir()) == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert small._file is not None
    status = os.fstat(small._file.fileno())
    assert (stat.S_IMODE(status.st_mode), status.st_nlink) == (0o600, 0)


@pytest.mark.parametrize("size", [5, 100])
def test_closing_twice_is_fine_and_ends_reading(small: BodySpool, size: int) -> None:
    small.write(b"x" * size)
    small.close()
    small.close()
    with pytest.raises(ValueError, match="closed"):
        small.read_at(0, 1)
    with pytest.raises(ValueError, match="closed"):
        small.write(b"more")


def test_a_forgotten_spool_gives_its_file_back(tmp_path: Path) -> None:
    """No ResourceWarning, which would be an error here, and the descriptor is free."""
    spool = BodySpool(tmp_path, memory_limit=1)
    spool.write(b"xx")
    assert spool._file is not None
    file = spool._file
    del spool
    gc.collect()
    assert file.closed


def test_it_can_be_read_from_another_thread_while_it_grows(small: BodySpool) -> None:
    blocks = [bytes([65 + number]) * 997 for number in range(20)]
    wrong: list[bytes] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            size = small.size
            seen = small.read_at(0, size)
            if seen != b"".join(blocks)[:size]:
                wrong.append(seen)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for block in blocks:
        small.write(block)
    done.set()
    watcher.join(5)
    assert not watcher.is_alive()
    assert wrong == []
    assert small.size == 20 * 997


class _FullDisk:
    """A file that takes `room` bytes, in short writes, and then fails."""

    def __init__(self, room: int, code: int) -> None:
        self.room = room
        self.code = code
        self.taken = b""

    def write(self, data: memoryview) -> int:
        if not self.room:
            raise OSError(self.code, os.strerror(self.code))
        count = min(self.room, 3, len(data))
        self.taken += bytes(data[:count])
        self.room -= count
        return count

    def seek(self, place: int) -> None:
        self.taken = self.taken[:place]

    def close(self) -> None:
        self.room = 0


@pytest.mark.parametrize(
    ("code", "kind"),
    [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EIO, FileUnwritable)],
)
def test_a_full_disk_becomes_our_error_and_keeps_the_memory(
    small: BodySpool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    kind: type[StorageFailed],
) -> None:
    """Fault row 28: what came before stays readable."""
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: _FullDisk(4, code))
    small.write(b"01234567")
    with pytest.raises(kind) as caught:
        small.write(b"more than fits")
    assert caught.value.path == str(tmp_path / "spool")
    assert caught.value.detail == os.strerror(code)
    assert (small.size, small.read_at(0, 99)) == (8, b"01234567")


def test_short_writes_lose_nothing(small: BodySpool, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = _FullDisk(1000, errno.ENOSPC)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: disk)
    small.write(b"01234567")
    small.write(b"89abcdef")
    assert disk.taken == b"0123456789abcdef"


def test_an_unwritable_folder_becomes_our_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    spool = BodySpool(blocked / "below", memory_limit=1)
    with pytest.raises(FileUnwritable):
        spool.write(b"xx")
