"""Bodies that are read while they are sent: multipart forms and whole files (statements 43 to 47).

Text stays in memory, files are opened again for each send; nothing here holds more than a chunk.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from httpdesk.engine.ports import OpenUpload, Upload
from httpdesk.engine.url import utf8
from httpdesk.model.exchange import SourceChangedError

CHUNK = 256 * 1024
"""Bytes read at once."""

MULTIPART = "multipart/form-data"

_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it goes out; `content` is text's bytes or a file."""

    name: str
    content: bytes | Upload = field(repr=False)
    content_type: str = ""
    file_name: str | None = None
    """None for what is no file."""
    row: int | None = None
    """Its place in the form's table."""

    @property
    def size(self) -> int:
        """The bytes of its content."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.size

    def head(self) -> bytes:
        """Return the header lines, names escaped as HTML's forms do (statement 46)."""
        # HTML takes every line end in a name for CR LF; in a file's name each stays what it is.
        name = _escaped(_LINE_END.sub("\r\n", self.name))
        disposition = f'form-data; name="{name}"'
        if self.file_name is not None:
            disposition += f'; filename="{_escaped(self.file_name)}"'
        kind = f"Content-Type: {self.content_type}\r\n" if self.content_type else ""
        return utf8(f"Content-Disposition: {disposition}\r\n{kind}\r\n")


class MultipartSource:
    """The parts between their boundaries; implements `model.exchange.BodySource`."""

    def __init__(self, parts: Sequence[Part], boundary: str) -> None:
        self.parts = tuple(parts)
        self.boundary = boundary
        self.heads = [b"--" + boundary.encode() + b"\r\n" + part.head() for part in self.parts]
        self.end = b"--" + boundary.encode() + b"--\r\n"
        between = sum(len(head) + 2 for head in self.heads)
        self._size = between + sum(part.size for part in self.parts) + len(self.end)

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self._size

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return f"{MULTIPART}; boundary={self.boundary}"

    def chunks(self) -> Generator[bytes | memoryview, None, None]:
        """Yield the bytes; raises SourceChangedError."""
        for head, part in zip(self.heads, self.parts, strict=True):
            if isinstance(part.content, bytes):
                yield head + part.content + b"\r\n"
            else:
                yield head
                yield from read_upload(part.content)
                yield b"\r\n"
        yield self.end


class FileSource:
    """A whole file; implements `model.exchange.BodySource`."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.upload.size

    def chunks(self) -> Generator[bytes | memoryview, None, None]:
        """Yield the bytes; raises SourceChangedError."""
        return read_upload(self.upload)


def read_upload(upload: Upload) -> Generator[memoryview, None, None]:
    """Yield exactly `upload.size` bytes; raises SourceChangedError where there are more or less.

    The end of the file is looked at before the last chunk is handed out, so that no server takes
    a part of a file for the whole.
    """
    try:
        file = upload.open()
    except OSError as error:
        raise SourceChangedError(upload.path, _words(error)) from error
    try:
        yield from _pieces(upload, file)
    finally:
        file.close()


def _pieces(upload: Upload, file: OpenUpload) -> Generator[memoryview, None, None]:
    buffer = memoryview(bytearray(min(CHUNK, upload.size + 1)))
    left = upload.size
    if not left:
        _check_end(upload, file)
    while left > 0:
        count = _read(upload, file, buffer[: min(len(buffer), left)])
        if not count:
            raise SourceChangedError(upload.path, "it became shorter")
        left -= count
        if not left:
            _check_end(upload, file)
        yield buffer[:count]


def _check_end(upload: Upload, file: OpenUpload) -> None:
    if _read(upload, file, memoryview(bytearray(1))):
        raise SourceChangedError(upload.path, "it became longer")


def _read(upload: Upload, file: OpenUpload, buffer: memoryview) -> int:
    try:
        return file.readinto(buffer)
    except OSError as error:
        raise SourceChangedError(upload.path, _words(error)) from error


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)
