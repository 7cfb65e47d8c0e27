"""Compares two answers on a worker; no Qt in here."""

from __future__ import annotations

from dataclasses import dataclass

from httpdesk.engine.cancel import CancelToken
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import Response
from httpdesk.render.content_type import parse_media_type
from httpdesk.render.decode import decode
from httpdesk.render.diff import (
    LARGEST_TEXT,
    Difference,
    LinePair,
    NotComparable,
    by_lines,
    by_structure,
)
from httpdesk.render.pretty import pretty_json


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two answers, in both ways."""

    places: tuple[Difference, ...] | None
    """None where one of them is no JSON."""
    lines: tuple[LinePair, ...]
    cut: bool = False
    """Whether only the beginnings were compared."""


def compare(
    before: Exchange, after: Exchange, ignored: tuple[str, ...], cancel: CancelToken
) -> Comparison | None:
    """Return what differs; None when a body was given back, or nobody waits any more."""
    try:
        (old, old_cut), (new, new_cut) = _text(before.response), _text(after.response)
    except (ValueError, OSError):
        return None
    if cancel.cancelled:
        return None
    cut = old_cut or new_cut
    try:
        places = None if cut else by_structure(old, new, ignored)
    except NotComparable:
        places = None
    return Comparison(places, by_lines(_laid_out(old), _laid_out(new)), cut)


def _text(response: Response | None) -> tuple[str, bool]:
    """Return the text of an answer, and whether it is only the beginning."""
    if response is None:
        return "", False
    media = parse_media_type(response.header("Content-Type"))
    size = min(response.body.size, LARGEST_TEXT)
    text = decode(response.body.read_at(0, size), media.charset).text
    return text, size < response.body.size


def _laid_out(text: str) -> str:
    pretty = pretty_json(text, limit=2 * LARGEST_TEXT)
    return text if pretty.error is not None else pretty.text
