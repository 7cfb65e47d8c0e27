"""Every named fault through the engine and the real transport: what is told, kept and sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import TlsContexts
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import (
    BodyTooLarge,
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

LIMIT_MS = 250
LONG_MS = 8000
UPLOAD = "u" * 10_000_000


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
    "brotli-bomb": Told(BodyTooLarge, status=200),
    "zstd-bomb": Told(BodyTooLarge, status=200),
    "zstd-window": replace(undecodable("zstd"), body=b""),
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
        assert LIMIT_MS * 0.99 <= seconds * 1000 <= LIMIT_MS * 1.1 + 150
    response = exchange.response
    assert (response.status_code if response else None) == told.status
    if response is not None:
        assert response.doubts == told.doubts
        if told.body is not None:
            assert content(response.body) == told.body
        response.body.close()
    (attempt,) = exchange.attempts
    assert len(attempt.hops) == told.hops
