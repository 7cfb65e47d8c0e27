"""The test server inside the program, for trying it offline and for its own tests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpdesk.adapters.sample.listener import Listener

SAMPLE_PORT = 27473
"""Where it is found unless the port is taken: below the ports that systems give away by chance."""


class LocalSampleServer:
    """Answers on 127.0.0.1 while started; implements `ports.SampleServer`.

    At `port` if that is free, else at another; 0 lets the system choose. Nothing is imported or
    bound before `start`, so owning one costs nothing.
    """

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._lock = threading.Lock()
        self._listener: Listener | None = None

    def start(self) -> str:
        """Start if it is not running; return its base URL, such as `http://127.0.0.1:41234`."""
        from httpdesk.adapters.sample.listener import Listener

        with self._lock:
            if self._listener is None:
                self._listener = Listener(self._port)
            return self._listener.url

    def start_for(self, url: str) -> None:
        """Start when `url` is at its port: a browser may be its first caller."""
        if f"{url}/".startswith(f"http://127.0.0.1:{self._port}/"):
            self.start()

    def stop(self) -> None:
        """Stop it within about a second; nothing happens when it is not running."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
