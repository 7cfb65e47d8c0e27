"""Reads the bytes of JSON window by window, for its first fault and for what is told of it.

The grammar is that of `render.json_text`. A run of members or elements is one step, and a string
longer than a window is read in parts.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field

from httpdesk.model.response import BodyHandle
from httpdesk.render.json_text import (
    COLON,
    FAULTS,
    FIRST_KEY,
    FIRST_VALUE,
    KEY,
    NEXT,
    VALUE,
    JsonFault,
)
from httpdesk.render.pretty import RemarkKind
from httpdesk.render.rows import read_piece

WINDOW = 256 * 1024
LONG_STRING = 1024 * 1024
"""Bytes from which a string is read in parts; as a key it is not remembered."""
MOST_REMARKS = 50
MOST_KEYS = 500_000
"""Keys that are remembered at once; beyond, repeats of an object's keys are not looked for."""
STEPS = 64
"""Tokens or runs between two pauses."""


@dataclass(frozen=True, slots=True)
class PlacedRemark:
    """Something that other programs may read differently: a token, by its place in the bytes."""

    kind: RemarkKind
    token: str
    start: int
    end: int


_SPACE = r"[ \t\n\r]*+"
_TEXT = r'(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+'
_STRING = rf'"{_TEXT}"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
_WORDS = r"true|false|null"
_SCALAR = rf"(?:{_STRING}|{_NUMBER}|{_WORDS})"
_LIST = rf"\[(?>{_SPACE}{_SCALAR}{_SPACE}(?:,{_SPACE}{_SCALAR}{_SPACE})*+|{_SPACE})\]"
_FLAT = rf"(?>{_SCALAR}|{_LIST})"
_PAIR = rf"{_SPACE}{_STRING}{_SPACE}:{_SPACE}{_FLAT}{_SPACE}"


def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode())


# A run of members or elements with neither objects nor lists of lists in them is one step.
_MEMBERS = _compiled(rf"(?:{_PAIR},)*+(?:{_PAIR}(\}}))?+")
_ELEMENTS = _compiled(rf"(?:{_SPACE}{_FLAT}{_SPACE},)*+(?:{_SPACE}{_FLAT}{_SPACE}(\]))?+")
_KEYS = _compiled(rf"({_STRING}){_SPACE}:{_SPACE}{_FLAT}")
_TOKEN = _compiled(
    rf"{_SPACE}(?:([{{}}\[\],:])|({_STRING})|({_NUMBER}|{_WORDS})|(NaN|-?Infinity))?"
)
_PUNCTUATION, _A_STRING, _A_SCALAR, _NOT_FINITE = range(1, 5)
_STRING_PART = _compiled(_TEXT)
_WORD = _compiled(r"[-+.0-9A-Za-z]*+")


class _FaultError(Exception):
    def __init__(self, fault: JsonFault, at: int) -> None:
        super().__init__(fault, at)
        self.fault = fault
        self.at = at


@dataclass(slots=True)
class _Keys:
    """The keys of one open object; None where there were too many, and in arrays."""

    is_object: bool
    known: set[bytes] | None = field(default_factory=set)


class JsonJudge:
    """Reads on, window by window."""

    def __init__(self, body: BodyHandle, *, whole: bool, several: bool) -> None:
        self._body = body
        self._size = body.size
        self._whole = whole
        self._several = several
        self._stack: list[_Keys] = []
        self._expects = VALUE
        self._base = 0
        self._data = b""
        self._at = 0
        self._began = False
        self._in_string = False
        self.error: tuple[JsonFault, int] | None = None
        """The first fault, and where it is in the bytes."""
        self.remarks: list[PlacedRemark] = []
        self.more_remarks = 0
        self._key_count = 0
        self.keys_known = True

    def step(self) -> bool:
        """Judge another window or less; return whether all is judged."""
        if len(self._data) - self._at < WINDOW // 2 and not self._is_end:
            self._reload(self._at, WINDOW)
        try:
            return any(self._take() for _ in range(STEPS))
        except _FaultError as fault:
            self.error = (fault.fault, self._base + fault.at)
            return True

    @property
    def _is_end(self) -> bool:
        return self._base + len(self._data) >= self._size

    def _reload(self, at: int, length: int) -> None:
        """Read on from a place in the window."""
        self._base += at
        self._data = read_piece(self._body, self._base, length)
        marked = self._base == 0 and self._data.startswith(codecs.BOM_UTF8)
        self._at = len(codecs.BOM_UTF8) if marked else 0

    def _take(self) -> bool:
        """Take a token, or a run of them; return whether all is judged."""
        if self._in_string:
            return self._take_string_part()
        if self._stack and self._expects < COLON:
            self._take_run()
        found = _TOKEN.match(self._data, self._at)
        assert found is not None  # every part of the pattern is optional
        kind = found.lastindex
        if kind != _PUNCTUATION and self._is_cut(found.end()):
            self._read_from(found.start(kind) if kind else found.end())
            return False
        if kind is None:
            return self._take_rest(found.end())
        self._take_token(kind, found)
        return False

    def _is_cut(self, end: int) -> bool:
        """Return whether a token that ends here may go on: a number, with a point or exponent."""
        if self._is_end or len(self._data) - end > 2:
            return False
        return _end_of_match(_WORD, self._data, end) == len(self._data)

    def _read_from(self, start: int) -> None:
        """Read a token again that the window's end may have cut."""
        self._reload(start, WINDOW if start else 4 * len(self._data))

    def _take_token(self, kind: int, found: re.Match[bytes]) -> None:
        start, end = found.span(kind)
        self._began = True
        if kind == _PUNCTUATION:
            self._take_punctuation(found[kind], start)
        else:
            self._expect_value_or_key(kind, start, end)
        self._at = end

    def _expect_value_or_key(self, kind: int, start: int, end: int) -> None:
        if self._expects == NEXT and not self._stack and self._several:
            self._expects = VALUE
        if self._expects <= FIRST_VALUE:
            self._expects = NEXT
            if kind == _NOT_FINITE:
                self._remark(RemarkKind.NOT_A_NUMBER, start, end)
        elif self._expects <= FIRST_KEY and kind == _A_STRING:
            self._expects = COLON
            self._add_keys([self._data[start:end]], start)
        else:
            raise self._fault(start)

    def _take_punctuation(self, token: bytes, start: int) -> None:
        """Push, pop or step over."""
        expects = self._expects
        if token in b"{[":
            if expects == NEXT and not self._stack and self._several:
                expects = VALUE
            if expects > FIRST_VALUE:
                raise self._fault(start)
            self._stack.append(_Keys(token == b"{"))
            self._expects = FIRST_KEY if token == b"{" else FIRST_VALUE
        elif token in b"}]":
            self._close(token, start)
        elif token == b"," and expects == NEXT and self._stack:
            self._expects = KEY if self._stack[-1].is_object else VALUE
        elif token == b":" and expects == COLON:
            self._expects = VALUE
        else:
            raise self._fault(start)

    def _close(self, token: bytes, start: int) -> None:
        is_object = token == b"}"
        empty = FIRST_KEY if is_object else FIRST_VALUE
        if (
            not self._stack
            or self._stack[-1].is_object != is_object
            or self._expects not in (NEXT, empty)
        ):
            raise self._fault(start)
        self._pop()

    def _pop(self) -> None:
        self._key_count -= len(self._stack.pop().known or ())
        self._expects = NEXT

    def _take_run(self) -> None:
        """Take the members or elements that follow, up to one with brackets."""
        top = self._stack[-1]
        if top.is_object != (self._expects >= KEY):
            return  # the value of a key
        pattern = _MEMBERS if top.is_object else _ELEMENTS
        found = pattern.match(self._data, self._at)
        if found is None or found.end() == self._at:
            return
        start, self._at = self._at, found.end()
        if top.is_object:
            self._add_keys(_KEYS.findall(self._data, start, self._at), start)
        if found.lastindex:
            self._pop()
        else:
            self._expects = KEY if top.is_object else VALUE

    def _add_keys(self, tokens: list[bytes], start: int) -> None:
        """Remember keys, and remark those that the object has already."""
        known = self._stack[-1].known
        if known is None:
            return
        keys = [_key(token) for token in tokens]
        fresh = set(keys)
        before = len(known)
        if len(fresh) < len(keys) or not known.isdisjoint(fresh):
            self._remark_repeats(tokens, keys, start)
        known |= fresh
        self._key_count += len(known) - before
        if self._key_count > MOST_KEYS:
            self._key_count -= len(known)
            self._stack[-1].known = None
            self.keys_known = False

    def _remark_repeats(self, tokens: list[bytes], keys: list[bytes], start: int) -> None:
        seen = set(self._stack[-1].known or ())
        for token, key in zip(tokens, keys, strict=True):
            start = self._data.index(token, start)
            if key in seen:
                self._remark(RemarkKind.REPEATED_KEY, start, start + len(token))
            seen.add(key)
            start += len(token)

    def _remark(self, kind: RemarkKind, start: int, end: int) -> None:
        if len(self.remarks) >= MOST_REMARKS:
            self.more_remarks += 1
            return
        token = self._data[start : min(end, start + 200)].decode("utf-8", "replace")
        self.remarks.append(PlacedRemark(kind, token, self._base + start, self._base + end))

    def _take_rest(self, at: int) -> bool:
        """Judge a place where no token could be read: the end, a cut token or a fault."""
        if at == len(self._data):
            if self._whole and self._began and (self._stack or self._expects != NEXT):
                raise _FaultError(JsonFault.END, at)
            return True
        if self._data[at : at + 1] == b'"':
            return self._take_open_string(at)
        word = _WORD.match(self._data, at)
        if word is not None and word.end() == len(self._data) and len(self._data) - at <= 9:
            if not self._is_end:
                self._read_from(at)
                return False
            if not self._whole:
                return True
        raise self._fault(at)

    def _take_open_string(self, at: int) -> bool:
        """Judge a string that the window does not hold the end of, or that has a fault."""
        if self._expects == NEXT and not self._stack and self._several:
            self._expects = VALUE
        if self._expects > FIRST_KEY:
            raise self._fault(at)
        end = _end_of_match(_STRING_PART, self._data, at + 1)
        if not self._may_go_on(end):
            raise _FaultError(JsonFault.STRING, end)
        if self._is_end:
            return self._end_in_string(end)
        if len(self._data) - at < LONG_STRING:
            self._reload(at, 2 * LONG_STRING)
            return False
        self._began = self._in_string = True
        self._at = end
        return False

    def _take_string_part(self) -> bool:
        """Go on in a string that is longer than a window."""
        end = _end_of_match(_STRING_PART, self._data, self._at)
        if self._data[end : end + 1] == b'"':
            self._in_string = False
            self._expects = COLON if self._expects > FIRST_VALUE else NEXT
            self._at = end + 1
            return False
        if not self._may_go_on(end):
            raise _FaultError(JsonFault.STRING, end)
        if self._is_end:
            return self._end_in_string(end)
        self._reload(end, WINDOW)
        return False

    def _may_go_on(self, end: int) -> bool:
        """Return whether a string that could be read up to `end` goes on behind the window.

        An escape that was cut stops the pattern up to six characters before.
        """
        rest = self._data[end:]
        return len(rest) < 6 and (not rest or rest[:1] == b"\\") and not rest.count(b'"', 2)

    def _end_in_string(self, end: int) -> bool:
        if self._whole:
            raise _FaultError(JsonFault.STRING, end)
        return True

    def _fault(self, at: int) -> _FaultError:
        outside = self._expects == NEXT and not self._stack
        return _FaultError(JsonFault.EXTRA if outside else FAULTS[self._expects], at)


def _end_of_match(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    assert found is not None  # it may be empty
    return found.end()


def _key(token: bytes) -> bytes:
    """Return what a key means, as bytes: escapes do not make another key of it."""
    if b"\\" not in token:
        return token[1:-1]
    meant: str = json.loads(token.decode("utf-8", "replace"))
    return meant.encode("utf-8", "surrogatepass")
