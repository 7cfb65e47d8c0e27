"""Every way to a server with every choice of TLS, whatever the environment says.

Fault row 18 of quality.md: nothing of it is used unless it was chosen.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from httpdesk.adapters import tls
from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.system_proxies import UrllibSystemProxies
from httpdesk.adapters.tls import SystemStore
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import ScriptedPrompt
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import CertificateNotTrusted, HttpDeskError
from httpdesk.model.exchange import Exchange
from httpdesk.model.network import ClientCertificate, NetworkOptions
from httpdesk.model.network_choices import ProxyMode, TlsRule
from httpdesk.model.request import Options, Request
from httpdesk.model.response import ConnectionFacts
from tests.helpers.proxies import Relay, socks_proxy, tinyproxy
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content
from tests.helpers.tls_server import Authority, tls_server

ROUTES = ["direct", "http", "https", "socks5"]
SIGN_IN = b"Proxy-Authorization: Basic YWRhOnMzY3JldA=="
SOCKS_SIGN_IN = b"\x01\x03ada\x06s3cret"


@dataclass(frozen=True)
class Actors:
    """Who is trusted by whom, and what listens where."""

    system: Authority
    own: Authority
    stranger: Authority
    certificate: ClientCertificate
    proxies: dict[str, int]


@pytest.fixture(scope="module")
def actors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actors]:
    folder = tmp_path_factory.mktemp("actors")
    names = ("system", "own", "stranger")
    system, own, stranger = (Authority(folder, name) for name in names)
    certificate = own.client().pem(folder / "client.pem")
    with (
        tinyproxy(folder / "tinyproxy", "ada", "s3cret") as http,
        socks_proxy("ada", "s3cret") as socks,
    ):
        proxies = {"http": http, "https": http, "socks5": socks}
        yield Actors(system, own, stranger, certificate, proxies)


@pytest.fixture
def transport(actors: Actors, monkeypatch: pytest.MonkeyPatch) -> Iterator[RequestsTransport]:
    """A transport on a system that believes the authority `system`."""
    store = SystemStore(str(actors.system.ca_file))
    monkeypatch.setattr(tls, "system_store", lambda: store)
    transport = RequestsTransport()
    yield transport
    transport.close()


@pytest.fixture(params=["plain environment", "environment with traps"])
def trap(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[RawServer]:
    """A server to which the environment leads whoever obeys it; nobody may come there."""
    with RawServer(answering(response(status="418 Trapped"))) as server:
        if request.param == "environment with traps":
            _set_traps(monkeypatch, tmp_path, f"http://spy:taken@127.0.0.1:{server.port}")
        yield server
        assert server.connections == 0


def _set_traps(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, url)
        monkeypatch.setenv(name.lower(), url)
    monkeypatch.setenv("NO_PROXY", "nothing.test")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, os.devnull)
    netrc = folder / "netrc"
    netrc.write_text("default login spy password taken\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("SSLKEYLOGFILE", str(folder / "keys.log"))


class Origin:
    """A server with and one without TLS, and the client certificates that the first one saw."""

    def __init__(self, actors: Actors, choice: str) -> None:
        issuer = {"off": actors.stranger, "own CA": actors.own}.get(choice, actors.system)
        context = issuer.context("localhost")
        if choice == "client certificate":
            context = actors.own.asking(context)
        self.secure = tls_server(context, self._answer)
        self.plain = RawServer(answering(response(b"plain")))
        self.clients: list[str] = []

    def _answer(self, peer: RecordingPeer) -> None:
        assert isinstance(peer.sock, ssl.SSLSocket)
        names: Any = (peer.sock.getpeercert() or {}).get("subjectAltName", ())
        self.clients += [value for _, value in names]
        answering(response(b"secure"))(peer)


@dataclass(frozen=True)
class Cell:
    """One way with one choice of TLS, and all who take part."""

    way: str
    choice: str
    actors: Actors
    transport: RequestsTransport
    origin: Origin
    relay: Relay
    """Stands before the proxy of the way."""

    @property
    def proxy(self) -> str:
        """The proxy's URL without the sign-in; empty without one."""
        host = "localhost" if self.way == "https" else "127.0.0.1"
        return "" if self.way == "direct" else f"{self.way}://{host}:{self.relay.port}"

    def run(self, url: str, options: Options) -> Exchange:
        """Send with what a user would have chosen for this cell."""
        rule = {
            "own CA": TlsRule("localhost", ca_file=str(self.actors.own.ca_file)),
            "client certificate": TlsRule("localhost", certificate=self.actors.certificate.path),
        }.get(self.choice)
        network = NetworkOptions(tls_rules=(rule,) if rule else ())
        if self.proxy:
            network = replace(
                network,
                proxy_mode=ProxyMode.MANUAL,
                proxy_url=self.proxy.replace("://", "://ada@"),
                proxy_password="s3cret",
                proxy_exceptions="127.0.0.1",
            )
        return run(self.transport, url, network, options)


@pytest.fixture
def cell(
    request: pytest.FixtureRequest, actors: Actors, transport: RequestsTransport
) -> Iterator[Cell]:
    way, choice = request.param
    origin = Origin(actors, choice)
    context = actors.system.context("localhost") if way == "https" else None
    with (
        Relay(actors.proxies.get(way, 0), tls=context) as relay,
        origin.plain,
        origin.secure,
    ):
        yield Cell(way, choice, actors, transport, origin, relay)


def cells(*choices: str) -> pytest.MarkDecorator:
    """Run a test on every way with these choices."""
    table = [pytest.param((way, each), id=f"{way}-{each}") for way in ROUTES for each in choices]
    return pytest.mark.parametrize("cell", table, indirect=True)


def run(
    transport: RequestsTransport,
    url: str,
    network: NetworkOptions,
    options: Options | None = None,
) -> Exchange:
    """Send as the window does, with the system's proxies at hand and a user who agrees."""
    context = SendContext(
        transport,
        SystemClock(),
        network=network,
        system_proxies=UrllibSystemProxies(),
        prompt=ScriptedPrompt(),
    )
    request = Request(url=url, options=options or Options(timeout_ms=10_000))
    return send(request, context, CancelToken(), Progress())


def answer(exchange: Exchange) -> tuple[HttpDeskError | None, bytes]:
    return exchange.error, content(exchange.response.body if exchange.response else None)


def facts(exchange: Exchange) -> ConnectionFacts:
    found = exchange.attempts[-1].hops[-1].connection
    assert found is not None
    return found


def seen_by_proxy(way: str, url: str, relay: Relay) -> bool:
    """Whether the first bytes of a connection ask the proxy for this URL, signed in."""
    scheme, _, rest = url.partition("://")
    place = rest.partition("/")[0]
    for said in map(bytes, relay.seen):
        if way == "socks5":
            port = int(place.rpartition(":")[2]).to_bytes(2)
            if SOCKS_SIGN_IN + b"\x05\x01\x00\x03\x09localhost" + port in said:
                return True
        head = said.partition(b"\r\n\r\n")[0].decode("latin-1")
        wanted = f"CONNECT {place} " if scheme == "https" else f"GET {url} "
        if head.startswith(wanted) and SIGN_IN.decode() in head.split("\r\n"):
            return True
    return False


@cells("verify", "off", "own CA", "client certificate")
def test_every_way_with_every_choice_of_tls(cell: Cell, trap: RawServer) -> None:
    """Part 9, fault row 18, security.md 1: proxy and TLS hold together, the environment never."""
    options = Options(timeout_ms=10_000, ignore_tls_errors=cell.choice == "off")
    origin, relay = cell.origin, cell.relay
    plain = f"http://localhost:{origin.plain.port}/a?b=%2f"
    secure = f"https://localhost:{origin.secure.port}/a?b=%2f"
    exchanges = [cell.run(url, options) for url in (plain, secure)]

    assert [answer(exchange) for exchange in exchanges] == [(None, b"plain"), (None, b"secure")]
    assert [facts(exchange).proxy for exchange in exchanges] == [cell.proxy] * 2
    assert (trap.connections, len(relay.seen)) == (0, 2 if cell.proxy else 0)
    for url in (plain, secure):
        assert not cell.proxy or seen_by_proxy(cell.way, url, relay)
    for requests in (origin.plain.requests, origin.secure.requests):
        assert len(requests) == 1
        assert requests[0].startswith(b"GET /a?b=%2f HTTP/1.1\r\n")
        assert b"authorization" not in requests[0].lower()
        assert b"s3cret" not in requests[0]
    check_tls(cell, facts(exchanges[1]))


def check_tls(cell: Cell, found: ConnectionFacts) -> None:
    """The facts and the server agree with the choice."""
    assert (found.tls_version, bool(found.chain)) == ("TLSv1.3", True)
    assert found.certificate_checked is (cell.choice != "off")
    own = str(cell.actors.own.ca_file) if cell.choice == "own CA" else ""
    shown = cell.actors.certificate.path if cell.choice == "client certificate" else ""
    assert (found.ca_file, found.client_certificate) == (own, shown)
    assert cell.origin.clients == (["desk@example.test"] if shown else [])


@cells("off")
def test_an_unknown_authority_is_refused_on_every_way(cell: Cell) -> None:
    """Statement 74: "off" is for the request that says so, not for the next one on this way."""
    url = f"https://localhost:{cell.origin.secure.port}/"
    ignoring = Options(timeout_ms=10_000, ignore_tls_errors=True)
    assert answer(cell.run(url, ignoring)) == (None, b"secure")
    refused = cell.run(url, replace(ignoring, ignore_tls_errors=False))
    assert isinstance(refused.error, CertificateNotTrusted)
    assert refused.error.chain
    assert len(cell.origin.secure.requests) == 1


@cells("verify")
def test_each_hop_of_a_redirect_finds_its_own_way(cell: Cell) -> None:
    """Part 7: to another scheme through the same proxy, and to an excepted host directly."""
    excepted = f"http://127.0.0.1:{cell.origin.plain.port}/c"
    secure = f"https://localhost:{cell.origin.secure.port}/b"
    answers = [
        response(b"", f"Location: {place}", status="302 Found") for place in (secure, excepted)
    ]
    with RawServer(answering(answers[0])) as first:
        exchange = cell.run(f"http://localhost:{first.port}/a", Options(timeout_ms=10_000))
        assert answer(exchange) == (None, b"secure")
    with RawServer(answering(answers[1])) as first:
        exchange = cell.run(f"http://localhost:{first.port}/a", Options(timeout_ms=10_000))
        assert answer(exchange) == (None, b"plain")
    ways = [hop.connection.proxy for hop in exchange.attempts[0].hops if hop.connection]
    assert ways == [cell.proxy, ""]
    assert len(cell.relay.seen) == (3 if cell.proxy else 0)
    assert not cell.proxy or seen_by_proxy(cell.way, secure, cell.relay)


def test_the_environment_is_obeyed_when_the_system_is_chosen(
    actors: Actors, transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security.md 1: a visible setting; the sign-in of the variable is used and not shown."""
    with Relay(actors.proxies["http"]) as relay, RawServer(answering(response(b"it"))) as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://ada:s3cret@127.0.0.1:{relay.port}")
        monkeypatch.setenv("NO_PROXY", "localhost")
        chosen = NetworkOptions(proxy_mode=ProxyMode.SYSTEM)
        through = run(transport, f"http://127.0.0.1:{server.port}/", chosen)
        direct = run(transport, f"http://localhost:{server.port}/", chosen)
        assert len(relay.seen) == 1
        assert SIGN_IN in relay.seen[0]
    assert [answer(exchange) for exchange in (through, direct)] == [(None, b"it")] * 2
    assert facts(through).proxy == f"http://127.0.0.1:{relay.port}"
    assert facts(direct).proxy == ""
