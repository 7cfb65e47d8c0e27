"""The Log tab: how it is had, what it shows, and that nothing secret is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from httpdesk.engine.masking import MASK
from httpdesk.model.request import Header
from tests.helpers.desk import Desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response

SECRET = "pl4nted-s3cret"


@pytest.fixture
def server() -> Iterator[RawServer]:
    answer = response(
        f'{{"access_token": "{SECRET}", "n": 1.10}}'.encode(),
        "Content-Type: application/json",
        "Set-Cookie: sid=c00kie-77",
    )
    with RawServer(answering(answer)) as server:
        yield server


def log_text(desk: Desk) -> str:
    """Show the Log tab and return its text, once all of it is there."""
    log = desk.page.viewer.log
    desk.trigger("response-tab.6")
    wait_until(lambda: log.save.isEnabled() and not log.fill.busy, "the log")
    return log.editor.toPlainText()


def test_a_request_that_is_not_debugged_says_how_to_have_a_log(
    desk: Desk, server: RawServer
) -> None:
    """Statement 75; the link leads to the switch, and the next send is logged."""
    desk.type_url(f"http://127.0.0.1:{server.port}/a?x=1")
    desk.press_send()
    desk.trigger("response-tab.6")
    log = desk.page.viewer.log
    assert log.stack.currentWidget() is log.off
    assert log.off.text.text() == "Nothing was logged: Debug request is off."
    log.off.action.click()
    debug = desk.page.editor.pane.options.debug
    assert desk.page.editor.pane.tabs.current == "options"
    assert debug.hasFocus()
    desk.press(Qt.Key.Key_Space)
    assert desk.document.request.options.debug
    desk.press_send()
    text = log_text(desk)
    assert "Z info attempt 1\n> GET /a?x=1 HTTP/1.1\n> Host: 127.0.0.1" in text
    assert "\n< HTTP/1.1 200 OK\n< Content-Type: application/json\n" in text
    assert log.summary.text() == "1 attempt, credentials hidden"


def test_the_log_has_no_secret_and_can_be_copied_and_saved(
    desk: Desk, server: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statement 76: on screen, on the clipboard and in the file."""
    desk.type_url(f"http://127.0.0.1:{server.port}/?api_key=key-1234&q={SECRET}")
    editor = desk.page.editor
    editor.pane.show_tab("options")
    editor.pane.options.debug.click()
    editor.pane.show_tab("headers")
    headers = (Header("Authorization", f"Bearer {SECRET}"), Header("Cookie", "own=b1scuit-7"))
    desk.session.documents.edit(desk.document, replace(desk.document.request, headers=headers))
    desk.press_send()
    text = log_text(desk)
    target = tmp_path / "a.log"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    desk.page.viewer.log.copy.click()
    desk.page.viewer.log.save.click()
    wait_until(target.exists, "the saved log")
    assert QGuiApplication.clipboard().text() == target.read_text() == text
    for secret in (SECRET, "key-1234", "b1scuit-7", "c00kie-77"):
        assert secret.encode() in server.requests[0] + b"c00kie-77"
        assert secret not in text
    assert text.count(MASK) >= 5
    assert '"n": 1.10' in text


def test_a_failure_is_logged_with_its_stage(desk: Desk) -> None:
    """Statements 71 and 75."""
    with RawServer(answering(b"")) as server:
        port = server.port
    desk.type_url(f"http://127.0.0.1:{port}/")
    desk.page.editor.pane.show_tab("options")
    desk.page.editor.pane.options.debug.click()
    desk.press_send()
    assert desk.page.viewer.tab_keys() == ["error", "timeline", "tls", "log"]
    desk.page.viewer.select_tab("log")
    log = desk.page.viewer.log
    wait_until(lambda: "! ConnectionRefused in connect" in log.editor.toPlainText(), "the failure")
