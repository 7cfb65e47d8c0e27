"""What standard response headers mean, and what their values say in plain terms."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from httpdesk.render.units import format_duration, format_size

translate = QCoreApplication.translate
_T = QT_TRANSLATE_NOOP

_LONGEST = 1_000
"""Characters of a value that are looked into."""

_MEANINGS = {
    "accept-ranges": _T("Headers", "Whether parts of the resource can be asked for (RFC 9110)."),
    "access-control-allow-credentials": _T(
        "Headers", "Whether pages of other sites may send cookies along (Fetch)."
    ),
    "access-control-allow-headers": _T(
        "Headers", "Which headers pages of other sites may send (Fetch)."
    ),
    "access-control-allow-methods": _T(
        "Headers", "Which methods pages of other sites may use (Fetch)."
    ),
    "access-control-allow-origin": _T("Headers", "Which sites' pages may read this (Fetch)."),
    "access-control-expose-headers": _T(
        "Headers", "Which headers pages of other sites may read (Fetch)."
    ),
    "access-control-max-age": _T("Headers", "How long a browser may remember these rules (Fetch)."),
    "age": _T("Headers", "How long a cache has had this answer (RFC 9111)."),
    "allow": _T("Headers", "The methods that the resource takes (RFC 9110)."),
    "alt-svc": _T("Headers", "Where else the same service can be had (RFC 7838)."),
    "cache-control": _T("Headers", "Who may keep the answer, and for how long (RFC 9111)."),
    "connection": _T("Headers", "What holds for this connection alone (RFC 9110)."),
    "content-disposition": _T("Headers", "Whether to save it, and under which name (RFC 6266)."),
    "content-encoding": _T(
        "Headers", "How the body is compressed; it is shown decoded (RFC 9110)."
    ),
    "content-language": _T("Headers", "The language of its readers (RFC 9110)."),
    "content-length": _T("Headers", "The bytes of the body on the wire (RFC 9110)."),
    "content-location": _T("Headers", "The URL of just this representation (RFC 9110)."),
    "content-range": _T("Headers", "Which part of the whole this is (RFC 9110)."),
    "content-security-policy": _T("Headers", "What a page may load and run (CSP)."),
    "content-type": _T("Headers", "The media type of the body, and its charset (RFC 9110)."),
    "date": _T("Headers", "When the answer was made, by the server's clock (RFC 9110)."),
    "etag": _T("Headers", "Names this version; If-Match and If-None-Match refer to it (RFC 9110)."),
    "expires": _T("Headers", "When a cache has to ask again (RFC 9111)."),
    "keep-alive": _T("Headers", "How long the server keeps the connection."),
    "last-modified": _T("Headers", "When the resource changed last (RFC 9110)."),
    "link": _T("Headers", "Related resources, such as the next page (RFC 8288)."),
    "location": _T("Headers", "Where to go on, or what was made (RFC 9110)."),
    "pragma": _T("Headers", "An old way to say Cache-Control (RFC 9111)."),
    "proxy-authenticate": _T("Headers", "How to sign in at the proxy (RFC 9110)."),
    "ratelimit": _T("Headers", "What is left of the quota."),
    "ratelimit-limit": _T("Headers", "How many requests the quota allows."),
    "ratelimit-remaining": _T("Headers", "How many requests are left."),
    "ratelimit-reset": _T("Headers", "When the quota starts anew."),
    "referrer-policy": _T("Headers", "What a browser tells other sites of where it came from."),
    "retry-after": _T("Headers", "How long to wait before the next try (RFC 9110)."),
    "server": _T("Headers", "The software of the server (RFC 9110)."),
    "server-timing": _T("Headers", "What the server spent its time on, in milliseconds."),
    "set-cookie": _T("Headers", "A cookie to keep; see the Cookies tab (RFC 6265)."),
    "strict-transport-security": _T("Headers", "This host wants TLS only (RFC 6797)."),
    "trailer": _T("Headers", "Headers that follow the body (RFC 9110)."),
    "transfer-encoding": _T("Headers", "How the body was cut for the wire (RFC 9112)."),
    "upgrade": _T("Headers", "Other protocols that the server speaks (RFC 9110)."),
    "vary": _T("Headers", "Which request headers the answer depends on (RFC 9110)."),
    "via": _T("Headers", "The proxies on the way (RFC 9110)."),
    "warning": _T("Headers", "More about the answer; no longer used (RFC 9111)."),
    "www-authenticate": _T("Headers", "How to sign in here (RFC 9110)."),
    "x-content-type-options": _T("Headers", "nosniff: browsers trust the media type (Fetch)."),
    "x-forwarded-for": _T("Headers", "Whom a proxy asked for."),
    "x-frame-options": _T("Headers", "Whether a page may stand in a frame."),
    "x-request-id": _T("Headers", "Names this request in the server's logs."),
}

_DATES = ("date", "expires", "last-modified", "retry-after", "sunset")
_SECONDS = ("age", "retry-after", "access-control-max-age")
_MAX_AGE = re.compile(r"(?:^|[,;\s])(s-maxage|max-age)=\"?(\d{1,10})", re.IGNORECASE)


def meaning(name: str, value: str) -> str:
    """Return what the header means and what its value says; "" for an unknown header."""
    key = name.lower()
    known = _MEANINGS.get(key) or _MEANINGS.get(key.removeprefix("x-"))
    sentences = [translate("Headers", str(known))] if known else []
    said = _said(key, value[:_LONGEST].strip())
    return " ".join([*sentences, said] if said else sentences)


def _said(key: str, value: str) -> str:
    if key == "content-length" and _is_number(value):
        return translate("Headers", "That is {0}.").format(format_size(int(value)))
    if key in _SECONDS and _is_number(value):
        return translate("Headers", "That is {0}.").format(_lasting(int(value)))
    if key in _DATES:
        return _local(value)
    if key in ("cache-control", "strict-transport-security"):
        found = _MAX_AGE.search(value)
        if found is not None:
            lasting = _lasting(int(found[2]))
            return translate("Headers", "{0} is {1}.").format(found[1], lasting)
    return ""


def _lasting(seconds: int) -> str:
    days = seconds // 86_400
    if days > 1:
        return translate("Headers", "{0:,} days").format(days)
    return format_duration(seconds * 1000)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 15


def _local(value: str) -> str:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    try:
        here: datetime = aware.astimezone()
    except (ValueError, OverflowError, OSError):
        return ""
    return translate("Headers", "Here that is {0}.").format(f"{here:%Y-%m-%d %H:%M:%S}")
