"""The Link header (RFC 8288 section 3): which URL stands in which relation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TEXT = r"\"((?:[^\"\\]|\\.)*+)\""
_LINK = re.compile(r"\s*<([^>]*)>((?:[^,\"]|\"(?:[^\"\\]|\\.)*+\")*+)")
_PARAMETER = re.compile(rf";\s*([^\s=;,]+)\s*(?:=\s*(?:{_TEXT}|([^;,\s]*)))?")


def link_to(headers: Sequence[tuple[str, str]], relation: str) -> str | None:
    """Return the first URL, as written, whose relations hold this one; None without one."""
    for name, value in headers:
        if name.lower() == "link":
            for target, parameters in _links(value):
                if relation in _relations(parameters):
                    return target
    return None


def _links(value: str) -> Iterator[tuple[str, str]]:
    at = 0
    while found := _LINK.match(value, at):
        yield found[1].strip(), found[2]
        at = found.end() + 1  # the comma


def _relations(parameters: str) -> list[str]:
    """Return the relation types of the first `rel`; those after it do not count."""
    for found in _PARAMETER.finditer(parameters):
        if found[1].lower() == "rel":
            return (found[2] or found[3] or "").lower().split()
    return []
