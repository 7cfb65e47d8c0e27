"""How the program starts and ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.helpers.fault_server import fault_server


def run(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HTTPDESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_quit_when_ready_opens_the_window_and_ends_well(tmp_path: Path) -> None:
    done = run("-m", "httpdesk", "--quit-when-ready", home=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_wrong_command_line_is_told_in_words(tmp_path: Path) -> None:
    done = run("-m", "httpdesk", "--no-such-switch", home=tmp_path)
    assert done.returncode == 2
    assert "unknown option --no-such-switch" in done.stderr


CLOSED_WHILE_SENDING = """
import sys, time
from PySide6.QtCore import QTimer
from httpdesk.wiring import window_ports
from httpdesk.gui import session
from httpdesk.gui.application import WindowOptions, run_window
from httpdesk.model.request import Request

class Session(session.Session):
    def __init__(self, window):
        super().__init__(window)
        self.ready.connect(self.begin)

    def begin(self):
        self.documents.new(Request(url=sys.argv[1]))
        self.sending.sendStarted.connect(lambda *_: QTimer.singleShot(300, self.leave))
        self.requests.send()

    def leave(self):
        assert self.jobs.running, "the request is over already"
        global left
        left = time.monotonic()
        self.window.close()

session.Session = Session
status = run_window(window_ports(), WindowOptions())
print("left after", time.monotonic() - left, flush=True)
"""


def test_closing_with_a_request_running_ends_within_two_seconds(tmp_path: Path) -> None:
    with fault_server("silent") as server:
        done = run("-c", CLOSED_WHILE_SENDING, f"http://127.0.0.1:{server.port}/", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.rpartition(" ")[2]) < 2


def test_without_a_display_the_reason_is_told(tmp_path: Path) -> None:
    """Qt itself would abort the process."""
    environment = os.environ | {"HTTPDESK_HOME": str(tmp_path)}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "httpdesk"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 1
    assert "no display" in done.stderr
