"""What this process leaves of its memory when something in it breaks: no secret (row 44, R6)."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
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


def hide_in_reports(hide: Callable[[str], str]) -> None:
    """Have Python's own reports, of threads and of what nobody can catch, go through `hide`."""

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
