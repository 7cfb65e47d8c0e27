"""Paths of items: relative to the collection folder, with `/`, and never out of it."""

from __future__ import annotations

import os
from pathlib import Path

from httpdesk.adapters.collection_tree import NOT_ITEMS, SKIPPED
from httpdesk.formats.opencollection import ENDING
from httpdesk.model.errors import UnsafePath


def inside(root: str, path: str) -> Path:
    """Return where `path` is on disk; raises UnsafePath when that is not inside `root`.

    Whether the last part is a link is looked at where it is opened (security.md R7).
    """
    parts = path.split("/")
    odd = any(not part or part.startswith(".") or set(part) & set("\\\0") for part in parts)
    if odd or (os.name == "nt" and ":" in path) or parts[0] in NOT_ITEMS | SKIPPED:
        raise UnsafePath(path=path)
    parent = os.path.join(os.path.realpath(root), *parts[:-1])
    if os.path.realpath(parent) != parent:
        raise UnsafePath(path=path, detail="symbolic link")
    return Path(parent, parts[-1])


def join(folder: str, name: str) -> str:
    """Return the path of `name` in `folder`, which is "" for the root."""
    return f"{folder}/{name}" if folder else name


def folder_of(path: str) -> str:
    """Return the path of the folder that holds an item."""
    return path.rpartition("/")[0]


def file_name(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def stem_of(path: str) -> str:
    """Return the file name without its ending; a request without a name is called so."""
    return file_name(path).removesuffix(ENDING)
