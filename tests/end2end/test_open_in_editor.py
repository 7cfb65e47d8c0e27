"""The text of a response as a file for an editor."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from tests.helpers.desk import open_desk, wait_until
from tests.helpers.raw_server import RawServer, answering, response


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note what the desktop is asked to open."""
    paths: list[Path] = []

    def note(url: QUrl) -> bool:
        paths.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    return paths


def test_a_text_is_opened_as_a_text_file_whatever_the_server_calls_it(
    qtbot: QtBot, opened: list[Path]
) -> None:
    """No program runs a text file: an active page or script is read, not opened."""
    body = b"<script>alert(1)</script>"
    head = ("Content-Type: text/html", 'Content-Disposition: attachment; filename="run.desktop"')
    with RawServer(answering(response(body, *head))) as server, open_desk() as desk:
        desk.type_url(f"http://127.0.0.1:{server.port}/page")
        desk.press_send()
        desk.trigger("response.editor")
        wait_until(lambda: opened, "the file")
        (path,) = opened
        assert (path.name, path.read_bytes()) == ("run.txt", body)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        # `app.main` does so when the window has closed.
        desk.window.ports.outside_files().close()
    assert not path.exists()


def test_other_bytes_are_not_given_to_an_editor(qtbot: QtBot, opened: list[Path]) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(20)
    with RawServer(answering(response(picture))) as server, open_desk() as desk:
        desk.type_url(f"http://127.0.0.1:{server.port}/picture")
        desk.press_send()
        desk.trigger("response.editor")
        wait_until(lambda: desk.session.jobs.running == 0, "the job")
    assert opened == []
