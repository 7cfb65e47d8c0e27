"""What this process leaves of its memory when something in it breaks: no secret (row 44, R6)."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any


def keep_memory_out_of_core_files() -> None:
    """Have a crash of the process leave no picture of its memory.

    Not by PR_SET_DUMPABLE: it would also take /proc/self from the portals that show file dialogs.
    """
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))


@contextmanager
def hidden_in_reports(hide: Callable[[str], str]) -> Iterator[None]:
    """Return a block in which Python's own reports go through `hide`.

    They are of the main thread, of other threads, and of what nobody can catch. An exception that
    leaves the block is reported behind it, so it goes on then.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook

    def report(
        kind: type[BaseException], error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if sys.stderr is not None and not issubclass(kind, SystemExit):
            sys.stderr.write(hide("".join(traceback.format_exception(kind, error, frames))))

    def unraisable(found: Any) -> None:
        report(found.exc_type, found.exc_value, found.exc_traceback)

    sys.excepthook = report
    threading.excepthook = lambda found: report(
        found.exc_type, found.exc_value, found.exc_traceback
    )
    sys.unraisablehook = unraisable
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = before


@contextmanager
def terminal_as_it_was() -> Iterator[None]:
    """Return a block behind which the terminal shows what is typed, if it did before.

    Whoever gives up at a question for a passphrase leaves the thread that reads it behind.
    """
    if sys.platform == "win32" or sys.stdin is None or sys.stdin.closed or not sys.stdin.isatty():
        yield
        return
    import termios

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
