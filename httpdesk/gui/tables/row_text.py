"""Rows as text: what is pasted into a table, and what Bulk edit shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

OFF = "// "
"""Stands in front of a line whose row is switched off."""

_SEPARATOR = re.compile(r"[:=]")


class TextRow(NamedTuple):
    """A row as text has it."""

    name: str
    value: str
    enabled: bool = True


def parse_lines(text: str) -> tuple[TextRow, ...]:
    """Return the rows of `key: value` or `key=value` lines; blank lines are skipped.

    One space after the separator belongs to it; everything else is kept as it is.
    """
    return tuple(_parse_line(line) for line in _lines(text))


def parse_pasted(text: str, *, query: bool) -> tuple[TextRow, ...]:
    """Return the rows in pasted text, or none when it is no list of rows but a plain value.

    With `query`, `k=v&k=v` (also after a `?`) is taken apart and decoded as a query is.
    """
    lines = _lines(text)
    if query and len(lines) == 1 and _looks_like_query(lines[0].strip()):
        return parse_query(lines[0].strip().removeprefix("?"))
    if not lines or not all(_SEPARATOR.search(line) for line in lines):
        return ()
    if len(lines) == 1 and not _is_key_and_value(lines[0]):
        return ()
    return parse_lines(text)


def parse_query(query: str) -> tuple[TextRow, ...]:
    """Return the decoded pairs of a query, in order; an item without `=` has an empty value."""
    # Imported late: the window opens without it.
    from urllib.parse import unquote_plus

    pairs = (item.partition("=") for item in query.split("&") if item)
    return tuple(TextRow(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)


def format_rows(rows: Iterable[TextRow]) -> str | None:
    """Return one line for each row, or None when the lines would not read back as these rows."""
    wanted = tuple(rows)
    text = "\n".join(_format_row(row) for row in wanted)
    return text if parse_lines(text) == wanted else None


def changed_lines(before: Sequence[TextRow], after: Sequence[TextRow]) -> tuple[int | None, ...]:
    """Return for each row of `after` the row of `before` that it equals, in order, or None.

    Bulk edit uses it to keep what a line of text cannot hold, such as descriptions.
    """
    found: list[int | None] = []
    unused = list(range(len(before)))
    for row in after:
        match = next((at for at in unused if before[at] == row), None)
        if match is not None:
            unused.remove(match)
        found.append(match)
    return tuple(found)


def _lines(text: str) -> list[str]:
    # Not splitlines: a value may hold the further separators that it knows, such as U+2028.
    return [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()]


def _format_row(row: TextRow) -> str:
    line = f"{row.name}: {row.value}"
    return line if row.enabled else OFF + line


def _parse_line(line: str) -> TextRow:
    enabled = not line.startswith(OFF.rstrip())
    if not enabled:
        line = line.removeprefix(OFF.rstrip()).removeprefix(" ")
    found = _SEPARATOR.search(line)
    if found is None:
        return TextRow(line, "", enabled)
    return TextRow(line[: found.start()], line[found.end() :].removeprefix(" "), enabled)


def _looks_like_query(line: str) -> bool:
    if line.startswith("?"):
        return True
    items = line.split("&")
    return len(items) > 1 and all("=" in item for item in items) and " " not in line


def _is_key_and_value(line: str) -> bool:
    # One line is often just a value that holds a colon (a URL, a time, base64 with its =), so it
    # must look like `Name: value` or `name=value` to be taken for a row.
    return re.match(r"[\w.\[\]$-]+(: |=(?![=\s]*$))", line.strip()) is not None
