"""What became of the rows of a list, found in a bounded time whatever a file holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

Row = TypeVar("Row")
Code = tuple[str, int, int, int, int]
MOST_PAIRED = 4_000_000
"""Pairs of rows that are compared; more of them count as replaced, one after the other."""


def row_changes(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Code]:
    """Yield what `SequenceMatcher.get_opcodes` does.

    Equal rows at both ends are put aside first: thousands of rows that are alike, of which one is
    edited, would take minutes.
    """
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    if start:
        yield "equal", 0, start, 0, start
    if (old_end - start) * (new_end - start) > MOST_PAIRED:
        yield "replace", start, old_end, start, new_end
    else:
        middle = list(old[start:old_end]), list(new[start:new_end])
        for kind, a, a_end, b, b_end in SequenceMatcher(
            None, *middle, autojunk=False
        ).get_opcodes():
            yield kind, start + a, start + a_end, start + b, start + b_end
    if end:
        yield "equal", old_end, len(old), new_end, len(new)


def _same(old: Sequence[Row], new: Sequence[Row]) -> int:
    """Return how many rows at the beginning are the same."""
    pairs = zip(old, new, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
