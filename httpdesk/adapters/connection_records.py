"""What the profile remembers of connections, in its database: implements `ConnectionRecords`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from httpdesk.adapters.database import Database
from httpdesk.model.connection_state import NO_RECORD, ConnectionRecord, TokenFacts
from httpdesk.model.sign_in import SignInStep, StepKind


class StoredRecords:
    """Records as rows of JSON; may be used from several threads."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    def record(self, connection_id: str) -> ConnectionRecord:
        """Return what is remembered; `NO_RECORD` for nothing, and for what is damaged.

        A database that is not there is not made for the question.
        """
        database = self._database()
        if not database.is_there:
            return NO_RECORD
        with database.used() as connection:
            query = "SELECT data FROM connections WHERE id = ?"
            row = connection.execute(query, (connection_id,)).fetchone()
        return NO_RECORD if row is None else _loaded(row[0])

    def keep(self, connection_id: str, record: ConnectionRecord) -> None:
        """Remember this in place of what was."""
        row = (connection_id, _dumped(record))
        with self._database().used() as connection:
            connection.execute("INSERT OR REPLACE INTO connections VALUES (?, ?)", row)

    def forget(self, connection_id: str) -> None:
        """Remember nothing more; unknown ids are ignored."""
        database = self._database()
        if not database.is_there:
            return
        with database.used() as connection:
            connection.execute("DELETE FROM connections WHERE id = ?", (connection_id,))


def _dumped(record: ConnectionRecord) -> str:
    steps = [
        {
            "kind": step.kind.value,
            "at": step.at.isoformat(),
            "elapsed_ms": step.elapsed_ms,
            "seconds": step.seconds,
        }
        for step in record.steps
    ]
    token = asdict(record.token) if record.token is not None else None
    data = {"token": token, "steps": steps, "places": record.places}
    return json.dumps(data, separators=(",", ":"))


def _loaded(text: str) -> ConnectionRecord:
    try:
        data = json.loads(text)
        token = None if data["token"] is None else _token(data["token"])
        places = tuple(str(each) for each in data.get("places", ()))
        return ConnectionRecord(token, tuple(_step(each) for each in data["steps"]), places)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return NO_RECORD


def _token(data: dict[str, Any]) -> TokenFacts:
    expires_at = data["expires_at"]
    return TokenFacts(
        obtained_at=float(data["obtained_at"]),
        expires_at=None if expires_at is None else float(expires_at),
        renews=bool(data["renews"]),
        granted=str(data["granted"]),
        asked=str(data["asked"]),
        account=str(data["account"]),
    )


def _step(data: dict[str, Any]) -> SignInStep:
    at = datetime.fromisoformat(data["at"])
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return SignInStep(
        StepKind(data["kind"]), at, float(data["elapsed_ms"]), seconds=float(data["seconds"])
    )
