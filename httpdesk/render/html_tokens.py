"""HTML as tokens, and as elements that lie in one another, however it was written.

Tolerant as browsers are: end tags may be missing, and what makes no tag is text. Nothing is looked
up, fetched or run. Every byte is in one token.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from html import unescape
from typing import NamedTuple

from httpdesk.model.response import BodyHandle
from httpdesk.render.rows import Pause, no_pause, read_piece

LARGEST_PAGE = 20_000_000
"""Bytes of a page that is taken apart."""
_CHUNK = 256 * 1024
_PAUSE_EVERY = 256
_TOKEN = re.compile(
    rb"""
      (<!--.*?(?:-->|\Z) | <[!?][^>]*+(?:>|\Z) | </(?![a-zA-Z])[^>]*+>)
    | </([a-zA-Z][^\s/>]*+)[^>]*+>
    | <([a-zA-Z][^\s/>]*+)
      ((?: [^=>/]++ | /(?!>) | =\s*+(?:"[^"]*+"|'[^']*+')?+ )*+)
      (/?)>
    | ((?:[^<]++ | <(?![a-zA-Z/!?]))++)
    """,
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    rb"""([^\s=/>"']++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]++)))?""", re.DOTALL
)
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""Their content is text up to their end tag."""
WITH_ENTITIES = frozenset({"textarea", "title"})
"""In the text of these `&amp;` is `&`, as it is elsewhere."""
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
"""They hold nothing and have no end tag."""
_CELLS, _LIST, _TERMS = frozenset({"td", "th"}), frozenset({"li"}), frozenset({"dt", "dd"})
_SECTIONS = frozenset({"thead", "tbody", "tfoot", "caption", "colgroup"})
_ROWS = _CELLS | {"tr"}
_CHOICES = frozenset({"option"})
_OUTER = frozenset(
    "address article aside blockquote body center details dialog div dl fieldset figure footer "  # noqa: SIM905
    "form header html main menu nav ol section select table template ul".split()
)
_ENDS: dict[str, frozenset[str]] = {
    "li": _LIST,
    "dt": _TERMS,
    "dd": _TERMS,
    "td": _CELLS,
    "th": _CELLS,
    "tr": _ROWS,
    "option": _CHOICES,
    "optgroup": _CHOICES | {"optgroup"},
    "body": frozenset({"head"}),
} | dict.fromkeys(_SECTIONS, _ROWS | _SECTIONS)
"""What the start of an element ends, unless an outer one begins between."""
_PARAGRAPH = frozenset({"p"})
_ENDING_PARAGRAPHS = (_OUTER - {"body", "html", "select", "template"}) | frozenset(
    "h1 h2 h3 h4 h5 h6 hr p pre summary".split()  # noqa: SIM905
)
_LOOKED_BACK = 16


class HtmlKind(Enum):
    """What a token is."""

    START = "start"
    EMPTY = "empty"
    """A tag of an element that holds nothing."""
    END = "end"
    TEXT = "text"
    RAW = "raw"
    """The text of a script, a style or the like, in which `<` begins no tag."""
    OTHER = "other"
    """A comment or a declaration."""


class HtmlToken(NamedTuple):
    """A piece of the page; `name` is in small letters, `attributes` as received."""

    kind: HtmlKind
    data: bytes
    name: str = ""
    attributes: bytes = b""


def read_page(body: BodyHandle, pause: Pause = no_pause) -> bytes:
    """Return the bytes of a page up to the bound; raises Stopped."""
    pieces = []
    for offset in range(0, min(body.size, LARGEST_PAGE), _CHUNK):
        pieces.append(read_piece(body, offset, _CHUNK))
        pause()
    return b"".join(pieces)


def tokens(page: bytes, pause: Pause = no_pause) -> Iterator[HtmlToken]:
    """Yield the tokens, whose data put together are the page."""
    at = number = 0
    while at < len(page):
        number += 1
        if not number % _PAUSE_EVERY:
            pause()
        found = _TOKEN.match(page, at)
        if found is None:
            # A tag without an end: looking for it behind each `<` would take time without bound.
            yield HtmlToken(HtmlKind.TEXT, page[at:])
            return
        token = _token(found)
        yield token
        at = found.end()
        if token.kind is HtmlKind.START and token.name in _RAW:
            end = _end_of_raw(page, at, token.name)
            if end > at:
                yield HtmlToken(HtmlKind.RAW, page[at:end], token.name)
            at = end


def _token(found: re.Match[bytes]) -> HtmlToken:
    other, end, start, attributes, closed, _ = found.groups()
    if start is not None:
        name = start.decode("utf-8", "replace").lower()
        kind = HtmlKind.EMPTY if closed or name in VOID else HtmlKind.START
        return HtmlToken(kind, found[0], name, attributes)
    if end is not None:
        return HtmlToken(HtmlKind.END, found[0], end.decode("utf-8", "replace").lower())
    return HtmlToken(HtmlKind.TEXT if other is None else HtmlKind.OTHER, found[0])


def _end_of_raw(page: bytes, at: int, name: str) -> int:
    closing = re.compile(rb"</" + re.escape(name.encode()) + rb"[\s/>]", re.IGNORECASE)
    found = closing.search(page, at)
    return len(page) if found is None else found.start()


def nested(page: bytes, pause: Pause = no_pause) -> Iterator[HtmlToken]:
    """Yield the tokens with an end for each start; those that the page does not have are empty."""
    elements = OpenElements()
    for token in tokens(page, pause):
        if token.kind in (HtmlKind.START, HtmlKind.EMPTY):
            for name in elements.ended_by(token.name):
                yield HtmlToken(HtmlKind.END, b"", name)
            if token.kind is HtmlKind.START:
                elements.open(token.name)
            yield token
        elif token.kind is HtmlKind.END:
            for name in elements.close(token.name)[:-1]:
                yield HtmlToken(HtmlKind.END, b"", name)
            if elements.closed:
                yield token
        else:
            yield token
    for name in elements.all():
        yield HtmlToken(HtmlKind.END, b"", name)


class OpenElements:
    """Which elements are open at a place of a page."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()
        self.closed = False
        """Whether the last end tag had a start."""

    def open(self, name: str) -> None:
        """Take a start tag."""
        self._names.append(name)
        self._counts[name] += 1

    def close(self, name: str) -> list[str]:
        """Take an end tag; return the elements that end with it, the innermost first."""
        self.closed = self._counts[name] > 0
        ended: list[str] = []
        while self.closed and (not ended or ended[-1] != name):
            ended.append(self._pop())
        return ended

    def ended_by(self, name: str) -> list[str]:
        """Return and end the elements whose end the start of another one implies."""
        ends = _ENDS.get(name, _PARAGRAPH if name in _ENDING_PARAGRAPHS else frozenset())
        count = 0
        for number, each in enumerate(self._names[: -_LOOKED_BACK - 1 : -1] if ends else (), 1):
            if each in ends:
                count = number
            elif each in _OUTER or (each in _ROWS and name not in _SECTIONS):
                break
        return [self._pop() for _ in range(count)]

    def all(self) -> list[str]:
        """Return what is open, the innermost first."""
        return self._names[::-1]

    def _pop(self) -> str:
        name = self._names.pop()
        self._counts[name] -= 1
        return name


def attributes_of(token: HtmlToken) -> dict[str, str]:
    """Return the attributes of a start tag, names in small letters; the first of a name counts."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(token.attributes):
        value = next((each for each in values if each), b"")
        text = unescape(value.decode("utf-8", "replace"))
        found.setdefault(name.decode("utf-8", "replace").lower(), text)
    return found
