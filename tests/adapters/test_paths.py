"""Per-user folders."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from httpdesk.adapters.paths import cache_folder, config_folder, data_folder
from httpdesk.model.errors import FileUnwritable


@pytest.mark.parametrize("folder", [config_folder, data_folder, cache_folder])
def test_a_folder_is_made_for_its_owner_alone(
    folder: Callable[[], Path], httpdesk_home: Path
) -> None:
    made = folder()
    assert made.parent == httpdesk_home
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert folder() == made


def test_the_three_folders_differ(httpdesk_home: Path) -> None:
    assert len({config_folder(), data_folder(), cache_folder()}) == 3


def test_without_the_variable_the_system_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTTPDESK_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_folder() == tmp_path / "httpdesk"


def test_a_file_in_the_way_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("HTTPDESK_HOME", str(in_the_way))
    with pytest.raises(FileUnwritable) as caught:
        data_folder()
    assert caught.value.path == str(in_the_way / "data")
    assert caught.value.detail == "Not a directory"
