"""Moving the query of a typed URL to rows, where that changes no byte (statement 5)."""

from __future__ import annotations

from typing import NamedTuple

from httpdesk.engine.url import encode_pairs
from httpdesk.gui.tables.row_text import TextRow, parse_query


class MovedQuery(NamedTuple):
    """A URL without its query, and the rows that say the same."""

    url: str
    rows: tuple[TextRow, ...]


def move_query(url: str) -> MovedQuery | None:
    """Return `url` and its query as rows, or None when rows would not encode to the same bytes.

    Variables stay in the URL: there they are filled in as they are, in a row they are encoded.
    """
    before, hash_mark, fragment = url.partition("#")
    path, _, query = before.partition("?")
    if not query or "{{" in query:
        return None
    rows = parse_query(query)
    if not all(row.name and "{{" not in row.name + row.value for row in rows):
        return None
    if encode_pairs((row.name, row.value) for row in rows) != query:
        return None
    return MovedQuery(path + hash_mark + fragment, rows)
