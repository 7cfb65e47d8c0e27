"""Writing a file so that it is whole at every moment: the old one or the new one, never a part.

The order is write beside, fsync, replace, fsync the folder (security.md R8). Symbolic links are
refused, since the file behind one may lie anywhere.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path

from httpdesk.model.errors import (
    DiskFull,
    FileUnreadable,
    FileUnwritable,
    NameTaken,
    StorageFailed,
    UnsafePath,
)


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))


_READ_FLAGS = os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK") | _flag("O_BINARY")

TEMPORARY_PREFIX = ".httpdesk-"
TEMPORARY_SUFFIX = ".tmp"
OLD_AFTER = 3600.0
"""Seconds after which a temporary file is left over from a program that was ended."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNSAFE = frozenset({errno.ELOOP, errno.ENAMETOOLONG})
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR})
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS})
"""What file systems answer that cannot sync a folder; there the replace itself has to do."""


def write_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write `data` as the file at `path`, whole and durable; the mode of an old file is kept.

    `mode` is for a new file; None follows the umask. Raises FileUnwritable, DiskFull, UnsafePath.
    """
    refuse_link(path)
    old_mode = _mode_of(path)
    if old_mode is not None and not os.access(path, os.W_OK):
        # Replacing it would work all the same; but it was made read-only on purpose.
        raise FileUnwritable(path=str(path), detail=os.strerror(errno.EACCES))
    temporary = path.with_name(temporary_name())
    try:
        _write_beside(temporary, data, mode, old_mode)
        os.replace(temporary, path)
    except OSError as error:
        _remove(temporary)
        raise unwritable(path, error, needed=len(data)) from error
    sync_folder(path.parent)


def create_file(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a new file, whole and durable; raises NameTaken when there is one, else as above."""
    temporary = path.with_name(temporary_name())
    try:
        _write_beside(temporary, data, mode, None)
        move_new(temporary, path)
    except OSError as error:
        raise unwritable(path, error, needed=len(data)) from error
    finally:
        _remove(temporary)
    sync_folder(path.parent)


def move_new(source: Path, target: Path) -> None:
    """Give a file or folder another name; never replaces one that has that name.

    Raises NameTaken, or OSError as the system does.
    """
    if source.is_dir() or not _link(source, target):
        # A folder is only ever put over an empty one, and no file system without hard links
        # offers more than to look first.
        if os.path.lexists(target) and not _same(source, target):
            raise NameTaken(path=str(target))
        os.rename(source, target)


def rename_new(source: Path, target: Path) -> None:
    """Give a file another name for good, as `move_new`; raises StorageFailed or NameTaken."""
    try:
        move_new(source, target)
    except OSError as error:
        raise unwritable(target, error) from error
    sync_folder(target.parent)


def digest_of(data: bytes) -> str:
    """Return what tells one content of a file from another: its SHA-256."""
    return hashlib.sha256(data).hexdigest()


def read_file(path: Path | str, most: int) -> bytes:
    """Return the bytes of a regular file; links, pipes, devices and larger ones are refused.

    Raises FileUnreadable, UnsafePath.
    """
    try:
        handle = os.open(path, _READ_FLAGS)
        try:
            return _read_regular(handle, path, most)
        finally:
            os.close(handle)
    except OSError as error:
        raise unreadable(path, error) from error


def _read_regular(handle: int, path: Path | str, most: int) -> bytes:
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode):
        raise FileUnreadable(path=str(path), detail="not a regular file", gone=True)
    if facts.st_size > most:
        raise FileUnreadable(path=str(path), detail=f"larger than {most} bytes")
    parts = [os.read(handle, facts.st_size + 1)]
    # A read may end early, and a file may grow while it is read.
    while parts[-1] and sum(map(len, parts)) <= most:
        parts.append(os.read(handle, 1 << 20))
    return b"".join(parts)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; raises FileUnwritable."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY | _flag("O_DIRECTORY"))
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise unwritable(folder, error) from error


def refuse_link(path: Path) -> None:
    """Raise UnsafePath when `path` is a symbolic link."""
    if path.is_symlink():
        raise UnsafePath(path=str(path), detail="symbolic link")


def temporary_name() -> str:
    """Return a name for a file that is being written."""
    return f"{TEMPORARY_PREFIX}{os.urandom(8).hex()}{TEMPORARY_SUFFIX}"


def is_temporary(name: str) -> bool:
    """Return whether a file of this name was being written."""
    return name.startswith(TEMPORARY_PREFIX) and name.endswith(TEMPORARY_SUFFIX)


def sweep_names(folder: Path, names: Iterable[str]) -> None:
    """Remove what a killed program left in a folder that holds `names`."""
    sweep([folder / name for name in names if is_temporary(name)])


def sweep(temporaries: list[Path]) -> int:
    """Remove temporary files that a killed program left; return how many were old enough."""
    import shutil

    removed = 0
    for path in temporaries:
        try:
            if time.time() - path.lstat().st_mtime <= OLD_AFTER:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
            removed += 1
        except OSError:
            # Somebody else's file, or gone already: left-overs do no harm.
            continue
    return removed


def unwritable(path: Path, error: OSError, *, needed: int = 0) -> StorageFailed:
    """Return our error for a failed write."""
    detail = error.strerror or str(error)
    if error.errno in _FULL:
        return DiskFull(path=str(path), detail=detail, needed=needed)
    if error.errno in _UNSAFE:
        return UnsafePath(path=str(path), detail=detail)
    return FileUnwritable(path=str(path), detail=detail)


def unreadable(path: Path | str, error: OSError) -> StorageFailed:
    """Return our error for a failed read."""
    detail = error.strerror or str(error)
    if error.errno in _UNSAFE:
        return UnsafePath(path=str(path), detail=detail)
    return FileUnreadable(path=str(path), detail=detail, gone=error.errno in _GONE)


def _write_beside(path: Path, data: bytes, mode: int | None, old_mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flag("O_NOFOLLOW") | _flag("O_BINARY")
    handle = os.open(path, flags, 0o666 if mode is None else mode)
    try:
        if old_mode is not None and hasattr(os, "fchmod"):
            os.fchmod(handle, old_mode)
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat(follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return None


def _link(source: Path, target: Path) -> bool:
    """Give a file a second name and take the first one; False where that cannot be done."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError as error:
        if _same(source, target):
            return False
        raise NameTaken(path=str(target)) from error
    except (OSError, NotImplementedError):
        return False
    os.unlink(source)
    return True


def _same(source: Path, target: Path) -> bool:
    """Return whether both names mean one file: a change of case on some systems."""
    return os.path.samestat(source.lstat(), target.lstat())


def _remove(path: Path) -> None:
    try:
        os.unlink(path)
    except OSError:
        # It was never made, or has its final name; a left-over is swept at the next start.
        return
