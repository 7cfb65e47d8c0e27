"""Bodies of any size, made piece by piece as they are asked for."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

MEGABYTE = 1_000_000
KINDS = {"json": "application/json", "text": "text/plain", "line": "text/plain"}
"""JSON on one line, lines of text, and a text that is one line."""
_RECORDS = 2_000


def pieces(kind: str, size: int) -> Iterator[bytes]:
    """Yield a body of `size` bytes, JSON a little larger; the pieces are about 500 kB."""
    first, middle, last = _block(kind)
    left = size - len(first)
    if left > 0:
        yield first
    for piece in itertools.repeat(middle):
        if kind == "json" and left <= len(middle):
            break
        if left <= len(middle):
            yield middle[: max(left, 0)]
            return
        yield piece
        left -= len(piece)
    yield last


def whole(kind: str, size: int) -> bytes:
    """Return the body in one piece."""
    return b"".join(pieces(kind, size))


def _block(kind: str) -> tuple[bytes, bytes, bytes]:
    """Return how a body begins, what is repeated, and how it ends."""
    if kind == "json":
        records = ",".join(_record(number) for number in range(_RECORDS)).encode()
        return b"[" + records, b"," + records, b"]"
    ends = "\n" if kind == "text" else "; "
    lines = "".join(_line(number) + ends for number in range(4 * _RECORDS)).encode()
    return b"", lines, b""


def _record(number: int) -> str:
    record = {
        "id": number,
        "name": f"Name {number} “é”",
        "tags": ["first", {"x": [1, 2], "y": None}],
        "price": number * 1.1,
        "note": 'two\nlines, "quoted" {[ ]}',
        "address": {"street": f"Long street {number}", "city": "Somewhere", "zip": "01234"},
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _line(number: int) -> str:
    return f"2026-11-22T08:00:00.{number:06}Z INFO worker {number % 7} ended order {number}"
