"""HTTPDesk's own database: drafts, the state of the workspace, cookies. Implements `DraftStore`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from httpdesk.adapters.draft_tables import WINDOWS, DraftTables
from httpdesk.adapters.instance import Instance
from httpdesk.adapters.version_tables import VersionTables
from httpdesk.model.notices import OwnFile

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
    (
        "ALTER TABLE drafts ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
        """CREATE TABLE window_state (
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            PRIMARY KEY (owner, name)
        ) WITHOUT ROWID""",
        "INSERT INTO window_state SELECT '', name, value, '' FROM state",
        "DROP TABLE state",
        """CREATE TABLE steps (
            draft TEXT NOT NULL,
            number INTEGER NOT NULL,
            data TEXT NOT NULL,
            PRIMARY KEY (draft, number)
        )""",
        """CREATE TABLE versions (
            id INTEGER PRIMARY KEY,
            root TEXT NOT NULL,
            path TEXT NOT NULL,
            at TEXT NOT NULL,
            reason TEXT NOT NULL,
            data TEXT NOT NULL
        )""",
        "CREATE INDEX versions_of ON versions (root, path, id)",
    ),
)
"""The statements that lead to version 1, 2, …; one that was released is never changed."""


class Database(DraftTables, VersionTables):
    """The file at `path`, opened at first use; may be used from any thread, one at a time."""

    def __init__(
        self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(path, OwnFile.DATABASE, MIGRATIONS, now=now)
        self.instance = Instance(path.parent / WINDOWS)

    def close(self) -> None:
        """Close the file, and leave the drafts to whichever window is opened next."""
        super().close()
        self.instance.end()

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
