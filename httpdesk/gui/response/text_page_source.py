"""Where the rows of the views Pretty and Raw come from; work for a worker, no Qt in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from httpdesk.gui.response.body_content import read_start
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.render.content_type import Rendering
from httpdesk.render.json_rows import JsonRows
from httpdesk.render.json_text import JsonError
from httpdesk.render.line_rows import LineRows
from httpdesk.render.pretty import Remark, pretty_json
from httpdesk.render.rows import Elsewhere, Match, Pause, Place, Rows
from httpdesk.render.xml_layout import lay_out, write_layout

if TYPE_CHECKING:
    from httpdesk.engine.offload import Scratch
    from httpdesk.model.response import BodyHandle

PRETTY, RAW = "pretty", "raw"

CHECKED_AT_ONCE = 256 * 1024
"""Bytes of JSON that are checked before they are shown; larger ones are shown before."""
CHECKED = 1024 * 1024
"""Bytes of JSON that are checked at all."""
GLANCE = 8 * 1024
"""Bytes that tell what is no JSON at all."""
LAID_OUT_AT_ONCE = 64 * 1024
"""Bytes of XML that are laid out before they are shown; larger ones are shown as received."""
LAID_OUT_HERE = 1024 * 1024
"""Bytes of XML that are laid out without another process."""
LARGEST_XML = 500_000_000
"""Bytes of XML that are laid out at all."""
XML_LIMIT = 1_000_000_000
"""Bytes that laid-out XML may grow to."""
FIRST_ROWS = 200
"""Rows that are indexed before the first ones are shown: a few screens."""
_BOM = "\ufeff"


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
class Check:
    """What is wrong with a JSON text, as far as it was looked at."""

    error: JsonError | None = None
    error_at: int = 0
    """Byte of the body that the error is at."""
    remarks: tuple[Remark, ...] = ()
    remark_at: int = 0
    """Byte of the body that the first remark is about."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows, the bytes that they stand for, and what they are coloured as."""

    rows: Rows
    handle: BodyHandle = field(repr=False)
    language: str
    layout: Layout = Layout.NONE
    check: Check | None = None
    """None while the JSON was not checked to the bound, and for other texts."""


def open_source(
    body: ShownBody,
    view: str,
    check: Check | None,
    new_scratch: Callable[[], Scratch],
    pause: Pause,
) -> Source:
    """Return the rows of a view with the first screens indexed; raises BodyGone and Stopped.

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


def check_json(body: ShownBody, pause: Pause, length: int = CHECKED) -> Check:
    """Return what is wrong with the first `length` bytes of a JSON text; raises BodyGone."""
    text, whole = _text(body, length)
    mark = len(_BOM) if text.startswith(_BOM) else 0
    pretty = pretty_json(text[mark:], whole=whole, tick=pause)
    error_at = _byte(text, mark + pretty.error.offset) if pretty.error is not None else 0
    remark_at = _byte(text, mark + pretty.remarks[0].offset) if pretty.remarks else 0
    return Check(pretty.error, error_at, pretty.remarks, remark_at)


def lay_out_xml(
    body: ShownBody,
    new_scratch: Callable[[], Scratch],
    pause: Pause,
    run: Elsewhere | None = None,
) -> Source | None:
    """Return the rows of laid-out XML; None when it is not well-formed. Raises BodyGone, Stopped.

    Large ones are laid out by `run`, which may raise OffloadFailed.
    """
    if run is not None and body.handle.size > LAID_OUT_HERE:
        pieces = run("xml_layout:lay_out", {"limit": XML_LIMIT})
    else:
        pieces = lay_out(body.handle, XML_LIMIT, pause)
    scratch = new_scratch()

    def write(piece: bytes) -> None:
        scratch.write(piece)
        pause()

    if write_layout(pieces, write).fault:
        return None
    rows = LineRows(scratch)
    _index_some(rows, pause)
    return Source(rows, scratch, "xml", Layout.CUT if scratch.size > XML_LIMIT else Layout.DONE)


def place_of(rows: Rows, at: int) -> Place | None:
    """Return the place of a byte of the body; None when its row is not known yet."""
    found = rows.places((Match(at, at + 1),)) or rows.places((Match(at, at),))
    return found[0][0] if found else None


def is_xml(body: ShownBody, check: Check | None) -> bool:
    """Return whether a body is XML, by itself or where JSON was wished."""
    if body.rendering is Rendering.JSON:
        wrong = check is not None and check.error is not None
        return wrong and body.fallback is Rendering.XML
    return body.rendering is Rendering.XML


def is_other(body: ShownBody) -> bool:
    """Return whether a body is markup where JSON was wished, so that its error says nothing."""
    return body.fallback in (Rendering.XML, Rendering.HTML)


def language_of(body: ShownBody, check: Check | None) -> str:
    """Return what a text is coloured as: `json`, `xml` or `text`."""
    kind = body.rendering
    if kind is Rendering.JSON and check is not None and check.error is not None:
        kind = body.fallback
    if kind in (Rendering.XML, Rendering.HTML):
        return "xml"
    return "json" if kind is Rendering.JSON else "text"


def _first_check(body: ShownBody, pause: Pause) -> tuple[Check, bool]:
    """Return what is wrong with the beginning, and whether there is nothing more to check."""
    small = body.handle.size <= CHECKED_AT_ONCE and not body.growing
    check = check_json(body, pause, CHECKED_AT_ONCE if small else GLANCE)
    return check, small or check.error is not None


def _source(
    body: ShownBody,
    view: str,
    check: Check | None,
    new_scratch: Callable[[], Scratch],
    pause: Pause,
) -> Source:
    wrong = check is not None and check.error is not None
    if view == PRETTY and body.rendering is Rendering.JSON and not wrong:
        laid_out = JsonRows(body.handle, growing=body.growing)
        return Source(laid_out, body.handle, "json", Layout.DONE)
    layout = Layout.NONE
    if view == PRETTY and is_xml(body, check):
        if body.growing or body.handle.size > LARGEST_XML:
            layout = Layout.TOO_LARGE if body.handle.size > LARGEST_XML else Layout.NONE
        elif body.handle.size > LAID_OUT_AT_ONCE:
            layout = Layout.WAITS
        elif (source := lay_out_xml(body, new_scratch, pause)) is not None:
            return source
    rows = LineRows(body.handle, growing=body.growing)
    return Source(rows, body.handle, language_of(body, check), layout)


def _text(body: ShownBody, length: int) -> tuple[str, bool]:
    """Return the first `length` bytes as text, and whether that is the whole of it."""
    data = read_start(body.handle, length)
    whole = body.whole and not body.growing and len(data) == body.handle.size
    return data.decode("utf-8", "surrogateescape"), whole


def _byte(text: str, offset: int) -> int:
    return len(_bytes(text[:offset]))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


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
