"""Several attempts on screen: the wait, the row of status, the timeline, the last failure."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton

from httpdesk.engine.ports import Progress
from httpdesk.gui import theme
from httpdesk.gui.messages import message_of
from httpdesk.gui.response import sending
from httpdesk.gui.response.retry_reasons import retry_reasons
from httpdesk.gui.response.timeline_paint import axis_for
from httpdesk.gui.response.timeline_rows import as_text, hop_rows, summary
from httpdesk.model.errors import (
    Cancelled,
    HttpDeskError,
    Phase,
    RetryAfterTooLong,
    Sent,
    TimedOut,
    TotalTimedOut,
)
from httpdesk.model.exchange import Attempt, Exchange, Wait, WaitReason
from httpdesk.model.request import Options
from httpdesk.model.response import Timings
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import hop
from tests.gui.response.test_sending import Watched

SHORT, LONG = Timings(wait=600, receive=12), Timings(send=1, wait=999)


def timeout() -> TimedOut:
    return TimedOut(phase=Phase.WAIT, sent=Sent.ALL, limit_ms=1000, host="h", port=80)


def attempts(*, last: HttpDeskError | None = None) -> tuple[Attempt, ...]:
    """Return a 503, a timeout, and a third one, as in the design's picture."""
    busy = hop(503, "Service Unavailable", timings=SHORT)
    late = hop(None, "", timings=LONG, started_ms=1112)
    end = hop(200, "OK", started_ms=3112)
    if last is not None:
        end = hop(None, "", timings=LONG, started_ms=3112)
    return (
        Attempt(1, (busy,), None, Wait(WaitReason.FIXED, 500, 500.2)),
        Attempt(2, (late,), timeout(), Wait(WaitReason.BACKOFF, 1000, 1000.4)),
        Attempt(3, (end,), last),
    )


def retried() -> Exchange:
    options = Options(retry_max=3, timeout_ms=1000)
    request = replace(exchanges.request(), options=options)
    return replace(exchanges.order(), request=request, attempts=attempts(), elapsed_ms=3300)


def used_up(*, answered: bool) -> Exchange:
    error = None if answered else timeout()
    tries = attempts(last=error)
    exchange = retried()
    if answered:
        tries = (*tries[:2], Attempt(3, (hop(503, "Service Unavailable", started_ms=3112),)))
        exchange = replace(exchanges.answered("{}", 503, "Service Unavailable"), elapsed_ms=3300)
    options = Options(retry_max=2, timeout_ms=1000)
    return replace(
        exchange,
        request=replace(exchange.request, options=options),
        attempts=tries,
        error=error,
        response=exchange.response if answered else None,
    )


# Waiting


@pytest.fixture
def watched(qtbot: object) -> Watched:
    watched = Watched()
    watched.progress.attempts = 4
    return watched


def test_the_wait_is_counted_down(watched: Watched) -> None:
    """ui.md section 3.5: "Attempt 2 of 4 starts in 1.2 s"."""
    watched.progress.waiting_until = 2.2
    state = watched.at(1.0)
    assert (state.phase, state.between_attempts) == ("Attempt 2 of 4 starts in 1.2 s", True)
    assert watched.at(2.15).phase == "Attempt 2 of 4 starts in 0.1 s"
    watched.progress.waiting_until = 200.0
    assert watched.at(2.3).phase == "Attempt 2 of 4 starts in 3 min 18 s"
    watched.progress.waiting_until, watched.progress.attempt = None, 2
    state = watched.at(2.4, Phase.WAIT)
    assert state.phase == "Attempt 2 of 4. Waiting for first byte, 2.4 s"
    assert not state.between_attempts


def test_a_wait_too_short_to_read_is_not_shown(watched: Watched) -> None:
    watched.progress.waiting_until = 1.2
    assert not watched.at(1.0, Phase.WAIT).between_attempts


def test_retry_now_and_cancel_are_offered_while_it_waits(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ui.md section 3.5: with Retry now and Cancel; ui.md 3.4: a press opens the gate."""
    pane.show(exchanges.order())
    monkeypatch.setattr(sending, "SHOWN_AFTER", 0.0)
    opened: list[bool] = []
    cancelled: list[bool] = []
    pane.viewer.cancelRequested.connect(lambda: cancelled.append(True))
    progress = Progress(attempts=4)
    monkeypatch.setattr(progress.gate, "open", lambda: opened.append(True))
    pane.viewer.show_sending(progress)
    pane.qtbot.waitUntil(lambda: bool(pane.viewer.status.phase.text()))
    status = pane.viewer.status
    assert not status.retry_now.isVisible()
    progress.waiting_until = 1e12
    pane.qtbot.waitUntil(status.retry_now.isVisible)
    assert status.phase.text().startswith("Attempt 2 of 4 starts in ")
    pane.press("Retry now")
    assert opened == [True]
    pane.press("Cancel", status)
    assert cancelled == [True]
    pane.viewer.show_exchange(exchanges.order())
    assert not status.retry_now.isVisible()
    assert not status.cancel.isVisible()


# What is shown at the end


def test_the_number_of_attempts_opens_the_timeline(pane: Pane) -> None:
    """ui.md section 3.5: attempts, a click opens Timeline."""
    pane.show(exchanges.order())
    assert not pane.viewer.status.attempts.isVisible()
    pane.show(retried())
    assert pane.viewer.status.attempts.isVisible()
    pane.press("3 attempts")
    assert pane.viewer.tabs.current == "timeline"
    assert pane.viewer.timeline.heading.text() == "Attempt 3"


def test_every_attempt_has_a_row(pane: Pane) -> None:
    """Statement 70; ui.md section 3.7."""
    rows = hop_rows(retried())
    assert [(row.label, row.below) for row in rows] == [
        ("1", "then waited 500 ms"),
        ("2", "then waited 1.00 s"),
        ("3", "788 B received"),
    ]
    assert [row.spoken() for row in rows] == [
        "Attempt 1, 503 Service Unavailable, 612 ms, then waited 500 ms",
        "Attempt 2, Timed out, 1.00 s, then waited 1.00 s",
        "Attempt 3, 200 OK, 184 ms",
    ]
    assert [row.failed for row in rows] == [False, True, False]
    words = "3 attempts in 3.30 s. 1.50 s of that was waiting between attempts."
    assert summary(retried(), rows) == words
    assert "   then waited 500 ms" in as_text(rows).splitlines()
    pane.show(retried())
    spoken = pane.viewer.tabs.bar.accessibleTabName(3)
    assert spoken == "Timeline, 3"


def test_redirects_within_an_attempt_are_counted_within_it() -> None:
    moved = (hop(302, "Found"), hop(503, "Busy", started_ms=200))
    first = Attempt(1, moved, None, Wait(WaitReason.FIXED, 0, 0.1))
    exchange = replace(retried(), attempts=(first, attempts()[2]))
    assert [(row.label, row.title) for row in hop_rows(exchange)] == [
        ("1", "Attempt 1"),
        ("1.2", "Attempt 1, hop 2"),
        ("3", "Attempt 3"),
    ]
    assert [row.wait for row in hop_rows(exchange)] == [0, 0.1, 0]


def test_why_it_was_retried_is_said(pane: Pane) -> None:
    """ui.md section 3.7: in plain sentences, Retry-After when it decided the wait."""
    pane.show(retried())
    pane.viewer.select_tab("timeline")
    reasons = pane.viewer.timeline.reasons
    assert reasons.isVisible()
    assert [label.text() for label in reasons.labels] == [
        "503 is a server error. The server sent no Retry-After header, so the wait was 500 ms.",
        "No response within 1 s. Exponential backoff made the wait 1.00 s.",
    ]
    pane.show(exchanges.order())
    pane.viewer.select_tab("timeline")
    assert not reasons.isVisible()


@pytest.mark.parametrize(
    ("status", "headers", "wait", "options", "words"),
    [
        (
            503,
            (("Retry-After", "2"),),
            Wait(WaitReason.RETRY_AFTER, 2000, 2000),
            Options(),
            "503 is a server error. The server's Retry-After header made the wait 2.00 s.",
        ),
        (
            503,
            (("Retry-After", "0"),),
            Wait(WaitReason.FIXED, 500, 120, skipped=True),
            Options(),
            (
                "503 is a server error. Retry-After asked for less than the delay of 500 ms. "
                "You went on after 120 ms."
            ),
        ),
        (
            404,
            (),
            Wait(WaitReason.FIXED, 0, 0),
            Options(retry_all=True),
            "404 is no success, and all errors are retried. The next attempt began at once.",
        ),
        (
            429,
            (),
            Wait(WaitReason.BACKOFF, 214, 214),
            Options(retry_on_429=True),
            "429 is to be retried too. Exponential backoff made the wait 214 ms.",
        ),
    ],
)
def test_each_reason_has_its_sentence(
    status: int,
    headers: tuple[tuple[str, str], ...],
    wait: Wait,
    options: Options,
    words: str,
) -> None:
    first = Attempt(1, (hop(status, "", response_headers=headers),), None, wait)
    exchange = retried()
    exchange = replace(
        exchange,
        request=replace(exchange.request, options=options),
        attempts=(first, attempts()[2]),
    )
    assert retry_reasons(exchange) == ((1, words),)


def test_a_wait_that_was_cancelled_is_told() -> None:
    last = replace(attempts()[0], wait=Wait(WaitReason.FIXED, 500, 100))
    error = Cancelled(phase=Phase.BLOCKED, between_attempts=True)
    exchange = replace(retried(), attempts=(last,), error=error)
    ((_, words),) = retry_reasons(exchange)
    assert words.endswith("You cancelled it after 100 ms.")


def test_waits_are_dotted_and_cut_attempts_end_in_red(pane: Pane) -> None:
    """ui.md section 3.7: a dotted line for waits, a red end cap for timeouts."""
    pane.show(retried())
    pane.viewer.select_tab("timeline")
    view = pane.viewer.timeline
    rows = view.hop_model.rows()
    image = view.hops.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    place = view.hops.visualRect(view.hop_model.index(1))
    axis = axis_for(place.width(), max(row.end for row in rows))
    end = rows[1].start + rows[1].length
    cap = QPoint(round(axis.x(end)), place.center().y() - 8) * ratio
    assert image.pixelColor(cap) == theme.color("red")
    middle = place.top() + place.height() // 2
    span = range(round(axis.x(end)) + 6, round(axis.x(rows[1].end)) - 2)
    colors = {image.pixelColor(QPoint(x, middle) * ratio).name() for x in span}
    assert theme.color("text3").name() in colors
    assert len(colors) > 1


@pytest.mark.parametrize("answered", [False, True])
def test_retries_used_up(pane: Pane, answered: bool) -> None:
    """ui.md section 9: "Still failing after 4 attempts"; Show timeline, Try again."""
    exchange = used_up(answered=answered)
    message = message_of(exchange)
    assert message is not None
    assert message.title == "Still failing after 3 attempts"
    outcomes = "503, timeout, 503" if answered else "503, timeout, timeout"
    assert message.text.startswith(f"{outcomes} in 3.30 s.")
    assert [remedy.label for remedy in message.remedies] == ["Show timeline", "Try again"]
    pane.show(exchange)
    if answered:
        assert pane.notices() == [f"Still failing after 3 attempts. {message.text}"]
        assert pane.viewer.status.pill.text() == "503 Service Unavailable"
    else:
        content = pane.viewer.error.content
        assert content is not None
        assert content.title.text() == "Still failing after 3 attempts"
        assert pane.viewer.status.pill.text() == "Timed out"
        assert "No response within 1 s" in content.text.text()
    pane.press("Show timeline")
    assert pane.viewer.tabs.current == "timeline"


def test_ninety_outcomes_are_counted() -> None:
    tries = tuple(replace(attempts()[0], number=number) for number in range(1, 92))
    options = Options(retry_max=90)
    exchange = used_up(answered=True)
    message = message_of(
        replace(exchange, attempts=tries, request=replace(exchange.request, options=options))
    )
    assert message is not None
    assert message.text == "503 (91 times) in 3.30 s."


def test_a_send_that_came_through_says_nothing_of_it(pane: Pane) -> None:
    pane.show(retried())
    assert pane.notices() == []
    assert message_of(retried()) is None


@pytest.mark.parametrize(
    ("error", "title", "text"),
    [
        (
            RetryAfterTooLong(
                phase=Phase.BLOCKED, sent=Sent.ALL, host="h", port=80, wait_s=3600, limit_s=300
            ),
            "h:80 asks to wait 1 h 00 min",
            "Its Retry-After header is longer than 5 min 00 s, so it was not tried again.",
        ),
        (
            TotalTimedOut(
                phase=Phase.BLOCKED, sent=Sent.ALL, limit_ms=10_000, between_attempts=True
            ),
            "The total limit of 10 s is used up",
            "The wait for the next attempt would go beyond it.",
        ),
    ],
)
def test_what_stopped_it_early_is_said_over_the_answer(
    pane: Pane, error: HttpDeskError, title: str, text: str
) -> None:
    """Statements 63 and 67."""
    pane.show(replace(used_up(answered=True), error=error))
    assert pane.notices() == [
        f"{title}. {text} The whole request was sent, so the server may have acted on it."
    ]


def test_the_buttons_have_names(pane: Pane) -> None:
    buttons = pane.viewer.status.findChildren(QAbstractButton)
    assert all(button.accessibleName() or button.text() for button in buttons if button.isVisible())
    assert pane.viewer.status.retry_now.focusPolicy() != Qt.FocusPolicy.NoFocus
