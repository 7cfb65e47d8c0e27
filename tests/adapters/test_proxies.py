"""Requests through real proxies: what the proxy sees, what the server sees, what is kept."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from types import NoneType

import pytest

from httpdesk.adapters import tls
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import SystemStore
from httpdesk.engine.ports import Reply
from httpdesk.model.errors import IncompleteBody
from httpdesk.model.exchange import ResolvedRequest
from httpdesk.model.network import Proxy, ProxyKind, Route
from tests.helpers.proxies import Relay, socks_proxy, socks_to, tinyproxy, via
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content, resolved, send
from tests.helpers.tls_server import Authority, say_goodbye, tls_server

USER, PASSWORD = "ada", "pässword: 1"
BASIC = b"Proxy-Authorization: Basic YWRhOnDDpHNzd29yZDogMQ=="
ALL = list(ProxyKind)
SPEAKING_HTTP = [ProxyKind.HTTP, ProxyKind.HTTPS]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[ProxyKind, int]]:
    """The ports of a proxy of each kind; the HTTPS one has its TLS from the relay before it."""
    with tinyproxy(tmp_path_factory.mktemp("proxy")) as http, socks_proxy() as socks:
        yield {ProxyKind.HTTP: http, ProxyKind.HTTPS: http, ProxyKind.SOCKS5: socks}


@pytest.fixture
def relay(
    request: pytest.FixtureRequest, running: dict[ProxyKind, int], authority: Authority
) -> Iterator[Relay]:
    """A relay in front of the proxy of the test's kind."""
    kind: ProxyKind = request.getfixturevalue("kind")
    context = authority.context("localhost") if kind is ProxyKind.HTTPS else None
    with Relay(running[kind], tls=context) as relay:
        yield relay


@pytest.fixture
def transport(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[RequestsTransport]:
    """A transport on a system that believes the test's authority."""
    monkeypatch.setattr(tls, "system_store", lambda: SystemStore(str(authority.ca_file)))
    transport = RequestsTransport()
    yield transport
    transport.close()


@pytest.fixture
def plain() -> Iterator[RawServer]:
    with RawServer(answering(response(b"plain"))) as server:
        yield server


@pytest.fixture
def secure(authority: Authority) -> Iterator[RawServer]:
    with tls_server(authority.context("localhost")) as server:
        yield server


def get(server: RawServer, target: str = "/a%2fb?x=1&x=2") -> ResolvedRequest:
    headers = [("Host", "as.typed"), ("User-Agent", "Desk/1"), ("X-One", "1"), ("X-One", "2")]
    return resolved(server.port, target, headers=headers)


def get_securely(server: RawServer) -> ResolvedRequest:
    return replace(get(server), url=resolved(server.port, scheme="https", host="localhost").url)


HEADERS = b"Host: as.typed\r\nUser-Agent: Desk/1\r\nX-One: 1\r\nX-One: 2\r\n\r\n"


def is_through(reply: Reply, kind: ProxyKind, relay: Relay) -> bool:
    """Whether the facts and the phases tell of the proxy, whose address is the relay's."""
    facts = reply.connection
    host = "localhost" if kind is ProxyKind.HTTPS else "127.0.0.1"
    return (
        facts is not None
        and facts.proxy == f"{kind.value}://{host}:{relay.port}"
        and facts.address == f"127.0.0.1:{relay.port}"
        and {"dns", "connect", "proxy"} <= {name for name, _ in reply.timings.phases()}
    )


@pytest.mark.parametrize("kind", SPEAKING_HTTP)
def test_a_proxy_gets_the_whole_url(
    kind: ProxyKind, transport: RequestsTransport, plain: RawServer, relay: Relay
) -> None:
    """RFC 9112 section 3.2.2; everything else is as without a proxy."""
    reply = send(transport, via(get(plain), kind, relay))
    assert (reply.error, content(reply.body)) == (None, b"plain")
    expected = b"GET http://127.0.0.1:%d/a%%2fb?x=1&x=2 HTTP/1.1\r\n" % plain.port + HEADERS
    assert relay.seen == [expected]
    assert reply.sent_head == expected
    assert plain.requests[0].startswith(b"GET /a%2fb?x=1&x=2 HTTP/1.1\r\n")
    assert is_through(reply, kind, relay)


@pytest.mark.parametrize("kind", SPEAKING_HTTP)
def test_a_tunnel_is_asked_for_and_carries_the_request_as_it_is(
    kind: ProxyKind, transport: RequestsTransport, secure: RawServer, relay: Relay
) -> None:
    """RFC 9110 section 9.3.6."""
    reply = send(transport, via(get_securely(secure), kind, relay, USER, PASSWORD))
    assert (reply.error, content(reply.body)) == (None, b"secure")
    head, _, rest = relay.seen[0].partition(b"\r\n\r\n")
    place = b"localhost:%d" % secure.port
    assert head.split(b"\r\n") == [
        b"CONNECT " + place + b" HTTP/1.1",
        b"Host: " + place,
        BASIC,
        b"User-Agent: Desk/1",
    ]
    assert rest[:2] == b"\x16\x03"
    assert secure.requests == [b"GET / HTTP/1.1\r\n" + HEADERS]
    assert reply.sent_head == secure.requests[0]
    assert is_through(reply, kind, relay)
    assert reply.connection is not None
    assert reply.connection.tls_version == "TLSv1.3"
    assert reply.timings.ssl is not None


@pytest.mark.parametrize("kind", [ProxyKind.SOCKS5])
def test_a_socks_proxy_passes_on_what_it_does_not_read(
    kind: ProxyKind,
    transport: RequestsTransport,
    plain: RawServer,
    secure: RawServer,
    relay: Relay,
) -> None:
    """RFC 1928: an address goes as one, a name as a name."""
    replies = [
        send(transport, via(request, kind, relay)) for request in (get(plain), get_securely(secure))
    ]
    assert [content(reply.body) for reply in replies] == [b"plain", b"secure"]
    assert all(is_through(reply, kind, relay) for reply in replies)
    assert plain.requests == [b"GET /a%2fb?x=1&x=2 HTTP/1.1\r\n" + HEADERS]
    assert secure.requests == [b"GET / HTTP/1.1\r\n" + HEADERS]
    address = b"\x05\x01\x00" + b"\x05\x01\x00\x01\x7f\x00\x00\x01" + plain.port.to_bytes(2)
    assert relay.seen[0] == address + plain.requests[0]
    name = b"\x05\x01\x00" + b"\x05\x01\x00\x03\x09localhost" + secure.port.to_bytes(2)
    assert relay.seen[1].startswith(name + b"\x16\x03")


# Signing in


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[ProxyKind, int]]:
    """The ports of proxies that want a sign-in."""
    folder = tmp_path_factory.mktemp("guarded")
    with tinyproxy(folder, "ada", "s3cret") as http, socks_proxy("ada", "s3cret") as socks:
        yield {ProxyKind.HTTP: http, ProxyKind.SOCKS5: socks}


@pytest.mark.parametrize("kind", [ProxyKind.HTTP, ProxyKind.SOCKS5])
def test_the_sign_in_is_told_to_the_proxy_and_to_no_one_else(
    kind: ProxyKind,
    transport: RequestsTransport,
    plain: RawServer,
    secure: RawServer,
    guarded: dict[ProxyKind, int],
) -> None:
    with Relay(guarded[kind]) as relay:
        for request in (get(plain), get_securely(secure)):
            reply = send(transport, via(request, kind, relay, "ada", "s3cret"))
            assert (reply.error, reply.status_code) == (None, 200)
        said = b"YWRhOnMzY3JldA==" if kind is ProxyKind.HTTP else b"\x01\x03ada\x06s3cret"
        assert [seen.count(said) for seen in relay.seen] == [1, 1]
    received = b"".join((*plain.requests, *secure.requests)).lower()
    assert b"proxy-authorization" not in received
    assert b"s3cret" not in received


@pytest.mark.parametrize("kind", [ProxyKind.HTTP])
def test_a_typed_sign_in_is_sent_as_typed(
    kind: ProxyKind, transport: RequestsTransport, plain: RawServer, relay: Relay
) -> None:
    request = resolved(plain.port, headers=[("proxy-authorization", "Bearer t")])
    send(transport, via(request, kind, relay, USER, PASSWORD))
    head = b"GET http://127.0.0.1:%d/ HTTP/1.1\r\n" % plain.port
    assert relay.seen == [head + b"proxy-authorization: Bearer t\r\n\r\n"]


def test_a_socks_sign_in_is_sent_as_utf_8(transport: RequestsTransport) -> None:
    """RFC 1929 counts octets; python-socks by itself knows ASCII only."""
    said: list[bytes] = []
    with RawServer(socks_to(answering(response(b"in")), said, sign_in=True)) as server:
        proxy = Proxy(ProxyKind.SOCKS5, "127.0.0.1", server.port, "åda", PASSWORD)
        reply = send(transport, replace(resolved(80), route=Route(proxy)))
    assert content(reply.body) == b"in"
    user, password = "åda".encode(), PASSWORD.encode()
    assert said[1] == b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password


# Who looks the name up


def test_names_are_looked_up_by_the_proxy(transport: RequestsTransport) -> None:
    """`.invalid` has no address anywhere (RFC 6761 section 6.4)."""
    said: list[bytes] = []
    with RawServer(socks_to(answering(response(b"there")), said)) as server:
        request = resolved(8080, host="a_b.invalid")
        proxy = Proxy(ProxyKind.SOCKS5, "127.0.0.1", server.port)
        reply = send(transport, replace(request, route=Route(proxy)))
    assert content(reply.body) == b"there"
    assert said[1] == b"\x05\x01\x00\x03\x0ba_b.invalid\x1f\x90"


def test_an_ipv6_address_is_told_as_one(transport: RequestsTransport) -> None:
    said: list[bytes] = []
    with RawServer(socks_to(answering(response(b"six")), said)) as server:
        request = resolved(8080, host="::1")
        proxy = Proxy(ProxyKind.SOCKS5, "127.0.0.1", server.port)
        reply = send(transport, replace(request, route=Route(proxy)))
    assert content(reply.body) == b"six"
    assert said[1] == b"\x05\x01\x00\x04" + bytes(15) + b"\x01\x1f\x90"


def test_a_tunnel_to_an_ipv6_address_has_brackets(transport: RequestsTransport) -> None:
    with RawServer(answering(response(status="403 No"))) as server:
        request = resolved(443, scheme="https", host="::1", headers=[])
        send(transport, via(request, ProxyKind.HTTP, server))
    assert server.requests == [b"CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"]


# What is kept


@pytest.mark.parametrize("kind", ALL)
def test_a_tunnel_is_used_again(
    kind: ProxyKind, transport: RequestsTransport, secure: RawServer, relay: Relay
) -> None:
    first, second = (
        send(transport, via(get_securely(secure), kind, relay, USER, PASSWORD)) for _ in range(2)
    )
    assert (first.error, second.error) == (None, None)
    assert (relay.connections, len(secure.requests)) == (1, 2)
    assert first.connection is not None
    assert second.connection == replace(first.connection, reused=True)
    assert second.timings.proxy is None


def test_bytes_behind_an_answer_in_a_tunnel_are_not_the_next_one(
    transport: RequestsTransport, authority: Authority, running: dict[ProxyKind, int]
) -> None:
    """security.md 2: they wait in the TLS of the tunnel, where no poll of the socket sees them."""

    def forging(peer: RecordingPeer) -> None:
        while peer.read_request():
            peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            peer.send(response(b"true"))
            peer.send(response(b"forged"))
            peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    context = authority.context("localhost")
    proxy = running[ProxyKind.HTTPS]
    with tls_server(context, forging) as server, Relay(proxy, tls=context) as relay:
        request = via(get_securely(server), ProxyKind.HTTPS, relay)
        bodies = [content(send(transport, request).body) for _ in range(3)]
    assert bodies == [b"true"] * 3


def test_a_forwarding_connection_is_used_again(transport: RequestsTransport) -> None:
    with RawServer(answering(response(b"ok"))) as proxy:
        request = resolved(80, host="one.invalid")
        replies = [send(transport, via(request, ProxyKind.HTTP, proxy)) for _ in range(2)]
        assert [content(reply.body) for reply in replies] == [b"ok", b"ok"]
        assert proxy.connections == 1


def test_a_stale_connection_to_a_proxy_is_replaced(transport: RequestsTransport) -> None:
    def once(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(response(b"ok"))
        peer.read_request()

    with RawServer(once) as proxy:
        request = via(resolved(80, host="one.invalid"), ProxyKind.HTTP, proxy)
        replies = [send(transport, request) for _ in range(2)]
    assert [(reply.error, reply.resent) for reply in replies] == [(None, False), (None, True)]


def test_connections_of_other_routes_are_never_used(
    transport: RequestsTransport, running: dict[ProxyKind, int], plain: RawServer
) -> None:
    """Each other way to the same server is a connection of its own, the sign-in included."""
    answers = answering(response(b"ok"))
    with RawServer(answers) as proxy, RawServer(answers) as other:
        request = resolved(plain.port)
        ways = [
            request,
            via(request, ProxyKind.HTTP, proxy),
            via(request, ProxyKind.HTTP, proxy, "ada"),
            via(request, ProxyKind.HTTP, proxy, "ada", "one"),
            via(request, ProxyKind.HTTP, proxy, "ada", "two"),
            via(request, ProxyKind.HTTP, other),
        ]
        for _ in range(2):
            for way in ways:
                assert send(transport, way).error is None
        assert (plain.connections, proxy.connections, other.connections) == (1, 4, 1)


# Bodies, and TLS inside TLS


@pytest.mark.parametrize("kind", ALL)
def test_large_bodies_pass_both_ways(
    kind: ProxyKind, transport: RequestsTransport, authority: Authority, relay: Relay
) -> None:
    data = os.urandom(3 * 1024 * 1024)

    def echo(peer: RecordingPeer) -> None:
        while request := peer.read_request():
            peer.send(response(request.partition(b"\r\n\r\n")[2]))

    with tls_server(authority.context("localhost"), echo) as server:
        request = resolved(server.port, scheme="https", host="localhost", method="POST", body=data)
        reply = send(transport, via(request, kind, relay))
    assert reply.error is None
    assert content(reply.body) == data
    assert reply.bytes_sent == len(data)


@pytest.mark.parametrize("kind", ALL)
def test_an_answer_before_the_end_of_the_upload_is_seen(
    kind: ProxyKind, transport: RequestsTransport, authority: Authority, relay: Relay
) -> None:
    """Fault row 13, through a proxy: the server reads on only after its answer was read."""
    answered = threading.Event()

    def refuse(peer: RecordingPeer) -> None:
        peer.sock.recv(1024)
        peer.send(response(b"too much", "Connection: close", status="413 Content Too Large"))
        answered.wait(10)
        with contextlib.suppress(OSError):
            peer.wait_until_gone()

    with tls_server(authority.context("localhost"), refuse) as server:
        body = bytes(48 * 1024 * 1024)
        request = resolved(server.port, scheme="https", host="localhost", method="PUT", body=body)
        reply = send(transport, via(request, kind, relay))
        answered.set()
    assert (reply.error, reply.status_code, content(reply.body)) == (None, 413, b"too much")
    assert reply.bytes_sent < len(body)


@pytest.mark.parametrize("says_goodbye", [True, False])
@pytest.mark.parametrize("kind", ALL)
def test_an_end_without_a_length_is_one_that_is_told(
    kind: ProxyKind,
    says_goodbye: bool,
    transport: RequestsTransport,
    authority: Authority,
    relay: Relay,
) -> None:
    """RFC 9112 section 9.8: where TLS was cut, so was the body."""

    def until_the_end(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\n\r\nall of it")
        if says_goodbye:
            say_goodbye(peer)

    with tls_server(authority.context("localhost"), until_the_end) as server:
        reply = send(transport, via(get_securely(server), kind, relay))
    assert content(reply.body) == b"all of it"
    assert isinstance(reply.error, NoneType if says_goodbye else IncompleteBody)
