"""Matching names as the user types: substrings first, then letters in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Match(Generic[Entry]):
    """An entry that matches, with the positions of the letters that do; lower scores come first."""

    entry: Entry
    score: int
    hits: tuple[int, ...]


def match(query: str, text: str) -> tuple[int, tuple[int, ...]] | None:
    """Return (score, positions) of `query` in `text`, or None; lower is better."""
    wanted, held = query.lower(), text.lower()
    if not wanted:
        return 0, ()
    start = held.find(wanted)
    if start >= 0:
        word_start = start == 0 or not held[start - 1].isalnum()
        return (0 if word_start else 50) + start, tuple(range(start, start + len(wanted)))
    return _subsequence(wanted, held)


def _subsequence(wanted: str, held: str) -> tuple[int, tuple[int, ...]] | None:
    hits = []
    place = -1
    for letter in wanted:
        if letter == " ":
            continue
        place = held.find(letter, place + 1)
        if place < 0:
            return None
        hits.append(place)
    spread = hits[-1] - hits[0] if hits else 0
    return 200 + spread, tuple(hits)


def best(
    query: str, entries: Iterable[Entry], text_of: Callable[[Entry], str], most: int
) -> list[Match[Entry]]:
    """Return the best matches, at most `most`; an empty query keeps the order of `entries`."""
    found = [
        Match(entry, *hit) for entry in entries if (hit := match(query, text_of(entry))) is not None
    ]
    return sorted(found, key=lambda each: each.score)[:most]
