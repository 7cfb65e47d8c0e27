"""Reads lines and chunks off a socket, within the deadline and the cancel token of a send."""

from __future__ import annotations

import socket

from httpdesk.adapters.sending import Sending
from httpdesk.adapters.tls_ends import was_cut

CHUNK = 256 * 1024
"""Bytes asked from the socket at once for a body; measured as the best size."""

_HEAD_BUFFER = 16 * 1024


class LineTooLong(Exception):
    """No end of line within the limit; `start` holds the line's first bytes."""

    def __init__(self, start: bytes) -> None:
        super().__init__()
        self.start = start


class WireReader:
    """A buffer in front of one response, with `early` bytes of it in it already.

    The buffer is small while the head is read and grows for a large body.
    """

    def __init__(self, sock: socket.socket, sending: Sending, early: bytes = b"") -> None:
        self._socket = sock
        self._sending = sending
        self._buffer = bytearray(early or _HEAD_BUFFER)
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = len(early)
        self.cut_off = False
        """Whether TLS ended without the word that this is the end."""
        sending.bytes_read += len(early)

    @property
    def buffered(self) -> int:
        """Bytes that were received and not read yet."""
        return self._end - self._start

    @property
    def holds_more(self) -> bool:
        """Whether bytes were received and not read, also by TLS, which a poll does not tell."""
        pending = getattr(self._socket, "pending", None)
        return self.buffered > 0 or (pending is not None and pending() > 0)

    def peek(self) -> bytes:
        """Return what is in the buffer; waits for at least one byte, empty at the end."""
        if not self.buffered:
            self._fill()
        return self.unread()

    def unread(self) -> bytes:
        """Return what is in the buffer, without waiting."""
        return bytes(self._view[self._start : self._end])

    def read_line(self, limit: int) -> bytes:
        """Return the bytes up to and with the next LF, or to the end of the stream.

        Raises LineTooLong when there is no LF within `limit` bytes.
        """
        pieces: list[bytes] = []
        complete = False
        while not complete and (self.buffered or self._fill()):
            piece, complete = self._take_to_line_end()
            pieces.append(piece)
            limit -= len(piece)
            if limit < 0:
                raise LineTooLong(pieces[0])
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def read(self, limit: int) -> memoryview:
        """Return 1 to `limit` bytes, empty at the end; valid until the next call."""
        if not self.buffered:
            self._fill(limit)
        start = self._start
        self._start = min(self._end, start + limit)
        return self._view[start : self._start]

    def _take_to_line_end(self) -> tuple[bytes, bool]:
        found = self._buffer.find(b"\n", self._start, self._end) + 1
        stop = found or self._end
        piece = bytes(self._view[self._start : stop])
        self._start = stop
        return piece, bool(found)

    def _end_of(self, error: OSError) -> int:
        """Return 0 for a connection that was cut; raises what else the error means."""
        if was_cut(error):
            self.cut_off = True
            return 0
        self._sending.check()
        if isinstance(error, TimeoutError) and error.errno is None:
            raise self._sending.timed_out() from error
        raise error

    def _fill(self, wanted: int = _HEAD_BUFFER) -> int:
        """Receive once into the empty buffer; 0 at the end of the stream.

        Raises OSError, Cancelled or TimedOut.
        """
        if wanted > len(self._view):
            self._buffer = bytearray(min(wanted, CHUNK))
            self._view = memoryview(self._buffer)
        sending = self._sending
        left = sending.remaining()
        if left is not None:
            self._socket.settimeout(left)
        try:
            received = self._socket.recv_into(self._view)
        except OSError as error:
            received = self._end_of(error)
        if not received:
            # A cancelled connection ends like a complete one.
            sending.check()
        self._start, self._end = 0, received
        sending.bytes_read += received
        return received
