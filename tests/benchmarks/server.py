"""The other end of the benchmarks: answers `/<size>` with that many bytes, as fast as it can.

They are of every value, or with `/<size>?text` lines of text.

Prints its port and runs until it is killed. A process of its own, or it would share the
interpreter's lock with what is measured.
"""

from __future__ import annotations

import re
import socket
import sys
import threading

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_BLOCK = bytes(range(256)) * 4096
_LINES = (b"2026-11-22T08:00:00.000Z INFO  worker 7 finished order 1234567 in 184 ms\n" * 15000)[
    : 1 << 20
]


def serve(sock: socket.socket) -> None:
    """Answer the requests of one connection until it ends."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pending = b""
    with sock:
        while received := sock.recv(65536):
            pending += received
            while (end := pending.find(b"\r\n\r\n")) >= 0:
                pending = take_body(sock, pending, end + 4)
                size, _, kind = pending.split(b" ", 2)[1][1:].partition(b"?")
                answer(sock, int(size), _LINES if kind == b"text" else _BLOCK)
                pending = pending[end + 4 :]


def take_body(sock: socket.socket, pending: bytes, start: int) -> bytes:
    """Read the request's body and forget it; return what is left of `pending`."""
    length = _LENGTH.search(pending, 0, start)
    if length is None:
        return pending
    left = int(length[1]) - (len(pending) - start)
    if left < 0:
        return pending[:start] + pending[left:]
    buffer = memoryview(bytearray(1024 * 1024))
    while left > 0:
        count = sock.recv_into(buffer, min(left, len(buffer)))
        if not count:
            break
        left -= count
    return pending[:start]


def answer(sock: socket.socket, size: int, block: bytes) -> None:
    """Send one response with `size` bytes, `block` again and again."""
    head = b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\n"
    first = min(size, len(block))
    sock.sendall(head + b"Content-Length: %d\r\n\r\n" % size + block[:first])
    view = memoryview(block)
    left = size - first
    while left > 0:
        sock.sendall(view[:left])
        left -= len(view)


def main() -> None:
    """Listen on a free port of the loopback interface."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=serve, args=(sock,), daemon=True).start()


if __name__ == "__main__":
    main()
