"""Positions as Qt counts them: in UTF-16 code units, where an emoji is two."""

from __future__ import annotations

from array import array


def code_units(text: str) -> str:
    """Return `text` with one character for each code unit, so that indices are Qt positions."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(map(chr, array("H", text.encode("utf-16-le", "surrogatepass"))))


def unit_offset(line: str, column: int) -> int:
    """Return Qt's position in `line` of a column counted in characters from 1."""
    return len(code_units(line[: max(column - 1, 0)]))
