"""What leaves the computer is what was resolved, byte for byte (statements 1 to 5, 19, 39, 42)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.ports import Progress
from httpdesk.model.errors import (
    HeaderReason,
    InvalidHeader,
    InvalidMethod,
    InvalidUrl,
    Sent,
)
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content, resolved, send

HOSTILE_TARGETS = [
    "/a?x=1&y=2",
    "/a/../b/./c",
    "/..",
    "//double//slash/",
    "/%2f/%2F/%7Euser/%7e",
    "/?",
    "/a?",
    "/a?b?c",
    '/|{}^`"<>\\',
    "/[x]?a[]=1&a[]=2",
    "/%zz/%/%2",
    "/?d=%2B+%20",
    "/?x+y%26%C3%A9",
    "/caf\u00e9?q=\u4e2d",
    "/a;b=c,d:e@f",
    "/?url=http://other.example/%41?x#not-a-fragment-here",
    "*",
    "/" + "long/" * 2000,
]


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tmp_path / "spool")
    yield transport
    transport.close()


def test_every_target_leaves_as_it_is(transport: RequestsTransport) -> None:
    """Statements 1, 4, 5: requests and urllib3 would rewrite most of these."""
    with RawServer(answering(response())) as server:
        for target in HOSTILE_TARGETS:
            send(transport, resolved(server.port, target))
        host = f"Host: 127.0.0.1:{server.port}"
        assert server.requests == [
            f"GET {target} HTTP/1.1\r\n{host}\r\n\r\n".encode() for target in HOSTILE_TARGETS
        ]


def test_header_lines_keep_order_case_and_repeats(transport: RequestsTransport) -> None:
    """Nothing is added: no User-Agent, Accept, Accept-Encoding or Connection of the libraries."""
    headers = [
        ("x-LAST-first", "1"),
        ("Host", "example.test"),
        ("X-Twice", "a"),
        ("Accept", ""),
        ("x-twice", "b"),
        ("X-Twice", "a"),
        ("X-Umlaut", "\u00fc and \u017e"),
        ("X-Colon", 'a: b; c="d"'),
        ("Cookie", "one=1; two=2"),
    ]
    with RawServer(answering(response())) as server:
        send(transport, resolved(server.port, "/", headers=headers))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        assert server.requests == [f"GET / HTTP/1.1\r\n{lines}\r\n".encode()]


@pytest.mark.parametrize(
    "method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND", "get", "X-y"]
)
def test_methods_leave_as_they_are(transport: RequestsTransport, method: str) -> None:
    """requests would write `get` in capitals."""
    with RawServer(answering(response())) as server:
        reply = send(transport, resolved(server.port, method=method, headers=[]))
        assert server.requests == [f"{method} / HTTP/1.1\r\n\r\n".encode()]
        assert reply.status_code == 200


@pytest.mark.parametrize("body", [b"", b'  {"a": 1}\r\n\0\xff ', b"x" * 3_000_000])
def test_bodies_leave_as_they_are(transport: RequestsTransport, body: bytes) -> None:
    """Statement 39."""
    progress = Progress()
    with RawServer(answering(response(b"thanks"))) as server:
        reply = send(transport, resolved(server.port, method="POST", body=body), progress=progress)
        [request] = server.requests
    assert request.partition(b"\r\n\r\n")[2] == body
    assert (reply.status_code, content(reply.body)) == (200, b"thanks")
    assert (reply.bytes_sent, progress.bytes_sent, progress.bytes_to_send) == (len(body),) * 3


def test_credentials_of_the_environment_stay_at_home(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Statement 17, fault row 18: requests would take all of these."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login intruder password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with RawServer(answering(response(b"direct"))) as server:
        reply = send(transport, resolved(server.port, headers=[("X-Only", "this")]))
        assert content(reply.body) == b"direct"
        assert server.requests == [b"GET / HTTP/1.1\r\nX-Only: this\r\n\r\n"]


def test_redirects_and_cookies_are_not_acted_on(transport: RequestsTransport) -> None:
    """Redirects belong to the engine; this adapter sends one request and no more."""
    moved = response(b"", "Location: /other", "Set-Cookie: a=b", status="302 Found")
    with RawServer(answering(moved)) as server:
        first = send(transport, resolved(server.port))
        send(transport, resolved(server.port))
        assert (first.status_code, dict(first.headers)["Location"]) == (302, "/other")
        assert len(server.requests) == 2
        assert b"Cookie" not in server.requests[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [("X", "a\r\nInjected: 1"), ("X", "a\nb"), ("X", "a\0b"), ("X\r\nY", "a"), ("X", "\r")],
)
def test_a_header_that_breaks_its_line_is_never_sent(
    transport: RequestsTransport, name: str, value: str
) -> None:
    """Statement 18, the last line of defence."""
    with RawServer(answering(response())) as server:
        reply = send(transport, resolved(server.port, headers=[("Host", "x"), (name, value)]))
        assert server.connections == 0
    assert isinstance(reply.error, InvalidHeader)
    assert (reply.error.row, reply.error.reason) == (1, HeaderReason.CONTROL)


def test_a_request_line_that_breaks_is_never_sent(transport: RequestsTransport) -> None:
    with RawServer(answering(response())) as server:
        spaced = send(transport, resolved(server.port, "/a b"))
        broken = send(transport, resolved(server.port, "/a\r\nX: y"))
        method = send(transport, resolved(server.port, method="GET /x"))
        assert server.connections == 0
    assert isinstance(spaced.error, InvalidUrl)
    assert isinstance(broken.error, InvalidUrl)
    assert broken.error.position == 2
    assert isinstance(method.error, InvalidMethod)


def test_a_header_that_no_text_encoding_knows_becomes_our_error(
    transport: RequestsTransport,
) -> None:
    """A lone surrogate would leave requests as a bare UnicodeEncodeError, with the value in it."""
    with RawServer(answering(response())) as server:
        reply = send(transport, resolved(server.port, headers=[("X", "\ud800secret")]))
    assert isinstance(reply.error, InvalidHeader)
    assert "secret" not in repr(reply.error)


def test_an_answer_before_the_upload_ended_is_delivered(transport: RequestsTransport) -> None:
    """Fault row 13: 413 while the client still writes."""

    def refuse(peer: RecordingPeer) -> None:
        peer.sock.recv(1000)
        peer.send(response(b"too large", "Connection: close", status="413 Content Too Large"))
        peer.wait_until_gone()

    with RawServer(refuse, receive_buffer=4096) as server:
        reply = send(transport, resolved(server.port, method="POST", body=bytes(50_000_000)))
    assert (reply.status_code, content(reply.body), reply.error) == (413, b"too large", None)


def test_an_answer_of_a_server_that_stops_reading_is_delivered(
    transport: RequestsTransport,
) -> None:
    """Fault row 13: the server answers, reads no further and keeps the connection open."""
    released = threading.Event()

    def refuse(peer: RecordingPeer) -> None:
        peer.sock.recv(1000)
        peer.send(response(b"too large", status="413 Content Too Large"))
        released.wait(20)

    with RawServer(refuse, receive_buffer=4096) as server:
        reply = send(transport, resolved(server.port, method="POST", body=bytes(50_000_000)))
        send(transport, resolved(server.port, method="POST", body=b"", headers=[]))
        assert server.connections == 2
        released.set()
    assert (reply.status_code, content(reply.body), reply.error) == (413, b"too large", None)
    assert 0 < reply.bytes_sent < 50_000_000


@pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 1"])
def test_an_interim_answer_does_not_end_the_upload(
    transport: RequestsTransport, interim: bytes
) -> None:
    """Some servers say 100 Continue unasked, and take their time with the body."""

    def slow(peer: RecordingPeer) -> None:
        peer.send(interim)
        peer.stopping.wait(0.6)
        peer.read_request()
        peer.stopping.wait(0.4)
        peer.send((b"" if interim.endswith(b"\n") else b"03 Hints\r\n\r\n") + response(b"stored"))

    body = bytes(range(256)) * 40_000
    with RawServer(slow, receive_buffer=4096) as server:
        request = resolved(server.port, method="POST", body=body)
        reply = send(transport, request, seconds=None)
        [seen] = server.requests
    assert (reply.status_code, content(reply.body), reply.bytes_sent) == (200, b"stored", len(body))
    assert seen.endswith(body)


def test_a_reset_upload_without_an_answer_is_a_closed_connection(
    transport: RequestsTransport,
) -> None:
    def slam(peer: RecordingPeer) -> None:
        peer.sock.recv(1000)
        peer.reset()

    with RawServer(slam, receive_buffer=4096) as server:
        reply = send(transport, resolved(server.port, method="POST", body=bytes(50_000_000)))
        assert server.connections == 1
    assert type(reply.error).__name__ == "ConnectionClosed"
    assert getattr(reply.error, "sent", None) is Sent.PART
