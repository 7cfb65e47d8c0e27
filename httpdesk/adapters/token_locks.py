"""One renewal of a token at a time, across threads and programs (security.md R3, 8).

The system drops the lock of a program that ends, however it ends; the empty files stay.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.adapters.file_lock import taken_within
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
        handle = self._open(name)
        try:
            self._wait(handle, cancel)
            yield
        finally:
            # Closing it gives the lock back.
            os.close(handle)

    def _open(self, name: str) -> int:
        folder = self._folder()
        path = folder / f"{sha256(name.encode()).hexdigest()[:32]}.lock"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise atomic.unwritable(path, error) from error

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
