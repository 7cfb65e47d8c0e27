"""Where the characters of a row stand: in cells of one width, whatever fonts their glyphs are from.

Each character has its cells in the order of the text, so a row can be measured, wrapped and clicked
without laying it out. A run of right-to-left text is mirrored within its own cells and reorders
nothing around it; characters that would do so, or not be seen, are named in the text already
(`render.visible_text`, security.md R7).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

TAB: Final = 4
"""Cells between tab stops."""
MOST_SEGMENTS: Final = 400
"""Changes of kind in a row after which the rest is drawn as it comes."""

_COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_COMBINING += "\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
_RIGHT_TO_LEFT = "\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RIGHT_TO_LEFT += "\U00010800-\U00010fff\U0001e800-\U0001efff"
_COMPLEX = "\u0900-\u109f\u1780-\u17b3\u17b6-\u17ff\u1900-\u1aaf\u1b00-\u1c7f\ua800-\uabff"
_WIDE = "\u1100-\u115e\u2e80-\u3098\u309b-\u3163\u3165-\ua4cf\ua960-\ua97f\uac00-\ud7a3"
_WIDE += "\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U00016fe0-\U0001b2ff"
_WIDE += "\U00020000-\U0003fffd"
_EMOJI = "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693"
_EMOJI += (
    "\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd"
)
_EMOJI += "\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf"
_EMOJI += "\u2b1b\u2b1c\u2b50\u2b55\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f1ff"
_EMOJI += "\U0001f200-\U0001faff"
_IN_FONT = " -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e"
_IN_FONT += "\u20a0-\u20c0\u2190-\u21ff\u2400-\u2426\u2500-\u259f"

_TONE = "\U0001f3fb-\U0001f3ff"
_ONE_EMOJI = rf"[{_EMOJI}][{_TONE}\ufe0f]?"
_PLAIN: Final = re.compile(rf"[{_IN_FONT}]*+")
_SEGMENTS: Final = re.compile(
    r"(?P<tab>\t)"
    rf"|(?P<emoji>[\U0001f1e6-\U0001f1ff]{{2}}|{_ONE_EMOJI})"
    rf"|(?P<combined>[^\t{_COMBINING}{_EMOJI}{_RIGHT_TO_LEFT}{_COMPLEX}]?[{_COMBINING}]++)"
    rf"|(?P<right_to_left>[{_RIGHT_TO_LEFT}]++(?: ++[{_RIGHT_TO_LEFT}]++){{0,30}}+)"
    rf"|(?P<complex>[{_COMPLEX}]++)"
    rf"|(?P<wide>[{_WIDE}]+(?![{_COMBINING}]))"
    rf"|(?P<plain>[{_IN_FONT}]+(?![{_COMBINING}]))"
    r"|(?P<other>.)",
    re.DOTALL,
)
_NO_WIDTH: Final = re.compile(
    rf"[{_COMBINING}\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0941-\u094d\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
)


class Kind(Enum):
    """What a segment of a row is, and so how it is drawn."""

    PLAIN = "plain"
    """Each character is one cell of the row's own font."""
    WIDE = "wide"
    """Each character is two cells."""
    OTHER = "other"
    """One character of another font, drawn in one cell."""
    EMOJI = "emoji"
    COMBINED = "combined"
    """A character with marks on it: one place for the caret."""
    COMPLEX = "complex"
    """A script whose characters are shaped together."""
    RIGHT_TO_LEFT = "right_to_left"
    TAB = "tab"


_WHOLE = (Kind.EMOJI, Kind.COMBINED, Kind.TAB, Kind.OTHER)


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters of one kind, `start` to `end`, on `cells` cells from `cell`."""

    kind: Kind
    start: int
    end: int
    cell: int
    cells: int

    def part(self, start: int, end: int) -> Segment:
        """Return what of the segment lies between two columns."""
        start, end = max(start, self.start), min(end, self.end)
        if (start, end) == (self.start, self.end):
            return self
        cell = round(self.cell_of(start))
        return Segment(self.kind, start, end, cell, round(self.cell_of(end)) - cell)

    def cell_of(self, column: int) -> float:
        """Return the cell that a column begins at, in the order of the text."""
        if self.kind in _WHOLE and column < self.end:
            return self.cell
        return self.cell + self.cells * (column - self.start) / (self.end - self.start)

    def column_at(self, cell: float) -> int:
        """Return the column nearest to a cell of the segment, in the order of the text."""
        share = (cell - self.cell) / max(self.cells, 1)
        if self.kind in _WHOLE:
            return self.end if share >= 0.5 else self.start
        return self.start + round(share * (self.end - self.start))


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row; no segments when each character is one cell."""

    length: int
    """Characters of the row."""
    width: int
    """Its cells."""
    segments: tuple[Segment, ...] = ()

    def parts(self, start: int, end: int) -> Iterator[Segment]:
        """Yield the segments between two columns, cut to them."""
        if not self.segments:
            yield Segment(Kind.PLAIN, start, end, start, end - start)
            return
        index = max(bisect_right(self.segments, start, key=_start_of) - 1, 0)
        for segment in self.segments[index:]:
            if segment.start >= end:
                return
            if segment.end > start:
                yield segment.part(start, end)

    def cell_of(self, column: int) -> float:
        """Return the cell that a column begins at, in the order of the text."""
        if not self.segments or column <= 0:
            return max(min(column, self.width), 0)
        if column >= self.length:
            return self.width
        return self.segments[bisect_right(self.segments, column, key=_start_of) - 1].cell_of(column)

    def breaks(self, room: int) -> tuple[int, ...]:
        """Return the columns at which lines of `room` cells begin."""
        if not self.segments:
            return tuple(range(0, self.length, room)) or (0,)
        starts, limit = [0], room
        for segment in self.segments:
            while segment.cell + segment.cells > limit:
                column = _break_in(segment, limit)
                if column <= starts[-1]:
                    column = starts[-1] + 1 if segment.kind not in _WHOLE else segment.end
                if column >= self.length:
                    break
                starts.append(column)
                limit = int(self.cell_of(column)) + room
                if column >= segment.end:
                    break
        return tuple(starts)


def cells_of(text: str) -> Cells:
    """Return the cells of a row's text."""
    if _PLAIN.fullmatch(text):
        return Cells(len(text), len(text))
    segments: list[Segment] = []
    cell = 0
    for match in _SEGMENTS.finditer(text):
        if len(segments) == MOST_SEGMENTS:
            rest = len(text) - match.start()
            segments.append(Segment(Kind.COMPLEX, match.start(), len(text), cell, rest))
            return Cells(len(text), cell + rest, tuple(segments))
        kind = Kind(match.lastgroup)
        cells = _cells(kind, match, cell)
        segments.append(Segment(kind, match.start(), match.end(), cell, cells))
        cell += cells
    return Cells(len(text), cell, tuple(segments))


def _cells(kind: Kind, match: re.Match[str], cell: int) -> int:
    length = match.end() - match.start()
    if kind is Kind.TAB:
        return TAB - cell % TAB
    if kind is Kind.EMOJI:
        return 2
    if kind is Kind.WIDE:
        return 2 * length
    if kind is Kind.COMBINED:
        return 2 if re.match(f"[{_WIDE}]", match.group()) else 1
    if kind in (Kind.COMPLEX, Kind.RIGHT_TO_LEFT):
        return max(length - len(_NO_WIDTH.findall(match.group())), 1)
    return length


def _break_in(segment: Segment, limit: int) -> int:
    if segment.kind in _WHOLE:
        return segment.start
    each = segment.cells / (segment.end - segment.start)
    return segment.start + int((limit - segment.cell) / each)


def _start_of(segment: Segment) -> int:
    return segment.start
