"""Which bytes of a body are secrets: known values, and what telling names say; no Qt in here.

Statement 76. They are looked for around the places that are asked for, so a body of any size costs
no more than what is on screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from httpdesk.engine.masking import Masker
from httpdesk.engine.secret_spans import Spans, body_spans, merged
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.text_page_source import Source
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import BodyHandle
from httpdesk.render.content_type import Rendering
from httpdesk.render.events import is_event_stream
from httpdesk.render.rows import Match, Pause, no_pause, read_piece

_PART: Final = 32 * 1024
"""Bytes that are looked at together."""
_BEFORE, _BEHIND = 16 * 1024, 8 * 1024
"""Bytes around a part that may belong to a secret in it: longer ones are hidden in part."""
_KEPT = 64
"""Parts of which it is remembered what is hidden."""


class Revealing:
    """What the user wants to see of the secrets of one body; gone with the view of it."""

    def __init__(self) -> None:
        self.all = False
        self.ones: set[int] = set()
        """The first bytes of the secrets that are shown one by one."""

    def shows(self, secret: Match) -> bool:
        """Return whether a secret is on screen as it is."""
        return self.all or secret.start in self.ones

    @property
    def anything(self) -> bool:
        """Whether any secret may be on screen."""
        return self.all or bool(self.ones)


class HiddenBytes:
    """Finds the secrets of one body; to be asked on a worker."""

    def __init__(self, handle: BodyHandle, kind: str, masker: Masker) -> None:
        self._handle = handle
        self._kind = kind
        self._masker = masker
        self._known: dict[tuple[int, int], tuple[Match, ...]] = {}

    def between(self, start: int, end: int) -> list[Match]:
        """Return the secrets that have bytes between two places; raises Stopped."""
        found: list[Match] = []
        for part in range(max(start, 0) // _PART, max(end - 1, 0) // _PART + 1):
            found += self._in_part(part)
        return [m for m in _joined(found) if m.start < end and m.end > start]

    def any_before(self, end: int, pause: Pause = no_pause) -> bool:
        """Return whether there is a secret before a byte; raises Stopped."""
        for start in range(0, min(end, self._handle.size), _PART):
            if self.between(start, start + _PART):
                return True
            pause()
        return False

    def _in_part(self, part: int) -> tuple[Match, ...]:
        end = min((part + 1) * _PART + _BEHIND, self._handle.size)
        known = self._known.get((part, end))
        if known is not None:
            return known
        first = max(part * _PART - _BEFORE, 0)
        data = read_piece(self._handle, first, end - first)
        low, high = part * _PART, (part + 1) * _PART
        found = tuple(
            Match(first + a, first + b)
            for a, b in self._spans(data)
            if first + a < high and first + b > low
        )
        while len(self._known) >= _KEPT:
            self._known.pop(next(iter(self._known)), None)
        self._known[part, end] = found
        return found

    def _spans(self, data: bytes) -> Iterator[tuple[int, int]]:
        text = data.decode("utf-8", "surrogateescape")
        spans = merged(body_spans(text, self._kind), self._masker.spans(text))
        return iter(spans) if text.isascii() else _in_bytes(text, spans)


def hidden_in(body: ShownBody, source: Source) -> HiddenBytes:
    """Return what finds the secrets in the bytes that a view of a body stands for."""
    return HiddenBytes(source.handle, kind_of(body, source.language), masker_of(body.exchange))


def bytes_hidden_in(body: ShownBody) -> HiddenBytes:
    """Return what finds the secrets in the bytes as received."""
    kinds = {Rendering.JSON: "json", Rendering.XML: "xml", Rendering.HTML: "xml"}
    kind = kind_of(body, kinds.get(body.rendering, "text"))
    return HiddenBytes(body.received, kind, masker_of(body.exchange))


def masker_of(*exchanges: Exchange) -> Masker:
    """Return what hides the secret values that exchanges know."""
    return Masker(value for each in exchanges for value in each.secrets | each.request.secrets)


def kind_of(body: ShownBody, language: str) -> str:
    """Return the media type by whose rules names tell of secrets."""
    if language == "json" or is_event_stream(body.media):
        return "application/json"
    return "application/xml" if language == "xml" else body.media.essence


def without(hidden: HiddenBytes, shown: Revealing, matches: Iterable[Match]) -> Iterator[Match]:
    """Yield the matches that lie outside of what is hidden, and so tell nothing of it."""
    low = high = 0
    secrets: list[Match] = []
    for match in matches:
        end = max(match.end, match.start + 1)
        # A part is looked through once, however many matches are in it.
        if match.start < low or end > high:
            low = match.start // _PART * _PART
            high = max(low + _PART, end)
            secrets = [each for each in hidden.between(low, high) if not shown.shows(each)]
        if not any(each.start < end and each.end > match.start for each in secrets):
            yield match


def _joined(found: list[Match]) -> Iterator[Match]:
    spans = merged((match.start, match.end) for match in found)
    return (Match(start, end) for start, end in spans)


def _in_bytes(text: str, spans: Spans) -> Iterator[tuple[int, int]]:
    at = byte = 0
    for start, end in spans:
        first = byte + len(text[at:start].encode("utf-8", "surrogateescape"))
        byte, at = first + len(text[start:end].encode("utf-8", "surrogateescape")), end
        yield first, byte
