"""Which characters of a message are credentials, told by the names they stand under.

The same rules as in `masking`, as places in a text: what is hidden can be shown one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from httpdesk.engine.masking import (
    FORM_TYPE,
    MASK,
    is_credential_header,
    is_credential_key,
    mask_header_value,
    unescaped,
)

Spans = tuple[tuple[int, int], ...]
"""(start, end) of each secret in a text, from left to right."""

_PAIR = re.compile(r"(?:^|[?&#;])([^?=&#;]*)=([^&#;]*)")
_COOKIE = re.compile(r"[^=;\s]+=([^;]*)")
_USERINFO = re.compile(r"\A\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://)?([^/?#]*)@")
_JSON_NAME = re.compile(r'"([^"\\\r\n]{1,80})"\s*:\s*"')
_TAG = re.compile(r"<([^\s<>/!?=\"']{1,80}+)([^<>]*+)>\s*+(?:<!\[CDATA\[)?([^<]*+)")
_ATTRIBUTE = re.compile(r"([^\s<>/=\"']{1,80}+)\s*=\s*(?:\"([^\"<]*+)|'([^'<]*+))")
_JSON_REST = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+')


def target_spans(line: str) -> Spans:
    """Return the values of telling query names in a request line."""
    start = line.find("?")
    if start < 0:
        return ()
    end = max(line.rfind(" "), start)
    return tuple(_pairs(line[start:end], start))


def header_spans(name: str, value: str) -> Spans:
    """Return what is secret in the line `name: value`; a scheme word such as `Bearer` is not."""
    at = len(name) + 2
    if mask_header_value(name, value) == value:
        return ()
    if not is_credential_header(name):
        found = _USERINFO.match(value)
        user = (found.span(1),) if found else ()
        return tuple((at + a, at + b) for a, b in (*user, *_pairs(value, 0)))
    if name.lower() == "cookie" and "=" in value:
        return tuple((at + m.start(1), at + m.end(1)) for m in _COOKIE.finditer(value) if m[1])
    kept = len(mask_header_value(name, value)) - len(MASK)
    return ((at + kept, at + len(value)),)


def body_spans(text: str, content_type: str, name: str = "") -> Spans:
    """Return what is secret in a body, or in the part of a form that is called `name`."""
    if name and is_credential_key(name):
        return ((0, len(text)),) if text else ()
    if content_type.lower().startswith(FORM_TYPE):
        return tuple(_pairs(text, 0))
    if "xml" in content_type.lower():
        return tuple(_markup_values(text))
    return tuple(_json_values(text)) if "json" in content_type.lower() else ()


def merged(*found: Iterable[tuple[int, int]]) -> Spans:
    """Return all spans from left to right, those that overlap as one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(span for spans in found for span in spans):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif end > start:
            result.append((start, end))
    return tuple(result)


def hidden(text: str, spans: Spans) -> str:
    """Return the text with the mask in place of each span."""
    shown, at = [], 0
    for start, end in spans:
        shown += [text[at:start], MASK]
        at = end
    return "".join([*shown, text[at:]])


def _pairs(text: str, offset: int) -> Iterator[tuple[int, int]]:
    for match in _PAIR.finditer(text):
        if match[2] and is_credential_key(unescaped(match[1])):
            yield offset + match.start(2), offset + match.end(2)


def _json_values(text: str) -> Iterator[tuple[int, int]]:
    for match in _JSON_NAME.finditer(text):
        if _tells(match[1]):
            value = _JSON_REST.match(text, match.end())
            if value is not None and value[0]:
                yield value.span()


def _markup_values(text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands in elements and attributes whose names tell, blanks around it left out."""
    for match in _TAG.finditer(text):
        for found in _ATTRIBUTE.finditer(text, *match.span(2)):
            group = 2 if found[2] is not None else 3
            if found[group] and _tells(found[1].rpartition(":")[2]):
                yield found.span(group)
        content = match[3].removesuffix("]]>").strip()
        is_empty = match[2].endswith("/")
        if content and not is_empty and _tells(match[1].rpartition(":")[2]):
            start = text.index(content, match.start(3))
            yield start, start + len(content)


@lru_cache(maxsize=2_000)
def _tells(name: str) -> bool:
    # The names of a body are the same over and over.
    return is_credential_key(name)
