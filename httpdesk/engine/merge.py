"""Merging a request that was edited here with its file, which was edited elsewhere.

What only one side changed is taken from that side; what both changed alike is no question; the
rest is a conflict, of which the user chooses. Nothing of either side is left out in silence. Where
nobody knows what both began from, everything that differs is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any

from httpdesk.engine.merge_text import Codes, Hunk, merge_lines
from httpdesk.model.request import Options, Request

Way = tuple[str | int, ...]
TEXTS = frozenset({"text", "notes", "query", "variables"})
"""Fields whose text is merged line by line."""
NOT_MERGED = frozenset({"unapplied"})
"""What the file says by itself; a save leaves it as the file has it."""
ORDER = "order"


class Choice(Enum):
    """What is taken where both sides changed the same."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    """One after the other; of texts only."""


class Absent(Enum):
    """What stands for a row that a side does not have, or for a base that nobody knows."""

    ROW = "no row"
    BASE = "unknown"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One place that both sides changed, each in another way.

    `way` names it: fields of the request, then for a row its name and which of that name it is.
    The values are those of the fields, rows, or for `ORDER` the names in their order; lines of a
    text are a `str`.
    """

    way: Way
    base: Any = field(repr=False)
    mine: Any = field(repr=False)
    theirs: Any = field(repr=False)
    is_text: bool = False
    """Whether the values are lines of a text, of which both can be taken."""


Chosen = Mapping[Way, Choice]


@dataclass(frozen=True, slots=True)
class Merged:
    """The request with what was chosen, mine where nothing was; and every conflict there was."""

    request: Request
    conflicts: tuple[Conflict, ...] = ()


def merge(
    base: Request | None,
    mine: Request,
    theirs: Request,
    codes: Codes,
    chosen: Chosen | None = None,
) -> Merged:
    """Return both sides' changes since `base` in one request; `base` is None when unknown.

    `codes` tells what became of the lines of a text, as `SequenceMatcher.get_opcodes` does.
    """
    merger = _Merger(codes, chosen or {})
    known = Absent.BASE if base is None else base
    request = merger.parts((), known, mine, theirs)
    return Merged(request, tuple(merger.conflicts))


class _Merger:
    """One merge; conflicts are gathered on the way, in the order of the fields."""

    def __init__(self, codes: Codes, chosen: Chosen) -> None:
        self._codes = codes
        self._chosen = chosen
        self.conflicts: list[Conflict] = []

    def parts(self, way: Way, base: Any, mine: Any, theirs: Any) -> Any:
        """Merge two values of one dataclass, field by field."""
        if isinstance(mine, Options):
            return self._options(way, base, mine, theirs)
        changes = {}
        for each in fields(mine):
            name = each.name
            ours, others = getattr(mine, name), getattr(theirs, name)
            before = getattr(base, name) if type(base) is type(mine) else Absent.BASE
            if not way and name in NOT_MERGED:
                changes[name] = others
            else:
                changes[name] = self._field((*way, name), before, ours, others)
        return replace(mine, **changes)

    def _options(self, way: Way, base: Any, mine: Options, theirs: Options) -> Options:
        names = [each.name for each in fields(mine) if each.name != "stated"]
        values = {name: self._option((*way, name), base, mine, theirs) for name in names}
        return replace(mine, **values, stated=self._stated(way, base, mine, theirs))

    def _option(self, way: Way, base: Any, mine: Options, theirs: Options) -> Any:
        """Merge an option; one side may say the default, which is more than to say nothing."""
        name = str(way[-1])
        sides = [_said(each, name) for each in (base, mine, theirs)]
        (_, stated), (_, also_stated) = sides[1:]
        if stated != also_stated and sides[0] not in sides[1:]:
            return self._choose(way, *(each[0] for each in sides))
        return self._field(way, *(each[0] for each in sides))

    def _stated(self, way: Way, base: Any, mine: Options, theirs: Options) -> tuple[str, ...]:
        names = []
        for name in sorted({*mine.stated, *theirs.stated}):
            sides = [_said(each, name) for each in (base, mine, theirs)]
            conflicts = sides[0] not in sides[1:]
            takes_theirs = self._chosen.get((*way, name)) is Choice.THEIRS
            taken = sides[2] if sides[1] == sides[0] or (conflicts and takes_theirs) else sides[1]
            names += [name] if taken[1] else []
        return tuple(names)

    def _field(self, way: Way, base: Any, mine: Any, theirs: Any) -> Any:
        if theirs in (mine, base):
            return mine
        if mine == base:
            return theirs
        if way[-1] in TEXTS and isinstance(mine, str) and isinstance(theirs, str):
            return self._text(way, base, mine, theirs)
        if isinstance(mine, tuple) and isinstance(theirs, tuple):
            return self._rows(way, base, mine, theirs)
        same_kind = type(mine) is type(theirs) and is_dataclass(mine)
        if same_kind and type(base) in (type(mine), Absent) and way[-1] != "auth":
            return self.parts(way, base, mine, theirs)
        return self._choose(way, base, mine, theirs)

    def _choose(self, way: Way, base: Any, mine: Any, theirs: Any) -> Any:
        self.conflicts.append(Conflict(way, base, mine, theirs))
        return theirs if self._chosen.get(way) is Choice.THEIRS else mine

    # Texts

    def _text(self, way: Way, base: Any, mine: str, theirs: str) -> str:
        known = base if isinstance(base, str) else None
        merged = []
        number = 0
        for piece in merge_lines(known, mine, theirs, self._codes):
            if isinstance(piece, str):
                merged.append(piece)
            else:
                merged.append(self._hunk((*way, number), piece))
                number += 1
        return "".join(merged)

    def _hunk(self, way: Way, hunk: Hunk) -> str:
        base = Absent.BASE if hunk.base is None else hunk.base
        self.conflicts.append(Conflict(way, base, hunk.mine, hunk.theirs, is_text=True))
        match self._chosen.get(way):
            case Choice.THEIRS:
                return hunk.theirs
            case Choice.BOTH:
                return _ended(hunk.mine) + hunk.theirs
        return hunk.mine

    # Rows

    def _rows(
        self, way: Way, base: Any, mine: tuple[Any, ...], theirs: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        known = isinstance(base, tuple)
        before = _keyed(base) if known else {}
        ours, others = _keyed(mine), _keyed(theirs)
        rows: dict[Key, Any] = {}
        for key in dict.fromkeys((*ours, *others)):
            missing = Absent.ROW if known else Absent.BASE
            row = self._row(
                (*way, *key),
                before.get(key, missing),
                ours.get(key, Absent.ROW),
                others.get(key, Absent.ROW),
            )
            if row is not Absent.ROW:
                rows[key] = row
        order = self._order(way, list(before) if known else None, list(ours), list(others))
        return tuple(rows[key] for key in order if key in rows)

    def _row(self, way: Way, base: Any, mine: Any, theirs: Any) -> Any:
        if theirs in (mine, base):
            return mine
        if mine == base:
            return theirs
        rows = (base, mine, theirs)
        if not all(is_dataclass(each) and not isinstance(each, type) for each in rows):
            return self._choose(way, base, mine, theirs)
        return self._row_parts(way, base, mine, theirs)

    def _row_parts(self, way: Way, base: Any, mine: Any, theirs: Any) -> Any:
        """Merge an edited row by its cells; where a cell conflicts, the whole row is asked about.

        The cells that only one side changed are taken whatever is chosen.
        """
        cells: dict[str, tuple[Any, Any]] = {}
        for each in fields(mine):
            before, ours, others = (getattr(row, each.name) for row in (base, mine, theirs))
            cells[each.name] = _settled(before, ours, others)
        offered = [
            replace(mine, **{name: pair[side] for name, pair in cells.items()}) for side in (0, 1)
        ]
        if offered[0] == offered[1]:
            return offered[0]
        return self._choose(way, base, *offered)

    def _order(
        self,
        way: Way,
        base: list[Key] | None,
        mine: list[Key],
        theirs: list[Key],
    ) -> list[Key]:
        ours, others = _only(mine, theirs), _only(theirs, mine)
        if ours == others:
            return _woven(mine, theirs)
        if base is not None and ours == _only(base, ours):
            return _woven(theirs, mine)
        if base is not None and others == _only(base, others):
            return _woven(mine, theirs)
        names = [tuple(key[0] for key in each) for each in (base or (), ours, others)]
        chosen = self._choose((*way, ORDER), *names)
        return _woven(mine, theirs) if chosen is names[1] else _woven(theirs, mine)


def _said(options: Any, name: str) -> tuple[Any, bool]:
    """Return an option with whether it is said although it is the default."""
    if not isinstance(options, Options):
        return Absent.BASE, False
    return getattr(options, name), name in options.stated


Key = tuple[str, int]


def _keyed(rows: Iterable[Any]) -> dict[Key, Any]:
    """Return the rows by name and by which of that name each is."""
    keyed: dict[Key, Any] = {}
    counts: dict[str, int] = {}
    for row in rows:
        name = _name(row)
        counts[name] = counts.get(name, 0) + 1
        keyed[name, counts[name]] = row
    return keyed


def _name(row: Any) -> str:
    if isinstance(row, tuple):
        return str(row[0]) if row else ""
    return str(getattr(row, "name", row))


def _settled(base: Any, mine: Any, theirs: Any) -> tuple[Any, Any]:
    """Return what each side would have of a cell: twice the same unless both changed it."""
    if theirs == base:
        return mine, mine
    if mine == base:
        return theirs, theirs
    return mine, theirs


def _only(keys: Sequence[Key], of: Sequence[Key]) -> list[Key]:
    kept = set(of)
    return [key for key in keys if key in kept]


def _woven(first: Sequence[Key], second: Sequence[Key]) -> list[Key]:
    """Return `first` with what only `second` has put in behind what it stands behind there."""
    known = set(first)
    followers: dict[Key | None, list[Key]] = {}
    before: Key | None = None
    for key in second:
        if key in known:
            before = key
        else:
            followers.setdefault(before, []).append(key)
    woven = followers.get(None, [])[:]
    for key in first:
        woven += [key, *followers.get(key, [])]
    return woven


def _ended(text: str) -> str:
    """Return lines that another one can follow."""
    return text if not text or text.endswith(("\n", "\r")) else f"{text}\n"
