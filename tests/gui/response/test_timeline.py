"""The Timeline tab: hops on one axis, their phases, and what was left out on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QScrollBar

from httpdesk.gui.response.timeline_models import HopModel, PhaseModel
from httpdesk.gui.response.timeline_paint import Axis, axis_for, nice_step, tick_label
from httpdesk.gui.response.timeline_rows import (
    PHASE_COLORS,
    hop_rows,
    short_url,
    status_tone,
    summary,
)
from httpdesk.gui.theme import color
from httpdesk.model.errors import Phase, TooManyRedirects
from httpdesk.model.exchange import Attempt
from httpdesk.model.response import Timings
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import hop

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def timeline(pane: Pane) -> Pane:
    """Give a pane that shows the timeline of two redirects."""
    pane.show(exchanges.redirected())
    pane.viewer.select_tab("timeline")
    return pane


def phases(pane: Pane) -> list[str]:
    """Return the lines of the chosen hop's phases as they are spoken."""
    model = pane.viewer.timeline.phase_model
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(model.index(row).data(role)) for row in range(model.rowCount())]


def test_the_models_hold_to_qts_rules(qapp: object) -> None:
    hops, parts = HopModel(), PhaseModel()
    testers = [QAbstractItemModelTester(hops, FATAL), QAbstractItemModelTester(parts, FATAL)]
    rows = hop_rows(exchanges.redirected())
    for shown in (rows, (), rows[:1]):
        hops.set_rows(shown)
        parts.set_rows(shown[0].phases if shown else ())
        assert hops.rowCount() == len(shown)
        assert hops.rowCount(hops.index(0)) == 0
    assert hops.data(QModelIndex()) is None
    assert len(testers) == 2


def test_every_hop_has_its_name() -> None:
    """Section 3.7: each row exposes an accessible name."""
    rows = hop_rows(exchanges.redirected())
    assert [row.spoken() for row in rows] == [
        "Hop 1, 302 Found, 184 ms",
        "Hop 2, 307 Temporary Redirect, 51 ms",
        "Hop 3, 200 OK, 184 ms",
    ]
    assert hop_rows(exchanges.untrusted())[0].spoken() == "Hop 1, TLS error, 15 ms"


def test_credentials_in_a_url_are_masked() -> None:
    """Statement 76."""
    first = hop_rows(exchanges.redirected())[0]
    assert "s3cr3t" not in str(first)
    assert first.request.endswith("/v1/orders?token=••••••••")


def test_a_url_says_only_what_the_row_above_does_not() -> None:
    assert short_url("https://h/a?b", "") == "h/a?b"
    assert short_url("http://h:80/a", "https://h") == "http://h:80/a"
    assert short_url("https://h/a?b=https://h/", "https://h") == "/a?b=https://h/"
    assert short_url("https://h", "https://h") == "/"


def test_the_last_hop_is_chosen_and_its_phases_are_told(timeline: Pane) -> None:
    assert timeline.viewer.timeline.heading.text() == "Hop 3"
    assert timeline.viewer.timeline.connection.text() == "New connection"
    assert phases(timeline) == [
        "Name lookup, 1.0 ms",
        "Connect, 21 ms, 203.0.113.24:443",
        "TLS handshake, 44 ms, TLS 1.3, AES_128_GCM",
        "Send, 2.0 ms, No body",
        "Wait for first byte, 105 ms",
        "Download, 11 ms, 788 B",
    ]


def test_a_kept_connection_shows_reused_instead(timeline: Pane) -> None:
    """Section 3.7: "Reused" instead of lookup, connect and TLS."""
    view = timeline.viewer.timeline
    view.hops.setFocus(Qt.FocusReason.TabFocusReason)
    timeline.qtbot.keyClick(view.hops, Qt.Key.Key_Up)
    assert view.heading.text() == "Hop 2"
    assert view.connection.text() == "Reused connection"
    assert phases(timeline)[0] == "Reused, Connection to 203.0.113.24:443"
    assert len(phases(timeline)) == 4
    assert not has_color(view.phases.grab().toImage(), color("phase_tls"))
    timeline.qtbot.keyClick(view.hops, Qt.Key.Key_Home)
    assert view.heading.text() == "Hop 1"


def test_what_a_redirect_left_out_is_said(timeline: Pane) -> None:
    """Statement 22, security.md R5: drops listed in the timeline."""
    notes = [label.text() for label in timeline.viewer.timeline.notes]
    assert notes == [
        ("Not sent along, because the redirect led to another origin: Authorization, X-Acme-Desk."),
        "The server's certificate was not checked.",
    ]


def test_the_sentence_over_it(timeline: Pane) -> None:
    text = timeline.viewer.timeline.summary.text()
    assert text == "3 requests in 434 ms. 2 redirects were followed."
    for exchange, words in (
        (exchanges.order(), "1 request in 184 ms."),
        (replace(exchanges.order(), attempts=()), "Nothing was sent."),
    ):
        assert summary(exchange, hop_rows(exchange)) == words


def test_the_answer_to_a_challenge_is_told_and_no_redirect() -> None:
    """Digest, RFC 7616: the second request repeats the first one, signed."""
    answered = hop(answers_challenge=True, started_ms=184.0)
    attempt = Attempt(1, (hop(401, "Unauthorized"), answered))
    exchange = replace(exchanges.order(), attempts=(attempt,))
    rows = hop_rows(exchange)
    assert rows[1].notes[0] == "Sent again with the signature that the 401 asked for."
    assert summary(exchange, rows) == "2 requests in 184 ms."
    assert exchange.redirects == 0


def test_nothing_sent_has_an_empty_timeline(pane: Pane) -> None:
    pane.show(replace(exchanges.unknown_host(), attempts=()))
    pane.viewer.select_tab("timeline")
    assert pane.viewer.timeline.heading.text() == ""
    assert phases(pane) == []


def test_timings_are_copied_as_text(timeline: Pane) -> None:
    timeline.press("Copy timings")
    lines = timeline.clipboard().splitlines()
    assert lines[0].startswith("1. GET https://api.staging.acme.dev/v1/orders?token=•")
    assert lines[0].endswith(": 302 Found, 184 ms")
    assert "   TLS handshake, 44 ms, TLS 1.3, AES_128_GCM" in lines
    assert "s3cr3t" not in timeline.clipboard()


def test_phases_are_painted_in_their_colours(timeline: Pane) -> None:
    image = grab(timeline)
    for token in ("phase_lookup", "phase_connect", "phase_tls", "phase_wait", "phase_download"):
        assert has_color(image, color(token)), token
    assert not has_color(image, color("red"))


def test_the_talk_with_a_proxy_is_a_phase_of_its_own(pane: Pane) -> None:
    exchange = exchanges.order()
    through = replace(exchanges.CONNECTION, proxy="socks5://proxy.test:1080")
    timings = Timings(dns=10, connect=20, proxy=60, ssl=30, send=2, wait=50, receive=10)
    shown = hop(connection=through, timings=timings)
    pane.show(replace(exchange, attempts=(Attempt(1, (shown,)),)))
    pane.viewer.select_tab("timeline")
    assert phases(pane)[2] == "Proxy, 60 ms, socks5://proxy.test:1080"
    assert has_color(grab(pane), color("phase_proxy"))


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_a_colour(pane: Pane, phase: Phase) -> None:
    assert color(PHASE_COLORS[phase]).isValid()


def test_a_redirect_that_was_not_followed_was_not_cut(pane: Pane) -> None:
    exchange = exchanges.redirected()
    error = TooManyRedirects(phase=Phase.RECEIVE, host="api.test", port=443, limit=0)
    last = replace(exchange.attempts[-1], error=error)
    pane.show(replace(exchange, attempts=(last,), error=error))
    pane.viewer.select_tab("timeline")
    assert not pane.viewer.timeline.hop_model.rows()[-1].failed


def test_what_was_cut_ends_in_a_red_cap(pane: Pane) -> None:
    pane.show(exchanges.timed_out())
    pane.viewer.select_tab("timeline")
    row = pane.viewer.timeline.hop_model.rows()[0]
    assert (row.code, row.outcome, row.tone, row.failed) == ("", "Timed out", "red", True)
    place = pane.viewer.timeline.hops.visualRect(pane.viewer.timeline.hop_model.index(0))
    axis = axis_for(place.width(), row.end)
    image = pane.viewer.timeline.hops.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    cap = QPoint(round(axis.x(row.end)), place.center().y() - 8) * ratio
    assert image.pixelColor(cap) == color("red")


def grab(pane: Pane) -> QImage:
    """Return the timeline as it is on screen."""
    return pane.viewer.timeline.grab().toImage()


def has_color(image: QImage, wanted: QColor) -> bool:
    """Return whether any pixel has exactly this colour."""
    across, down = range(image.width()), range(0, image.height(), 2)
    return any(image.pixelColor(x, y) == wanted for y in down for x in across)


def test_a_hundred_hops_scroll_as_one_page(pane: Pane) -> None:
    """Section 2: one scroll area per pane, never nested."""
    hops = tuple(hop(302, "Found", started_ms=10.0 * number) for number in range(100))
    pane.show(replace(exchanges.order(), attempts=(Attempt(1, hops),)))
    pane.viewer.select_tab("timeline")
    view = pane.viewer.timeline
    pane.qtbot.waitUntil(lambda: view.area.verticalScrollBar().maximum() > 3000)
    bars = [bar for bar in view.findChildren(QScrollBar) if bar.maximum() > 0]
    assert bars == [view.area.verticalScrollBar()]
    view.hops.setFocus(Qt.FocusReason.TabFocusReason)
    pane.qtbot.keyClick(view.hops, Qt.Key.Key_Home)
    assert view.area.verticalScrollBar().value() < 100
    pane.qtbot.keyClick(view.hops, Qt.Key.Key_End)
    assert view.area.verticalScrollBar().value() > 3000


@pytest.mark.parametrize(
    ("least", "step"), [(0.03, 0.05), (1, 1), (1.2, 2), (3, 5), (7, 10), (140, 200), (600, 1000)]
)
def test_marks_stand_at_round_times(least: float, step: float) -> None:
    assert nice_step(least) == pytest.approx(step)


def test_the_axis_spans_the_exchange() -> None:
    axis = Axis(left=200, right=500, span=3000)
    assert (axis.x(0), axis.x(3000)) == (200, 500)
    assert axis.ticks() == [0, 1000, 2000, 3000]
    assert tick_label(1500, 3000) == "1.5 s"
    assert tick_label(50, 300) == "50 ms"


@pytest.mark.parametrize("width", [200, 360, 624, 2000])
@pytest.mark.parametrize("span", [0.0, 0.4, 12.0, 1e7])
def test_any_width_and_time_has_an_axis(width: int, span: float) -> None:
    axis = axis_for(width, span)
    assert axis.left < axis.right
    assert axis.left <= axis.x(span) <= axis.right
    assert 1 <= len(axis.ticks()) < 40


def test_tones_follow_the_class_of_the_status() -> None:
    tones = [status_tone(code) for code in (101, 204, 304, 418, 511, 999)]
    assert tones == ["slate", "green", "blue", "amber", "red", "slate"]


def test_tls_is_called_as_people_call_it() -> None:
    facts = replace(
        exchanges.CONNECTION, tls_version="TLSv1.3", tls_cipher="TLS_AES_256_GCM_SHA384"
    )
    attempt = Attempt(1, (hop(connection=facts),))
    row = hop_rows(replace(exchanges.order(), attempts=(attempt,)))[0]
    assert row.phases[2].detail == "TLS 1.3, AES_256_GCM_SHA384"


def test_a_proxy_and_the_body_that_was_sent_are_told() -> None:
    facts = replace(exchanges.CONNECTION, proxy="http://proxy:3128")
    sent = hop(bytes_sent=2048, connection=facts, timings=Timings(blocked=1, send=2))
    row = hop_rows(replace(exchanges.order(), attempts=(Attempt(1, (sent,)),)))[0]
    assert row.notes == ("Went through the proxy http://proxy:3128.",)
    assert [(part.name, part.detail) for part in row.phases] == [
        ("Queued", ""),
        ("Send", "2.0 KB of body"),
    ]


def test_a_proxy_that_answers_itself_is_said_to_do_so() -> None:
    """RFC 9110 section 15.5.8: a 407 is never the server's."""
    through = replace(exchanges.CONNECTION, proxy="http://proxy:3128")
    refused = hop(407, "Proxy Authentication Required", connection=through)
    row = hop_rows(replace(exchanges.order(), attempts=(Attempt(1, (refused,)),)))[0]
    assert row.notes == (
        "The proxy http://proxy:3128 answered this itself: it wants a sign-in, or another one.",
    )
