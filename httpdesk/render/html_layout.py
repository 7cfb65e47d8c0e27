"""HTML laid out to be read: each block on a line of its own, indented by what it lies in.

Only white space changes, and only where a browser ignores it: beside blocks. Text, inline elements,
and all in `pre`, `textarea`, scripts and styles stay byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from httpdesk.model.response import BodyHandle
from httpdesk.render.html_tokens import HtmlKind, HtmlToken, OpenElements, read_page, tokens
from httpdesk.render.pretty import MAX_DEPTH
from httpdesk.render.rows import Pause, no_pause
from httpdesk.render.xml_layout import LARGEST_RESULT, XmlFacts

_BLOCKS = frozenset(
    "address article aside base blockquote body caption center col colgroup dd details dialog div "  # noqa: SIM905
    "dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html "
    "legend li main menu meta nav ol optgroup option p pre search section select summary table "
    "tbody td tfoot th thead title tr ul".split()
)
_QUIET = frozenset({"link", "script", "style"})
"""They show nothing: on lines of their own where there is a blank or a block beside them."""
_BLANKS = b" \t\r\n\f"
_BREAKS = tuple(b"\n" + b"  " * depth for depth in range(MAX_DEPTH + 1))
_WRITTEN_AT_ONCE = 64 * 1024


class _Edge(Enum):
    """What stands before the place that is written to."""

    NONE = "none"
    """Text or an inline element: a blank here counts."""
    TOP = "top"
    START = "start"
    END = "end"


def lay_out(
    body: BodyHandle, limit: int = LARGEST_RESULT, pause: Pause = no_pause
) -> Iterator[bytes]:
    """Yield a line with the facts, then the text with two spaces for each level.

    It ends soon after `limit` bytes. Raises Stopped when the body is given back.
    """
    yield XmlFacts().as_line()
    layout = _Layout()
    written = 0
    for token in tokens(read_page(body, pause), pause):
        layout.add(token)
        if layout.size > _WRITTEN_AT_ONCE:
            written += layout.size
            yield layout.take()
            if written > limit:
                return
    yield layout.take()


class _Layout:
    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[bytes] = []
        self._elements = OpenElements()
        self._broken: list[bool] = []
        """For each open block, whether something in it begins a line."""
        self._kept = 0
        """How many blocks are open up to the `pre` that is open; 0 for none."""
        self._edge = _Edge.TOP
        self._was_quiet = False
        """Whether the last thing shows nothing."""
        self._is_apart = False
        """Whether that began a line, so that white space beside it changes nothing."""
        self._blank = b""
        """White space that is not written yet."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        found, self._pieces, self.size = b"".join(self._pieces), [], 0
        return found

    def add(self, token: HtmlToken) -> None:
        """Write a token."""
        if token.kind in (HtmlKind.START, HtmlKind.EMPTY) and token.name in _BLOCKS:
            self._start(token)
        elif token.kind is HtmlKind.END and token.name in _BLOCKS:
            self._end(token)
        elif token.kind is HtmlKind.TEXT:
            self._text(token.data)
        elif token.kind is HtmlKind.RAW:
            self._put(token.data)
        elif token.kind is HtmlKind.END and token.name in _QUIET:
            self._put(token.data)
            self._was_quiet = True
        else:
            self._inline(token.data, quiet=not token.name or token.name in _QUIET)

    def _start(self, token: HtmlToken) -> None:
        if not self._kept:
            self._leave(self._elements.ended_by(token.name))
            self._break()
        self._put(token.data)
        self._edge = _Edge.END
        if token.kind is HtmlKind.START:
            self._elements.open(token.name)
            self._broken.append(False)
            self._edge = _Edge.START
            if token.name == "pre" and not self._kept:
                self._kept = len(self._broken)

    def _end(self, token: HtmlToken) -> None:
        ended = self._elements.close(token.name)
        broken = bool(ended) and self._broken[-len(ended)]
        self._leave(ended)
        if not self._kept and (broken or not ended):
            self._break()
        self._put(token.data)
        if len(self._broken) < self._kept:
            self._kept = 0
        self._edge, self._blank = _Edge.END, b""

    def _text(self, data: bytes) -> None:
        if self._kept:
            self._put(data)
            return
        core = data.strip(_BLANKS)
        if not core:
            self._blank += data
            return
        at = data.index(core)
        self._blank += data[:at]
        self._inline(core, quiet=False)
        self._blank = data[at + len(core) :]

    def _inline(self, data: bytes, *, quiet: bool) -> None:
        if self._kept:
            self._put(data)
            return
        breaks = self._edge is _Edge.END
        if self._edge is _Edge.NONE:
            breaks = bool(self._blank) and (quiet or self._was_quiet)
            breaks |= quiet and self._is_apart
        if breaks:
            self._break()
        elif self._edge is _Edge.NONE:
            self._put(self._blank)
        self._is_apart = quiet and (breaks or self._edge is not _Edge.NONE)
        self._put(data)
        self._edge, self._blank, self._was_quiet = _Edge.NONE, b"", quiet

    def _leave(self, ended: list[str]) -> None:
        if ended:
            del self._broken[-len(ended) :]

    def _break(self) -> None:
        """Begin a line."""
        self._blank = b""
        depth = len(self._broken)
        if self._broken:
            self._broken[-1] = True
        if self._edge is not _Edge.TOP and depth <= MAX_DEPTH:
            self._put(_BREAKS[depth])

    def _put(self, data: bytes) -> None:
        if data:
            self._pieces.append(data)
            self.size += len(data)
