"""Reads one Set-Cookie value (RFC 6265 section 5.2, with what its revision made precise).

"6265bis" is draft-ietf-httpbis-rfc6265bis, which tells what browsers do today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

MOST_ATTRIBUTE_BYTES = 1024
"""A longer attribute value is ignored (6265bis section 5.6)."""
_BLANKS = " \t"
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_DATE_DELIMITERS = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
_DAY = re.compile(r"([0-9]{1,2})(?![0-9])")
_YEAR = re.compile(r"([0-9]{2,4})(?![0-9])")
_MAX_AGE = re.compile(r"-?[0-9]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None"}
_LONGEST_NUMBER = 12
"""Digits of a Max-Age that are told apart; more of them are for ever."""


@dataclass(frozen=True, slots=True)
class SetCookie:
    """What one Set-Cookie value says; None where an attribute is missing or makes no sense."""

    name: str
    value: str = field(repr=False)
    """Byte for byte as received, quotes included."""
    domain: str | None = None
    """In lower case, without the leading dot."""
    path: str | None = None
    max_age: int | None = None
    """Seconds; 0 or less ends the cookie."""
    expires: datetime | None = None
    secure: bool = False
    http_only: bool = False
    same_site: str = ""


def parse_set_cookie(text: str) -> SetCookie | None:
    """Return what a Set-Cookie value says, None when it holds a control character.

    A value without `=` is that of a cookie without a name, as browsers take it.
    """
    if _CONTROL.search(text):
        return None
    pair, _, attributes = text.partition(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    found = SetCookie(name.strip(_BLANKS), value.strip(_BLANKS))
    changes: dict[str, Any] = {}
    for attribute in attributes.split(";") if attributes else ():
        key, _, said = attribute.partition("=")
        said = said.strip(_BLANKS)
        if len(said.encode("utf-8", "replace")) <= MOST_ATTRIBUTE_BYTES:
            changes |= _attribute(key.strip(_BLANKS).lower(), said)
    return replace(found, **changes)


def parse_cookie_date(text: str) -> datetime | None:
    """Return the time that an Expires attribute says, in UTC; None when it is none.

    Every form that servers use, by the tokens in it (RFC 6265 section 5.1.1).
    """
    time = day = month = year = None
    for token in _DATE_DELIMITERS.split(text):
        if time is None and (match := _TIME.match(token)):
            time = (int(match[1]), int(match[2]), int(match[3]))
        elif day is None and (match := _DAY.match(token)):
            day = int(match[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (match := _YEAR.match(token)):
            year = _whole_year(int(match[1]))
    if time is None or day is None or month is None or year is None or year < 1601:
        return None
    try:
        return datetime(year, month, day, time[0], time[1], time[2], tzinfo=UTC)
    except ValueError:
        return None


def _whole_year(year: int) -> int:
    if 70 <= year <= 99:
        return year + 1900
    return year + 2000 if year <= 69 else year


def _attribute(key: str, said: str) -> dict[str, Any]:
    """Return the field that an attribute sets; of repeated ones the last counts."""
    match key:
        case "expires":
            expires = parse_cookie_date(said)
            return {"expires": expires} if expires is not None else {}
        case "max-age":
            return {"max_age": _seconds(said)} if _MAX_AGE.fullmatch(said) else {}
        case "domain":
            domain = said.removeprefix(".").lower()
            return {"domain": domain} if domain else {}
        case "path":
            return {"path": said if said.startswith("/") else None}
        case "secure":
            return {"secure": True}
        case "httponly":
            return {"http_only": True}
        case "samesite":
            return {"same_site": _SAME_SITE.get(said.lower(), "")}
    return {}


def _seconds(digits: str) -> int:
    if digits.startswith("-"):
        return -1
    return int(digits[-_LONGEST_NUMBER:]) if len(digits) <= _LONGEST_NUMBER else 10**_LONGEST_NUMBER
