"""Faults looked at more closely: what is kept of them, how long they take, what is not done."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

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
    MalformedResponse,
    NameLookupFailed,
    NotConfirmed,
    Phase,
    SendFailed,
    Sent,
)
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Options, RawBody, RawKind, Request, ResponseType
from tests.helpers.fault_server import FAULTS, fault_server, moved
from tests.helpers.hanging import SITUATIONS, Running, hanging_names
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.sends import content
from tests.helpers.tls_server import Authority, tls_server

LIMIT_MS = 250
LONG_MS = 8000


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
    started = time.monotonic()
    exchange = send(request, context, CancelToken(), Progress())
    return exchange, time.monotonic() - started


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


def test_a_redirect_out_of_tls_is_not_followed_unasked(
    context: SendContext, tmp_path: Path
) -> None:
    """Row 10, security.md R5: from https to http only with the user's word."""
    with RawServer(answering(response(b"plain"))) as plain:
        down = moved(f"http://127.0.0.1:{plain.port}/secret")
        server = tls_server(Authority(tmp_path).context("127.0.0.1"), answering(down))
        with server:
            request = Request(
                url=f"https://127.0.0.1:{server.port}/", options=Options(ignore_tls_errors=True)
            )
            exchange = send(request, context, CancelToken(), Progress())
        assert plain.connections == 0
    assert isinstance(exchange.error, NotConfirmed)
    assert exchange.response is not None
    assert exchange.response.status_code == 302


def test_a_name_server_that_comes_back_late_is_told_at_once(context: SendContext) -> None:
    """Row 21: "message within 1 s of return; no stuck spinner"."""
    with hanging_names() as release:
        running = Running(context, Request(url="http://slow.example/"))
        running.wait_for(SITUATIONS["lookup"])
        release.set()
        started = time.monotonic()
        exchange = running.join()
    assert time.monotonic() - started < 1
    assert isinstance(exchange.error, NameLookupFailed)
    assert exchange.error.sent is Sent.NOTHING


@pytest.mark.parametrize("code", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN])
def test_a_network_that_is_away_is_told_at_once(
    context: SendContext, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Row 21."""
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: code)
    exchange, seconds = ask(context, 80)
    assert type(exchange.error) is ConnectFailed
    assert (exchange.error.phase, exchange.error.sent) == (Phase.CONNECT, Sent.NOTHING)
    assert os.strerror(code) in exchange.error.detail
    assert seconds < 1


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
