"""What a connection adds to a request, where it goes, and what is never sent without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import Connecting
from httpdesk.engine.fakes import FakeTransport, FrozenClock, answer
from httpdesk.engine.masking import Masker, secret_values
from httpdesk.engine.ports import Progress, Reply
from httpdesk.engine.send import SendContext, preview_send, send
from httpdesk.model.auth import ApiKeyAuth, Auth, BasicAuth, BearerAuth, Placement
from httpdesk.model.collection import RequestDefaults
from httpdesk.model.connection import (
    CONNECTION_VARIABLE,
    Connection,
)
from httpdesk.model.errors import (
    CredentialReason,
    InvalidCredential,
    InvalidUrl,
    SecretsFailed,
    SecretsReason,
    UnknownConnection,
    UrlReason,
)
from httpdesk.model.exchange import Exchange, Origin, ResolveWarning, WarningKind
from httpdesk.model.network import NetworkOptions
from httpdesk.model.network_choices import ProxyMode
from httpdesk.model.request import Header, Options, QueryParam, Request
from tests.helpers.connection_stores import one_connection

KEY = "CANARY-key-1"
BASE = "https://api.test/v1"


class World:
    """A fake transport, a connection `Orders`, and its secrets."""

    def __init__(self, auth: Auth, *replies: Reply, **connection: object) -> None:
        made = Connection("id", "Orders", BASE, auth, **connection)  # type: ignore[arg-type]
        self.transport = FakeTransport(*(replies or (answer(),)))
        self.secrets: Mapping[str, str] = {"key": KEY, "password": KEY, "token": KEY}
        self.read: list[str] = []
        self.context = SendContext(
            self.transport,
            FrozenClock(datetime(2025, 5, 1, tzinfo=UTC)),
            connecting=Connecting(one_connection(made), self._secret),
        )

    def _secret(self, _connection: Connection, name: str) -> str | None:
        self.read.append(name)
        return self.secrets.get(name)

    def send(self, url: str = "/orders", **request: object) -> Exchange:
        request.setdefault("options", Options(connection="Orders"))
        made = Request(url=url, **request)  # type: ignore[arg-type]
        return send(made, self.context, CancelToken(), Progress())

    def sent(self, at: int = -1) -> tuple[str, dict[str, str]]:
        request = self.transport.requests[at]
        return str(request.url), dict(request.header_pairs())


def warned(exchange: Exchange) -> list[ResolveWarning]:
    return list(exchange.request.warnings)


# Which connection


def test_an_inherited_connection_signs_in() -> None:
    world = World(BearerAuth())
    level = RequestDefaults(((CONNECTION_VARIABLE, "Orders"),))
    request = Request(url="/orders")
    context = SendContext(
        world.transport,
        world.context.clock,
        defaults=((Origin.COLLECTION.value, level),),
        connecting=world.context.connecting,
    )
    send(request, context, CancelToken(), Progress())
    assert world.sent()[1]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("connecting", [True, False])
def test_a_connection_that_is_not_there_keeps_the_request_here(connecting: bool) -> None:
    world = World(BearerAuth())
    context = world.context if connecting else SendContext(world.transport, world.context.clock)
    request = Request(url="https://api.test/", options=Options(connection="Else"))
    with pytest.raises(UnknownConnection) as caught:
        send(request, context, CancelToken(), Progress())
    assert (caught.value.name, world.transport.requests) == ("Else", [])


# What is added


@pytest.mark.parametrize(
    ("auth", "line"),
    [
        (ApiKeyAuth(), ("Authorization", f"Basic {KEY}")),
        (ApiKeyAuth(prefix="Bearer"), ("Authorization", f"Bearer {KEY}")),
        (ApiKeyAuth("X-API-Key", ""), ("X-API-Key", KEY)),
        (ApiKeyAuth("X-Odd", "Token"), ("X-Odd", f"Token {KEY}")),
        (BasicAuth("me"), ("Authorization", "Basic bWU6Q0FOQVJZLWtleS0x")),
        (BearerAuth(), ("Authorization", f"Bearer {KEY}")),
    ],
)
def test_a_credential_is_a_header_of_the_connection(auth: Auth, line: tuple[str, str]) -> None:
    """Statements 13 to 15; its value is known as a secret wherever it stands (statement 76)."""
    world = World(auth)
    exchange = world.send()
    assert line in world.transport.requests[0].header_pairs()
    header = next(each for each in exchange.request.headers if each.name == line[0])
    assert (header.origin, header.level) == (Origin.CONNECTION, "Orders")
    masker = Masker(secret_values(exchange.request, ()))
    assert KEY not in masker.text(f"{line} {KEY}")
    assert line[1].rpartition(" ")[2] not in masker.text(line[1])
    assert KEY not in repr(exchange)


def test_a_credential_in_the_query_stands_last_and_is_hidden() -> None:
    """Statements 10 and 14."""
    world = World(ApiKeyAuth("k", "", Placement.QUERY))
    exchange = world.send("/orders?a=1", params=(QueryParam("b", "2"),))
    assert world.sent()[0] == f"{BASE}/orders?a=1&b=2&k={KEY}"
    assert "Authorization" not in world.sent()[1]
    assert KEY not in Masker(secret_values(exchange.request, ())).text(str(exchange.request.url))


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("", BASE),
        ("orders", f"{BASE}/orders"),
        ("/orders?x=1", f"{BASE}/orders?x=1"),
        ("{{where}}", f"{BASE}/there"),
        ("https://api.test/v9", "https://api.test/v9"),
    ],
)
def test_a_path_stands_below_the_base_url(path: str, url: str) -> None:
    """Statement 6."""
    world = World(BearerAuth())
    world.send(path, variables=(("where", "there"),))
    assert world.sent()[0] == url


@pytest.mark.parametrize("path", ["//evil.test/x", "\\\\evil.test", "https:evil.test", "/\\evil"])
def test_a_path_never_replaces_the_host(path: str) -> None:
    """Statement 7."""
    world = World(BearerAuth())
    with pytest.raises(InvalidUrl) as caught:
        world.send(path)
    assert caught.value.reason is UrlReason.OTHER_HOST
    assert world.read == world.transport.requests == []


def test_the_connection_s_header_wins_and_is_sent_once() -> None:
    """Statement 11."""
    world = World(BearerAuth())
    exchange = world.send(headers=(Header("X-A", "1"), Header("authorization", "x")))
    lines = [pair for pair in exchange.request.header_pairs() if pair[0].lower()[:4] == "auth"]
    assert lines == [("Authorization", f"Bearer {KEY}")]
    expected = ResolveWarning(WarningKind.OVERRIDDEN_BY_CONNECTION, "authorization", 1)
    assert expected in warned(exchange)


def test_the_user_s_header_wins_when_that_is_asked_for() -> None:
    """Statement 12."""
    world = World(BearerAuth())
    options = Options(connection="Orders", own_headers_win=True)
    exchange = world.send(headers=(Header("authorization", "x"),), options=options)
    lines = [pair for pair in exchange.request.header_pairs() if pair[0].lower()[:4] == "auth"]
    assert lines == [("authorization", "x")]
    assert warned(exchange) == []


@pytest.mark.parametrize(("wins", "value"), [(False, KEY), (True, "mine")])
def test_a_parameter_is_sent_once_too(wins: bool, value: str) -> None:
    """Statements 11 and 12."""
    world = World(ApiKeyAuth("k", "", Placement.QUERY))
    options = Options(connection="Orders", own_headers_win=wins)
    exchange = world.send(params=(QueryParam("k", "mine"),), options=options)
    assert world.sent()[0] == f"{BASE}/orders?k={value}"
    assert len(warned(exchange)) == (0 if wins else 1)


def test_default_headers_give_way_to_all_others() -> None:
    world = World(BearerAuth(), headers=(Header("X-Tenant", "{{t}}"), Header("X-A", "no")))
    world.send(headers=(Header("x-a", "yes"),), variables=(("t", "t-42"),))
    headers = world.sent()[1]
    assert (headers["X-Tenant"], headers["x-a"], headers.get("X-A")) == ("t-42", "yes", None)


# Where it may go


@pytest.mark.parametrize(
    ("url", "hosts", "goes"),
    [
        ("https://api.test/x", (), True),
        ("https://api.test:444/x", (), False),
        ("http://api.test/x", (), False),
        ("https://evil.test/x", (), False),
        ("https://api.y.test/x", ("api.test", "*.y.test"), True),
        ("https://y.test/x", ("*.y.test",), False),
    ],
)
def test_the_credential_goes_to_the_allowed_hosts_alone(
    url: str, hosts: tuple[str, ...], goes: bool
) -> None:
    """Statement 21: elsewhere the request goes without it, the secret is not read, and it says."""
    world = World(BearerAuth(), allowed_hosts=hosts, headers=(Header("X-Tenant", "t"),))
    exchange = world.send(url)
    headers = world.sent()[1]
    assert (headers.get("Authorization"), headers.get("X-Tenant")) == (
        (f"Bearer {KEY}", "t") if goes else (None, None)
    )
    assert world.read == (["token"] if goes else [])
    refused = ResolveWarning(WarningKind.CONNECTION_NOT_ALLOWED, "Orders")
    assert warned(exchange) == ([] if goes else [refused])


def test_a_credential_without_tls_is_warned_of() -> None:
    world = World(BearerAuth(), allowed_hosts=("api.test", "127.0.0.1"))
    assert warned(world.send("http://api.test/"))[0].kind is WarningKind.CREDENTIAL_IN_CLEAR
    assert warned(world.send("http://127.0.0.1/")) == []


def moved(location: str) -> Reply:
    return answer(302, b"", [("Location", location)])


def dropped(exchange: Exchange) -> tuple[str, ...]:
    return exchange.attempts[0].hops[1].dropped


def test_a_redirect_elsewhere_loses_everything_of_the_connection() -> None:
    """Statement 22: custom headers and the query too; the hop names them."""
    world = World(
        ApiKeyAuth("X-Odd", ""), moved("https://else.test/"), answer(),
        headers=(Header("X-Tenant", "t"),), allowed_hosts=("api.test", "else.test"),
    )  # fmt: skip
    exchange = world.send(headers=(Header("X-Mine", "1"),))
    headers = world.sent()[1]
    assert {"X-Odd", "X-Tenant"}.isdisjoint(headers)
    assert headers["X-Mine"] == "1"
    assert set(dropped(exchange)) == {"X-Odd", "X-Tenant"}


def test_a_key_that_a_server_repeats_to_another_is_taken_out() -> None:
    """Statement 22."""
    world = World(
        ApiKeyAuth("k", "", Placement.QUERY), moved(f"https://else.test/?a=1&to={KEY}"), answer()
    )
    exchange = world.send()
    assert world.sent()[0] == "https://else.test/?a=1"
    assert dropped(exchange) == ("?to",)


@pytest.mark.parametrize(("hosts", "kept"), [(("api.test", "else.test"), True), ((), False)])
def test_what_may_cross_goes_to_allowed_hosts_only(hosts: tuple[str, ...], kept: bool) -> None:
    """Statements 21 and 22: the per-request opt-in."""
    world = World(
        BearerAuth(), moved("https://else.test/"), answer(), allowed_hosts=hosts,
        headers=(Header("X-Tenant", "t"),),
    )  # fmt: skip
    exchange = world.send(options=Options(connection="Orders", connection_crosses=True))
    assert ("Authorization" in world.sent()[1], "X-Tenant" in world.sent()[1]) == (kept, kept)
    assert bool(dropped(exchange)) is not kept


def test_a_redirect_to_the_same_origin_keeps_it() -> None:
    world = World(BearerAuth(), moved("/v1/orders/"), answer())
    world.send()
    assert world.sent()[1]["Authorization"] == f"Bearer {KEY}"


# Secrets that cannot be had


@pytest.mark.parametrize("auth", [ApiKeyAuth(), BasicAuth("me"), BearerAuth()])
def test_a_missing_secret_stops_the_send(auth: Auth) -> None:
    """security.md R4: never with an empty one."""
    world = World(auth)
    world.secrets = {}
    with pytest.raises(InvalidCredential) as caught:
        world.send()
    assert caught.value.reason is CredentialReason.MISSING
    assert caught.value.connection == "Orders"
    assert world.transport.requests == []


def test_a_failing_keyring_stops_the_send() -> None:
    """Statement 24."""
    world = World(BearerAuth())

    def fail(_connection: Connection, _name: str) -> str:
        raise SecretsFailed(reason=SecretsReason.LOCKED)

    context = SendContext(
        world.transport,
        world.context.clock,
        connecting=Connecting(world.context.connecting.store, fail),  # type: ignore[union-attr]
    )
    request = Request(url="/", options=Options(connection="Orders"))
    with pytest.raises(SecretsFailed):
        send(request, context, CancelToken(), Progress())
    assert world.transport.requests == []


# Proxy and TLS


@pytest.mark.parametrize(
    ("proxy", "expected"), [("none", None), ("http://p.test:8", "http://p.test:8")]
)
def test_the_connection_s_proxy_counts_for_its_requests(proxy: str, expected: str | None) -> None:
    world = World(BearerAuth(), moved("https://else.test/"), answer(), proxy=proxy)
    network = NetworkOptions(proxy_mode=ProxyMode.MANUAL, proxy_url="http://settings.test:1")
    context = SendContext(
        world.transport, world.context.clock, network=network, connecting=world.context.connecting
    )
    options = Options(connection="Orders")
    send(Request(url="/", options=options), context, CancelToken(), Progress())
    first, elsewhere = world.transport.requests
    assert first.route.proxy == expected or str(first.route.proxy) == expected
    assert str(elsewhere.route.proxy) == "http://settings.test:1"


def test_the_connection_s_certificate_is_shown_to_its_hosts_alone() -> None:
    """security.md R5."""
    world = World(
        BearerAuth(), moved("https://else.test/"), answer(), ca_file="/ca.pem", certificate="/c.pem"
    )
    world.secrets = {"token": KEY, "passphrase": "CANARY-pass"}
    world.send()
    first, elsewhere = (each.route.tls for each in world.transport.requests)
    assert first.client_certificate is not None
    assert (first.ca_file, first.client_certificate.passphrase) == ("/ca.pem", "CANARY-pass")
    assert (elsewhere.ca_file, elsewhere.client_certificate) == ("", None)


def test_the_preview_is_what_is_sent() -> None:
    """Statements 11 and 14."""
    world = World(ApiKeyAuth("k", "", Placement.QUERY), headers=(Header("X-Tenant", "t"),))
    request = Request(url="/orders", options=Options(connection="Orders"))
    found = preview_send(request, world.context)
    send(request, world.context, CancelToken(), Progress())
    assert found.request is not None
    assert (found.url, found.request.header_pairs()) == (
        world.sent()[0],
        world.transport.requests[0].header_pairs(),
    )
