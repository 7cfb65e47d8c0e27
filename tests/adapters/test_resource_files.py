"""Resources in a checkout and in an installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters import resource_files
from httpdesk.adapters.resource_files import resource_path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give an empty package folder in the place of httpdesk/."""
    folder = tmp_path / "somewhere" / "httpdesk"
    folder.mkdir(parents=True)
    monkeypatch.setattr(resource_files, "PACKAGE", folder)
    resource_files._resources.cache_clear()
    yield folder
    resource_files._resources.cache_clear()


def put(folder: Path) -> Path:
    folder.mkdir(parents=True)
    file = folder / "style.qss"
    file.write_text("")
    return file


def test_the_checkout_has_resources() -> None:
    assert resource_path().is_dir()


def test_the_installed_place_comes_first(package: Path) -> None:
    (package.parent / "pyproject.toml").write_text("")
    put(package.parent / "resources")
    installed = put(package / "resources")
    assert resource_path("style.qss") == installed


def test_in_a_checkout_they_stand_beside_the_package(package: Path) -> None:
    (package.parent / "pyproject.toml").write_text("")
    file = put(package.parent / "resources")
    assert resource_path("style.qss") == file


def test_a_stranger_s_folder_is_not_taken(package: Path) -> None:
    put(package.parent / "resources")
    with pytest.raises(FileNotFoundError, match="install it again"):
        resource_path("style.qss")


def test_a_missing_file_is_named(package: Path) -> None:
    put(package / "resources")
    with pytest.raises(FileNotFoundError, match=r"no-such\.svg"):
        resource_path("icons", "no-such.svg")
