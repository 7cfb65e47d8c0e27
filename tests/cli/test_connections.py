"""Connections on the command line, as the wire and the terminal see them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.engine.places import approve
from httpdesk.model.auth import ApiKeyAuth, Auth, BasicAuth, BearerAuth, Placement
from httpdesk.model.connection import Connection
from httpdesk.model.errors import SecretsFailed, SecretsReason
from httpdesk.model.request import Header
from tests.cli.conftest import Cli, records_at
from tests.helpers.raw_server import RawServer, answering, response

KEY = "CANARY-9f8e7d6c"


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"done"))) as server:
        yield server


@pytest.fixture
def made(tmp_path: Path, server: RawServer, keyring: MemorySecrets) -> Connection:
    """The connection `Orders API` with its key in the keyring."""
    return add(tmp_path, server, keyring, ApiKeyAuth("X-API-Key", ""))


def add(
    tmp_path: Path, server: RawServer, keyring: MemorySecrets, auth: Auth, **more: object
) -> Connection:
    base = f"http://127.0.0.1:{server.port}/v1"
    made = Connection("id-1", "Orders API", base, auth, **more)  # type: ignore[arg-type]
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(made, None)
    approve(made, records_at(tmp_path))
    for name in ("key", "password", "token"):
        keyring.keep(made.secret(name), KEY)
    return made


def head(server: RawServer, at: int = -1) -> list[str]:
    return server.requests[at].partition(b"\r\n\r\n")[0].decode().split("\r\n")


@pytest.mark.parametrize(
    ("auth", "line"),
    [
        (ApiKeyAuth("X-API-Key", ""), f"X-API-Key: {KEY}"),
        (ApiKeyAuth(), f"Authorization: Basic {KEY}"),
        (ApiKeyAuth(prefix="Token"), f"Authorization: Token {KEY}"),
        (BasicAuth("me"), "Authorization: Basic bWU6Q0FOQVJZLTlmOGU3ZDZj"),
        (BearerAuth(), f"Authorization: Bearer {KEY}"),
    ],
)
def test_a_credential_is_sent_once_and_shown_never(  # noqa: PLR0917
    cli: Cli, tmp_path: Path, server: RawServer, keyring: MemorySecrets, auth: Auth, line: str
) -> None:
    """Statements 11 to 15 and 76."""
    add(tmp_path, server, keyring, auth)
    for view in (("-v",), ("--json",), ("--full",), ("--debug",), ("--preview", "-v")):
        result = cli("send", "/orders", "--connection", "Orders API", *view)
        assert result.status == 0
        for secret in (KEY, line.rpartition(" ")[2]):
            assert secret not in result.out.decode() + result.err
    assert len(server.requests) == 4
    assert head(server)[0] == "GET /v1/orders HTTP/1.1"
    assert [each for each in head(server) if each.startswith(line.partition(":")[0])] == [line]


def test_a_key_in_the_query_is_hidden_whatever_its_name(
    cli: Cli, tmp_path: Path, server: RawServer, keyring: MemorySecrets
) -> None:
    """Statement 14."""
    add(tmp_path, server, keyring, ApiKeyAuth("k", "", Placement.QUERY))
    for view in ("-v", "--json", "--debug", "--preview"):
        result = cli("send", "/orders?a=1", "--connection", "Orders API", view)
        assert KEY not in result.out.decode() + result.err
    assert head(server)[0] == f"GET /v1/orders?a=1&k={KEY} HTTP/1.1"


def test_the_preview_names_the_connection(cli: Cli, made: Connection) -> None:
    result = cli("send", "/", "--connection", "Orders API", "--preview", "-v", "--reveal")
    assert result.status == 0
    (line,) = [each for each in result.out.decode().splitlines() if "X-API-Key" in each]
    assert line.split() == ["X-API-Key:", KEY, "#", "connection", "Orders", "API"]


def test_the_connection_wins_over_a_header_and_says_so(
    cli: Cli, made: Connection, server: RawServer, tmp_path: Path
) -> None:
    """Statement 11."""
    (tmp_path / "h.txt").write_text("x-api-key: mine\n")
    words = ("send", "/", "--connection", "Orders API", "-H", f"@{tmp_path / 'h.txt'}")
    result = cli(*words)
    assert "the connection's x-api-key was sent instead" in result.err
    assert [each for each in head(server) if "api-key" in each.lower()] == [f"X-API-Key: {KEY}"]


def test_the_header_of_the_request_wins_where_that_is_asked_for(
    cli: Cli, made: Connection, server: RawServer, tmp_path: Path
) -> None:
    """Statement 12."""
    file = tmp_path / "own.yml"
    file.write_text(
        "info: {name: Own, type: http}\n"
        "http: {url: /, headers: [{name: x-api-key, value: mine}]}\n"
        "runtime:\n  variables:\n"
        "    - {name: httpdesk.connection, value: Orders API}\n"
        '    - {name: httpdesk.connection.headers-win, value: "true"}\n'
    )
    assert cli("send", str(file)).err == ""
    assert [each for each in head(server) if "api-key" in each.lower()] == ["x-api-key: mine"]


def test_elsewhere_it_goes_without_and_says_why(
    cli: Cli, made: Connection, server: RawServer
) -> None:
    """Statement 21."""
    with RawServer(answering(response(b"other"))) as other:
        url = f"http://127.0.0.1:{other.port}/"
        result = cli("send", url, "--connection", "Orders API")
        assert KEY.encode() not in b"".join(other.requests)
    assert (result.status, result.out) == (0, b"other")
    assert "the connection Orders API may not go to this host" in result.err


def test_a_redirect_elsewhere_drops_what_the_connection_added(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets
) -> None:
    """Statement 22."""
    with RawServer(answering(response(b"other"))) as other:
        location = f"Location: http://127.0.0.1:{other.port}/x"
        moved = response(b"", location, status="302 Found")
        with RawServer(answering(moved)) as server:
            auth = ApiKeyAuth("X-Odd", "")
            add(tmp_path, server, keyring, auth, headers=(Header("X-Tenant", "t-42"),))
            result = cli("send", "/", "--connection", "Orders API", "--json")
        assert head(other)[0] == "GET /x HTTP/1.1"
        assert not {"x-odd", "x-tenant"} & {line.split(":")[0].lower() for line in head(other)}
    assert KEY not in result.out.decode() + result.err
    dropped = json.loads(result.out)["attempts"][0]["hops"][1]["dropped"]
    assert set(dropped) == {"X-Odd", "X-Tenant"}


def test_a_request_file_names_its_connection(
    cli: Cli, tmp_path: Path, server: RawServer, made: Connection
) -> None:
    """storage.md: `httpdesk.connection`, inherited; `none` and the command line over it."""
    root = tmp_path / "orders"
    root.mkdir()
    variable = "  variables: [{name: httpdesk.connection, value: Orders API}]\n"
    (root / "opencollection.yml").write_text(
        f'opencollection: "1.0.0"\ninfo: {{name: Orders}}\nrequest:\n{variable}'
    )
    file = root / "list.yml"
    text = "info: {name: List, type: http}\nhttp: {method: GET, url: /orders}\n"
    file.write_text(text)
    assert cli("send", str(file)).status == 0
    assert f"X-API-Key: {KEY}" in head(server)
    url = f"http://127.0.0.1:{server.port}/"
    file.write_text(
        text.replace("/orders", url)
        + "runtime:\n  variables: [{name: httpdesk.connection, value: none}]\n"
    )
    assert cli("send", str(file)).err == ""
    assert not any("API-Key" in line for line in head(server))
    assert cli("send", str(file), "--connection", "Orders API").status == 0
    assert f"X-API-Key: {KEY}" in head(server)


@pytest.mark.parametrize(
    ("name", "text"),
    [("Nobody", "No connection is called 'Nobody'. Nothing was sent."), ("", "--connection")],
)
def test_a_wrong_name_sends_nothing(
    cli: Cli, made: Connection, server: RawServer, name: str, text: str
) -> None:
    result = cli("send", "/", "--connection", name)
    assert (result.status, server.requests) == (2, [])
    assert text in result.err


# Secrets


def test_the_environment_comes_before_the_keyring(
    cli: Cli, made: Connection, server: RawServer
) -> None:
    """security.md R4."""
    variable = {"HTTPDESK_SECRET_ORDERS_API_KEY": "CANARY-of-ci"}
    result = cli("send", "/", "--connection", "Orders API", "-v", **variable)
    assert "X-API-Key: CANARY-of-ci" in head(server)
    assert "CANARY" not in result.err + result.out.decode()


def test_a_missing_secret_is_asked_for_in_words(
    cli: Cli, made: Connection, keyring: MemorySecrets, server: RawServer
) -> None:
    """security.md R4: never sent without."""
    keyring.forget(made.secret("key"))
    result = cli("send", "/", "--connection", "Orders API")
    assert (result.status, server.requests) == (5, [])
    assert result.err == (
        "The connection Orders API has no key yet. Nothing was sent.\n"
        "Enter it: httpdesk connections set-secret 'Orders API' key\n"
        "Or set HTTPDESK_SECRET_ORDERS_API_KEY in the environment.\n"
    )


@pytest.mark.parametrize("reason", SecretsReason)
def test_a_keyring_that_fails_is_told_and_nothing_is_sent(
    cli: Cli, made: Connection, server: RawServer, keyring: MemorySecrets, reason: SecretsReason
) -> None:
    """Statement 24; row 39 of quality.md: the way out is named."""

    def fail(name: str, *_more: str) -> str:
        raise SecretsFailed(reason=reason, name=name)

    keyring.read = keyring.keep = fail  # type: ignore[method-assign,assignment]
    sent = cli("send", "/", "--connection", "Orders API")
    kept = cli("connections", "set-secret", "Orders API", "key", stdin=KEY.encode())
    assert (sent.status, kept.status, server.requests) == (5, 5, [])
    assert "keyring" in sent.err
    assert "keyring" in kept.err
    assert "Set HTTPDESK_SECRET_ with the names of connection and secret" in sent.err
    assert KEY not in sent.err + kept.err


def test_a_secret_is_read_from_standard_input_or_typed_unseen(
    cli: Cli, made: Connection, keyring: MemorySecrets, server: RawServer
) -> None:
    words = ("connections", "set-secret", "Orders API", "key")
    piped = cli(*words, stdin=b"CANARY-piped\n")
    assert (piped.status, keyring.read(made.secret("key"))) == (0, "CANARY-piped")
    typed = cli(*words, asked=True, secret="CANARY-typed")
    assert keyring.read(made.secret("key")) == "CANARY-typed"
    assert "key of Orders API: " in typed.err
    assert "CANARY" not in piped.err + typed.err
    assert cli(*words, "CANARY-word").status == 2
    assert cli("connections", "set-secret", "Orders API", "password").status == 2
    assert cli(*words, stdin=b"\n").status == 2
    assert keyring.read(made.secret("key")) == "CANARY-typed"


def test_a_changed_host_needs_the_secret_anew(
    cli: Cli, made: Connection, server: RawServer, tmp_path: Path
) -> None:
    """security.md R4 and R5: what a pull changed gets nothing that was entered before."""
    file = tmp_path / "connections" / "Orders API.yaml"
    with RawServer(answering(response(b"evil"))) as evil:
        file.write_text(file.read_text().replace(str(server.port), str(evil.port)))
        result = cli("send", "/", "--connection", "Orders API")
        assert evil.requests == []
    assert result.status == 5


# The other commands


def test_they_are_listed_with_their_state(
    cli: Cli, made: Connection, keyring: MemorySecrets, tmp_path: Path
) -> None:
    ready = cli("connections", "list")
    assert ready.out.decode() == f"Orders API\tpersonal\tAPI key\t{made.base_url}\tready\n"
    keyring.forget(made.secret("key"))
    (tmp_path / "connections" / "broken.yaml").write_text("x: [\n")
    lines = cli("connections", "list").out.decode().splitlines()
    assert lines[0].startswith("cannot be read\t")
    assert "broken.yaml" in lines[0]
    assert lines[1].endswith("\tno key yet")


def test_one_that_names_a_file_elsewhere_is_listed_as_such(
    cli: Cli, tmp_path: Path, keyring: MemorySecrets, server: RawServer
) -> None:
    """security.md R7."""
    root = tmp_path / "orders"
    root.mkdir()
    base = f"http://127.0.0.1:{server.port}"
    made = Connection("id-2", "Out", base, BearerAuth(), certificate="../../mine.pem")
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(made, str(root))
    result = cli("connections", "list", "--collection", str(root))
    assert (result.status, result.out[:14]) == (0, b"cannot be used")


def test_an_empty_list_says_so(cli: Cli) -> None:
    assert cli("connections").err == "There are no connections.\n"


def test_a_try_shows_the_status(cli: Cli, made: Connection, server: RawServer) -> None:
    result = cli("connections", "test", "Orders API")
    assert result.status == 0
    assert result.out.startswith(b"200 OK  ")
    assert f"X-API-Key: {KEY}" in head(server)
    assert head(server)[0] == "GET /v1 HTTP/1.1"


def test_a_try_that_is_refused_fails(cli: Cli, tmp_path: Path, keyring: MemorySecrets) -> None:
    with RawServer(answering(response(b"", status="401 Unauthorized"))) as server:
        add(tmp_path, server, keyring, BearerAuth())
        result = cli("connections", "test", "Orders API")
    assert (result.status, result.out[:16]) == (1, b"401 Unauthorized")
    gone = cli("connections", "test", "Orders API")
    assert gone.status == 3
    assert "refused the connection" in gone.err


def test_signing_out_deletes_the_secrets(
    cli: Cli, made: Connection, keyring: MemorySecrets
) -> None:
    assert cli("connections", "logout", "Orders API").status == 0
    assert keyring.read(made.secret("key")) is None


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("open",), "'open' is none of"),
        (("login",), "login takes the name of a connection."),
        (("list", "x"), "list takes nothing."),
        (("login", "Orders API"), "needs no sign-in in a browser, but key"),
        (("test", "Nobody"), "No connection is called 'Nobody'"),
        (("test", "Orders API", "--token", "x"), "nrecognized arguments"),
    ],
)
def test_wrong_words_are_told(
    cli: Cli, made: Connection, words: tuple[str, ...], text: str
) -> None:
    result = cli("connections", *words)
    assert result.status == 2
    assert text in result.err


def test_the_help_is_whole(cli: Cli) -> None:
    text = cli("connections", "--help").out.decode()
    for command in ("list", "login NAME", "logout NAME", "test NAME", "set-secret NAME SECRET"):
        assert f"httpdesk connections {command}" in text


def test_a_collection_brings_its_connections(
    cli: Cli, tmp_path: Path, server: RawServer, keyring: MemorySecrets, made: Connection
) -> None:
    """Those of the collection come before the personal ones of the same name."""
    folder = tmp_path / "shared"
    folder.mkdir()
    base = f"http://127.0.0.1:{server.port}/shared"
    shared = Connection("id-2", made.name, base, BearerAuth())
    ConnectionFiles(lambda: tmp_path, tmp_path / "data").add(shared, str(folder))
    keyring.keep(shared.secret("token"), KEY)
    approve(shared, records_at(tmp_path))
    words = ("send", "/orders", "--connection", made.name)
    assert cli(*words).status == 0
    assert cli(*words, "--collection", str(folder)).status == 0
    assert head(server, 0)[0] == "GET /v1/orders HTTP/1.1"
    assert head(server, 1)[0] == "GET /shared/orders HTTP/1.1"
    assert f"Authorization: Bearer {KEY}" in head(server, 1)
