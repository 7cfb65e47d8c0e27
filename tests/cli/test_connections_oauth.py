"""Tokens on the command line: signing in, renewal, and never a request without one."""

from __future__ import annotations

import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import requests

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.engine.places import approve
from httpdesk.model.auth import TOKEN_SECRET, Grant, OAuth2Auth, Placement
from httpdesk.model.connection import Connection
from httpdesk.model.errors import SecretsFailed, SecretsReason
from httpdesk.model.oauth import Token
from tests.cli.conftest import Cli, records_at
from tests.helpers.fixtures import provider, world
from tests.helpers.oidc_provider import SECRET, OidcProvider, sign_in_as
from tests.helpers.proxies import free_port
from tests.helpers.token_world import TokenWorld

__all__ = ["provider", "world"]

SEND = ("send", "/me", "--connection", "Shop")


class Browser(list[str]):
    """Signs in as a user would, on a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[threading.Thread] = []

    def append(self, url: str) -> None:
        super().append(url)
        thread = threading.Thread(target=self._sign_in, args=(url,))
        thread.start()
        self.threads.append(thread)

    def _sign_in(self, url: str) -> None:
        requests.get(sign_in_as("alice", f"{url}&prompt=consent"), timeout=10)


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    for thread in browser.threads:
        thread.join(10)


def add(tmp_path: Path, base_url: str, **auth: object) -> Connection:
    made = Connection("id-shop", "Shop", base_url, OAuth2Auth(**auth))  # type: ignore[arg-type]
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(made, None)
    approve(made, records_at(tmp_path))
    return made


def in_world(tmp_path: Path, world: TokenWorld, grant: Grant) -> Connection:
    return add(tmp_path, world.url, token_url=world.token_url, client_id="me", grant=grant)


def keep(
    keyring: MemorySecrets, connection: Connection, seconds: float | None, **more: str
) -> None:
    """Keep a token `old` that expires in so many seconds."""
    now = time.time()
    expires_at = None if seconds is None else now + seconds
    token = Token("old-CANARY", expires_at=expires_at, obtained_at=now - 600, **more)
    keyring.keep(connection.secret(TOKEN_SECRET), json.dumps(asdict(token)))


def kept(keyring: MemorySecrets, connection: Connection) -> dict[str, object]:
    held: dict[str, object] = json.loads(keyring.read(connection.secret(TOKEN_SECRET)) or "{}")
    return held


# A real provider


def test_from_the_browser_to_a_protected_route(
    cli: Cli, tmp_path: Path, provider: OidcProvider, keyring: MemorySecrets,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Statements 26, 27, 33 and 38: signed in, sent, renewed, signed out."""
    caplog.set_level(logging.DEBUG)
    connection = add(
        tmp_path,
        provider.issuer,
        authorization_url=provider.metadata["authorization_endpoint"],
        token_url=provider.metadata["token_endpoint"],
        client_id="native",
        scope="openid offline_access api:read",
        issuer=provider.issuer,
        names_issuer=True,
    )
    unsigned = cli(*SEND)
    assert (unsigned.status, unsigned.out) == (5, b"")
    assert "httpdesk connections login Shop" in unsigned.err

    login = cli("connections", "login", "Shop")
    assert login.status == 0
    assert "Shop: signed in, 10 min left, is renewed." in login.err
    first = kept(keyring, connection)
    sent = cli(*SEND, "-v")
    assert (sent.status, json.loads(sent.out)["sub"]) == (0, "alice")

    keyring.keep(
        connection.secret(TOKEN_SECRET), json.dumps(first | {"expires_at": time.time() + 30})
    )
    renewed = cli(*SEND, "--json")
    second = kept(keyring, connection)
    assert renewed.status == 0
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]

    told = login.err + sent.err + renewed.err + renewed.out.decode() + caplog.text
    for token in (first, second):
        assert str(token["access_token"]) not in told
        assert str(token["refresh_token"]) not in told
    assert cli("connections", "logout", "Shop").status == 0
    assert cli(*SEND).status == 5
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or str(second["access_token"]).encode() not in path.read_bytes()


def test_without_a_browser_the_url_is_printed_and_waited_for(
    cli: Cli, tmp_path: Path, provider: OidcProvider, browser: Browser
) -> None:
    """The port that is busy is named (statement 26)."""
    from tests.helpers.raw_server import RawServer, answering

    with RawServer(answering(b"")) as other:
        add(
            tmp_path,
            provider.issuer,
            authorization_url=provider.metadata["authorization_endpoint"],
            token_url=provider.metadata["token_endpoint"],
            client_id="native",
            redirect_port=other.port,
        )
        result = cli("connections", "login", "Shop", "--no-browser")
    assert (result.status, browser) == (5, [])
    assert f"Port {other.port} is in use" in result.err


def test_a_client_gets_its_token_by_itself(
    cli: Cli, tmp_path: Path, provider: OidcProvider, keyring: MemorySecrets
) -> None:
    """Statement 35, and the secret of the environment."""
    connection = add(
        tmp_path,
        provider.issuer,
        token_url=provider.metadata["token_endpoint"],
        client_id="service-basic",
        grant=Grant.CLIENT_CREDENTIALS,
        scope="api:read",
    )
    before = len(provider.token_calls())
    result = cli(*SEND, HTTPDESK_SECRET_SHOP_CLIENT_SECRET=SECRET)
    # The provider's own route wants a user's token; that it was asked with one is what counts.
    assert result.status == 1
    assert kept(keyring, connection)["scope"] == "api:read"
    grants = [call["body"]["grant_type"] for call in provider.token_calls()[before:]]
    assert grants[0] == "client_credentials"
    assert SECRET not in result.err
    wrong = cli("connections", "login", "Shop", HTTPDESK_SECRET_SHOP_CLIENT_SECRET="wrong")
    assert wrong.status == 5
    assert "invalid_client" in wrong.err


def test_a_device_code_is_printed_to_be_entered_elsewhere(
    cli: Cli, tmp_path: Path, world: TokenWorld, browser: Browser
) -> None:
    """RFC 8628: no browser is opened here; the token is used like any other."""
    device = f"{world.url.removesuffix('/api')}/device"
    auth = {"grant": Grant.DEVICE_CODE, "device_url": device, "client_id": "me"}
    add(tmp_path, world.url, token_url=world.token_url, **auth)
    login = cli("connections", "login", "Shop")
    assert (login.status, browser) == (0, [])
    lines = login.err.splitlines()
    assert lines[:2] == ["Enter the code ABCD-1234 at:", "https://id.test/enter"]
    assert lines[2] == "Waiting for 2 minutes. Ctrl+C cancels."
    assert "Shop: signed in, 10 min left, is renewed." in lines
    assert world.calls[0]["device_code"] == "dev-CANARY"
    assert "CANARY" not in login.err
    assert cli(*SEND).status == 0


def test_signing_out_gives_the_token_back_and_says_when_nobody_took_it(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """RFC 7009: what the provider does stops nobody from signing out."""
    connection = add(
        tmp_path, world.url, token_url=world.token_url, client_id="me",
        revocation_url=world.token_url,
    )  # fmt: skip
    keep(keyring, connection, 600, refresh_token="refresh-CANARY")
    assert cli("connections", "logout", "Shop").err == (
        "Signed out of Shop; its secrets are deleted.\n"
    )
    assert [call["token"] for call in world.calls] == ["refresh-CANARY", "old-CANARY"]
    keep(keyring, connection, 600, refresh_token="refresh-CANARY")
    world.error = "invalid_client"
    result = cli("connections", "logout", "Shop")
    assert result.status == 0
    assert "Notice: the provider did not take the token back: The provider refused" in result.err
    assert "CANARY" not in result.err
    assert kept(keyring, connection) == {}


# Renewal


def test_many_sends_at_once_renew_once(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """Statement 31: one call, before all of them; each send is a run of its own."""
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, 30, refresh_token="refresh-0")
    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(lambda _: cli(*SEND), range(10)))
    assert [result.status for result in results] == [0] * 10
    assert [call["refresh_token"] for call in world.calls] == ["refresh-0"]
    assert set(world.api) == {"Bearer access-1-CANARY"}


def test_a_token_that_is_not_due_is_used_as_it_is(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """Statement 31: 60 seconds."""
    world.good.add("old-CANARY")
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, 90, refresh_token="refresh-0")
    assert cli(*SEND).status == 0
    assert (world.calls, world.api) == ([], ["Bearer old-CANARY"])


def test_a_401_is_answered_with_one_renewal_and_one_resend(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """Statement 32: an attempt of its own."""
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, None, refresh_token="refresh-0")
    result = cli(*SEND, "--json", "--debug")
    assert result.status == 0
    assert world.api == ["Bearer old-CANARY", "Bearer access-1-CANARY"]
    assert [each["number"] for each in json.loads(result.out)["attempts"]] == [1, 2]
    assert "CANARY" not in result.out.decode() + result.err


@pytest.mark.parametrize("retries", [0, 2])
def test_a_second_401_is_the_result(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets, retries: int
) -> None:
    """Statement 32, row 17 of quality.md: one renewal, which no retry is counted for."""
    world.accepts = False
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, None, refresh_token="refresh-0")
    result = cli(*SEND, "--max-retries", str(retries), "--retry-all")
    assert (result.status, result.out) == (1, b"no")
    assert (len(world.calls), len(world.api)) == (1, 2 + retries)


@pytest.mark.parametrize(
    ("how", "sent"),
    [
        ({"token_name": "X-Token", "token_prefix": ""}, "X-Token: {}\r\n"),
        ({"token_prefix": "token"}, "Authorization: token {}\r\n"),
        (
            {"token_name": "access_token", "token_placement": Placement.QUERY},
            "GET /api/me?access_token={} HTTP/1.1\r\n",
        ),
    ],
)
def test_the_token_goes_where_the_api_takes_it_and_its_renewal_too(  # noqa: PLR0917
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets, how: dict[str, Any],
    sent: str,
) -> None:  # fmt: skip
    """Statements 32 and 76: in its own header or the query, replaced there, told nowhere."""
    connection = add(tmp_path, world.url, token_url=world.token_url, client_id="me", **how)
    keep(keyring, connection, None, refresh_token="refresh-0")
    result = cli(*SEND, "--json", "--debug", "-v")
    assert result.status == 0
    for head, token in zip(world.heads, ("old-CANARY", "access-1-CANARY"), strict=True):
        assert sent.format(token) in f"{head}\r\n"
        assert head.count("CANARY") == 1
    assert "CANARY" not in result.out.decode() + result.err


def test_what_the_request_says_itself_is_no_token_to_renew(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """Statements 12 and 32: its headers stay as they are after a 401, an empty one too."""
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, None, refresh_token="refresh-0")
    file = tmp_path / "own.yml"
    file.write_text(
        "info: {name: Own, type: http}\n"
        "http: {url: /me, headers: [{name: Authorization, value: mine}, {name: X-E, value: ''}]}\n"
        "runtime:\n  variables:\n    - {name: httpdesk.connection, value: Shop}\n"
        '    - {name: httpdesk.connection.headers-win, value: "true"}\n'
    )
    assert cli("send", str(file)).status == 1
    assert (world.api, world.calls) == (["mine"], [])


def test_the_new_refresh_token_is_kept_before_the_api_is_called(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """Statement 33."""
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, -1, refresh_token="refresh-0")
    seen: list[object] = []
    world.on_api = lambda: seen.append(kept(keyring, connection)["refresh_token"])
    assert cli(*SEND).status == 0
    assert seen == ["refresh-1-CANARY"]


def test_a_refused_renewal_wants_a_new_sign_in_and_sends_nothing(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """Statement 34: and it is not tried again and again."""
    world.error = "invalid_grant"
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, -1, refresh_token="refresh-0")
    first, second = cli(*SEND), cli(*SEND)
    assert (first.status, second.status, world.api, len(world.calls)) == (5, 5, [], 1)
    assert "Sign in: httpdesk connections login Shop" in first.err
    assert "(invalid_grant: " in first.err


def test_a_provider_that_is_away_costs_no_token(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """Statement 34: nothing is sent, and the refresh token stays for later."""
    world.error = "temporarily_unavailable"
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, -1, refresh_token="refresh-0-CANARY")
    refused = cli(*SEND)
    assert (refused.status, world.api) == (5, [])
    assert "temporarily_unavailable" in refused.err
    assert "refresh-0-CANARY" not in refused.err
    world.error = ""
    assert cli(*SEND).status == 0


def test_a_preview_asks_no_provider(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """What is shown is the token that is kept, hidden; nothing is sent to anybody."""
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    assert cli(*SEND, "--preview").status == 5
    keep(keyring, connection, -1, refresh_token="refresh-0")
    shown, revealed = cli(*SEND, "--preview"), cli(*SEND, "--preview", "--reveal")
    assert "Authorization: Bearer \u2022" in shown.out.decode()
    assert "Authorization: Bearer old-CANARY" in revealed.out.decode()
    assert (world.calls, world.api) == ([], [])


def test_ctrl_c_ends_the_wait_for_the_browser(httpdesk_home: Path) -> None:
    """Statement 26: cancelled, and the port is closed."""
    port = free_port()
    file = httpdesk_home / "config" / "connections" / "shop.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(
        "info: {name: Shop, type: connection, id: x}\nbaseUrl: http://127.0.0.1:1\n"
        "auth: {type: oauth2, flow: authorization_code, credentials: {clientId: me},\n"
        "  authorizationUrl: http://127.0.0.1:1/a, accessTokenUrl: http://127.0.0.1:1/t,\n"
        f"  callbackUrl: 'http://127.0.0.1:{port}/callback'}}\n"
    )
    words = ("connections", "login", "Shop", "--no-browser")
    program = subprocess.Popen(
        [sys.executable, "-m", "httpdesk", *words], stderr=subprocess.PIPE, text=True
    )
    assert program.stderr is not None
    lines = [program.stderr.readline() for _ in range(3)]
    assert lines[0] == "Sign in with a browser at http://127.0.0.1:1/a:\n"
    assert "code_challenge_method=S256" in lines[1]
    assert lines[2] == "Waiting for 5 minutes. Ctrl+C cancels.\n"
    socket.create_connection(("127.0.0.1", port), 5).close()
    program.send_signal(signal.SIGINT)
    program.communicate(timeout=10)
    assert program.returncode == 130
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)


def test_without_a_refresh_token_it_is_used_until_it_expires(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    world.good.add("old-CANARY")
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, 20)
    assert cli(*SEND).status == 0
    keep(keyring, connection, -1)
    assert cli(*SEND).status == 5
    assert len(world.api) == 1


def test_client_credentials_are_fetched_anew_when_they_expire(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """Statement 35: with no refresh token, and only when it is time."""
    connection = in_world(tmp_path, world, Grant.CLIENT_CREDENTIALS)
    assert [cli(*SEND).status for _ in range(2)] == [0, 0]
    keep(keyring, connection, -1, refresh_token="never-used")
    assert cli(*SEND).status == 0
    assert [call["grant_type"] for call in world.calls] == ["client_credentials"] * 2
    assert "refresh_token" not in world.calls[-1]


def test_a_token_of_unknown_life_is_used_until_a_401(
    cli: Cli, tmp_path: Path, world: TokenWorld
) -> None:
    """Statement 35."""
    world.expires_in = None
    in_world(tmp_path, world, Grant.CLIENT_CREDENTIALS)
    assert [cli(*SEND).status for _ in range(3)] == [0, 0, 0]
    assert len(world.calls) == 1
    world.good.clear()
    assert cli(*SEND).status == 0
    assert len(world.calls) == 2


def test_a_keyring_that_takes_nothing_loses_no_token(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets
) -> None:
    """security.md R3, 8: the new token is used all the same."""
    connection = in_world(tmp_path, world, Grant.AUTHORIZATION_CODE)
    keep(keyring, connection, -1, refresh_token="refresh-0")

    def fail(*_arguments: str) -> None:
        raise SecretsFailed(reason=SecretsReason.LOCKED)

    keyring.keep = fail  # type: ignore[method-assign,assignment]
    assert cli(*SEND).status == 0
    assert world.api == ["Bearer access-1-CANARY"]
