"""Ports for work on large bodies: a process beside the window, and bytes of our own on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from httpdesk.engine.cancel import CancelToken
from httpdesk.model.response import BodyHandle


class Offload(Protocol):
    """Runs functions of `httpdesk.render` in a process of its own.

    A C call on more than about 1 MB of JSON or text holds the interpreter, and with it the window,
    however many threads there are; so does pure Python that never rests.
    """

    def run(
        self,
        task: str,
        arguments: Mapping[str, object],
        body: BodyHandle,
        cancel: CancelToken,
        *,
        patience_s: float = 20.0,
    ) -> Iterator[bytes]:
        """Yield the pieces of the task's result as they come; belongs on a worker.

        `task` is `module:function` below `httpdesk.render`, called there as
        `function(body, **arguments)` and giving an iterator of bytes; `arguments` are what JSON can
        say. The body is the one of this moment: what arrives later is not seen there. Work that
        yields nothing for `patience_s` seconds counts as endless and is ended; empty pieces show
        that it goes on. Raises `render.rows.Stopped` when cancelled or when the body is given back
        before, and OffloadFailed when the process ended by itself.
        """

    def close(self) -> None:
        """End all processes; work that is under way is stopped."""


class Scratch(BodyHandle, Protocol):
    """Bytes of our own that are kept where bodies are: in memory, or in an unnamed file."""

    def write(self, chunk: bytes) -> None:
        """Append a chunk; raises StorageFailed."""
