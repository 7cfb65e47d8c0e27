"""What holds for every test: no outside settings, no noise, nothing left running."""

from __future__ import annotations

import gc
import logging
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

# A shell ignores Ctrl+C for what it starts in the background, and so would every program of a test.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Before the first Qt import: the suite needs no screen (tests that do start one of their own).
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

FOREIGN_SETTINGS = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "NETRC",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "SSLKEYLOGFILE",
)
"""Environment variables with which a machine could change what a request does."""

GARBAGE_LIMIT = 50_000
"""New objects after which a test's end is the time to collect."""


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder that holds one HTTPDESK_HOME for each test."""
    folder = tmp_path_factory.mktemp("homes")
    with pytest.MonkeyPatch.context() as patch:
        # QSettings and other users of the XDG folders stay out of the real ones too.
        patch.setenv("XDG_CONFIG_HOME", str(folder / "xdg-config"))
        patch.setenv("XDG_DATA_HOME", str(folder / "xdg-data"))
        for name in FOREIGN_SETTINGS:
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        patch.setenv("NETRC", str(folder / "no-netrc"))
        yield folder


@pytest.fixture(autouse=True)
def garbage_of_the_main_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect cycles on the main thread only, as the program does.

    A test's server threads would otherwise destroy the QObjects of an earlier test, on the wrong
    thread and with their timers running.
    """
    gc.disable()
    yield
    if gc.get_count()[0] > GARBAGE_LIMIT:
        gc.collect()


@pytest.fixture(autouse=True)
def httpdesk_home(
    homes: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give the test a per-user folder of its own; it does not exist yet."""
    home = homes / f"{id(request.node):x}-{request.node.name[:40].replace(os.sep, '_')}"
    monkeypatch.setenv("HTTPDESK_HOME", str(home))
    return home


class _LogRecorder(logging.Handler):
    """Keeps every record of WARNING or worse as 'logger: message'."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or worse, or does not log the one that it expects."""
    expected = [mark.args[0] for mark in request.node.iter_markers("expects_log")]
    recorder = _LogRecorder()
    root = logging.getLogger()
    root.addHandler(recorder)
    try:
        yield
    finally:
        root.removeHandler(recorder)
    surprises = [
        line for line in recorder.lines if not any(re.search(text, line) for text in expected)
    ]
    missing = [
        text for text in expected if not any(re.search(text, line) for line in recorder.lines)
    ]
    if surprises:
        pytest.fail("unexpected log lines:\n" + "\n".join(surprises), pytrace=False)
    if missing:
        pytest.fail(f"expected log lines that did not come: {missing}", pytrace=False)


@pytest.fixture(autouse=True)
def nothing_left_over(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test of the window that leaves a QThread running or a window open."""
    yield
    if "qapp" not in request.fixturenames:
        return
    threads = _running_threads()
    windows = _open_windows()
    if threads:
        pytest.fail(f"QThreads left running: {threads}", pytrace=False)
    if windows:
        pytest.fail(f"windows left open: {windows}", pytrace=False)


def _running_threads() -> list[str]:
    from PySide6.QtCore import QCoreApplication, QThread
    from shiboken6 import Shiboken

    application = QCoreApplication.instance()
    main_thread = application.thread() if application is not None else None
    return [
        repr(wrapper)
        for wrapper in Shiboken.getAllValidWrappers()
        if isinstance(wrapper, QThread) and wrapper != main_thread and wrapper.isRunning()
    ]


def _open_windows() -> list[str]:
    from PySide6.QtWidgets import QApplication

    return [repr(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible()]
