"""What the tree shows of each file of a collection, remembered by path, time and size.

It can be lost at any moment: it saves reading files, and is never the only place of anything.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from httpdesk.adapters import atomic
from httpdesk.formats.opencollection import Head
from httpdesk.model.collection import ItemKind
from httpdesk.model.errors import (
    ConflictMarkers,
    FileNotUnderstood,
    StorageFailed,
)

VERSION = 2
MOST_BYTES = 50_000_000
SETTLED_NS = 2_000_000_000
"""A file that is younger may change again without another time, so it is not remembered."""


@dataclass(slots=True)
class Known:
    """What a file of this time and size says; `whole` once all of it was parsed."""

    mtime_ns: int
    size: int
    head: Head
    whole: bool
    problem: StorageFailed | None = None


class CollectionIndex:
    """The remembered files of one collection."""

    def __init__(self, folder: Path | None, root: Path) -> None:
        name = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._file = folder / "collections" / f"{name}.json" if folder else None
        self._old = self._load()
        self._new: dict[str, Known] = {}
        self._changed = False

    def find(self, path: str, mtime_ns: int, size: int) -> Known | None:
        """Return what is known of a file, or None when it is another one now."""
        known = self._old.get(path)
        if known is None or known[0] != mtime_ns or known[1] != size:
            return None
        try:
            found = _known(known, path)
        except (ValueError, TypeError, IndexError, KeyError):
            return None
        self._new[path] = found
        return found

    def remembers(self, path: str) -> bool:
        """Return whether anything is known of the file as it once was."""
        return path in self._old

    def note(self, path: str, known: Known) -> None:
        """Remember what a file says."""
        self._new[path] = known
        self._changed = True

    def save(self) -> None:
        """Keep what was noted; a failure is of no matter, next time the files are read again."""
        if self._file is None or not (self._changed or len(self._new) < len(self._old)):
            return
        settled = time.time_ns() - SETTLED_NS
        files = {path: _row(known) for path, known in self._new.items() if known.mtime_ns < settled}
        text = json.dumps({"version": VERSION, "files": files}, separators=(",", ":"))
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            atomic.sweep_names(self._file.parent, os.listdir(self._file.parent))
            atomic.write_file(self._file, text.encode(), mode=0o600)
        except (OSError, StorageFailed):
            return

    def _load(self) -> dict[str, list[Any]]:
        if self._file is None:
            return {}
        try:
            kept = json.loads(atomic.read_file(self._file, MOST_BYTES))
            files = kept["files"] if kept["version"] == VERSION else {}
        except (StorageFailed, ValueError, TypeError, KeyError, RecursionError):
            return {}
        return files if isinstance(files, dict) else {}


def _row(known: Known) -> list[Any]:
    head, problem = known.head, known.problem
    row: list[Any] = [known.mtime_ns, known.size, known.whole]
    row += [head.kind.value, head.name, head.method, head.url, head.seq, head.tags]
    if isinstance(problem, FileNotUnderstood):
        row += ["yaml", problem.line, problem.column, problem.reason]
    elif isinstance(problem, ConflictMarkers):
        row += ["conflict", problem.line]
    return row


_KINDS = {kind.value: kind for kind in ItemKind}


def _known(row: list[Any], path: str) -> Known:
    mtime_ns, size, whole, kind, name, method, url, seq, tags = row[:9]
    problem: StorageFailed | None = None
    if len(row) > 9:
        line = int(row[10])
        if row[9] == "yaml":
            problem = FileNotUnderstood(
                path=path, line=line, column=int(row[11]), reason=str(row[12])
            )
        else:
            problem = ConflictMarkers(path=path, line=line)
    number = None if seq is None else float(seq)
    head = Head(_KINDS[kind], str(name), str(method), str(url), number, tuple(map(str, tags)))
    return Known(mtime_ns, size, head, whole is True, problem)
