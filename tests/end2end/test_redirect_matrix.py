"""Fault row 11: nine credentials over four hops with five codes, 180 cells on real sockets.

A credential arrives where the next server is the one that it was meant for, and nowhere else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.prompts import REFUSE
from httpdesk.engine.send import SendContext, send
from httpdesk.model.cookies import Cookie
from httpdesk.model.errors import NotConfirmed
from httpdesk.model.exchange import Exchange
from httpdesk.model.network import NetworkOptions
from httpdesk.model.network_choices import TlsRule
from httpdesk.model.request import Header, RawBody, RawKind, Request
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.tls_server import Authority, tls_server

CODES = (301, 302, 303, 307, 308)
SAME, HOST, PORT, SCHEME = "same origin", "other host", "other port", "other scheme"
SECRET = "canary-7f3a9b"


@dataclass(frozen=True, slots=True)
class Credential:
    """How a request carries a secret, and what of it can be seen on the wire."""

    wire: bytes
    header: str = ""
    """The header that carries it, "" for what is no header of the user's."""
    dress: Callable[[Request], Request] = field(default=lambda request: request)


def _row(name: str, value: str) -> Credential:
    header = Header(name, value)
    return Credential(
        f"{name}: {value}".encode(), name, lambda request: replace(request, headers=(header,))
    )


def _signed_in(request: Request) -> Request:
    return replace(request, url=request.url.replace("://", f"://user:{SECRET}@"))


def _with_body(request: Request) -> Request:
    return replace(request, method="POST", body=RawBody(RawKind.TEXT, SECRET))


CREDENTIALS = {
    "Authorization": _row("Authorization", f"Bearer {SECRET}"),
    "sign-in in the URL": Credential(
        b64encode(f"user:{SECRET}".encode()), "Authorization", _signed_in
    ),
    "API key": _row("X-API-Key", SECRET),
    "session": _row("X-Acme-Session", SECRET),
    "Proxy-Authorization": _row("Proxy-Authorization", f"Basic {SECRET}"),
    "typed cookie": _row("Cookie", f"sid={SECRET}"),
    "cookie of the jar": Credential(f"sid={SECRET}".encode()),
    "Referer with a query": _row("Referer", f"http://h/?code={SECRET}"),
    "body": Credential(SECRET.encode(), "", _with_body),
}


@dataclass(frozen=True, slots=True)
class Net:
    """Three servers: one that redirects, one on another port, one with TLS."""

    origin: RawServer
    other: RawServer
    secure: RawServer
    network: NetworkOptions
    transport: RequestsTransport
    orders: dict[str, bytes]
    """What the first server answers to `/start`."""

    def location(self, hop: str) -> str:
        return {
            SAME: f"http://127.0.0.1:{self.origin.port}/next",
            HOST: f"http://localhost:{self.origin.port}/next",
            PORT: f"http://127.0.0.1:{self.other.port}/next",
            SCHEME: f"https://127.0.0.1:{self.secure.port}/next",
        }[hop]

    def send(self, credential: Credential, code: int, hop: str) -> Exchange:
        """Send a request with the credential that is redirected to the hop."""
        line = f"Location: {self.location(hop)}"
        self.orders["start"] = response(b"", line, status=f"{code} Moved")
        jar = MemoryJar()
        jar.put(Cookie("sid", SECRET, "127.0.0.1", "/"))
        uses_jar = credential is CREDENTIALS["cookie of the jar"]
        request = credential.dress(Request(url=f"http://127.0.0.1:{self.origin.port}/start"))
        context = SendContext(
            self.transport,
            SystemClock(),
            cookies=jar if uses_jar else None,
            network=self.network,
            prompt=REFUSE,
        )
        return send(request, context, CancelToken(), Progress())

    def arrived(self) -> bytes:
        """Return what came to `/next`, and forget all requests."""
        servers = (self.origin, self.other, self.secure)
        found = [each for server in servers for each in server.requests if b" /next " in each]
        for server in servers:
            server.requests.clear()
        return b"".join(found)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Net]:
    orders: dict[str, bytes] = {}

    def behave(peer: RecordingPeer) -> None:
        while request := peer.read_request():
            starts = b" /start " in request
            peer.send(orders["start"] if starts else response(b"arrived"))

    authority = Authority(tmp_path_factory.mktemp("authority"))
    arrived = answering(response(b"arrived"))
    network = NetworkOptions(tls_rules=(TlsRule("127.0.0.1", ca_file=str(authority.ca_file)),))
    transport = RequestsTransport()
    with (
        RawServer(behave) as origin,
        RawServer(arrived) as other,
        tls_server(authority.context("127.0.0.1"), arrived) as secure,
    ):
        yield Net(origin, other, secure, network, transport, orders)
    transport.close()


def belongs(name: str, hop: str, code: int) -> bool:
    """Return whether the credential is for the server that the hop leads to."""
    if name == "cookie of the jar":
        # A cookie is for its host, whatever port and scheme (RFC 6265 section 8.5).
        return hop != HOST
    if name == "body":
        # Statement 73: at 301, 302 and 303 the POST becomes a GET.
        return hop == SAME and code in {307, 308}
    return hop == SAME


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("hop", [SAME, HOST, PORT, SCHEME])
@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_credential_arrives_where_it_belongs_and_nowhere_else(
    net: Net, name: str, hop: str, code: int
) -> None:
    """Fault row 11 and R5: tainted values only on the same origin; what was dropped is said."""
    credential = CREDENTIALS[name]
    exchange = net.send(credential, code, hop)
    arrived = net.arrived()
    assert (credential.wire in arrived) is belongs(name, hop, code)
    if name == "body" and hop != SAME and code in {307, 308}:
        assert isinstance(exchange.error, NotConfirmed)
        assert arrived == b""
        return
    assert exchange.error is None
    assert arrived.startswith(b"GET /next " if name != "body" or code < 307 else b"POST /next ")
    if credential.header and hop != SAME:
        assert credential.header in exchange.attempts[0].hops[1].dropped
        assert f"\r\n{credential.header.lower()}:".encode() not in arrived.lower()


def test_the_matrix_is_whole() -> None:
    """quality.md: 9 credentials x 4 hops x 5 codes."""
    assert (len(CREDENTIALS), len(CODES)) == (9, 5)


def test_an_order_to_another_server_keeps_what_is_no_secret(net: Net) -> None:
    """Only what may tell something is left out."""
    header = Header("X-Acme-Colour", "green")
    credential = Credential(b"", "", lambda request: replace(request, headers=(header,)))
    net.send(credential, 302, PORT)
    assert b"\r\nX-Acme-Colour: green\r\n" in net.arrived()
