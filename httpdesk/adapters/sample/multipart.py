"""Reads multipart/form-data as a stream (RFC 7578); a part's bytes are hashed, not kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

KEPT_BYTES = 64 * 1024
MAX_PARTS = 1000
_MAX_HEAD = 16 * 1024
_PARAMETER = re.compile(r';\s*(name|filename)="([^"]*)"', re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """One part: its head, how long it is, its digest and its beginning."""

    name: str
    filename: str | None
    content_type: str
    size: int = 0
    start: bytearray = field(default_factory=bytearray)
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, data: bytes | bytearray) -> None:
        """Take in the next bytes of the part."""
        self._digest.update(data)
        self.size += len(data)
        self.start += data[: max(0, KEPT_BYTES - len(self.start))]

    def facts(self) -> dict[str, Any]:
        """Return what an echo tells of a file."""
        return {
            "name": self.name,
            "filename": self.filename,
            "content_type": self.content_type,
            "size": self.size,
            "sha256": self._digest.hexdigest(),
        }


class _Buffer:
    """Bytes from the chunks that nobody has used yet."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.data = bytearray()

    def more(self) -> None:
        """Add the next chunk; ValueError when the body ends."""
        chunk = next(self._chunks, None)
        if chunk is None:
            raise ValueError("it ends in the middle of a part")
        self.data += chunk

    def until(self, mark: bytes, limit: int) -> bytes:
        """Take and return what stands before `mark`, and take the mark."""
        while (at := self.data.find(mark)) < 0:
            if len(self.data) > limit:
                raise ValueError("a part's head is too long")
            self.more()
        found = bytes(self.data[:at])
        del self.data[: at + len(mark)]
        return found

    def take(self, size: int) -> bytes:
        """Take and return the next `size` bytes."""
        while len(self.data) < size:
            self.more()
        found = bytes(self.data[:size])
        del self.data[:size]
        return found


def read_parts(chunks: Iterator[bytes], boundary: bytes) -> Iterator[Part]:
    """Yield the parts; ValueError says what is wrong with the body."""
    buffer = _Buffer(chunks)
    # The first boundary has no line break before it; with one put there, all look alike.
    buffer.data += b"\r\n"
    mark = b"\r\n--" + boundary
    buffer.until(mark, _MAX_HEAD)
    for _ in range(MAX_PARTS):
        if buffer.take(2) == b"--":
            return
        part = _part_of_head(buffer.until(b"\r\n\r\n", _MAX_HEAD))
        _fill(part, buffer, mark)
        yield part
    raise ValueError(f"it has more than {MAX_PARTS} parts")


def _fill(part: Part, buffer: _Buffer, mark: bytes) -> None:
    while (at := buffer.data.find(mark)) < 0:
        # The end of the buffer may be the beginning of a mark.
        ready = len(buffer.data) - len(mark) + 1
        if ready > 0:
            part.add(buffer.data[:ready])
            del buffer.data[:ready]
        buffer.more()
    part.add(buffer.data[:at])
    del buffer.data[: at + len(mark)]


def _part_of_head(head: bytes) -> Part:
    name, filename, content_type = "", None, ""
    for line in head.decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == "content-type":
            content_type = value.strip()
        elif key.strip().lower() == "content-disposition":
            found = {word.lower(): text for word, text in _PARAMETER.findall(value)}
            name, filename = found.get("name", ""), found.get("filename")
    return Part(name, filename, content_type)
