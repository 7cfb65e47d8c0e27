"""Finds text in the bytes of a body of any size, piece by piece.

No call works on more than a chunk, so nothing waits long for the interpreter. The overlap of two
chunks is searched twice: a match of a regular expression that is longer than it is cut short.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import takewhile
from time import monotonic

from httpdesk.model.response import BodyHandle
from httpdesk.render.required_text import required_text
from httpdesk.render.rows import Elsewhere, Match, Pause, no_pause, read_piece
from httpdesk.render.visible_text import character_start

CHUNK = 1024 * 1024
"""Bytes that are searched in one call: half a millisecond for a plain text."""
PATTERN_CHUNK = 64 * 1024
"""The same for what is searched by a regular expression."""
OVERLAP = 64 * 1024
CONTEXT = 4096
"""Bytes before a chunk that a regular expression may look back at."""
SEARCHED_HERE = 8 * 1024 * 1024
"""Bytes that a plain text is searched in by the caller's own thread."""
SENT_EVERY_S = 0.05
MOST_SPACE = 4096
"""Bytes of white space in a match beyond what is looked for."""
PAUSE_EVERY = 256
"""Matches between two pauses."""

_PUNCTUATION = re.compile(r"[:,{}\[\]]")
_PARTS = re.compile(r"[:,{}\[\]]|\s+|[^:,{}\[\]\s]+")
_ANY_SPACE = rb"[ \t\r\n]*+"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for."""

    text: str
    case_sensitive: bool = False
    whole_word: bool = False
    regex: bool = False
    """Whether the text is a regular expression; `^` and `$` match at lines then."""
    laid_out: bool = False
    """Whether white space beside punctuation of JSON counts for nothing: what is looked for is
    read in laid-out text, and the bytes have other white space."""

    @property
    def fault(self) -> str:
        """Why the regular expression cannot be used; "" when it can."""
        if self.regex:
            try:
                _text_pattern(self)
            except (re.error, OverflowError, RecursionError) as error:
                return str(error) or type(error).__name__
        return ""


def find(
    body: BodyHandle,
    pattern: Pattern,
    start: int = 0,
    pause: Pause = no_pause,
    elsewhere: Elsewhere | None = None,
) -> Iterator[Match]:
    """Yield the matches from the byte at `start` to the end of what has arrived.

    With `elsewhere` regular expressions, and plain text in a large body, are searched there: a
    hostile expression may take for ever in one call. Raises Stopped.
    """
    if not pattern.text:
        return
    here = body.size
    if elsewhere is not None:
        here = start if pattern.regex else min(start + SEARCHED_HERE, body.size)
    last = start
    for match in _found(body, pattern, start, here, pause):
        yield match
        last = match.end
    if here < body.size and elsewhere is not None:
        begin = max(here, last)
        for piece in elsewhere(
            "find_bytes:find_elsewhere", {"pattern": asdict(pattern), "start": begin}
        ):
            pause()
            yield from _unpacked(piece, pause)


def find_back(
    body: BodyHandle,
    pattern: Pattern,
    before: int,
    pause: Pause = no_pause,
    elsewhere: Elsewhere | None = None,
) -> Iterator[Match]:
    """Yield the matches that begin before the byte at `before`, the nearest one first.

    Where matches of a regular expression may overlap, others may be found than on the way forward.
    """
    if not pattern.text:
        return
    here = 0
    if elsewhere is not None:
        here = before if pattern.regex else max(before - SEARCHED_HERE, 0)
    yield from _found_back(body, pattern, here, before, pause)
    if here > 0 and elsewhere is not None:
        arguments = {"pattern": asdict(pattern), "before": here}
        for piece in elsewhere("find_bytes:find_back_elsewhere", arguments):
            pause()
            yield from _unpacked(piece, pause)


def find_elsewhere(body: BodyHandle, pattern: dict[str, object], start: int) -> Iterator[bytes]:
    """Yield the matches of `find`, packed, and an empty piece for each chunk without any."""
    wanted = Pattern(**pattern)  # type: ignore[arg-type]  # it came from one
    yield from _packed(_chunks_of_matches(body, wanted, start, body.size, no_pause))


def find_back_elsewhere(
    body: BodyHandle, pattern: dict[str, object], before: int
) -> Iterator[bytes]:
    """Yield the matches of `find_back`, packed."""
    wanted = Pattern(**pattern)  # type: ignore[arg-type]  # it came from one
    chunks = _chunks_back(wanted, before)
    yield from _packed(
        _matches_within(body, wanted, low, high, no_pause)[::-1] for low, high in chunks
    )


def _found(
    body: BodyHandle, pattern: Pattern, start: int, stop: int, pause: Pause
) -> Iterator[Match]:
    for matches in _chunks_of_matches(body, pattern, start, stop, pause):
        yield from matches
        pause()


def _found_back(
    body: BodyHandle, pattern: Pattern, start: int, before: int, pause: Pause
) -> Iterator[Match]:
    for low, high in _chunks_back(pattern, before, start):
        yield from _matches_within(body, pattern, low, high, pause)[::-1]
        pause()


def _chunks_of_matches(
    body: BodyHandle, pattern: Pattern, start: int, stop: int, pause: Pause
) -> Iterator[list[Match]]:
    """Yield the matches that begin from `start` on and before `stop`, chunk by chunk."""
    length = _chunk_length(pattern)
    while start < stop:
        if pattern.regex:
            hit = _next_hit(body, pattern, start, stop, pause)
            if hit is None:
                return
            start = max(start, hit - OVERLAP)
        high = min(start + length, stop)
        matches = _matches_within(body, pattern, start, high, pause)
        yield matches
        start = max(high, matches[-1].end if matches else 0)


def _chunks_back(pattern: Pattern, before: int, start: int = 0) -> Iterator[tuple[int, int]]:
    length = _chunk_length(pattern)
    while before > start:
        low = max(before - length, start)
        yield low, before
        before = low


def _chunk_length(pattern: Pattern) -> int:
    return CHUNK if not pattern.regex and _is_plain(pattern) else PATTERN_CHUNK


def _is_plain(pattern: Pattern) -> bool:
    """Return whether bytes can be compared: capitals beyond ASCII cannot be told by bytes."""
    is_loose = pattern.laid_out and _PUNCTUATION.search(pattern.text) is not None
    return not is_loose and (pattern.case_sensitive or pattern.text.isascii())


def _matches_within(
    body: BodyHandle, pattern: Pattern, low: int, high: int, pause: Pause
) -> list[Match]:
    """Return the matches that begin from `low` on and before `high`."""
    search = _text_matches if pattern.regex else _literal_matches
    found = []
    for number, match in enumerate(search(body, pattern, low, high)):
        found.append(match)
        if not number % PAUSE_EVERY:
            pause()
    return found


# Plain text


def _literal_matches(body: BodyHandle, pattern: Pattern, low: int, high: int) -> Iterator[Match]:
    needle = pattern.text.encode("utf-8", "surrogatepass")
    # Capitals of a character may have more bytes; one more byte tells where a word ends.
    begin = max(low - 1, 0)
    data = read_piece(body, begin, high + 3 * len(needle) + MOST_SPACE - begin)
    if _is_plain(pattern):
        haystack = data if pattern.case_sensitive else data.lower()
        needle = needle if pattern.case_sensitive else needle.lower()
        found = _every(haystack, needle, low - begin, high - begin)
    else:
        matches = _literal_pattern(pattern).finditer(data, low - begin)
        found = takewhile(lambda place: place[0] < high - begin, (m.span() for m in matches))
    for start, end in found:
        if not pattern.whole_word or _is_word(data, start, end):
            yield Match(begin + start, begin + end)


def _every(haystack: bytes, needle: bytes, low: int, high: int) -> Iterator[tuple[int, int]]:
    stop = high + len(needle) - 1
    at = haystack.find(needle, low, stop)
    while at >= 0:
        yield at, at + len(needle)
        at = haystack.find(needle, at + len(needle), stop)


def _literal_pattern(pattern: Pattern) -> re.Pattern[bytes]:
    """Return a pattern without any choice to go back on: characters in their cases, and space."""
    parts = _PARTS.findall(pattern.text) if pattern.laid_out else [pattern.text]
    pieces: list[bytes] = []
    for number, part in enumerate(parts):
        neighbours = parts[max(number - 1, 0) : number + 2]
        is_loose = len(parts) > 1 and any(map(_PUNCTUATION.fullmatch, neighbours))
        if not part.isspace() or not is_loose:
            pieces += map(_cases if not pattern.case_sensitive else _character, part)
        if is_loose and number + 1 < len(parts) and pieces[-1:] != [_ANY_SPACE]:
            pieces.append(_ANY_SPACE)
    return re.compile(b"".join(pieces))


def _character(character: str) -> bytes:
    return re.escape(character.encode("utf-8", "surrogatepass"))


def _cases(character: str) -> bytes:
    cases = sorted({character, character.lower(), character.upper()})
    return b"(?:" + b"|".join(map(_character, cases)) + b")"


def _is_word(data: bytes, start: int, end: int) -> bool:
    """Return whether neither neighbour belongs to a word; bytes beyond ASCII do."""
    before, after = data[start - 1 : start] if start else b"", data[end : end + 1]
    return not any(byte.isalnum() or byte == b"_" or byte >= b"\x80" for byte in (before, after))


# Regular expressions


def _text_pattern(pattern: Pattern) -> re.Pattern[str]:
    text = rf"\b(?:{pattern.text})\b" if pattern.whole_word else pattern.text
    flags = re.MULTILINE | (re.NOFLAG if pattern.case_sensitive else re.IGNORECASE)
    return re.compile(text, flags)


def _next_hit(
    body: BodyHandle, pattern: Pattern, start: int, stop: int, pause: Pause
) -> int | None:
    """Return where the text that every match holds stands next, or may stand."""
    needle = required_text(pattern.text)
    wanted = needle.encode("utf-8", "surrogatepass")
    while start < stop:
        data = read_piece(body, start, CHUNK + len(wanted) - 1)
        if not pattern.case_sensitive:
            if not data.isascii() or not needle.isascii():
                return start  # capitals beyond ASCII cannot be told by bytes
            data, wanted = data.lower(), wanted.lower()
        at = data.find(wanted)
        if at >= 0:
            return start + at
        start += CHUNK
        pause()
    return None


def _text_matches(body: BodyHandle, pattern: Pattern, low: int, high: int) -> Iterator[Match]:
    expression = _text_pattern(pattern)
    begin = max(low - CONTEXT, 0)
    data = read_piece(body, begin, high + OVERLAP - begin)
    # Broken UTF-8 becomes characters that give the same bytes back.
    text = data.decode("utf-8", "surrogateescape")
    skipped = len(data[: character_start(data, low - begin)].decode("utf-8", "surrogateescape"))
    offsets = _Offsets(text, begin, is_ascii=len(text) == len(data))
    for match in expression.finditer(text, skipped):
        start = offsets.of(match.start())
        if start >= high:
            break
        if match.end() > match.start() and start >= low:
            yield Match(start, offsets.of(match.end()))


class _Offsets:
    """Turns places in a text, asked for in order, into places of its bytes."""

    def __init__(self, text: str, begin: int, *, is_ascii: bool) -> None:
        self._text = text
        self._is_ascii = is_ascii
        self._begin = begin
        self._at, self._offset = 0, begin

    def of(self, at: int) -> int:
        """Return the offset in the body of the character at `at`."""
        if self._is_ascii:
            return self._begin + at
        passed = self._text[self._at : at].encode("utf-8", "surrogateescape")
        self._at, self._offset = at, self._offset + len(passed)
        return self._offset


def _packed(chunks: Iterable[list[Match]]) -> Iterator[bytes]:
    """Yield matches as bytes, those of many chunks together, but the first ones at once."""
    places = array("q")
    sent = 0.0
    for matches in chunks:
        for match in matches:
            places.extend((match.start, match.end))
        if monotonic() - sent > SENT_EVERY_S:
            yield places.tobytes()
            places, sent = array("q"), monotonic()
    yield places.tobytes()


def _unpacked(piece: bytes, pause: Pause) -> Iterator[Match]:
    places = array("q", piece)
    for number in range(0, len(places), 2):
        if not number % PAUSE_EVERY:
            pause()
        yield Match(places[number], places[number + 1])
