"""The grammar of JSON over its own text: tokens as received, and where the first fault is.

Nothing is converted: a token is a slice of the text, so 1.10, 1e400, escapes, order and repeated
keys stay what the server sent. There is no recursion; depth is bounded by memory only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

OPENERS = "{["
CLOSERS = "}]"


class JsonFault(Enum):
    """What the text should have had at the place of the error."""

    VALUE = "value"
    KEY = "key"
    COLON = "colon"
    COMMA = "comma"
    """A comma or the closing bracket."""
    STRING = "string"
    """A string without an end, with a bad escape or with a control character."""
    EXTRA = "extra"
    """Nothing: the value has ended before."""
    END = "end"
    """More: the text stops inside a value."""


@dataclass(frozen=True, slots=True)
class JsonError:
    """The first place where a text is not JSON; line and column count from 1."""

    fault: JsonFault
    offset: int
    line: int
    column: int


class JsonSyntaxError(ValueError):
    """Raised by `scan`; `fault` and `offset` say what and where."""

    def __init__(self, fault: JsonFault, offset: int) -> None:
        super().__init__(f"{fault.value} at {offset}")
        self.fault = fault
        self.offset = offset


class Kind(Enum):
    """What a token is."""

    PUNCTUATION = 1
    STRING = 2
    NUMBER = 3
    LITERAL = 4
    NOT_FINITE = 5
    """NaN and the infinities: no JSON, but sent by real servers (statement 52)."""
    KEY = 6
    CUT = 7
    """The rest of a text that was cut inside a token."""


_KINDS = {kind.value: kind for kind in Kind}
_STRING = r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+'
# Possessive throughout, so that hostile text costs one pass and never backtracks.
_TOKEN = re.compile(
    r"[ \t\n\r]*+(?:"
    r"([{}\[\],:])|"
    rf'({_STRING}")|'
    r"(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)|"
    r"(true|false|null)|"
    r"(NaN|-?Infinity)"
    r")?"
)
_STRING_START = re.compile(_STRING)
_WORD = re.compile(r"[-+.0-9A-Za-z]*+")

VALUE, FIRST_VALUE, KEY, FIRST_KEY, COLON, NEXT = range(6)
"""What may come next; a bracket may close where a first value or key, or NEXT, is expected."""
FAULTS = {
    VALUE: JsonFault.VALUE,
    FIRST_VALUE: JsonFault.VALUE,
    KEY: JsonFault.KEY,
    FIRST_KEY: JsonFault.KEY,
    COLON: JsonFault.COLON,
    NEXT: JsonFault.COMMA,
}
"""What is wrong where something else came."""


def located(text: str, error: JsonSyntaxError) -> JsonError:
    """Return the error with its line and column."""
    line = text.count("\n", 0, error.offset) + 1
    column = error.offset - text.rfind("\n", 0, error.offset)
    return JsonError(error.fault, error.offset, line, column)


def scan(text: str, *, whole: bool = True) -> Iterator[tuple[Kind, str, int]]:
    """Yield (kind, token, offset) of every token; raise JsonSyntaxError at the first fault.

    With `whole` False the text is the beginning of something longer: its end is no fault.
    """
    match = _TOKEN.match
    stack: list[str] = []
    expects = VALUE
    position = 0
    while True:
        found = match(text, position)
        assert found is not None  # every part of the pattern is optional
        index = found.lastindex
        if index is None:
            yield from _end(text, found.end(), bool(stack), expects, whole)
            return
        token, start, position = found[index], found.start(index), found.end()
        if index == 1:
            expects = _after_punctuation(token, start, stack, expects)
            yield Kind.PUNCTUATION, token, start
        elif expects <= FIRST_VALUE:
            expects = NEXT
            yield _KINDS[index], token, start
        elif expects <= FIRST_KEY and index == 2:
            expects = COLON
            yield Kind.KEY, token, start
        else:
            raise _fault(start, bool(stack), expects)


def _after_punctuation(token: str, start: int, stack: list[str], expects: int) -> int:
    """Push, pop or step over; return what may come next."""
    if token in OPENERS and expects <= FIRST_VALUE:
        stack.append(token)
        return FIRST_KEY if token == "{" else FIRST_VALUE
    if token in CLOSERS and _may_close(token, stack, expects):
        stack.pop()
        return NEXT
    if token == "," and expects == NEXT and stack:
        return KEY if stack[-1] == "{" else VALUE
    if token == ":" and expects == COLON:
        return VALUE
    raise _fault(start, bool(stack), expects)


def _may_close(token: str, stack: list[str], expects: int) -> bool:
    empty = FIRST_KEY if token == "}" else FIRST_VALUE
    opener = "{" if token == "}" else "["
    return bool(stack) and stack[-1] == opener and expects in (NEXT, empty)


def _fault(offset: int, inside: bool, expects: int) -> JsonSyntaxError:
    if expects == NEXT and not inside:
        return JsonSyntaxError(JsonFault.EXTRA, offset)
    return JsonSyntaxError(FAULTS[expects], offset)


def _end(
    text: str, offset: int, inside: bool, expects: int, whole: bool
) -> Iterator[tuple[Kind, str, int]]:
    """Judge the place where no token could be read: the end, a cut token or a fault."""
    if offset == len(text):
        if whole and (inside or expects != NEXT):
            raise JsonSyntaxError(JsonFault.END, offset)
        return
    if not whole and _is_cut(text, offset):
        yield Kind.CUT, text[offset:], offset
        return
    if text[offset] == '"' and expects <= FIRST_KEY:
        started = _STRING_START.match(text, offset)
        raise JsonSyntaxError(JsonFault.STRING, started.end() if started else offset)
    raise _fault(offset, inside, expects)


def _is_cut(text: str, offset: int) -> bool:
    """Return whether the rest of the text may be the beginning of one token."""
    if text[offset] == '"':
        started = _STRING_START.match(text, offset)
        # An escape that was cut stops the pattern up to six characters before the end.
        return (
            started is not None
            and '"' not in text[started.end() :]
            and (len(text) - started.end() <= 6)
        )
    word = _WORD.match(text, offset)
    return word is not None and word.end() == len(text) and len(text) - offset <= 9
