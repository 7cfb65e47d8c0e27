"""The sample server's socket and threads."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time

from httpdesk import __version__
from httpdesk.adapters.sample.connection import WireConnection
from httpdesk.adapters.sample.routes import Site
from httpdesk.adapters.sample.wire import Gone

MAX_CONNECTIONS = 256
_STOP_SECONDS = 1.0
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

_log = logging.getLogger(__name__)


class Listener:
    """Listens on 127.0.0.1 from the moment it is made; one thread a connection.

    At `port`, or at a free one when that is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self._socket = _bound(port)
        self._wake_reader, self._wake_writer = socket.socketpair()
        self.port: int = self._socket.getsockname()[1]
        hosts = (f"127.0.0.1:{self.port}", f"localhost:{self.port}")
        self._own_hosts = frozenset(hosts)
        self._site = Site(self.url)
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._stopping = False
        self._thread = threading.Thread(target=self._accept, name="sample-server", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Close everything; returns within about a second, whatever the clients do."""
        with self._lock:
            self._stopping = True
            threads = [self._thread, *self._connections.values()]
            for sock in self._connections:
                # The threads own their sockets; a shutdown wakes them and they close.
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        self._wake_writer.close()
        end = time.monotonic() + _STOP_SECONDS
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _accept(self) -> None:
        with self._socket, self._wake_reader, selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._wake_reader, selectors.EVENT_READ)
            while True:
                if any(key.fileobj is self._wake_reader for key, _ in selector.select()):
                    return
                # The client may be gone again between select and accept.
                with contextlib.suppress(OSError):
                    self._take(self._socket.accept()[0])

    def _take(self, sock: socket.socket) -> None:
        with self._lock:
            if not self._stopping and len(self._connections) < MAX_CONNECTIONS:
                thread = threading.Thread(
                    target=self._serve, args=(sock,), name="sample-connection", daemon=True
                )
                self._connections[sock] = thread
                thread.start()
                return
        with sock, contextlib.suppress(OSError):
            sock.sendall(_BUSY)

    def _serve(self, sock: socket.socket) -> None:
        try:
            connection = WireConnection(sock, self._own_hosts, f"HTTPDesk-sample/{__version__}")
            with contextlib.closing(connection):
                connection.serve(self._site.answer)
        except (Gone, OSError):
            _log.debug("a client left early")
        finally:
            with self._lock:
                self._connections.pop(sock, None)
            sock.close()


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError:
        return socket.create_server(("127.0.0.1", 0), backlog=128)
