"""Comma-separated values and the fields of a form as the rows of a table."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from httpdesk.model.response import BodyHandle
from httpdesk.render.csv_table import MOST_RECORDS, CsvTable
from httpdesk.render.json_tree import NodeKind
from httpdesk.render.parts import form_fields
from httpdesk.render.rows import Pause, no_pause
from httpdesk.render.table_rows import Cell, Cells, SortKey, sort_key

_LONGEST_CELL = 2_000
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


class TextRows:
    """Rows whose cells are texts; what is written as a number is one."""

    columns: tuple[str, ...] = ()
    cut = False
    """Whether there are more rows than a table holds."""

    def fields(self, number: int) -> tuple[str, ...]:
        """Return the texts of a row."""
        raise NotImplementedError

    def rows(
        self, numbers: Sequence[int], pause: Pause = no_pause, *, whole: bool = False
    ) -> list[Cells]:
        """Return the cells of rows; long ones are cut unless they are wanted `whole`."""
        found: list[Cells] = []
        for number in numbers:
            fields = self.fields(number)[: len(self.columns)]
            missing = (None,) * (len(self.columns) - len(fields))
            found.append((*(_cell(text, whole) for text in fields), *missing))
            pause()
        return found

    def key(self, number: int, column: int) -> SortKey:
        """Return what a row is ordered by in a column."""
        fields = self.fields(number)
        return sort_key(_cell(fields[column], True) if column < len(fields) else None)

    def holds(self, number: int, wanted: str) -> bool:
        """Return whether a cell of a row has a text in it, which is given in lower case."""
        return any(wanted in text.casefold() for text in self.fields(number))

    def json(self, number: int) -> str:
        """Return a row as a JSON object of texts."""
        pairs = zip(self.columns, self.fields(number), strict=False)
        return json.dumps(dict(pairs), ensure_ascii=False)


class CsvRows(TextRows):
    """The records of comma-separated values, the first one as titles or as a row."""

    def __init__(self, body: BodyHandle, essence: str = "", *, titled: bool | None = None) -> None:
        self._table = CsvTable(body, essence)
        self._table.index()
        first = self._table.record(0)
        self.titled = titled if titled is not None else _are_titles(first)
        """Whether the first record is titles; guessed when it was not told."""
        width = self._table.width
        names = first if self.titled else ()
        self.columns = tuple(
            names[at] if at < len(names) and names[at] else f"{at + 1}" for at in range(width)
        )

    @property
    def count(self) -> int:
        """How many rows are known."""
        return max(0, self._table.count - self.titled)

    @property
    def complete(self) -> bool:
        """Whether all rows are known."""
        return self._table.complete

    @property
    def broken(self) -> bool:
        """Whether a quotation mark without its other half made the rest unreadable."""
        return self._table.broken

    def index(self, pause: Pause = no_pause) -> None:
        """Find some more rows."""
        self._table.index()
        self.cut = self._table.count >= MOST_RECORDS
        pause()

    def fields(self, number: int) -> tuple[str, ...]:
        """Return the texts of a row."""
        return self._table.record(number + self.titled)


class FormRows(TextRows):
    """The fields of a form; their names and values are the two columns."""

    complete = True

    def __init__(self, body: BodyHandle, titles: tuple[str, str], pause: Pause = no_pause) -> None:
        found = form_fields(body, pause)
        self.columns = titles
        self._pairs = found.pairs
        self.cut = found.cut

    @property
    def count(self) -> int:
        """How many fields there are."""
        return len(self._pairs)

    def index(self, pause: Pause = no_pause) -> None:
        """Do nothing: all fields are known."""

    def fields(self, number: int) -> tuple[str, ...]:
        """Return name and value of a field."""
        return self._pairs[number]


def _cell(text: str, whole: bool) -> Cell:
    kind = NodeKind.NUMBER if _NUMBER.fullmatch(text[:400]) else NodeKind.STRING
    if whole or len(text) <= _LONGEST_CELL:
        return Cell(text, kind)
    return Cell(text[:_LONGEST_CELL], NodeKind.STRING, cut=True)


def _are_titles(record: tuple[str, ...]) -> bool:
    """Return whether a first record looks like titles: short, all different, no numbers."""
    return (
        bool(record)
        and len(set(record)) == len(record)
        and all(0 < len(text) <= 100 and not _NUMBER.fullmatch(text) for text in record)
    )
