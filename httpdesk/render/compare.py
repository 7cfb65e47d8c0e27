"""Both ways to compare two texts, as pieces of bytes for the process beside the window."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from httpdesk.model.response import BodyHandle
from httpdesk.render.diff import (
    Change,
    Difference,
    LinePair,
    NotComparable,
    by_lines,
    by_structure,
)
from httpdesk.render.pretty import pretty_json

LARGEST_TEXT = 8_000_000
"""Bytes of each text that are compared."""
_LONGEST = 2_000
"""Characters of a line that are shown."""
_AT_ONCE = 200
"""Rows in a piece, so that reading one never takes long."""


def compare(body: BodyHandle, split: int, ignored: Sequence[str]) -> Iterator[bytes]:
    """Yield what differs between the first `split` bytes, in UTF-8, and the rest.

    Pieces are JSON; `decoded` reads them.
    """
    before = body.read_at(0, split).decode(errors="replace")
    after = body.read_at(split, body.size - split).decode(errors="replace")
    try:
        places = by_structure(before, after, ignored)
    except NotComparable:
        yield b"null"
    else:
        rows = [[each.change.value, each.pointer, each.before, each.after] for each in places]
        yield from _pieces("places", rows)
    yield b""  # a sign of life
    lines = by_lines(_laid_out(before), _laid_out(after))
    yield from _pieces("lines", [_line(each) for each in lines])


def decoded(
    pieces: Iterator[bytes],
) -> tuple[tuple[Difference, ...] | None, tuple[LinePair, ...]]:
    """Return the places that differ, None where a text is no JSON, and the lines."""
    places: list[Difference] | None = []
    lines: list[LinePair] = []
    for piece in pieces:
        found = json.loads(piece) if piece else {}
        if found is None:
            places = None
            continue
        lines += [_pair(row) for row in found.get("lines", ())]
        if places is not None:
            rows = found.get("places", ())
            places += [Difference(Change(row[0]), *row[1:]) for row in rows]
    return None if places is None else tuple(places), tuple(lines)


def _pieces(name: str, rows: Sequence[object]) -> Iterator[bytes]:
    for at in range(0, len(rows), _AT_ONCE):
        yield json.dumps({name: rows[at : at + _AT_ONCE]}).encode()


def _line(pair: LinePair) -> list[object]:
    change = pair.change.value if pair.change is not None else None
    texts = [pair.before_text[:_LONGEST], pair.after_text[:_LONGEST]]
    return [pair.before, pair.after, *texts, change, pair.equal]


def _pair(row: Any) -> LinePair:
    before, after, before_text, after_text, change, equal = row
    kind = Change(change) if change is not None else None
    return LinePair(before, after, before_text, after_text, kind, equal)


def _laid_out(text: str) -> str:
    pretty = pretty_json(text, limit=4 * LARGEST_TEXT)
    return text if pretty.error is not None else pretty.text
