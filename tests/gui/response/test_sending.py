"""While a send is under way: what is shown when, read from its progress."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from httpdesk.engine.ports import Progress
from httpdesk.gui.response import announce as announcing
from httpdesk.gui.response.sending import SendState, SendWatch, Transfer, transfer_text
from httpdesk.model.errors import Phase
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane


class Watched:
    """A watch whose clock stands still, and what it told."""

    def __init__(self) -> None:
        self.owner = QObject()
        self.now = 0.0
        self.watch = SendWatch(self.owner, lambda: self.now)
        self.told: list[SendState] = []
        self.watch.changed.connect(self.told.append)
        self.progress = Progress()
        self.watch.start(self.progress)

    def at(self, seconds: float, phase: Phase | None = None) -> SendState:
        """Look at a time; return what is shown then."""
        self.now = seconds
        if phase is not None:
            self.progress.phase = phase
        self.watch.poll()
        return self.told[-1] if self.told else SendState()


@pytest.fixture
def watched(qtbot: QtBot) -> Watched:
    """Give a watch that began at 0 s."""
    return Watched()


def test_for_300_ms_nothing_changes(watched: Watched) -> None:
    """Section 3.5, state "Sending under 300 ms"."""
    assert watched.at(0.1, Phase.DNS) == SendState()
    assert watched.at(0.29, Phase.WAIT) == SendState()
    assert watched.told == []
    assert watched.at(0.31).phase == "Waiting for first byte, 0.3 s"


def test_the_phase_and_the_time_are_told(watched: Watched) -> None:
    """Section 3.5: "Waiting for first byte, 1.8 s"."""
    assert watched.at(1.8, Phase.WAIT).phase == "Waiting for first byte, 1.8 s"
    assert watched.at(2.0, Phase.RECEIVE).phase == "Downloading, 2.0 s"


def test_the_attempt_is_told_from_the_second_on(watched: Watched) -> None:
    watched.progress.attempt = 2
    assert watched.at(1.0, Phase.CONNECT).phase == "Attempt 2. Connecting, 1.0 s"


def test_the_same_thing_is_told_once(watched: Watched) -> None:
    watched.at(1.80, Phase.WAIT)
    watched.at(1.81)
    assert len(watched.told) == 1


def test_a_transfer_is_shown_after_a_second_of_it(watched: Watched) -> None:
    watched.at(5.0, Phase.RECEIVE)
    watched.progress.bytes_received, watched.progress.bytes_to_receive = 400, 1000
    assert watched.at(5.9).transfer is None
    assert watched.at(6.0).transfer == Transfer(False, 400, 1000, 1.0)
    watched.progress.bytes_received = 500
    assert watched.at(6.5).transfer == Transfer(False, 500, 1000, 1.5)


def test_an_upload_is_a_transfer_too(watched: Watched) -> None:
    watched.progress.bytes_sent, watched.progress.bytes_to_send = 5, 10
    watched.at(0.0, Phase.SEND)
    assert watched.at(1.5).transfer == Transfer(True, 5, 10, 1.5)


def test_an_answer_is_told_of_while_it_arrives(watched: Watched) -> None:
    """Most answers are whole within 100 ms and are shown once."""
    watched.progress.arriving = exchanges.order()
    assert watched.at(0.35, Phase.RECEIVE).arriving is None
    assert watched.at(0.40).arriving is None
    told = watched.at(0.46).arriving
    assert told is not None
    assert told.exchange is watched.progress.arriving
    assert told.seconds == 0.5


def test_it_stays_until_it_is_withdrawn(watched: Watched) -> None:
    """While a further page is asked for, the one before stays; an attempt that is repeated goes."""
    first = watched.progress.arriving = exchanges.order()
    watched.at(0.5, Phase.RECEIVE)
    watched.at(1.0)
    told = watched.at(1.5, Phase.WAIT).arriving
    assert told is not None
    assert told.exchange is first
    watched.progress.arriving = None
    assert watched.at(2.0).arriving is None


@pytest.mark.parametrize(
    ("transfer", "text"),
    [
        (
            Transfer(False, 12_400_000, 48_000_000, 4.0),
            "12.4 MB of 48.0 MB at 3.1 MB/s. About 11 s left.",
        ),
        (Transfer(False, 12_400_000, None, 4.0), "12.4 MB at 3.1 MB/s."),
        (Transfer(False, 0, 1000, 1.0), "0 B of 1.0 KB at 0 B/s."),
        (Transfer(False, 1000, 1000, 1.0), "1.0 KB of 1.0 KB at 1.0 KB/s."),
        (
            Transfer(True, 1_000_000, 601_000_000, 1.0),
            "1.0 MB of 601 MB at 1.0 MB/s. About 10 min 00 s left.",
        ),
    ],
)
def test_bytes_total_rate_and_time_left(transfer: Transfer, text: str) -> None:
    assert transfer_text(transfer) == text


def test_the_part_that_is_done() -> None:
    assert Transfer(False, 5, 10, 1).fraction == 0.5
    assert Transfer(False, 50, 10, 1).fraction == 1.0
    assert Transfer(False, 5, None, 1).fraction is None


def test_the_timer_runs_only_while_sending(pane: Pane) -> None:
    """P14: an idle window wakes up for nothing."""
    assert not pane.viewer._watch.running
    pane.viewer.show_sending(Progress())
    assert pane.viewer._watch.running
    pane.show(exchanges.order())
    assert not pane.viewer._watch.running
    pane.viewer.show_sending(Progress())
    pane.viewer.show_empty()
    assert not pane.viewer._watch.running


def test_the_response_before_is_dimmed_under_the_phase(pane: Pane) -> None:
    pane.show(exchanges.order())
    pane.viewer.show_sending(Progress(phase=Phase.WAIT))
    assert not pane.viewer.veil.isVisible()
    pane.qtbot.waitUntil(pane.viewer.veil.isVisible)
    assert pane.viewer.status.phase.text().startswith("Waiting for first byte, 0.")
    assert not pane.viewer.status.pill.isVisible()
    assert pane.viewer.veil.geometry() == pane.viewer.pages.rect()
    assert "ord_9f2c81d4" in pane.text()
    pane.show(exchanges.redirected())
    assert not pane.viewer.veil.isVisible()
    assert pane.viewer.status.pill.isVisible()


def test_the_first_send_shows_its_phase_alone(pane: Pane) -> None:
    pane.viewer.show_sending(Progress(phase=Phase.WAIT))
    pane.qtbot.waitUntil(pane.viewer.status.isVisible)
    assert pane.viewer.status.phase.isVisible()
    assert not pane.viewer.status.copy.isVisible()
    assert pane.viewer.empty.text.text() == ""
    pane.viewer.show_empty()
    assert pane.viewer.empty.text.text().startswith("Send the request")


def test_a_long_download_shows_a_bar_and_can_be_cancelled(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(announcing, "announce", lambda _widget, text, assertive: said.append(text))
    pane.show(exchanges.order())
    for done in (10, 30, 40, 80):
        state = SendState("Downloading, 2.0 s", Transfer(False, done, 100, 2.0))
        pane.viewer._on_progress(state)
    assert pane.viewer.pages.currentWidget() is pane.viewer.transfer
    assert pane.viewer.transfer.title.text() == "Downloading"
    assert pane.viewer.transfer.text.text() == "80 B of 100 B at 40 B/s."
    assert pane.viewer.transfer.line.value() == 800
    assert said == ["25 percent", "75 percent"]
    with pane.qtbot.waitSignal(pane.viewer.cancelRequested):
        pane.viewer.transfer.cancel.click()
    pane.show(exchanges.cancelled())
    assert pane.viewer.pages.currentWidget() is pane.body


def test_the_same_response_comes_back_when_a_send_was_refused(pane: Pane) -> None:
    exchange = exchanges.order()
    pane.show(exchange)
    pane.viewer._on_progress(SendState("Downloading, 2.0 s", Transfer(False, 1, 100, 2.0)))
    pane.viewer.show_exchange(exchange)
    assert pane.viewer.pages.currentWidget() is pane.body
    assert pane.viewer.status.pill.text() == "200 OK"
