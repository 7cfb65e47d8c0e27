"""Retries from the window to the wire and back."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from httpdesk.model.errors import Cancelled
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

BUSY = response(b'{"busy": true}', status="503 Service Unavailable")
DONE = response(b'{"done": true}')


def write(desk: Desk, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    desk.type(field, text)


def compose(desk: Desk, server: RawServer, most: str, delay: str) -> None:
    """Type a URL and its retries."""
    desk.type_url(f"http://127.0.0.1:{server.port}/jobs/7")
    desk.page.editor.pane.show_tab("options")
    retries = desk.page.editor.pane.options.retries
    write(desk, retries.most.line, most)
    write(desk, retries.delay.line, delay)


def start_and_wait(desk: Desk) -> None:
    """Click Send and wait until the wait for the second attempt is on screen."""
    status = desk.page.viewer.status
    desk.click(desk.page.editor.url_bar.send)
    wait_until(status.retry_now.isVisible, "the wait for the second attempt")
    assert status.phase.text().startswith("Attempt 2 of 4 starts in ")


def test_typed_retries_bring_the_answer(desk: Desk) -> None:
    """Statements 60, 61 and 70."""
    with RawServer(answering(BUSY, BUSY, DONE)) as server:
        compose(desk, server, "3", "20")
        desk.press_send()
        assert len(server.requests) == 3
    assert desk.status == "200 OK"
    assert desk.page.viewer.status.attempts.text() == "3 attempts"
    desk.click(desk.page.viewer.status.attempts)
    timeline = desk.page.viewer.timeline
    assert [row.title for row in timeline.hop_model.rows()] == [
        "Attempt 1",
        "Attempt 2",
        "Attempt 3",
    ]
    assert len(timeline.reasons.labels) == 2


@pytest.mark.parametrize("by", ["button", "command"])
def test_retry_now_begins_the_next_attempt(desk: Desk, by: str) -> None:
    """ui.md section 3.5: Retry now while waiting; principle 7: as a command too."""
    with RawServer(answering(BUSY, DONE)) as server:
        compose(desk, server, "3", "60000")
        start_and_wait(desk)
        if by == "button":
            desk.click(desk.page.viewer.status.retry_now)
        else:
            desk.trigger("retry-now")
        wait_until(lambda: desk.document.exchanges, "the answer")
        wait_until(lambda: '"done"' in desk.body, "the body on screen")
    wait = desk.exchange.attempts[0].wait
    assert wait is not None
    assert wait.skipped
    assert wait.elapsed_ms < 10_000


@pytest.mark.parametrize("by", ["button", "escape"])
def test_cancel_in_the_wait_ends_it_at_once(desk: Desk, by: str) -> None:
    """Statement 69: within 200 ms, nothing more is sent, recorded as cancelled."""
    with RawServer(answering(BUSY, DONE)) as server:
        compose(desk, server, "3", "60000")
        start_and_wait(desk)
        pressed = time.monotonic()
        if by == "button":
            desk.click(desk.page.viewer.status.cancel)
        else:
            desk.press(Qt.Key.Key_Escape)
        wait_until(lambda: desk.document.exchanges, "the end")
        assert time.monotonic() - pressed < 0.2
        assert len(server.requests) == 1
    assert isinstance(desk.exchange.error, Cancelled)
    wait_until(lambda: desk.status == "Cancelled", "the pill")


def test_retries_are_saved_and_come_back(qtbot: QtBot) -> None:
    """storage.md: reserved variables of the request's file."""
    with RawServer(answering(BUSY)) as server:
        with open_desk() as desk:
            compose(desk, server, "2", "10")
            desk.save_as("Job")
            before = desk.document.request.options
        with open_desk() as again:
            wait_until(lambda: again.document.saved is not None, "the file to be read")
            assert again.document.request.options == before
            assert (before.retry_max, before.retry_delay_ms) == (2, 10)
            again.press_send()
            assert len(server.requests) == 3
            assert again.status == "503 Service Unavailable"


def test_a_total_limit_is_told_in_the_window(desk: Desk) -> None:
    """Statement 67."""
    with RawServer(answering(BUSY)) as server:
        compose(desk, server, "9", "5000")
        options = replace(desk.document.request.options, total_timeout_ms=1000)
        desk.session.documents.edit(desk.document, replace(desk.document.request, options=options))
        desk.press_send()
        assert len(server.requests) == 1
    assert desk.status == "Timed out"
