"""Who is running on a profile: each window holds a lock file for as long as it lives.

The system drops the lock of a program that ends, however it ends.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.adapters.file_lock import taken

_ENDING = ".lock"
_NAME = re.compile("[0-9a-f]{16}")
"""A damaged database can hold any."""


class Instance:
    """One running window among those that share the lock files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.id = os.urandom(8).hex()
        self._folder = folder
        self._handle: int | None = None

    def begin(self) -> None:
        """Be seen by the others from now on; raises FileUnwritable."""
        while self._handle is None:
            path = self._path(self.id)
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise atomic.unwritable(path, error) from error
            # Another start may have swept the file away before it was locked.
            if taken(handle) and _is_at(handle, path):
                self._handle = handle
            else:
                os.close(handle)

    def end(self) -> None:
        """Be gone for the others."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
            with suppress(OSError):
                self._path(self.id).unlink()

    def lives(self, other: str) -> bool:
        """Return whether another window is running; what a killed one left is swept away."""
        if not _NAME.fullmatch(other):
            return False
        path = self._path(other)
        try:
            handle = os.open(path, os.O_RDWR)
        except OSError:
            return False
        try:
            if not taken(handle):
                return True
        finally:
            os.close(handle)
        with suppress(OSError):
            path.unlink()
        return False

    def sweep(self) -> None:
        """Remove the lock files of windows that were killed before they had kept anything."""
        for path in self._folder.glob(f"*{_ENDING}"):
            if path.stem != self.id:
                self.lives(path.stem)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_ENDING}"


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False
