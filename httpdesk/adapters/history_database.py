"""The sends of the past, in a SQLite file of their own. Implements `HistoryStore`.

Reading has a connection of its own, so that a search waits for no write. The key of an entry is
the moment at which it began: the newest come first in the table and in the index of words alike.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

from httpdesk.adapters import history_query, history_rows
from httpdesk.adapters.history_rows import DETAIL_COLUMNS, ENTRY_COLUMNS, Row
from httpdesk.adapters.sqlite_file import SqliteFile, damage, lenient
from httpdesk.engine.history_ports import PAGE
from httpdesk.model.errors import StorageFailed
from httpdesk.model.history import (
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    HistoryRecord,
    HistorySize,
)
from httpdesk.model.notices import OwnFile

MIGRATIONS = (
    (
        """CREATE TABLE entries (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            method TEXT NOT NULL,
            host TEXT NOT NULL,
            status INTEGER,
            failure TEXT NOT NULL,
            elapsed_ms REAL NOT NULL,
            sent INTEGER NOT NULL,
            received INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            secure_inputs INTEGER NOT NULL,
            secure_outputs INTEGER NOT NULL,
            name TEXT NOT NULL,
            url TEXT NOT NULL,
            root BLOB NOT NULL,
            path BLOB NOT NULL,
            environment TEXT NOT NULL,
            body_kept INTEGER NOT NULL,
            weight INTEGER NOT NULL
        )""",
        "CREATE INDEX entries_of_request ON entries (root, path, key) WHERE root != x''",
        """CREATE TABLE details (
            key INTEGER PRIMARY KEY,
            request BLOB,
            request_headers TEXT NOT NULL,
            http_version TEXT NOT NULL,
            reason TEXT NOT NULL,
            response_headers TEXT NOT NULL,
            body BLOB,
            body_size INTEGER NOT NULL,
            is_text INTEGER NOT NULL
        )""",
        # What is searched is taken out of the index by the same view that put it in.
        """CREATE VIEW searched AS SELECT
            entries.key AS key, name, url, method, host,
            coalesce(status, '') || ' ' || failure AS status,
            CASE WHEN is_text THEN CAST(body AS TEXT) END AS body
            FROM entries LEFT JOIN details ON details.key = entries.key""",
        """CREATE VIRTUAL TABLE words USING fts5(
            name, url, method, host, status, body,
            content='searched', content_rowid='key', tokenize='trigram')""",
        # Whether the index holds words of what was deleted is in `untidy`.
        """CREATE TABLE kept (
            entries INTEGER NOT NULL, weight INTEGER NOT NULL, untidy INTEGER NOT NULL)""",
        "INSERT INTO kept VALUES (0, 0, 0)",
        """CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN
            UPDATE kept SET entries = entries + 1, weight = weight + new.weight; END""",
        """CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN
            UPDATE kept SET entries = entries - 1, weight = weight - old.weight; END""",
    ),
)
"""The statements that lead to version 1, 2, …; one that was released is never changed."""

Found = TypeVar("Found")
_WORDS = "name, url, method, host, status, body"
_NEWEST = f"SELECT {ENTRY_COLUMNS} FROM entries WHERE"
_LARGEST_KEY = 2**63 - 1
_MERGE = "INSERT INTO words(words, rank) VALUES ('merge', ?)"
_PAGES_AT_ONCE = 64
"""Pages of the index that are rewritten with one send: some milliseconds."""
_AT_ONCE = 500
"""Entries that one statement names, below what the oldest SQLite takes."""


@dataclass(frozen=True, slots=True)
class HistoryLimits:
    """How much is kept; the oldest entries go first."""

    entries: int = 100_000
    weight: int = 200_000_000
    """Bytes of what is kept and of the index over it, about."""


class HistoryDatabase(SqliteFile):
    """The file at `path`, opened at first use; a search and a write may run at the same time."""

    def __init__(
        self,
        path: Path,
        limits: Callable[[], HistoryLimits] = HistoryLimits,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(path, OwnFile.HISTORY, MIGRATIONS, now=now)
        self._limits = limits
        self._reading = threading.RLock()
        self._reader: sqlite3.Connection | None = None

    def _connected(self) -> sqlite3.Connection:
        connection = super()._connected()
        if _schema(connection) != _expected_schema():
            # A flipped letter in the name of a column breaks no page, but every statement.
            connection.close()
            raise damage("its tables are not those of a history")
        return connection

    # Writing

    def add(self, record: HistoryRecord) -> None:
        """Keep a send, unless it is kept already; then let the oldest go that are too many."""
        with self.used() as connection:
            known = "SELECT 1 FROM entries WHERE id = ?"
            if connection.execute(known, (record.entry.id,)).fetchone() is None:
                insert(connection, record)
                self._bound(connection)
                _tidy(connection)

    def delete(self, entry_ids: Iterable[str]) -> tuple[HistoryRecord, ...]:
        """Forget entries; return them, newest first."""
        wanted = list(entry_ids)
        with self.used() as connection:
            found = []
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                rows = connection.execute(f"{_NEWEST} id IN ({marks})", some).fetchall()
                found += [each for row in rows if (each := _record(connection, row)) is not None]
                _remove(connection, [row[0] for row in rows])
            _begin_tidying(connection)
        self.forget_log()
        return tuple(sorted(found, key=lambda each: each.entry.started_at, reverse=True))

    def delete_day(self, day: date) -> int:
        """Forget the entries of a day of the computer's own time zone; return how many."""
        within = "SELECT key FROM entries WHERE key >= ? AND key < ?"
        with self.used() as connection:
            keys = [row[0] for row in connection.execute(within, history_query.day_keys(day))]
            _remove(connection, keys)
            _begin_tidying(connection)
        self.forget_log()
        return len(keys)

    def clear(self) -> int:
        """Forget everything, also in the files of the database; return how many entries."""
        with self.used() as connection:
            count = int(connection.execute("SELECT entries FROM kept").fetchone()[0])
            connection.execute("INSERT INTO words(words) VALUES ('delete-all')")
            connection.execute("DELETE FROM details")
            connection.execute("DELETE FROM entries")
            connection.execute("UPDATE kept SET untidy = 0")
        with self._lock, suppress(sqlite3.Error):
            # What was deleted is overwritten already; this gives the space back.
            self._connection().execute("VACUUM")
        self.forget_log()
        return count

    def _bound(self, connection: sqlite3.Connection) -> None:
        limits = self._limits()
        entries, weight = connection.execute("SELECT entries, weight FROM kept").fetchone()
        if entries <= limits.entries and weight <= limits.weight:
            return
        oldest = connection.execute("SELECT key, weight FROM entries ORDER BY key")
        going = []
        for key, each in oldest:
            if entries <= max(1, limits.entries) and (weight <= limits.weight or entries <= 1):
                break
            going.append(key)
            entries, weight = entries - 1, weight - each
        _remove(connection, going)

    # Reading

    def page(self, wanted: HistoryFilter, after: str = "", most: int = PAGE) -> HistoryPage:
        """Return the newest entries, or those behind the page whose `next` is `after`."""
        before = int(after) if after.isascii() and after.isdigit() else _LARGEST_KEY
        rows = self._rows(*history_query.query(wanted).page(before, most + 1))
        following = str(rows[most - 1][0]) if len(rows) > most else ""
        return HistoryPage(history_rows.entries(rows[:most]), following)

    def size(self) -> HistorySize:
        """Return how much is kept."""
        return HistorySize(*self._rows("SELECT entries, weight FROM kept", ())[0])

    def count(self, wanted: HistoryFilter) -> int:
        """Return how many entries there are."""
        query = history_query.query(wanted)
        asked = ("SELECT entries FROM kept", ()) if query.is_all else query.count
        return int(self._rows(*asked)[0][0])

    def record(self, entry_id: str) -> HistoryRecord | None:
        """Return everything that is kept of an entry, None when it is gone."""

        def ask(connection: sqlite3.Connection) -> HistoryRecord | None:
            row = connection.execute(f"{_NEWEST} id = ?", (entry_id,)).fetchone()
            return None if row is None else _record(connection, row)

        return self._read(ask)

    def newest(self, root: str, path: str, most: int) -> tuple[HistoryEntry, ...]:
        """Return the newest entries of one request."""
        asked = f"{_NEWEST} root = ? AND root != x'' AND path = ? ORDER BY key DESC LIMIT ?"
        values = (history_rows.place(root), history_rows.place(path), most)
        return history_rows.entries(self._rows(asked, values))

    def _rows(self, asked: str, values: tuple[object, ...]) -> list[Row]:
        return self._read(lambda connection: connection.execute(asked, values).fetchall())

    def _read(self, ask: Callable[[sqlite3.Connection], Found]) -> Found:
        """Return what is found over the connection for reading; raises StorageFailed."""
        if self._open is None:
            self.open()
        try:
            with self._reading:
                reader = self._reader = self._reader or self._read_only()
                try:
                    return ask(reader)
                except sqlite3.OperationalError as error:
                    if "decode" not in str(error):
                        raise
                    # One damaged letter must not hide all the other rows.
                    reader.text_factory = lenient
                    return ask(reader)
        except sqlite3.Error as error:
            raise self._translated(error) from error
        except UnicodeDecodeError as error:
            # SQLite names the damage with the damaged text.
            raise self._translated(damage(str(error))) from error

    def _read_only(self) -> sqlite3.Connection:
        reader = self._joined()
        reader.execute("PRAGMA query_only=ON")
        # SQLite decodes by itself in half of the time.
        reader.text_factory = str
        return reader

    def _translated(self, error: sqlite3.Error) -> StorageFailed:
        if isinstance(error, sqlite3.IntegrityError):
            # What is written is looked for first: only broken tables can say that it is there.
            error = damage(str(error))
        return super()._translated(error)

    def _let_go(self) -> None:
        # Whoever has both locks has taken that of writing first.
        with self._reading:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
        super()._let_go()


def _schema(connection: sqlite3.Connection) -> list[Row]:
    """Return all that was created, but for what FTS5 makes by itself."""
    asked = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'words_%' ORDER BY name"
    return connection.execute(asked).fetchall()


@cache
def _expected_schema() -> list[Row]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in (each for step in MIGRATIONS for each in step):
            connection.execute(statement)
        return _schema(connection)


def insert(connection: sqlite3.Connection, record: HistoryRecord) -> None:
    """Write a record that is not there yet."""
    key = _free_key(connection, history_rows.key_of(record.entry.started_at))
    row = history_rows.entry_row(record, key)
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO entries ({ENTRY_COLUMNS}, weight) VALUES ({marks})", row)
    detail = history_rows.detail_row(record, key)
    if detail is not None:
        columns = f"key, {DETAIL_COLUMNS}, is_text"
        marks = ", ".join("?" * len(detail))
        connection.execute(f"INSERT INTO details ({columns}) VALUES ({marks})", detail)
    connection.execute(
        f"INSERT INTO words (rowid, {_WORDS}) SELECT key, {_WORDS} FROM searched WHERE key = ?",
        (key,),
    )


def _free_key(connection: sqlite3.Connection, key: int) -> int:
    """Return the first key from `key` on that no other send has."""
    while connection.execute("SELECT 1 FROM entries WHERE key = ?", (key,)).fetchone():
        key += 1
    return key


def _record(connection: sqlite3.Connection, row: Row) -> HistoryRecord | None:
    asked = f"SELECT {DETAIL_COLUMNS} FROM details WHERE key = ?"
    return history_rows.record(row, connection.execute(asked, (row[0],)).fetchone())


def _remove(connection: sqlite3.Connection, keys: Iterable[int]) -> None:
    rows = [(key,) for key in keys]
    for table, column in (("words", "rowid"), ("details", "key"), ("entries", "key")):
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", rows)


def _begin_tidying(connection: sqlite3.Connection) -> None:
    """Let the index drop the words of what was deleted, a piece with each send that is added.

    All at once it would take seconds, in which nothing else could be written.
    """
    connection.execute(_MERGE, (-_PAGES_AT_ONCE,))
    connection.execute("UPDATE kept SET untidy = 1")


def _tidy(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT untidy FROM kept").fetchone()[0]:
        before = connection.total_changes
        connection.execute(_MERGE, (_PAGES_AT_ONCE,))
        # So says SQLite that nothing was left to be merged.
        if connection.total_changes - before < 2:
            connection.execute("UPDATE kept SET untidy = 0")
