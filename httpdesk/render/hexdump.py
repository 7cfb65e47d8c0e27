"""Bytes as lines that people read."""

from __future__ import annotations

from collections.abc import Iterator

ACROSS = 16
"""Bytes on one line."""


def hex_lines(data: bytes, start: int = 0) -> Iterator[str]:
    """Yield offset, sixteen bytes in hexadecimal and as ASCII, line by line."""
    for at in range(0, len(data), ACROSS):
        piece = data[at : at + ACROSS]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in piece)
        yield f"{start + at:08x}  {piece.hex(' '):<{ACROSS * 3 - 1}}  {letters}"


def sample_lines(data: bytes) -> list[str]:
    """Return the start of some content as text where it is that, else as a hex dump.

    A character that is cut at the end counts as text.
    """
    for back in range(4):
        try:
            text = data[: len(data) - back].decode("utf-8")
        except UnicodeDecodeError:
            continue
        if all(letter >= " " or letter in "\t\r\n" for letter in text):
            return text.splitlines()
        break
    return list(hex_lines(data))
