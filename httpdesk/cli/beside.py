"""Work on a thread of its own, so that the main thread can be interrupted by Ctrl+C."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TextIO, TypeVar

Value = TypeVar("Value")
_SLICE = 0.5
"""Seconds; a wait without an end cannot be interrupted on Windows."""


class Beside(Generic[Value]):
    """Runs `work` at once."""

    def __init__(self, work: Callable[[], Value]) -> None:
        self._work = work
        self._values: list[Value] = []
        self._failure: BaseException | None = None
        self._done = threading.Event()
        threading.Thread(target=self._run, name="work", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Return whether it has ended, within this time."""
        return self._done.wait(seconds)

    def result(self) -> Value:
        """Return what the work gave, once it has ended; raises what it raised."""
        while not self._done.wait(_SLICE):
            continue
        if self._failure is not None:
            raise self._failure
        return self._values[0]

    def _run(self) -> None:
        try:
            self._values.append(self._work())
        except BaseException as failure:  # noqa: BLE001  the waiting thread raises it
            self._failure = failure
        finally:
            self._done.set()


def countdown(
    work: Beside[Value],
    end: Callable[[], float | None],
    stderr: TextIO | None,
    between: Callable[[], object] = bool,
) -> None:
    """Wait for the work; on a terminal one line says how much time is left.

    `end` gives the time by `time.monotonic` at which that is over; None shows nothing. `between` is
    called again and again meanwhile.
    """
    shows = stderr is not None and not stderr.closed and stderr.isatty()
    while not work.wait(_SLICE):
        between()
        until = end()
        if shows and stderr is not None and until is not None:
            left = max(0, round(until - time.monotonic()))
            stderr.write(f"\r{left // 60}:{left % 60:02} left ")
            stderr.flush()
    if shows and stderr is not None and end() is not None:
        stderr.write("\r")
