"""HTTPDesk's own database: drafts, the state of the workspace, cookies. Implements `DraftStore`.

SQLite with a write-ahead log: a killed program loses nothing that was committed. A damaged file
is set aside under a dated name and a new one is started, so that the program always opens.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.engine.ports import Draft
from httpdesk.formats import request_json
from httpdesk.model.errors import (
    DiskFull,
    FileNotUnderstood,
    FileUnreadable,
    FileUnwritable,
    StorageFailed,
)
from httpdesk.model.notices import OwnFile, SetAside

NEWER_VERSION = "newer version"
"""Reason of FileNotUnderstood for a database that a later HTTPDesk has changed."""
CHECKED_BYTES = 8_000_000
"""A database of this size is checked at each start; a larger one after an unclean end."""

MIGRATIONS = (
    (
        """CREATE TABLE drafts (
            id TEXT PRIMARY KEY,
            open INTEGER NOT NULL,
            position INTEGER NOT NULL,
            updated_at TEXT NOT NULL,
            data TEXT NOT NULL
        )""",
        "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        """CREATE TABLE cookies (
            jar TEXT NOT NULL,
            domain TEXT NOT NULL,
            path TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            host_only INTEGER NOT NULL,
            secure INTEGER NOT NULL,
            http_only INTEGER NOT NULL,
            same_site TEXT NOT NULL,
            expires INTEGER NOT NULL,
            created INTEGER NOT NULL,
            used INTEGER NOT NULL,
            PRIMARY KEY (jar, domain, path, name)
        ) WITHOUT ROWID""",
    ),
    ("CREATE TABLE secrets (name TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID",),
    ("CREATE TABLE connections (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",),
)
"""The statements that lead to version 1, 2, …; one that was released is never changed."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SIDE_FILES = ("", "-wal", "-shm")


class Database:
    """The file at `path`, opened at first use; may be used from any thread, one at a time."""

    def __init__(
        self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._path = path
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
            self._open.close()
            self._open = None

    def forget_log(self) -> None:
        """Let what was deleted leave the write-ahead log too; the file itself is overwritten."""
        with self._lock, suppress(sqlite3.Error):
            if self._open is not None:
                # Another instance that reads may hold it a while; closing does it again.
                self._open.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # Drafts

    def save_draft(self, draft: Draft) -> None:
        """Insert or replace the draft with this id; raises StorageFailed."""
        row = (draft.id, draft.open, draft.position, self._now().isoformat(), _draft_data(draft))
        with self.used() as connection:
            connection.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)", row)

    def drafts(self) -> tuple[Draft, ...]:
        """Return all drafts, open ones in tab order, then closed ones, latest first."""
        with self.used() as connection:
            rows = connection.execute(
                "SELECT id, open, position, updated_at, data FROM drafts ORDER BY open DESC, "
                "CASE WHEN open THEN position END, updated_at DESC"
            ).fetchall()
        return tuple(draft for draft in map(_draft, rows) if draft is not None)

    def delete_draft(self, draft_id: str) -> None:
        """Forget a draft; unknown ids are ignored."""
        with self.used() as connection:
            connection.execute("DELETE FROM drafts WHERE id = ?", (draft_id,))

    # State of the workspace

    def save_state(self, name: str, value: str) -> None:
        """Keep a small piece of workspace state as text."""
        with self.used() as connection:
            # As JSON, since SQLite refuses text that is not valid Unicode, such as odd file names.
            row = (name, json.dumps(value))
            connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", row)

    def state(self, name: str) -> str | None:
        """Return what `save_state` kept, or None."""
        with self.used() as connection:
            row = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        try:
            return None if row is None else str(json.loads(row[0]))
        except ValueError:
            return None

    # Which secrets the keyring holds; implements `keyring_secrets.SecretIndex`

    def secret_ids(self) -> dict[str, str]:
        """Return name -> id of all secrets; their values are elsewhere.

        A file that is not there is not made for the question.
        """
        if not self.is_there:
            return {}
        with self.used() as connection:
            rows = connection.execute("SELECT name, id FROM secrets").fetchall()
        return {str(name): str(secret_id) for name, secret_id in rows}

    def add_secret(self, name: str, secret_id: str) -> None:
        """Note that the keyring has a secret under this id."""
        with self.used() as connection:
            connection.execute("INSERT OR REPLACE INTO secrets VALUES (?, ?)", (name, secret_id))

    def remove_secret(self, name: str) -> None:
        """Forget the note; unknown names are ignored."""
        with self.used() as connection:
            connection.execute("DELETE FROM secrets WHERE name = ?", (name,))

    # Opening

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
        connection = sqlite3.connect(
            self._path, timeout=5.0, check_same_thread=False, isolation_level="IMMEDIATE"
        )
        # One damaged letter must not hide all the other drafts.
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        try:
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}")
            if unclean or self._path.stat().st_size <= CHECKED_BYTES:
                _check(connection)
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
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
        if version > len(MIGRATIONS):
            raise FileNotUnderstood(path=str(self._path), reason=NEWER_VERSION)
        if version == len(MIGRATIONS):
            return
        if version:
            self._back_up(connection, version)
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            # Another instance may have done it while this one waited for the lock.
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            for statement in (each for step in MIGRATIONS[version:] for each in step):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

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
        return SetAside(OwnFile.DATABASE, str(target), detail)

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
        if self._open is not None:
            self._open.close()
            self._open = None
        self.notice = self._set_aside(detail)


def _check(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        error = sqlite3.DatabaseError(found)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _is_damage(error: sqlite3.Error) -> bool:
    return _code(error) in _DAMAGED


def _code(error: sqlite3.Error) -> int:
    # The lower byte is the primary code; some errors of the Python module carry none.
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _draft_data(draft: Draft) -> str:
    data = {
        "request": request_json.dump(draft.request),
        "root": draft.root,
        "path": draft.path,
        "digest": draft.digest,
        "edited": draft.edited,
    }
    return json.dumps(data, separators=(",", ":"))


def _draft(row: tuple[str, int, int, str, str]) -> Draft | None:
    """Return a row's draft; None for one that cannot be read, which stays where it is."""
    draft_id, is_open, position, updated_at, text = row
    try:
        data = json.loads(text)
        return Draft(
            id=draft_id,
            request=request_json.load(data["request"]),
            root=data["root"],
            path=data["path"],
            digest=data["digest"],
            edited=data["edited"],
            open=bool(is_open),
            position=int(position),
            updated_at=str(updated_at),
        )
    except (ValueError, TypeError, KeyError, FileNotUnderstood):
        return None
