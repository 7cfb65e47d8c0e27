"""Files of the user that are written as `name.part` first; implements `engine.download`'s ports.

What the rest of a part can be asked for with stands beside it, in `name.part.json`.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat

from httpdesk.adapters.files import LocalNewFile
from httpdesk.engine.download import Part
from httpdesk.engine.resume import PartFacts
from httpdesk.model.errors import StorageFailed

_LARGEST = 64 * 1024


class LocalPartFile(LocalNewFile):
    """A new part, or one that is gone on with."""

    def keep_part(self, facts: PartFacts | None) -> None:
        """Leave the part; raises FileUnwritable or DiskFull."""
        self.keep()
        if facts is not None and self.path != self.shown:
            with self.translated():
                _write_facts(self.path, facts)

    def commit(self, *, replace: bool = True) -> None:
        """Give the file its name; raises FileUnwritable, DiskFull and NameTaken."""
        super().commit(replace=replace)
        _remove_facts(self.path)

    def discard(self) -> None:
        """Remove what was written, unless it was kept."""
        if self.is_open_part:
            _remove_facts(self.path)
        super().discard()


class ContinuedPartFile(LocalPartFile):
    """A part that is appended to; what stood in it stays whatever happens."""

    def __init__(self, part: Part, path: str) -> None:
        self._part = part
        super().__init__(path)

    def discard(self) -> None:
        """Leave the part as far as it was written."""
        if self.is_open_part:
            with contextlib.suppress(StorageFailed):
                self.keep_part(self._part.facts)

    def open_target(self, path: str) -> None:
        """Open the part for appending."""
        self.open_existing(self._part.path, self._part.size, path)


class LocalDownloads:
    """The computer's files; implements `engine.download.DownloadFiles`."""

    def begin(self, path: str) -> LocalPartFile:
        """Begin `path.part`, or `path.2.part` beside an older one."""
        return LocalPartFile(path)

    def go_on(self, part: Part, path: str) -> LocalPartFile:
        """Append to a part."""
        return ContinuedPartFile(part, path)

    def part(self, path: str) -> Part | None:
        """Return `path.part` with what is remembered of it; None when there is nothing of use."""
        name = f"{os.path.realpath(path)}.part"
        try:
            with open(_facts_path(name), "rb") as file:
                facts = _facts(file.read(_LARGEST))
            found = os.stat(name, follow_symlinks=False)
        except (OSError, ValueError):
            # Without one of the two the download begins anew, which is always right.
            return None
        if facts is None or not stat.S_ISREG(found.st_mode) or not found.st_size:
            return None
        return Part(name, found.st_size, facts)

    def remove(self, part: Part) -> None:
        """Remove a part and what is remembered of it."""
        for name in (part.path, _facts_path(part.path)):
            with contextlib.suppress(OSError):
                os.remove(name)


def _facts_path(part: str) -> str:
    return f"{part}.json"


def _write_facts(part: str, facts: PartFacts) -> None:
    data = {
        "note": "HTTPDesk goes on with this download by it.",
        "source": facts.source,
        "validator": facts.validator,
        "total": facts.total,
    }
    _remove_facts(part)
    # Never through a link that somebody put there.
    with open(_facts_path(part), "x", encoding="utf-8") as file:
        json.dump(data, file)


def _facts(data: bytes) -> PartFacts | None:
    """Return what stands in the file; raises ValueError, None when it is something else."""
    found = json.loads(data)
    if not isinstance(found, dict):
        return None
    source, validator, total = (found.get(name) for name in ("source", "validator", "total"))
    if not isinstance(source, str) or not isinstance(validator, str) or not validator:
        return None
    # It goes into a header row, where `{{` begins a variable: others can write this file.
    if not validator.isprintable() or "{{" in validator:
        return None
    if not (total is None or isinstance(total, int)):
        return None
    return PartFacts(source, validator, total)


def _remove_facts(part: str) -> None:
    with contextlib.suppress(OSError):
        os.remove(_facts_path(part))
