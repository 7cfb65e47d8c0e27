"""What a face can see of an answer while its body arrives."""

from __future__ import annotations

from collections.abc import Callable

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import ClockGate, FrozenClock, answer
from httpdesk.engine.ports import Progress, Reply
from httpdesk.engine.send import SendContext, send
from httpdesk.model.exchange import Exchange, ResolvedRequest
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import Options, Request

Seen = list[Exchange | None]


class HeadsFirst:
    """A transport that tells of each head, and looks at what the face sees then."""

    def __init__(self, *script: Reply) -> None:
        self.script = list(script)
        self.seen: Seen = []
        self.between: Seen = []

    def send(
        self,
        request: ResolvedRequest,
        *,
        cancel: CancelToken,
        progress: Progress,
        deadline: float | None,
    ) -> Reply:
        """Give the next reply, its head first."""
        self.between.append(progress.arriving)
        reply = self.script.pop(0)
        progress.took_head(reply)
        self.seen.append(progress.arriving)
        return reply

    def close(self) -> None:
        """Nothing is open."""


def run(
    transport: HeadsFirst,
    options: Options | None = None,
    meanwhile: Callable[[Progress], None] = lambda _: None,
) -> Exchange:
    clock = FrozenClock()
    progress = Progress()
    progress.gate = ClockGate(clock, lambda: meanwhile(progress))
    request = Request(url="http://h/a", options=options or Options())
    return send(request, SendContext(transport, clock), CancelToken(), progress)


def test_the_answer_is_seen_before_it_ends() -> None:
    reply = answer(200, b"first lines", [("Content-Type", "text/plain")])
    transport = HeadsFirst(reply)
    exchange = run(transport)
    (arriving,) = transport.seen
    assert arriving is not None
    assert arriving.response is not None
    assert exchange.response is not None
    assert arriving.id == exchange.id
    assert arriving.response.status_code == 200
    assert arriving.response.body is exchange.response.body
    assert arriving.response.headers == exchange.response.headers
    assert [hop.status_code for hop in arriving.attempts[-1].hops] == [200]
    assert arriving.attempts[-1].number == 1


def test_a_redirect_that_is_followed_is_not_seen() -> None:
    """Statement 72: only the answer at the end of the redirects is the result."""
    transport = HeadsFirst(answer(302, b"moved", [("Location", "/b")]), answer(200, b"here"))
    run(transport)
    first, second = transport.seen
    assert first is None
    assert second is not None
    assert [hop.status_code for hop in second.attempts[-1].hops] == [302, 200]


def test_a_redirect_that_is_not_followed_is_seen() -> None:
    transport = HeadsFirst(answer(302, b"moved", [("Location", "/b")]))
    run(transport, Options(follow_redirects=False))
    (only,) = transport.seen
    assert only is not None
    assert only.response is not None
    assert only.response.status_code == 302


def test_an_answer_that_is_sent_for_again_is_not_seen_but_the_last_one_is() -> None:
    """Statement 64: a 503 is repeated; the last attempt is the result."""
    busy = [answer(503, b"busy") for _ in range(3)]
    transport = HeadsFirst(*busy)
    run(transport, Options(retry_max=2))
    assert [seen is not None for seen in transport.seen] == [False, False, True]
    last = transport.seen[-1]
    assert last is not None
    assert [attempt.number for attempt in last.attempts] == [1, 2, 3]


def test_what_was_seen_is_taken_back_when_a_cut_body_is_sent_for_again() -> None:
    """Statement 66: a body that ends early is a failure of the network."""
    from httpdesk.model.errors import IncompleteBody, Phase

    cut = Reply(
        status_code=200,
        headers=(),
        body=MemoryBody(b"half"),
        error=IncompleteBody(phase=Phase.RECEIVE, host="h", port=80, received=4),
    )
    transport = HeadsFirst(cut, answer(200, b"whole"))
    waits: Seen = []
    run(transport, Options(retry_max=1), lambda progress: waits.append(progress.arriving))
    assert transport.seen[0] is not None
    assert waits == [None]
    assert transport.between == [None, None]
    assert transport.seen[1] is not None
