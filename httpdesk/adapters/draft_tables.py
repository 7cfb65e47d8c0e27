"""The drafts and the workspace state of a window, in the tables of the database.

Each window owns its drafts while it runs: two on one profile never write over each other. A start
takes over what windows that are gone have left.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from httpdesk.adapters.instance import Instance
from httpdesk.adapters.sqlite_file import SqliteFile
from httpdesk.engine.draft_ports import Draft
from httpdesk.engine.draft_steps import MOST_CHARACTERS, MOST_STEPS, Step, StepChange
from httpdesk.formats import request_json
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import Request

WINDOWS = "windows"
"""The folder of the lock files, beside the database."""


class DraftTables(SqliteFile):
    """Implements `DraftStore` on an open file; `instance` is the window that asks."""

    instance: Instance

    # Drafts

    def save_draft(self, draft: Draft) -> None:
        """Insert or replace the draft with this id; raises StorageFailed."""
        row = (draft.id, draft.open, draft.position, self._now().isoformat(), _draft_data(draft))
        with self.used() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?)", (*row, self._owner())
            )

    def drafts(self) -> tuple[Draft, ...]:
        """Return this window's drafts: open ones in tab order, then closed ones, latest first.

        Those of windows that are gone are this one's from then on, each window's together.
        """
        with self.used() as connection:
            owner = self._owner()
            # No other window may write before this one has read.
            connection.execute("BEGIN IMMEDIATE")
            gone = self._gone(connection, owner)
            rows = connection.execute(
                "SELECT id, open, position, updated_at, data FROM drafts AS each "
                f"WHERE owner IN ({_marks(gone)}) ORDER BY open DESC, CASE WHEN open THEN "
                "(SELECT max(updated_at) FROM drafts WHERE owner = each.owner AND open) END, "
                "CASE WHEN open THEN position END, updated_at DESC",
                gone,
            ).fetchall()
            self._take_over(connection, gone, owner)
        self.instance.sweep()
        return tuple(draft for draft in map(_draft, rows) if draft is not None)

    def delete_draft(self, draft_id: str) -> None:
        """Forget a draft; unknown ids are ignored."""
        with self.used() as connection:
            connection.execute("DELETE FROM drafts WHERE id = ?", (draft_id,))
            connection.execute("DELETE FROM steps WHERE draft = ?", (draft_id,))

    # Undo steps

    def save_steps(self, draft_id: str, change: StepChange) -> None:
        """Keep steps in place of those from the change's start on; raises StorageFailed."""
        rows = [(draft_id, step.number, request_json.dump(step.request)) for step in change.steps]
        with self.used() as connection:
            connection.execute(
                "DELETE FROM steps WHERE draft = ? AND number >= ?", (draft_id, change.start)
            )
            connection.executemany("INSERT OR REPLACE INTO steps VALUES (?, ?, ?)", rows)
            # The newest two stay; of the others as many as the bounds allow.
            connection.execute(
                "DELETE FROM steps WHERE draft = ?1 AND number IN (SELECT number FROM (SELECT "
                "number, row_number() OVER newest AS place, sum(length(data)) OVER newest AS size "
                "FROM steps WHERE draft = ?1 WINDOW newest AS (ORDER BY number DESC)) "
                "WHERE place > ?2 OR (size > ?3 AND place > 2))",
                (draft_id, MOST_STEPS, MOST_CHARACTERS),
            )

    def steps(self, draft_id: str) -> tuple[Step, ...]:
        """Return the steps of a draft by number; those that cannot be read are left out."""
        with self.used() as connection:
            rows = connection.execute(
                "SELECT number, data FROM steps WHERE draft = ? ORDER BY number", (draft_id,)
            ).fetchall()
        return tuple(step for step in map(_step, rows) if step is not None)

    # State of the workspace

    def save_state(self, name: str, value: str) -> None:
        """Keep a small piece of this window's state as text."""
        # As JSON, since SQLite refuses text that is not valid Unicode, such as odd file names.
        row = (name, json.dumps(value), self._now().isoformat())
        with self.used() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO window_state VALUES (?, ?, ?, ?)", (self._owner(), *row)
            )

    def state(self, name: str, *, shared: bool = True) -> str | None:
        """Return what `save_state` kept, or None.

        A `shared` state that this window has not kept is the one that any window kept last.
        """
        with self.used() as connection:
            row = connection.execute(
                "SELECT value FROM window_state WHERE name = ?1 AND (owner = ?2 OR ?3) "
                "ORDER BY owner = ?2 DESC, updated_at DESC LIMIT 1",
                (name, self._owner(), shared),
            ).fetchone()
        try:
            return None if row is None else str(json.loads(row[0]))
        except ValueError:
            return None

    # Inside

    def _owner(self) -> str:
        self.instance.begin()
        return self.instance.id

    def _gone(self, connection: sqlite3.Connection, owner: str) -> list[str]:
        """Return this window and those that have left something and run no more."""
        found = connection.execute(
            "SELECT owner FROM drafts UNION SELECT owner FROM window_state"
        ).fetchall()
        others = (str(other) for (other,) in found if other != owner)
        return [owner, *(other for other in others if not self.instance.lives(other))]

    def _take_over(self, connection: sqlite3.Connection, gone: Iterable[str], owner: str) -> None:
        names = list(gone)
        mine = (owner, *names)
        connection.execute(f"UPDATE drafts SET owner = ? WHERE owner IN ({_marks(names)})", mine)
        kept: dict[str, tuple[str, str]] = {}
        for name, value, updated_at in connection.execute(
            f"SELECT name, value, updated_at FROM window_state WHERE owner IN ({_marks(names)}) "
            "ORDER BY updated_at",
            names,
        ):
            before = kept[name][0] if name in kept else ""
            kept[name] = (_united(before, value), updated_at)
        connection.execute(f"DELETE FROM window_state WHERE owner IN ({_marks(names)})", names)
        connection.executemany(
            "INSERT INTO window_state VALUES (?, ?, ?, ?)",
            [(owner, name, *each) for name, each in kept.items()],
        )


def _marks(values: list[str]) -> str:
    return ",".join("?" * len(values))


def _united(before: str, now: str) -> str:
    """Return the state of two windows as one: lists one after the other, of all else the later."""
    lists = []
    for value in (before, now):
        try:
            lists.append(json.loads(json.loads(value)))
        except (ValueError, TypeError):
            return now
    if not all(isinstance(each, list) for each in lists):
        return now
    old, new = lists
    return json.dumps(json.dumps([each for each in old if each not in new] + new))


def _draft_data(draft: Draft) -> str:
    data: dict[str, Any] = {
        "request": request_json.dump(draft.request),
        "root": draft.root,
        "path": draft.path,
        "digest": draft.digest,
        "edited": draft.edited,
    }
    if draft.base is not None:
        data["base"] = request_json.dump(draft.base)
    if draft.view:
        data["view"] = draft.view
    if draft.step:
        data["step"] = draft.step
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
            base=_base(data.get("base")),
            view=str(data.get("view", "")),
            step=int(data.get("step", 0)),
        )
    except (ValueError, TypeError, KeyError, FileNotUnderstood):
        return None


def _step(row: tuple[int, str]) -> Step | None:
    try:
        return Step(int(row[0]), request_json.load(row[1]))
    except (ValueError, TypeError, FileNotUnderstood):
        return None


def _base(text: object) -> Request | None:
    return request_json.load(text) if isinstance(text, str) else None
