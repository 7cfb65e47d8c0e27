"""What comes back, well formed or not: heads, framing, codings, and what is kept of a failure."""

from __future__ import annotations

import random
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters import body_intake
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.ports import Progress, Reply
from httpdesk.model.errors import (
    BodyTooLarge,
    ConnectionClosed,
    DiskFull,
    HttpDeskError,
    IncompleteBody,
    MalformedResponse,
    Phase,
    Sent,
    UndecodableBody,
)
from tests.helpers.bombs import gzipped
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import RawServer, answering, closing, response
from tests.helpers.sends import content, resolved, send


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tmp_path / "spool")
    yield transport
    transport.close()


def ask(transport: RequestsTransport, answer: bytes, method: str = "GET") -> Reply:
    with RawServer(closing(answer)) as server:
        return send(transport, resolved(server.port, method=method))


def fault(transport: RequestsTransport, name: str) -> Reply:
    with fault_server(name) as server:
        return send(transport, resolved(server.port))


def malformed(reply: Reply) -> MalformedResponse:
    assert isinstance(reply.error, MalformedResponse)
    return reply.error


# Heads


def test_headers_keep_order_case_and_repeats(transport: RequestsTransport) -> None:
    """Statement 56."""
    lines = [
        ("x-LOWER", "1"),
        ("Set-Cookie", "a=1; Path=/"),
        ("Vary", "a"),
        ("set-cookie", "b=2"),
        ("Vary", "b, c"),
        ("X-Empty", ""),
        ("Content-Length", "0"),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    reply = ask(transport, f"HTTP/1.1 200 Very OK\r\n{head}\r\n".encode())
    assert reply.headers == tuple(lines)
    assert (reply.status_code, reply.reason_phrase, reply.http_version) == (
        200,
        "Very OK",
        "HTTP/1.1",
    )


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (b"HTTP/1.1 200", (200, "", "HTTP/1.1")),
        (b"HTTP/1.0 200 ", (200, "", "HTTP/1.0")),
        (b"HTTP/1.1 999 Odd \xfc", (999, "Odd \u00fc", "HTTP/1.1")),
        (b"HTTP/1.1 418 Teekanne \xc3\xbc", (418, "Teekanne \u00fc", "HTTP/1.1")),
    ],
)
def test_unusual_status_lines(
    transport: RequestsTransport, line: bytes, seen: tuple[int, str, str]
) -> None:
    reply = ask(transport, line + b"\r\nContent-Length: 0\r\n\r\n")
    assert (reply.status_code, reply.reason_phrase, reply.http_version) == seen
    assert reply.error is None


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        (b"X: a\r\n b\r\n\tc\r\n", ("X", "a b c")),
        (b"X:\t padded \t\r\n", ("X", "padded")),
        (b"X : a\r\n", ("X", "a")),
        (b"X: latin \xe9\r\n", ("X", "latin \u00e9")),
        (b"X: utf \xc3\xa9\r\n", ("X", "utf \u00e9")),
        (b"X: a\n", ("X", "a")),
        (b"X: a:b\r\n", ("X", "a:b")),
    ],
)
def test_unusual_header_lines(
    transport: RequestsTransport, lines: bytes, seen: tuple[str, str]
) -> None:
    """Fault row 8; 6,000 mutated heads gave requests a bare UnicodeDecodeError ten times."""
    reply = ask(transport, b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 2\r\n\r\nok")
    assert reply.headers[0] == seen
    assert content(reply.body) == b"ok"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 000 Zero\r\n\r\n",
        b"HTTP/1.1 1000 High\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02F",
        b"HT",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n folded first\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: y",
    ],
)
def test_a_malformed_head_shows_its_first_bytes(
    transport: RequestsTransport, answer: bytes
) -> None:
    reply = ask(transport, answer)
    error = malformed(reply)
    assert error.raw == answer
    assert error.detail
    assert (error.phase, error.sent, reply.status_code) == (Phase.RECEIVE, Sent.ALL, None)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("not-http", b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("http-0.9", b"<html>no head at all</html>"),
        ("half-head", b"HTTP/1.1 200 OK\r\nContent-Ty"),
    ],
)
def test_what_is_not_http_is_shown(transport: RequestsTransport, name: str, raw: bytes) -> None:
    """Fault row 1: at once, though the server keeps the connection open."""
    assert malformed(fault(transport, name)).raw == raw


@pytest.mark.parametrize(
    ("name", "limit"), [("many-headers", "500"), ("huge-header", "262144"), ("interim-flood", "16")]
)
def test_limits_of_the_head_are_named(transport: RequestsTransport, name: str, limit: str) -> None:
    """Fault rows 7 and 8."""
    error = malformed(fault(transport, name))
    assert limit in error.detail
    if name != "interim-flood":
        assert error.raw.startswith(b"HTTP/1.1 200 OK\r\nX-")
        assert len(error.raw) <= 1024


def test_up_to_500_header_lines_are_read(transport: RequestsTransport) -> None:
    """http.client gives up after a hundred."""
    reply = ask(
        transport,
        b"HTTP/1.1 204 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(500)) + b"\r\n",
    )
    assert (reply.error, len(reply.headers), reply.headers[499]) == (None, 500, ("X-499", "y"))


def test_interim_responses_are_skipped(transport: RequestsTransport) -> None:
    """Fault row 7: requests returns 103 as the final answer, without a body."""
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    reply = ask(transport, interim * 8 + response(b"final"))
    assert (reply.status_code, content(reply.body)) == (200, b"final")


@pytest.mark.parametrize(("method", "status"), [("GET", 101), ("CONNECT", 200)])
def test_another_protocol_ends_the_exchange(
    transport: RequestsTransport, method: str, status: int
) -> None:
    answer = f"HTTP/1.1 {status} X\r\nContent-Length: 5\r\n\r\n"
    with RawServer(answering(answer.encode() + b"not http any more")) as server:
        replies = [send(transport, resolved(server.port, method=method)) for _ in range(2)]
        assert server.connections == 2
    for reply in replies:
        assert (reply.status_code, content(reply.body), reply.error) == (status, b"", None)


@pytest.mark.parametrize("name", ["close-early", "reset-early"])
def test_a_connection_closed_without_an_answer(transport: RequestsTransport, name: str) -> None:
    """Fault row 1, statement 71: sent, no answer."""
    reply = fault(transport, name)
    assert isinstance(reply.error, ConnectionClosed)
    assert (reply.error.phase, reply.error.sent) == (Phase.WAIT, Sent.ALL)
    assert reply.error.elapsed_ms > 0
    assert (reply.status_code, reply.body) == (None, None)
    if name == "reset-early":
        assert "reset" in reply.error.detail


# Bodies


def test_bodies_by_length_by_chunks_and_by_close(transport: RequestsTransport) -> None:
    head = b"HTTP/1.1 200 OK\r\n"
    chunked = b"5;name=value\r\nhello\r\n0000A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
    replies = [
        ask(transport, head + b"Content-Length: 5\r\n\r\nhello"),
        ask(transport, head + b"Transfer-Encoding: Chunked\r\n\r\n" + chunked),
        ask(transport, head + b"\r\nuntil the end"),
    ]
    assert [content(reply.body) for reply in replies] == [
        b"hello",
        b"hello0123456789",
        b"until the end",
    ]
    assert [(reply.wire_size, reply.error) for reply in replies] == [
        (5, None),
        (15, None),
        (13, None),
    ]


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_that_never_have_a_body(
    transport: RequestsTransport, method: str, status: int
) -> None:
    """The connection stays open, so waiting for the 100 bytes would never end."""
    answer = (
        f"HTTP/1.1 {status} X\r\nContent-Length: 100\r\nContent-Encoding: gzip\r\n\r\n".encode()
    )
    with RawServer(answering(answer)) as server:
        first = send(transport, resolved(server.port, method=method))
        second = send(transport, resolved(server.port, method=method))
        assert server.connections == 1
    for reply in (first, second):
        assert (reply.status_code, content(reply.body), reply.error) == (status, b"", None)


def test_the_progress_of_the_hop_before_is_forgotten(transport: RequestsTransport) -> None:
    progress = Progress(Phase.RECEIVE, 1, 77, 77, 77, 77)
    with fault_server("close-early") as server:
        send(transport, resolved(server.port), progress=progress)
    assert progress == Progress(Phase.WAIT, bytes_to_send=0)


def test_a_large_body_goes_to_the_spool_whole(transport: RequestsTransport) -> None:
    """Statement 59."""
    body = random.Random(3).randbytes(20_000_000)
    progress = Progress()
    with RawServer(answering(response(body))) as server:
        reply = send(transport, resolved(server.port), progress=progress)
    assert reply.body is not None
    assert content(reply.body) == body
    assert (progress.bytes_received, progress.bytes_to_receive) == (len(body), len(body))
    assert (progress.phase, reply.wire_size) == (Phase.RECEIVE, len(body))
    reply.body.close()


def test_a_large_chunked_body_is_put_together(transport: RequestsTransport) -> None:
    body = random.Random(4).randbytes(3_000_000)
    sizes = [1, 10, 1000, 8192, 100_000, 700_000]
    chunks: list[bytes] = []
    place = 0
    while place < len(body):
        piece = body[place : place + sizes[len(chunks) % len(sizes)]]
        place += len(piece)
        chunks.append(b"%x\r\n%b\r\n" % (len(piece), piece))
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(chunks)
    with RawServer(answering(answer + b"0\r\n\r\n")) as server:
        assert content(send(transport, resolved(server.port)).body) == body
        assert send(transport, resolved(server.port)).connection is not None
        assert server.connections == 1


@pytest.mark.parametrize(
    ("name", "received", "expected"),
    [
        ("truncated", b"x" * 500, 1000),
        ("reset-mid-body", b"x" * 500, 1000),
        ("chunk-cut", b"0123456789", None),
    ],
)
def test_a_cut_body_keeps_what_came(
    transport: RequestsTransport, name: str, received: bytes, expected: int | None
) -> None:
    """Fault row 3: the bytes so far are shown, and the answer is marked as incomplete."""
    reply = fault(transport, name)
    assert isinstance(reply.error, IncompleteBody)
    assert (reply.error.received, reply.error.expected) == (len(received), expected)
    assert reply.error.phase is Phase.RECEIVE
    assert (reply.status_code, content(reply.body)) == (200, received)


@pytest.mark.parametrize(
    "junk",
    [
        b"-5\r\nx",
        b"0x5\r\nhello\r\n",
        b"+5\r\nhello\r\n",
        b"1_0\r\n",
        b"zz\r\n",
        b"\r\n",
        b"3\r\nabcdef\r\n",
        b"f" * 16 + b"\r\n",
        b"5" + b";" * 20_000,
    ],
)
def test_broken_chunks_are_malformed_and_keep_what_came(
    transport: RequestsTransport, junk: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n"
    reply = ask(transport, head + junk)
    malformed(reply)
    assert content(reply.body).startswith(b"good")


@pytest.mark.parametrize("trailers", [b"X: y\r\n" * 501, b"X: " + b"y" * 300_000 + b"\r\n"])
def test_trailers_are_bounded_like_the_head(transport: RequestsTransport, trailers: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n"
    reply = ask(transport, head + trailers + b"\r\n")
    malformed(reply)
    assert content(reply.body) == b"good"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("cl-and-te", b"hello"),
        ("dup-length", b"hello"),
        ("negative-length", b"hello"),
        ("overlong", b"hello"),
    ],
)
def test_ambiguous_lengths_end_the_connection(
    transport: RequestsTransport, name: str, body: bytes
) -> None:
    """Fault row 9."""
    with fault_server(name) as server:
        replies = [send(transport, resolved(server.port)) for _ in range(2)]
        assert server.connections == 2
    assert [content(reply.body) for reply in replies] == [body, body]


# Codings


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
def test_a_coded_body_is_decoded_and_both_sizes_are_known(
    transport: RequestsTransport, coding: str
) -> None:
    """Statement 58."""
    text = b"the same text again and again " * 1000
    coded = {"gzip": gzipped(text), "deflate": zlib.compress(text), "identity": text}[coding]
    reply = ask(transport, response(coded, f"Content-Encoding: {coding}"))
    assert (content(reply.body), reply.wire_size) == (text, len(coded))
    assert (reply.raw_body, reply.error) == (None, None)


def test_a_coding_of_the_transfer_is_undone_too(transport: RequestsTransport) -> None:
    coded = gzipped(b"hello")
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
    assert content(ask(transport, answer % (len(coded), coded)).body) == b"hello"


@pytest.mark.parametrize(
    ("name", "coding", "raw"),
    [
        ("gzip-lie", "gzip", b"not gzip at all"),
        ("gzip-cut", "gzip", gzipped(b"text " * 5000)[:40]),
        ("unknown-coding", "sdch", b"whatever"),
    ],
)
def test_a_bad_stream_keeps_the_raw_bytes(
    transport: RequestsTransport, name: str, coding: str, raw: bytes
) -> None:
    """Statement 58, fault row 5: requests gives the cut body as a whole one."""
    reply = fault(transport, name)
    assert isinstance(reply.error, UndecodableBody)
    assert (reply.error.coding, reply.status_code) == (coding, 200)
    assert reply.error.detail
    assert (content(reply.raw_body), reply.wire_size) == (raw, len(raw))


def test_the_raw_bytes_behind_the_fault_are_kept_too(transport: RequestsTransport) -> None:
    coded = gzipped(random.Random(5).randbytes(2_000_000))
    broken = coded[:1_000_000] + bytes(100) + coded[1_000_100:]
    reply = ask(transport, response(broken, "Content-Encoding: gzip"))
    assert isinstance(reply.error, UndecodableBody)
    assert content(reply.raw_body) == broken
    assert reply.body is not None
    assert 0 < reply.body.size < 2_000_000


def test_a_bomb_stops_at_its_ratio(transport: RequestsTransport) -> None:
    """Fault row 4: 64 MiB from 64 kB, stopped behind 10 MB, raw bytes offered."""
    reply = fault(transport, "gzip-bomb")
    assert isinstance(reply.error, BodyTooLarge)
    assert reply.body is not None
    assert body_intake.RATIO_APPLIES_FROM < reply.body.size < 14_000_000
    assert reply.raw_body is not None
    assert (reply.raw_body.size, reply.status_code) == (reply.wire_size, 200)


def test_a_body_may_not_decode_to_more_than_the_bound(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_intake, "MAX_DECODED", 100_000)
    coded = gzipped(random.Random(6).randbytes(500_000))
    reply = ask(transport, response(coded, "Content-Encoding: gzip"))
    assert isinstance(reply.error, BodyTooLarge)
    assert reply.error.limit == 100_000


# Redirects


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_little_of_the_body_of_a_redirect_is_read(
    transport: RequestsTransport, coding: str
) -> None:
    """Fault rows 4 and 10: an endless body, or a bomb, on the way costs nothing."""
    limit = 65536
    body = bytes(20_000_000)
    coded = gzipped(body) if coding == "gzip" else body
    headers = ("Location: /next", f"Content-Encoding: {coding}")
    with RawServer(answering(response(coded, *headers, status="302 Found"))) as server:
        request = replace(resolved(server.port), redirect_body_limit=limit)
        reply = send(transport, request)
        assert send(transport, request).status_code == 302
        assert server.connections == 2
    assert (reply.status_code, reply.error) == (302, None)
    assert reply.body is not None
    assert limit <= reply.body.size <= limit + 256 * 1024
    assert reply.wire_size <= limit + 16 * 1024


def test_the_limit_is_for_redirects_only(transport: RequestsTransport) -> None:
    body = bytes(300_000)
    with RawServer(answering(response(body), response(body, status="302 Found"))) as server:
        request = replace(resolved(server.port), redirect_body_limit=65536)
        replies = [send(transport, request) for _ in range(2)]
    assert [content(reply.body) for reply in replies] == [body, body]


def test_a_short_body_of_a_redirect_keeps_its_connection(transport: RequestsTransport) -> None:
    moved = response(b"<a>moved</a>", "Location: /next", status="301 Moved")
    with RawServer(answering(moved)) as server:
        request = replace(resolved(server.port), redirect_body_limit=65536)
        assert content(send(transport, request).body) == b"<a>moved</a>"
        send(transport, request)
        assert server.connections == 1


# Anything else


def test_a_full_disk_keeps_what_came(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The body moves to a file behind its bound, and there is no room for it."""

    def no_room(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", no_room)
    with RawServer(answering(response(bytes(12_000_000)))) as server:
        reply = send(transport, resolved(server.port))
    assert isinstance(reply.error, DiskFull)
    assert reply.status_code == 200
    assert reply.body is not None
    assert 0 < reply.body.size <= 8 * 1024 * 1024


@pytest.mark.expects_log("unexpected UnicodeDecodeError while sending")
def test_an_exception_of_the_stack_never_leaves(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One wrapper turns anything into our error, and does not quote it."""

    def broken(*_: object) -> None:
        raise UnicodeDecodeError("utf-8", b"secret", 0, 1, "secret")

    monkeypatch.setattr("httpdesk.adapters.connection.read_head", broken)
    reply = ask(transport, response())
    assert isinstance(reply.error, HttpDeskError)
    assert "secret" not in repr(reply.error)
    assert "UnicodeDecodeError" in repr(reply.error)
