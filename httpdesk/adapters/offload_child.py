"""The process beside the window: runs functions of `httpdesk.render` on the bodies that it is sent.

It is started as a script, isolated from the environment, and never by hand. Standard input brings
tasks, standard output takes the pieces of their results. It ends at the end of its input: when the
program ends, however that happens.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import json
import os
import re
import stat
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any

LENGTH = struct.Struct("!q")
FRAME = struct.Struct("!cq")
PIECE, END, FAILURE = b"+", b".", b"!"
MEMORY_LIMIT = 2 * 1024 * 1024 * 1024
"""Bytes of address space: a result may be a multiple of its body."""
KEPT_IN_MEMORY = 16 * 1024 * 1024
MOST_AT_ONCE = 1024 * 1024
STANDARD_INPUT, STANDARD_OUTPUT = 0, 1

_TASK = re.compile(r"[a-z_]+:[a-z_]+")


class SentBody:
    """A body as it was when the task was sent, by a file of its own or one that is shared."""

    def __init__(self, file: IO[bytes] | None, data: bytes, size: int) -> None:
        self._file = file
        self._data = data
        self.size = size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; shorter at the end."""
        length = max(0, min(length, self.size - offset))
        if self._file is None:
            return self._data[offset : offset + length]
        if hasattr(os, "pread"):
            # The place in the file is shared with the program.
            return os.pread(self._file.fileno(), length, offset)
        self._file.seek(offset)
        return self._file.read(length)

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()


def main() -> None:
    """Work on one task after the other until there are no more."""
    # The package lies two folders up, wherever that is; nothing else is on the path for it.
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    _limit_resources()
    channel = _Channel()
    while True:
        task = channel.receive()
        if task is None:
            return
        header, body = task
        with contextlib.closing(body):
            _work(header, body)


def _work(header: dict[str, Any], body: SentBody) -> None:
    """Send the pieces of one result, or why there is none."""
    watch = _Watch(header["patience_s"])
    try:
        for piece in _function(header["task"])(body, **header["arguments"]):
            watch.rest()
            _send(PIECE, piece)
            watch.begin()
    except OSError:
        raise SystemExit(1) from None  # nobody reads what we write
    except Exception as error:  # noqa: BLE001 - whatever it is, the program has to know
        watch.rest()
        _send(FAILURE, type(error).__name__.encode())
    else:
        watch.rest()
        _send(END, b"")


def _function(task: str) -> Callable[..., Iterator[bytes]]:
    if _TASK.fullmatch(task) is None:
        raise ValueError("no task")
    module, _, name = task.partition(":")
    function: Callable[..., Iterator[bytes]] = getattr(
        importlib.import_module(f"httpdesk.render.{module}"), name
    )
    return function


def _send(kind: bytes, payload: bytes) -> None:
    for data in (FRAME.pack(kind, len(payload)), payload):
        view = memoryview(data)
        while view:
            view = view[os.write(STANDARD_OUTPUT, view) :]


class _Watch:
    """Ends the process when a piece takes too long, also within one endless call."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._nowhere = open(os.devnull, "wb")  # noqa: SIM115 - it lives as long as the watch
        self.begin()

    def begin(self) -> None:
        """Count from now on."""
        faulthandler.dump_traceback_later(self._patience_s, exit=True, file=self._nowhere)

    def rest(self) -> None:
        """Count no longer: the program may be slow to read."""
        faulthandler.cancel_dump_traceback_later()


class _Channel:
    """Where tasks come from: a socket, which can hand files over, or a pipe where there is none."""

    def __init__(self) -> None:
        self._socket = None
        if stat.S_ISSOCK(os.fstat(STANDARD_INPUT).st_mode):
            import socket

            self._socket = socket.socket(fileno=STANDARD_INPUT)

    def receive(self) -> tuple[dict[str, Any], SentBody] | None:
        """Return the next task and its body; None when there will be none."""
        shared: list[int] = []
        head = self._read(LENGTH.size, shared)
        if len(head) < LENGTH.size:
            return None
        header = json.loads(self._read(LENGTH.unpack(head)[0]))
        if shared:
            return header, SentBody(open(shared[0], "rb", buffering=0), b"", header["size"])
        return header, self._copied(header["size"])

    def _copied(self, size: int) -> SentBody:
        if size <= KEPT_IN_MEMORY:
            return SentBody(None, self._read(size), size)
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - the body closes it
        left = size
        while left > 0:
            data = self._read(min(left, MOST_AT_ONCE))
            if not data:
                raise SystemExit(1)
            file.write(data)
            left -= len(data)
        return SentBody(file, b"", size)

    def _read(self, length: int, shared: list[int] | None = None) -> bytes:
        """Return that many bytes, fewer at the end of all; and the files that come with them."""
        pieces = []
        while length > 0:
            data = self._some(min(length, MOST_AT_ONCE), shared)
            if not data:
                break
            pieces.append(data)
            length -= len(data)
        return b"".join(pieces)

    def _some(self, length: int, shared: list[int] | None) -> bytes:
        if self._socket is None or shared is None:
            return os.read(STANDARD_INPUT, length)
        import socket

        data, files, _, _ = socket.recv_fds(self._socket, length, 1)
        shared += files
        return data


def _limit_resources() -> None:
    """Bound the memory, and leave no copy of it behind; where the system can do that."""
    with contextlib.suppress(ImportError):
        import resource

        limits = ((resource.RLIMIT_AS, MEMORY_LIMIT), (resource.RLIMIT_CORE, 0))
        for limit, most in limits:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))


if __name__ == "__main__":
    main()
