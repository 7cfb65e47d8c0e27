"""The test server inside the program, for trying it offline and for its own tests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpdesk.adapters.sample.listener import Listener


class LocalSampleServer:
    """Answers on a random port of 127.0.0.1 while started; implements `ports.SampleServer`.

    Nothing is imported or bound before `start`, so owning one costs nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listener: Listener | None = None

    def start(self) -> str:
        """Start if it is not running; return its base URL, such as `http://127.0.0.1:41234`."""
        from httpdesk.adapters.sample.listener import Listener

        with self._lock:
            if self._listener is None:
                self._listener = Listener()
            return self._listener.url

    def stop(self) -> None:
        """Stop it within about a second; nothing happens when it is not running."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
