"""What was found in a body so far; filled by a worker while the window reads it. No Qt in here."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from httpdesk.gui.response.text_view_paint import Mark
from httpdesk.render.rows import Match, Place

MOST = 100_000
"""Matches that are counted and kept."""
MOST_SHOWN = 2_000
"""Matches that are marked on one screen."""
_BEFORE = 512
"""Bytes before the screen that a match on it may begin at."""


class Found:
    """The matches of one search in their order; `complete` once there are no more to come."""

    def __init__(self) -> None:
        self._starts = array("q")
        self._ends = array("q")
        self.complete = False
        self.capped = False
        self.failed = False
        """Whether the search came to no end."""

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> Match:
        return Match(self._starts[index], self._ends[index])

    def fill(self, matches: Iterator[Match]) -> None:
        """Take all matches, up to `MOST`; belongs on a worker."""
        for match in islice(matches, MOST):
            self._starts.append(match.start)
            self._ends.append(match.end)
        self.capped = next(matches, None) is not None
        self.complete = True

    def covers(self, offset: int) -> bool:
        """Return whether all matches up to a byte are known."""
        known = len(self)
        return (self.complete and not self.capped) or (
            known > 0 and self._starts[known - 1] > offset
        )

    def index_of(self, match: Match) -> int | None:
        """Return which one a match is, None when it is not among the known ones."""
        index = bisect_left(self._starts, match.start)
        return index if index < len(self) and self._starts[index] == match.start else None

    def after(self, offset: int) -> Match | None:
        """Return the first match that begins behind a byte."""
        index = bisect_right(self._starts, offset)
        return self[index] if index < len(self) else None

    def before(self, offset: int) -> Match | None:
        """Return the last match that begins before a byte."""
        index = bisect_left(self._starts, offset)
        return self[index - 1] if index else None

    def between(self, start: int, end: int) -> tuple[Match, ...]:
        """Return the matches that may be seen between two bytes, as many as can be marked."""
        first = bisect_left(self._starts, start - _BEFORE)
        last = min(bisect_left(self._starts, end), first + MOST_SHOWN)
        return tuple(self[index] for index in range(first, last))


def marks_of(
    places: Iterable[tuple[Place, Place]], current: tuple[Place, Place] | None
) -> dict[int, Sequence[Mark]]:
    """Return the marks of matches by row; a match may go over several rows."""
    found: dict[int, list[Mark]] = {}
    for place in places:
        start, end = place
        kind = "current" if place == current else "match"
        for row in range(start.row, end.row + 1):
            first = start.column if row == start.row else 0
            last = end.column if row == end.row else 2**30
            found.setdefault(row, []).append(Mark(first, last, kind))
    return dict(found)
