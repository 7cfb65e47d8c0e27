"""Every misbehaving server in the window: told in words, the window alive all the while."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from httpdesk.model.exchange import Exchange
from tests.helpers.desk import Desk, open_desk
from tests.helpers.fault_server import FAULTS, fault_server
from tests.helpers.raw_server import RawServer, answering, response

LIMIT_MS = 500
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


def sent(desk: Desk, port: int) -> tuple[Exchange, float]:
    """Send to a server of this machine with a limit; return the exchange and the longest gap."""
    desk.type_url(f"http://127.0.0.1:{port}/")
    document = desk.document
    options = replace(document.request.options, timeout_ms=LIMIT_MS)
    desk.session.documents.edit(document, replace(document.request, options=options))
    heart = Heartbeat()
    exchange = desk.press_send()
    desk.settle()
    return exchange, heart.stop()


def words(desk: Desk) -> str:
    labels = desk.page.viewer.findChildren(QLabel)
    return " ".join([desk.status, *(each.text() for each in labels if each.isVisible())])


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("drip", ["wasn't complete within 500 ms", "What came is kept"]),
        ("stall", ["wasn't complete within 500 ms", "500 B"]),
        ("truncated", ["500", "1,000"]),
        ("not-http", ["SSH-2.0-OpenSSH_9.2"]),
        ("many-headers", []),
        ("gzip-cut", ["gzip"]),
    ],
)
def test_a_fault_is_told_and_the_window_stays_alive(
    desk: Desk, fault: str, told: list[str]
) -> None:
    """quality.md rows 1 to 8."""
    with RawServer(answering(response(b"warm"))) as server:
        sent(desk, server.port)
    with fault_server(fault) as server:
        exchange, gap = sent(desk, server.port)
    shown = words(desk)
    assert exchange.error is not None
    assert [each for each in told if each not in shown] == [], shown
    assert gap < LONGEST_GAP


def test_no_fault_breaks_the_window(qtbot: QtBot) -> None:
    """Whatever a server does, there are words, and the next send works."""
    silent = []
    with RawServer(answering(response(b"well"))) as good, open_desk() as desk:
        for fault in FAULTS:
            with fault_server(fault) as server:
                exchange, _ = sent(desk, server.port)
            if not desk.status or (exchange.error is not None and len(words(desk)) < 20):
                silent.append(fault)
            assert not desk.document.sending
            assert exchange.elapsed_ms < LIMIT_MS + 1000, fault
        assert silent == []
        assert desk.messages() == []
        exchange, _ = sent(desk, good.port)
        assert (desk.status, desk.body) == ("200 OK", "well")
