"""XML of any size laid out to be read: only white space between elements changes.

Entities are not expanded, nothing is fetched and nothing recurses, so a hostile document is just
text. Elements that hold text are kept byte for byte, mixed content with everything in it: a first
reading finds them, a second one writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from itertools import chain

from httpdesk.model.response import BodyHandle
from httpdesk.render.pretty import MAX_DEPTH
from httpdesk.render.rows import Pause, no_pause, read_piece

LARGEST_RESULT = 2_000_000_000
"""Bytes that a text may grow to: indentation can multiply a small hostile one by fifty."""
LONGEST_TOKEN = 64 * 1024 * 1024
"""Bytes of one tag or comment."""
_CHUNK = 256 * 1024
_WRITTEN_AT_ONCE = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(
    rb"""
    (\s*+)
    (?: <([^\s<>/!?"'=]++)((?:[^<>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+)
        (?: (/>) | > ([^<]*+</\2\s*+>)? )
      | </([^\s<>/!?"'=]++)\s*+>
      | ([^<]++)
      | (<!\[CDATA\[.*?\]\]>)
      | (<!--.*?-->
        | <\?.*?\?>
        | <!DOCTYPE(?:[^"'\[>]++|"[^"]*+"|'[^']*+'|\[(?:[^"'\]]++|"[^"]*+"|'[^']*+')*+\])*+>)
    )
    """,
    re.DOTALL | re.VERBOSE,
)
"""A token with the white space before it."""
START, EMPTY, LEAF, END, TEXT, CDATA, OTHER = 3, 4, 5, 6, 7, 8, 9
"""Its last group. A leaf is an element without any other, taken at once because most are."""
_PRESERVE = re.compile(rb"xml:space\s*=\s*[\"']preserve[\"']")
_BREAKS = tuple(b"\n" + b"  " * depth for depth in range(MAX_DEPTH + 1))


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
class XmlFacts:
    """The first line of what `lay_out` yields."""

    fault: str = ""
    """An XmlFault's value; nothing follows then."""
    offset: int = 0
    """Where in the body."""

    def as_line(self) -> bytes:
        """Return the facts as a line of bytes."""
        return json.dumps(asdict(self)).encode() + b"\n"


class XmlSyntaxError(ValueError):
    """The tokens make no XML; `facts` say why and where."""

    def __init__(self, fault: XmlFault, offset: int) -> None:
        super().__init__(fault.value)
        self.facts = XmlFacts(fault.value, offset)


def lay_out(
    body: BodyHandle, limit: int = LARGEST_RESULT, pause: Pause = no_pause
) -> Iterator[bytes]:
    """Yield a line with the facts, then the text with two spaces for each level.

    It ends soon after `limit` bytes. Raises Stopped when the body is given back.
    """
    try:
        verbatim = yield from _holding_text(body, pause)
    except XmlSyntaxError as wrong:
        yield wrong.facts.as_line()
        return
    yield XmlFacts().as_line()
    pieces: list[bytes] = []
    size, room = 0, limit
    for piece in _laid_out(body, verbatim, pause):
        pieces.append(piece)
        size += len(piece)
        if size > min(_WRITTEN_AT_ONCE, room):
            yield b"".join(pieces)
            room -= size
            pieces, size = [], 0
            if room < 0:
                return
    yield b"".join(pieces)


def write_layout(pieces: Iterator[bytes], write: Callable[[bytes], object]) -> XmlFacts:
    """Give `write` the text that `lay_out` yields, and return the facts before it."""
    head = b""
    for piece in pieces:
        head += piece
        if b"\n" in head:
            break
    line, _, start = head.partition(b"\n")
    facts = XmlFacts(**json.loads(line))
    for piece in chain((start,), pieces):
        write(piece)
    return facts


def scans(body: BodyHandle, pause: Pause) -> Iterator[tuple[int, Iterator[re.Match[bytes]]]]:
    """Yield the tokens of a body that is read piece by piece, and where each piece begins.

    Each iterator must be read to its end before the next one is asked for. Raises XmlSyntaxError.
    """
    base = len(_BOM) if read_piece(body, 0, len(_BOM)) == _BOM else 0
    data = read_piece(body, base, _CHUNK)
    while data:
        pause()
        scan = _Scan(data)
        yield base, scan
        more = read_piece(body, base + len(data), max(_CHUNK, len(data)))
        left = data[scan.end :]
        if len(left) > LONGEST_TOKEN or (not more and not left.isspace() and left):
            raise XmlSyntaxError(XmlFault.MARKUP, base + scan.end)
        data, base = left + more if more else b"", base + scan.end


class _Scan:
    """The tokens of some bytes, as far as they have an end there."""

    def __init__(self, data: bytes) -> None:
        self._next = _TOKEN.scanner(data).match  # type: ignore[attr-defined]
        self.end = 0

    def __iter__(self) -> Iterator[re.Match[bytes]]:
        return self

    def __next__(self) -> re.Match[bytes]:
        found: re.Match[bytes] | None = self._next()
        if found is None:
            raise StopIteration
        self.end = found.end()
        return found


def _holding_text(body: BodyHandle, pause: Pause) -> Generator[bytes, None, bytearray]:
    """Check that tags pair up; return for each start tag whether its element is kept as it is.

    Yields nothing but signs of life.
    """
    verbatim = bytearray()
    open_tags: list[tuple[bytes, int, int]] = []
    elements = 0
    last = OTHER
    for base, scan in scans(body, pause):
        yield b""
        for found in scan:
            kind = found.lastindex or 0
            if kind == START:
                open_tags.append((found[2], len(verbatim), base + found.end(1)))
                verbatim.append(b"xml:space" in found[3] and _PRESERVE.search(found[3]) is not None)
            elif kind == END:
                if not open_tags or open_tags[-1][0] != found[6]:
                    raise XmlSyntaxError(XmlFault.MISMATCH, base + found.end(1))
                # <a> </a>: the blank is all there is, so it may be meant.
                verbatim[open_tags.pop()[1]] |= last == START and bool(found[1])
            elif kind in (TEXT, CDATA):
                if not open_tags:
                    raise XmlSyntaxError(XmlFault.TEXT, base + found.start(kind))
                verbatim[open_tags[-1][1]] = True
            elements += kind <= LEAF
            last = kind
    if open_tags:
        raise XmlSyntaxError(XmlFault.UNCLOSED, open_tags[-1][2])
    if not elements:
        raise XmlSyntaxError(XmlFault.TEXT, body.size)
    return verbatim


def _laid_out(body: BodyHandle, verbatim: bytearray, pause: Pause) -> Iterator[bytes]:
    depth, number, kept_from = 0, 0, -1
    last = 0
    for _, scan in scans(body, pause):
        for found in scan:
            kind = found.lastindex or 0
            depth -= kind == END
            if kept_from >= 0:
                yield found[0]
                if kind == END and depth == kept_from:
                    kept_from = -1
            else:
                if last and not (kind == END and last == START):
                    yield _line_break(depth + (kind == END), depth)
                yield found[0][found.end(1) - found.start() :]
                if kind == START and verbatim[number]:
                    kept_from = depth
            if kind == START:
                depth += 1
                number += 1
            last = kind


def _line_break(deepest: int, depth: int) -> bytes:
    return b"" if deepest > MAX_DEPTH else _BREAKS[depth]
