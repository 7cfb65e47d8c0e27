"""Matching names as the user types: words first, in any order, then letters in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Generic, TypeVar

Entry = TypeVar("Entry")
FAR = 100
"""The largest distance from the start that still makes a match worse."""
SCATTERED = 1_000
"""What letters that are only in order cost more than words that are there as typed."""


@dataclass(frozen=True, slots=True)
class Match(Generic[Entry]):
    """An entry that matches, with the positions of the letters that do; lower scores come first."""

    entry: Entry
    score: int
    hits: tuple[int, ...]


class Haystack(Generic[Entry]):
    """Texts that are searched with every key; more letters only look at what is left.

    The whole text is searched for the words, in any order. Letters that are scattered count in the
    first line of a text only: in long ones they would find everything.
    """

    def __init__(self, entries: Sequence[Entry], texts: Iterable[str]) -> None:
        self._entries = entries
        self._texts = [text.lower() for text in texts]
        self._all: Sequence[int] = range(len(self._texts))
        self._last: tuple[str, Sequence[int]] = ("", self._all)

    def best(self, query: str, most: int) -> list[Match[Entry]]:
        """Return the best matches, at most `most`; an empty query keeps the order of entries."""
        wanted = " ".join(query.lower().split())
        if not wanted:
            return [Match(entry, 0, ()) for entry in self._entries[:most]]
        with_words = self._with_words(wanted)
        scores = [(self._score(place, wanted), place) for place in with_words]
        if len(scores) < most:
            scores += self._scattered(wanted.replace(" ", ""), set(with_words))
        return [
            Match(self._entries[place], score, _positions(wanted, self._texts[place]))
            for score, place in nsmallest(most, scores)
        ]

    def _with_words(self, wanted: str) -> Sequence[int]:
        """Return where all words are, by way of what the query had left one letter before."""
        before, left = self._last
        if not wanted.startswith(before):
            left = self._all
        texts = self._texts
        for word in wanted.split():
            left = [place for place in left if word in texts[place]]
        self._last = (wanted, left)
        return left

    def _score(self, place: int, wanted: str) -> int:
        text = self._texts[place]
        at = text.find(wanted)
        if at >= 0:
            return _distance(text, at)
        return FAR + sum(_distance(text, text.find(word)) for word in wanted.split())

    def _scattered(self, letters: str, known: set[int]) -> Iterable[tuple[int, int]]:
        # Each step stops at the first letter of its kind, so that nothing is ever tried twice.
        steps = (f"[^{re.escape(each)}\n]*+({re.escape(each)})" for each in letters)
        match = re.compile("".join(steps)).match
        for place, text in enumerate(self._texts):
            found = match(text)
            if found is not None and place not in known:
                spread = found.end() - found.start(1)
                yield SCATTERED + spread, place


def _distance(text: str, at: int) -> int:
    """Return how far from the start a word is; inside of a word is further."""
    starts = at == 0 or not text[at - 1].isalnum()
    return min(at, FAR) if starts else min(at, FAR) + 50


def _positions(wanted: str, text: str) -> tuple[int, ...]:
    at = text.find(wanted)
    if at >= 0:
        return tuple(range(at, at + len(wanted)))
    places = [(text.find(word), len(word)) for word in wanted.split()]
    if all(at >= 0 for at, _ in places):
        return tuple(sorted({at + step for at, length in places for step in range(length)}))
    hits: list[int] = []
    for letter in wanted.replace(" ", ""):
        hits.append(text.find(letter, hits[-1] + 1 if hits else 0))
    return tuple(hits)


def best(
    query: str, entries: Iterable[Entry], text_of: Callable[[Entry], str], most: int
) -> list[Match[Entry]]:
    """Return the best matches of a few entries, at most `most`."""
    known = list(entries)
    return Haystack(known, map(text_of, known)).best(query, most)
