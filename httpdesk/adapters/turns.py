"""One change of a folder at a time, across threads, windows and the command line.

Without it two programs could both find the file that they had read, and both write over it. The
system drops the lock of a program that ends, however it ends; the empty files stay.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from httpdesk.adapters import atomic
from httpdesk.adapters.file_lock import taken_within
from httpdesk.model.errors import FileUnwritable, StorageFailed

PATIENCE = 10.0
"""Seconds; a save takes milliseconds, a copy of a large folder may take one."""
BUSY = "another window or program is changing it"
"""The detail of FileUnwritable when the turn does not come."""

Method = TypeVar("Method", bound=Callable[..., Any])


def open_lock(folder: Path, name: str) -> int:
    """Return the open lock file of a name, made if needed; raises StorageFailed."""
    path = folder / f"{sha256(name.encode(errors='surrogatepass')).hexdigest()[:32]}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise atomic.unwritable(path, error) from error


class Turns:
    """Gives turns by lock files in `folder`."""

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self._folder = folder
        self._patience = patience

    @contextmanager
    def of(self, root: str) -> Iterator[None]:
        """Return a block in which nobody else changes the folder; raises FileUnwritable.

        Where no lock file can be made the block is entered all the same: a profile that cannot be
        written must not keep collections from being saved.
        """
        try:
            # Where "" is the workspace it is so from whichever folder a program was started.
            place = os.path.realpath(root) if root else ""
            handle = open_lock(self._folder, f"folder\n{place}")
        except StorageFailed:
            yield
            return
        try:
            if not taken_within(handle, self._patience):
                raise FileUnwritable(path=root, detail=BUSY)
            yield
        finally:
            # Closing it gives the lock back, also where the system complains about it.
            with suppress(OSError):
                os.close(handle)


class HasTurns(Protocol):
    """A store whose changes take turns."""

    turns: Turns


def in_turn(method: Method) -> Method:
    """Let a method of a store take its turn at the folder.

    The folder is its first argument, or the `root` of that.
    """

    @functools.wraps(method)
    def wrapped(store: HasTurns, first: Any, *more: Any, **named: Any) -> Any:
        root = first if isinstance(first, str) else first.root
        with store.turns.of(root or ""):
            return method(store, first, *more, **named)

    return cast("Method", wrapped)
