"""The caret of a painted text and what is selected; no Qt in here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from httpdesk.render.rows import Place

START: Final = Place(0, 0)
END: Final = Place(2**60, 0)
"""The end of the body, wherever that is."""

_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Selection:
    """From the place where it was begun to the caret; empty when both are the same."""

    anchor: Place = START
    caret: Place = START

    @property
    def start(self) -> Place:
        """The earlier end."""
        return min(self.anchor, self.caret, key=_key)

    @property
    def end(self) -> Place:
        """The later end."""
        return max(self.anchor, self.caret, key=_key)

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return self.anchor == self.caret

    def moved(self, caret: Place, *, keep: bool) -> Selection:
        """Return the selection with its caret elsewhere, stretched there when `keep`."""
        return Selection(self.anchor if keep else caret, caret)

    def columns(self, row: int, length: int) -> tuple[int, int] | None:
        """Return the selected columns of a row with `length` characters, None when there are none.

        A row whose end is selected has one column more, for the end.
        """
        start, end = self.start, self.end
        if self.empty or not start.row <= row <= end.row:
            return None
        first = start.column if row == start.row else 0
        last = end.column if row == end.row else length + 1
        return (first, last) if first < last else None


WHOLE: Final = Selection(START, END)
"""All of the body, however much of it is known."""


def word_at(text: str, column: int) -> tuple[int, int]:
    """Return the columns of the word, the gap or the sign at a column."""
    for match in _WORD.finditer(text):
        if match.start() <= column < match.end():
            return match.span()
    return len(text), len(text)


def word_before(text: str, column: int) -> int:
    """Return where the word before a column begins."""
    starts = [m.start() for m in _WORD.finditer(text, 0, column) if not m.group().isspace()]
    return starts[-1] if starts else 0


def word_after(text: str, column: int) -> int:
    """Return where the word after the one at a column begins."""
    for match in _WORD.finditer(text):
        if match.start() > column and not match.group().isspace():
            return match.start()
    return len(text)


def _key(place: Place) -> tuple[int, int]:
    return place.row, place.column
