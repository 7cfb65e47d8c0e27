"""Finds a pattern in lines of text, in a process that can be ended when it takes too long."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from httpdesk.model.response import BodyHandle


def pattern_of(text: str, *, match_case: bool, whole_word: bool) -> re.Pattern[str]:
    """Return the pattern that is typed, with its options; raises re.error."""
    flags = re.MULTILINE if match_case else re.MULTILINE | re.IGNORECASE
    re.compile(text)  # as it was typed, so that what is wrong is told of that
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)" if whole_word else text, flags)


def find_pattern(
    body: BodyHandle,
    text: str,
    options: Mapping[str, bool],
    ranges: list[list[int]],
    most: int,
) -> Iterator[bytes]:
    """Yield for each range of bytes a JSON list of the byte ranges [start, end] that match.

    `options` are those of `pattern_of`. Matches of nothing are left out. Ends after `most`.
    """
    pattern = pattern_of(text, **options)
    for start, end in ranges:
        piece = body.read_at(start, end - start).decode("utf-8", "replace")
        found = list(_matches(pattern, piece, start, most))
        most -= len(found)
        yield json.dumps(found).encode()
        if most <= 0:
            return


def _matches(
    pattern: re.Pattern[str], piece: str, start: int, most: int
) -> Iterator[tuple[int, int]]:
    counted, at = 0, start
    for match in pattern.finditer(piece):
        if match.end() > match.start():
            at += len(piece[counted : match.start()].encode())
            counted = match.start()
            yield at, at + len(match[0].encode())
            most -= 1
        if most <= 0:
            return
