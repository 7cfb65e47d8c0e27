"""Files and folders that could not be read or written."""

from __future__ import annotations

from dataclasses import dataclass

from httpdesk.model.error_base import HttpDeskError

NEWER_VERSION = "newer version"
"""The reason or detail for a file of our own that a later HTTPDesk has written."""


@dataclass(eq=False, kw_only=True)
class StorageFailed(HttpDeskError):
    """A file or folder could not be read or written."""

    path: str
    detail: str = ""


@dataclass(eq=False, kw_only=True)
class FileUnreadable(StorageFailed):
    """The file is gone, is not a regular file, or may not be read."""

    gone: bool = False
    """Whether there is nothing at its path that is a file."""


@dataclass(eq=False, kw_only=True)
class FileNotUnderstood(StorageFailed):
    """The text is not what it should be; line and column count from 1, 0 when unknown."""

    line: int = 0
    column: int = 0
    reason: str = ""


@dataclass(eq=False, kw_only=True)
class ConflictMarkers(StorageFailed):
    """The file holds the markers of an unfinished merge; `line` is the first one's."""

    line: int


@dataclass(eq=False, kw_only=True)
class FileUnwritable(StorageFailed):
    """The file or folder may not be written."""


@dataclass(eq=False, kw_only=True)
class DiskFull(StorageFailed):
    """There is no room left; the old file is whole. `needed` is in bytes."""

    needed: int = 0


@dataclass(eq=False, kw_only=True)
class FileChanged(StorageFailed):
    """The file on disk is not the one that was read; nothing was overwritten."""


@dataclass(eq=False, kw_only=True)
class NameTaken(StorageFailed):
    """Something of that name is there already, perhaps differing in case only."""


@dataclass(eq=False, kw_only=True)
class UnsafePath(StorageFailed):
    """The path leaves the collection folder, is a symbolic link, or is too long."""
