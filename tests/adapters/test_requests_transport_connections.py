"""Connections: kept where that is safe, dropped where not, and never the wrong answer."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters import connection
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.sending import Sending
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import ConnectFailed, ConnectionClosed, ConnectionRefused, Phase, Sent
from httpdesk.model.response import LengthDoubt
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import (
    Behaviour,
    RawServer,
    RecordingPeer,
    answering,
    closing,
    response,
)
from tests.helpers.sends import content, resolved, send


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tmp_path / "spool")
    yield transport
    transport.close()


def test_a_connection_is_kept_and_says_so(transport: RequestsTransport) -> None:
    with RawServer(answering(response(b"ok"))) as server:
        first, second = (send(transport, resolved(server.port)) for _ in range(2))
        assert server.connections == 1
    assert first.connection is not None
    assert second.connection is not None
    address = f"127.0.0.1:{server.port}"
    assert (first.connection.address, first.connection.reused) == (address, False)
    assert (second.connection.address, second.connection.reused) == (address, True)
    assert first.timings.dns is not None
    assert first.timings.connect is not None
    assert (second.timings.dns, second.timings.connect, second.timings.ssl) == (None, None, None)
    for timings in (first.timings, second.timings):
        assert min(ms for _, ms in timings.phases()) >= 0
        assert timings.total < 5000
        assert {"blocked", "send", "wait", "receive"} <= {name for name, _ in timings.phases()}


@pytest.mark.parametrize(
    "answer",
    [
        response(b"ok", "Connection: close"),
        response(b"ok", "Connection: Keep-Alive, CLOSE"),
        response(b"ok").replace(b"HTTP/1.1", b"HTTP/1.0"),
        (
            b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2\r\nok\r\n0\r\n\r\n"
        ),
    ],
)
def test_a_connection_that_the_server_will_close_is_not_kept(
    transport: RequestsTransport, answer: bytes
) -> None:
    with RawServer(answering(answer)) as server:
        for _ in range(2):
            assert content(send(transport, resolved(server.port)).body) == b"ok"
        assert server.connections == 2


@pytest.mark.parametrize("length", [b"\x0b2", b"2\xc2\xa0", b"2\x1f", b"2\r"])
def test_a_length_with_what_is_no_blank_in_http_is_none(
    transport: RequestsTransport, length: bytes
) -> None:
    """RFC 9112 section 6.3: whoever takes it for a length sees another message."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\nok and more"
    with RawServer(closing(answer)) as server:
        reply = send(transport, resolved(server.port))
    assert content(reply.body) == b"ok and more"
    assert reply.doubts == (LengthDoubt.INVALID_LENGTH,)


def test_keep_alive_of_http_1_0_is_understood(transport: RequestsTransport) -> None:
    answer = response(b"ok", "Connection: keep-alive").replace(b"HTTP/1.1", b"HTTP/1.0")
    with RawServer(answering(answer)) as server:
        for _ in range(2):
            send(transport, resolved(server.port))
        assert server.connections == 1


def closing_on_second(peer: RecordingPeer) -> None:
    """Answer one request; close the kept connection when the second one arrives."""
    peer.read_request()
    peer.send(response(b"ok"))
    peer.read_request()


def resetting_on_second(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(response(b"ok"))
    peer.read_request()
    peer.reset()


@pytest.mark.parametrize("behaviour", [closing_on_second, resetting_on_second])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_stale_connection_is_replaced_once(
    transport: RequestsTransport, method: str, behaviour: Behaviour
) -> None:
    """Fault row 12: 15 of 60 GETs of requests failed here."""
    with RawServer(behaviour) as server:
        replies = [send(transport, resolved(server.port, method=method)) for _ in range(4)]
        assert server.connections == 4
    assert [reply.error for reply in replies] == [None] * 4
    assert replies[1].connection is not None
    assert not replies[1].connection.reused


def offer_kept_connections_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the second try find another kept connection, as it may while other sends run."""
    real = Sending.start_over
    pools: list[connection.PlainPool] = []
    real_put = connection.PlainPool._put_conn

    def remember(pool: connection.PlainPool, conn: object) -> None:
        pools.append(pool)
        real_put(pool, conn)

    def reorder(sending: Sending) -> None:
        assert pools[0].pool is not None
        pools[0].pool.queue.sort(key=lambda conn: conn is not None)
        assert pools[0].pool.queue[-1] is not None
        real(sending)

    monkeypatch.setattr(connection.PlainPool, "_put_conn", remember)
    monkeypatch.setattr(Sending, "start_over", reorder)


def test_of_several_stale_connections_only_one_is_tried(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resend takes a new connection, or a GET would die in one stale one after the other."""
    both = threading.Barrier(2)

    def together(peer: RecordingPeer) -> None:
        if b"/first" in peer.read_request():
            both.wait(5)
            peer.send(response(b"ok"))
            peer.read_request()
        else:
            peer.send(response(b"new"))

    with RawServer(together) as server, ThreadPoolExecutor(2) as workers:
        first = resolved(server.port, "/first")
        for future in [workers.submit(send, transport, first) for _ in range(2)]:
            assert future.result().error is None
        offer_kept_connections_first(monkeypatch)
        reply = send(transport, resolved(server.port, "/second"))
        assert (server.connections, len(server.requests)) == (3, 4)
    assert content(reply.body) == b"new"


def test_an_interim_answer_is_a_sign_of_life(transport: RequestsTransport) -> None:
    """The server has taken the request on: it may have acted, so it is not sent again."""

    def interim(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(response(b"ok"))
        peer.read_request()
        peer.send(b"HTTP/1.1 102 Processing\r\n\r\n")

    with RawServer(interim) as server:
        send(transport, resolved(server.port))
        reply = send(transport, resolved(server.port))
        assert server.connections == 1
    assert isinstance(reply.error, ConnectionClosed)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_a_request_that_may_not_be_repeated_is_never_sent_twice(
    transport: RequestsTransport, method: str
) -> None:
    """Fault row 12."""
    with RawServer(closing_on_second) as server:
        first = send(transport, resolved(server.port, method=method, body=b"one"))
        second = send(transport, resolved(server.port, method=method, body=b"two"))
        assert [request[-3:] for request in server.requests] == [b"one", b"two"]
    assert first.error is None
    assert isinstance(second.error, ConnectionClosed)
    assert second.error.sent is Sent.ALL


def test_a_fresh_connection_that_dies_is_not_tried_again(transport: RequestsTransport) -> None:
    with fault_server("close-early") as server:
        reply = send(transport, resolved(server.port))
        assert len(server.requests) == 1
    assert isinstance(reply.error, ConnectionClosed)


def test_a_kept_connection_that_dies_after_its_first_byte_is_not_tried_again(
    transport: RequestsTransport,
) -> None:
    def half(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(response(b"ok"))
        peer.read_request()
        peer.send(b"HTTP/1.1 2")

    with RawServer(half) as server:
        send(transport, resolved(server.port))
        reply = send(transport, resolved(server.port))
        assert server.connections == 1
    assert type(reply.error).__name__ == "MalformedResponse"


def test_a_connection_that_the_server_closed_meanwhile_is_not_used(
    transport: RequestsTransport,
) -> None:
    """A POST too: the close has arrived, so nothing is sent into it."""
    closed = threading.Event()

    def once(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(response(b"ok"))
        peer.sock.shutdown(socket.SHUT_WR)
        closed.set()
        peer.wait_until_gone()

    with RawServer(once) as server:
        send(transport, resolved(server.port, method="POST", body=b""))
        assert closed.wait(5)
        reply = send(transport, resolved(server.port, method="POST", body=b""))
        assert server.connections == 2
    assert reply.error is None


@pytest.mark.parametrize("late", [False, True])
def test_bytes_behind_a_body_are_not_taken_for_the_next_answer(
    transport: RequestsTransport, late: bool
) -> None:
    """Security 2, both timings."""
    go = threading.Event()

    def chatty(peer: RecordingPeer) -> None:
        peer.read_request()
        extra = response(b"forged")
        if late:
            peer.send(response(b"true"))
            peer.send(extra)
            go.set()
        else:
            peer.send(response(b"true") + extra)
            go.set()
        peer.wait_until_gone()

    with RawServer(chatty) as server:
        for _ in range(3):
            go.clear()
            reply = send(transport, resolved(server.port))
            assert go.wait(5)
            assert content(reply.body) == b"true"
        assert server.connections == 3


def test_a_connection_that_rested_long_is_not_used_again(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault row 21: after a sleep of the computer the other end may be gone without a word."""
    with RawServer(answering(response(b"ok"))) as server:
        send(transport, resolved(server.port))
        send(transport, resolved(server.port))
        assert server.connections == 1
        monkeypatch.setattr(connection, "KEPT_SECONDS", -1.0)
        send(transport, resolved(server.port))
        assert server.connections == 2


def test_a_body_that_was_not_read_to_its_end_is_not_the_next_answer(
    transport: RequestsTransport,
) -> None:
    """The rest of a redirect's body comes when the next request is under way."""
    asked_again = threading.Event()

    def late(peer: RecordingPeer) -> None:
        if b"/moved" not in peer.read_request():
            asked_again.set()
            peer.send(response(b"true"))
            return
        head = b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 99999\r\n\r\n"
        peer.send(head + bytes(65536))
        asked_again.wait(5)
        peer.send(response(b"forged"))

    with RawServer(late) as server:
        moved = replace(resolved(server.port, "/moved"), redirect_body_limit=65536)
        assert send(transport, moved).status_code == 302
        assert content(send(transport, resolved(server.port)).body) == b"true"


def test_an_incomplete_body_ends_its_connection(transport: RequestsTransport) -> None:
    with RawServer(closing(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")) as server:
        for _ in range(2):
            send(transport, resolved(server.port))
        assert server.connections == 2


def test_a_cancel_while_the_connection_goes_back_does_not_touch_it(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = CancelToken()
    real = connection.PlainPool._put_conn

    def cancel_first(pool: connection.PlainPool, conn: object) -> None:
        token.cancel()
        real(pool, conn)

    monkeypatch.setattr(connection.PlainPool, "_put_conn", cancel_first)
    with RawServer(answering(response(b"ok"))) as server:
        first = send(transport, resolved(server.port), cancel=token)
        second = send(transport, resolved(server.port, method="POST"))
        assert (server.connections, first.error, second.error) == (1, None, None)


def test_several_threads_share_the_transport(transport: RequestsTransport) -> None:
    """Statement of the architecture: several sends at once, each with its own answer."""

    def echo(peer: RecordingPeer) -> None:
        while request := peer.read_request():
            peer.send(response(request.split(b" ")[1]))

    with RawServer(echo) as server, ThreadPoolExecutor(8) as workers:
        targets = [f"/{number}" for number in range(200)]
        replies = workers.map(
            lambda target: send(transport, resolved(server.port, target)), targets
        )
        assert [content(reply.body).decode() for reply in replies] == targets
        assert server.connections <= 8


def test_closing_the_transport_closes_its_connections(transport: RequestsTransport) -> None:
    gone = threading.Event()

    def watch(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(response(b"ok"))
        peer.wait_until_gone()
        gone.set()

    with RawServer(watch) as server:
        send(transport, resolved(server.port))
        assert not gone.is_set()
        transport.close()
        assert gone.wait(5)


def test_a_refused_port_is_named(transport: RequestsTransport) -> None:
    """Statement 71: refused, with the address that refused."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        reply = send(transport, resolved(port))
    assert isinstance(reply.error, ConnectionRefused)
    assert (reply.error.phase, reply.error.sent) == (Phase.CONNECT, Sent.NOTHING)
    assert reply.error.address == f"127.0.0.1:{port}"
    assert reply.error.detail == "[Errno 111] Connection refused"


def test_each_address_of_a_name_is_tried(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(answering(response(b"second"))) as server, socket.socket() as unused:
        unused.bind(("127.0.0.2", 0))
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", unused.getsockname()[1])),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        reply = send(transport, resolved(80, host="two.test"))
    assert content(reply.body) == b"second"
    assert reply.connection is not None
    assert reply.connection.address == f"127.0.0.1:{server.port}"


def test_an_unreachable_address_is_a_failed_connect(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: errno.EHOSTUNREACH)
    reply = send(transport, resolved(80))
    assert type(reply.error) is ConnectFailed
    assert "No route to host" in reply.error.detail


def test_an_ipv6_literal_is_connected_to(transport: RequestsTransport) -> None:
    """Fault row 19."""
    with socket.socket(socket.AF_INET6) as unused:
        unused.bind(("::1", 0))
        port = unused.getsockname()[1]
        reply = send(transport, resolved(port, host="::1"))
    assert isinstance(reply.error, ConnectionRefused)
    assert reply.error.address == f"[::1]:{port}"


def test_the_libraries_log_no_target_and_no_header(
    transport: RequestsTransport, caplog: pytest.LogCaptureFixture
) -> None:
    """Security 9: urllib3's DEBUG lines and exceptions hold the query string."""
    caplog.set_level(logging.DEBUG)
    headers = [("Host", "x"), ("Authorization", "Bearer tell-tale")]
    with RawServer(answering(response(b"ok"))) as server:
        send(transport, resolved(server.port, "/tell-tale?key=tell-tale", headers=headers))
        port = server.port
    reply = send(transport, resolved(port, "/tell-tale?key=tell-tale", headers=headers))
    assert isinstance(reply.error, ConnectionRefused)
    assert "urllib3" in caplog.text
    assert "tell-tale" not in caplog.text
    assert "tell-tale" not in repr(reply)
    chain: BaseException | None = reply.error
    while chain is not None:
        assert "tell-tale" not in repr(chain) + str(chain.args)
        chain = chain.__cause__ or chain.__context__


def test_a_body_whose_length_is_not_said_ends_its_connection(transport: RequestsTransport) -> None:
    """The server takes such a body for the next request: what it answers to that is never read."""

    def behave(peer: RecordingPeer) -> None:
        while peer.read_request():
            peer.send(response(b"meant") + response(b"not meant"))

    unmeasured = (("Host", "h"), ("Connection", "keep-alive"))
    with RawServer(behave) as server:
        body = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
        first = send(transport, resolved(server.port, method="POST", headers=unmeasured, body=body))
        second = send(transport, resolved(server.port, "/second"))
        assert server.connections == 2
    assert content(first.body) == b"meant"
    assert content(second.body) == b"meant"


def test_a_request_without_host_ends_its_connection(transport: RequestsTransport) -> None:
    with RawServer(answering(response(b"ok"))) as server:
        send(transport, resolved(server.port, headers=()))
        send(transport, resolved(server.port))
        assert server.connections == 2


def test_a_typed_connection_close_ends_the_connection(transport: RequestsTransport) -> None:
    """Also when the server would keep it."""
    with RawServer(answering(response(b"ok"))) as server:
        send(transport, resolved(server.port, headers=(("Host", "h"), ("Connection", "close"))))
        send(transport, resolved(server.port))
        assert server.connections == 2
