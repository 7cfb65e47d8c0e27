"""Names and usual values of headers, to complete what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from httpdesk.gui.item_models.rows import Column

NAMES: Final = (
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Access-Control-Request-Headers",
    "Access-Control-Request-Method",
    "Authorization",
    "Cache-Control",
    "Connection",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Location",
    "Content-MD5",
    "Content-Range",
    "Content-Type",
    "Cookie",
    "Date",
    "DNT",
    "ETag",
    "Expect",
    "Forwarded",
    "From",
    "Host",
    "Idempotency-Key",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Link",
    "Max-Forwards",
    "Origin",
    "Pragma",
    "Prefer",
    "Proxy-Authorization",
    "Range",
    "Referer",
    "SOAPAction",
    "TE",
    "Traceparent",
    "Tracestate",
    "Trailer",
    "Upgrade",
    "Upgrade-Insecure-Requests",
    "User-Agent",
    "Via",
    "X-API-Key",
    "X-Auth-Token",
    "X-Correlation-ID",
    "X-CSRF-Token",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-HTTP-Method-Override",
    "X-Request-ID",
    "X-Requested-With",
)

_MEDIA_TYPES: Final = (
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "application/problem+json",
    "application/vnd.api+json",
    "text/csv",
    "text/html",
    "text/plain",
    "text/plain; charset=utf-8",
    "text/xml",
)

VALUES: Final = {
    "accept": ("*/*", "image/*", "text/event-stream", *_MEDIA_TYPES),
    "accept-charset": ("utf-8",),
    "accept-encoding": ("gzip", "gzip, deflate, br, zstd", "identity"),
    "accept-language": ("de", "en", "en-GB, en;q=0.8", "en-US, en;q=0.8", "es", "fr"),
    "authorization": ("Basic ", "Bearer ", "Digest "),
    "cache-control": ("max-age=0", "no-cache", "no-store", "only-if-cached"),
    "connection": ("close", "keep-alive"),
    "content-encoding": ("br", "deflate", "gzip", "zstd"),
    "content-type": _MEDIA_TYPES,
    "expect": ("100-continue",),
    "if-match": ("*",),
    "if-none-match": ("*",),
    "pragma": ("no-cache",),
    "prefer": ("respond-async", "return=minimal", "return=representation"),
    "range": ("bytes=0-1023",),
    "te": ("trailers",),
    "upgrade-insecure-requests": ("1",),
    "x-requested-with": ("XMLHttpRequest",),
}


def values_of(name: str) -> Sequence[str]:
    """Return the usual values of a header."""
    return VALUES.get(name.strip().lower(), ())


def suggest(column: int, key: str) -> Sequence[str]:
    """Return header names, or the usual values of the header `key`."""
    if column == Column.KEY:
        return NAMES
    return values_of(key) if column == Column.VALUE else ()
