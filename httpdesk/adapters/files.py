"""Files that the user names on the command line; implements `cli.ports.FileStore`."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from httpdesk.adapters.atomic import move_new
from httpdesk.model.errors import DiskFull, FileUnreadable, FileUnwritable, StorageFailed

ROOT_FILE = "opencollection.yml"
READ_LIMIT = 256 * 1024 * 1024
_MOST_PARTS = 100
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LocalFiles:
    """The computer's files; paths are relative to the working directory."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raises FileUnreadable, also when it is over 256 MiB."""
        try:
            with open(path, "rb") as file:
                data = file.read(READ_LIMIT + 1)
        except OSError as error:
            raise FileUnreadable(path=path, detail=_reason(error)) from error
        except ValueError as error:
            raise FileUnreadable(path=path, detail=str(error)) from error
        if len(data) > READ_LIMIT:
            raise FileUnreadable(path=path, detail="larger than 256 MiB")
        return data

    def create(self, path: str) -> LocalNewFile:
        """Open `path.part`; raises FileUnwritable or DiskFull before anything else happens."""
        return LocalNewFile(path)

    def taken(self, path: str) -> bool:
        """Return whether a file of that name stands there; what is none is written to as it is."""
        return os.path.isfile(path)

    def absolute(self, path: str) -> str:
        """Return the path as it stands from the root of the file system."""
        return os.path.abspath(path)

    def locate_folder(self, path: str) -> tuple[str, str]:
        """Return (root, path in it) of a folder of a collection; "" is the collection itself.

        Raises FileUnreadable where there is no folder, or none of a collection.
        """
        full = os.path.abspath(path)
        if not os.path.isdir(full):
            raise FileUnreadable(path=path, detail="no such folder")
        root = _root_above(full)
        if root is None:
            raise FileUnreadable(path=path, detail="not in a collection folder")
        inside = os.path.relpath(full, root).replace(os.sep, "/")
        return root, "" if inside == "." else inside

    def locate(self, path: str) -> tuple[str, str, bool]:
        """Return (root, path in it, True) for a file inside a collection folder.

        Outside of one it is (its folder, its name, False). Raises FileUnreadable.
        """
        full = os.path.abspath(path)
        if not os.path.isfile(full):
            reason = errno.EISDIR if os.path.isdir(full) else errno.ENOENT
            raise FileUnreadable(path=path, detail=os.strerror(reason))
        folder = _root_above(os.path.dirname(full))
        if folder is None:
            return os.path.dirname(full), os.path.basename(full), False
        return folder, os.path.relpath(full, folder).replace(os.sep, "/"), True


class LocalNewFile:
    """Writes beside the target and replaces it at the end, so that nobody sees half a file.

    What is no regular file, such as /dev/null or a named pipe, is written directly.
    """

    def __init__(self, path: str) -> None:
        self.shown = path
        """The path as it was named."""
        self.path = path
        self._file: BinaryIO | None = None
        self._is_part = False
        with self.translated():
            self.open_target(path)

    @property
    def is_open_part(self) -> bool:
        """Whether what was written stands beside the target and may still be removed."""
        return self._is_part

    def write(self, data: bytes) -> None:
        """Append bytes; raises FileUnwritable or DiskFull."""
        if self._file is None:
            raise ValueError("the file is closed")
        with self.translated():
            self._file.write(data)

    def flush(self) -> None:
        """Hand what was written to the system; raises FileUnwritable or DiskFull."""
        if self._file is not None:
            with self.translated():
                self._file.flush()

    def commit(self, *, replace: bool = True) -> None:
        """Give the file its name, over an older one; raises FileUnwritable or DiskFull.

        Without `replace` an older one stays and NameTaken is raised.
        """
        with self.translated():
            self._close()
            if self._is_part and replace:
                os.replace(self.path, self._target)
            elif self._is_part:
                move_new(Path(self.path), Path(self._target))
            self._is_part = False

    def keep(self) -> None:
        """Leave what was written at `path`."""
        with self.translated():
            self._close()
        self._is_part = False

    def discard(self) -> None:
        """Remove what was written; nothing happens after `commit` or `keep`."""
        with contextlib.suppress(OSError):
            self._close()
        if self._is_part:
            self._is_part = False
            with contextlib.suppress(OSError):
                os.remove(self.path)

    def open_target(self, path: str) -> None:
        """Open what is written to; raises OSError or ValueError."""
        # A symbolic link stays one: the file that it points at is replaced.
        self._target = os.path.realpath(path)
        mode = _mode_of(self._target)
        if mode is not None and not stat.S_ISREG(mode):
            self._file = open(self._target, "wb")  # noqa: SIM115
            return
        if mode is not None and not os.access(self._target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        self.path, self._file = _open_part(self._target, mode)
        self._is_part = True

    def open_existing(self, part: str, size: int, path: str) -> None:
        """Open a part of `path` to append behind its first `size` bytes; raises OSError."""
        self._target = os.path.realpath(path)
        self.path = part
        self._file = open(part, "r+b")  # noqa: SIM115
        self._is_part = True
        self._file.truncate(size)
        self._file.seek(size)

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Raise our errors in place of the system's."""
        try:
            yield
        except OSError as error:
            raise _unwritable(self.shown, error) from error
        except ValueError as error:
            raise FileUnwritable(path=self.shown, detail=str(error)) from error


def _root_above(folder: str) -> str | None:
    """Return the collection folder that `folder` is or lies in, None without one."""
    while not os.path.isfile(os.path.join(folder, ROOT_FILE)):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _mode_of(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


def _open_part(target: str, mode: int | None) -> tuple[str, BinaryIO]:
    """Open a new file beside `target`, with the old file's permissions."""
    for number in range(1, _MOST_PARTS):
        path = f"{target}.part" if number == 1 else f"{target}.{number}.part"
        with contextlib.suppress(FileExistsError):
            file = open(path, "xb")  # noqa: SIM115
            if mode is not None:
                with contextlib.suppress(OSError):
                    os.chmod(path, stat.S_IMODE(mode))
            return path, file
    raise FileExistsError(errno.EEXIST, f"too many unfinished files, such as {target}.part")


def _unwritable(path: str, error: OSError) -> StorageFailed:
    if error.errno in _FULL:
        return DiskFull(path=path, detail=_reason(error))
    return FileUnwritable(path=path, detail=_reason(error))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
