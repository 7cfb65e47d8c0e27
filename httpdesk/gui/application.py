"""The Qt application around the window: theme, signals of the system, our own bugs, the end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from httpdesk.gui.main_window import MainWindow
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.theme import ThemeManager

if TYPE_CHECKING:
    from httpdesk.gui.demo import Demo
    from httpdesk.gui.session import Session


SWITCH_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the command line asks of the window."""

    folder: str | None = None
    """A collection to open."""
    quit_when_ready: bool = False
    """Quit as soon as the window is painted and usable; for measuring the start."""
    demo: str | None = None
    """Do the main job by itself and leave a screenshot at this path."""


def run_window(ports: WindowPorts, options: WindowOptions) -> int:
    """Show the window and return the exit status when it is closed."""
    # So often does a worker in pure Python let go of the interpreter; calls into Qt wait for it.
    sys.setswitchinterval(SWITCH_SECONDS)
    application = make_application()
    themes = ThemeManager(ports.resources)
    themes.set_text_scale(ports.settings.text_size_percent / 100)
    themes.apply(application, ports.settings.theme)
    window = MainWindow(ports, themes)
    life = _Life(window, options)
    stopper = _close_on_signals(window)
    window.show()
    status = application.exec()
    del stopper
    status = life.status(status)
    if not life.threads_ended:
        # A worker is stuck in a call that nothing interrupts; destroying its thread would abort.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def make_application() -> QApplication:
    """Return the application with its names set."""
    QGuiApplication.setDesktopFileName("httpdesk")
    application = QApplication(sys.argv[:1])
    application.setApplicationName("HTTPDesk")
    return application


class _Life:
    """Begins the window's session after its first paint, and does what the options ask."""

    def __init__(self, window: MainWindow, options: WindowOptions) -> None:
        self._window = window
        self._options = options
        self._session: Session | None = None
        self._demo: Demo | None = None
        window.painted.connect(self._begin)

    @property
    def threads_ended(self) -> bool:
        """Whether every worker came back."""
        return self._session is None or self._session.threads_ended

    def status(self, status: int) -> int:
        """Return the exit status of the process."""
        return self._demo.status if self._demo is not None else status

    def _begin(self) -> None:
        from httpdesk.gui.session import Session

        session = self._session = Session(self._window)
        sys.excepthook = _hook_for(session)
        if self._options.demo is not None:
            from httpdesk.gui.demo import Demo

            self._demo = Demo(session, self._options.demo)
            session.ready.connect(self._demo.start)
        elif self._options.folder is not None:
            self._open(session, os.path.abspath(self._options.folder))
        elif self._options.quit_when_ready:
            self._window.close()
            return
        session.begin()

    def _open(self, session: Session, folder: str) -> None:
        session.ready.connect(lambda: session.workspace.open(folder))
        if self._options.quit_when_ready:
            session.workspace.collectionOpened.connect(
                lambda _: QTimer.singleShot(0, self._window.close)
            )


def _hook_for(session: Session) -> Callable[..., None]:
    """Return the hook that owns up to a bug of ours on the UI thread."""

    def hook(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
        import traceback

        from httpdesk.gui.jobs import Crash

        crash = Crash(error, "".join(traceback.format_exception(kind, error, frames)))
        sys.stderr.write(session.crashes.hidden(crash.report))
        session.crashes.tell(crash)

    return hook


def _close_on_signals(window: MainWindow) -> QObject | None:
    """Close the window, drafts kept, on Ctrl+C in the terminal or when the session ends."""
    if sys.platform == "win32":
        return None
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    os.set_blocking(read_end, False)
    signal.set_wakeup_fd(write_end)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    notifier = QSocketNotifier(read_end, QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: window.close())
    return notifier
