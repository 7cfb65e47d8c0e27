"""The query rows of a request inside its URL text, as OpenCollection files mirror them.

`bru run` sends the query of `http.url` and ignores the rows, so a file's URL carries the query of
the enabled rows. Here it is put on and taken off again without changing what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, quote_plus

Pair = tuple[str, str]

_MOST_TRIES = 100
"""A file may hold thousands of rows that are alike; each try takes time that grows with them."""
_TEMPLATE = re.compile(r"(\{\{[^{}]*\}\})")


def encode(text: str) -> str:
    """Return `text` as a query has it (statement 4); `{{name}}` stays as it is."""
    parts = _TEMPLATE.split(text)
    return "".join(
        part if at % 2 else quote_plus(part, errors="replace") for at, part in enumerate(parts)
    )


def encoded(rows: Sequence[Pair]) -> str:
    """Return the rows as a query; a row without a name is not sent (statement 3)."""
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in rows if name)


def verbatim(rows: Sequence[Pair], *, encodes: bool) -> str | None:
    """Return the rows as a query without encoding, or None when that would mean something else.

    Bruno writes them so. With `encodes` (its setting encodeUrl) it encodes them when it sends;
    otherwise characters with a meaning in a query may not be there.
    """
    bad = re.compile("[&#]" if encodes else "[&#%+]")
    for name, value in rows:
        if "=" in name or bad.search(name + value):
            return None
    return "&".join(f"{name}={value}" for name, value in rows if name)


def join(url: str, query: str) -> str:
    """Return `url` with `query` behind its own one and in front of the fragment."""
    if not query:
        return url
    head, mark, fragment = url.partition("#")
    # After a `?` with nothing behind it stands `&`, so that the `?` is found again by `split`.
    return f"{head}{'&' if '?' in head else '?'}{query}{mark}{fragment}"


def own_query(url: str) -> str | None:
    """Return what stands between `?` and the fragment, or None without a `?`."""
    head = url.partition("#")[0]
    return head.partition("?")[2] if "?" in head else None


def split(url: str, rows: Sequence[Pair], *, encodes: bool) -> tuple[str, int] | None:
    """Take the query of the enabled rows off `url`.

    Returns the URL without them and how many rows at the start only mirror what stays in the URL;
    None when the URL says something else than the rows.
    """
    head, mark, fragment = url.partition("#")
    first = min(_first(head, rows, encode), _first(head, rows, str))
    for kept in (*range(first, min(first + _MOST_TRIES, len(rows))), len(rows)):
        base = _without(head, rows[kept:], encodes=encodes)
        if base is not None and (not kept or _mirrors(base, rows[:kept])):
            return base + mark + fragment, kept
    return None


def _first(head: str, rows: Sequence[Pair], form: Callable[[str], str]) -> int:
    """Return from which row on `head` can end with all rows: no earlier one needs to be tried."""
    end = len(head)
    for at in range(len(rows) - 1, -1, -1):
        name, value = rows[at]
        text = f"{form(name)}={form(value)}" if name else ""
        start = end - len(text)
        if name and (not head.endswith(text, 0, end) or head[start - 1 : start] not in {"?", "&"}):
            return at + 1
        end = start - 1 if name else end
    return 0


def _without(head: str, rows: Sequence[Pair], *, encodes: bool) -> str | None:
    texts = {verbatim(rows, encodes=encodes)}
    if not encodes:
        texts.add(encoded(rows))
    for query in texts - {None}:
        if not query:
            return head
        for before in ("?", "&"):
            base = head.removesuffix(before + query)
            if base != head and ("?" in base) == (before == "&"):
                return base
    return None


def _mirrors(head: str, rows: Sequence[Pair]) -> bool:
    query = own_query(head)
    if query is None:
        return False
    typed = "&".join(f"{name}={value}" for name, value in rows)
    return query == typed or parse_qsl(query, keep_blank_values=True) == list(rows)
