"""A pulled change of where a connection leads (security.md R5, last row; row 37 of quality.md)."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.engine.places import approve
from httpdesk.model.auth import TOKEN_SECRET, ApiKeyAuth, Grant, OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.oauth import Token
from tests.cli.conftest import Cli, records_at
from tests.helpers.fixtures import evil, server, world
from tests.helpers.raw_server import RawServer
from tests.helpers.token_world import TokenWorld

__all__ = ["evil", "server", "world"]

KEY = "CANARY-9f8e7d6c"
SEND = ("send", "/orders", "--connection", "Orders API")


def at(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def pulled(tmp_path: Path, before: Connection, **changes: object) -> Connection:
    """Change the file as somebody else would."""
    files = ConnectionFiles(lambda: tmp_path, tmp_path / "data")
    (stored,) = files.list(None)
    changed = replace(before, **changes)  # type: ignore[arg-type]
    files.save(stored, changed)  # type: ignore[arg-type]
    return changed


@pytest.fixture
def made(tmp_path: Path, server: RawServer, keyring: MemorySecrets) -> Connection:
    """A connection with a key, to whose places the user agreed."""
    made = Connection("id-1", "Orders API", at(server), ApiKeyAuth("X-API-Key", ""))
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(made, None)
    keyring.keep(made.secret("key"), KEY)
    approve(made, records_at(tmp_path))
    return made


@pytest.mark.parametrize("what", ["base_url", "allowed_hosts", "proxy", "ca_file"])
def test_nothing_is_sent_before_a_yes(  # noqa: PLR0917
    cli: Cli,
    tmp_path: Path,
    made: Connection,
    server: RawServer,
    evil: RawServer,
    keyring: MemorySecrets,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor is the secret read; both addresses are told."""
    (tmp_path / "ca.pem").write_text("nothing")
    changes: dict[str, object] = {
        "base_url": at(evil),
        "allowed_hosts": ("127.0.0.1", "*.evil.test"),
        "proxy": at(evil),
        "ca_file": str(tmp_path / "ca.pem"),
    }
    pulled(tmp_path, made, **{what: changes[what]})
    read: list[str] = []
    monkeypatch.setattr(keyring, "read", read.append)
    result = cli(*SEND)
    assert (result.status, server.requests, evil.requests, read) == (5, [], [], [])
    told = changes[what]
    assert (told[-1] if isinstance(told, tuple) else str(told)) in result.err
    if what == "base_url":
        assert f"Before: base_url {at(server)}. Now: base_url {at(evil)}." in result.err
    assert KEY not in result.err
    refused = cli(*SEND, asked=True, stdin=b"n\n")
    assert (refused.status, server.requests, evil.requests, read) == (5, [], [], [])


def test_a_yes_is_remembered(
    cli: Cli, tmp_path: Path, made: Connection, server: RawServer, evil: RawServer
) -> None:
    pulled(tmp_path, made, base_url=at(evil))
    agreed = cli(*SEND, asked=True, stdin=b"y\n")
    assert (agreed.status, len(evil.requests)) == (0, 1)
    assert KEY.encode() in evil.requests[0]
    assert cli(*SEND).status == 0
    assert server.requests == []


def test_secrets_without_any_record_are_asked_about(
    cli: Cli, tmp_path: Path, made: Connection, server: RawServer
) -> None:
    """A copied profile, or a foreign file with an id that is known here."""
    records_at(tmp_path).forget(made.id)
    assert (cli(*SEND).status, server.requests) == (5, [])


def test_a_changed_name_or_path_asks_nothing(
    cli: Cli, tmp_path: Path, made: Connection, server: RawServer
) -> None:
    pulled(tmp_path, made, base_url=f"{at(server)}/v2")
    assert (cli(*SEND).status, len(server.requests)) == (0, 1)


def test_entering_the_secret_again_agrees(
    cli: Cli, tmp_path: Path, made: Connection, evil: RawServer
) -> None:
    pulled(tmp_path, made, base_url=at(evil))
    words = ("connections", "set-secret", "Orders API", "key")
    assert cli(*words, stdin=b"CANARY-new-key\n").status == 0
    assert (cli(*SEND).status, len(evil.requests)) == (0, 1)


def test_what_a_run_is_given_is_meant_for_it(
    cli: Cli, tmp_path: Path, made: Connection, evil: RawServer
) -> None:
    """CI has no profile that could remember anything."""
    pulled(tmp_path, made, base_url=at(evil))
    assert cli(*SEND, HTTPDESK_SECRET_ORDERS_API_KEY="CANARY-ci-key").status == 0
    assert b"CANARY-ci-key" in evil.requests[0]


@pytest.mark.parametrize("where", ["token_url", "refresh_url"])
@pytest.mark.parametrize("agrees", [False, True])
def test_a_refresh_token_goes_to_no_new_provider_unasked(  # noqa: PLR0917
    cli: Cli,
    tmp_path: Path,
    world: TokenWorld,
    evil: RawServer,
    keyring: MemorySecrets,
    where: str,
    agrees: bool,
) -> None:
    auth = OAuth2Auth(token_url=world.token_url, client_id="me", grant=Grant.AUTHORIZATION_CODE)
    made = Connection("id-1", "Orders API", world.url, auth)
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(made, None)
    approve(made, records_at(tmp_path))
    now = time.time()
    token = Token("CANARY-old", expires_at=now + 5, obtained_at=now, refresh_token="CANARY-r")
    keyring.keep(made.secret(TOKEN_SECRET), json.dumps(asdict(token)))
    elsewhere = f"{at(evil)}/token"
    first = where == "token_url"
    changed = replace(auth, token_url=elsewhere) if first else replace(auth, refresh_url=elsewhere)
    pulled(tmp_path, made, auth=changed)
    typed = b"y\n" if agrees else b"n\n"
    cli(*SEND, asked=True, stdin=typed)
    assert world.calls == []
    assert [b"CANARY-r" in each for each in evil.requests] == ([True] if agrees else [])
    assert bool(world.api) is False


def test_client_credentials_go_to_no_new_provider_at_a_sign_in(
    cli: Cli, tmp_path: Path, world: TokenWorld, evil: RawServer, keyring: MemorySecrets
) -> None:
    auth = OAuth2Auth(token_url=world.token_url, client_id="me", grant=Grant.CLIENT_CREDENTIALS)
    made = Connection("id-1", "Orders API", world.url, auth)
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(made, None)
    approve(made, records_at(tmp_path))
    keyring.keep(made.secret("client_secret"), KEY)
    pulled(tmp_path, made, auth=replace(auth, token_url=f"{at(evil)}/token"))
    result = cli("connections", "login", "Orders API")
    assert (result.status, evil.requests) == (5, [])
    assert f"{at(evil)}/token" in result.err


@pytest.mark.parametrize("agrees", [True, False])
def test_signing_out_asks_before_a_token_is_given_back_elsewhere(  # noqa: PLR0917
    cli: Cli, tmp_path: Path, world: TokenWorld, evil: RawServer, keyring: MemorySecrets,
    agrees: bool,
) -> None:  # fmt: skip
    """Row 37 of quality.md: without a client secret the token is the one thing to ask about."""
    files = ConnectionFiles(lambda: tmp_path, tmp_path / "data")
    auth = OAuth2Auth(token_url=world.token_url, client_id="me", revocation_url=world.token_url)
    before = Connection("id-out", "Out", world.url, auth)
    stored = files.add(before, None)
    approve(before, records_at(tmp_path))
    keyring.keep(before.secret(TOKEN_SECRET), json.dumps(asdict(Token("CANARY-token"))))
    there = f"http://127.0.0.1:{evil.port}/revoke"
    files.save(stored, replace(before, auth=replace(auth, revocation_url=there)))

    result = cli("connections", "logout", "Out", asked=True, stdin=b"y\n" if agrees else b"n\n")
    assert "leads to places that you have not agreed to" in result.err
    assert (result.status, len(evil.requests)) == (0, int(agrees))
    assert ("Notice: the provider" in result.err) is not agrees
    assert keyring.read(before.secret(TOKEN_SECRET)) is None
    assert "CANARY" not in result.err
