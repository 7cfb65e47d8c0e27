"""The settings file (architecture.md, "Settings"; quality.md row 33)."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from httpdesk.adapters.settings_file import SettingsFile
from httpdesk.model.errors import DiskFull, FileNotUnderstood, FileUnreadable, FileUnwritable
from httpdesk.model.notices import OwnFile
from httpdesk.model.settings import Settings, options, to_values
from httpdesk.model.storage_errors import NEWER_VERSION


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


@pytest.fixture
def file(path: Path) -> SettingsFile:
    return SettingsFile(path, now=lambda: datetime(2024, 5, 1, 12, 0, tzinfo=UTC))


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def test_without_a_file_there_are_defaults(file: SettingsFile, path: Path) -> None:
    assert file.load() == Settings()
    assert not path.exists()


def test_settings_come_back(file: SettingsFile, path: Path) -> None:
    wanted = Settings(theme="dark", layout="stacked", text_size_percent=150, show_menu_bar=True)
    file.save(wanted)
    assert SettingsFile(path).load() == wanted
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_what_differs_is_written(file: SettingsFile, path: Path) -> None:
    file.save(Settings(theme="dark"))
    assert path.read_text() == 'version = 1\ntheme = "dark"\n'
    file.save(Settings())
    assert path.read_text() == "version = 1\n"


def test_unknown_keys_stay(file: SettingsFile, path: Path) -> None:
    write(path, b'version = 1\nnewer = [1, 2]\ntheme = "light"\n\n[table]\na = "b"\n')
    assert file.load() == Settings(theme="light")
    file.save(Settings(theme="dark"))
    text = path.read_text()
    assert 'theme = "dark"' in text
    assert "newer" in text
    assert '[table]\na = "b"' in text


def test_what_cannot_be_is_the_default_and_told(file: SettingsFile, path: Path) -> None:
    write(path, b'theme = "pink"\ntext_size_percent = "big"\nshow_menu_bar = true\nlayout = 3\n')
    assert file.load() == Settings(show_menu_bar=True)
    assert file.refused == ("theme", "layout", "text_size_percent")
    write(path, b"text_size_percent = 5000\nshow_menu_bar = 1\n")
    assert file.load() == Settings()


@pytest.mark.parametrize("data", [b"theme = ", b"\xff\xfe", b"a = 1\na = 2", b"[" * 5000])
def test_a_damaged_file_is_set_aside(file: SettingsFile, path: Path, data: bytes) -> None:
    write(path, data)
    assert file.load() == Settings()
    assert file.notice is not None
    assert file.notice.file is OwnFile.SETTINGS
    assert Path(file.notice.kept_as).name == "settings.damaged-2024-05-01-120000.toml"
    assert Path(file.notice.kept_as).read_bytes() == data
    file.save(Settings(theme="dark"))
    assert SettingsFile(path).load() == Settings(theme="dark")


def test_an_empty_file_holds_defaults(file: SettingsFile, path: Path) -> None:
    write(path, b"")
    assert file.load() == Settings()
    assert file.notice is None


def test_a_later_version_is_read_and_not_written(file: SettingsFile, path: Path) -> None:
    data = b'version = 2\ntheme = "dark"\nlayout = "circle"\n'
    write(path, data)
    assert file.load() == Settings(theme="dark")
    with pytest.raises(FileUnwritable) as caught:
        file.save(Settings())
    assert caught.value.detail == NEWER_VERSION
    assert path.read_bytes() == data


def test_a_file_that_cannot_be_read_gives_defaults_and_is_told(
    file: SettingsFile, path: Path
) -> None:
    path.mkdir(parents=True)
    assert file.load() == Settings()
    assert isinstance(file.problem, FileUnreadable)


def test_a_full_disk_keeps_the_old_file(
    file: SettingsFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.save(Settings(theme="dark"))
    before = path.read_bytes()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskFull):
        file.save(Settings(theme="light"))
    assert path.read_bytes() == before


def test_every_option_says_what_it_does() -> None:
    for option in options():
        assert option.metadata["sentence"].endswith(".")
    assert to_values(Settings()) == {}


def test_reading_alone_touches_nothing(file: SettingsFile, path: Path) -> None:
    """The command line stops at what it cannot use; setting aside is the window's."""
    assert file.read() == (Settings(), ())
    write(path, b'theme = "dark"\nproxy = "manula"\n')
    assert file.read() == (Settings(theme="dark"), ("proxy",))
    for broken in (b"theme = ", b"\xff", b"a = " + b"[" * 100_000):
        write(path, broken)
        with pytest.raises(FileNotUnderstood):
            file.read()
        assert path.read_bytes() == broken
    assert [each.name for each in path.parent.iterdir()] == ["settings.toml"]
