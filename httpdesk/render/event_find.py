"""Finds messages of a stream by their types, IDs and data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from httpdesk.model.response import BodyHandle
from httpdesk.render.content_type import MediaType, parse_media_type
from httpdesk.render.events import data_of
from httpdesk.render.find_pattern import pattern_of
from httpdesk.render.rows import Pause, no_pause, read_piece


class Sought(NamedTuple):
    """What is looked for."""

    text: str
    match_case: bool = False
    whole_word: bool = False
    regex: bool = False

    def pattern(self) -> re.Pattern[str]:
        """Return the pattern; raises re.error for what makes no regular expression."""
        text = self.text if self.regex else re.escape(self.text)
        return pattern_of(text, match_case=self.match_case, whole_word=self.whole_word)


class Place(NamedTuple):
    """Where a message is in the body, and what stands before its data."""

    number: int
    start: int
    end: int
    event: str
    id: str


def matching(
    body: BodyHandle,
    places: Iterable[Place],
    media: MediaType,
    sought: Sought,
    pause: Pause = no_pause,
) -> Iterator[int]:
    """Yield the numbers of the messages that match; raises Stopped."""
    search = sought.pattern().search
    for place in places:
        pause()
        data = data_of(read_piece(body, place.start, place.end - place.start), media)
        if any(search(part) for part in (place.event, place.id, data)):
            yield place.number


def find_elsewhere(
    body: BodyHandle, places: list[list[object]], media: str, sought: list[object]
) -> Iterator[bytes]:
    """Do the same in the process beside the window; yield each number as a line."""
    wanted = (Place(*each) for each in places)  # type: ignore[arg-type]  # it came from one
    given = Sought(*sought)  # type: ignore[arg-type]  # it came from one
    for number in matching(body, wanted, parse_media_type(media), given):
        yield json.dumps(number).encode() + b"\n"
