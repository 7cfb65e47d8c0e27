"""The Qt application around the window: theme, signals of the system, our own bugs, the end."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from httpdesk.gui.demo import Demo
from httpdesk.gui.jobs import Crash
from httpdesk.gui.main_window import MainWindow
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.theme import ThemeManager


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
    application = make_application()
    themes = ThemeManager(ports.resources)
    themes.set_text_scale(ports.settings.text_size_percent / 100)
    themes.apply(application, ports.settings.theme)
    window = MainWindow(ports, themes)
    _own_up_to_bugs(window)
    stopper = _close_on_signals(window)
    demo = _follow(options, window)
    window.show()
    status = application.exec()
    del stopper
    status = demo.status if demo is not None else status
    if not window.threads_ended:
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


def _follow(options: WindowOptions, window: MainWindow) -> Demo | None:
    if options.folder is not None:
        folder = os.path.abspath(options.folder)
        window.ready.connect(lambda: window.workspace.open(folder))
    if options.demo is not None:
        demo = Demo(window, options.demo)
        window.ready.connect(demo.start)
        return demo
    if options.quit_when_ready:
        if options.folder is not None:
            window.workspace.collectionOpened.connect(lambda _: QTimer.singleShot(0, window.close))
        else:
            window.usable.connect(window.close)
    return None


def _own_up_to_bugs(window: MainWindow) -> None:
    def hook(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
        report = "".join(traceback.format_exception(kind, error, frames))
        sys.stderr.write(report)
        window.notices.crash(Crash(error, report))

    sys.excepthook = hook


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
