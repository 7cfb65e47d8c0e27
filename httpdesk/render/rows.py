"""Rows of text over the bytes of a body: what a painted view asks for, whatever lies below.

A row is what stands on one line of the screen when nothing is wrapped. It is short, whatever the
body holds: a line longer than `LONGEST_ROW` bytes is several rows. Rows are made from the bytes
each time they are asked for, so a body of any size costs its index only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from httpdesk.model.response import BodyHandle

LONGEST_ROW = 8192
"""Bytes after which a line goes on in another row."""

Pause = Callable[[], None]
"""Called often by long work; rests when it is time, and raises `Stopped` when it is not wanted."""


Elsewhere = Callable[[str, Mapping[str, object]], Iterator[bytes]]
"""Runs a function of this package on the same body in another process: `Offload.run` with body and
cancel token bound. Long work goes there, since it would slow the window down in here."""


class Stopped(Exception):
    """Nobody waits for the result any more, or the body was given back meanwhile."""


def read_piece(body: BodyHandle, offset: int, length: int) -> bytes:
    """Return up to `length` bytes from `offset`; raises Stopped when the body was given back."""
    try:
        return body.read_at(offset, length)
    except (ValueError, OSError) as error:
        raise Stopped from error


def no_pause() -> None:
    """Work on without a rest."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Columns of a row that hold a secret, or bullets in its place."""

    start: int
    end: int
    at: int
    """The first byte of the secret in the body."""
    shown: bool
    """Whether it was revealed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of text as it is painted; control characters are made visible already."""

    text: str = field(repr=False)
    line: int
    """The number of its line, counted from 1."""
    offset: int
    """Where the row's first byte stands in the body; the end of the row before for a row that
    stands for no bytes."""
    continued: bool = False
    """Whether it goes on with the line of the row before."""
    depth: int = 0
    """Nesting at the row's start, for laid-out text; folding goes by it."""
    secrets: tuple[Secret, ...] = ()
    """From left to right."""


@dataclass(frozen=True, slots=True)
class Match:
    """One place that a search found: where it begins and ends in the bytes of the body."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text: a row, and the number of characters of the row before it."""

    row: int
    column: int


class Rows(Protocol):
    """The rows of one body, known as far as the body has been indexed.

    `count` and `complete` may be read on any thread, at any time. All others read bytes and belong
    on a worker; they raise `Stopped` when the body is given back.
    """

    @property
    def count(self) -> int:
        """How many rows are known."""

    @property
    def complete(self) -> bool:
        """Whether the body is indexed to its end and grows no more."""

    @property
    def indexed(self) -> int:
        """How many bytes of the body the known rows stand for."""

    def finish(self) -> None:
        """Know that the body grows no more; another `index` brings its last rows."""

    def index(self, pause: Pause, elsewhere: Elsewhere | None = None) -> None:
        """Index on to the end of what has arrived; `count` grows meanwhile.

        The first screens are indexed here, and `elsewhere` does the rest of a large body. While
        the body grows, a call indexes a megabyte of it, and its last row may change with the next.
        """

    def rows(self, first: int, count: int) -> tuple[Row, ...]:
        """Return up to `count` rows from `first`; fewer at the end of what is known."""

    def places(self, matches: tuple[Match, ...]) -> tuple[tuple[Place, Place], ...]:
        """Return where matches begin and end in the text, of those that lie in known rows."""

    def row_of_line(self, line: int) -> int:
        """Return the row that a line (counted from 1) begins at, the last known one at most."""

    def fold_end(self, row: int, pause: Pause = no_pause) -> int | None:
        """Return the row that closes what `row` opens; None when it opens nothing, or when the end
        is not known yet."""

    def text(self, start: Place, end: Place, limit: int, pause: Pause) -> str:
        """Return the text between two places as it reads on screen, of `limit` characters at most.

        Rows of one line are joined without a line's end."""
