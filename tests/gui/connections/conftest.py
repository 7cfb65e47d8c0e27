"""A keeper with real files, a real database and secrets in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.connection_records import StoredRecords
from httpdesk.adapters.database import Database
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.places import places_of
from httpdesk.engine.tokens import Tokens
from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.settings_keeper import SettingsKeeper
from httpdesk.model.auth import TOKEN_SECRET, OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import ConnectionRecord, TokenFacts
from httpdesk.model.errors import SecretsFailed
from httpdesk.model.secrets import StoredSecret
from httpdesk.model.settings import Settings
from tests.helpers.desk import wait_until


@dataclass
class Secrets:
    """The place of secrets, which fails for as long as `problem` is set."""

    values: dict[str, str] = field(default_factory=dict)
    problem: SecretsFailed | None = None

    def read(self, name: str) -> str | None:
        if self.problem is not None:
            raise self.problem
        return self.values.get(name)

    def knows(self, name: str) -> bool:
        return name in self.values

    def keep(self, name: str, value: str) -> None:
        if self.problem is not None:
            raise self.problem
        self.values[name] = value

    def forget(self, name: str) -> None:
        if self.problem is not None:
            raise self.problem
        self.values.pop(name, None)

    def stored(self) -> tuple[StoredSecret, ...]:
        return tuple(StoredSecret(name) for name in sorted(self.values))

    def patiently(self, _cancel: CancelToken, _waiting: Callable[[bool], None]) -> Secrets:
        return self


@dataclass
class World:
    """The keeper, and what is behind it."""

    folder: Path
    secrets: Secrets
    files: ConnectionFiles
    records: StoredRecords
    keeper: ConnectionKeeper
    jobs: JobRunner

    def settle(self) -> None:
        """Wait until nothing is under way."""
        wait_until(lambda: self.jobs.running == 0, "the jobs to end")

    def load(self, *made: Connection, root: str | None = None) -> list[str]:
        """Write these files, let the keeper find them and return their keys."""
        keys = [self.files.add(each, root).path for each in made]
        self.keeper.reload()
        self.settle()
        return keys

    def signed_in(self, connection: Connection, seconds: float, *, renews: bool = True) -> None:
        """Let there be a token that expires after this time."""
        now = SystemClock().now().timestamp()
        facts = TokenFacts(now, now + seconds, renews, "read", "read write")
        self.secrets.values[connection.secret(TOKEN_SECRET)] = '{"access_token": "planted"}'
        self.records.keep(connection.id, ConnectionRecord(facts, places=places_of(connection)))


@pytest.fixture
def world(tmp_path: Path, qapp: object) -> Iterator[World]:
    folder = tmp_path / "config"
    folder.mkdir()
    database, secrets = Database(tmp_path / "httpdesk.db"), Secrets()
    files, records = ConnectionFiles(lambda: folder, folder), StoredRecords(lambda: database)
    ports = cast(
        "Any",
        SimpleNamespace(
            connections=lambda: SimpleNamespace(store=files, records=records, signers=None),
            secrets=lambda: secrets,
            clock=SystemClock(),
            settings=Settings(),
            settings_read_only=False,
        ),
    )
    jobs = JobRunner()
    settings = SettingsKeeper(ports, jobs)
    nobody = cast("Any", None)
    tokens = Tokens(lambda: secrets, nobody, nobody, lambda: 0.0, records)
    keeper = ConnectionKeeper(ports, jobs, settings, lambda: tokens)
    yield World(folder, secrets, files, records, keeper, jobs)
    assert jobs.shutdown()
    database.close()


def oauth(name: str = "Acme", **more: Any) -> Connection:
    """Return a connection by authorization code."""
    auth = OAuth2Auth(token_url="https://id.test/token", client_id="c", **more)
    return Connection(f"id-{name}", name, "https://api.test", auth)
