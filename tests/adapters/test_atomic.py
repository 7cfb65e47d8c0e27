"""Files stay whole: quality.md rows 28 to 31, security.md R8."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from httpdesk.adapters import atomic
from httpdesk.model.errors import (
    DiskFull,
    FileUnreadable,
    FileUnwritable,
    NameTaken,
    StorageFailed,
    UnsafePath,
)

OLD, NEW = b"old\n" * 100, b"new\n" * 5000
ROUNDS = 12


class Spy:
    """Stands in for `os`: records the calls that matter and fails at one of them."""

    CALLS = ("open", "fchmod", "write", "fsync", "close", "replace", "link", "unlink")

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fail_at: int | None = None
        self.error = errno.ENOSPC

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in self.CALLS:
            return real

        def spied(*args: Any, **keywords: Any) -> Any:
            self.calls.append(name)
            if self.fail_at is not None and len(self.calls) == self.fail_at + 1:
                raise OSError(self.error, os.strerror(self.error))
            return real(*args, **keywords)

        return spied


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    found = Spy()
    monkeypatch.setattr(atomic, "os", found)
    return found


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_is_written_and_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    atomic.write_file(path, OLD)
    atomic.write_file(path, NEW)
    assert path.read_bytes() == NEW
    assert names(tmp_path) == {"a.yml"}


def test_the_order_is_write_sync_replace_sync_folder(tmp_path: Path, spy: Spy) -> None:
    """Row 31."""
    path = tmp_path / "a.yml"
    path.write_bytes(OLD)
    atomic.write_file(path, NEW)
    assert spy.calls == [
        *("open", "fchmod", "write", "fsync", "close", "replace"),
        *("open", "fsync", "close"),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EACCES, FileUnwritable),
        (errno.EROFS, FileUnwritable),
        (errno.EIO, FileUnwritable),
        (errno.ENAMETOOLONG, UnsafePath),
    ],
)
@pytest.mark.parametrize("fail_at", range(9))
def test_a_failure_at_any_call_leaves_a_whole_file(
    tmp_path: Path, spy: Spy, code: int, expected: type[StorageFailed], fail_at: int
) -> None:
    """Rows 28, 29 and 31: the old file is there until the new one takes its name."""
    path = tmp_path / "a.yml"
    path.write_bytes(OLD)
    spy.fail_at, spy.error = fail_at, code
    with pytest.raises(expected) as caught:
        atomic.write_file(path, NEW)
    replaced = fail_at > spy.calls.index("replace") if "replace" in spy.calls else False
    assert path.read_bytes() == (NEW if replaced else OLD)
    assert names(tmp_path) == {"a.yml"}
    if isinstance(caught.value, DiskFull) and not replaced:
        assert caught.value.needed == len(NEW)


@pytest.mark.parametrize("fail_at", range(8))
def test_a_new_file_is_whole_or_not_there(tmp_path: Path, spy: Spy, fail_at: int) -> None:
    path = tmp_path / "a.yml"
    spy.fail_at = fail_at
    with contextlib.suppress(DiskFull):
        atomic.create_file(path, NEW)
    if path.exists():
        assert path.read_bytes() == NEW


def test_short_writes_are_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data[:1000])))
    atomic.write_file(tmp_path / "a", NEW)
    assert (tmp_path / "a").read_bytes() == NEW


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path: Path, spy: Spy) -> None:
    path = tmp_path / "a.yml"
    spy.fail_at, spy.error = 6, errno.EINVAL
    atomic.write_file(path, NEW)
    assert path.read_bytes() == NEW


def test_the_mode_of_a_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(OLD)
    path.chmod(0o640)
    atomic.write_file(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_follows_the_umask_or_is_private(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        atomic.write_file(tmp_path / "shared", NEW)
        atomic.write_file(tmp_path / "own", NEW, mode=0o600)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o600


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 29. The tests may run as a user whom no permission stops, so the answer is given."""
    path = tmp_path / "a.yml"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    with pytest.raises(FileUnwritable):
        atomic.write_file(path, NEW)
    assert path.read_bytes() == OLD


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(OLD)
    (tmp_path / "a.yml").symlink_to(outside)
    for write in (atomic.write_file, atomic.create_file):
        with pytest.raises((UnsafePath, NameTaken)):
            write(tmp_path / "a.yml", NEW)
    assert outside.read_bytes() == OLD
    assert (tmp_path / "a.yml").is_symlink()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable):
        atomic.write_file(tmp_path / "gone" / "a.yml", NEW)


def test_a_new_file_never_takes_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    atomic.create_file(path, OLD)
    with pytest.raises(NameTaken):
        atomic.create_file(path, NEW)
    assert path.read_bytes() == OLD
    assert names(tmp_path) == {"a.yml"}


@pytest.mark.parametrize("links", [True, False])
def test_a_moved_file_never_takes_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(OLD)
    two.write_bytes(NEW)
    with pytest.raises(NameTaken):
        atomic.move_new(one, two)
    atomic.move_new(one, tmp_path / "three")
    assert names(tmp_path) == {"two", "three"}
    assert (tmp_path / "three").read_bytes() == OLD
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(NameTaken):
        atomic.move_new(folder, two)


def _no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "no links here")


def test_a_change_of_case_is_a_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On systems that do not tell the two names apart, the new one exists already."""
    one, two = tmp_path / "one", tmp_path / "ONE"
    one.write_bytes(OLD)
    os.link(one, two)
    renamed: list[tuple[Path, Path]] = []
    monkeypatch.setattr(os, "rename", lambda *paths: renamed.append(paths))
    atomic.move_new(one, two)
    assert renamed == [(one, two)]


# Reading


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OLD)
    assert atomic.read_file(tmp_path / "a", 1000) == OLD
    (tmp_path / "link").symlink_to(tmp_path / "a")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnsafePath):
        atomic.read_file(tmp_path / "link", 1000)
    for name in ("fifo", "folder", "gone"):
        with pytest.raises(FileUnreadable):
            atomic.read_file(tmp_path / name, 1000)
    with pytest.raises(FileUnreadable):
        atomic.read_file(tmp_path / "a", len(OLD) - 1)


def test_a_read_that_ends_early_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(NEW)
    real = os.read
    monkeypatch.setattr(os, "read", lambda handle, size: real(handle, min(size, 700)))
    assert atomic.read_file(tmp_path / "a", 1_000_000) == NEW


# Left-overs


def test_only_old_left_overs_are_swept(tmp_path: Path) -> None:
    old, new, other = (
        tmp_path / atomic.temporary_name(),
        tmp_path / atomic.temporary_name(),
        tmp_path / "a.yml",
    )
    folder = tmp_path / atomic.temporary_name()
    folder.mkdir()
    (folder / "x").write_bytes(OLD)
    for path in (old, new, other):
        path.write_bytes(OLD)
    for path in (old, folder):
        os.utime(path, (0, 0))
    found = [path for path in tmp_path.iterdir() if atomic.is_temporary(path.name)]
    assert atomic.sweep([*found, tmp_path / "gone"]) == 2
    assert names(tmp_path) == {new.name, "a.yml"}


# kill -9

WRITER = """
import sys
from pathlib import Path
from httpdesk.adapters import atomic
path, texts = Path(sys.argv[1]), [bytes([65 + n]) * 200_000 for n in range(8)]
print("ready", flush=True)
while True:
    for text in texts:
        atomic.write_file(path, text)
"""


@contextlib.contextmanager
def writer(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def wait_for(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not done():
        assert time.monotonic() < until
        threading.Event().wait(0.001)


def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    """Row 30, a few of its 1,000 rounds, each killed at another moment of a save."""
    path = tmp_path / "a.yml"
    for number in range(ROUNDS):
        with writer(path) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            wait_for(path.exists)
            threading.Event().wait(0.003 + number * 0.0017)
            process.send_signal(signal.SIGKILL)
            process.wait()
        data = path.read_bytes()
        assert len(data) == 200_000
        assert set(data) == {data[0]}
    left = [each for each in tmp_path.iterdir() if each != path]
    assert all(atomic.is_temporary(each.name) for each in left)
    for each in left:
        os.utime(each, (0, 0))
    assert atomic.sweep(left) == len(left)
