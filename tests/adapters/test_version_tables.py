"""The versions of requests in SQLite: bounds, order, and what follows a move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from httpdesk.adapters import version_tables
from httpdesk.adapters.database import Database
from httpdesk.engine.version_ports import MOST_VERSIONS
from httpdesk.model.request import Request
from httpdesk.model.version import VersionReason


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "httpdesk.db", now=lambda: datetime(2024, 5, 1, 12, 0, tzinfo=UTC))
    yield found
    found.close()


def urls(store: Database, path: str, root: str = "/c") -> list[str]:
    return [version.request.url for version in store.versions(root, path)]


def test_versions_come_back_latest_first_and_an_equal_one_is_kept_once(store: Database) -> None:
    for url in ("one", "two", "two"):
        store.add_version("/c", "a.yml", Request(url=url), VersionReason.SAVED)
    store.add_version("/c", "b.yml", Request(url="other"), VersionReason.DISCARDED)
    assert urls(store, "a.yml") == ["two", "one"]
    (other,) = store.versions("/c", "b.yml")
    assert other.reason is VersionReason.DISCARDED
    assert other.at.startswith("2024-05-01T12:00:")
    assert store.versions("/c", "none.yml") == ()


def test_the_oldest_versions_go_first(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MOST_VERSIONS + 5):
        store.add_version("/c", "a.yml", Request(url=str(number)), VersionReason.SAVED)
    assert urls(store, "a.yml") == [str(n) for n in range(MOST_VERSIONS + 4, 4, -1)]
    monkeypatch.setattr(version_tables, "MOST_CHARACTERS", 1_600)
    store.add_version("/c", "b.yml", Request(notes="x" * 1_500), VersionReason.SAVED)
    assert len(store.versions("/c", "b.yml")) == 1
    assert len(urls(store, "a.yml")) < 10


def test_versions_follow_a_file_and_a_folder(store: Database) -> None:
    for path in ("folder/a.yml", "folder/deep/b.yml", "folder2/c.yml"):
        store.add_version("/c", path, Request(url=path), VersionReason.SAVED)
    store.move_versions(("/c", "folder"), ("/c", "moved"))
    assert urls(store, "moved/a.yml") == ["folder/a.yml"]
    assert urls(store, "moved/deep/b.yml") == ["folder/deep/b.yml"]
    assert urls(store, "folder2/c.yml") == ["folder2/c.yml"]
    store.move_versions(("/c", "moved/a.yml"), ("/d", "z.yml"))
    assert urls(store, "z.yml", "/d") == ["folder/a.yml"]


def test_a_version_of_a_file_with_an_odd_name_is_found(store: Database) -> None:
    odd = "odd-\udcff.yml"
    store.add_version("/c", odd, Request(url="one"), VersionReason.SAVED)
    assert urls(store, odd) == ["one"]
