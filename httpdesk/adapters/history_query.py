"""What is asked of the history, as statements of SQL with their values beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from httpdesk.adapters.history_rows import ENTRY_COLUMNS, key_of, place, plain
from httpdesk.model.history import HistoryFilter

TRIGRAM = 3
"""Letters of the shortest word that the index finds."""
_SHOWN = " || ' ' || ".join(
    f"entries.{column}" for column in ("name", "url", "method", "host", "failure")
)
_COLUMNS = ", ".join(f"entries.{column}" for column in ENTRY_COLUMNS.split(", "))

_LONGEST_TEXT = 1000
_MOST_WORDS = 50
"""More is no search, and too deep for the index."""

Condition = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Query:
    """Which entries are asked for, with a parameter for every value."""

    where: str
    values: tuple[Any, ...]
    in_words: bool
    """Whether the index of words leads the way; it has its rows in the order of keys, too."""

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not self.where

    def page(self, before: int, most: int) -> tuple[str, tuple[Any, ...]]:
        """Return the statement for the newest entries with keys below `before`."""
        key = "words.rowid" if self.in_words else "entries.key"
        where = f"{self.where} AND {key} < ?" if self.where else f"{key} < ?"
        text = f"SELECT {_COLUMNS} FROM {self._tables} WHERE {where} ORDER BY {key} DESC LIMIT ?"
        return text, (*self.values, before, most)

    @property
    def count(self) -> tuple[str, tuple[Any, ...]]:
        """Return the statement that counts them."""
        where = f" WHERE {self.where}" if self.where else ""
        return f"SELECT count(*) FROM {self._tables}{where}", self.values

    @property
    def _tables(self) -> str:
        # The words first, so that a page ends the search as soon as it is full.
        joined = "words CROSS JOIN entries ON entries.key = words.rowid"
        return joined if self.in_words else "entries"


def query(wanted: HistoryFilter) -> Query:
    """Return what a filter asks for."""
    words = plain(wanted.text[:_LONGEST_TEXT]).split()[:_MOST_WORDS]
    long = [word for word in words if len(word) >= TRIGRAM]
    found: list[Condition] = []
    if long:
        # Between double quotes every sign stands for itself, and a double one for a quote.
        quoted = " AND ".join('"{}"'.format(word.replace('"', '""')) for word in long)
        found.append(("words MATCH ?", (quoted,)))
    found += [_short(word) for word in words if len(word) < TRIGRAM]
    found += _conditions(wanted, "words.rowid" if long else "entries.key")
    where = " AND ".join(condition for condition, _ in found)
    return Query(where, tuple(value for _, values in found for value in values), bool(long))


def _short(word: str) -> Condition:
    escaped = "".join(f"\\{sign}" if sign in "%_\\" else sign for sign in word)
    shown = f"{_SHOWN} || ' ' || coalesce(entries.status, '')"
    return f"{shown} LIKE ? ESCAPE '\\'", (f"%{escaped}%",)


def day_keys(day: date) -> tuple[int, int]:
    """Return where a day of the computer's own time zone begins and where the next one does."""
    # A naive time stands for that time zone; a day of the clock change is shorter or longer.
    start = datetime.combine(day, time.min)
    try:
        end = (start + timedelta(days=1)).astimezone(UTC)
        return key_of(start.astimezone(UTC)), key_of(end)
    except (OverflowError, OSError, ValueError):
        return (0, 0)


def _conditions(wanted: HistoryFilter, key: str) -> Iterator[Condition]:
    if wanted.day is not None:
        yield f"{key} >= ? AND {key} < ?", day_keys(wanted.day)
    if wanted.status_class == 0:
        yield "entries.failure != ''", ()
    elif wanted.status_class is not None:
        first = wanted.status_class * 100
        yield "entries.status BETWEEN ? AND ? AND entries.failure = ''", (first, first + 99)
    if wanted.root:
        yield "entries.root = ?", (place(wanted.root),)
    if wanted.path:
        yield "entries.path = ?", (place(wanted.path),)
