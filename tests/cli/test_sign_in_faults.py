"""What a provider, a file and a computer may do to a sign-in, and what the terminal says of it.

Rows 40 and 42 of quality.md and the bad input of connections: each in words with the next step, and
no request goes out without the credential that it should carry.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.engine.places import approve
from httpdesk.model.auth import TOKEN_SECRET, Grant
from httpdesk.model.connection import Connection
from tests.cli.conftest import Cli, records_at
from tests.cli.test_connections_oauth import SEND, add, in_world, keep
from tests.helpers.fixtures import world
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.token_world import TokenWorld

__all__ = ["world"]

_JSON = "Content-Type: application/json"
_HTML = "Content-Type: text/html"
_TOKEN = b'{"access_token": "CANARY", "token_type": "Bearer"}'


def refusal(error: str) -> bytes:
    return response(f'{{"error": "{error}"}}'.encode(), _JSON, status="400 Bad Request")


NO_TOKENS = {
    "a page": (response(b"<html>CANARY</html>", _HTML), "answered 200 without a token"),
    "a gateway's page": (
        response(b"<html>CANARY</html>", _HTML, status="502 Bad Gateway"),
        "answered 502 without a token",
    ),
    "nothing": (response(b"", _JSON), "answered 200 without a token"),
    "no content": (response(b"", status="204 No Content"), "answered 204 without a token"),
    "a list": (response(b"[]", _JSON), "answered 200 without a token"),
    "half a document": (response(b'{"access_token": "CAN', _JSON), "answered 200 without a token"),
    "another type": (
        response(b'{"access_token": "CANARY", "token_type": "mac"}', _JSON),
        "without a token",
    ),
    "an empty token": (response(b'{"access_token": ""}', _JSON), "without a token"),
    "a line break": (response(b'{"access_token": "a\\r\\nX: CANARY"}', _JSON), "without a token"),
    "10 MB": (response(b" " * 10_000_000 + _TOKEN, _JSON), "answered with more than 1 MB"),
    "a redirect": (
        response(b"", "Location: http://127.0.0.1:1/", status="307 Temporary Redirect"),
        "answered 307 without a token",
    ),
    "a wrong secret": (refusal("invalid_client"), "in the header or in the body."),
    "an unknown scope": (refusal("invalid_scope"), "The provider refused: invalid_scope."),
    "a grant it has not": (refusal("unsupported_grant_type"), "refused: unsupported_grant_type."),
    "an odd error": (response(b'{"error": ["CANARY"]}', _JSON), "answered 200 without a token"),
}


@pytest.mark.parametrize(("answer", "words"), NO_TOKENS.values(), ids=NO_TOKENS)
def test_what_is_no_token_is_told_and_nothing_is_sent(
    cli: Cli, tmp_path: Path, world: TokenWorld, answer: bytes, words: str
) -> None:
    """Row 40 of quality.md: asked for once, and the API hears nothing."""
    in_world(tmp_path, world, Grant.CLIENT_CREDENTIALS)
    world.raw = answer
    result = cli(*SEND)
    assert words in result.err
    assert (result.status, result.out) == (5, b"")
    assert (len(world.calls), world.api) == (1, [])
    assert "CANARY" not in result.err


def test_a_provider_that_speaks_no_http_is_told_and_nothing_is_sent(
    cli: Cli, tmp_path: Path, world: TokenWorld
) -> None:
    in_world(tmp_path, world, Grant.CLIENT_CREDENTIALS)
    world.raw = b"SSH-2.0-CANARY\r\n\r\n"
    result = cli(*SEND)
    assert "CANARY" not in result.err
    assert (result.status, result.out, world.api) == (3, b"", [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token_url": "http://id.test/token"}, "http to another computer"),
        ({"token_url": "htps://id.test/token"}, "is none that a sign-in can use"),
        ({"token_url": ""}, "is none that a sign-in can use"),
        ({"token_url": "https://u:CANARY@id.test/t"}, "is none that a sign-in can use"),
        ({"client_id": ""}, "has no client id yet"),
    ],
    ids=str,
)
def test_a_connection_that_cannot_sign_in_says_why(
    cli: Cli, tmp_path: Path, world: TokenWorld, changes: dict[str, str], words: str
) -> None:
    """Statement 36: wrong URLs, http on a foreign host, an empty client id."""
    auth = {"token_url": world.token_url, "client_id": "me"} | changes
    add(tmp_path, world.url, grant=Grant.CLIENT_CREDENTIALS, **auth)
    for argv in (SEND, ("connections", "login", "Shop")):
        result = cli(*argv)
        assert words in result.err
        assert (result.status, result.out) == (5, b"")
        assert "CANARY" not in result.err
    assert (world.calls, world.api) == ([], [])


@pytest.mark.parametrize("off", [-86400, -300, 300, 86400])
def test_a_clock_that_is_wrong_costs_no_request(
    cli: Cli, tmp_path: Path, world: TokenWorld, keyring: MemorySecrets, off: int
) -> None:
    """Row 42 of quality.md: a token that seems good and is not, or the other way round.

    It is renewed once at most, and the request is answered.
    """
    connection = in_world(tmp_path, world, Grant.CLIENT_CREDENTIALS)
    # As it was kept by the right clock, with ten minutes to live, and as the wrong one reads it.
    keep(keyring, connection, 600 - off)
    if off < 0:
        # So long was it away: the provider has forgotten the token.
        world.good.clear()
    else:
        world.good.add("old-CANARY")
    result = cli(*SEND)
    assert (result.status, result.out) == (0, b"done")
    assert len(world.calls) <= 1
    assert world.api[-1].endswith("-CANARY")
    assert "" not in world.api


def test_the_environment_leads_no_token_elsewhere(
    cli: Cli, tmp_path: Path, world: TokenWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 18 of quality.md: neither a proxy nor a .netrc is used that nobody chose."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login spy password taken\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with RawServer(answering(response(b"spied"))) as spy:
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://spy:taken@127.0.0.1:{spy.port}")
        monkeypatch.setenv("NO_PROXY", "nothing.test")
        in_world(tmp_path, world, Grant.CLIENT_CREDENTIALS)
        result = cli(*SEND)
        assert spy.requests == []
    assert (result.status, result.out) == (0, b"done")
    assert world.api == ["Bearer access-1-CANARY"]


# PKCE that is weaker


@pytest.fixture
def weakened(tmp_path: Path, world: TokenWorld, keyring: MemorySecrets) -> Iterator[RawServer]:
    """Give the server on the port that a sign-in needs; its file was changed to have no PKCE."""
    with RawServer(answering(b"")) as other:
        connection = add(
            tmp_path,
            world.url,
            authorization_url=f"{world.url}/authorize",
            token_url=world.token_url,
            client_id="me",
            redirect_port=other.port,
        )
        keep(keyring, connection, 600)
        stored = ConnectionFiles(lambda: tmp_path, tmp_path / "data").find("Shop", None)
        assert stored is not None
        file = Path(stored.path)
        head = "type: oauth2\n"
        file.write_text(file.read_text().replace(head, f"{head}  pkce: {{disabled: true}}\n"))
        yield other


@pytest.mark.usefixtures("weakened")
def test_a_weaker_sign_in_needs_a_yes(
    cli: Cli, tmp_path: Path, world: TokenWorld, browser: list[str]
) -> None:
    """Rule R3, 3 of security.md: a pulled file does not switch PKCE off by itself."""
    sent = cli(*SEND)
    assert "Before: none. Now: pkce off." in sent.err
    assert (sent.status, world.api) == (5, [])
    result = cli("connections", "login", "Shop")
    assert "The connection Shop has PKCE off: a program that catches the browser" in result.err
    assert "run the login with --weaker" in result.err
    assert (result.status, browser, world.calls) == (5, [], [])


def test_who_agrees_to_a_weaker_sign_in_goes_on(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets, weakened: RawServer
) -> None:
    """Asked once: what comes next is that the port is busy."""
    keyring.forget(Connection("id-shop", "Shop", "").secret(TOKEN_SECRET))
    result = cli("connections", "login", "Shop", "--weaker")
    assert f"Port {weakened.port} is in use" in result.err
    found = ConnectionFiles(lambda: tmp_path, tmp_path / "data").find("Shop", None)
    assert found is not None
    approve(found.connection, records_at(tmp_path))
    assert "is in use" in cli("connections", "login", "Shop").err


def test_a_browser_that_cannot_be_started_leaves_the_url(httpdesk_home: Path) -> None:
    """The whole program, with no browser on its path."""
    file = httpdesk_home / "config" / "connections" / "shop.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(
        "info: {name: Shop, type: connection, id: x}\nbaseUrl: http://127.0.0.1:1\n"
        "auth: {type: oauth2, flow: authorization_code, credentials: {clientId: me},\n"
        "  authorizationUrl: http://127.0.0.1:1/a, accessTokenUrl: http://127.0.0.1:1/t}\n"
    )
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    environ = {name: value for name, value in os.environ.items() if name not in hidden}
    program = subprocess.Popen(
        [sys.executable, "-m", "httpdesk", "connections", "login", "Shop"],
        env=environ | {"PATH": str(httpdesk_home)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stderr is not None
    lines = [program.stderr.readline() for _ in range(4)]
    program.terminate()
    program.communicate(timeout=10)
    assert lines[1].startswith("http://127.0.0.1:1/a?")
    assert lines[2] == "No browser could be opened; open the URL yourself.\n"
    assert lines[3] == "Waiting for 5 minutes. Ctrl+C cancels.\n"
