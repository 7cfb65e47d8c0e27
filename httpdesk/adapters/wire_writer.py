"""Writes one request to a socket as it stands, and looks meanwhile whether it is answered."""

from __future__ import annotations

import errno
import socket
import ssl
from contextlib import closing

from httpdesk.adapters.response_head import begins_final
from httpdesk.adapters.sending import Sending
from httpdesk.model.exchange import BodySource, body_size

_AT_ONCE = 64 * 1024
"""Up to this size a request is one `send` call; sockets take that much without waiting."""

_UPLOAD_SLICE = 0.25
"""Seconds between two looks whether the server answers instead of reading on."""

_EARLY_BYTES = 16 * 1024

_STOPPED_READING = (
    BrokenPipeError,
    ConnectionResetError,
    ConnectionAbortedError,
    ssl.SSLEOFError,
)


class WireWriter:
    """Sends the head and the body of the current request over one socket."""

    def __init__(self, sock: socket.socket, sending: Sending) -> None:
        self._socket = sock
        self._sending = sending

    def write_request(self) -> None:
        """Send it whole, or as far as the server reads; it may answer before the end.

        Raises SourceChangedError, OSError, Cancelled or TimedOut.
        """
        sending = self._sending
        body = sending.request.body or b""
        size = sending.progress.bytes_to_send = body_size(body)
        try:
            if size <= _AT_ONCE:
                self._write(sending.head + _whole(body), None)
            else:
                self._write(sending.head, None)
                self._write_pieces(body)
        except _STOPPED_READING as error:
            # The server may have answered before it stopped reading: look for that first.
            sending.check()
            sending.upload_error = error

    def _write_pieces(self, body: bytes | BodySource) -> None:
        if isinstance(body, bytes):
            self._write(body, _UPLOAD_SLICE)
            return
        with closing(body.chunks()) as chunks:
            for chunk in chunks:
                self._write(chunk, _UPLOAD_SLICE)

    def _write(self, data: bytes | memoryview, time_slice: float | None) -> None:
        sending = self._sending
        view = memoryview(data)
        while view:
            self._set_timeout(time_slice)
            try:
                count = self._socket.send(view[: 4 * _AT_ONCE])
            except TimeoutError as error:
                sending.check()
                if self._has_answered():
                    raise BrokenPipeError(errno.EPIPE, "not read to its end") from error
                continue
            sending.note_written(view[:count])
            view = view[count:]
            sending.check()

    def _has_answered(self) -> bool:
        """Look, without waiting, whether the final answer is there before the upload's end.

        Only bytes of the answer count: with TLS session tickets make the socket readable too.
        """
        self._socket.settimeout(0)
        try:
            received: bytes = self._socket.recv(_EARLY_BYTES)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        self._sending.early_answer += received
        return not received or begins_final(self._sending.early_answer)

    def _set_timeout(self, time_slice: float | None) -> None:
        sending = self._sending
        left = sending.remaining() if time_slice is None else sending.remaining_up_to(time_slice)
        self._socket.settimeout(left)


def _whole(body: bytes | BodySource) -> bytes:
    """Return a small body; each chunk is copied before the next one takes its place."""
    return body if isinstance(body, bytes) else b"".join(map(bytes, body.chunks()))
