"""A timeout as a person writes it."""

from __future__ import annotations

import re
from typing import Final

from httpdesk.model.request import LONGEST_MS

MILLISECONDS: Final = {
    "": 1000,
    "ms": 1,
    "s": 1000,
    "sec": 1000,
    "second": 1000,
    "seconds": 1000,
    "m": 60_000,
    "min": 60_000,
    "minutes": 60_000,
}
_DURATION = re.compile(r"(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-z]*)")


def parse_duration(text: str) -> int | None:
    """Return milliseconds for `30`, `30 s`, `500 ms` or `2 min`; None for no limit.

    A bare number is in seconds; blank and 0 are no limit (statement 67). Raises ValueError for
    anything else, for less than a millisecond and for more than a day.
    """
    from decimal import Decimal

    text = text.strip().lower()
    if not text:
        return None
    match = _DURATION.fullmatch(text)
    if match is None or match[2] not in MILLISECONDS:
        raise ValueError(text)
    exact = Decimal(match[1].replace(",", ".")) * MILLISECONDS[match[2]]
    if exact == 0:
        return None
    if not 1 <= exact <= LONGEST_MS:
        raise ValueError(text)
    return int(exact)


def format_seconds(milliseconds: int | None) -> str:
    """Return the duration in seconds without needless zeros, blank for None."""
    if milliseconds is None:
        return ""
    # Imported late: the window opens without it.
    from decimal import Decimal

    return format((Decimal(milliseconds) / 1000).normalize(), "f")
