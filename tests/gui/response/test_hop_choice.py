"""Every tab follows the hop that is chosen in the Timeline (ui.md, section 3.5)."""

from __future__ import annotations

from dataclasses import replace

from httpdesk.gui.response.hop_choice import up_to_hop
from httpdesk.model.errors import Phase, TimedOut
from httpdesk.model.exchange import Attempt, Exchange, Hop
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import Options
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered


def retried() -> Exchange:
    """Return three attempts: a timeout, a redirect to a 503, and an answer."""
    timed_out = Hop("GET", "http://h/a")
    moved = Hop(
        "GET", "http://h/a", status_code=302, reason_phrase="Found", bytes_received=5,
        response_headers=(("Location", "/b"), ("X-First", "1")),
    )  # fmt: skip
    busy = Hop(
        "GET", "http://h/b", status_code=503, reason_phrase="Busy", bytes_received=4,
        response_headers=(("Retry-After", "1"),), received_preview=b"busy",
    )  # fmt: skip
    done = answered('{"a": 1}')
    error = TimedOut(phase=Phase.WAIT, limit_ms=1000)
    attempts = (
        Attempt(1, (timed_out,), error),
        Attempt(2, (moved, busy)),
        replace(done.attempts[-1], number=3),
    )
    return replace(done, attempts=attempts)


def choose(pane: Pane, number: int) -> None:
    hops = pane.viewer.timeline.hops
    hops.setCurrentIndex(hops.model().index(number, 0))
    pane.settle()


def test_the_last_hop_is_the_exchange_itself() -> None:
    exchange = retried()
    assert up_to_hop(exchange, 3) is exchange


def test_the_tabs_show_the_answer_that_is_chosen(pane: Pane) -> None:
    pane.show(retried())
    pane.viewer.select_tab("timeline")
    assert pane.viewer.hop_choice.isHidden()
    choose(pane, 1)
    assert pane.viewer.status.pill.text() == "302 Found"
    assert pane.viewer.tabs.current == "timeline"
    words = pane.viewer.hop_choice.text.text()
    assert words == "Attempt 2, request 1: 302 Found. All tabs show this one."
    pane.viewer.select_tab("headers")
    assert "X-First: 1" in pane.viewer.headers.model.as_text()
    pane.viewer.select_tab("body")
    assert "not kept" in pane.body.message.text.text()
    choose(pane, 2)
    assert pane.text() == "busy"
    pane.viewer.select_tab("headers")
    assert pane.viewer.headers.model.as_text() == "Retry-After: 1"


def test_an_attempt_without_an_answer_shows_its_error(pane: Pane) -> None:
    pane.show(retried())
    pane.viewer.select_tab("timeline")
    choose(pane, 0)
    assert pane.viewer.tab_keys()[0] == "error"
    assert pane.viewer.tabs.current == "timeline"
    assert pane.viewer.hop_choice.text.text().startswith("Attempt 1, request 1: no answer.")


def test_the_way_back(pane: Pane) -> None:
    pane.show(retried())
    pane.viewer.select_tab("timeline")
    choose(pane, 1)
    pane.press("Show the result")
    pane.settle()
    assert pane.viewer.hop_choice.isHidden()
    assert pane.viewer.status.pill.text() == "200 OK"
    pane.viewer.select_tab("body")
    assert pane.text() == '{\n  "a": 1\n}'
    choose(pane, 0)
    pane.show(replace(answered("[2]"), id="another"))
    assert pane.viewer.hop_choice.isHidden()
    assert pane.text() == "[\n  2\n]"


def test_what_a_hop_received_is_kept_for_debugged_requests_only() -> None:
    exchange = retried()
    part = up_to_hop(exchange, 2)
    assert part.response is not None
    assert part.response.body.read_at(0, 9) == b"busy"
    assert isinstance(part.response.body, MemoryBody)
    assert part.request.options == Options()
    assert [len(each.hops) for each in part.attempts] == [1, 2]
