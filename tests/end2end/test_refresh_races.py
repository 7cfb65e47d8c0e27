"""Several programs need one token anew at the same moment (row 42 of quality.md)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.connection_records import StoredRecords
from httpdesk.adapters.database import Database
from httpdesk.adapters.keyring_secrets import KeyringSecrets
from httpdesk.engine.places import approve
from tests.end2end.test_connect_and_send import daemon, world
from tests.helpers.token_world import TokenWorld

__all__ = ["daemon", "world"]

PROGRAMS = 3
TOKEN = "connection shop-1 oauth_token"
SEND = [sys.executable, "-m", "httpdesk", "send", "/orders", "--connection", "Shop"]


@pytest.fixture
def expired(world: TokenWorld, httpdesk_home: Path) -> None:
    """A token in the system's keyring that ran out while the computer slept."""
    held = {"access_token": "old-CANARY", "refresh_token": "refresh-0-CANARY"}
    kept = {**held, "expires_at": time.time() - 3600, "obtained_at": time.time() - 7200}
    connection = ConnectionFiles(lambda: httpdesk_home / "config", httpdesk_home / "data").find(
        "Shop", None
    )
    assert connection is not None
    (httpdesk_home / "data").mkdir(exist_ok=True)
    database = Database(httpdesk_home / "data" / "httpdesk.db")
    KeyringSecrets(database).keep(TOKEN, json.dumps(kept))
    approve(connection.connection, StoredRecords(lambda: database))
    database.close()


def take_time() -> None:
    """Be a provider that is slow, so that the others come while one renews."""
    threading.Event().wait(0.7)


def sent_at_once() -> list[tuple[int, bytes, bytes]]:
    programs = [
        subprocess.Popen(SEND, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(PROGRAMS)
    ]
    ended = [program.communicate(timeout=60) for program in programs]
    return [(each.returncode, *told) for each, told in zip(programs, ended, strict=True)]


@pytest.mark.usefixtures("expired")
def test_programs_that_need_a_token_at_once_renew_it_once(world: TokenWorld) -> None:
    """Statement 31: two uses of one refresh token are a theft to a provider that rotates them."""
    world.on_token = take_time
    assert [(status, out) for status, out, _ in sent_at_once()] == [(0, b"done")] * PROGRAMS
    assert [call["refresh_token"] for call in world.calls] == ["refresh-0-CANARY"]
    assert world.api == ["Bearer access-1-CANARY"] * PROGRAMS


@pytest.mark.usefixtures("expired")
def test_a_family_that_was_revoked_is_asked_for_once(world: TokenWorld) -> None:
    """Statement 34: each program says to sign in again, and none sends without a token."""
    world.error = "invalid_grant"
    ended = sent_at_once()
    assert [status for status, _, _ in ended] == [5] * PROGRAMS
    assert all(b"httpdesk connections login Shop" in err for _, _, err in ended)
    assert not any(b"CANARY" in out + err for _, out, err in ended)
    assert (len(world.calls), world.api) == (1, [])
