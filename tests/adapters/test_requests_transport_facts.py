"""What the transport tells beside the answer: resends, interim answers, doubts, bytes sent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import NoneType

import pytest

from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.uploads import LocalUploads
from httpdesk.engine.ports import Progress
from httpdesk.engine.resolve import Means, resolve
from httpdesk.engine.wire import head_of
from httpdesk.model.collection import Scope
from httpdesk.model.errors import ConnectionRefused, IncompleteBody, MalformedBody, Sent
from httpdesk.model.exchange import SENT_BODY_KEPT, ResolvedRequest
from httpdesk.model.network import Route, TlsOptions
from httpdesk.model.request import FileBody, FormPart, MultipartBody, PartKind, Request
from httpdesk.model.response import InterimResponse, LengthDoubt
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, closing, response
from tests.helpers.sends import content, resolved, send
from tests.helpers.tls_server import Authority, say_goodbye, tls_server

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tmp_path / "spool")
    yield transport
    transport.close()


def closing_on_second(peer: RecordingPeer) -> None:
    """Answer one request; close the kept connection when the second one arrives."""
    peer.read_request()
    peer.send(response(b"ok"))
    peer.read_request()


# The stale connection


def test_a_resend_is_told(transport: RequestsTransport) -> None:
    """Fault row 12."""
    with RawServer(closing_on_second) as server:
        replies = [send(transport, resolved(server.port)) for _ in range(2)]
    assert [reply.resent for reply in replies] == [False, True]


def test_a_resend_that_finds_nobody_is_none_but_the_first_try_was_sent(
    transport: RequestsTransport,
) -> None:
    def close_for_good(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(response(b"ok"))
        server.refuse()
        peer.read_request()

    server = RawServer(close_for_good)
    with server:
        send(transport, resolved(server.port))
        reply = send(transport, resolved(server.port))
    assert isinstance(reply.error, ConnectionRefused)
    assert (reply.resent, reply.sent_head) == (False, b"")
    assert reply.error.sent is Sent.ALL


@pytest.mark.parametrize("says_goodbye", [True, False])
def test_a_stale_connection_behind_tls_is_replaced_too(
    transport: RequestsTransport, tmp_path: Path, says_goodbye: bool
) -> None:
    """Fault row 12; a TLS connection may be closed with or without a word."""

    def behave(peer: RecordingPeer) -> None:
        closing_on_second(peer)
        if says_goodbye:
            say_goodbye(peer)

    authority = Authority(tmp_path)
    with tls_server(authority.context("127.0.0.1"), behave) as server:
        request = secure(server.port, authority)
        replies = [send(transport, request) for _ in range(2)]
    assert [(reply.error, reply.resent) for reply in replies] == [(None, False), (None, True)]


def secure(port: int, authority: Authority) -> ResolvedRequest:
    route = Route(tls=TlsOptions(ca_file=str(authority.ca_file)))
    return replace(resolved(port, scheme="https"), route=route)


@pytest.mark.parametrize("says_goodbye", [True, False])
def test_a_body_until_the_end_behind_tls_needs_an_end(
    transport: RequestsTransport, tmp_path: Path, says_goodbye: bool
) -> None:
    """RFC 9112 section 9.8: who cuts the connection must not be able to shorten an answer."""

    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(OK + b"\r\npay 10")
        if says_goodbye:
            say_goodbye(peer)

    authority = Authority(tmp_path)
    with tls_server(authority.context("127.0.0.1"), behave) as server:
        reply = send(transport, secure(server.port, authority))
    assert content(reply.body) == b"pay 10"
    assert isinstance(reply.error, NoneType if says_goodbye else IncompleteBody)
    if isinstance(reply.error, IncompleteBody):
        assert (reply.error.received, reply.error.expected) == (6, None)


# Interim answers


def test_interim_answers_are_listed_with_their_headers(transport: RequestsTransport) -> None:
    """Fault row 7."""
    interim = (
        b"HTTP/1.1 100 Continue\r\n\r\n"
        b"HTTP/1.1 102 Processing\r\n\r\n"
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nLink: </b.js>\r\n\r\n"
    )
    with RawServer(closing(interim + response(b"final"))) as server:
        reply = send(transport, resolved(server.port))
    assert (reply.status_code, content(reply.body)) == (200, b"final")
    assert reply.interim == (
        InterimResponse(100, "Continue"),
        InterimResponse(102, "Processing"),
        InterimResponse(103, "Early Hints", (("Link", "</a.css>"), ("Link", "</b.js>"))),
    )


def test_interim_answers_are_told_when_no_final_one_comes(transport: RequestsTransport) -> None:
    with RawServer(closing(b"HTTP/1.1 103 Early Hints\r\n\r\n")) as server:
        reply = send(transport, resolved(server.port))
    assert (reply.status_code, [each.status_code for each in reply.interim]) == (None, [103])


# Doubtful lengths


@pytest.mark.parametrize(
    ("answer", "body", "doubts"),
    [
        (OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello w", b"hello w", ["REPEATED"]),
        (OK + b"Content-Length: 5, 7\r\n\r\nhello", b"hello", ["REPEATED"]),
        (OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", b"hello", []),
        (OK + b"Content-Length: -5\r\n\r\nhello", b"hello", ["INVALID"]),
        (OK + b"Content-Length: abc\r\n\r\nhello", b"hello", ["INVALID"]),
        (OK + b"Content-Length: 0x5\r\n\r\nhello", b"hello", ["INVALID"]),
        (OK + b"Content-Length: 5\r\nContent-Length: x\r\n\r\nhello", b"hello", ["REP", "INV"]),
        (OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nhello", b"hello", ["INVALID"]),
        (
            OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            b"hello",
            ["LENGTH_AND_CHUNKED"],
        ),
        (OK + b"Content-Length: 5\r\n\r\nhello world", b"hello", ["MORE_THAN"]),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nmore",
            b"hello",
            ["MORE_THAN"],
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\nbody", b"", ["MORE_THAN"]),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\nframes", b"", []),
        (OK + b"Content-Length: 5\r\n\r\nhello", b"hello", []),
    ],
)
def test_doubtful_lengths_are_named(
    transport: RequestsTransport, answer: bytes, body: bytes, doubts: list[str]
) -> None:
    """Fault row 9, RFC 9112 section 6.3."""
    with RawServer(closing(answer)) as server:
        reply = send(transport, resolved(server.port))
    assert (content(reply.body), reply.error) == (body, None)
    told = [doubt.name for doubt in reply.doubts]
    assert len(told) == len(doubts)
    assert all(name.startswith(start) for name, start in zip(told, doubts, strict=True))


def test_a_doubt_of_a_cut_body_is_told_too(transport: RequestsTransport) -> None:
    head = OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
    with RawServer(closing(head + b"5\r\nhello\r\nzz\r\n")) as server:
        reply = send(transport, resolved(server.port))
    assert isinstance(reply.error, MalformedBody)
    assert reply.doubts == (LengthDoubt.LENGTH_AND_CHUNKED,)


# The bytes that were sent


@pytest.mark.parametrize("size", [None, 0, 100, 65_536, 200_000, 3_000_000])
def test_the_bytes_that_were_sent_are_kept(transport: RequestsTransport, size: int | None) -> None:
    body = None if size is None else random.Random(size).randbytes(size)
    request = resolved(0, "/a?b=%7E", method="POST", body=body)
    with RawServer(answering(response(b"ok"))) as server:
        request = replace(request, url=replace(request.url, port=server.port))
        reply = send(transport, request)
        (wire,) = server.requests
    whole = body or b""
    assert reply.sent_head + whole == wire
    assert reply.sent_head == head_of(request)
    assert reply.sent_body == whole[:SENT_BODY_KEPT]
    assert reply.bytes_sent == len(whole)


def test_the_bytes_of_a_file_and_of_a_form_are_kept(
    transport: RequestsTransport, tmp_path: Path
) -> None:
    (tmp_path / "a.bin").write_bytes(random.Random(1).randbytes(300_000))
    form = MultipartBody(
        (FormPart("note", "text"), FormPart("file", "a.bin", PartKind.FILE, "image/png"))
    )
    with RawServer(answering(response(b"ok"))) as server:
        for body in (FileBody("a.bin"), form):
            request = Request(method="POST", url=f"http://127.0.0.1:{server.port}/", body=body)
            ready = resolve(
                request, Means(scope=Scope(), defaults=(), files=LocalUploads(str(tmp_path)))
            )
            reply = send(transport, ready)
            wire = server.requests[-1]
            assert wire == reply.sent_head + wire[len(reply.sent_head) :]
            assert reply.sent_body == wire[len(reply.sent_head) :][:SENT_BODY_KEPT]
            assert len(reply.sent_body) == SENT_BODY_KEPT


def test_of_a_resend_the_last_try_is_kept_once(transport: RequestsTransport) -> None:
    with RawServer(closing_on_second) as server:
        for _ in range(2):
            reply = send(transport, resolved(server.port, "/only"))
        assert reply.sent_head == server.requests[-1]


def test_a_stopped_upload_keeps_what_left(transport: RequestsTransport) -> None:
    def never_reads(peer: RecordingPeer) -> None:
        peer.stopping.wait(20)

    progress = Progress()
    with RawServer(never_reads, receive_buffer=4096) as server:
        request = resolved(server.port, method="POST", body=bytes(range(256)) * 100_000)
        reply = send(transport, request, progress=progress, seconds=0.3)
    assert reply.error is not None
    assert 0 < reply.bytes_sent < 25_600_000
    assert reply.bytes_sent == progress.bytes_sent
    assert reply.sent_body == (bytes(range(256)) * 100_000)[: min(reply.bytes_sent, SENT_BODY_KEPT)]


def test_nothing_is_kept_where_nothing_was_sent(transport: RequestsTransport) -> None:
    reply = send(transport, resolved(1, "/secret"))
    assert (reply.sent_head, reply.sent_body, reply.resent) == (b"", b"", False)
    assert "secret" not in repr(reply)
