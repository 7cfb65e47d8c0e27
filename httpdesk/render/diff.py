"""What differs between two texts: line by line, and for JSON by its structure.

Numbers are compared as they were received: 1.0 and 1.00 differ (statement 52). Meant for a process
of its own where texts are large: both ways may take long.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import Enum

MOST_DIFFERENCES = 10_000
MOST_PAIRED = 250_000
"""Pairs of lines between two anchors that are still matched with each other."""
CONTEXT = 3
"""Equal lines that are shown around a difference."""
_LONGEST_VALUE = 500
_ALIGNED = 2_000
"""Items of an array that are matched by what they are; longer ones are compared by index."""


class Change(Enum):
    """What happened on the way from the text before to the one after."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of a JSON structure; the values are JSON texts, "" where there is none."""

    change: Change
    pointer: str
    """JSON Pointer (RFC 6901), with the indexes of the text after, or before if it is removed."""
    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LinePair:
    """One row of a comparison by lines; a number is None where that side has no line.

    Both numbers are None for a gap: `equal` lines that are left out.
    """

    before: int | None
    after: int | None
    before_text: str = field(default="", repr=False)
    after_text: str = field(default="", repr=False)
    change: Change | None = None
    equal: int = 0


class NotComparable(ValueError):
    """One of the texts is no JSON, or is nested too deep."""


class Lexeme(str):
    """A number or literal as it was received."""

    __slots__ = ()


class Pairs(list[tuple[str, object]]):
    """An object as it was received: repeated keys and their order are kept."""


def by_structure(before: str, after: str, ignored: Sequence[str] = ()) -> tuple[Difference, ...]:
    """Return where two JSON texts differ, `MOST_DIFFERENCES` places at most.

    `ignored` are JSON Pointers, of which `*` stands for any one name or index; what lies below them
    is left out. Raises NotComparable.
    """
    walk = _Walk([pattern.split("/") for pattern in ignored if pattern.strip()])
    try:
        walk.compare("", _parsed(before), _parsed(after))
    except RecursionError as error:
        raise NotComparable from error
    return tuple(walk.found)


def by_lines(before: str, after: str) -> tuple[LinePair, ...]:
    """Return the lines that differ with `CONTEXT` equal ones around them; empty when none does."""
    old, new = before.splitlines(), after.splitlines()
    start, end = _same_start(old, new), 0
    end = _same_end(old[start:], new[start:])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    if not middle_old and not middle_new:
        return ()
    rows = [LinePair(at + 1, at + 1, line, line) for at, line in enumerate(old[:start])]
    rows += _matched(middle_old, middle_new, start)
    tail_old, tail_new = len(old) - end, len(new) - end
    rows += [
        LinePair(tail_old + at + 1, tail_new + at + 1, line, line)
        for at, line in enumerate(old[tail_old:])
    ]
    return tuple(_folded(rows))


def _parsed(text: str) -> object:
    try:
        return json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Lexeme,
            parse_int=Lexeme,
            parse_constant=Lexeme,
            object_pairs_hook=Pairs,
            strict=False,
        )
    except ValueError as error:
        raise NotComparable from error


class _Walk:
    def __init__(self, ignored: Sequence[Sequence[str]]) -> None:
        self._ignored = ignored
        self.found: list[Difference] = []

    def compare(self, pointer: str, before: object, after: object) -> None:
        if self._is_ignored(pointer) or len(self.found) >= MOST_DIFFERENCES:
            return
        if isinstance(before, Pairs) and isinstance(after, Pairs):
            self._objects(pointer, before, after)
        elif _is_array(before) and _is_array(after):
            assert isinstance(before, list)
            assert isinstance(after, list)
            self._arrays(pointer, before, after)
        elif type(before) is not type(after) or before != after:
            self._note(Change.CHANGED, pointer, before, after)

    def _objects(self, pointer: str, before: Pairs, after: Pairs) -> None:
        old, new = _numbered(before), _numbered(after)
        for key, value in old.items():
            place = f"{pointer}/{_escaped(key)}"
            if key in new:
                self.compare(place, value, new[key])
            else:
                self._one_sided(Change.REMOVED, place, value)
        for key, value in new.items():
            if key not in old:
                self._one_sided(Change.ADDED, f"{pointer}/{_escaped(key)}", value)

    def _arrays(self, pointer: str, before: list[object], after: list[object]) -> None:
        for tag, old, old_end, new, new_end in _aligned(before, after):
            if tag == "equal":
                continue
            paired = min(old_end - old, new_end - new)
            for at in range(paired):
                self.compare(f"{pointer}/{new + at}", before[old + at], after[new + at])
            for at in range(old + paired, old_end):
                self._one_sided(Change.REMOVED, f"{pointer}/{at}", before[at])
            for at in range(new + paired, new_end):
                self._one_sided(Change.ADDED, f"{pointer}/{at}", after[at])

    def _one_sided(self, change: Change, pointer: str, value: object) -> None:
        if not self._is_ignored(pointer):
            sides = (value, None) if change is Change.REMOVED else (None, value)
            self._note(change, pointer, *sides)

    def _note(self, change: Change, pointer: str, before: object, after: object) -> None:
        if len(self.found) < MOST_DIFFERENCES:
            old = "" if change is Change.ADDED else _text(before)
            new = "" if change is Change.REMOVED else _text(after)
            self.found.append(Difference(change, pointer, old, new))

    def _is_ignored(self, pointer: str) -> bool:
        names = pointer.split("/")
        return any(
            len(pattern) == len(names)
            and all(part in ("*", name) for part, name in zip(pattern, names, strict=True))
            for pattern in self._ignored
        )


def _is_array(value: object) -> bool:
    return isinstance(value, list) and not isinstance(value, Pairs)


def _numbered(pairs: Pairs) -> dict[str, object]:
    """Return the members by key; a repeated one gets a number, as no two are the same place."""
    found: dict[str, object] = {}
    for key, value in pairs:
        name, number = key, 1
        while name in found:
            number += 1
            name = f"{key}#{number}"
        found[name] = value
    return found


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _aligned(before: list[object], after: list[object]) -> list[tuple[str, int, int, int, int]]:
    if max(len(before), len(after)) > _ALIGNED:
        return [("replace", 0, len(before), 0, len(after))]
    old, new = [_text(item, whole=True) for item in before], [_text(x, whole=True) for x in after]
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def _text(value: object, *, whole: bool = False) -> str:
    """Return a value as JSON, with its numbers as they were; cut unless it is to be `whole`."""
    parts: list[str] = []
    _write(value, parts)
    text = "".join(parts)
    return text if whole or len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _write(value: object, parts: list[str]) -> None:
    if isinstance(value, Pairs):
        parts.append("{")
        for at, (key, member) in enumerate(value):
            parts.append(f"{', ' if at else ''}{json.dumps(key, ensure_ascii=False)}: ")
            _write(member, parts)
        parts.append("}")
    elif isinstance(value, list):
        parts.append("[")
        for at, item in enumerate(value):
            parts.append(", " if at else "")
            _write(item, parts)
        parts.append("]")
    elif isinstance(value, Lexeme):
        parts.append(value)
    else:
        parts.append(json.dumps(value, ensure_ascii=False))


def _same_start(old: list[str], new: list[str]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _same_end(old: list[str], new: list[str]) -> int:
    return _same_start(old[::-1], new[::-1])


def _matched(old: list[str], new: list[str], start: int) -> list[LinePair]:
    rows: list[LinePair] = []
    for tag, i, i_end, j, j_end in line_codes(old, new):
        for at in range(max(i_end - i, j_end - j)):
            one, other = old[i + at : i_end][:1], new[j + at : j_end][:1]
            numbers = (start + i + at + 1, start + j + at + 1)
            rows += [_pair(tag, one, other, numbers)]
    return rows


def line_codes(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield what became of the lines, as `SequenceMatcher.get_opcodes` does.

    Lines that stand once on both sides hold the texts together; what lies between two of them is
    matched by itself, where it is short enough for that.
    """
    i = j = 0
    for anchor_i, anchor_j in [*_anchors(old, new), (len(old), len(new))]:
        yield from _between(old[i:anchor_i], new[j:anchor_j], i, j)
        if anchor_i < len(old):
            yield "equal", anchor_i, anchor_i + 1, anchor_j, anchor_j + 1
        i, j = anchor_i + 1, anchor_j + 1


def _between(
    old: list[str], new: list[str], i: int, j: int
) -> Iterator[tuple[str, int, int, int, int]]:
    if len(old) * len(new) > MOST_PAIRED:
        yield "replace", i, i + len(old), j, j + len(new)
        return
    for tag, a, a_end, b, b_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag, i + a, i + a_end, j + b, j + b_end


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the longest rising run of pairs of lines that stand once on both sides."""
    once, places = Counter(old), {line: at for at, line in enumerate(new)}
    unique = Counter(new)
    pairs = [
        (at, places[line])
        for at, line in enumerate(old)
        if once[line] == 1 and unique.get(line) == 1
    ]
    # Patience sorting: each pile ends with the smallest place that a run of its length can end in.
    ends: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(ends, place)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(ends):
            ends.append(place)
            piles.append(number)
        else:
            ends[pile], piles[pile] = place, number
    found: list[tuple[int, int]] = []
    number = piles[-1] if piles else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _pair(tag: str, old: list[str], new: list[str], numbers: tuple[int, int]) -> LinePair:
    change = Change.CHANGED if old and new else Change.REMOVED if old else Change.ADDED
    return LinePair(
        numbers[0] if old else None,
        numbers[1] if new else None,
        old[0] if old else "",
        new[0] if new else "",
        None if tag == "equal" else change,
    )


def _folded(rows: list[LinePair]) -> Iterator[LinePair]:
    """Yield the rows with long runs of equal lines left out."""
    near = bytearray(len(rows))
    for at, row in enumerate(rows):
        if row.change is not None:
            for close in range(max(0, at - CONTEXT), min(len(rows), at + CONTEXT + 1)):
                near[close] = 1
    hidden = 0
    for at, row in enumerate(rows):
        if near[at]:
            if hidden:
                yield LinePair(None, None, equal=hidden)
            hidden = 0
            yield row
        else:
            hidden += 1
    if hidden:
        yield LinePair(None, None, equal=hidden)
