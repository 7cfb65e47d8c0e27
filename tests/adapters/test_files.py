"""Files that a command line names: read in bounds, written so that nobody sees half of one."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from httpdesk.adapters import files
from httpdesk.adapters.files import LocalFiles
from httpdesk.model.errors import DiskFull, FileUnreadable, FileUnwritable


def test_a_new_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    new = LocalFiles().create(str(target))
    new.write(b"one")
    assert not target.exists()
    new.commit()
    assert target.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_discarded_file_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    new = LocalFiles().create(str(target))
    new.write(b"new")
    new.discard()
    new.discard()
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_an_unfinished_file_of_before_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "a.bin.part").write_bytes(b"somebody else's")
    new = LocalFiles().create(str(tmp_path / "a.bin"))
    new.write(b"kept")
    new.keep()
    new.discard()
    assert new.path == str(tmp_path / "a.bin.2.part")
    assert (tmp_path / "a.bin.part").read_bytes() == b"somebody else's"
    assert Path(new.path).read_bytes() == b"kept"


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    new = LocalFiles().create(str(tmp_path / "link"))
    new.write(b"new")
    new.commit()
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_named_pipe_is_written_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    new = LocalFiles().create(str(pipe))
    new.write(b"through")
    new.commit()
    reader.join(5)
    assert received == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("name", ["", "folder", "no/such/file", "nul\0"])
def test_what_cannot_be_written_is_told_at_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileUnwritable):
        LocalFiles().create(str(tmp_path / name))
    assert os.listdir(tmp_path) == ["folder"]


def test_a_full_disk_has_an_error_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    new = LocalFiles().create(str(tmp_path / "full"))
    with pytest.raises(DiskFull):
        new.write(b"x" * 100_000)
    new.discard()


def test_reading_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READ_LIMIT", 10)
    (tmp_path / "small").write_bytes(b"x" * 10)
    assert LocalFiles().read(str(tmp_path / "small")) == b"x" * 10
    for path in ("/dev/zero", str(tmp_path), str(tmp_path / "gone"), "nul\0"):
        with pytest.raises(FileUnreadable):
            LocalFiles().read(path)


def test_a_request_file_finds_its_collection(tmp_path: Path) -> None:
    inside = tmp_path / "api" / "deep" / "ask.yml"
    inside.parent.mkdir(parents=True)
    inside.write_text("", encoding="utf-8")
    assert LocalFiles().locate(str(inside)) == (str(inside.parent), "ask.yml", False)
    (tmp_path / "api" / "opencollection.yml").write_text("", encoding="utf-8")
    assert LocalFiles().locate(str(inside)) == (str(tmp_path / "api"), "deep/ask.yml", True)
    for path in (tmp_path, tmp_path / "gone.yml"):
        with pytest.raises(FileUnreadable):
            LocalFiles().locate(str(path))
