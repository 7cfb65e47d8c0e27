"""Text from outside, made harmless for a terminal: no escape sequence reaches it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import TextIO

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return `text` with control characters and marks that turn text around written out.

    Tab and line feed stay; a carriage return in front of a line feed is dropped.
    """
    return _CONTROLS.sub(_escaped, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return the same on one line: a name with a line feed must not look like two rows."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def encodable(text: str, stream: TextIO) -> str:
    """Return `text` with what the stream's encoding lacks written out."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def say(stderr: TextIO | None, text: str) -> None:
    """Write lines to standard error; that it may be closed is nobody's fault."""
    if stderr is None or stderr.closed:
        return
    stderr.write(encodable(printable(text), stderr) + "\n")
    stderr.flush()


def decoded(chunks: Iterable[bytes], charset: str) -> Iterator[str]:
    """Yield the bytes as text for a terminal; what does not decode is written out."""
    decoder = _decoder(charset)
    for chunk in chunks:
        yield printable(decoder.decode(chunk))
    yield printable(decoder.decode(b"", final=True))


def _decoder(charset: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(charset or "utf-8")("backslashreplace")
    except LookupError:
        return codecs.getincrementaldecoder("utf-8")("backslashreplace")


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
