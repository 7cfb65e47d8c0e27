"""Finding words in what the requests of collections say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FindField(Enum):
    """The part of a request that a text stands in."""

    NAME = "name"
    URL = "url"
    PARAMETER = "parameter"
    HEADER = "header"
    BODY = "body"
    VARIABLE = "variable"
    NOTES = "notes"
    EXAMPLE = "example"
    SCRIPT = "script"
    CHECK = "check"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class FindQuery:
    """What is looked for: words as they are, or a pattern."""

    text: str
    match_case: bool = False
    whole_word: bool = False
    is_regex: bool = False


@dataclass(frozen=True, slots=True)
class FindScope:
    """Where it is looked for: a collection's folder, and a folder in it ("" for all of it)."""

    root: str
    folder: str = ""


@dataclass(frozen=True, slots=True)
class FoundRequest:
    """The request that a hit stands in."""

    root: str
    path: str
    name: str
    method: str


@dataclass(frozen=True, slots=True)
class FindHit:
    """One place where the words stand."""

    request: FoundRequest
    field: FindField
    label: str
    """Which of several, such as the name of a header."""
    line: str
    """The line around the hit, cut where it is long."""
    start: int
    end: int
    """Where the hit stands in `line`."""
    position: int
    """Where it stands in the whole text of the field, in characters."""
    text: str
    """What was found."""


@dataclass(frozen=True, slots=True)
class FindBatch:
    """Some hits more, and how far the search is."""

    hits: tuple[FindHit, ...] = ()
    read: int = 0
    """Requests read so far."""
    known: int = 0
    """Requests there are."""
    anew: bool = False
    """Whether the hits so far are out of date: files were changed meanwhile, all follows anew."""
    more: bool = False
    """Whether there are more hits than are told."""
