"""Rows made ready for painting: measured, and with what they begin inside of; no Qt in here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from httpdesk.gui.response.text_view_cells import Cells, cells_of
from httpdesk.gui.widgets.folding import opens_fold
from httpdesk.gui.widgets.highlighter import Span, spans, xml_state_after
from httpdesk.render.rows import Row

_ESCAPED: Final = re.compile(r"\\.", re.DOTALL)
_CLOSES_STRING: Final = re.compile(r'"\s*(?:[,:}\]]|$)')
_STEP: Final = 256
EYE: Final = 2
"""Cells at the end of a row of bullets that its eye takes."""
_LONGEST_TAG: Final = 2_000
"""Characters of a start tag that still opens a fold."""


@dataclass(slots=True)
class Line:
    """One row as the view keeps it while it is near the screen."""

    number: int
    """Which row it is, from 0."""
    row: Row
    cells: Cells
    language: str
    inside: str = ""
    """What the row begins inside of: "string", "comment", "cdata"."""
    opens: bool = False
    """Whether rows below can be folded into this one."""
    _spans: list[Span] = field(default_factory=list, repr=False)
    _coloured: int = 0
    _breaks: tuple[int, tuple[int, ...]] = (0, (0,))

    def colours(self, end: int) -> list[Span]:
        """Return (start, length, colour token) of the text up to a column, or a bit further."""
        if end > self._coloured:
            self._coloured = min(max(end + _STEP, 2 * self._coloured), self.cells.length)
            text = self.row.text[: self._coloured]
            self._spans = list(spans(self.language, text, self.inside))
        return self._spans

    @property
    def painted(self) -> str:
        """The text as it is drawn: where an eye stands there is no bullet."""
        text = self.row.text
        for secret in self.row.secrets:
            if not secret.shown:
                text = text[: secret.end - EYE] + " " * EYE + text[secret.end :]
        return text

    def breaks(self, room: int) -> tuple[int, ...]:
        """Return the columns at which the lines of the wrapped row begin."""
        if self._breaks[0] != room:
            self._breaks = room, self.cells.breaks(room)
        return self._breaks[1]

    @property
    def depth(self) -> int:
        """How deep the row is nested: as its rows say, else as far as it is indented."""
        return self.row.depth or indent_of(self.row)


def indent_of(row: Row) -> int:
    """Return how far a row is indented."""
    return len(row.text) - len(row.text.lstrip(" \t"))


def prepared(
    first: int, rows: Iterable[Row], language: str, before: Line | None = None
) -> Iterator[Line]:
    """Yield the lines of rows that follow each other from `first`; `before` is the one above."""
    inside = _state_after(language, before.row.text, before.inside) if before else None
    for number, row in enumerate(rows, first):
        inside = _state_at(language, row, inside)
        opens = not row.continued and _opens(language, row.text)
        yield Line(number, row, cells_of(row.text), language, inside, opens)
        inside = _state_after(language, row.text, inside)


def _opens(language: str, text: str) -> bool:
    if language == "json":
        return text.endswith(("{", "["))
    return len(text) <= _LONGEST_TAG and opens_fold(language, text)


def indented_end(line: Line, read: Callable[[int], Iterable[Row]]) -> int:
    """Return the next row that is indented no deeper; one behind the last row when there is none.

    `read(row)` returns some rows from `row`, none at the end.
    """
    depth, number = indent_of(line.row), line.number + 1
    while rows := tuple(read(number)):
        for row in rows:
            if not row.continued and row.text.strip() and indent_of(row) <= depth:
                return number
            number += 1
    return number


def _state_at(language: str, row: Row, before: str | None) -> str:
    """Return what a row begins inside of when the row above ended inside `before`."""
    if language == "json":
        if not row.continued:
            return ""
        return _guess_string(row.text) if before is None else before
    return before or ""


def _state_after(language: str, text: str, inside: str) -> str:
    if language == "json":
        quotes = _ESCAPED.sub("", text).count('"') if "\\" in text else text.count('"')
        return "string" if quotes % 2 != bool(inside) else ""
    if language == "xml":
        found = xml_state_after(text)
        return inside if found is None else found
    return ""


def _guess_string(text: str) -> str:
    """Return whether a row in the middle of a long line looks like the inside of a string."""
    quote = text.find('"')
    return "string" if quote >= 0 and _CLOSES_STRING.match(text, quote) else ""
