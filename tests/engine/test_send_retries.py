"""The attempts of one send, with a clock that moves only when told."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import ClockGate, FakeTransport, FrozenClock, answer
from httpdesk.engine.ports import Progress, Reply
from httpdesk.engine.resolve import preview
from httpdesk.engine.retry import is_used_up
from httpdesk.engine.send import SendContext, send
from httpdesk.engine.waiting import RetryGate, WaitEnd
from httpdesk.model.errors import (
    Cancelled,
    ConnectionRefused,
    InvalidOption,
    Phase,
    RetryAfterTooLong,
    Sent,
    TimedOut,
    TotalTimedOut,
)
from httpdesk.model.exchange import Exchange, ResolvedRequest, WaitReason
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import Options, RawBody, RawKind, Request

BUSY = answer(503, b"busy")
REFUSED = Reply(error=ConnectionRefused(phase=Phase.CONNECT, host="h", port=80))


class World:
    """A fake transport whose answers take 10 ms, and a gate whose waits take none."""

    def __init__(self, *script: Reply, meanwhile: Callable[[World], None] | None = None) -> None:
        self.clock = FrozenClock()
        self.cancel = CancelToken()
        self.gate = ClockGate(self.clock, lambda: meanwhile(self) if meanwhile else None)
        self.progress = Progress(gate=self.gate)
        self.transport = FakeTransport(*[self._timed(each) for each in script])

    def send(self, options: Options, method: str = "GET", body: str = "") -> Exchange:
        request = Request(
            method=method, url="http://h/a", body=RawBody(RawKind.TEXT, body), options=options
        )
        source = random.Random(1)
        context = SendContext(self.transport, self.clock, chance=source.random)
        return send(request, context, self.cancel, self.progress)

    @property
    def count(self) -> int:
        return len(self.transport.requests)

    def _timed(self, reply: Reply) -> Callable[[ResolvedRequest], Reply]:
        def give(_request: ResolvedRequest) -> Reply:
            self.clock.advance(0.010)
            return reply

        return give


@pytest.mark.parametrize(("most", "count"), [(0, 1), (1, 2), (2, 3), (90, 91)])
def test_as_many_requests_as_allowed(most: int, count: int) -> None:
    """Statement 60: Max Retry Count 2 and always 503, then 3 requests; 0, then 1."""
    world = World(*[answer(503) for _ in range(count)])
    exchange = world.send(Options(retry_max=most))
    assert world.count == count
    assert [each.number for each in exchange.attempts] == list(range(1, count + 1))
    assert exchange.response is not None
    assert exchange.response.status_code == 503
    assert exchange.error is None
    assert is_used_up(exchange) is (most > 0)


@pytest.mark.parametrize("value", [-1, 91, 1.5, "2", True, None])
def test_a_count_that_is_none_is_refused(value: object) -> None:
    """Statement 60: not an integer from 0 to 90."""
    request = Request(url="http://h/", options=Options(retry_max=value))  # type: ignore[arg-type]
    (problem,) = preview(request).problems
    assert isinstance(problem, InvalidOption)
    assert problem.option == "retry_max"


@pytest.mark.parametrize("option", ["retry_delay_ms", "total_timeout_ms"])
@pytest.mark.parametrize("value", [-1, 10**30])
def test_a_delay_or_limit_beyond_all_reason_is_refused(option: str, value: int) -> None:
    request = Request(url="http://h/", options=Options(**{option: value}))  # type: ignore[arg-type]
    assert [type(each) for each in preview(request).problems] == [InvalidOption]


def test_a_success_ends_it() -> None:
    """Statement 60: no more requests than are needed."""
    busy = [answer(503, b"busy"), answer(503, b"busy")]
    world = World(*busy, answer(200, b"done"))
    exchange = world.send(Options(retry_max=9))
    assert [each.status_code for each in exchange.attempts] == [503, 503, 200]
    assert exchange.response is not None
    assert exchange.response.body.read_at(0, 9) == b"done"
    assert not is_used_up(exchange)
    for reply in busy:
        assert isinstance(reply.body, MemoryBody)
        assert reply.body.closed


def test_fixed_waits_begin_at_the_end_of_an_attempt() -> None:
    """Statements 61 and 70: 500 ms apart, with number, start, wait and reason."""
    world = World(answer(503), answer(503), answer(200))
    exchange = world.send(Options(retry_max=2, retry_delay_ms=500))
    assert world.gate.waits == [0.5, 0.5]
    assert [each.started_ms for each in exchange.attempts] == pytest.approx([0, 510, 1020])
    waits = [each.wait for each in exchange.attempts]
    assert waits[2] is None
    for wait in waits[:2]:
        assert wait is not None
        assert (wait.reason, wait.planned_ms) == (WaitReason.FIXED, 500)
        assert wait.elapsed_ms == pytest.approx(500)
        assert not wait.skipped


def test_backoff_ignores_the_delay() -> None:
    """Statement 62: any Retry Delay, a seeded source."""
    world = World(*[answer(503) for _ in range(4)])
    exchange = world.send(Options(retry_max=3, retry_delay_ms=77_000, retry_backoff=True))
    source = random.Random(1)
    expected = [step * (1 + 0.2 * source.random()) / 1000 for step in (200, 400, 800)]
    assert world.gate.waits == pytest.approx(expected)
    reasons = {each.wait.reason for each in exchange.attempts if each.wait is not None}
    assert reasons == {WaitReason.BACKOFF}


def test_retry_after_makes_the_wait_longer() -> None:
    """Statements 63 and 70: the reason says so."""
    world = World(answer(503, b"", [("Retry-After", "7")]), answer(200))
    exchange = world.send(Options(retry_max=1, retry_delay_ms=500))
    assert world.gate.waits == [7]
    assert exchange.attempts[0].wait is not None
    assert exchange.attempts[0].wait.reason is WaitReason.RETRY_AFTER


def test_more_than_five_minutes_stops_with_an_error_of_its_own() -> None:
    """Statement 63: nothing is waited for, and the answer is kept."""
    world = World(answer(503, b"later", [("Retry-After", "301")]), answer(200))
    exchange = world.send(Options(retry_max=3))
    assert (world.count, world.gate.waits) == (1, [])
    assert isinstance(exchange.error, RetryAfterTooLong)
    assert (exchange.error.wait_s, exchange.error.limit_s) == (301, 300)
    assert exchange.error.sent is Sent.ALL
    assert exchange.response is not None
    assert exchange.response.body.read_at(0, 9) == b"later"
    assert exchange.attempts[0].error is None


def test_a_long_retry_after_on_the_last_attempt_is_only_a_header() -> None:
    world = World(answer(503, b"", [("Retry-After", "301")]))
    assert world.send(Options()).error is None


def test_429_alone_is_not_repeated_but_by_its_switch() -> None:
    """Statement 64."""
    world = World(answer(429))
    world.send(Options(retry_max=2))
    assert world.count == 1
    world = World(answer(429), answer(200))
    world.send(Options(retry_max=2, retry_on_429=True))
    assert world.count == 2


@pytest.mark.parametrize(("method", "count"), [("POST", 1), ("PATCH", 1), ("PUT", 3)])
def test_only_when_safe_to_repeat(method: str, count: int) -> None:
    """Statement 64: the switch."""
    world = World(*[answer(503) for _ in range(3)])
    world.send(Options(retry_max=2, retry_safe_only=True), method)
    assert world.count == count
    assert world.progress.attempts == count


def test_the_body_is_sent_whole_each_time() -> None:
    """Statement 70."""
    world = World(REFUSED, answer(503), answer(200))
    world.send(Options(retry_max=2), "POST", "x" * 1000)
    assert [each.body for each in world.transport.requests] == [b"x" * 1000] * 3


def test_a_timeout_is_repeated_and_each_attempt_has_its_own_limit() -> None:
    """Statements 67 and 68."""
    late = Reply(error=TimedOut(phase=Phase.WAIT, limit_ms=1000))
    world = World(late, late, answer(200))
    exchange = world.send(Options(retry_max=2, retry_delay_ms=500, timeout_ms=1000))
    assert world.transport.deadlines == pytest.approx([1.0, 1.51, 2.02])
    assert exchange.error is None
    assert isinstance(exchange.attempts[0].error, TimedOut)


def test_the_total_limit_cuts_the_attempt_under_way() -> None:
    """Statement 67: a separate total limit; the error says which limit it was."""
    late = Reply(error=TimedOut(phase=Phase.WAIT, limit_ms=1000))
    world = World(late, late)
    exchange = world.send(
        Options(retry_max=5, retry_delay_ms=500, timeout_ms=1000, total_timeout_ms=1200)
    )
    assert world.transport.deadlines == pytest.approx([1.0, 1.2])
    assert isinstance(exchange.error, TotalTimedOut)
    assert (exchange.error.limit_ms, exchange.error.between_attempts) == (1200, False)
    assert exchange.attempts[1].error is exchange.error


def test_the_total_limit_holds_without_retries() -> None:
    """Statement 67."""
    world = World(Reply(error=TimedOut(phase=Phase.WAIT, limit_ms=700)))
    exchange = world.send(Options(total_timeout_ms=700))
    assert world.transport.deadlines == [0.7]
    assert isinstance(exchange.error, TotalTimedOut)


def test_no_wait_begins_that_goes_beyond_the_total_limit() -> None:
    """Statement 67: it ends at once, not after a wait that is for nothing."""
    world = World(answer(503, b"busy"), answer(200))
    exchange = world.send(Options(retry_max=5, retry_delay_ms=2000, total_timeout_ms=1000))
    assert (world.count, world.gate.waits) == (1, [])
    assert isinstance(exchange.error, TotalTimedOut)
    assert exchange.error.between_attempts
    assert exchange.response is not None


def test_cancel_in_a_wait_sends_nothing_more() -> None:
    """Statement 69: recorded as cancelled; what came so far stays."""
    world = World(answer(503, b"busy"), answer(200), meanwhile=lambda world: world.cancel.cancel())
    exchange = world.send(Options(retry_max=5, retry_delay_ms=2000))
    assert world.count == 1
    assert isinstance(exchange.error, Cancelled)
    assert exchange.error.between_attempts
    assert exchange.error.sent is Sent.ALL
    assert exchange.response is not None
    assert exchange.response.body.read_at(0, 9) == b"busy"
    assert exchange.attempts[0].wait is not None
    assert exchange.attempts[0].wait.elapsed_ms == pytest.approx(200)


def test_cancel_after_refused_attempts_says_that_nothing_was_sent() -> None:
    world = World(REFUSED, meanwhile=lambda world: world.cancel.cancel())
    exchange = world.send(Options(retry_max=5, retry_delay_ms=2000))
    assert isinstance(exchange.error, Cancelled)
    assert exchange.error.sent is Sent.NOTHING


def test_a_cancelled_attempt_is_not_repeated_with_all_errors() -> None:
    """Statement 65: except the user's cancel."""
    world = World(Reply(error=Cancelled(phase=Phase.WAIT)), answer(200))
    world.send(Options(retry_max=5, retry_all=True))
    assert world.count == 1


def test_retry_now_ends_the_wait() -> None:
    """ui.md section 3.5: the wait is noted with its real length."""
    world = World(answer(503), answer(200), meanwhile=lambda world: world.gate.open())
    exchange = world.send(Options(retry_max=1, retry_delay_ms=2000))
    assert world.count == 2
    wait = exchange.attempts[0].wait
    assert wait is not None
    assert wait.skipped
    assert (wait.planned_ms, wait.elapsed_ms) == (2000, pytest.approx(200))


def test_progress_tells_the_attempt_and_when_the_next_one_starts() -> None:
    seen: list[tuple[int, int, float | None]] = []

    def look(world: World) -> None:
        progress = world.progress
        seen.append((progress.attempt, progress.attempts, progress.waiting_until))

    world = World(answer(503), answer(503), answer(200), meanwhile=look)
    world.send(Options(retry_max=3, retry_delay_ms=500))
    assert seen == [(1, 4, pytest.approx(0.51)), (2, 4, pytest.approx(1.02))]
    assert world.progress.attempt == 3
    assert world.progress.waiting_until is None


# The gate, with real time


def test_a_gate_never_opens_early() -> None:
    """Statement 61: at least that long."""
    began = time.monotonic()
    assert RetryGate().wait(0.05, CancelToken()) is WaitEnd.ELAPSED
    assert time.monotonic() - began >= 0.05


@pytest.mark.parametrize("by", [WaitEnd.CANCELLED, WaitEnd.OPENED])
def test_another_thread_ends_a_wait_at_once(by: WaitEnd) -> None:
    """Statement 69: within 200 ms."""
    gate, cancel, ended = RetryGate(), CancelToken(), []

    def wait() -> None:
        ended.append((gate.wait(60, cancel), time.monotonic()))

    thread = threading.Thread(target=wait)
    thread.start()
    act = cancel.cancel if by is WaitEnd.CANCELLED else gate.open
    pressed = time.monotonic()
    while thread.is_alive():  # opening does nothing before the wait has begun
        act()
        thread.join(0.01)
    ((end, at),) = ended
    assert end is by
    assert at - pressed < 0.2


def test_opening_ahead_of_a_wait_does_not_skip_it() -> None:
    gate = RetryGate()
    gate.open()
    assert gate.wait(0.01, CancelToken()) is WaitEnd.ELAPSED
