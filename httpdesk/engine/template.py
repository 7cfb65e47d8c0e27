r"""Filling `{{name}}` in from variables: a look-up, nothing is evaluated (statements 82, 83).

`\{{` stands for `{{`. The backslash counts only when it is not itself preceded by one, so that
`"C:\\{{folder}}"` in a JSON body stays a path with a variable in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from httpdesk.engine.value_forms import RAW, formed, split_forms
from httpdesk.model.errors import (
    InvalidRequest,
    UnknownVariables,
    VariableBound,
    VariableLimit,
    VariablePlace,
)

MAX_DEPTH = 8
"""Levels of variables within the values of variables (security.md R7)."""
MAX_LENGTH = 1024 * 1024
"""Characters that variables may add to one field (security.md R7)."""

MOST_NOTED = 1000
"""Places of unknown variables that are told; a file may hold 100,000 of them."""

ASKED = "?"
"""What the names of values begin with that are asked for."""
MADE = "$"
"""What the names of values begin with that are made."""

Generate = Callable[[str, str], str | None]
"""Gives the value of a name, without its sign, at a place of the request; None for no such name."""

_MARK = re.compile(r"(?<!\\)(?:\\\\)*(?:(\\)\{\{|(\{\{([^{}\r\n]+)\}\}))")


class Literal(str):
    """The value of a variable in which nothing is filled in, because a server chose it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a template: a reference to `name`, or an escaped `{{` when name is None."""

    start: int
    end: int
    name: str | None


def marks(text: str) -> Iterator[Mark]:
    """Yield the references and escapes of `text` in their order."""
    for match in _MARK.finditer(text):
        if match.group(1):
            yield Mark(match.start(1), match.end(), None)
        elif name := match.group(3).strip():
            yield Mark(match.start(2), match.end(), name)


def covered(text: str, cover: Callable[[Mark], str]) -> str:
    """Return the text with something else in place of each reference and escape."""
    pieces, at = [], 0
    for mark in marks(text):
        pieces += [text[at : mark.start], cover(mark)]
        at = mark.end
    return "".join([*pieces, text[at:]])


def has_value(name: str, known: Collection[str]) -> bool:
    """Return whether a name in a template has a value when it is sent, forms or not.

    `known` are the variables, and the names of values that are made.
    """
    return name in known or split_forms(name)[0] in known or name.startswith(ASKED)


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its variables filled in, which still knows where each part was typed."""

    text: str
    steps: tuple[tuple[int, int, bool], ...] = ()
    """(start in `text`, start as typed, whether it was typed), in order."""
    complete: bool = True
    """False when a reference without a value still stands in `text`."""
    raw: tuple[tuple[int, int], ...] = ()
    """(start, end) in `text` of the values that are marked raw."""

    def typed_position(self, position: int) -> int:
        """Return where the character at `position` was typed, or its `{{` if it was filled in."""
        at = (0, 0, True)
        for step in self.steps:
            if step[0] > position:
                break
            at = step
        start, typed, literal = at
        return typed + (position - start if literal else 0)


@dataclass(frozen=True, slots=True)
class _Expansion:
    """The value of a name, or what keeps it from having one."""

    text: str = ""
    unknown: tuple[str, ...] = ()
    cycle: tuple[str, ...] = ()
    bound: VariableBound | None = None

    @property
    def usable(self) -> bool:
        return not (self.unknown or self.cycle or self.bound)


_Place = tuple[str, int, int | None]
"""Field, position and row of a reference."""


def makes_nothing(_name: str, _place: str) -> str | None:
    """Know no values that are made."""
    return None


class Filler:
    """Fills the fields of one request in and gathers what cannot be filled in.

    `generate` makes the values of names that begin with `$`. Forms of `secrets` are secrets, too:
    `hidden` has them.
    """

    def __init__(
        self,
        values: Mapping[str, str],
        generate: Generate = makes_nothing,
        secrets: frozenset[str] = frozenset(),
    ) -> None:
        self._values = values
        self._generate = generate
        self._secrets = secrets
        self._hidden: set[str] = set()
        self._asked: dict[str, None] = {}
        self._times: dict[str, int] = {}
        self._marks: dict[str, tuple[Mark, ...]] = {}
        self._expansions: dict[tuple[str, int], _Expansion] = {}
        self._used: dict[str, dict[str, None]] = {}
        self._unknown: list[VariablePlace] = []
        self._cycles: list[VariablePlace] = []
        self._limits: dict[tuple[str, str], VariableLimit] = {}

    def fill(self, text: str, field: str, row: int | None = None) -> Filled:
        """Return `text` filled in; references without a value stay as typed and are noted."""
        if "{{" not in text:
            return Filled(text)
        pieces: list[str] = []
        steps: list[tuple[int, int, bool]] = []
        length = added = typed = 0
        complete = True
        raw: list[tuple[int, int]] = []
        for mark in marks(text):
            value = self._value_of(mark, (field, mark.start, row), added)
            complete = complete and value is not None
            value = text[mark.start : mark.end] if value is None else value
            added += len(value)
            literal = text[typed : mark.start]
            if mark.name is not None:
                name, forms = self._read(mark.name)
                self._used.setdefault(field, {})[name] = None
                start = length + len(literal)
                raw += [(start, start + len(value))] if RAW in forms else []
            steps += [(length, typed, True), (length + len(literal), mark.start, False)]
            pieces += [literal, value]
            length += len(literal) + len(value)
            typed = mark.end
        pieces.append(text[typed:])
        steps.append((length, typed, True))
        return Filled("".join(pieces), tuple(steps), complete, tuple(raw))

    @property
    def asked(self) -> tuple[str, ...]:
        """The names without a value so far that are to be asked for, each once."""
        return tuple(self._asked)

    @property
    def hidden(self) -> frozenset[str]:
        """Forms of secrets that were filled in, such as their base64."""
        return frozenset(self._hidden)

    def problems(self) -> tuple[InvalidRequest, ...]:
        """Return what could not be filled in so far: all unknown names in one error."""
        found: list[InvalidRequest] = []
        if self._unknown:
            found.append(UnknownVariables(tuple(self._unknown)))
        if self._cycles:
            found.append(UnknownVariables(tuple(self._cycles), cycle=True))
        return (*found, *self._limits.values())

    def used(self) -> dict[str, tuple[str, ...]]:
        """Return for each field the names that it asked for, by itself or through their values."""
        return {field: tuple(self._reached(names)) for field, names in self._used.items()}

    def _reached(self, names: Iterable[str]) -> dict[str, None]:
        found: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found[name] = None
                names_in = (mark.name for mark in self._marks_in(name))
                waiting += [self._read(each)[0] for each in names_in if each is not None]
        return found

    def _read(self, name: str) -> tuple[str, tuple[str, ...]]:
        """Return a variable's name and the forms behind it; a name may hold the sign itself."""
        return (name, ()) if name in self._values else split_forms(name)

    def _value_of(self, mark: Mark, place: _Place, added: int) -> str | None:
        if mark.name is None:
            return "{{"
        name, forms = self._read(mark.name)
        expansion = self._in_forms(self._made(name) or self._expand(name, 1), forms)
        if expansion.usable and added + len(expansion.text) > MAX_LENGTH:
            expansion = _Expansion(bound=VariableBound.LENGTH)
        if expansion.usable:
            return expansion.text
        self._note(name, expansion, place)
        return None

    def _made(self, name: str, owner: str = "") -> _Expansion | None:
        """Return a value that is made for this send, each time another one.

        Inside the value of a variable, `owner`, it is the same wherever that variable stands.
        """
        if not name.startswith(MADE) or name in self._values:
            return None
        times = self._times.get(name, 0)
        place = owner or str(times)
        if not owner:
            self._times[name] = times + 1
        value = self._generate(name.removeprefix(MADE), place)
        return None if value is None else _Expansion(value)

    def _in_forms(self, expansion: _Expansion, forms: tuple[str, ...]) -> _Expansion:
        if not forms or not expansion.usable:
            return expansion
        text = formed(expansion.text, forms)
        if any(secret and secret in expansion.text for secret in self._secrets):
            self._hidden.add(text)
        return _Expansion(text)

    def _note(self, name: str, expansion: _Expansion, place: _Place) -> None:
        field, position, row = place
        for names, noted in (
            (expansion.unknown, self._unknown),
            (expansion.cycle, self._cycles),
        ):
            for other in names:
                via = "" if other == name else name
                if other.startswith(ASKED):
                    self._asked[other] = None
                elif len(noted) < MOST_NOTED:
                    noted.append(VariablePlace(other, field, position, row, via))
        if expansion.bound is not None:
            limit = MAX_DEPTH if expansion.bound is VariableBound.DEPTH else MAX_LENGTH
            error = VariableLimit(name, field, expansion.bound, limit)
            self._limits.setdefault((name, field), error)

    def _expand(self, name: str, level: int) -> _Expansion:
        """Return the value of `name`; kept per level, so shared values are not walked again."""
        key = (name, level)
        if key not in self._expansions:
            self._expansions[key] = self._expand_anew(name, level)
        return self._expansions[key]

    def _expand_anew(self, name: str, level: int) -> _Expansion:
        value = self._values.get(name)
        if value is None:
            return _Expansion(unknown=(name,))
        if "{{" not in value or isinstance(value, Literal):
            return _Expansion(value)
        if level > MAX_DEPTH:
            cycle = self._cycle_from(name)
            return _Expansion(cycle=cycle, bound=None if cycle else VariableBound.DEPTH)
        inner = [self._inner(mark, level, name) for mark in self._marks_in(name)]
        return self._join(value, inner, name)

    def _inner(self, mark: Mark, level: int, owner: str) -> _Expansion:
        if mark.name is None:
            return _Expansion("{{")
        name, forms = self._read(mark.name)
        made = self._made(name, f"{owner}:{mark.start}")
        return self._in_forms(made or self._expand(name, level + 1), forms)

    def _join(self, value: str, inner: list[_Expansion], name: str) -> _Expansion:
        unknown = tuple(dict.fromkeys(n for one in inner for n in one.unknown))
        cycle = next((one.cycle for one in inner if one.cycle), ())
        bound = next((one.bound for one in inner if one.bound), None)
        if bound is None and len(value) + sum(len(one.text) for one in inner) > MAX_LENGTH:
            bound = VariableBound.LENGTH
        if unknown or cycle or bound:
            return _Expansion(unknown=unknown, cycle=cycle, bound=bound)
        pieces, typed = [], 0
        for mark, one in zip(self._marks_in(name), inner, strict=True):
            pieces += [value[typed : mark.start], one.text]
            typed = mark.end
        return _Expansion("".join([*pieces, value[typed:]]))

    def _marks_in(self, name: str) -> tuple[Mark, ...]:
        if name not in self._marks:
            value = self._values.get(name, "")
            self._marks[name] = () if isinstance(value, Literal) else tuple(marks(value))
        return self._marks[name]

    def _cycle_from(self, start: str) -> tuple[str, ...]:
        """Return the names of a circle that is reached from `start`, or nothing."""
        path: list[str] = []
        walks: list[Iterator[Mark]] = []
        finished: set[str] = set()
        name: str | None = start
        while True:
            if name is not None and name in path:
                return tuple(path[path.index(name) :])
            if name is not None and name not in finished:
                path.append(name)
                walks.append(iter(self._marks_in(name)))
            mark = next(walks[-1], None)
            name = mark.name if mark else None
            if name is not None:
                name = self._read(name)[0]
            if mark is None:
                finished.add(path.pop())
                walks.pop()
                if not walks:
                    return ()
