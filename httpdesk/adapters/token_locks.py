"""One renewal of a token at a time, across threads and programs (security.md R3, 8).

The system drops the lock of a program that ends, however it ends; the empty files stay.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from httpdesk.adapters.file_lock import taken_within
from httpdesk.adapters.turns import open_lock
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import SignInFailed, SignInReason

PATIENCE = 60.0
"""Seconds; a token call takes ten at most."""


class TokenLocks:
    """Implements `engine.connection_ports.TokenLocks` with a file for each name in `folder`."""

    def __init__(self, folder: Callable[[], Path], patience: float = PATIENCE) -> None:
        self._folder = folder
        self._patience = patience

    @contextmanager
    def hold(self, name: str, cancel: CancelToken) -> Iterator[None]:
        """Return a block that one holder of `name` is in at a time; raises SignInFailed."""
        handle = open_lock(self._folder(), name)
        try:
            self._wait(handle, cancel)
            yield
        finally:
            # Closing it gives the lock back.
            os.close(handle)

    def _wait(self, handle: int, cancel: CancelToken) -> None:
        cancelled = threading.Event()
        forget = cancel.on_cancel(cancelled.set)
        try:
            if not taken_within(handle, self._patience, cancelled):
                given_up = cancelled.is_set()
                reason = SignInReason.CANCELLED if given_up else SignInReason.BUSY
                raise SignInFailed(reason=reason)
        finally:
            forget()
