"""Any bytes as rows of offset, hexadecimal and ASCII; nothing is indexed, nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from httpdesk.model.response import BodyHandle
from httpdesk.render.hexdump import ACROSS, hex_lines
from httpdesk.render.rows import Elsewhere, Match, Pause, Place, Row, Stopped, no_pause, read_piece

_AT_ONCE = 4096
"""Rows that are read together for a long copy."""
_SEARCHED = 256 * 1024
"""Bytes that are searched at once: 0.1 ms."""
_HEX = re.compile(r"(?:[0-9a-f]{2}[\s:,-]*)+", re.IGNORECASE)


class HexRows:
    """The bytes of a body as `Rows`, sixteen on each."""

    def __init__(self, body: BodyHandle, *, growing: bool = False) -> None:
        self._body = body
        self._growing = growing
        self._size = 0
        self.index(no_pause)

    @property
    def count(self) -> int:
        """How many rows are known."""
        return -(-self._size // ACROSS)

    @property
    def complete(self) -> bool:
        """Whether the body grows no more."""
        return not self._growing

    @property
    def indexed(self) -> int:
        """How many bytes the known rows stand for."""
        return self._size

    def index(self, pause: Pause, elsewhere: Elsewhere | None = None) -> None:
        """Look how much has arrived."""
        try:
            self._size = self._body.size
        except (ValueError, OSError) as error:
            raise Stopped from error

    def finish(self) -> None:
        """Take what has arrived for the whole body."""
        self._growing = False

    def rows(self, first: int, count: int) -> tuple[Row, ...]:
        """Return up to `count` rows from `first`."""
        offset = first * ACROSS
        data = read_piece(self._body, offset, max(0, min(count * ACROSS, self._size - offset)))
        return tuple(
            Row(text, first + number + 1, offset + number * ACROSS)
            for number, text in enumerate(hex_lines(data, offset))
        )

    def places(self, matches: tuple[Match, ...]) -> tuple[tuple[Place, Place], ...]:
        """Return where the hexadecimal digits of matches begin and end."""
        known = (match for match in matches if match.start < match.end <= self._size)
        return tuple((place_of(match.start), _end_of(match.end - 1)) for match in known)

    def row_of_line(self, line: int) -> int:
        """Return the row with that number; every row is a line."""
        return max(0, min(line, self.count) - 1)

    def fold_end(self, row: int, pause: Pause = no_pause) -> int | None:
        """Return None: bytes do not fold."""
        return None

    def text(self, start: Place, end: Place, limit: int, pause: Pause) -> str:
        """Return the text between two places as it reads on screen, up to `limit` characters."""
        pieces: list[str] = []
        room, behind = limit, min(end.row + 1, self.count)
        for first in range(start.row, behind, _AT_ONCE):
            lines = self._lines(first, min(_AT_ONCE, behind - first), start, end)
            pieces.extend(lines)
            room -= sum(len(line) + 1 for line in lines)
            if room < 0:
                break
            pause()
        return "\n".join(pieces)[:limit]

    def _lines(self, first: int, count: int, start: Place, end: Place) -> list[str]:
        lines = [row.text for row in self.rows(first, count)]
        if lines and first <= end.row < first + count:
            lines[-1] = lines[-1][: end.column]
        if lines and first == start.row:
            lines[0] = lines[0][start.column :]
        return lines


def place_of(offset: int) -> Place:
    """Return where the first digit of a byte stands."""
    row, across = divmod(offset, ACROSS)
    return Place(row, len(f"{row * ACROSS:08x}") + 2 + 3 * across)


def _end_of(offset: int) -> Place:
    place = place_of(offset)
    return Place(place.row, place.column + 2)


def columns_of(match: Match) -> Iterator[tuple[int, int, int]]:
    """Yield row, start and end of each run of columns that a match covers, digits and letters."""
    for row in range(match.start // ACROSS, (match.end - 1) // ACROSS + 1):
        first = max(match.start - row * ACROSS, 0)
        last = min(match.end - row * ACROSS, ACROSS) - 1
        digits = place_of(row * ACROSS).column
        letters = digits + 3 * ACROSS + 1
        yield row, digits + 3 * first, digits + 3 * last + 2
        yield row, letters + first, letters + last + 1


def hex_needle(text: str) -> bytes | None:
    """Return the bytes that `0d 0a`, `0x0d0a` or `0D:0A` spell, or None."""
    digits = text.strip().removeprefix("0x").removeprefix("0X")
    if _HEX.fullmatch(digits) is None:
        return None
    return bytes.fromhex(re.sub(r"[\s:,-]", "", digits))


def parse_offset(text: str) -> int | None:
    """Return the offset that `4096`, `0x1000` or `1000h` names, or None."""
    wanted = text.strip().lower().replace("_", "")
    hexadecimal = re.fullmatch(r"0x([0-9a-f]{1,16})|([0-9a-f]{1,16})h", wanted)
    if hexadecimal is not None:
        return int(hexadecimal[1] or hexadecimal[2], 16)
    return int(wanted) if re.fullmatch(r"[0-9]{1,18}", wanted) else None


def find_bytes(body: BodyHandle, needle: bytes, pause: Pause) -> Iterator[Match]:
    """Yield where `needle` stands, in order, without overlaps; belongs on a worker.

    Raises Stopped when the body is given back.
    """
    offset = 0
    while needle:
        data = read_piece(body, offset, max(_SEARCHED, 2 * len(needle)))
        if len(data) < len(needle):
            return
        behind = 0
        while (at := data.find(needle, behind)) >= 0:
            behind = at + len(needle)
            yield Match(offset + at, offset + behind)
            pause()
        offset += max(behind, len(data) - len(needle) + 1)
        pause()
