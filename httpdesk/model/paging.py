"""How an answer that is one page of several leads to the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

MOST_PAGES = 100
"""Pages that are followed unless the request says otherwise."""
LARGEST_MOST = 10_000
MOST_BYTES = 500_000_000
"""Bytes of all pages together after which no further one is asked for."""


class PageBy(Enum):
    """What names the next page."""

    LINK = "link"
    """The Link header with the relation `next` (RFC 8288)."""
    URL = "url"
    """A URL in the body."""
    CURSOR = "cursor"
    """A value in the body, which goes into the query."""
    PAGE = "page"
    """A number in the query that grows by one."""
    OFFSET = "offset"
    """A number in the query that grows by the items of a page."""


@dataclass(frozen=True, slots=True)
class PageRule:
    """Where the next page is found, as one line: `link`, `url /next`, `cursor /meta/next after`,
    `page page`, `offset skip`. Places in a body are JSON Pointers (RFC 6901)."""

    by: PageBy
    pointer: str = ""
    """Of the URL or the cursor in the body."""
    parameter: str = ""
    """Of the query: what the cursor, the page's number or the offset goes into."""

    def __str__(self) -> str:
        return " ".join(part for part in (self.by.value, self.pointer, self.parameter) if part)


class InvalidPageRule(ValueError):
    """A text is no rule."""


def parse_rule(text: str) -> PageRule | None:
    """Return the rule that a line says, None for an empty one; raises InvalidPageRule."""
    words = text.split()
    if not words:
        return None
    try:
        by = PageBy(words[0].lower())
    except ValueError:
        raise InvalidPageRule(text) from None
    wanted = {PageBy.LINK: 0, PageBy.CURSOR: 2}.get(by, 1)
    if len(words) != wanted + 1:
        raise InvalidPageRule(text)
    pointer = words[1] if by in (PageBy.URL, PageBy.CURSOR) else ""
    if pointer and not pointer.startswith("/"):
        raise InvalidPageRule(text)
    parameter = words[-1] if by not in (PageBy.LINK, PageBy.URL) else ""
    return PageRule(by, pointer, parameter)


@dataclass(frozen=True, slots=True)
class ArraySpan:
    """An array in a body: where it begins and ends in the text, and how many items it has."""

    start: int
    end: int
    count: int


@dataclass(frozen=True, slots=True)
class PageOutline:
    """What of a page tells where the next one is; nothing inside of arrays is in it."""

    text: str = field(repr=False, default="")
    values: Mapping[str, str] = field(repr=False, default_factory=dict)
    """Strings and numbers near the root, by JSON Pointer, strings without their escapes."""
    arrays: Mapping[str, ArraySpan] = field(default_factory=dict)
    """Arrays near the root, by JSON Pointer; "" is the body itself."""


class PagesEnd(Enum):
    """Why no further page was asked for."""

    LAST = "last"
    """The last answer names no next page."""
    LIMIT = "limit"
    """As many as allowed were followed."""
    TOO_MUCH = "too much"
    """All pages together have `MOST_BYTES`."""
    REPEATED = "repeated"
    """A page came that is equal to one before, or leads to one."""
    FAILED = "failed"
    """A page is no success, or did not come whole."""
    CANCELLED = "cancelled"
    NOT_AGREED = "not agreed"
    """The user did not agree to where the next page lies."""
    UNREADABLE = "unreadable"
    """A page is no JSON, or too large to be looked into."""
    NONE_NAMED = "none named"
    """Nothing in the first answer names a next page."""


@dataclass(frozen=True, slots=True)
class PagesTaken:
    """What came of following pages: how many, and why it ended."""

    count: int
    end: PagesEnd
    rule: PageRule | None = None
    items: int = 0
    """Of all pages joined; 0 when they are not joined."""
