"""Every named fault through the engine and the real transport: what is told, kept and sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import TlsContexts
from httpdesk.engine.attempt import REDIRECT_BODY_LIMIT
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import (
    BodyTooLarge,
    ConnectFailed,
    ConnectionClosed,
    ConnectionRefused,
    HeadBound,
    HeadTooLarge,
    HttpDeskError,
    IncompleteBody,
    InvalidRedirect,
    MalformedBody,
    MalformedResponse,
    Phase,
    SendFailed,
    Sent,
    TimedOut,
    TooManyRedirects,
    UndecodableBody,
    UrlReason,
)
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Options, RawBody, RawKind, Request, ResponseType
from httpdesk.model.response import LengthDoubt
from tests.helpers.fault_server import FAULTS, fault_server
from tests.helpers.sends import content

LIMIT_MS = 400
LONG_MS = 8000
UPLOAD = "u" * 20_000_000


@dataclass(frozen=True)
class Told:
    """How a fault ends."""

    error: type[HttpDeskError] | None = None
    phase: Phase = Phase.RECEIVE
    status: int | None = None
    body: bytes | None = None
    """What is kept; None when it is not looked at here."""
    cut: bool = False
    """Whether the deadline ends it."""
    sent: Sent = Sent.ALL
    requests: int = 1
    """How many requests the server read."""
    hops: int = 1
    doubts: tuple[LengthDoubt, ...] = ()
    fields: dict[str, object] = field(default_factory=dict)


def cut(phase: Phase, status: int | None = None, sent: Sent = Sent.ALL, requests: int = 1) -> Told:
    """Return how a server that takes too long ends."""
    return Told(TimedOut, phase, status, None, cut=True, sent=sent, requests=requests)


def broken_chunks(body: bytes) -> Told:
    return Told(MalformedBody, status=200, body=body)


def undecodable(coding: str) -> Told:
    return Told(UndecodableBody, status=200, fields={"coding": coding})


def refused(reason: UrlReason, location: str) -> Told:
    fields = {"reason": reason, "location": location}
    return Told(InvalidRedirect, status=302, fields=fields)


def limited(exceeded: HeadBound, limit: int, phase: Phase = Phase.RECEIVE) -> Told:
    return Told(HeadTooLarge, phase, fields={"exceeded": exceeded, "limit": limit})


NO_HTTP = Told(MalformedResponse)
HALF = b"x" * 500
INCOMPLETE = Told(IncompleteBody, status=200, body=HALF, fields={"received": 500, "expected": 1000})
TOO_MANY = Told(TooManyRedirects, status=302, requests=6, hops=6, fields={"limit": 5})

OUTCOMES: dict[str, Told] = {
    # Row 1
    "refuses": Told(ConnectionRefused, Phase.CONNECT, sent=Sent.NOTHING, requests=0),
    "reset-early": Told(ConnectionClosed, Phase.WAIT),
    "reset-mid-head": NO_HTTP,
    "close-early": Told(ConnectionClosed, Phase.WAIT),
    "half-head": NO_HTTP,
    "silent-accept": cut(Phase.WAIT, requests=0),
    "silent-tls": cut(Phase.TLS, sent=Sent.NOTHING, requests=0),
    "silent": cut(Phase.WAIT),
    "stall-mid-head": cut(Phase.RECEIVE),
    "not-http": NO_HTTP,
    "http-0.9": NO_HTTP,
    "status-words": NO_HTTP,
    "status-low": NO_HTTP,
    "status-zero": NO_HTTP,
    "status-high": NO_HTTP,
    "status-alone": NO_HTTP,
    "status-no-version": NO_HTTP,
    "status-icy": NO_HTTP,
    "status-negative": NO_HTTP,
    "tls-alert": NO_HTTP,
    # Row 2
    "slow-head": cut(Phase.RECEIVE),
    "slow-line": cut(Phase.RECEIVE),
    "drip": cut(Phase.RECEIVE, 200),
    "drip-without-length": cut(Phase.RECEIVE, 200),
    "drip-chunks": cut(Phase.RECEIVE, 200),
    "endless-sse": cut(Phase.RECEIVE, 200),
    # Row 3
    "stall": replace(cut(Phase.RECEIVE, 200), body=HALF),
    "stall-chunk": replace(cut(Phase.RECEIVE, 200), body=b"01234"),
    "truncated": INCOMPLETE,
    "reset-mid-body": INCOMPLETE,
    "chunk-cut": Told(IncompleteBody, status=200, body=b"0123456789", fields={"expected": None}),
    "chunk-no-end": Told(IncompleteBody, status=200, body=b"abcd"),
    "chunk-junk": broken_chunks(b"abcd"),
    "chunk-hex-prefix": broken_chunks(b"abcd"),
    "chunk-overflow": broken_chunks(b"abcd"),
    "chunk-longer": broken_chunks(b"abc"),
    "chunk-empty-size": broken_chunks(b"abcd"),
    "chunk-long-extension": broken_chunks(b""),
    "chunk-trailer-flood": broken_chunks(b"abcd"),
    # Row 4
    "gzip-bomb": Told(BodyTooLarge, status=200),
    "gzip-chain": Told(BodyTooLarge, status=200),
    "redirect-bomb": Told(status=200, body=b"after", requests=2, hops=2),
    # Row 5
    "gzip-cut": undecodable("gzip"),
    "gzip-lie": undecodable("gzip"),
    "gzip-tail": undecodable("gzip"),
    "unknown-coding": undecodable("sdch"),
    "brotli-lie": undecodable("br"),
    "codings-many": undecodable("gzip, gzip, gzip, gzip, gzip, gzip"),
    # Row 6
    "endless-body": cut(Phase.RECEIVE, 200),
    # Row 7
    "interim": Told(status=200, body=b"ok"),
    "early-hints": Told(status=200, body=b"ok"),
    "upgrade": Told(status=101, body=b""),
    "interim-flood": limited(HeadBound.INTERIM_RESPONSES, 16, Phase.WAIT),
    "interim-drip": cut(Phase.WAIT),
    # Row 8
    "weird-headers": Told(status=200, body=b"ok"),
    "header-no-colon": NO_HTTP,
    "huge-header": limited(HeadBound.BYTES, 262_144),
    "many-headers": limited(HeadBound.HEADER_LINES, 500),
    "cookie-flood": Told(status=200, body=b"ok"),
    # Row 9
    "dup-length": Told(status=200, body=b"hello", doubts=(LengthDoubt.REPEATED_LENGTH,)),
    "negative-length": Told(status=200, body=b"hello", doubts=(LengthDoubt.INVALID_LENGTH,)),
    "junk-length": Told(status=200, body=b"hello", doubts=(LengthDoubt.INVALID_LENGTH,)),
    "overlong": Told(status=200, body=b"hello", doubts=(LengthDoubt.MORE_THAN_LENGTH,)),
    "cl-and-te": Told(status=200, body=b"hello", doubts=(LengthDoubt.LENGTH_AND_CHUNKED,)),
    # Row 10
    "redirect-loop": TOO_MANY,
    "redirect-chain": TOO_MANY,
    "redirect-endless": TOO_MANY,
    "redirect-bad-location": refused(UrlReason.MALFORMED, "http://[::1"),
    "redirect-bad-port": refused(UrlReason.OUT_OF_RANGE, "http://127.0.0.1:99999/"),
    "redirect-no-host": refused(UrlReason.MISSING, "http:///nowhere"),
    "redirect-file": refused(UrlReason.UNSUPPORTED, "file:///etc/passwd"),
    "redirect-javascript": refused(UrlReason.UNSUPPORTED, "javascript:alert(1)"),
    "redirect-two-locations": refused(UrlReason.MALFORMED, "/a, /b"),
    "redirect-nowhere": Told(status=302, body=b""),
    "redirect-endless-body": Told(status=200, body=b"after", requests=2, hops=2),
    # Row 12; the first send of a connection is as good as any
    "stale-keep-alive": Told(status=200, body=b"fresh"),
    # Row 13, with an upload
    "early-413": Told(status=413, body=b"too large", requests=0),
    "early-413-close": Told(status=413, body=b"too large", requests=0),
    "no-read-upload": cut(Phase.SEND, sent=Sent.PART, requests=0),
    # Row 17
    "unauthorized-loop": Told(status=401, body=b"no"),
    "rate-limit-junk": Told(status=429, body=b"slow"),
    "rate-limit-negative": Told(status=429, body=b"slow"),
    "rate-limit-huge": Told(status=429, body=b"slow"),
    "rate-limit-past": Told(status=429, body=b"slow"),
}
UNSTEADY = {"reset-accept"}
"""Faults that are noticed in the one or the other phase, as a moment decides."""
UPLOADS = {"early-413", "early-413-close", "no-read-upload"}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SendContext]:
    tls = TlsContexts()
    transport = RequestsTransport(tmp_path_factory.mktemp("spool"), tls)
    yield SendContext(transport, SystemClock())
    transport.close()


def ask(
    context: SendContext, port: int, name: str = "", **options: object
) -> tuple[Exchange, float]:
    """Send to a fault; return the exchange and the seconds it took."""
    chosen = Options(response_type=ResponseType.TEXT, **options)  # type: ignore[arg-type]
    scheme = FAULTS[name].scheme if name else "http"
    request = Request(url=f"{scheme}://127.0.0.1:{port}/start?x=1", options=chosen)
    if name in UPLOADS:
        request = replace(request, method="POST", body=RawBody(RawKind.TEXT, UPLOAD))
    started = time.monotonic()
    exchange = send(request, context, CancelToken(), Progress())
    return exchange, time.monotonic() - started


def test_every_fault_has_an_outcome() -> None:
    """quality.md: "every named fault has an expected outcome; each new bug adds one"."""
    assert OUTCOMES.keys() | UNSTEADY == FAULTS.keys()


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_fault_is_told_for_what_it_is(context: SendContext, name: str) -> None:
    """quality.md rows 1 to 10, 12, 13 and 17; statements 67 and 71."""
    told = OUTCOMES[name]
    with fault_server(name) as server:
        exchange, seconds = ask(
            context, server.port, name, timeout_ms=LIMIT_MS if told.cut else LONG_MS
        )
        assert len(server.requests) == told.requests
        assert all(b" HTTP/1.1\r\n" in request for request in server.requests)
    assert type(exchange.error) is (told.error or type(None)), exchange.error
    if isinstance(exchange.error, SendFailed):
        assert (exchange.error.phase, exchange.error.sent) == (told.phase, told.sent)
        assert (exchange.error.host, exchange.error.port) == ("127.0.0.1", server.port)
        assert 0 < exchange.error.elapsed_ms <= seconds * 1000
        for key, value in told.fields.items():
            assert getattr(exchange.error, key) == value, key
    if told.cut:
        assert LIMIT_MS * 0.99 <= seconds * 1000 <= LIMIT_MS * 1.1 + 100
    response = exchange.response
    assert (response.status_code if response else None) == told.status
    if response is not None:
        assert response.doubts == told.doubts
        if told.body is not None:
            assert content(response.body) == told.body
        response.body.close()
    (attempt,) = exchange.attempts
    assert len(attempt.hops) == told.hops


def test_a_reset_at_once_is_told_at_its_stage(context: SendContext) -> None:
    """Row 1: before, while or after the request leaves; what left is never made less."""
    stages = {
        (ConnectFailed, Phase.CONNECT, Sent.NOTHING),
        (ConnectionClosed, Phase.SEND, Sent.NOTHING),
        (ConnectionClosed, Phase.WAIT, Sent.ALL),
    }
    for _ in range(20):
        with fault_server("reset-accept") as server:
            exchange, _ = ask(context, server.port, "reset-accept", timeout_ms=LONG_MS)
        error = exchange.error
        assert isinstance(error, SendFailed)
        assert (type(error), error.phase, error.sent) in stages
        assert "reset" in error.detail or "Broken pipe" in error.detail


def test_what_a_drip_brought_is_kept(context: SendContext) -> None:
    """Row 2: "partial body kept and marked"."""
    for name in ("drip", "drip-without-length", "drip-chunks", "endless-sse", "endless-body"):
        with fault_server(name) as server:
            exchange, _ = ask(context, server.port, name, timeout_ms=LIMIT_MS)
        assert exchange.response is not None
        assert exchange.response.body.size >= 3, name
        assert exchange.attempts[0].hops[0].bytes_received == exchange.response.wire_size
        assert not exchange.succeeded
        exchange.response.body.close()


@pytest.mark.parametrize("name", ["not-http", "http-0.9", "status-icy", "tls-alert", "half-head"])
def test_the_first_bytes_of_what_is_no_http_are_kept(context: SendContext, name: str) -> None:
    """Row 1: "raw first bytes shown"."""
    with fault_server(name) as server:
        exchange, _ = ask(context, server.port, name, timeout_ms=LONG_MS)
    assert isinstance(exchange.error, MalformedResponse)
    assert exchange.error.raw
    assert exchange.error.detail


@pytest.mark.parametrize("name", ["gzip-bomb", "gzip-chain"])
def test_a_bomb_stops_at_its_cap_and_offers_its_raw_bytes(context: SendContext, name: str) -> None:
    """Row 4: 10 GiB behind 10 MB, and behind 24 kB."""
    with fault_server(name) as server:
        exchange, seconds = ask(context, server.port, name, timeout_ms=LONG_MS)
    assert isinstance(exchange.error, BodyTooLarge)
    assert exchange.response is not None
    assert exchange.response.body.size <= exchange.error.limit + 512 * 1024
    assert exchange.response.raw_body is not None
    assert exchange.response.raw_body.size == exchange.response.wire_size
    assert seconds < 5
    exchange.response.body.close()
    exchange.response.raw_body.close()


@pytest.mark.parametrize("name", ["redirect-bomb", "redirect-endless-body"])
def test_little_of_a_redirects_body_is_read(context: SendContext, name: str) -> None:
    """Rows 4 and 10: "no body of a hop read beyond 64 KiB"; one more read may be on its way."""
    with fault_server(name) as server:
        exchange, seconds = ask(context, server.port, name, timeout_ms=LONG_MS)
    first = exchange.attempts[0].hops[0]
    assert first.bytes_received <= REDIRECT_BODY_LIMIT + 16 * 1024
    assert seconds < 2


def test_a_long_chain_is_followed_when_it_is_allowed(context: SendContext) -> None:
    """Row 10: every hop in the timeline."""
    with fault_server("redirect-chain") as server:
        exchange, _ = ask(context, server.port, "redirect-chain", max_redirects=25)
    assert exchange.error is None
    assert exchange.response is not None
    assert content(exchange.response.body) == b"end of the chain"
    urls = [hop.url.rpartition("/")[2] for hop in exchange.attempts[0].hops]
    assert urls == ["start?x=1", *(str(number) for number in range(1, 26))]


def test_weird_headers_are_all_there(context: SendContext) -> None:
    """Row 8: "all lines visible raw"."""
    with fault_server("weird-headers") as server:
        exchange, _ = ask(context, server.port, "weird-headers")
    assert exchange.response is not None
    assert exchange.response.headers[:-1] == (
        ("X-Latin", "café"),
        ("X-Utf8", "café"),
        ("X-Folded", "a b"),
        ("X Blank", "c"),
        ("X-Nul", "a\0b"),
        ("X-Empty", ""),
        ("x-twice", "1"),
        ("X-Twice", "2"),
    )


def test_a_flood_of_cookies_is_there_line_by_line(context: SendContext) -> None:
    """Row 8, statement 56."""
    with fault_server("cookie-flood") as server:
        exchange, _ = ask(context, server.port, "cookie-flood")
    assert exchange.response is not None
    cookies = [value for name, value in exchange.response.headers if name == "Set-Cookie"]
    assert [cookie.partition("=")[0] for cookie in cookies] == [f"c{n}" for n in range(400)]


@pytest.mark.parametrize("name", ["rate-limit-junk", "rate-limit-negative", "rate-limit-past"])
def test_junk_in_retry_after_is_no_wait(context: SendContext, name: str) -> None:
    """Row 17, statement 63: what is no wait is not waited for."""
    with fault_server(name) as server:
        exchange, seconds = ask(context, server.port, name, retry_max=2, retry_on_429=True)
        assert len(server.requests) == 3
    planned = [each.wait.planned_ms for each in exchange.attempts if each.wait is not None]
    assert planned == [0, 0]
    assert seconds < 2


def test_a_wait_beyond_all_reason_is_not_waited(context: SendContext) -> None:
    """Row 17: the wait is bounded; statement 63."""
    with fault_server("rate-limit-huge") as server:
        exchange, seconds = ask(
            context, server.port, "rate-limit-huge", retry_max=2, retry_on_429=True
        )
        assert len(server.requests) == 1
    assert type(exchange.error).__name__ == "RetryAfterTooLong"
    assert seconds < 1


def test_a_sign_in_that_is_refused_is_not_tried_on_and_on(context: SendContext) -> None:
    """Row 17."""
    with fault_server("unauthorized-loop") as server:
        ask(context, server.port, "unauthorized-loop", retry_max=5)
        assert len(server.requests) == 1


def test_a_stale_connection_costs_a_get_nothing_and_a_post_its_answer(
    context: SendContext,
) -> None:
    """Row 12: "GET retried once and shown; POST never sent twice"."""
    with fault_server("stale-keep-alive") as server:
        url = f"http://127.0.0.1:{server.port}/"
        first, second = (send(Request(url=url), context, CancelToken(), Progress()) for _ in "ab")
        assert (first.error, second.error) == (None, None)
        assert len(server.requests) == 3
        post = Request(method="POST", url=url, body=RawBody(RawKind.TEXT, "once"))
        third = send(post, context, CancelToken(), Progress())
        assert isinstance(third.error, ConnectionClosed)
        assert len([each for each in server.requests if b"once" in each]) == 1
