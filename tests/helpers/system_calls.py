"""Does something in place of the n-th call with which a program changes files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CALLS = (
    *("open", "fchmod", "write", "fsync", "close", "replace", "rename", "link", "unlink"),
    *("remove", "mkdir", "rmdir", "utime", "chmod"),
)


EVERY = -1
"""In place of a number: all calls."""


class Intruder:
    """Counts the calls, and does `act` before the one with the number `at`; None only counts."""

    def __init__(self, at: int | None, act: Callable[[], object]) -> None:
        self.names: list[str] = []
        self._at = at
        self._act = act

    def call(self, name: str) -> None:
        """Note that a call comes; the act may raise in its place."""
        self.names.append(name)
        if self._at in {EVERY, len(self.names) - 1}:
            self._act()


def nothing() -> None:
    """Only count."""


@contextmanager
def intruding(at: int | None = None, act: Callable[[], object] = nothing) -> Iterator[Intruder]:
    """Return a block in which every call of the list goes through an intruder."""
    intruder = Intruder(at, act)
    real = {name: getattr(os, name) for name in CALLS if hasattr(os, name)}
    written: set[int] = set()

    def opened(path: Any, flags: int, *args: Any, **keywords: Any) -> int:
        if not flags & (os.O_WRONLY | os.O_RDWR):
            return int(real["open"](path, flags, *args, **keywords))
        intruder.call("open")
        handle = int(real["open"](path, flags, *args, **keywords))
        written.add(handle)
        return handle

    def closed(handle: int) -> None:
        # A file is closed also where that fails.
        real["close"](handle)
        if handle in written:
            written.discard(handle)
            intruder.call("close")

    def through(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def intruded(*args: Any, **keywords: Any) -> Any:
            intruder.call(name)
            return call(*args, **keywords)

        known: dict[str, Callable[..., Any]] = {"open": opened, "close": closed}
        return known.get(name, intruded)

    for name, call in real.items():
        setattr(os, name, through(name, call))
    try:
        yield intruder
    finally:
        for name, call in real.items():
            setattr(os, name, call)
