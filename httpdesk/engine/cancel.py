"""A token that ends a send from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable


class CancelToken:
    """Set once, from any thread; hooks run once, on the thread that cancels."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._hooks: dict[int, Callable[[], None]] = {}
        self._next_hook = 0

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Cancel and run the hooks; later calls do nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            hooks = tuple(self._hooks.values())
        for hook in hooks:
            hook()

    def on_cancel(self, hook: Callable[[], None]) -> Callable[[], None]:
        """Run `hook` when cancelled, at once if that is past; return what takes it back."""
        with self._lock:
            if not self._event.is_set():
                key = self._next_hook
                self._next_hook += 1
                self._hooks[key] = hook
                return lambda: self._forget(key)
        hook()
        return lambda: None

    def wait(self, seconds: float) -> bool:
        """Wait up to `seconds`; return whether it was cancelled meanwhile."""
        return self._event.wait(seconds)

    def _forget(self, key: int) -> None:
        with self._lock:
            self._hooks.pop(key, None)
