"""XML laid out to be read: only white space between elements changes.

Entities are not expanded, nothing is fetched and nothing recurses, so a hostile document is just
text. Elements that hold text are kept byte for byte, mixed content with everything in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from httpdesk.render.pretty import MAX_DEPTH, MAX_OUTPUT, TICK_EVERY, Tick, no_tick

_NAME = r"[^\s<>/!?\"'=]+"
_TAG = re.compile(
    rf"<(/?)({_NAME})([^<>\"']*+(?:\"[^\"]*+\"[^<>\"']*+|'[^']*+'[^<>\"']*+)*+)>",
)
_DOCTYPE = re.compile(
    r"<!DOCTYPE(?:[^\"'\[>]++|\"[^\"]*+\"|'[^']*+'"
    r"|\[(?:[^\"'\]]++|\"[^\"]*+\"|'[^']*+')*+\])*+>"
)
_BLOCKS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
_PRESERVE = re.compile(r"xml:space\s*=\s*[\"']preserve[\"']")


class XmlFault(Enum):
    """Why a text is not laid out."""

    MARKUP = "markup"
    """A `<` that begins no tag, comment or section with an end."""
    MISMATCH = "mismatch"
    """An end tag without its start tag."""
    UNCLOSED = "unclosed"
    """The text ends before an element does."""
    TEXT = "text"
    """Text outside the root element, or no element at all."""


@dataclass(frozen=True, slots=True)
class XmlError:
    """The first fault; line and column count from 1."""

    fault: XmlFault
    offset: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class PrettyXml:
    """An XML text laid out; with an error `text` is the text as received."""

    text: str
    error: XmlError | None = None
    cut: bool = False


class _Syntax(ValueError):
    def __init__(self, fault: XmlFault, offset: int) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.offset = offset


class _Kind(Enum):
    START = 1
    END = 2
    EMPTY = 3
    TEXT = 4
    BLANK = 5
    OTHER = 6


@dataclass(slots=True)
class _Token:
    kind: _Kind
    text: str
    offset: int
    name: str = ""
    verbatim: bool = False
    """For START: the element holds text, so it is printed as received up to its end tag."""


def pretty_xml(text: str, *, limit: int = MAX_OUTPUT, tick: Tick = no_tick) -> PrettyXml:
    """Return `text` with two spaces for each level, or as received with its first error."""
    if not text or text.isspace():
        return PrettyXml("")
    try:
        tokens = _read(text, tick)
        _match_tags(tokens, len(text))
    except _Syntax as error:
        line = text.count("\n", 0, error.offset) + 1
        column = error.offset - text.rfind("\n", 0, error.offset)
        return PrettyXml(text, XmlError(error.fault, error.offset, line, column))
    pieces: list[str] = []
    size = 0
    for piece in _laid_out(tokens):
        pieces.append(piece)
        size += len(piece)
        if not len(pieces) % TICK_EVERY:
            tick()
        if size > limit:
            return PrettyXml("".join(pieces), cut=True)
    return PrettyXml("".join(pieces).lstrip("\n"))


def _read(text: str, tick: Tick) -> list[_Token]:
    found = []
    for token in _tokens(text):
        found.append(token)
        if not len(found) % TICK_EVERY:
            tick()
    return found


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        if text[position] == "<":
            token = _markup(text, position)
        else:
            end = text.find("<", position)
            part = text[position : end if end >= 0 else len(text)]
            token = _Token(_Kind.BLANK if part.isspace() else _Kind.TEXT, part, position)
        yield token
        position += len(token.text)


def _markup(text: str, position: int) -> _Token:
    for opening, closing in _BLOCKS:
        if text.startswith(opening, position):
            end = text.find(closing, position + len(opening))
            if end < 0:
                raise _Syntax(XmlFault.MARKUP, position)
            kind = _Kind.TEXT if opening == "<![CDATA[" else _Kind.OTHER
            return _Token(kind, text[position : end + len(closing)], position)
    if found := _DOCTYPE.match(text, position):
        return _Token(_Kind.OTHER, found[0], position)
    found = _TAG.match(text, position)
    if found is None:
        raise _Syntax(XmlFault.MARKUP, position)
    slash, name, rest = found.groups()
    if slash:
        return _Token(_Kind.END, found[0], position, name)
    kind = _Kind.EMPTY if rest.endswith("/") else _Kind.START
    return _Token(kind, found[0], position, name, verbatim=bool(_PRESERVE.search(rest)))


def _match_tags(tokens: list[_Token], end: int) -> None:
    """Check that tags pair up and mark the elements that hold text."""
    open_tags: list[_Token] = []
    elements = 0
    last = _Token(_Kind.OTHER, "", 0)
    for token in tokens:
        if token.kind is _Kind.START:
            open_tags.append(token)
        elif token.kind is _Kind.END:
            if not open_tags or open_tags[-1].name != token.name:
                raise _Syntax(XmlFault.MISMATCH, token.offset)
            start = open_tags.pop()
            # <a> </a>: the blank is all there is, so it may be meant.
            start.verbatim |= last.kind is _Kind.BLANK and last.offset == start.offset + len(
                start.text
            )
        elif token.kind is _Kind.TEXT:
            if not open_tags:
                raise _Syntax(XmlFault.TEXT, token.offset)
            open_tags[-1].verbatim = True
        elements += token.kind in (_Kind.START, _Kind.EMPTY)
        last = token
    if open_tags:
        raise _Syntax(XmlFault.UNCLOSED, open_tags[-1].offset)
    if not elements:
        raise _Syntax(XmlFault.TEXT, end)


def _laid_out(tokens: list[_Token]) -> Iterator[str]:
    depth = 0
    verbatim_from: int | None = None
    previous = _Kind.OTHER
    for token in tokens:
        if token.kind is _Kind.END:
            depth -= 1
        if verbatim_from is not None:
            yield token.text
            if token.kind is _Kind.END and depth == verbatim_from:
                verbatim_from = None
        elif token.kind is not _Kind.BLANK:
            if not (token.kind is _Kind.END and previous is _Kind.START):
                yield _line_break(depth + (token.kind is _Kind.END), depth)
            yield token.text
            if token.kind is _Kind.START and token.verbatim:
                verbatim_from = depth
        if token.kind is _Kind.START:
            depth += 1
        if token.kind is not _Kind.BLANK:
            previous = token.kind


def _line_break(deepest: int, depth: int) -> str:
    return "" if deepest > MAX_DEPTH else "\n" + "  " * depth
