"""Looks at the program, its folders and its own files, without changing any of them."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from httpdesk import __version__
from httpdesk.adapters import database, history_database
from httpdesk.adapters.atomic import is_temporary
from httpdesk.adapters.collection_tree import MOST_FILES
from httpdesk.adapters.settings_file import SettingsFile
from httpdesk.model.errors import StorageFailed
from httpdesk.model.health import Finding, FindingKind

LITTLE_SPACE = 200_000_000
"""Bytes below which a large body may find no room."""
_NOT_OURS = frozenset({".git", "node_modules"})
_SET_ASIDE = (".damaged-", ".version-")
_BROKEN_QT = ("6.12.0", (3, 12))
"""This version takes references that are not its own on Pythons before that one."""


def own_findings(config: Path, data: Path, cache: Path) -> Iterator[Finding]:
    """Yield what is found of the program and of these folders."""
    yield from _versions()
    for folder in (config, data, cache):
        yield from _folder(folder)
    yield from _settings(config / "settings.toml")
    for name, newest in (
        ("httpdesk.db", len(database.MIGRATIONS)),
        ("history.db", len(history_database.MIGRATIONS)),
    ):
        yield from _database(data / name, newest)
    yield from _set_aside((config, data))
    for folder in (config, data, cache):
        yield from left_overs(folder)


def left_overs(folder: str | Path) -> Iterator[Finding]:
    """Yield what saves have left below a folder that were killed, links not followed."""
    seen = 0
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOT_OURS]
        for name in sorted((*folders, *files)):
            if is_temporary(name):
                yield Finding(FindingKind.LEFT_OVER, os.path.join(place, name))
        folders[:] = [name for name in folders if not is_temporary(name)]
        seen += len(files)
        if seen > MOST_FILES:
            return


def _versions() -> Iterator[Finding]:
    yield Finding(FindingKind.VERSION, "HTTPDesk", __version__)
    yield Finding(FindingKind.VERSION, "Python", platform.python_version())
    yield Finding(FindingKind.VERSION, "SQLite", sqlite3.sqlite_version)
    try:
        qt = version("PySide6-Essentials")
    except PackageNotFoundError:
        return
    broken = qt == _BROKEN_QT[0] and sys.version_info < _BROKEN_QT[1]
    yield Finding(FindingKind.BROKEN_VERSION if broken else FindingKind.VERSION, "PySide6", qt)


def _folder(folder: Path) -> Iterator[Finding]:
    try:
        mode = folder.stat().st_mode
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding(FindingKind.FOLDER_UNWRITABLE, str(folder), error.strerror or "")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(FindingKind.FOLDER_UNWRITABLE, str(folder))
    elif os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        yield Finding(FindingKind.FOLDER_OPEN, str(folder), f"{stat.S_IMODE(mode):04o}")
    else:
        yield Finding(FindingKind.FOLDER, str(folder))
    if free < LITTLE_SPACE:
        yield Finding(FindingKind.LITTLE_SPACE, str(folder), str(free))


def _settings(path: Path) -> Iterator[Finding]:
    if not path.exists():
        return
    file = SettingsFile(path)
    try:
        _, refused = file.read()
    except StorageFailed as error:
        yield Finding(FindingKind.OWN_FILE_DAMAGED, str(path), error=error)
        return
    for name in refused:
        yield Finding(FindingKind.OWN_FILE_DAMAGED, str(path), name)
    yield Finding(FindingKind.OWN_FILE_NEWER if file.is_newer else FindingKind.OWN_FILE, str(path))


def _database(path: Path, newest: int) -> Iterator[Finding]:
    if not path.exists():
        return
    try:
        found, damage = _asked(path)
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        kind = FindingKind.OWN_FILE_BUSY if busy else FindingKind.OWN_FILE_DAMAGED
        yield Finding(kind, str(path), str(error))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        yield Finding(FindingKind.OWN_FILE_DAMAGED, str(path), str(error))
    else:
        if damage != "ok":
            yield Finding(FindingKind.OWN_FILE_DAMAGED, str(path), damage)
        elif found > newest:
            yield Finding(FindingKind.OWN_FILE_NEWER, str(path))
        else:
            yield Finding(FindingKind.OWN_FILE, str(path))


def _asked(path: Path) -> tuple[int, str]:
    """Return the version of a database and what SQLite says of its pages."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=1.0)) as connection:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        return int(found), str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])


def _set_aside(folders: Sequence[Path]) -> Iterator[Finding]:
    for folder in folders:
        names = sorted(os.listdir(folder)) if folder.is_dir() else []
        for name in names:
            side = name.endswith(("-wal", "-shm"))
            if not side and any(mark in name for mark in _SET_ASIDE):
                yield Finding(FindingKind.SET_ASIDE, str(folder / name))
