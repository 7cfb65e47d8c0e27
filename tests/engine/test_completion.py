"""Work that a 202 only began: its Location is asked until it is done (RFC 9110 section 15.3.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import answer
from httpdesk.engine.ports import Reply
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import (
    Cancelled,
    InvalidRedirect,
    NotConfirmed,
    Phase,
    PrivateAddress,
    TotalTimedOut,
)
from httpdesk.model.exchange import WaitReason
from httpdesk.model.questions import EnterPrivateNetwork
from httpdesk.model.request import Header, Options, Request
from httpdesk.model.response import ConnectionFacts
from tests.engine.test_send_retries import World

WAITS = Options(wait_for_completion=True)


def accepted(location: str = "/jobs/7", *more: tuple[str, str]) -> Reply:
    """Return a 202 that names the place to ask."""
    place = (("Location", location),) if location else ()
    return answer(202, b"queued", headers=(*place, *more))


def targets(world: World) -> list[tuple[str, str]]:
    """Return method and URL of every request that left."""
    return [(each.method, str(each.url)) for each in world.transport.requests]


def test_the_place_is_asked_until_the_work_is_done() -> None:
    world = World(accepted(), accepted("", ("Retry-After", "7")), answer(200, b"done"))
    exchange = world.send(WAITS, "POST", "work")
    assert targets(world) == [
        ("POST", "http://h/a"),
        ("GET", "http://h/jobs/7"),
        ("GET", "http://h/jobs/7"),
    ]
    assert world.transport.requests[1].body is None
    assert exchange.response is not None
    assert exchange.response.body.read_at(0, 10) == b"done"
    assert (exchange.request.method, str(exchange.request.url)) == ("POST", "http://h/a")
    first, second, third = exchange.attempts
    assert first.wait is not None
    assert (first.wait.reason, first.wait.planned_ms) == (WaitReason.POLL, 1000)
    assert second.wait is not None
    assert (second.wait.reason, second.wait.planned_ms) == (WaitReason.RETRY_AFTER, 7000)
    assert [each.polled for each in (first, second, third)] == [False, True, True]


def test_off_unless_asked_for() -> None:
    world = World(accepted())
    exchange = world.send(Options())
    assert world.count == 1
    assert exchange.response is not None
    assert exchange.response.status_code == 202


def test_a_202_without_a_place_is_the_result() -> None:
    world = World(accepted(""))
    assert world.send(WAITS).error is None
    assert world.count == 1


def test_waits_grow_up_to_half_a_minute() -> None:
    world = World(*[accepted() for _ in range(8)], answer(200))
    exchange = world.send(WAITS)
    waits = [each.wait.planned_ms for each in exchange.attempts if each.wait is not None]
    assert waits == [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]


def test_polls_are_no_retries() -> None:
    """Max Retry Count holds for failures, of which a poll may have one too (statement 60)."""
    options = Options(wait_for_completion=True, retry_max=1)
    world = World(accepted(), accepted(), answer(503), answer(200))
    exchange = world.send(options)
    assert targets(world)[-2:] == [("GET", "http://h/jobs/7")] * 2
    assert exchange.response is not None
    assert exchange.response.status_code == 200
    world = World(accepted(), answer(503), answer(503), answer(200))
    exchange = world.send(options)
    assert exchange.response is not None
    assert exchange.response.status_code == 503


def test_what_is_secret_does_not_go_to_another_origin() -> None:
    """Security.md R5: the place is named by the server."""
    world = World(accepted("http://elsewhere/jobs"), answer(200))
    request = Request(
        url="http://h/a",
        headers=(Header("Authorization", "Bearer abcdef"), Header("X-Trace", "1")),
        options=WAITS,
    )
    context = SendContext(world.transport, world.clock)
    exchange = send(request, context, CancelToken(), world.progress)
    names = {each.name for each in world.transport.requests[1].headers}
    assert "Authorization" not in names
    assert "X-Trace" in names
    assert exchange.attempts[1].hops[0].dropped == ("Authorization",)


def test_from_tls_to_clear_text_is_asked_about() -> None:
    world = World(accepted("http://h/jobs"), answer(200))
    context = SendContext(world.transport, world.clock)
    request = Request(url="https://h/a", options=WAITS)
    exchange = send(request, context, CancelToken(), world.progress)
    assert isinstance(exchange.error, NotConfirmed)
    assert world.count == 1


def test_a_private_place_behind_a_public_host_is_asked_about() -> None:
    """Security.md R5: as of a redirect."""
    public = ConnectionFacts(address="93.184.215.14:80")
    inside = PrivateAddress(phase=Phase.DNS, host="inside", port=80, address="10.0.0.7:80")
    world = World(replace(accepted("http://inside/x"), connection=public), Reply(error=inside))
    exchange = world.send(WAITS)
    assert isinstance(exchange.error, NotConfirmed)
    assert exchange.error.question == EnterPrivateNetwork(
        202, "http://h", "http://inside", "10.0.0.7:80"
    )
    assert [each.allows_private_address for each in world.transport.requests] == [True, False]


def test_the_total_limit_and_a_cancel_end_the_wait() -> None:
    """Statements 67 and 69."""
    world = World(accepted(), answer(200))
    limited = Options(wait_for_completion=True, total_timeout_ms=500)
    assert isinstance(world.send(limited).error, TotalTimedOut)
    world = World(accepted(), answer(200), meanwhile=lambda world: world.cancel.cancel())
    exchange = world.send(WAITS)
    assert isinstance(exchange.error, Cancelled)
    assert world.count == 1
    assert exchange.response is not None


@pytest.mark.parametrize("place", ["ftp://h/x", "http://"])
def test_a_place_that_cannot_be_asked_is_said(place: str) -> None:
    world = World(accepted(place))
    exchange = world.send(WAITS)
    assert isinstance(exchange.error, InvalidRedirect)
    assert exchange.response is not None
