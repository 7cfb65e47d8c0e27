"""Lays the tokens of JSON out in rows, from any place of a text on; nothing is ever parsed.

Only white space between tokens is left out or put in. Text that is no JSON is laid out as well: a
string runs to the next quote, and whatever else stands between punctuation is a word. The layout
is that of `render.pretty`.
"""

from __future__ import annotations

import codecs
import re
from enum import IntEnum
from typing import NamedTuple

from httpdesk.render.block_rows import Piece, Span
from httpdesk.render.rows import LONGEST_ROW
from httpdesk.render.visible_text import character_start

MAX_DEPTH = 100
"""Deeper levels stay on one line: their indentation would be all there is to see."""
INDENT = "  "


class Last(IntEnum):
    """What the token before a place was."""

    NONE = 0
    OPENER = 1
    COMMA = 2
    COLON = 3
    VALUE = 4
    """A string or a word."""
    BRACKET = 5
    """A closing one."""


class Inside(IntEnum):
    """The token that a place lies in."""

    NOTHING = 0
    STRING = 1
    WORD = 2


class State(NamedTuple):
    """What the layout of a text depends on besides its bytes."""

    depth: int = 0
    last: Last = Last.NONE
    inside: Inside = Inside.NOTHING
    dip: int = 0
    """How many levels the block before went below its beginning."""

    def packed(self) -> int:
        """Return all of it as one number of 64 bits."""
        depth = self.depth & 0xFFFFFFFF
        return ((self.dip << 32 | depth) << 3 | self.last) << 2 | self.inside


def unpacked(number: int) -> State:
    """Return the state that was packed."""
    depth = number >> 5 & 0xFFFFFFFF
    signed = depth - (1 << 32) if depth >> 31 else depth
    return State(signed, Last(number >> 2 & 7), Inside(number & 3), number >> 37)


_SPACE = rb"[ \t\r\n]*+"
_TOKEN = re.compile(
    _SPACE + rb"(?:"
    rb"([{\[])|"
    rb"([}\]])|"
    rb"(,)|"
    rb"(:)|"
    rb'("(?:[^"\\]++|\\.)*+"?)|'
    rb'([^ \t\r\n{}\[\],:"]++)'
    rb")?",
    re.DOTALL,
)
_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_ENDS_ROW = rb"(?:(,)|(?=[}\]]))"
# What fills a row of valid JSON, behind which another row begins for certain.
_ROW = re.compile(
    _SPACE + rb"(?:"
    rb"(?:(" + _TEXT + rb")" + _SPACE + rb":" + _SPACE + rb")?+"
    rb"(?:(" + _TEXT + rb'|[^ \t\r\n{}\[\],:"]++)' + _SPACE + _ENDS_ROW + rb"|"
    rb"([{\[])(?=" + _SPACE + rb"[^ \t\r\n}\]]))|"
    rb"([}\]])" + _SPACE + _ENDS_ROW + rb")",
    re.DOTALL,
)
_KEY, _ROW_VALUE, _ROW_COMMA, _ROW_OPENER, _ROW_CLOSER, _CLOSER_COMMA = range(1, 7)
_OPENER, _CLOSER, _COMMA, _COLON, _STRING, _WORD = range(1, 7)
_MARKS = (_COMMA, _COLON)
_AFTER = {
    _OPENER: Last.OPENER,
    _CLOSER: Last.BRACKET,
    _COMMA: Last.COMMA,
    _COLON: Last.COLON,
    _STRING: Last.VALUE,
    _WORD: Last.VALUE,
}
_AFTER_ROW = {
    _ROW_VALUE: Last.VALUE,
    _ROW_COMMA: Last.COMMA,
    _ROW_OPENER: Last.OPENER,
    _ROW_CLOSER: Last.BRACKET,
    _CLOSER_COMMA: Last.COMMA,
}
_REST = {
    Inside.STRING: re.compile(rb'(?:[^"\\]++|\\.)*+("?)', re.DOTALL),
    Inside.WORD: re.compile(rb'[^ \t\r\n{}\[\],:"]*+()'),
}
_BREAK = "\n"


class Layout:
    """The rows of a text that begins in some state.

    `spans` are the rows, of which the last may go on behind the text; `last_row` is the state at
    its beginning, `end` the state behind the text, and `cut_off` where a token begins that may go
    on behind it.
    """

    def __init__(self, data: bytes, state: State) -> None:
        self.spans: list[Span] = []
        self.last_row = state
        self.cut_off = len(data)
        self._data = data
        self._depth, self._last, self._inside, _ = state
        self._lowest = self._begin_depth = state.depth
        self._lines = 0
        self._pieces: list[Piece] = []
        self._row: tuple[int, bool, int] | None = None
        self._used = 0
        self._run()
        self._close_row()

    @property
    def lines(self) -> int:
        """How many lines begin in the text."""
        return self._lines

    @property
    def end(self) -> State:
        """The state behind the text."""
        return State(self._depth, self._last, Inside.NOTHING, self.dip)

    @property
    def dip(self) -> int:
        """How many levels the text goes below its beginning."""
        return self._begin_depth - self._lowest

    def _run(self) -> None:
        data = self._data
        at = self._rest_of_token()
        match = _TOKEN.match
        while True:
            at = self._whole_rows(at)
            found = match(data, at)
            assert found is not None  # every part of the pattern is optional
            kind = found.lastindex
            if kind is None:
                return
            start, at = found.span(kind)
            if kind == _STRING and (at == start + 1 or data[at - 1] != _QUOTE):
                at = len(data)  # also a backslash that the text ends with
            if at == len(data) and kind >= _STRING:
                self.cut_off = start
            self._token(kind, start, at)

    def _whole_rows(self, at: int) -> int:
        """Lay out rows that are as in valid JSON, of one match each; return where they end."""
        match = _ROW.match
        while self._depth < MAX_DEPTH and self._last not in (Last.NONE, Last.COLON):
            found = match(self._data, at)
            if found is None or found.end() - at > LONGEST_ROW:
                return at
            kind = found.lastindex
            is_closer = kind in (_ROW_CLOSER, _CLOSER_COMMA)
            if (self._last is Last.OPENER) if is_closer else self._last > Last.COMMA:
                return at
            self._whole_row(found, is_closer=is_closer)
            at = found.end()
        return at

    def _whole_row(self, found: re.Match[bytes], *, is_closer: bool) -> None:
        self._close_row()
        self.last_row = State(self._depth, self._last, Inside.NOTHING, self.dip)
        if is_closer:
            self._depth -= 1
            self._lowest = min(self._lowest, self._depth)
        pieces = _pieces_of_row(self._data, found, INDENT * max(self._depth, 0))
        self._lines += 1
        span = Span(pieces[0].start, self._lines, False, max(self._depth, 0), pieces)
        self.spans.append(span)
        self._last = _AFTER_ROW[found.lastindex or 0]
        if self._last is Last.OPENER:
            self._depth += 1

    def _rest_of_token(self) -> int:
        """Lay out the end of a token that began before; skip a byte order mark."""
        if self._inside is Inside.NOTHING:
            marked = self._last is Last.NONE and self._data.startswith(codecs.BOM_UTF8)
            return len(codecs.BOM_UTF8) if marked else 0
        found = _REST[self._inside].match(self._data)
        assert found is not None  # it may be empty
        whole = self._inside is Inside.WORD or found[1]
        end = found.end() if whole else len(self._data)
        if end:
            self._put(0, end, "", State(self._depth, self._last), self._inside)
        self._last = Last.VALUE
        return end

    def _token(self, kind: int, start: int, end: int) -> None:
        before = State(self._depth, self._last)
        if kind == _CLOSER:
            self._depth -= 1
            self._lowest = min(self._lowest, self._depth)
        glue = self._glue(kind)
        self._put(start, end, glue, before, Inside.STRING if kind == _STRING else Inside.WORD)
        if kind == _OPENER:
            self._depth += 1
        self._last = _AFTER[kind]

    def _glue(self, kind: int) -> str:
        """Return what stands between the last token and this one."""
        if self._last is Last.NONE:
            return _BREAK
        if kind == _CLOSER:
            flat = self._last is Last.OPENER or self._depth + 1 > MAX_DEPTH
            return "" if flat else _BREAK
        if self._last is Last.OPENER or self._last is Last.COMMA:
            if self._depth <= MAX_DEPTH:
                return _BREAK
            return " " if self._last is Last.COMMA and kind not in _MARKS else ""
        if kind in _MARKS:
            return ""
        is_next_value = self._last is Last.BRACKET and kind == _OPENER
        is_outside = self._last is not Last.COLON and self._depth <= 0
        return _BREAK if is_next_value or is_outside else " "

    def _put(self, start: int, end: int, glue: str, before: State, inside: Inside) -> None:
        """Add a token, which goes on in further rows when it does not fit."""
        if glue is _BREAK:
            self._new_row(start, before, continued=False)
            glue = INDENT * max(self._depth, 0)
        elif self._row is None:
            self._new_row(start, before, continued=True)
        at = start
        while end - at > LONGEST_ROW - self._used:
            border = self._border(at, at + LONGEST_ROW - self._used)
            if border > at:
                self._pieces.append(Piece(at, border, glue))
                at, glue = border, ""
            state = before if at == start else before._replace(inside=inside)
            self._new_row(at, state, continued=True)
        self._pieces.append(Piece(at, end, glue))
        self._used += end - at

    def _border(self, start: int, limit: int) -> int:
        """Return where a token may be cut: not within a character or an escape."""
        border = max(character_start(self._data, limit), start)
        slashes = border - len(self._data[start:border].rstrip(b"\\")) - start
        return border - slashes % 2

    def _new_row(self, start: int, state: State, *, continued: bool) -> None:
        self._close_row()
        self._lines += not continued
        self._row = (start, continued, max(self._depth, 0))
        self.last_row = state._replace(dip=self.dip)

    def _close_row(self) -> None:
        if self._row is not None:
            start, continued, depth = self._row
            self.spans.append(Span(start, self._lines, continued, depth, tuple(self._pieces)))
        self._row, self._pieces, self._used = None, [], 0


def _pieces_of_row(data: bytes, found: re.Match[bytes], before: str) -> tuple[Piece, ...]:
    """Return the tokens of a whole row; those that touch one another are one piece."""
    pieces: list[Piece] = []
    if found[_KEY] is not None:
        start, end = found.span(_KEY)
        colon = data.index(b":", end)
        if colon > end:
            pieces.append(Piece(start, end, before))
            start, before = colon, ""
        pieces.append(Piece(start, colon + 1, before))
        before = " "
    kind = found.lastindex or 0
    has_comma = kind in (_ROW_COMMA, _CLOSER_COMMA)
    start, end = found.span(kind - has_comma)
    if has_comma and found.start(kind) > end:
        return (*pieces, Piece(start, end, before), Piece(*found.span(kind)))
    return (*pieces, Piece(start, end + has_comma, before))


_QUOTE = ord('"')
