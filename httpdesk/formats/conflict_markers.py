"""Files that git left with conflict markers: the sides of the merge, each as a file of its own.

Both of git's styles are read: `merge`, and `diff3` and `zdiff3`, which also say what both sides
began from (git-merge, HOW CONFLICTS ARE PRESENTED).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from httpdesk.formats import opencollection
from httpdesk.formats.yaml_tree import MOST_BYTES, data_of, parse
from httpdesk.model.collection import MergeSides
from httpdesk.model.errors import FileNotUnderstood, StorageFailed
from httpdesk.model.request import Request

NOT_FITTING = "conflict markers that do not fit together"
"""Reason of FileNotUnderstood."""
_MARKER = re.compile(rb"(<{7}|\|{7}|={7}|>{7})(?: ([^\r\n]*))?\r?\n?")


class _In(Enum):
    BOTH = 0
    MINE = 1
    BASE = 2
    THEIRS = 3


_NEXT = {
    (_In.BOTH, b"<"): _In.MINE,
    (_In.MINE, b"|"): _In.BASE,
    (_In.MINE, b"="): _In.THEIRS,
    (_In.BASE, b"="): _In.THEIRS,
    (_In.THEIRS, b">"): _In.BOTH,
}


@dataclass(frozen=True, slots=True)
class Sides:
    """The bytes of each side; `base` is None where a conflict does not say it."""

    mine: bytes = field(repr=False)
    theirs: bytes = field(repr=False)
    base: bytes | None = field(default=None, repr=False)
    mine_name: str = ""
    theirs_name: str = ""


def split(data: bytes, path: str = "") -> Sides:
    """Return the sides of a file with conflict markers.

    Raises FileNotUnderstood with `NOT_FITTING` where the markers are not whole.
    """
    texts: dict[_In, list[bytes]] = {_In.MINE: [], _In.BASE: [], _In.THEIRS: []}
    names = {b"<": "", b">": ""}
    now, conflicts, bases = _In.BOTH, 0, 0
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        marker = _MARKER.fullmatch(line)
        mark = marker[1][:1] if marker else b""
        if marker and not (now is _In.BOTH and mark in (b"=", b"|")):
            if (now, mark) not in _NEXT:
                raise FileNotUnderstood(path=path, line=number, reason=NOT_FITTING)
            conflicts += mark == b"<"
            bases += mark == b"|"
            now = _NEXT[now, mark]
            if mark in names:
                names[mark] = (marker[2] or b"").decode("utf-8", "replace").strip()
        else:
            for side in texts if now is _In.BOTH else (now,):
                texts[side].append(line)
    if now is not _In.BOTH or not conflicts:
        raise FileNotUnderstood(path=path, reason=NOT_FITTING)
    base = b"".join(texts[_In.BASE]) if bases == conflicts else None
    mine, theirs = (b"".join(texts[side]) for side in (_In.MINE, _In.THEIRS))
    return Sides(mine, theirs, base, names[b"<"], names[b">"])


def read_sides(data: bytes, path: str, default_name: str, digest: str) -> MergeSides:
    """Return the requests of both sides.

    Raises FileNotUnderstood where a side is no request or the markers are not whole.
    """
    if len(data) > MOST_BYTES:
        raise FileNotUnderstood(path=path, reason="too large")
    sides = split(data, path)
    mine = opencollection.read_request(sides.mine, path, default_name)
    theirs = opencollection.read_request(sides.theirs, path, default_name)
    return MergeSides(
        mine,
        theirs,
        _base_of(sides, path, default_name),
        sides.mine_name,
        sides.theirs_name,
        digest,
        _differ_elsewhere(sides, theirs, path, default_name),
    )


def resolve(data: bytes, request: Request, path: str, default_name: str) -> bytes:
    """Return the file without markers: `request`, and what else mine says."""
    return opencollection.edit_request(split(data, path).mine, request, path, default_name)


def _base_of(sides: Sides, path: str, default_name: str) -> Request | None:
    if sides.base is None:
        return None
    try:
        return opencollection.read_request(sides.base, path, default_name)
    except StorageFailed:
        # As where both sides added the file: then everything that differs is asked about.
        return None


def _differ_elsewhere(sides: Sides, theirs: Request, path: str, default_name: str) -> bool:
    """Return whether the sides differ in what a request does not hold, such as scripts."""
    as_theirs = opencollection.edit_request(sides.mine, theirs, path, default_name)
    return bool(data_of(parse(as_theirs).root) != data_of(parse(sides.theirs).root))
