"""Rows of a text in memory: the plainest there can be, for tests of what shows rows."""

from __future__ import annotations

from bisect import bisect_right
from threading import current_thread, main_thread

from httpdesk.render.rows import LONGEST_ROW, Elsewhere, Match, Pause, Place, Row, no_pause


class MemoryRows:
    """Implements Rows; knows `known` rows of the text, all of them unless told otherwise."""

    def __init__(self, text: str, known: int | None = None, width: int = LONGEST_ROW) -> None:
        self._rows: list[Row] = []
        offset = 0
        for number, line in enumerate(text.split("\n"), 1):
            for start in range(0, len(line), width) or (0,):
                part = line[start : start + width]
                self._rows.append(Row(part, number, offset, start > 0))
                offset += len(part.encode())
            offset += 1
        self.known = len(self._rows) if known is None else known
        self.asked: list[tuple[int, int]] = []

    @property
    def count(self) -> int:
        """How many rows are known."""
        return self.known

    @property
    def complete(self) -> bool:
        """Whether all of them are."""
        return self.known == len(self._rows)

    @property
    def indexed(self) -> int:
        """How many bytes the known rows stand for."""
        return self._rows[self.known - 1].offset if self.known else 0

    def finish(self) -> None:
        """Know that the text grows no more, which it never does."""

    def index(self, pause: Pause = no_pause, elsewhere: Elsewhere | None = None) -> None:
        """Know all rows."""
        pause()
        self.known = len(self._rows)

    def rows(self, first: int, count: int) -> tuple[Row, ...]:
        """Return rows; only a worker may ask."""
        assert current_thread() is not main_thread()
        self.asked.append((first, count))
        return tuple(self._rows[first : min(first + count, self.known)])

    def fold_end(self, _row: int, _pause: Pause = no_pause) -> int | None:
        """Return None: the text is not laid out by anyone."""
        return None

    def places(self, matches: tuple[Match, ...]) -> tuple[tuple[Place, Place], ...]:
        """Return where matches begin and end."""
        return tuple((self._place(match.start), self._place(match.end)) for match in matches)

    def row_of_line(self, line: int) -> int:
        """Return the row that a line begins at."""
        return next(
            (index for index, row in enumerate(self._rows) if row.line == line), self.known - 1
        )

    def text(self, start: Place, end: Place, limit: int, pause: Pause = no_pause) -> str:
        """Return the text between two places."""
        pause()
        found = []
        for index in range(start.row, min(end.row + 1, self.known)):
            row = self._rows[index]
            first = start.column if index == start.row else 0
            last = end.column if index == end.row else len(row.text)
            ends_line = index + 1 < len(self._rows) and not self._rows[index + 1].continued
            found.append(row.text[first:last] + ("\n" if index < end.row and ends_line else ""))
        return "".join(found)[:limit]

    def _place(self, offset: int) -> Place:
        index = bisect_right([row.offset for row in self._rows], offset) - 1
        row = self._rows[index]
        return Place(index, len(row.text.encode()[: offset - row.offset].decode(errors="ignore")))
