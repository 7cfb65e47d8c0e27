"""A SQLite file of the program: made, migrated, checked, and set aside when it is damaged.

A write-ahead log keeps what was committed when the program is killed. A damaged file gets a dated
name and a new one is started, so that the program always opens.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.model.errors import (
    DiskFull,
    FileNotUnderstood,
    FileUnreadable,
    FileUnwritable,
    StorageFailed,
)
from httpdesk.model.notices import OwnFile, SetAside
from httpdesk.model.storage_errors import NEWER_VERSION

"""Reason of FileNotUnderstood for a file that a later HTTPDesk has changed."""
CHECKED_BYTES = 8_000_000
"""A file of this size is checked at each start; a larger one after an unclean end."""
LOCK_WAIT_S = 5.0
"""Seconds that a write waits for another instance's."""

Migrations = Sequence[Sequence[str]]
"""The statements that lead to version 1, 2, …; one that was released is never changed."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SIDE_FILES = ("", "-wal", "-shm")


class SqliteFile:
    """The file at `path`, opened at first use; may be used from any thread, one at a time."""

    def __init__(
        self,
        path: Path,
        kind: OwnFile,
        migrations: Migrations,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = path
        self._kind = kind
        self._migrations = migrations
        self._now = now
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None
        self.notice: SetAside | None = None
        """Set when a damaged file was found and set aside."""

    def open(self) -> SetAside | None:
        """Open the file, making it if needed; return a notice when a damaged one was set aside.

        Raises StorageFailed: FileNotUnderstood with NEWER_VERSION, FileUnwritable, DiskFull.
        """
        with self.used():
            return self.notice

    def close(self) -> None:
        """Close the file with everything in it; using it again opens it again."""
        with self._lock:
            if self._open is None:
                return
            self.forget_log()
            self._let_go()

    def forget_log(self) -> None:
        """Let what was deleted leave the write-ahead log too; the file itself is overwritten."""
        with self._lock, suppress(sqlite3.Error):
            if self._open is not None:
                # Another instance that reads may hold it a while; closing does it again.
                self._open.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def is_there(self) -> bool:
        """Whether there is a file, so that a question needs not make one."""
        return self._open is not None or self._path.exists()

    @contextmanager
    def used(self) -> Iterator[sqlite3.Connection]:
        """Give the open connection inside a transaction; raises StorageFailed."""
        with self._lock:
            try:
                connection = self._connection()
                with connection:
                    yield connection
            except sqlite3.Error as error:
                raise self._translated(error) from error

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            try:
                self._open = self._connected()
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self.notice = self._set_aside(str(error))
                self._open = self._connected()
        return self._open

    def _connected(self) -> sqlite3.Connection:
        unclean = self._prepared()
        connection = self._joined()
        try:
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}")
            if unclean or self._path.stat().st_size <= CHECKED_BYTES:
                _check(connection)
            self._migrate(connection)
        except UnicodeDecodeError as error:
            # SQLite names the damage with the damaged text.
            connection.close()
            raise damage(str(error)) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _joined(self) -> sqlite3.Connection:
        """Return a new connection to the file, which is there."""
        connection = sqlite3.connect(
            self._path, timeout=LOCK_WAIT_S, check_same_thread=False, isolation_level="IMMEDIATE"
        )
        # One damaged letter must not hide all the other rows.
        connection.text_factory = lenient
        return connection

    def _prepared(self) -> bool:
        """Make the file for its owner only; return whether the last use did not end cleanly."""
        atomic.refuse_link(self._path)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            log = self._path.with_name(f"{self._path.name}-wal")
            return log.exists() and log.stat().st_size > 0
        except OSError as error:
            raise atomic.unwritable(self._path, error) from error

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(self._migrations):
            raise FileNotUnderstood(path=str(self._path), reason=NEWER_VERSION)
        if version == len(self._migrations):
            return
        if version:
            self._back_up(connection, version)
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            # Another instance may have done it while this one waited for the lock.
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            for statement in (each for step in self._migrations[version:] for each in step):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(self._migrations)}")

    def _back_up(self, connection: sqlite3.Connection, version: int) -> None:
        target = self._dated(f"version-{version}")
        os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
        copy = sqlite3.connect(target)
        try:
            connection.backup(copy)
        finally:
            copy.close()

    def _set_aside(self, detail: str) -> SetAside:
        target = self._dated("damaged")
        for side in _SIDE_FILES:
            source = self._path.with_name(self._path.name + side)
            try:
                if source.exists():
                    source.replace(target.with_name(target.name + side))
            except OSError as error:
                raise atomic.unwritable(source, error) from error
        return SetAside(self._kind, str(target), detail)

    def _dated(self, what: str) -> Path:
        """Return a free name beside the file that tells when and why it was kept."""
        stamp = self._now().strftime("%Y-%m-%d-%H%M%S")
        stem, ending = self._path.stem, self._path.suffix
        name, count = f"{stem}.{what}-{stamp}{ending}", 1
        while self._path.with_name(name).exists():
            count += 1
            name = f"{stem}.{what}-{stamp}-{count}{ending}"
        return self._path.with_name(name)

    def _translated(self, error: sqlite3.Error) -> StorageFailed:
        code = _code(error)
        path, detail = str(self._path), str(error)
        if _is_damage(error):
            self._start_again(detail)
            return FileUnreadable(path=path, detail=detail)
        if code == sqlite3.SQLITE_FULL:
            return DiskFull(path=path, detail=detail)
        return FileUnwritable(path=path, detail=detail)

    def _start_again(self, detail: str) -> None:
        """Damage showed while the file was in use: the next use starts a new one."""
        self._let_go()
        self.notice = self._set_aside(detail)

    def _let_go(self) -> None:
        """Close every connection; the next use opens again."""
        if self._open is not None:
            self._open.close()
            self._open = None


def lenient(data: bytes) -> str:
    """Return a column's text, with marks where it is damaged."""
    return data.decode("utf-8", "replace")


def _check(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise damage(found)


def damage(words: str) -> sqlite3.DatabaseError:
    """Return an error that says that the file is broken, which SQLite itself did not notice."""
    error = sqlite3.DatabaseError(words)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _is_damage(error: sqlite3.Error) -> bool:
    return _code(error) in _DAMAGED


def _code(error: sqlite3.Error) -> int:
    # The lower byte is the primary code; some errors of the Python module carry none.
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
