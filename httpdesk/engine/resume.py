"""Going on with a download that was cut: what is remembered, asked for, and accepted.

RFC 9110 sections 8.8 (validators), 13.1.5 (If-Range), 14 (ranges) and 15.5.17 (416).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from httpdesk.model.exchange import Exchange
from httpdesk.model.response import Response

_STRONG_TAG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')
_CONTENT_RANGE = re.compile(r"bytes +(?:([0-9]{1,18})-([0-9]{1,18})|\*)/([0-9]{1,18}|\*)")
_OLD_ENOUGH = timedelta(seconds=1)
_OK, _PARTIAL, _UNSATISFIABLE = 200, 206, 416


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What is kept beside the beginning of a file, so that the rest can be asked for."""

    source: str
    """A digest of method and URL: they may hold secrets, which are never kept in files."""
    validator: str
    """A strong ETag or a date, as it goes into If-Range."""
    total: int | None = None
    """Bytes of the whole, when the server said."""


class Continuation(Enum):
    """What the answer to the request for the rest is."""

    GOES_ON = "goes on"
    ANEW = "anew"
    """All of it: the server has another version by now, or knows no ranges."""
    COMPLETE = "complete"
    """There is no more: the part is the whole."""
    REFUSED = "refused"
    """Anything else; the part stays as it is."""


def part_facts(exchange: Exchange) -> PartFacts | None:
    """Return what the rest of the body can be asked for with, None when it cannot be."""
    response = exchange.response
    if response is None or exchange.request.method != "GET":
        return None
    if response.status_code not in (_OK, _PARTIAL) or _is_coded(response):
        return None
    validator = _validator(response)
    if not validator:
        return None
    return PartFacts(source_of(exchange), validator, _total(response))


def source_of(exchange: Exchange) -> str:
    """Return the digest that says whether two exchanges asked for the same thing."""
    asked = f"{exchange.request.method} {exchange.request.url}"
    return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()


def range_headers(facts: PartFacts, size: int) -> tuple[tuple[str, str], ...]:
    """Return the header lines that ask for what comes behind the first `size` bytes.

    A coding would make other bytes of it, so none is accepted.
    """
    return (
        ("Range", f"bytes={size}-"),
        ("If-Range", facts.validator),
        ("Accept-Encoding", "identity"),
    )


def continuation(exchange: Exchange, facts: PartFacts, size: int) -> Continuation:
    """Return what an answer to `range_headers` is good for."""
    response = exchange.response
    if response is None or source_of(exchange) != facts.source or _is_coded(response):
        return Continuation.REFUSED
    if response.status_code == _OK:
        return Continuation.ANEW
    match = _CONTENT_RANGE.fullmatch((response.header("Content-Range") or "").strip())
    if match is None:
        return Continuation.REFUSED
    first, _last, total = match.groups()
    if response.status_code == _UNSATISFIABLE:
        is_whole = first is None and total == str(size) and facts.total in (None, size)
        return Continuation.COMPLETE if is_whole else Continuation.REFUSED
    fits = response.status_code == _PARTIAL and first == str(size)
    same_length = total == "*" or facts.total is None or int(total) == facts.total
    tag = response.header("ETag")
    same_version = tag is None or not facts.validator.startswith('"') or tag == facts.validator
    goes_on = fits and same_length and same_version
    return Continuation.GOES_ON if goes_on else Continuation.REFUSED


def _validator(response: Response) -> str:
    """Return a strong validator; "" when there is none (section 13.1.5)."""
    tag = response.header("ETag")
    if tag is not None:
        # It goes into a header row, where `{{` begins a variable.
        fits = _STRONG_TAG.fullmatch(tag.strip()) and "{{" not in tag
        return tag.strip() if fits else ""
    modified = response.header("Last-Modified")
    sent = response.header("Date")
    if modified is None or sent is None:
        return ""
    changed, now = _date(modified), _date(sent)
    # A second version within the same second would have the same date (section 8.8.2.2).
    strong = changed is not None and now is not None and now - changed >= _OLD_ENOUGH
    return modified.strip() if strong else ""


def _date(text: str) -> datetime | None:
    # Not at the top: it is a large library, and few downloads are cut.
    from email.utils import parsedate_to_datetime

    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _total(response: Response) -> int | None:
    if response.status_code == _PARTIAL:
        match = _CONTENT_RANGE.fullmatch((response.header("Content-Range") or "").strip())
        return int(match[3]) if match is not None and match[3] != "*" else None
    length = (response.header("Content-Length") or "").strip()
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else None


def _is_coded(response: Response) -> bool:
    coding = (response.header("Content-Encoding") or "identity").strip().lower()
    return coding not in ("", "identity")
