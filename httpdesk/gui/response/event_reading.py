"""Reads the messages of a stream, as far as it has come, and the data of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from httpdesk.gui.item_models.event_table import Listed
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.paced import Pace, elsewhere
from httpdesk.gui.widgets.find_bar import MOST_MATCHES
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.model.response import BodyHandle
from httpdesk.render.content_type import MediaType
from httpdesk.render.event_find import Place, Sought, matching
from httpdesk.render.events import Message, data_of, parser_for
from httpdesk.render.pretty import pretty_json
from httpdesk.render.rows import Pause, Stopped

if TYPE_CHECKING:
    from httpdesk.engine.offload import Offload
    from httpdesk.gui.ports import Lazy

CHUNK = 64 * 1024
TURN = 2 * 1024 * 1024
"""Bytes that one job reads, so that the list grows while a large body is read."""
SHOWN_DATA = 1_000_000
"""Bytes of a message that are laid out."""


class EventReader:
    """Goes through one body; used by one job at a time."""

    def __init__(self, body: ShownBody) -> None:
        parser = parser_for(body.media)
        assert parser is not None
        self._parser = parser
        self._handle = body.handle
        response = body.exchange.response
        received = response is not None and body.handle is response.body
        self._arrivals = response.arrivals if response is not None and received else None
        self._at = 0
        self._count = 0

    @property
    def is_behind(self) -> bool:
        """Whether there are bytes that were not read yet."""
        return self._at < self._handle.size

    def read_on(self, pause: Pause, *, final: bool) -> list[Listed]:
        """Return the messages that have come since; `final` once the body grows no more.

        Raises Stopped when the body is given back, and by `pause`.
        """
        found: list[Message] = []
        until = self._at + TURN
        while self._at < until and (data := _read(self._handle, self._at, CHUNK)):
            found += self._parser.feed(data)
            self._at += len(data)
            pause()
        if final and not self.is_behind:
            found += self._parser.finish()
        return [self._listed(message) for message in found]

    def _listed(self, message: Message) -> Listed:
        self._count += 1
        last = max(message.end - 1, 0)
        time = self._arrivals.at(last) if self._arrivals is not None else None
        return Listed(message, self._count, time)


@dataclass(frozen=True, slots=True)
class MessageText:
    """The data of one message as it is shown below the list."""

    text: str = field(repr=False)
    is_json: bool = False
    cut: bool = False
    """Whether only its beginning is shown."""


def read_message(
    handle: BodyHandle,
    media: MediaType,
    message: Message,
    hide: Callable[[str], str],
    pause: Pause,
) -> MessageText:
    """Return the data without what `hide` hides, laid out when it is JSON; raises Stopped."""
    length = message.end - message.start
    raw = _read(handle, message.start, min(length, SHOWN_DATA))
    cut = length > SHOWN_DATA
    text = hide(data_of(raw, media))
    pretty = pretty_json(text, whole=not cut, tick=pause)
    is_json = pretty.error is None and bool(text.strip())
    return MessageText(pretty.text if is_json else text, is_json, cut)


def read_data(
    handle: BodyHandle,
    media: MediaType,
    messages: list[Message],
    most: int,
    pause: Pause,
) -> str:
    """Return the data of messages, a line's end between them, of `most` bytes at most."""
    parts: list[str] = []
    for message in messages:
        size = min(message.end - message.start, most)
        parts.append(data_of(_read(handle, message.start, size), media))
        most -= size
        if most <= 0:
            break
        pause()
    return "\n".join(parts)


def find_messages(
    body: ShownBody,
    rows: list[Listed],
    sought: Sought,
    offload: Lazy[Offload],
    pause: Pace,
    *,
    hide: Callable[[str], str],
) -> list[int] | OffloadFailed:
    """Return the numbers of the messages that match, in their order, up to a bound.

    A regular expression may take for ever in one call, so it is run beside the window. What is
    hidden in the found ones is taken out, and they are looked through again.
    """
    places = [
        Place(row.number, row.message.start, row.message.end, row.message.event, row.message.id)
        for row in rows
    ]
    try:
        found = _matching(body, places, sought, offload, pause)
        kept = set(found)
        blank, hiding = _hidden(body.handle, [p for p in places if p.number in kept], hide, pause)
        if not hiding:
            return found
        still = _matching(replace(body, handle=blank), hiding, sought, offload, pause)
    except OffloadFailed as error:
        return error
    told = {place.number for place in hiding}.difference(still)
    return [number for number in found if number not in told]


def _matching(
    body: ShownBody,
    places: list[Place],
    sought: Sought,
    offload: Lazy[Offload],
    pause: Pace,
) -> list[int]:
    if not sought.regex:
        found = matching(body.handle, places, body.media, sought, pause)
        return list(islice(found, MOST_MATCHES))
    arguments = {"places": places, "media": body.media.essence, "sought": sought}
    run = elsewhere(offload, body.handle, pause)
    pieces = b"".join(islice(run("event_find:find_elsewhere", arguments), MOST_MATCHES))
    return [int(line) for line in pieces.split()][:MOST_MATCHES]


def _hidden(
    handle: BodyHandle, places: list[Place], hide: Callable[[str], str], pause: Pause
) -> tuple[MemoryBody, list[Place]]:
    """Return the messages in which something is hidden, without that, and where each one is."""
    data, found = bytearray(), []
    for place in places:
        text = _read(handle, place.start, place.end - place.start).decode("utf-8", "replace")
        shown = hide(text)
        if shown != text or hide(place.id) != place.id:
            start = len(data)
            data += shown.encode()
            found.append(place._replace(start=start, end=len(data), id=hide(place.id)))
        pause()
    return MemoryBody(bytes(data)), found


def _read(handle: BodyHandle, offset: int, length: int) -> bytes:
    try:
        return handle.read_at(offset, length)
    except (ValueError, OSError) as error:
        raise Stopped from error
