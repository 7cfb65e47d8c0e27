"""The name under which a body is saved: what the server proposes, made harmless on every system."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from httpdesk.formats.portable_names import portable_name
from httpdesk.model.media_types import base_name, ending_of

Headers = Sequence[tuple[str, str]]

_FALLBACK = "response"
_LONGEST_STEM = 200
"""Bytes; with an ending, and `.part` behind it, a name stays below the 255 that a folder takes."""
_LONGEST_ENDING = 20
_PARAMETER = re.compile(
    r';\s*(?P<name>[^\s=;]+)\s*=\s*(?:"(?P<quoted>(?:\\.|[^"\\])*)"?|(?P<token>[^;]*))', re.DOTALL
)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_EXTENDED = re.compile(r"(?P<charset>[^']*)'[^']*'(?P<value>.*)", re.DOTALL)
_CHARSETS = {"utf-8": "utf-8", "iso-8859-1": "latin-1"}
"""What RFC 8187 section 3.2.1 asks for; senders use no other."""
_ENDING = re.compile(r"\.(?=[^.]*[a-z])[a-z0-9_+-]{1,10}\Z", re.IGNORECASE)


def suggested_file_name(headers: Headers, url: str) -> str:
    """Return a file name without folders for the body of an answer from `url`.

    `filename*` of Content-Disposition comes first, then `filename` (RFC 6266 section 4.3), then the
    last part of the URL's path; an ending is added by the media type when there is none. The name
    is one that Windows, macOS and Linux keep as it is (statement 54).
    """
    ending = _ending(headers)
    candidates = (*_disposition_names(_value(headers, "content-disposition")), _of_url(url))
    names = (_harmless(candidate, ending) for candidate in candidates)
    return next(filter(None, names), _FALLBACK + ending)


def _disposition_names(value: str) -> Iterator[str]:
    """Yield the names that the header proposes, the best one first."""
    given: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        quoted, token = match["quoted"], match["token"] or ""
        text = token.strip() if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted)
        given.setdefault(match["name"].lower(), text)
    yield _extended(given.get("filename*", ""))
    yield given.get("filename", "")


def _extended(text: str) -> str:
    """Return a value of RFC 8187 decoded, "" when it is none."""
    match = _EXTENDED.fullmatch(text)
    charset = _CHARSETS.get(match["charset"].lower()) if match else None
    if match is None or charset is None:
        return ""
    try:
        return unquote_to_bytes(match["value"]).decode(charset)
    except UnicodeDecodeError:
        return ""


def _of_url(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return unquote(path.rpartition("/")[2])


def _harmless(name: str, ending: str) -> str:
    """Return the last part of the name as every system keeps it; "" when nothing is left."""
    # Windows takes `con .txt` for the device, too.
    # Cut first: a pattern that looks for blanks takes time by the square of them.
    text = re.sub(r"\s+\.", ".", _shortened(base_name(name).strip()))
    kept = portable_name(_shortened(text), fallback="")
    if not kept or _ENDING.search(kept):
        return kept
    # The ending first: it is the whole name that may mean something to a system.
    return portable_name(_shortened(text).rstrip(" .") + ending)


def _shortened(text: str) -> str:
    """Return the name with its stem cut to what a folder takes; the ending stays."""
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = text, "", ""
    stem = stem.encode("utf-8", "ignore")[:_LONGEST_STEM].decode("utf-8", "ignore")
    return f"{stem}{dot}{ending}"


def _ending(headers: Headers) -> str:
    essence = _value(headers, "content-type").partition(";")[0].strip().lower()
    ending = ending_of(essence)
    return f".{ending}" if ending else ""


def _value(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")
