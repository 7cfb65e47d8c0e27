"""Rows of a body with its secrets as bullets; no Qt in here.

Whatever is painted, spoken, selected or copied comes out of rows: a secret that is hidden in them
is hidden everywhere. Places count the characters of the rows as they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from httpdesk.engine.masking import MASK
from httpdesk.gui.response.hidden_bytes import HiddenBytes, Revealing
from httpdesk.render.rows import (
    Elsewhere,
    Match,
    Pause,
    Place,
    Row,
    Rows,
    Secret,
    no_pause,
)

_COPIED_AT_ONCE = 200
"""Rows that are read between two pauses while text is copied."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A secret within one row as its body has it: the columns, the first byte, and if it shows."""

    start: int
    end: int
    at: int
    shown: bool


class MaskedRows:
    """Rows as `rows` has them but for what is hidden, each time they are asked for."""

    def __init__(self, rows: Rows, hidden: HiddenBytes, shown: Revealing) -> None:
        self.plain = rows
        self.hidden = hidden
        self.shown = shown

    @property
    def count(self) -> int:
        """How many rows are known."""
        return self.plain.count

    @property
    def complete(self) -> bool:
        """Whether the body is indexed to its end and grows no more."""
        return self.plain.complete

    @property
    def indexed(self) -> int:
        """How many bytes of the body the known rows stand for."""
        return self.plain.indexed

    def finish(self) -> None:
        """Know that the body grows no more."""
        self.plain.finish()

    def index(self, pause: Pause, elsewhere: Elsewhere | None = None) -> None:
        """Index on to the end of what has arrived."""
        self.plain.index(pause, elsewhere)

    def row_of_line(self, line: int) -> int:
        """Return the row that a line begins at."""
        return self.plain.row_of_line(line)

    def fold_end(self, row: int, pause: Pause = no_pause) -> int | None:
        """Return the row that closes what `row` opens."""
        return self.plain.fold_end(row, pause)

    def rows(self, first: int, count: int) -> tuple[Row, ...]:
        """Return up to `count` rows from `first` with secrets as bullets."""
        plain, cuts = self._cut(first, count)
        if not cuts:
            return plain
        return tuple(_masked(row, cuts.get(number, [])) for number, row in enumerate(plain, first))

    def places(self, matches: tuple[Match, ...]) -> tuple[tuple[Place, Place], ...]:
        """Return where matches begin and end in the text as it is shown."""
        cuts: dict[int, list[_Cut]] = {}

        def shown(place: Place, *, end: bool) -> Place:
            if place.row not in cuts:
                cuts[place.row] = self._cut(place.row, 1)[1].get(place.row, [])
            return Place(place.row, _column(cuts[place.row], place.column, end=end))

        return tuple(
            (shown(start, end=False), shown(end, end=True))
            for start, end in self.plain.places(matches)
        )

    def text(self, start: Place, end: Place, limit: int, pause: Pause = no_pause) -> str:
        """Return the text between two places as it reads on screen, bullets and all."""
        pieces: list[str] = []
        room = limit
        for number, row in self._rows_between(start.row, end.row, pause):
            text = row.text[: end.column] if number == end.row else row.text
            text = text[start.column :] if number == start.row else text
            pieces.append(text if row.continued or not pieces else "\n" + text)
            room -= len(pieces[-1])
            if room <= 0:
                break
        return "".join(pieces)[:limit]

    def _rows_between(self, first: int, last: int, pause: Pause) -> Iterator[tuple[int, Row]]:
        number = first
        while number <= last:
            found = self.rows(number, min(_COPIED_AT_ONCE, last + 1 - number))
            if not found:
                return
            yield from enumerate(found, number)
            number += len(found)
            pause()

    def _cut(self, first: int, count: int) -> tuple[tuple[Row, ...], dict[int, list[_Cut]]]:
        """Return rows as they are, and the secrets in each of them that has some."""
        rows = self.plain.rows(first, count + 1)
        if not rows:
            return (), {}
        ends = rows[count].offset if len(rows) > count else self.plain.indexed
        rows, begins = rows[:count], rows[0].offset
        cuts: dict[int, list[_Cut]] = {}
        for secret in self.hidden.between(begins, ends):
            inside = Match(max(secret.start, begins), min(secret.end, ends))
            shown = self.shown.shows(secret)
            for start, end in self.plain.places((inside,)):
                for number in range(max(start.row, first), min(end.row, first + len(rows) - 1) + 1):
                    text = rows[number - first].text
                    left = start.column if number == start.row else 0
                    right = end.column if number == end.row else len(text)
                    if left < right:
                        cut = _Cut(left, right, secret.start, shown)
                        cuts.setdefault(number, []).append(cut)
        return rows, cuts


def _masked(row: Row, cuts: list[_Cut]) -> Row:
    if not cuts:
        return row
    text, at = "", 0
    secrets: list[Secret] = []
    for cut in cuts:
        text += row.text[at : cut.start]
        start = len(text)
        text += row.text[cut.start : cut.end] if cut.shown else MASK
        secrets.append(Secret(start, len(text), cut.at, cut.shown))
        at = cut.end
    return replace(row, text=text + row.text[at:], secrets=tuple(secrets))


def _column(cuts: list[_Cut], column: int, *, end: bool) -> int:
    """Return the column of a row as it is shown; within bullets that is their start or end."""
    moved = 0
    for cut in cuts:
        if cut.shown or column <= cut.start:
            continue
        if column < cut.end:
            return cut.start + moved + (len(MASK) if end else 0)
        moved += len(MASK) - (cut.end - cut.start)
    return column + moved
