"""Misbehaving servers in the window: told in words, nothing lost, alive all the while."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QPushButton

from httpdesk.gui.response.timeline_rows import hop_rows
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Header, RawBody, RawKind, Request
from tests.helpers.desk import Desk
from tests.helpers.fault_server import FAULTS, fault_server
from tests.helpers.raw_server import RawServer, answering, response

LIMIT_MS = 300
LONG_MS = 8000
LONGEST_GAP = 0.2
"""Seconds in which the window may not answer (quality.md, faults and abuse)."""


class Heartbeat(QObject):
    """Knows the longest time between two turns of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self._last = time.monotonic()
        self._timer = QTimer(self, interval=5)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def stop(self) -> float:
        self._beat()
        self._timer.stop()
        return self.longest


@dataclass(frozen=True)
class Shown:
    """What the window says of a fault."""

    pill: str
    words: tuple[str, ...]
    body: str | None = None
    """The text of the body that is kept; None when there is no response."""
    button: str = "Try again"
    limit_ms: int = LONG_MS


FAULTS_SHOWN: dict[str, Shown] = {
    "refuses": Shown("Refused", ("Nothing is listening on 127.0.0.1", "Nothing was sent.")),
    "close-early": Shown("Closed", ("closed the connection", "may have acted on it")),
    "silent-tls": Shown(
        "Timed out", ("No response within 300 ms", "TLS handshake"), limit_ms=LIMIT_MS
    ),
    "silent": Shown("Timed out", ("No response within 300 ms", "sent nothing"), limit_ms=LIMIT_MS),
    "not-http": Shown("Not HTTP", ("The answer isn't HTTP", "SSH-2.0-OpenSSH_9.2")),
    "many-headers": Shown("Too many headers", ("more than 500 header lines",)),
    "huge-header": Shown("Too many headers", ("larger than 262,144 bytes",)),
    "interim-flood": Shown("No answer", ("16 interim responses came, and no final one",)),
    "drip": Shown(
        "Timed out", ("wasn't complete within 300 ms", "What came is kept"), "x", limit_ms=LIMIT_MS
    ),
    "truncated": Shown("Incomplete", ("Incomplete: 500 of 1,000 bytes",), "x" * 500),
    "chunk-junk": Shown("Broken body", ("can't be read to its end", "chunk"), "abcd"),
    "gzip-cut": Shown(
        "Bad encoding", ("can't be decoded as gzip",), None, button="Save raw bytes…"
    ),
    "gzip-bomb": Shown("Too large", ("when it is decoded",), None, button="Save raw bytes…"),
    "cl-and-te": Shown("200 OK", ("names a length and sends chunks as well",), "hello"),
    "redirect-loop": Shown(
        "Redirects", ("302 Found", "Still redirecting after 5"), "", button="Change the limit"
    ),
    "redirect-file": Shown(
        "Redirect error", ("302 Found", "can't be followed", "file:///etc/passwd"), ""
    ),
}
NO_BUTTON = {"cl-and-te"}


def longest_gap(desk: Desk) -> float:
    """Send; return the longest time in which the window did not answer."""
    heart = Heartbeat()
    desk.press_send()
    desk.settle()
    return heart.stop()


def prepare(desk: Desk, fault: str, port: int, limit_ms: int) -> Request:
    """Type a URL and fill in the rest of a request; return it as it is kept."""
    desk.type_url(f"{FAULTS[fault].scheme}://127.0.0.1:{port}/")
    document = desk.document
    request = replace(
        document.request,
        method="PUT",
        headers=(Header("X-Typed", "kept {{é}}", enabled=False),),
        body=RawBody(RawKind.TEXT, "typed by hand\n"),
        options=replace(document.request.options, timeout_ms=limit_ms),
        notes="a note",
    )
    desk.session.documents.edit(document, request)
    return request


def words(desk: Desk) -> str:
    viewer = desk.page.viewer
    labels = [each.text() for each in viewer.findChildren(QLabel) if each.isVisible()]
    shown = (each.replace("\u200b", "") for each in (*labels, *button_labels(desk)))
    return " ".join([desk.status, *shown])


def button_labels(desk: Desk) -> list[str]:
    buttons = desk.page.viewer.findChildren(QPushButton)
    return [each.text() for each in buttons if each.isVisible()]


@pytest.mark.parametrize("fault", FAULTS_SHOWN)
def test_a_fault_is_told_and_nothing_is_lost(desk: Desk, fault: str) -> None:
    """quality.md rows 1 to 10: a clear message, nothing lost, the window alive."""
    shown = FAULTS_SHOWN[fault]
    with RawServer(answering(response(b"warm"))) as good:
        desk.type_url(f"http://127.0.0.1:{good.port}/")
        desk.press_send()
    with fault_server(fault) as server:
        request = prepare(desk, fault, server.port, shown.limit_ms)
        gap = longest_gap(desk)
        if gap >= LONGEST_GAP:
            gap = longest_gap(desk)  # Something else may have had the computer for itself.
    told = words(desk)
    assert desk.page.viewer.status.pill.text() == shown.pill, told
    assert [each for each in shown.words if each not in told] == [], told
    if fault not in NO_BUTTON:
        assert shown.button in button_labels(desk)
    if shown.body:
        assert desk.body.startswith(shown.body)
    assert desk.document.request == request
    assert not desk.document.sending
    assert desk.messages() == []
    assert gap < LONGEST_GAP
    with RawServer(answering(response(b"well", "Content-Type: text/plain"))) as good:
        desk.type_url(f"http://127.0.0.1:{good.port}/")
        desk.press_send()
        assert (desk.status, desk.body) == ("200 OK", "well")


def sent(desk: Desk, port: int) -> Exchange:
    desk.type_url(f"http://127.0.0.1:{port}/")
    return desk.press_send()


def test_interim_answers_and_a_resend_are_in_the_timeline(desk: Desk) -> None:
    """Rows 7 and 12."""
    with fault_server("interim") as server:
        exchange = sent(desk, server.port)
    desk.page.viewer.select_tab("timeline")
    notes = [label.text() for label in desk.page.viewer.timeline.notes]
    assert [note.partition(" came ")[2] for note in notes] == [
        "100 Continue.",
        "102 Processing.",
        "103 Early Hints, with Link: </a.css>.",
    ]
    assert (desk.status, exchange.error) == ("200 OK", None)
    with fault_server("stale-keep-alive") as server:
        sent(desk, server.port)
        sent(desk, server.port)
        assert len(server.requests) == 3
    desk.page.viewer.select_tab("timeline")
    notes = [label.text() for label in desk.page.viewer.timeline.notes]
    assert notes == [
        "The kept connection had been closed; the request was sent again over a new one."
    ]


def test_every_hop_of_an_endless_chain_is_in_the_timeline(desk: Desk) -> None:
    """Row 10."""
    with fault_server("redirect-endless") as server:
        exchange = sent(desk, server.port)
    assert [row.code for row in hop_rows(exchange)] == ["302"] * 6
    model = desk.page.viewer.timeline.hop_model
    desk.page.viewer.select_tab("timeline")
    assert model.rowCount() == 6
