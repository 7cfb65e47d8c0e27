"""What is known of a body that has no view: its hash, and what its format says of it cheaply."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from httpdesk.model.response import BodyHandle
from httpdesk.render.rows import Pause, no_pause, read_piece

_CHUNK = 1024 * 1024
_EDGE = 64 * 1024
"""Bytes at each end that are looked at for facts."""
_MOST_BOXES = 1000
_PAGES = re.compile(
    rb"/Type\s*/Pages\b[^>]{0,200}?/Count\s+(\d{1,7})|/Linearized\b[^>]{0,200}?/N\s+(\d{1,7})"
)
_ENCRYPTED = re.compile(rb"/Encrypt\s+\d{1,10}\s+\d{1,5}\s+R\b")
"""In the trailer, or in the dictionary of the cross-reference stream."""


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """What is known; nothing where a format does not say it cheaply."""

    size: int
    sha256: str
    version: str = ""
    """Of a PDF: `1.7`."""
    pages: int = 0
    encrypted: bool = False
    """Of a PDF: whether a password protects it (ISO 32000-1 section 7.6)."""
    entries: int = 0
    """Files in a ZIP archive."""
    seconds: float = 0
    """How long a sound or a film is."""
    details: tuple[str, ...] = field(default=())
    """Such as `44,100 Hz` and `2 channels`."""


def body_facts(body: BodyHandle, format_name: str, pause: Pause = no_pause) -> BodyFacts:
    """Read the whole body once and return what is known of it; raises Stopped."""
    digest, offset = hashlib.sha256(), 0
    while piece := read_piece(body, offset, _CHUNK):
        digest.update(piece)
        offset += len(piece)
        pause()
    start, end = read_piece(body, 0, _EDGE), read_piece(body, max(0, offset - _EDGE), _EDGE)
    facts = BodyFacts(offset, digest.hexdigest())
    if format_name == "PDF":
        return _pdf(facts, start, end)
    if format_name == "ZIP":
        return _with(facts, entries=_zip_entries(end))
    if format_name == "WAV":
        return _wav(facts, start)
    if format_name == "FLAC":
        return _flac(facts, start)
    if format_name == "MP4":
        return _with(facts, seconds=_mp4_seconds(body, offset))
    return facts


def _with(facts: BodyFacts, *, entries: int = 0, seconds: float = 0) -> BodyFacts:
    return BodyFacts(facts.size, facts.sha256, entries=entries, seconds=seconds)


def _pdf(facts: BodyFacts, start: bytes, end: bytes) -> BodyFacts:
    version = re.match(rb"%PDF-(\d\.\d)", start)
    found = _PAGES.findall(start) + _PAGES.findall(end)
    pages = max((int(count or linear) for count, linear in found), default=0)
    encrypted = any(_ENCRYPTED.search(part) for part in (start, end))
    told = version[1].decode() if version else ""
    return BodyFacts(facts.size, facts.sha256, told, pages, encrypted)


def _zip_entries(end: bytes) -> int:
    """Return the number that the end of the central directory tells."""
    at = end.rfind(b"PK\x05\x06")
    return int.from_bytes(end[at + 10 : at + 12], "little") if at >= 0 else 0


def _wav(facts: BodyFacts, start: bytes) -> BodyFacts:
    at = start.find(b"fmt ")
    if at < 0 or len(start) < at + 24:
        return facts
    channels = int.from_bytes(start[at + 10 : at + 12], "little")
    hertz = int.from_bytes(start[at + 12 : at + 16], "little")
    per_second = int.from_bytes(start[at + 16 : at + 20], "little")
    data = start.find(b"data", at)
    length = int.from_bytes(start[data + 4 : data + 8], "little") if data >= 0 else 0
    seconds = min(length, facts.size) / per_second if per_second else 0
    return _sound(facts, seconds, hertz, channels)


def _flac(facts: BodyFacts, start: bytes) -> BodyFacts:
    """Read the STREAMINFO block (RFC 9639 section 8.2)."""
    packed = int.from_bytes(start[18:26], "big")
    hertz, channels = packed >> 44, (packed >> 41 & 7) + 1
    samples = packed & (1 << 36) - 1
    return _sound(facts, samples / hertz if hertz else 0, hertz, channels)


def _sound(facts: BodyFacts, seconds: float, hertz: int, channels: int) -> BodyFacts:
    details = (f"{hertz:,} Hz", f"{channels:,} channel{'s' if channels != 1 else ''}")
    return BodyFacts(facts.size, facts.sha256, seconds=seconds, details=details)


def _mp4_seconds(body: BodyHandle, size: int) -> float:
    """Return the duration that the movie header tells (ISO/IEC 14496-12 section 8.2.2)."""
    at = _box(body, 0, size, b"moov")
    header = _box(body, at[0], at[1], b"mvhd") if at is not None else None
    if header is None:
        return 0
    data = read_piece(body, header[0], 32)
    if data[:1] == b"\x01":
        scale, length = int.from_bytes(data[20:24], "big"), int.from_bytes(data[24:32], "big")
    else:
        scale, length = int.from_bytes(data[12:16], "big"), int.from_bytes(data[16:20], "big")
    return length / scale if scale else 0


def _box(body: BodyHandle, at: int, end: int, name: bytes) -> tuple[int, int] | None:
    """Return where the contents of a box begin and end."""
    for _ in range(_MOST_BOXES):
        head = read_piece(body, at, 16)
        if at >= end or len(head) < 8:
            return None
        length, begin = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, begin = int.from_bytes(head[8:16], "big"), at + 16
        behind = at + length if length else end
        if behind < begin:
            return None
        if head[4:8] == name:
            return begin, min(behind, end)
        at = behind
    return None
