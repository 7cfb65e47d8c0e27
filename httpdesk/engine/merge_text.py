"""Merging texts line by line, as diff3 does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

Codes = Callable[[list[str], list[str]], Iterable[tuple[str, int, int, int, int]]]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that both sides changed, each in another way; `base` is None when unknown."""

    base: str | None = field(repr=False)
    mine: str = field(repr=False)
    theirs: str = field(repr=False)


def merge_lines(base: str | None, mine: str, theirs: str, codes: Codes) -> Iterator[str | Hunk]:
    """Yield the text in pieces: lines that are settled, and hunks that are not."""
    ours, others = mine.splitlines(keepends=True), theirs.splitlines(keepends=True)
    if base is None:
        yield from _two_ways(ours, others, codes)
        return
    before = base.splitlines(keepends=True)
    in_ours, in_others = _places(before, ours, codes), _places(before, others, codes)
    b = m = t = 0
    for at in [*(at for at in sorted(in_ours) if at in in_others), len(before)]:
        m_end, t_end = in_ours.get(at, len(ours)), in_others.get(at, len(others))
        yield from _chunk(before[b:at], ours[m:m_end], others[t:t_end])
        yield from before[at : at + 1]
        b, m, t = at + 1, m_end + 1, t_end + 1


def _places(before: list[str], after: list[str], codes: Codes) -> dict[int, int]:
    """Return where the lines that stayed are now."""
    return {
        i + step: j + step
        for tag, i, i_end, j, _ in codes(before, after)
        if tag == "equal"
        for step in range(i_end - i)
    }


def _chunk(before: list[str], ours: list[str], others: list[str]) -> Iterator[str | Hunk]:
    if others in (ours, before):
        yield "".join(ours)
    elif ours == before:
        yield "".join(others)
    else:
        yield Hunk("".join(before), "".join(ours), "".join(others))


def _two_ways(ours: list[str], others: list[str], codes: Codes) -> Iterator[str | Hunk]:
    m = t = 0
    places = _places(ours, others, codes)
    for at, other in [*sorted(places.items()), (len(ours), len(others))]:
        if ours[m:at] or others[t:other]:
            yield Hunk(None, "".join(ours[m:at]), "".join(others[t:other]))
        yield from ours[at : at + 1]
        m, t = at + 1, other + 1
