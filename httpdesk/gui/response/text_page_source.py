"""Where the rows of the views Pretty and Raw come from; work for a worker, no Qt in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from httpdesk.gui.response.body_page import ShownBody
from httpdesk.model.memory_body import MemoryBody
from httpdesk.render import html_layout, xml_layout
from httpdesk.render.content_type import Rendering
from httpdesk.render.events import is_json_lines
from httpdesk.render.html_tokens import LARGEST_PAGE
from httpdesk.render.json_rows import JsonRows
from httpdesk.render.json_verdict import JsonVerdict, judge
from httpdesk.render.line_rows import LineRows
from httpdesk.render.rows import Elsewhere, Match, Pause, Place, Rows, read_piece
from httpdesk.render.xml_layout import write_layout

if TYPE_CHECKING:
    from httpdesk.engine.offload import Scratch
    from httpdesk.model.response import BodyHandle

PRETTY, RAW = "pretty", "raw"

CHECKED_AT_ONCE = 256 * 1024
"""Bytes of JSON that are checked before they are shown; larger ones are shown before."""
READ_ANEW = 1024 * 1024
"""Bytes up to which JSON that turns out to be none is shown as received after all."""
GLANCE = 8 * 1024
"""Bytes that tell what is no JSON at all."""
LAID_OUT_AT_ONCE = 64 * 1024
"""Bytes of markup that are laid out before they are shown; larger ones are shown as received."""
LAID_OUT_HERE = 1024 * 1024
"""Bytes of markup that are laid out without another process."""
LARGEST_XML = 500_000_000
"""Bytes of XML that are laid out at all."""
XML_LIMIT = 1_000_000_000
"""Bytes that laid-out markup may grow to."""
FIRST_ROWS = 200
"""Rows that are indexed before the first ones are shown: a few screens."""


class Layout(Enum):
    """How a source relates to the text as received."""

    NONE = "none"
    DONE = "done"
    WAITS = "waits"
    """It is the text as received until that is laid out."""
    TOO_LARGE = "too large"
    CUT = "cut"
    """It is laid out up to a bound."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows, the bytes that they stand for, and what they are coloured as."""

    rows: Rows
    handle: BodyHandle = field(repr=False)
    language: str
    layout: Layout = Layout.NONE
    check: JsonVerdict | None = None
    """None while the JSON was not checked to the bound, and for other texts."""

    @property
    def is_laid_out_json(self) -> bool:
        """Whether its rows are not those of the text as received, but made of its bytes."""
        return self.layout is Layout.DONE and self.language == "json"


def open_source(
    body: ShownBody,
    view: str,
    check: JsonVerdict | None,
    new_scratch: Callable[[], Scratch],
    pause: Pause,
) -> Source:
    """Return the rows of a view with the first screens indexed; raises Stopped.

    JSON is checked unless `check` is given, and shown as received when it is none.
    """
    if check is None and body.rendering is Rendering.JSON:
        check, final = _first_check(body, pause)
    else:
        final = check is not None
    source = _source(body, view, check, new_scratch, pause)
    _index_some(source.rows, pause)
    if not final:
        return source
    return Source(source.rows, source.handle, source.language, source.layout, check)


def check_json(body: ShownBody, pause: Pause, elsewhere: Elsewhere | None = None) -> JsonVerdict:
    """Return what is wrong with a JSON text; raises Stopped, OffloadFailed with `elsewhere`."""
    several = is_json_lines(body.media)
    whole = body.whole and not body.growing
    return judge(body.handle, pause, elsewhere, whole=whole, several=several)


def lay_out_markup(
    body: ShownBody,
    new_scratch: Callable[[], Scratch],
    pause: Pause,
    run: Elsewhere | None = None,
) -> Source | None:
    """Return the rows of laid-out HTML or XML; None for XML that is not well-formed.

    Raises Stopped and StorageFailed. Large ones are laid out by `run`, which raises OffloadFailed.
    """
    module = html_layout if is_html(body) else xml_layout
    if run is not None and body.handle.size > LAID_OUT_HERE:
        task = "html_layout:lay_out" if is_html(body) else "xml_layout:lay_out"
        pieces = run(task, {"limit": XML_LIMIT})
    else:
        pieces = module.lay_out(body.handle, XML_LIMIT, pause)
    scratch = new_scratch()

    def write(piece: bytes) -> None:
        scratch.write(piece)
        pause()

    if write_layout(pieces, write).fault:
        return None
    rows = LineRows(scratch)
    _index_some(rows, pause)
    return Source(rows, scratch, "xml", Layout.CUT if scratch.size > XML_LIMIT else Layout.DONE)


@dataclass(frozen=True, slots=True)
class Located:
    """Where a byte of the body stands in rows."""

    place: Place
    line: int
    """The number of its line in these rows."""


def locate(rows: Rows, at: int) -> Located | None:
    """Return where a byte of the body stands; None when its row is not known yet."""
    found = rows.places((Match(at, at + 1),)) or rows.places((Match(at, at),))
    if not found:
        return None
    place = found[0][0]
    held = rows.rows(place.row, 1)
    return Located(place, held[0].line) if held else None


def is_markup(body: ShownBody, check: JsonVerdict | None) -> bool:
    """Return whether a body is HTML or XML, by itself or where JSON was wished."""
    if body.rendering is Rendering.JSON:
        return check is not None and check.error is not None and is_other(body)
    return body.rendering in (Rendering.XML, Rendering.HTML)


def is_html(body: ShownBody) -> bool:
    """Return whether markup is a page, whose tags need not pair up."""
    kind = body.fallback if body.rendering is Rendering.JSON else body.rendering
    return kind is Rendering.HTML


def largest_laid_out(body: ShownBody) -> int:
    """Return how many bytes of markup are laid out at all."""
    return LARGEST_PAGE if is_html(body) else LARGEST_XML


def is_other(body: ShownBody) -> bool:
    """Return whether a body is markup where JSON was wished, so that its error says nothing."""
    return body.fallback in (Rendering.XML, Rendering.HTML)


def language_of(body: ShownBody, check: JsonVerdict | None) -> str:
    """Return what a text is coloured as: `json`, `xml` or `text`."""
    kind = body.rendering
    if kind is Rendering.JSON and check is not None and check.error is not None:
        kind = body.fallback
    if kind in (Rendering.XML, Rendering.HTML):
        return "xml"
    return "json" if kind is Rendering.JSON else "text"


def _first_check(body: ShownBody, pause: Pause) -> tuple[JsonVerdict, bool]:
    """Return what is wrong with the beginning, and whether there is nothing more to check."""
    if body.handle.size <= CHECKED_AT_ONCE and not body.growing:
        return check_json(body, pause), True
    head = MemoryBody(read_piece(body.handle, 0, GLANCE))
    verdict = judge(head, pause, whole=False, several=is_json_lines(body.media))
    return verdict, verdict.error is not None


def _source(
    body: ShownBody,
    view: str,
    check: JsonVerdict | None,
    new_scratch: Callable[[], Scratch],
    pause: Pause,
) -> Source:
    wrong = check is not None and check.error is not None
    if view == PRETTY and body.rendering is Rendering.JSON and not wrong:
        laid_out = JsonRows(body.handle, growing=body.growing)
        return Source(laid_out, body.handle, "json", Layout.DONE)
    layout = Layout.NONE
    if view == PRETTY and is_markup(body, check):
        if body.handle.size > largest_laid_out(body):
            layout = Layout.TOO_LARGE
        elif body.handle.size > LAID_OUT_AT_ONCE and not body.growing:
            layout = Layout.WAITS
        elif not body.growing and (source := lay_out_markup(body, new_scratch, pause)):
            return source
    rows = LineRows(body.handle, growing=body.growing)
    return Source(rows, body.handle, language_of(body, check), layout)


class _EnoughError(Exception):
    """The first screens are indexed."""


def _index_some(rows: Rows, pause: Pause) -> None:
    def enough() -> None:
        pause()
        if rows.count >= FIRST_ROWS:
            raise _EnoughError

    try:
        rows.index(enough)
    except _EnoughError:
        return
