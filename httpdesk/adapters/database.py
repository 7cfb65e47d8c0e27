"""HTTPDesk's own database: drafts, the state of the workspace, cookies. Implements `DraftStore`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from httpdesk.adapters.sqlite_file import SqliteFile
from httpdesk.engine.ports import Draft
from httpdesk.formats import request_json
from httpdesk.model.errors import FileNotUnderstood
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
)
"""The statements that lead to version 1, 2, …; one that was released is never changed."""


class Database(SqliteFile):
    """The file at `path`, opened at first use; may be used from any thread, one at a time."""

    def __init__(
        self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(path, OwnFile.DATABASE, MIGRATIONS, now=now)

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
