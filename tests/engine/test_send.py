"""The one path from a request to an exchange, with a fake world."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from httpdesk.engine.attempt import REDIRECT_BODY_LIMIT
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import FakeTransport, FrozenClock, answer
from httpdesk.engine.ports import Progress, Reply
from httpdesk.engine.send import SendContext, send
from httpdesk.model.collection import RequestDefaults, Scope
from httpdesk.model.errors import (
    Cancelled,
    ConnectionRefused,
    IncompleteBody,
    InvalidRedirect,
    InvalidUrl,
    Phase,
    Sent,
    TimedOut,
    TooManyRedirects,
)
from httpdesk.model.exchange import Exchange, ResolvedRequest
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import Header, Options, Request
from httpdesk.model.response import ConnectionFacts, Timings

START = datetime(2025, 5, 1, 12, tzinfo=UTC)


def moved(location: str, status: int = 302, body: bytes = b"moved") -> Reply:
    return answer(status, body, [("Location", location)])


class World:
    """A fake transport, clock and token around one send."""

    def __init__(self, *script: Reply | Callable[[], Reply]) -> None:
        self.clock = FrozenClock(START)
        self.cancel = CancelToken()
        self.progress = Progress()
        self.transport = FakeTransport(*[self._timed(each) for each in script])

    def send(self, request: Request, **context: object) -> Exchange:
        made = SendContext(self.transport, self.clock, new_id=lambda: "id-1", **context)  # type: ignore[arg-type]
        return send(request, made, self.cancel, self.progress)

    def sent(self) -> list[str]:
        return [f"{each.method} {each.url}" for each in self.transport.requests]

    def _timed(self, script: Reply | Callable[[], Reply]) -> Callable[[ResolvedRequest], Reply]:
        """Return the reply, or what makes it, as one that takes 10 ms."""

        def give(_request: ResolvedRequest) -> Reply:
            self.clock.advance(0.010)
            return script if isinstance(script, Reply) else script()

        return give


def test_an_answer_becomes_an_exchange() -> None:
    facts = ConnectionFacts(address="127.0.0.1:80")
    timings = Timings(wait=10.0)
    reply = answer(201, b"body", [("X", "1"), ("x", "2")], reason_phrase="Created")
    world = World(replace(reply, timings=timings, connection=facts, bytes_sent=3, wire_size=4))
    exchange = world.send(Request(url="http://h/a"))
    assert (exchange.id, exchange.started_at, exchange.error) == ("id-1", START, None)
    assert exchange.elapsed_ms == pytest.approx(10)
    assert exchange.response is not None
    assert exchange.response.status_code == 201
    assert exchange.response.headers == (("X", "1"), ("x", "2"))
    assert exchange.response.body.read_at(0, 10) == b"body"
    assert exchange.response.url == "http://h/a"
    ((hop,),) = [attempt.hops for attempt in exchange.attempts]
    assert (hop.status_code, hop.reason_phrase, hop.timings) == (201, "Created", timings)
    assert (hop.connection, hop.bytes_sent, hop.bytes_received) == (facts, 3, 4)
    assert ("Host", "h") in hop.request_headers
    assert exchange.succeeded


def test_scope_and_handed_down_headers_are_used() -> None:
    world = World(answer())
    scope = Scope((("environment", (("base", "http://h"),)),))
    defaults = (("collection", RequestDefaults(headers=(("X", "{{base}}"),))),)
    world.send(Request(url="{{base}}/a"), scope=scope, defaults=defaults)
    assert world.sent() == ["GET http://h/a"]
    assert ("X", "http://h") in world.transport.requests[0].header_pairs()


def test_an_invalid_request_never_reaches_the_transport() -> None:
    """Statement 8: nothing is sent."""
    world = World(answer())
    with pytest.raises(InvalidUrl):
        world.send(Request(url="http://a b/"))
    assert world.sent() == []


def test_ids_are_made_without_being_asked_for() -> None:
    world = World(answer())
    context = SendContext(world.transport, world.clock)
    ids = {send(Request(url="h"), context, world.cancel, Progress()).id for _ in range(3)}
    assert len(ids) == 3


# Redirects


def test_redirects_are_followed_and_the_chain_is_kept() -> None:
    """Statements 72 and 73: every hop with method, URL, status and start."""
    bodies = [moved("/b"), moved("http://other/c", 307), answer(200, b"end")]
    world = World(*bodies)
    request = Request(method="POST", url="http://h/a", headers=(Header("Authorization", "x"),))
    exchange = world.send(request)
    assert world.sent() == ["POST http://h/a", "GET http://h/b", "GET http://other/c"]
    hops = exchange.attempts[0].hops
    assert [hop.status_code for hop in hops] == [302, 307, 200]
    assert [hop.dropped for hop in hops] == [(), (), ("Authorization",)]
    assert [hop.started_ms for hop in hops] == pytest.approx([0, 10, 20])
    assert exchange.redirects == 2
    assert exchange.response is not None
    assert exchange.response.url == "http://other/c"
    assert str(exchange.request.url) == "http://h/a"


def test_the_bodies_of_followed_answers_are_bounded_and_given_back() -> None:
    """quality.md, fault 10: no body of a hop read beyond 64 KiB."""
    first, last = moved("/b"), answer(200, b"end")
    world = World(first, last)
    world.send(Request(url="http://h/a"))
    assert isinstance(first.body, MemoryBody)
    assert first.body.closed
    assert isinstance(last.body, MemoryBody)
    assert not last.body.closed
    limits = [each.redirect_body_limit for each in world.transport.requests]
    assert limits == [REDIRECT_BODY_LIMIT] * 2


def test_a_loop_ends_at_the_limit_with_the_chain_and_the_last_answer() -> None:
    """Statement 72: 5 are followed."""
    world = World(lambda: moved("/a"))
    exchange = world.send(Request(url="http://h/a"))
    assert len(world.sent()) == 6
    assert isinstance(exchange.error, TooManyRedirects)
    assert (exchange.error.limit, exchange.error.elapsed_ms) == (5, pytest.approx(60))
    assert exchange.attempts[0].error is exchange.error
    assert exchange.redirects == 5
    assert exchange.response is not None
    assert exchange.response.status_code == 302
    assert exchange.response.body.read_at(0, 9) == b"moved"
    assert not exchange.succeeded


def test_exactly_as_many_redirects_as_allowed_are_no_error() -> None:
    world = World(moved("/b"), moved("/c"), answer())
    assert world.send(Request(url="http://h/", options=Options(max_redirects=2))).error is None


@pytest.mark.parametrize("options", [Options(max_redirects=0), Options(follow_redirects=False)])
def test_with_following_off_the_redirect_is_the_result(options: Options) -> None:
    """Statement 72: given 0, then the 3xx itself is the result, read whole."""
    world = World(moved("file:///x"))
    exchange = world.send(Request(url="http://h/a", options=options))
    assert exchange.error is None
    assert exchange.response is not None
    assert exchange.response.status_code == 302
    assert world.transport.requests[0].redirect_body_limit is None


def test_a_location_that_may_not_be_followed_keeps_the_answer() -> None:
    """security.md R5."""
    exchange = World(moved("file:///etc/passwd")).send(Request(url="http://h/a"))
    assert isinstance(exchange.error, InvalidRedirect)
    assert exchange.response is not None
    assert exchange.response.status_code == 302


def test_a_redirect_whose_body_is_cut_is_followed_all_the_same() -> None:
    cut = IncompleteBody(phase=Phase.RECEIVE, received=1, expected=9)
    world = World(replace(moved("/b"), error=cut), answer())
    assert world.send(Request(url="http://h/a")).error is None
    assert len(world.sent()) == 2


# Failures, deadline, cancel


def test_a_failure_without_an_answer() -> None:
    """Statement 71."""
    error = ConnectionRefused(phase=Phase.CONNECT, host="h", port=80)
    exchange = World(Reply(error=error)).send(Request(url="http://h/a"))
    assert (exchange.error, exchange.response) == (error, None)
    assert exchange.attempts[0].error is error
    assert [hop.status_code for hop in exchange.attempts[0].hops] == [None]


def test_what_arrived_before_a_failure_is_kept() -> None:
    """quality.md, fault 3: bytes so far are shown."""
    error = IncompleteBody(phase=Phase.RECEIVE, sent=Sent.ALL, received=3, expected=9)
    exchange = World(replace(answer(200, b"abc"), error=error)).send(Request(url="http://h/a"))
    assert exchange.error is error
    assert exchange.response is not None
    assert exchange.response.body.read_at(0, 9) == b"abc"
    assert not exchange.succeeded


def test_a_timeout_in_a_redirects_body_ends_the_send() -> None:
    error = TimedOut(phase=Phase.RECEIVE, limit_ms=1000)
    world = World(replace(moved("/b"), error=error))
    assert world.send(Request(url="http://h/a")).error is error
    assert len(world.sent()) == 1


@pytest.mark.parametrize(("timeout_ms", "deadline"), [(None, None), (0, None), (1500, 1.5)])
def test_one_deadline_holds_for_the_whole_attempt(
    timeout_ms: int | None, deadline: float | None
) -> None:
    """Statement 67: counted from the start, over all redirects; blank and 0 mean none."""
    world = World(moved("/b"), answer())
    world.send(Request(url="http://h/a", options=Options(timeout_ms=timeout_ms)))
    assert world.transport.deadlines == [deadline, deadline]


def test_cancelled_before_it_began_sends_nothing() -> None:
    """Statement 69."""
    world = World(answer())
    world.cancel.cancel()
    exchange = world.send(Request(url="http://h/a"))
    assert isinstance(exchange.error, Cancelled)
    assert exchange.error.sent is Sent.NOTHING
    assert world.sent() == []
    assert exchange.attempts[0].hops == ()


def test_cancelled_between_two_hops_sends_nothing_more() -> None:
    """Statement 69: sends nothing more and is recorded as cancelled."""
    world = World()

    def redirect_and_cancel(_request: ResolvedRequest) -> Reply:
        world.cancel.cancel()
        return moved("/b")

    world.transport = FakeTransport(redirect_and_cancel)
    exchange = world.send(Request(url="http://h/a"))
    assert isinstance(exchange.error, Cancelled)
    assert len(world.sent()) == 1
    assert [hop.status_code for hop in exchange.attempts[0].hops] == [302]


# The fakes


def test_a_closed_memory_body_refuses_to_be_read() -> None:
    """The contract of BodyHandle."""
    body = MemoryBody(b"abc")
    assert (body.size, body.read_at(1, 1), body.read_at(2, 9), body.read_at(3, 1)) == (
        3,
        b"b",
        b"c",
        b"",
    )
    body.close()
    with pytest.raises(ValueError, match="closed"):
        body.read_at(0, 1)


def test_the_fake_transport_repeats_its_last_reply_with_an_open_body() -> None:
    world = World()
    world.transport = FakeTransport(answer(500), answer(200, b"again"))
    for status in (500, 200, 200):
        response = world.send(Request(url="http://h/")).response
        assert response is not None
        assert response.status_code == status
        response.body.read_at(0, 1)
        response.body.close()
    world.transport.close()
    assert world.transport.closed


def test_a_secret_stays_with_its_origin_whatever_the_name_of_its_header() -> None:
    """security.md R5: a rendered value is tainted by the secret in it, also in base64."""
    world = World(moved("http://other/"), answer())
    encoded = b64encode(b"given-s3cret").decode()
    scope = Scope((("environment", (("api_token", "named-s3cret"), ("colour", "magenta"))),))
    headers = (
        Header("X-Tenant", "a {{api_token}}"),
        Header("X-Note", encoded),
        Header("X-Colour", "{{colour}}"),
    )
    request = Request(url="http://h/", headers=headers)
    exchange = world.send(request, scope=scope, secrets=("given-s3cret",))
    sent = [dict(each.header_pairs()) for each in world.transport.requests]
    assert sent[0]["X-Tenant"] == "a named-s3cret"
    assert {"X-Tenant", "X-Note"}.isdisjoint(sent[1])
    assert sent[1]["X-Colour"] == "magenta"
    assert exchange.attempts[0].hops[1].dropped == ("X-Tenant", "X-Note")
