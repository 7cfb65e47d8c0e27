"""Bodies that are made of parts: the fields of a form, and the parts of a multipart body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from httpdesk.model.response import BodyHandle
from httpdesk.render.hex_rows import find_bytes
from httpdesk.render.rows import Pause, Stopped, no_pause, read_piece

FORM_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 100_000
LARGEST_FORM = 16_000_000
"""Bytes of a form that are taken apart."""
MOST_PARTS = 10_000
LARGEST_HEAD = 64 * 1024
"""Bytes of the header fields of one part."""
LONGEST_BOUNDARY = 70
"""RFC 2046 section 5.1.1."""
_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)
_NAMES = re.compile(
    r';\s*(filename\*?|name)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FormFields:
    """The names and values of a form, decoded."""

    pairs: tuple[tuple[str, str], ...] = field(repr=False)
    cut: bool = False
    """Whether there are more."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body: its header fields, and where its content stands."""

    headers: tuple[tuple[str, str], ...] = field(repr=False)
    offset: int
    length: int
    complete: bool = True
    """False when the body ends before the part does."""

    def header(self, name: str) -> str:
        """Return the first value of a header field, or ""."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    @property
    def name(self) -> str:
        """Its file name, else its name in the form, else the range of bytes that it is."""
        found: dict[str, str] = {}
        for match in _NAMES.finditer(self.header("Content-Disposition")):
            quoted, token = match[2], match[3] or ""
            text = token if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            found.setdefault(match[1].lower(), text)
        extended = found.get("filename*", "").rpartition("'")[2]
        return (
            unquote_to_bytes(extended).decode("utf-8", "replace")
            or found.get("filename", "")
            or found.get("name", "")
            or self.header("Content-Range")
        )


class PartBody:
    """A stretch of a body as a body by itself; closing it leaves the whole one open."""

    def __init__(self, whole: BodyHandle, offset: int, length: int) -> None:
        self._whole = whole
        self._offset = offset
        self._length = length

    @property
    def size(self) -> int:
        """The number of bytes of the part."""
        return self._length

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; raises ValueError once the whole is closed."""
        return self._whole.read_at(
            self._offset + offset, max(0, min(length, self._length - offset))
        )

    def close(self) -> None:
        """Do nothing: the bytes belong to the whole body."""


def form_fields(body: BodyHandle, pause: Pause = no_pause) -> FormFields:
    """Return the fields of a form in UTF-8 (WHATWG URL); raises Stopped."""
    data = read_piece(body, 0, LARGEST_FORM)
    pairs: list[tuple[str, str]] = []
    for number, piece in enumerate(data.strip().split(b"&", MOST_FIELDS)):
        if number == MOST_FIELDS:
            return FormFields(tuple(pairs), cut=True)
        if piece:
            name, _, value = piece.partition(b"=")
            pairs.append((_unquoted(name), _unquoted(value)))
        if not number % 256:
            pause()
    return FormFields(tuple(pairs), cut=body.size > LARGEST_FORM)


def boundary_of(content_type: str) -> str:
    """Return the boundary that a multipart content type names, or "" (RFC 2046 section 5.1.1)."""
    if not content_type.strip().lower().startswith("multipart/"):
        return ""
    found = _BOUNDARY.search(content_type)
    if found is None:
        return ""
    boundary = re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2]
    return boundary if 0 < len(boundary) <= LONGEST_BOUNDARY and boundary.isascii() else ""


def parts(body: BodyHandle, boundary: str, pause: Pause = no_pause) -> Iterator[Part]:
    """Yield the parts of a multipart body as they are found, `MOST_PARTS` at most.

    A part whose end is missing is the last one, and not complete. Raises Stopped.
    """
    begin = -1
    for number, (start, end, last) in enumerate(_delimiters(body, boundary.encode(), pause)):
        if begin >= 0:
            yield _part(body, begin, start, complete=True)
        if last or number == MOST_PARTS:
            return
        begin = end
    size = _size(body)
    if 0 <= begin < size:
        yield _part(body, begin, size, complete=False)


def _delimiters(body: BodyHandle, boundary: bytes, pause: Pause) -> Iterator[tuple[int, int, bool]]:
    """Yield where the lines with the boundary begin and end, and whether one closes the body."""
    marker = b"--" + boundary
    for match in find_bytes(body, marker, pause):
        before = read_piece(body, max(0, match.start - 2), min(2, match.start))
        if match.start > 0 and not before.endswith(b"\n"):
            continue
        start = match.start - (2 if before == b"\r\n" else min(1, match.start))
        behind = read_piece(body, match.end, 256)
        closes = behind.startswith(b"--")
        line = re.match(rb"(?:--)?[ \t]*(?:\r?\n|$)", behind)
        if line is not None:
            yield start, match.end + line.end(), closes


def _part(body: BodyHandle, begin: int, end: int, *, complete: bool) -> Part:
    head = read_piece(body, begin, min(LARGEST_HEAD, max(0, end - begin)))
    if head.startswith((b"\r\n", b"\n")):
        length = 2 if head.startswith(b"\r\n") else 1
        return Part((), begin + length, max(0, end - begin - length), complete)
    blank = re.search(rb"\r?\n\r?\n", head)
    if blank is None:
        return Part((), begin, max(0, end - begin), complete)
    headers = tuple(_headers(head[: blank.start()]))
    return Part(headers, begin + blank.end(), max(0, end - begin - blank.end()), complete)


def _headers(head: bytes) -> Iterator[tuple[str, str]]:
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", head)
    for line in unfolded.splitlines():
        name, colon, value = line.partition(b":")
        if colon:
            yield _text(name.strip()), _text(value.strip())


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("iso8859-1")


def _unquoted(data: bytes) -> str:
    return unquote_to_bytes(data.replace(b"+", b" ")).decode("utf-8", "replace")


def _size(body: BodyHandle) -> int:
    try:
        return body.size
    except (ValueError, OSError) as error:
        raise Stopped from error
