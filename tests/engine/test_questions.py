"""What the user is asked in the middle of a send, and what every answer leads to (R5)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import ClockGate, FakeTransport, FrozenClock, ScriptedPrompt, answer
from httpdesk.engine.ports import Progress, Reply, UserPrompt
from httpdesk.engine.prompts import REFUSE
from httpdesk.engine.redirects import next_request, questions
from httpdesk.engine.resolve import resolve
from httpdesk.engine.send import SendContext, send
from httpdesk.model.environment import Environment
from httpdesk.model.errors import (
    Cancelled,
    InvalidJsonBody,
    NotConfirmed,
    Phase,
    PrivateAddress,
    ProtectedNotSent,
    Sent,
)
from httpdesk.model.exchange import Exchange, ResolvedRequest
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.questions import (
    EnterPrivateNetwork,
    LeaveTls,
    Question,
    SendBodyElsewhere,
    SendInvalidJson,
    SendToProtected,
)
from httpdesk.model.request import Header, Options, RawBody, RawKind, Request
from httpdesk.model.response import ConnectionFacts

ELSEWHERE = SendBodyElsewhere(307, "http://h", "http://other", "POST", 4)
POST = Request(method="POST", url="http://h/a", body=RawBody(RawKind.TEXT, "data"))
PUBLIC = ConnectionFacts(address="93.184.215.14:80")


def moved(location: str, status: int = 307) -> Reply:
    return answer(status, b"moved", [("Location", location)])


class SlowPrompt:
    """A user who takes a minute to think."""

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self.asked: list[Question] = []

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Agree after a minute."""
        self.asked.append(question)
        self._clock.advance(60)
        return True


class SilentPrompt:
    """A user who says nothing until the send is cancelled."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def ask(self, question: Question, cancel: CancelToken) -> bool:
        """Wait for the cancel."""
        gone = threading.Event()
        forget = cancel.on_cancel(gone.set)
        self.asked.set()
        assert gone.wait(10)
        forget()
        return False


class World:
    """A fake transport whose answers take 10 ms, and a clock that moves only when told."""

    def __init__(self, *script: Reply | Callable[[ResolvedRequest], Reply]) -> None:
        self.clock = FrozenClock()
        self.cancel = CancelToken()
        self.gate = ClockGate(self.clock)
        self.environment: Environment | None = None
        self.transport = FakeTransport(*[self._timed(each) for each in script])

    def send(self, request: Request, prompt: UserPrompt) -> Exchange:
        context = SendContext(
            self.transport,
            self.clock,
            prompt=prompt,
            chance=lambda: 0.0,
            environment=self.environment,
        )
        return send(request, context, self.cancel, Progress(gate=self.gate))

    def sent(self) -> list[str]:
        return [f"{each.method} {each.url}" for each in self.transport.requests]

    def _timed(
        self, script: Reply | Callable[[ResolvedRequest], Reply]
    ) -> Callable[[ResolvedRequest], Reply]:
        def give(request: ResolvedRequest) -> Reply:
            self.clock.advance(0.010)
            return script if isinstance(script, Reply) else script(request)

        return give


# Which redirects are asked about


def asked_about(
    at: str, location: str, status: int = 307, *, method: str = "POST", text: str = "data"
) -> list[str]:
    body = RawBody(RawKind.TEXT, text)
    sent = resolve(Request(method=method, url=at, body=body))
    following = next_request(sent, status, [("Location", location)])
    assert following is not None
    return [type(each).__name__ for each in questions(sent, following.request, status)]


BODY, TLS = "SendBodyElsewhere", "LeaveTls"


@pytest.mark.parametrize(
    ("at", "location", "asked"),
    [
        ("http://h/a", "/b", []),
        ("http://h/a", "http://h:80/b", []),
        ("http://h/a", "http://H/b", []),
        ("http://h/a", "http://h:81/b", [BODY]),
        ("http://h/a", "http://other/b", [BODY]),
        ("http://h/a", "https://h/b", []),
        ("http://h:8080/a", "https://h/b", [BODY]),
        ("http://h/a", "https://h:8443/b", [BODY]),
        ("http://h/a", "https://other/b", [BODY]),
        ("https://h/a", "https://h/b", []),
        ("https://h/a", "https://other/b", [BODY]),
        ("https://h/a", "http://h/b", [TLS, BODY]),
        ("https://h/a", "http://other/b", [TLS, BODY]),
    ],
)
@pytest.mark.parametrize("status", [307, 308])
def test_a_body_is_asked_about_where_it_would_leave_its_origin(
    at: str, location: str, status: int, asked: list[str]
) -> None:
    """R5: other origin with a 307/308 body, and https to http; 80 to 443 of a host is neither."""
    assert asked_about(at, location, status) == asked


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_post_that_becomes_a_get_takes_no_body_along(status: int) -> None:
    assert asked_about("http://h/a", "http://other/b", status) == []
    assert asked_about("https://h/a", "http://other/b", status) == [TLS]


def test_a_body_without_bytes_needs_no_question() -> None:
    assert asked_about("http://h/a", "http://other/b", text="") == []
    assert asked_about("http://h/a", "http://other/b", 302, method="PUT") == [BODY]


# The answers


def test_agreeing_follows_and_is_kept_with_the_hop() -> None:
    world, prompt = World(moved("http://other/b"), answer(200)), ScriptedPrompt()
    exchange = world.send(POST, prompt)
    assert prompt.asked == [ELSEWHERE]
    assert world.sent() == ["POST http://h/a", "POST http://other/b"]
    assert [hop.confirmed for hop in exchange.attempts[0].hops] == [(), (ELSEWHERE,)]
    assert exchange.error is None


def test_refusing_ends_with_the_redirect_itself() -> None:
    body = MemoryBody(b"moved")
    world = World(replace(moved("http://other/b"), body=body))
    exchange = world.send(POST, REFUSE)
    assert world.sent() == ["POST http://h/a"]
    error = exchange.error
    assert isinstance(error, NotConfirmed)
    assert (error.question, error.sent, error.elapsed_ms) == (ELSEWHERE, Sent.ALL, 10.0)
    assert exchange.response is not None
    assert exchange.response.status_code == 307
    assert body.read_at(0, 9) == b"moved"


def test_nothing_is_asked_about_a_redirect_that_is_not_followed() -> None:
    prompt = ScriptedPrompt()
    options = Options(follow_redirects=False)
    exchange = World(moved("http://other/b")).send(replace(POST, options=options), prompt)
    assert prompt.asked == []
    assert exchange.error is None


def test_each_border_of_a_chain_is_asked_about() -> None:
    """Agreeing to one target says nothing of the next one."""
    world = World(moved("http://b/"), moved("http://c/"), answer(200))
    prompt = ScriptedPrompt()
    world.send(POST, prompt)
    assert [each.target for each in prompt.asked if isinstance(each, SendBodyElsewhere)] == [
        "http://b",
        "http://c",
    ]


def test_a_retry_does_not_ask_again() -> None:
    """Statement 70: the body goes out whole each time; the user agreed to it in this send."""
    other = moved("http://other/b")
    world = World(other, answer(503), other, answer(503), other, answer(200))
    prompt = ScriptedPrompt()
    exchange = world.send(replace(POST, options=Options(retry_max=2)), prompt)
    assert prompt.asked == [ELSEWHERE]
    assert [each.hops[-1].confirmed for each in exchange.attempts] == 3 * [(ELSEWHERE,)]
    assert [request.body for request in world.transport.requests] == 6 * [b"data"]


@pytest.mark.parametrize("retry_all", [False, True])
def test_a_refusal_is_final(retry_all: bool) -> None:
    """Statement 65: what the user does not want is not tried again."""
    world = World(moved("http://other/b"))
    exchange = world.send(replace(POST, options=Options(retry_max=3, retry_all=retry_all)), REFUSE)
    assert len(world.sent()) == len(exchange.attempts) == 1
    assert isinstance(exchange.error, NotConfirmed)


# Into a private network


def led_astray(address: str, agreed: Reply) -> World:
    """Return a world in which a public host redirects to a name with this address."""

    def target(request: ResolvedRequest) -> Reply:
        if request.allows_private_address:
            return agreed
        error = PrivateAddress(phase=Phase.DNS, host="inside", port=80, address=address)
        return Reply(error=error)

    return World(replace(moved("http://inside/", 302), connection=PUBLIC), target, target)


INSIDE = EnterPrivateNetwork(302, "http://h", "http://inside", "10.0.0.7:80")


def test_a_private_address_behind_a_public_host_is_asked_about() -> None:
    world, prompt = led_astray("10.0.0.7:80", answer(200, b"in")), ScriptedPrompt()
    exchange = world.send(Request(url="http://h/a"), prompt)
    assert prompt.asked == [INSIDE]
    assert [each.allows_private_address for each in world.transport.requests] == [True, False, True]
    assert [hop.status_code for hop in exchange.attempts[0].hops] == [302, 200]
    assert exchange.attempts[0].hops[1].confirmed == (INSIDE,)


def test_staying_outside_shows_the_redirect_with_its_body() -> None:
    world = led_astray("10.0.0.7:80", answer(200, b"in"))
    exchange = world.send(Request(url="http://h/a"), REFUSE)
    assert isinstance(exchange.error, NotConfirmed)
    assert exchange.error.question == INSIDE
    assert exchange.response is not None
    assert exchange.response.status_code == 302
    assert exchange.response.body.read_at(0, 9) == b"moved"
    assert len(exchange.attempts[0].hops) == 1


def test_agreed_to_and_answered_gives_the_redirects_body_back() -> None:
    body = MemoryBody(b"moved")
    world = World(replace(moved("/b", 302), body=body), answer(200))
    world.send(Request(url="http://h/a"), ScriptedPrompt())
    assert body.closed


@pytest.mark.parametrize("address", ["127.0.0.1:80", "10.0.0.7:80", ""])
def test_from_a_private_host_it_is_no_border(address: str) -> None:
    connection = ConnectionFacts(address=address)
    world = World(replace(moved("http://inside/", 302), connection=connection), answer(200))
    world.send(Request(url="http://h/a"), REFUSE)
    assert world.transport.requests[1].allows_private_address


def test_from_behind_a_proxy_the_way_to_a_private_address_is_asked_about() -> None:
    """R5: where the server behind the proxy stands is not known; 127.0.0.1 is often excepted."""
    proxied = ConnectionFacts(address="10.0.0.1:3128", proxy="http://proxy:3128")
    world = World(replace(moved("http://inside/", 302), connection=proxied), answer(200))
    world.send(Request(url="http://h/a"), REFUSE)
    assert not world.transport.requests[1].allows_private_address


# Time and cancel


def test_thinking_counts_for_no_limit() -> None:
    """Statement 67: the limits are the server's, not the user's; nor is it time of the send."""
    world = World(moved("http://other/b"), answer(200))
    prompt = SlowPrompt(world.clock)
    options = Options(timeout_ms=1000, total_timeout_ms=1500)
    exchange = world.send(replace(POST, options=options), prompt)
    assert prompt.asked == [ELSEWHERE]
    assert world.transport.deadlines == [pytest.approx(1.0), pytest.approx(61.0)]
    assert exchange.error is None
    assert exchange.elapsed_ms == pytest.approx(20)


def test_the_total_limit_goes_on_behind_the_question() -> None:
    other = moved("http://other/b")
    world = World(other, answer(503), other, answer(503), answer(200))
    options = Options(total_timeout_ms=1500, retry_max=3, retry_delay_ms=600)
    exchange = world.send(replace(POST, options=options), SlowPrompt(world.clock))
    # 20 ms, 600 ms, 20 ms, 600 ms, 10 ms and no time for another wait.
    assert world.transport.deadlines[1:] == pytest.approx(4 * [61.5], abs=0.001)
    assert len(exchange.attempts) == 3
    assert exchange.error is None


def cancel_while_asked(world: World, request: Request) -> tuple[Exchange, float]:
    """Cancel while a question waits; return the exchange and the seconds until it was there."""
    prompt, ended = SilentPrompt(), []

    def run() -> None:
        exchange = world.send(request, prompt)
        ended.append((exchange, time.monotonic()))

    thread = threading.Thread(target=run)
    thread.start()
    assert prompt.asked.wait(10)
    began = time.monotonic()
    world.cancel.cancel()
    thread.join(10)
    exchange, at = ended[0]
    return exchange, at - began


@pytest.mark.parametrize("retry_all", [False, True])
def test_a_cancel_while_asked_ends_at_once(retry_all: bool) -> None:
    """Statement 69: within 200 ms, sends nothing more and is recorded as cancelled."""
    world = World(moved("http://other/b"))
    options = Options(retry_max=2, retry_all=retry_all)
    exchange, seconds = cancel_while_asked(world, replace(POST, options=options))
    assert isinstance(exchange.error, Cancelled)
    assert world.sent() == ["POST http://h/a"]
    assert seconds < 0.2


def test_a_cancel_while_asked_about_json_is_recorded_as_cancelled() -> None:
    """Statement 69: nothing was sent, and that is said."""
    world = World(answer(200))
    exchange, seconds = cancel_while_asked(world, bad_json('{"a": }'))
    assert isinstance(exchange.error, Cancelled)
    assert exchange.error.sent is Sent.NOTHING
    assert world.sent() == []
    assert seconds < 0.2


# Bodies that are no JSON


def bad_json(text: str, kind: RawKind = RawKind.JSON) -> Request:
    return Request(method="POST", url="http://h/a", body=RawBody(kind, text))


def test_invalid_json_is_asked_about_before_anything_is_sent() -> None:
    """Statement 41: line and column, and a question before sending."""
    world, prompt = World(answer(200)), ScriptedPrompt()
    world.send(bad_json('{\n  "a": 1\n  "b": 2}'), prompt)
    assert prompt.asked == [SendInvalidJson(3, 3, "comma expected")]
    assert [each.body for each in world.transport.requests] == [b'{\n  "a": 1\n  "b": 2}']


def test_invalid_json_that_is_not_wanted_stays_here() -> None:
    """Statement 41."""
    world = World(answer(200))
    with pytest.raises(InvalidJsonBody) as raised:
        world.send(bad_json('{"a": }'), REFUSE)
    assert (raised.value.line, raised.value.column) == (1, 7)
    assert world.sent() == []


@pytest.mark.parametrize(
    "request_",
    [
        bad_json('{"a": 1}'),
        bad_json('{"a": {{unknown_kind}}}'),
        bad_json('{"a": }', RawKind.TEXT),
        bad_json("<a>", RawKind.XML),
        replace(bad_json("{", RawKind.TEXT), headers=(Header("Content-Type", "application/json"),)),
    ],
    ids=["valid", "variable", "text", "xml", "typed content type"],
)
def test_only_the_json_mode_is_asked_about(request_: Request) -> None:
    """Statements 39 and 41: what was chosen to be text is nobody's business."""
    prompt = ScriptedPrompt()
    request_ = replace(request_, variables=(("unknown_kind", "1"),))
    World(answer(200)).send(request_, prompt)
    assert prompt.asked == []


PROTECTED = Environment("Production", protected=True)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
def test_a_protected_environment_is_asked_about_before_anything_is_sent(method: str) -> None:
    """ui.md 3.9: the resolved method and URL are in the question, secrets masked."""
    request = Request(method=method, url="http://h/{{a}}?api_key=canary", variables=(("a", "b"),))
    world, prompt = World(answer(200)), ScriptedPrompt()
    world.environment = PROTECTED
    world.send(request, prompt)
    (asked,) = prompt.asked
    assert isinstance(asked, SendToProtected)
    assert (asked.environment, asked.method) == ("Production", method)
    assert asked.url.startswith("http://h/b?api_key=")
    assert "canary" not in asked.url
    assert len(world.transport.requests) == 1


def test_what_is_not_agreed_to_stays_out_of_a_protected_environment() -> None:
    """Where nobody is asked the answer is no."""
    world = World(answer(200))
    world.environment = PROTECTED
    with pytest.raises(ProtectedNotSent) as raised:
        world.send(POST, REFUSE)
    assert (raised.value.environment, raised.value.method) == ("Production", "POST")
    assert world.transport.requests == []


@pytest.mark.parametrize(
    ("method", "environment"),
    [("GET", PROTECTED), ("HEAD", PROTECTED), ("OPTIONS", PROTECTED), ("POST", Environment("Dev"))],
)
def test_safe_methods_and_open_environments_are_not_asked_about(
    method: str, environment: Environment
) -> None:
    """RFC 9110 section 9.2.1."""
    world, prompt = World(answer(200)), ScriptedPrompt()
    world.environment = environment
    world.send(Request(method=method, url="http://h/"), prompt)
    assert prompt.asked == []
    assert len(world.transport.requests) == 1


def test_leaving_tls_is_asked_before_the_body() -> None:
    world, prompt = World(moved("http://h/b"), answer(200)), ScriptedPrompt()
    world.send(replace(POST, url="https://h/a"), prompt)
    assert prompt.asked == [
        LeaveTls(307, "https://h", "http://h"),
        SendBodyElsewhere(307, "https://h", "http://h", "POST", 4),
    ]
