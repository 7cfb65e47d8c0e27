"""Where a body goes while it arrives: memory up to a bound, then one unnamed temporary file."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO

from httpdesk.model.errors import DiskFull, FileUnwritable, StorageFailed

MEMORY_LIMIT = 8 * 1024 * 1024
"""Bytes that stay in memory; measured as the best bound for speed and footprint."""

Chunk = bytes | bytearray | memoryview

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class BodySpool:
    """Takes chunks in order and can be read at any place while it grows; a `BodyHandle`.

    The file is readable by its owner only and has no name where the system allows that, so
    nothing of it is left when the program ends, however it ends.
    """

    def __init__(self, folder: Path | None = None, memory_limit: int = MEMORY_LIMIT) -> None:
        self._folder = folder
        self._memory_limit = memory_limit
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0
        self._closed = False
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """The number of bytes written so far."""
        return self._size

    @property
    def in_file(self) -> bool:
        """Whether the bytes have moved from memory to the temporary file."""
        return self._file is not None

    def write(self, chunk: Chunk) -> None:
        """Append a chunk; raises DiskFull or FileUnwritable, keeping what was written before."""
        view = memoryview(chunk)
        with self._lock:
            self._check_open()
            try:
                self._append(view)
            except OSError as error:
                raise self._storage_error(error, len(view)) from error

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; raises ValueError once closed."""
        with self._lock:
            self._check_open()
            length = max(0, min(length, self._size - offset))
            if self._file is None:
                return bytes(memoryview(self._memory)[offset : offset + length])
            return _read_file(self._file, offset, length)

    def descriptor(self) -> int | None:
        """Return another descriptor of the file, for the caller to close; None while in memory.

        Raises ValueError once closed. Whoever has it must read by places: they share one position.
        """
        with self._lock:
            self._check_open()
            return None if self._file is None else os.dup(self._file.fileno())

    def close(self) -> None:
        """Give the memory or the file back; closing again does nothing."""
        with self._lock:
            self._closed = True
            self._memory = bytearray()
            if self._file is not None:
                self._file.close()

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("the body is closed")

    def _append(self, view: memoryview) -> None:
        if self._file is None and self._size + len(view) <= self._memory_limit:
            self._memory += view
        else:
            self._write_file(self._file or self._open_file(), view)
        self._size += len(view)

    def _open_file(self) -> IO[bytes]:
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(  # noqa: SIM115 - it lives as long as the spool
            buffering=0, prefix="body-", dir=self._folder
        )
        weakref.finalize(self, file.close)
        try:
            _write_all(file, memoryview(self._memory))
        except OSError:
            file.close()
            raise
        self._file = file
        self._memory = bytearray()
        return file

    def _write_file(self, file: IO[bytes], view: memoryview) -> None:
        file.seek(self._size)
        _write_all(file, view)

    def _storage_error(self, error: OSError, needed: int) -> StorageFailed:
        path = str(self._folder or tempfile.gettempdir())
        detail = os.strerror(error.errno) if error.errno else ""
        if error.errno in _NO_ROOM:
            return DiskFull(path=path, detail=detail, needed=needed)
        return FileUnwritable(path=path, detail=detail)


def _write_all(file: IO[bytes], view: memoryview) -> None:
    """Write every byte: an unbuffered file may take less than it is given."""
    while view:
        view = view[file.write(view) :]


def _read_file(file: IO[bytes], offset: int, length: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), length, offset)
    file.seek(offset)
    return file.read(length)
