"""The files that request bodies name; implements `engine.ports.UploadFiles`."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from dataclasses import dataclass
from io import FileIO

from httpdesk.engine.ports import UploadRefusedError
from httpdesk.model.errors import UploadReason


@dataclass(frozen=True, slots=True)
class LocalUpload:
    """A regular file that could be opened when it was found."""

    path: str
    size: int

    def open(self) -> FileIO:
        """Start to read it, without a buffer between; raises OSError."""
        return FileIO(self.path)


class LocalUploads:
    """Files of this computer; relative paths start at `folder`.

    A path in a collection may be somebody else's wish for a file of ours, and Send would hand it
    over (security.md R7). Neither an absolute path nor `..` nor a symbolic link leads out of the
    folder, except to the files in `chosen`, which the user picked or typed on this computer.
    Without a folder the path was typed just now, and any absolute one is taken.
    """

    def __init__(self, folder: str | None = None, chosen: Collection[str] = ()) -> None:
        self._folder = folder
        self._chosen = chosen

    def find(self, path: str) -> LocalUpload:
        """Return the file at `path`; raises UploadRefusedError."""
        if not path:
            raise UploadRefusedError(UploadReason.NOT_CHOSEN)
        try:
            return _found(self._absolute(path))
        except FileNotFoundError as error:
            raise UploadRefusedError(UploadReason.MISSING) from error
        except PermissionError as error:
            raise UploadRefusedError(UploadReason.FORBIDDEN) from error
        except OSError as error:
            detail = error.strerror or type(error).__name__
            raise UploadRefusedError(UploadReason.UNREADABLE, detail) from error
        except ValueError as error:
            raise UploadRefusedError(UploadReason.UNREADABLE, str(error)) from error

    def _absolute(self, path: str) -> str:
        if self._folder is None:
            if os.path.isabs(path):
                return path
            raise UploadRefusedError(UploadReason.NO_FOLDER)
        folder = os.path.realpath(self._folder)
        full = os.path.realpath(os.path.join(folder, path))
        inside = full == folder or full.startswith(os.path.join(folder, ""))
        if not inside and full not in self._chosen:
            raise UploadRefusedError(UploadReason.OUTSIDE)
        return full


def _found(path: str) -> LocalUpload:
    # Opening a named pipe would wait for its writer.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise UploadRefusedError(UploadReason.NOT_A_FILE)
    with FileIO(path) as file:
        return LocalUpload(path, os.fstat(file.fileno()).st_size)
