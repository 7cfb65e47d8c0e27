"""The time limit of an attempt, through the engine (statement 67, fault row 2)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import TlsContexts
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import Phase, TimedOut, TotalTimedOut
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Options, Request
from tests.helpers.fault_server import fault_server
from tests.helpers.hanging import SITUATIONS, UPLOAD
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content

LIMIT = 1000


@pytest.fixture
def context(tmp_path: Path) -> Iterator[SendContext]:
    transport = RequestsTransport(tmp_path / "spool", TlsContexts())
    yield SendContext(transport, SystemClock())
    transport.close()


def timed(context: SendContext, request: Request, **options: object) -> tuple[Exchange, float]:
    """Return the exchange and the milliseconds it took."""
    limited = replace(request, options=Options(**options))  # type: ignore[arg-type]
    started = time.monotonic()
    exchange = send(limited, context, CancelToken(), Progress())
    return exchange, (time.monotonic() - started) * 1000


def get(port: int) -> Request:
    return Request(url=f"http://127.0.0.1:{port}/")


def test_a_dripping_server_is_cut_after_a_second(context: SendContext) -> None:
    """Statement 67: at 1000 ms within ten per cent, counted from the start."""
    with fault_server("drip") as server:
        exchange, milliseconds = timed(context, get(server.port), timeout_ms=LIMIT)
    assert isinstance(exchange.error, TimedOut)
    assert exchange.error.limit_ms == LIMIT
    assert LIMIT * 0.9 <= milliseconds <= LIMIT * 1.1
    assert LIMIT * 0.9 <= exchange.error.elapsed_ms <= LIMIT * 1.1
    assert exchange.response is not None
    assert len(content(exchange.response.body)) >= 10


def test_redirects_share_one_limit(context: SendContext) -> None:
    """Statement 67: from start to last byte of the attempt, wherever it was led."""

    def slowly_elsewhere(peer: RecordingPeer) -> None:
        while peer.read_request() and not peer.stopping.wait(0.3):
            peer.send(response(b"", "Location: /on", status="302 Found"))

    with RawServer(slowly_elsewhere) as server:
        exchange, milliseconds = timed(context, get(server.port), timeout_ms=LIMIT)
    assert isinstance(exchange.error, TimedOut)
    assert exchange.error.phase is Phase.WAIT
    assert LIMIT * 0.9 <= milliseconds <= LIMIT * 1.1
    assert len(exchange.attempts[0].hops) == 4


def test_an_upload_that_stalls_is_cut(context: SendContext) -> None:
    with fault_server("no-read-upload") as server:
        upload = replace(get(server.port), method="POST", body=UPLOAD)
        exchange, milliseconds = timed(context, upload, timeout_ms=LIMIT)
    assert isinstance(exchange.error, TimedOut)
    assert exchange.error.phase is Phase.SEND
    # The text of the body becomes bytes before the attempt begins.
    assert LIMIT * 0.9 <= milliseconds <= LIMIT * 1.2
    assert 0 < exchange.attempts[0].hops[0].bytes_sent < 10_000_000


@pytest.mark.parametrize("name", [name for name in SITUATIONS if name != "retry wait"])
def test_each_phase_is_cut(context: SendContext, name: str) -> None:
    """Statement 67; the phase is named (71)."""
    situation = SITUATIONS[name]
    with situation.hang() as (request, server):
        context = situation.context(context, server)
        exchange, milliseconds = timed(context, request, timeout_ms=200)
    assert isinstance(exchange.error, TimedOut)
    assert (exchange.error.phase, exchange.error.limit_ms) == (situation.phase, 200)
    assert 195 <= milliseconds <= 500


def test_each_attempt_has_the_limit_for_itself(context: SendContext) -> None:
    """Statements 67 and 68."""
    with fault_server("drip") as server:
        exchange, milliseconds = timed(context, get(server.port), timeout_ms=300, retry_max=2)
        assert len(server.requests) == 3
    assert [type(each.error) for each in exchange.attempts] == [TimedOut] * 3
    assert 890 <= milliseconds <= 1150


def test_the_total_limit_cuts_a_drip_and_a_wait(context: SendContext) -> None:
    """Statement 67: "a separate total limit exists"."""
    with fault_server("drip") as server:
        exchange, milliseconds = timed(
            context, get(server.port), timeout_ms=300, retry_max=9, total_timeout_ms=700
        )
    assert isinstance(exchange.error, TotalTimedOut)
    assert len(exchange.attempts) == 3
    assert 690 <= milliseconds <= 850


@pytest.mark.parametrize("none", [None, 0])
def test_without_a_limit_an_answer_may_take_its_time(
    context: SendContext, none: int | None
) -> None:
    """Statement 67: blank or 0 is none."""
    with RawServer(answering(response(b"at last"))) as server:
        exchange, _ = timed(context, get(server.port), timeout_ms=none)
    assert exchange.response is not None
    assert content(exchange.response.body) == b"at last"
