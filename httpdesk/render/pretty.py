"""JSON and XML laid out to be read, every token as received (statements 51 and 52).

Numbers, escapes, order and repeated keys are never touched: only the white space between tokens
changes. `limit` bounds the result, because indentation can multiply a small hostile text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from httpdesk.render.json_text import (
    CLOSERS,
    OPENERS,
    JsonError,
    JsonSyntaxError,
    Kind,
    located,
    scan,
)

MAX_DEPTH = 100
"""Deeper levels stay on one line: their indentation would be all there is to see."""
MAX_OUTPUT = 16_000_000
"""Characters; what a formatted text may grow to before it is cut."""
MAX_REMARKS = 50
PRINTED_HERE = 20_000
"""Characters up to which the printer is quick enough to spare the import of a library."""

Tick = Callable[[], None]
"""Called every so often during long work: to let others run, or to stop by raising."""
TICK_EVERY = 256
"""Tokens between two ticks."""

_BREAKS = tuple("\n" + "  " * depth for depth in range(MAX_DEPTH + 1))


class RemarkKind(Enum):
    """Something in a JSON text that other programs may read differently."""

    REPEATED_KEY = "repeated key"
    NOT_A_NUMBER = "not a number"
    """NaN or an infinity."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One flag: what, the token, and its line in the formatted text, from 1."""

    kind: RemarkKind
    token: str
    line: int


@dataclass(frozen=True, slots=True)
class PrettyJson:
    """A JSON text laid out; with an error `text` is the text as received."""

    text: str
    error: JsonError | None = None
    remarks: tuple[Remark, ...] = ()
    cut: bool = False
    """True when the formatted text was longer than the limit."""


def no_tick() -> None:
    """Do nothing."""


def pretty_json(
    text: str, *, whole: bool = True, limit: int = MAX_OUTPUT, tick: Tick = no_tick
) -> PrettyJson:
    """Return `text` with two spaces for each level, its remarks, or its first error.

    With `whole` False the text is the beginning of something longer and its end is no error.
    An empty text gives an empty result (statement 51).
    """
    if not text or text.isspace():
        return PrettyJson("")
    fast = None
    if whole and len(text) > PRINTED_HERE:
        fast = _formatted_fast(text, limit, tick)
    if fast is not None:
        return PrettyJson(fast)
    printer = _Printer(limit)
    try:
        for number, (kind, token, _) in enumerate(scan(text, whole=whole)):
            if not printer.add(kind, token):
                break
            if not number % TICK_EVERY:
                tick()
    except JsonSyntaxError as error:
        return PrettyJson(text, located(text, error))
    return PrettyJson("".join(printer.pieces), None, tuple(printer.remarks), printer.cut)


class _Printer:
    """Lays tokens out; knows the depth, and each open object's keys."""

    def __init__(self, limit: int) -> None:
        self.pieces: list[str] = []
        self.remarks: list[Remark] = []
        self.cut = False
        self._room = limit
        self._depth = 0
        self._lines = 1
        self._last = ""
        self._keys: list[set[str]] = []

    def add(self, kind: Kind, token: str) -> bool:
        """Print one token; return False when the limit is reached."""
        if kind is Kind.PUNCTUATION:
            self._punctuation(token)
        else:
            self._open_place()
            self._put(token)
            if kind is Kind.KEY:
                self._note_key(token)
            elif kind is Kind.NOT_FINITE:
                self._remark(RemarkKind.NOT_A_NUMBER, token)
        self._last = token
        self.cut = self._room < 0
        return not self.cut

    def _punctuation(self, token: str) -> None:
        if token in OPENERS:
            self._open_place()
            self._put(token)
            self._depth += 1
            self._keys.append(set())
        elif token in CLOSERS:
            self._depth -= 1
            self._keys.pop()
            if self._last not in OPENERS:
                self._break(self._depth + 1, "")
            self._put(token)
        else:
            self._put(": " if token == ":" else token)

    def _open_place(self) -> None:
        """Go to where a value or key stands: a new line unless it follows its key."""
        if self._last == ",":
            self._break(self._depth, " ")
        elif self._last and self._last in OPENERS:
            self._break(self._depth, "")

    def _break(self, level: int, inline: str) -> None:
        """Begin a line, or put `inline` when the contents stand too deep."""
        if level > MAX_DEPTH:
            self._put(inline)
            return
        self._put(_BREAKS[self._depth])
        self._lines += 1

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self._room -= len(piece)

    def _note_key(self, token: str) -> None:
        key = json.loads(token) if "\\" in token else token[1:-1]
        keys = self._keys[-1]
        if key in keys:
            self._remark(RemarkKind.REPEATED_KEY, token)
        keys.add(key)

    def _remark(self, kind: RemarkKind, token: str) -> None:
        if len(self.remarks) < MAX_REMARKS:
            self.remarks.append(Remark(kind, token, self._lines))


def _formatted_fast(text: str, limit: int, tick: Tick) -> str | None:
    """Return what the printer would print, in a tenth of the time, or None when it may differ.

    msgspec keeps every token, but recurses, indents without bound and flags no repeated key.
    """
    if not _grows_little(text, limit, tick):
        return None
    # Imported late: nothing that is shown at start-up needs it.
    import msgspec

    try:
        formatted = msgspec.json.format(text, indent=2)
        return None if _repeats_a_key(text, tick) else formatted
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def _grows_little(text: str, limit: int, tick: Tick) -> bool:
    """Return whether depth and size stay bounded, counting brackets and commas between strings."""
    size, depth = len(text), 0
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    for number, piece in enumerate(outside):
        if not number % TICK_EVERY:
            tick()
        opened = piece.count("{") + piece.count("[")
        closed = piece.count("}") + piece.count("]")
        depth += opened
        if depth > MAX_DEPTH:
            return False
        size += (2 * depth + 2) * (opened + closed + piece.count(","))
        depth -= closed
    return size <= limit


class _RepeatedKeyError(ValueError):
    pass


def _repeats_a_key(text: str, tick: Tick) -> bool:
    """Return whether an object has a key twice; ValueError when json disagrees with msgspec."""

    def check_keys(pairs: list[tuple[str, object]]) -> None:
        tick()
        if len(dict(pairs)) != len(pairs):
            raise _RepeatedKeyError

    decoder = json.JSONDecoder(object_pairs_hook=check_keys, parse_int=len, parse_float=len)
    try:
        decoder.decode(text)
    except _RepeatedKeyError:
        return True
    return False
