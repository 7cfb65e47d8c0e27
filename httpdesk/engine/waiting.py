"""The pause between two attempts: ended by time, by the user, or by a cancel."""

from __future__ import annotations

import threading
import time
from enum import Enum

from httpdesk.engine.cancel import CancelToken


class WaitEnd(Enum):
    """What ended a wait."""

    ELAPSED = "elapsed"
    OPENED = "opened"
    """"Retry now"."""
    CANCELLED = "cancelled"


class RetryGate:
    """Holds one send back between its attempts; any thread may open it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._opened = False

    def wait(self, seconds: float, cancel: CancelToken) -> WaitEnd:
        """Wait for `seconds`, never less unless it is opened or cancelled; say what ended it."""
        with self._lock:
            # What was asked for before this wait is not for this wait.
            self._wake.clear()
            self._opened = False
        forget = cancel.on_cancel(self._wake.set)
        try:
            self._sleep(seconds)
        finally:
            forget()
        if cancel.cancelled:
            return WaitEnd.CANCELLED
        return WaitEnd.OPENED if self._opened else WaitEnd.ELAPSED

    def open(self) -> None:
        """Let the next attempt begin at once; nothing happens while there is no wait."""
        with self._lock:
            self._opened = True
            self._wake.set()

    def _sleep(self, seconds: float) -> None:
        # An event may wake a moment early; an attempt must not start before its time.
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._wake.wait(left):
                return
