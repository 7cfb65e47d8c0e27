"""The watch where the system allows few watches."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher
from pytestqt.qtbot import QtBot

from httpdesk.gui.folder_watch import FolderWatch

ALLOWED = 60


class Limited(QFileSystemWatcher):
    """A watcher of a system that allows `ALLOWED` watches."""

    asked = 0

    def addPaths(self, files: object) -> list[str]:
        assert isinstance(files, list)
        self.asked += len(files)
        room = max(0, ALLOWED - len(self.directories()))
        taken = super().addPaths(files[:room]) if room else []
        return [*taken, *files[room:]]


def test_a_full_system_is_told_of_once_and_what_fits_is_watched(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """What is not watched is looked at when the window becomes active."""
    deep = [tmp_path / f"f{number}" / "deep" for number in range(100)]
    for each in deep:
        each.mkdir(parents=True)
    watcher = Limited()
    watch = FolderWatch(watcher=watcher)
    told: list[bool] = []
    watch.limitReached.connect(lambda: told.append(True))
    wanted = [str(each) for each in deep] + [str(each.parent) for each in deep]
    for _ in range(2):
        with qtbot.waitSignal(watch.complete):
            watch.watch([*wanted, str(tmp_path)])
    assert told == [True]
    assert watch.limited
    assert len(watch.watched()) == ALLOWED
    assert str(tmp_path) in watch.watched()
    assert not any(each.endswith("deep") for each in watch.watched())
    changed: list[frozenset[str]] = []
    watch.changed.connect(changed.append)
    (tmp_path / "new").touch()
    qtbot.waitUntil(lambda: bool(changed))
    assert changed == [frozenset([str(tmp_path)])]


def test_paths_that_are_not_there_are_passed_over(qtbot: QtBot, tmp_path: Path) -> None:
    watch = FolderWatch()
    with qtbot.waitSignal(watch.complete):
        watch.watch([str(tmp_path), str(tmp_path / "environments")])
    assert watch.watched() == {str(tmp_path)}
    assert not watch.limited


def test_what_is_no_longer_wanted_is_watched_no_more(qtbot: QtBot, tmp_path: Path) -> None:
    watch = FolderWatch()
    for wanted in ([str(tmp_path)], []):
        with qtbot.waitSignal(watch.complete):
            watch.watch(wanted)
        assert watch.watched() == set(wanted)
