"""A loopback server that records the exact bytes of each request and answers as it is told.

    with RawServer(answering(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")) as server:
        ...  # send something to 127.0.0.1:server.port
    assert server.requests == [b"GET / HTTP/1.1\\r\\n..."]

A behaviour is any function of a `Peer`, the server's end of one connection. It runs on a thread
of its own; leaving the `with` block ends all connections and waits for their threads.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STOP_SECONDS = 5.0


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock = sock
        self.stopping = stopping
        """Set when the server stops; wait on it instead of sleeping."""
        self._buffer = bytearray()

    def read_request(self) -> bytes:
        """Return the next request, head and body by Content-Length; empty at the end."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                return b""
        head_size = self._buffer.index(b"\r\n\r\n") + 4
        length = _LENGTH.search(self._buffer[:head_size])
        size = head_size + (int(length[1]) if length else 0)
        while len(self._buffer) < size:
            if not self._more():
                break
        request = bytes(self._buffer[:size])
        del self._buffer[:size]
        return request

    def send(self, data: bytes) -> None:
        """Send all of `data`."""
        self.sock.sendall(data)

    def wait_until_gone(self) -> None:
        """Return once the client has closed the connection, or the server stops."""
        while self._more():
            self._buffer.clear()

    def reset(self) -> None:
        """Close with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _more(self) -> bool:
        data = self.sock.recv(65536)
        self._buffer += data
        return bool(data)


Behaviour = Callable[["RecordingPeer"], None]


class RecordingPeer(Peer):
    """A peer whose requests the server remembers."""

    def __init__(self, sock: socket.socket, stopping: threading.Event, log: list[bytes]) -> None:
        super().__init__(sock, stopping)
        self._log = log

    def read_request(self) -> bytes:
        """Return the next request and record it."""
        request = super().read_request()
        if request:
            self._log.append(request)
        return request


class RawServer:
    """Listens on 127.0.0.1 while its `with` block runs; port 0 is any free one."""

    def __init__(
        self,
        behaviour: Behaviour,
        *,
        tls: ssl.SSLContext | None = None,
        receive_buffer: int | None = None,
        port: int = 0,
    ) -> None:
        self.requests: list[bytes] = []
        """The raw requests in the order they were read."""
        self.connections = 0
        """How many connections were accepted."""
        self._behaviour = behaviour
        self._tls = tls
        self._stopping = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        if receive_buffer is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        sockets = (self._listener, *self._sockets)
        for sock in sockets:
            _wake(sock)
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
        for sock in sockets:
            sock.close()
        assert not any(thread.is_alive() for thread in self._threads), "a server thread hangs"

    def refuse(self) -> None:
        """Listen no more: connections from now on are refused, those that are open go on."""
        _wake(self._listener)
        self._listener.close()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(sock)
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        try:
            if self._tls is not None:
                # The inner socket takes the descriptor over; the outer one is the one to end.
                sock = self._tls.wrap_socket(sock, server_side=True)
                self._sockets.append(sock)
            self._behaviour(RecordingPeer(sock, self._stopping, self.requests))
        except OSError:
            return  # The client has gone, or the server stops: both are usual.
        finally:
            sock.close()


class ClosedPort(RawServer):
    """A port of this machine at which nobody listens, and nobody else can begin to."""

    def __init__(self) -> None:
        super().__init__(closing(b""))
        self._listener.close()
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        return self


def _wake(sock: socket.socket) -> None:
    """End what a thread does with `sock`; for TLS the plain shutdown, which does not wait."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def answering(*answers: bytes) -> Behaviour:
    """Answer the n-th request with the n-th answer, the last one again and again.

    The connection stays open, so answers need a Content-Length.
    """
    lock = threading.Lock()
    left = list(answers)

    def behave(peer: RecordingPeer) -> None:
        while peer.read_request():
            with lock:
                answer = left.pop(0) if len(left) > 1 else left[0]
            peer.send(answer)

    return behave


def closing(answer: bytes) -> Behaviour:
    """Answer the first request of each connection and close it."""

    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(answer)

    return behave


def response(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole response with a Content-Length."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
