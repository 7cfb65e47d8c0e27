"""What of a body is shown: read, decoded and laid out off the UI thread; no Qt in here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from time import monotonic

from httpdesk.engine.cancel import CancelToken
from httpdesk.model.request import ResponseType
from httpdesk.model.response import BodyHandle
from httpdesk.render.content_type import (
    SNIFF_LENGTH,
    TEXTS,
    MediaType,
    Rendering,
    binary_format,
    rendering_of,
    text_rendering,
)
from httpdesk.render.decode import CharsetSource, DecodedText, decode
from httpdesk.render.json_text import JsonError
from httpdesk.render.pretty import Remark, Tick, no_tick, pretty_json
from httpdesk.render.xml_text import pretty_xml

SHOWN_BYTES = 1_000_000
"""How much of a body is shown; the rest can be saved."""
FORMAT_AT_ONCE = 256 * 1024
"""Bodies up to this size are read and laid out in one job, larger ones in two."""
LONGEST_LINE = 10_000
"""Characters of a line that are shown before it is cut."""
MANY_LONG_LINES = 8
LONGEST_OF_MANY = 2_000
"""The same where many lines are long: the editor paints every line of a screen to its end."""
SPLIT_LINE = 1_000
"""Characters per row when long lines are shown whole: a screen is painted in 15 ms."""
UNCOLOURED_LINE = 2_000
"""Characters from which a line is not coloured: the editor colours whole lines at once."""
PRETTY_LIMIT = 4_000_000
"""Characters that a formatted body may grow to on screen."""

TURN = 0.001
"""Seconds that a worker works and rests in turn."""

_NO_TEXT = DecodedText("", "", CharsetSource.DEFAULT)


@dataclass(frozen=True, slots=True)
class BodySource:
    """A body and what is known of it before it is read."""

    handle: BodyHandle
    media: MediaType
    wanted: ResponseType
    whole: bool = True
    """False when the body was cut short, so that its end is no fault of its text."""
    charset: str = ""
    """Chosen by the user (statement 53); "" goes by the header."""


@dataclass(frozen=True, slots=True)
class ScreenText:
    """Text as the editor gets it: no row is so long that it freezes the window."""

    text: str = field(repr=False)
    long_lines: int = 0
    longest: int = 0
    """Characters of the longest line as received."""
    limit: int = LONGEST_LINE
    """Characters after which a line is cut."""


_NO_SCREEN = ScreenText("")


@dataclass(frozen=True, slots=True)
class BodyText:
    """A body as text, not laid out."""

    rendering: Rendering
    size: int
    decoded: DecodedText = field(repr=False, default=_NO_TEXT)
    screen: ScreenText = field(repr=False, default=_NO_SCREEN)
    shown: int = 0
    """Bytes from the start that the text stands for."""
    whole: bool = True
    """Whether the text is the whole body as the server meant it."""
    format_name: str = ""
    """Of a binary body, when its first bytes give it away: `PDF`."""
    fallback: Rendering = Rendering.TEXT
    """What the body is when it is not the JSON that was wished."""

    @property
    def is_text(self) -> bool:
        """Whether it is shown as text."""
        return self.rendering in TEXTS

    @property
    def is_cut(self) -> bool:
        """Whether only its beginning is shown."""
        return self.shown < self.size


class Layout(Enum):
    """What the Pretty view holds."""

    NONE = "none"
    """Nothing to lay out: plain text, HTML, or text that is not what it should be."""
    JSON = "json"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class PrettyBody:
    """The laid-out text of a body, or why there is none."""

    layout: Layout = Layout.NONE
    text: str = field(repr=False, default="")
    screen: ScreenText = field(repr=False, default=_NO_SCREEN)
    json_error: JsonError | None = None
    remarks: tuple[Remark, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class LoadedBody:
    """The result of a job: the text, and its layout unless a second job makes it."""

    text: BodyText
    pretty: PrettyBody | None


class BodyGone(Exception):
    """The body was given back while it was being read, or another one is wanted meanwhile."""


class Pace:
    """Lets the window work while a worker lays text out.

    A worker that runs Python without a pause makes each call from Python to Qt wait 5 ms for the
    interpreter, and painting makes a hundred of them. So it works and rests in turns of 1 ms.
    """

    def __init__(self, cancel: CancelToken) -> None:
        self._cancel = cancel
        self._began = monotonic()

    def __call__(self) -> None:
        """Rest when it is time; raises BodyGone when nobody waits for the result any more."""
        if monotonic() - self._began < TURN:
            return
        if self._cancel.wait(TURN):
            raise BodyGone
        self._began = monotonic()


def load(source: BodySource, tick: Tick = no_tick) -> LoadedBody:
    """Read and decode the body, and lay it out when it is small; raises BodyGone."""
    text = read_text(source)
    if text.is_text and text.size > FORMAT_AT_ONCE:
        return LoadedBody(text, None)
    return LoadedBody(text, lay_out(text, tick))


def read_text(source: BodySource) -> BodyText:
    """Return the body, or its beginning up to a line's end, as text; raises BodyGone."""
    size = _size(source.handle)
    head = read_start(source.handle, SNIFF_LENGTH)
    rendering = rendering_of(source.media, head, source.wanted)
    if rendering not in TEXTS:
        return BodyText(rendering, size, format_name=binary_format(head) or "")
    data = read_start(source.handle, SHOWN_BYTES)
    if len(data) < size:
        data = _up_to_line_end(data)
    decoded = decode(
        data,
        source.media.charset,
        chosen=source.charset,
        whole=len(data) == size and source.whole,
        json=rendering is Rendering.JSON,
    )
    return BodyText(
        rendering,
        size,
        decoded,
        cut_lines(decoded.text),
        len(data),
        len(data) == size and source.whole,
        fallback=text_rendering(source.media, head),
    )


def lay_out(body: BodyText, tick: Tick = no_tick) -> PrettyBody:
    """Return the body laid out by what it is; invalid JSON that is XML is laid out as that."""
    if body.rendering is Rendering.JSON:
        pretty = pretty_json(body.decoded.text, whole=body.whole, limit=PRETTY_LIMIT, tick=tick)
        if pretty.error is None:
            screen = cut_lines(pretty.text)
            return PrettyBody(
                Layout.JSON, pretty.text, screen, remarks=pretty.remarks, cut=pretty.cut
            )
        if body.fallback is Rendering.XML:
            return _xml(body, pretty.error, tick)
        return PrettyBody(json_error=pretty.error)
    return _xml(body, None, tick) if body.rendering is Rendering.XML else PrettyBody()


def language_of(body: BodyText, pretty: PrettyBody | None) -> str:
    """Return what the editor colours: `json`, `xml` or `text`."""
    kind = body.rendering
    if kind is Rendering.JSON and pretty is not None and pretty.json_error is not None:
        kind = body.fallback
    if kind in (Rendering.XML, Rendering.HTML):
        return "xml"
    return "json" if kind is Rendering.JSON else "text"


def cut_lines(text: str) -> ScreenText:
    """Return the text with lines that are too long to be shown ended by an ellipsis."""
    lines = text.split("\n")
    lengths = list(map(len, lines))
    many = sum(length > LONGEST_OF_MANY for length in lengths) > MANY_LONG_LINES
    limit = LONGEST_OF_MANY if many else LONGEST_LINE
    long_lines = [index for index, length in enumerate(lengths) if length > limit]
    for index in long_lines:
        lines[index] = lines[index][:limit] + "…"
    shown = "\n".join(lines) if long_lines else text
    return ScreenText(shown, len(long_lines), max(lengths), limit)


def split_lines(text: str, width: int = SPLIT_LINE) -> ScreenText:
    """Return the text with long lines broken into rows of `width` characters."""
    lines = text.split("\n")
    rows = [row for line in lines for row in _rows(line, width)]
    return ScreenText("\n".join(rows), sum(len(line) > width for line in lines))


def _rows(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    return [line[start : start + width] for start in range(0, len(line), width)]


def _xml(body: BodyText, json_error: JsonError | None, tick: Tick) -> PrettyBody:
    pretty = pretty_xml(body.decoded.text, limit=PRETTY_LIMIT, tick=tick)
    if pretty.error is not None:
        return PrettyBody(json_error=json_error)
    return PrettyBody(Layout.XML, pretty.text, cut_lines(pretty.text), json_error, cut=pretty.cut)


def _size(handle: BodyHandle) -> int:
    try:
        return handle.size
    except ValueError as error:
        raise BodyGone from error


def read_start(handle: BodyHandle, length: int) -> bytes:
    """Return up to `length` bytes from the start; raises BodyGone."""
    try:
        return handle.read_at(0, length)
    except (ValueError, OSError) as error:
        raise BodyGone from error


def _up_to_line_end(data: bytes) -> bytes:
    """Cut at the last line's end when that loses little."""
    end = data.rfind(b"\n", len(data) - len(data) // 8)
    return data[: end + 1] if end >= 0 else data
