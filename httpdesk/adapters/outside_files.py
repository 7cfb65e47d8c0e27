"""Copies of bodies for other programs, in a folder of our own that goes with us."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator

from httpdesk.adapters.files import LocalFiles
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import FileUnwritable


class OutsideFiles:
    """Writes files that only their owner can read, each in a folder of its own."""

    def __init__(self) -> None:
        self._folder = ""
        self._lock = threading.Lock()

    def put(self, name: str, pieces: Iterator[bytes], cancel: CancelToken) -> str:
        """Write a file and return its path; raises FileUnwritable or DiskFull.

        A cancelled one leaves nothing behind.
        """
        path = os.path.join(self._new_folder(), name)
        file = LocalFiles().create(path)
        try:
            for piece in pieces:
                if cancel.cancelled:
                    return ""
                file.write(piece)
            file.commit()
        finally:
            file.discard()
        os.chmod(path, 0o600)
        return path

    def close(self) -> None:
        """Remove all copies; what another program holds open stays its own concern."""
        with self._lock:
            if self._folder:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = ""

    def _new_folder(self) -> str:
        """Make a folder, which is private on every system (0700)."""
        with self._lock:
            try:
                if not self._folder:
                    self._folder = tempfile.mkdtemp(prefix="httpdesk-")
                return tempfile.mkdtemp(dir=self._folder)
            except OSError as error:
                detail = os.strerror(error.errno) if error.errno else ""
                raise FileUnwritable(path=tempfile.gettempdir(), detail=detail) from error
