"""Cancel in each phase, through the engine (statement 69, fault row 16).

A few rounds in the suite; 200 for each phase, idle and with both cores busy, with
HTTPDESK_TEST_ALL=1 in the environment. The worst times are printed with `-s`.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import TlsContexts
from httpdesk.engine.send import SendContext
from httpdesk.model.errors import Cancelled, Sent
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Request
from tests.helpers.hanging import SITUATIONS, Running, Situation
from tests.helpers.raw_server import RawServer
from tests.helpers.sends import content

EVERYTHING = bool(os.environ.get("HTTPDESK_TEST_ALL"))
ROUNDS = 200 if EVERYTHING else 3
IDLE_LIMIT, LOADED_LIMIT = 0.2, 0.5
STORM = 50
LOADS = [False, True] if EVERYTHING else [False]


@pytest.fixture
def context(tmp_path: Path) -> Iterator[SendContext]:
    transport = RequestsTransport(tmp_path / "spool", TlsContexts())
    yield SendContext(transport, SystemClock())
    transport.close()


@contextlib.contextmanager
def busy_cores(wanted: bool) -> Iterator[None]:
    """Keep every core busy with another process."""
    count = os.cpu_count() or 1 if wanted else 0
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def start(
    context: SendContext, situation: Situation, request: Request, server: RawServer | None
) -> Running:
    """Return a send that hangs there."""
    before = len(server.requests) if server else 0
    running = Running(situation.context(context, server), request, server)
    running.wait_for(situation, before)
    return running


def check(situation: Situation, exchange: Exchange) -> None:
    """A cancelled send says where it was, what had left, and keeps what had come."""
    error = exchange.error
    assert isinstance(error, Cancelled), error
    assert error.phase is situation.phase
    assert error.between_attempts == situation.between_attempts
    if situation.body:
        assert exchange.response is not None
        assert exchange.response.body.size > 0
        exchange.response.body.close()
    if error.sent is Sent.NOTHING:
        assert exchange.attempts[-1].hops[-1].sent_head == b""


@pytest.mark.timeout(900 if EVERYTHING else 60)
@pytest.mark.parametrize("loaded", LOADS)
@pytest.mark.parametrize("name", SITUATIONS)
def test_cancel_ends_every_phase_in_time_and_sends_nothing_more(
    context: SendContext, name: str, loaded: bool
) -> None:
    """Statement 69: within 200 ms, 500 ms on a busy computer."""
    situation = SITUATIONS[name]
    chance = random.Random(name)
    threads = threading.active_count()
    times = []
    with situation.hang() as (request, server), busy_cores(loaded):
        for _ in range(ROUNDS):
            running = start(context, situation, request, server)
            # At any moment of the phase: nothing tells when a thread sits in a system call.
            running.token.wait(chance.uniform(0, 0.03))
            exchange, seconds = running.cancel()
            times.append(seconds)
            check(situation, exchange)
        if server is not None:
            # Nothing that was cancelled went on: no connection and no request more than its own.
            assert server.connections <= ROUNDS
            assert len(server.requests) <= ROUNDS * situation.hop
    where = f"{name}, busy" if loaded else name
    sys.stdout.write(f"\n{where}: worst of {ROUNDS} {max(times) * 1000:.1f} ms\n")
    assert max(times) < (LOADED_LIMIT if loaded else IDLE_LIMIT)
    assert threading.active_count() == threads


def test_cancelled_sends_leave_no_socket(context: SendContext) -> None:
    """Row 16: "no thread or socket left"; twice, for what is opened once and kept."""
    counts = []
    for _ in range(2):
        for situation in SITUATIONS.values():
            with situation.hang() as (request, server):
                start(context, situation, request, server).cancel()
        context.transport.close()
        counts.append(open_descriptors())
    assert counts[0] == counts[1]


def test_a_storm_of_cancels(context: SendContext) -> None:
    """Row 16: 50 running sends, in all phases, end within half a second."""
    threads = threading.active_count()
    running: list[tuple[Situation, Running]] = []
    with ExitStack() as stack:
        places = [(each, *stack.enter_context(each.hang())) for each in SITUATIONS.values()]
        for situation, request, server in itertools.islice(itertools.cycle(places), STORM):
            running.append((situation, start(context, situation, request, server)))
        started = time.monotonic()
        for _, one in running:
            one.token.cancel()
        exchanges = [one.join() for _, one in running]
        seconds = time.monotonic() - started
    for (situation, _), exchange in zip(running, exchanges, strict=True):
        check(situation, exchange)
    assert seconds < LOADED_LIMIT
    assert threading.active_count() == threads


def test_what_came_before_a_cancel_is_kept(context: SendContext) -> None:
    """Statement 69; interface specification 3.5: "bytes received so far stay"."""
    with SITUATIONS["stalled download"].hang() as (request, server):
        running = start(context, SITUATIONS["stalled download"], request, server)
        exchange, _ = running.cancel()
    assert exchange.response is not None
    assert content(exchange.response.body) == b"x" * 500
    assert exchange.attempts[0].hops[0].status_code == 200
    assert not exchange.succeeded
