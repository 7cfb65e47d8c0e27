"""TLS with a server inside the TLS connection to a proxy."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import TypeVar

from urllib3.util.wait import wait_for_socket

_AT_ONCE = 64 * 1024

Result = TypeVar("Result")


class TlsOverTls:
    """A TLS connection over another one, with the methods of a socket that a connection uses.

    The outer socket never blocks; this waits for it in both directions at once, so that an answer
    is read even when the server has stopped reading. urllib3's `SSLTransport` loses what is left
    of a record when a `send` runs into its timeout, and an upload is sent in such slices.
    """

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str) -> None:
        self._outer = outer
        self._timeout = outer.gettimeout()
        outer.setblocking(False)
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._unsent = b""
        self._problem: OSError | None = None
        self._inner = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    # What a socket has

    def settimeout(self, seconds: float | None) -> None:
        """Limit each following call; 0 raises ssl.SSLWantReadError instead of waiting."""
        self._timeout = seconds

    def gettimeout(self) -> float | None:
        """Return the limit of a call in seconds."""
        return self._timeout

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._outer.fileno()

    def send(self, data: bytes | memoryview) -> int:
        """Take up to 64 KiB and return how many; raises TimeoutError when none could be taken.

        What was taken may still be on its way to the socket, as with any other one.
        """
        self._drain()
        return self._run(lambda: self._inner.write(memoryview(data)[:_AT_ONCE]))

    def sendall(self, data: bytes | memoryview) -> None:
        """Send all of `data`."""
        view = memoryview(data)
        while view:
            view = view[self.send(view) :]
        self._drain()

    def recv(self, size: int) -> bytes:
        """Return 1 to `size` bytes, empty at the end."""
        buffer = bytearray(size)
        return bytes(buffer[: self.recv_into(buffer)])

    def recv_into(self, buffer: bytearray | memoryview) -> int:
        """Fill the buffer as far as bytes are there; 0 at the end.

        Raises ssl.SSLEOFError where the connection was cut instead of closed.
        """
        return int(self._run(lambda: self._inner.read(len(buffer), buffer)))

    def pending(self) -> int:
        """Return how many bytes were received and not read, those still encrypted included."""
        return self._inner.pending() + self._incoming.pending

    def close(self) -> None:
        """Close both connections."""
        self._outer.close()

    # What a TLS socket has besides

    def do_handshake(self) -> None:
        """Shake hands with the server; raises ssl.SSLError or OSError."""
        try:
            self._run(self._inner.do_handshake)
        except ssl.SSLError:
            self._flush()  # The alert that tells the server why.
            raise

    @property
    def _sslobj(self) -> object:
        return getattr(self._inner, "_sslobj", None)

    def version(self) -> str | None:
        """Return the inner connection's version of TLS."""
        return self._inner.version()

    def cipher(self) -> tuple[str, str, int] | None:
        """Return the inner connection's cipher."""
        return self._inner.cipher()

    def selected_alpn_protocol(self) -> str | None:
        """Return what the server chose by ALPN."""
        return self._inner.selected_alpn_protocol()

    # Bytes between the two connections

    def _run(self, operation: Callable[[], Result]) -> Result:
        """Repeat `operation` until it needs no more bytes from the server."""
        limit = self._limit()
        while True:
            try:
                result = operation()
            except ssl.SSLWantReadError:
                self._flush()
                if not self._receive():
                    self._wait(limit, read=True)
            else:
                self._flush()
                return result

    def _drain(self) -> None:
        """Wait until all that was taken is on the socket."""
        limit = self._limit()
        while not self._flush():
            self._wait(limit, read=False)
        if self._problem is not None:
            raise self._problem

    def _flush(self) -> bool:
        """Hand on what the inner connection has written; false when some of it must wait."""
        self._unsent += self._outgoing.read()
        while self._unsent:
            try:
                count = self._outer.send(self._unsent)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return False
            except OSError as problem:
                # For the next `send`: an answer may have come before the end, and can be read.
                self._problem = problem
                self._unsent = b""
            else:
                self._unsent = self._unsent[count:]
        return True

    def _receive(self) -> bool:
        """Hand in what has arrived; false when that is nothing."""
        try:
            data = self._outer.recv(_AT_ONCE)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
        return True

    def _limit(self) -> float | None:
        return None if self._timeout is None else time.monotonic() + self._timeout

    def _wait(self, limit: float | None, *, read: bool) -> None:
        if self._timeout == 0:
            raise ssl.SSLWantReadError if read else ssl.SSLWantWriteError
        left = None if limit is None else max(0.0, limit - time.monotonic())
        if not wait_for_socket(self._outer, read, bool(self._unsent), left):
            raise TimeoutError("timed out")
