"""Runs long work on bodies in processes beside the window, which has the interpreter to itself."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

from httpdesk.adapters import offload_child
from httpdesk.adapters.offload_child import END, FAILURE, FRAME, LENGTH, PIECE
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.offload_errors import OffloadFailed, OffloadFault
from httpdesk.model.response import BodyHandle
from httpdesk.render.rows import Stopped

PATIENCE_S = 20.0
"""Seconds without a piece after which work counts as endless."""
MOST_PROCESSES = 4
COPIED_AT_ONCE = 1024 * 1024
END_WITHIN_S = 2.0
PIPE_SIZE = 1024 * 1024
"""Bytes on their way at once, where the system lets us choose: fewer turns between processes."""
SHARES_FILES = hasattr(os, "pread")
"""Whether files can be handed over, and read by places."""

_KEPT_VARIABLES = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Of the environment, which holds secrets of others: what a process cannot do without."""


def child_command() -> list[str]:
    """Return what starts the process: a script, which finds the package by its own place."""
    return [sys.executable, "-I", str(Path(offload_child.__file__))]


class ProcessOffload:
    """The `Offload` port: keeps one process warm, and starts others for work at the same time."""

    def __init__(self, command: Callable[[], list[str]] = child_command) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._free = threading.Semaphore(MOST_PROCESSES)
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._closed = False

    def run(
        self,
        task: str,
        arguments: Mapping[str, object],
        body: BodyHandle,
        cancel: CancelToken,
        *,
        patience_s: float = PATIENCE_S,
    ) -> Iterator[bytes]:
        """Yield the pieces of the task's result as they come; see `engine.offload.Offload`."""
        header = {"task": task, "arguments": dict(arguments), "patience_s": patience_s}
        with self._turn(cancel), self._child(task) as child:
            forget = cancel.on_cancel(child.kill)
            try:
                child.send(header, body)
                yield from child.pieces(task)
            except HttpDeskError:
                if cancel.cancelled or self._closed:
                    raise Stopped from None
                raise
            finally:
                forget()
                child.is_ready = child.is_ready and not cancel.cancelled

    def close(self) -> None:
        """End all processes; work that is under way is stopped."""
        with self._lock:
            self._closed = True
            children = [*self._idle, *self._busy]
            self._idle.clear()
        for child in children:
            child.kill()
        for child in children:
            child.reap()

    @contextlib.contextmanager
    def _turn(self, cancel: CancelToken) -> Iterator[None]:
        """Wait until there are not too many processes at work."""
        while not self._free.acquire(timeout=0.05):
            if cancel.cancelled:
                raise Stopped
        try:
            yield
        finally:
            self._free.release()

    @contextlib.contextmanager
    def _child(self, task: str) -> Iterator[_Child]:
        """Give a process, which stays for the next task when this one came to its end."""
        child = self._taken(task)
        try:
            yield child
        finally:
            with self._lock:
                self._busy.discard(child)
                stays = child.is_ready and not self._idle and not self._closed
                if stays:
                    self._idle.append(child)
            if not stays:
                child.kill()
                child.reap()

    def _taken(self, task: str) -> _Child:
        with self._lock:
            if self._closed:
                raise Stopped
            child = self._idle.pop() if self._idle else None
        if child is not None and not child.lives:
            child.reap()
            child = None
        if child is None:
            child = _started(self._command(), task)
        with self._lock:
            self._busy.add(child)
        return child


class _Child:
    """One process and the ways to it."""

    def __init__(self, process: subprocess.Popen[bytes], way: _Way, results: IO[bytes]) -> None:
        self._process = process
        self._way = way
        self._results = results
        self.is_ready = True

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def send(self, header: dict[str, object], body: BodyHandle) -> None:
        """Send a task with its body: the file that holds it, or a copy; raises Stopped."""
        self.is_ready = False
        try:
            descriptor = _descriptor(body) if self._way.shares_files else None
            size = body.size
        except ValueError:
            raise Stopped from None
        try:
            head = json.dumps({**header, "size": size}).encode()
            self._way.write(LENGTH.pack(len(head)), descriptor)
            self._way.write(head)
            if descriptor is None:
                self._copy(body, size)
        except OSError as error:
            raise self._ended(str(header["task"])) from error
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def pieces(self, task: str) -> Iterator[bytes]:
        """Yield what comes back; raises OffloadFailed."""
        while True:
            kind, payload = self._frame()
            if kind == PIECE:
                yield payload
            elif kind == END:
                self.is_ready = True
                return
            elif kind == FAILURE:
                name = payload.decode()
                no_memory = name == MemoryError.__name__
                self.is_ready = not no_memory
                fault = OffloadFault.NO_MEMORY if no_memory else OffloadFault.BUG
                raise OffloadFailed(fault=fault, task=task, detail=name)
            else:
                raise self._ended(task)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def reap(self) -> None:
        """Wait for its end and give all back."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_WITHIN_S)
        self._way.close()
        self._results.close()

    def _copy(self, body: BodyHandle, size: int) -> None:
        offset = 0
        while offset < size:
            try:
                data = body.read_at(offset, min(COPIED_AT_ONCE, size - offset))
            except ValueError:
                raise Stopped from None
            self._way.write(data)
            offset += len(data)

    def _frame(self) -> tuple[bytes, bytes]:
        """Return the next frame; nothing when the process has ended."""
        try:
            head = self._results.read(FRAME.size)
            if len(head) < FRAME.size:
                return b"", b""
            kind, length = FRAME.unpack(head)
            payload = self._results.read(length)
        except (OSError, ValueError):
            return b"", b""  # closed on another thread
        return (kind, payload) if len(payload) == length else (b"", b"")

    def _ended(self, task: str) -> OffloadFailed:
        """Return why it ended by itself; 1 is how its own watch ends it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_WITHIN_S)
        status = self._process.returncode
        fault = OffloadFault.TOO_SLOW if status == 1 else OffloadFault.ENDED
        return OffloadFailed(fault=fault, task=task, detail=_status_name(status))


class _Way:
    """How tasks get to a process: a socket where one can carry files, else a pipe."""

    shares_files = False

    def write(self, data: bytes, descriptor: int | None = None) -> None:
        """Write all of `data`, and share a file with its first byte; raises OSError."""
        raise NotImplementedError

    def close(self) -> None:
        """Say that nothing more comes."""
        raise NotImplementedError


class _PipeWay(_Way):
    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def write(self, data: bytes, descriptor: int | None = None) -> None:
        self._pipe.write(data)
        self._pipe.flush()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._pipe.close()


class _SocketWay(_Way):
    shares_files = True

    def __init__(self) -> None:
        import socket

        self._ours, self.theirs = socket.socketpair()

    def write(self, data: bytes, descriptor: int | None = None) -> None:
        import socket

        if descriptor is not None:
            sent = socket.send_fds(self._ours, [data], [descriptor])
            data = data[sent:]
        self._ours.sendall(data)

    def close(self) -> None:
        self._ours.close()


def _started(command: list[str], task: str) -> _Child:
    """Start a process; raises OffloadFailed."""
    way = _SocketWay() if SHARES_FILES else None
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if way is None else way.theirs.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=PIPE_SIZE,
            env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
            cwd=os.path.abspath(os.sep),
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        if way is not None:
            way.close()
        raise OffloadFailed(
            fault=OffloadFault.NOT_STARTED, task=task, detail=os.strerror(error.errno or 0)
        ) from error
    finally:
        if way is not None:
            way.theirs.close()
    assert process.stdout is not None
    if way is not None:
        return _Child(process, way, process.stdout)
    assert process.stdin is not None
    return _Child(process, _PipeWay(process.stdin), process.stdout)


def _descriptor(body: BodyHandle) -> int | None:
    """Return a descriptor of our own of the file that holds a body, if there is one."""
    descriptor: Callable[[], int | None] | None = getattr(body, "descriptor", None)
    return None if descriptor is None else descriptor()


def _status_name(status: int | None) -> str:
    if status is None:
        return ""
    if status < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
    return f"exit status {status}"
