"""A collection folder as a tree of values; every move returns a new tree."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.errors import HttpDeskError
from httpdesk.model.request import Request


class ItemKind(Enum):
    """What a file of the collection folder holds."""

    REQUEST = "http"
    FOLDER = "folder"
    OTHER = "other"
    """Kept and shown, cannot be sent yet: graphql, grpc, websocket, script, app."""
    BROKEN = "broken"
    """Cannot be read; `problem` says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the collection tree.

    `path` is the file's or folder's path relative to the collection folder, with `/`, and is its
    identity; a request itself is read when it is opened.
    """

    path: str
    kind: ItemKind
    name: str
    method: str = ""
    url: str = ""
    seq: float | None = None
    problem: HttpDeskError | None = None
    children: tuple[Item, ...] = ()

    def walk(self) -> Iterator[Item]:
        """Yield this item and everything below it, top down."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Collection:
    """An open collection folder: its absolute `root`, display name and tree of items."""

    root: str
    name: str
    items: tuple[Item, ...] = ()
    problem: HttpDeskError | None = None
    """Set when `opencollection.yml` itself cannot be read; the items are still listed."""

    def walk(self) -> Iterator[Item]:
        """Yield every item of the tree, top down."""
        for item in self.items:
            yield from item.walk()

    def find(self, path: str) -> Item | None:
        """Return the item at the relative `path`, or None."""
        return next((item for item in self.walk() if item.path == path), None)


@dataclass(frozen=True, slots=True)
class LoadedRequest:
    """A request as read from its file, with what is needed to save it back without loss."""

    request: Request
    path: str
    digest: str
    """SHA-256 of the bytes that were read; saving refuses when the file differs (storage.md)."""


@dataclass(frozen=True, slots=True)
class RequestDefaults:
    """What a collection or folder hands down to the requests in it."""

    variables: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    unapplied: tuple[str, ...] = ()
    """What it also hands down and is kept but not used yet, such as `auth: bearer`."""


Defaults = tuple[tuple[str, RequestDefaults], ...]
"""(origin, defaults) of every level from the collection inwards; origin is an `Origin` value."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables a request sees, each with the level that gave it; inner levels win."""

    levels: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = field(default_factory=tuple)
    """(origin, variables) from the outermost to the innermost; origin is an `Origin` value."""

    def flat(self) -> dict[str, tuple[str, str]]:
        """Return name -> (value, origin), inner levels over outer ones."""
        merged: dict[str, tuple[str, str]] = {}
        for origin, variables in self.levels:
            merged.update({name: (value, origin) for name, value in variables})
        return merged


def ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return siblings as the tree shows them: folders first, each by `seq`, then by name."""
    siblings = list(items)
    numbers = {_number_key(item) for item in siblings}
    # Names are only taken apart where they decide: that is most of the work in a large tree.
    if len(numbers) == len(siblings):
        return tuple(sorted(siblings, key=_number_key))
    return tuple(sorted(siblings, key=_order_key))


def places(siblings: Sequence[Item], moved: Item) -> dict[str, float]:
    """Return the `seq` values to write so that `siblings` stand in this order.

    `siblings` are of one group (folders, or the rest), `moved` is the one that has a new place.
    As few as possible are changed: between two whole numbers a request gets a fraction; folders
    and the front of the list take whole numbers from 1 up, since Bruno knows no others there.
    """
    numbered = [item for item in siblings if item.kind is not ItemKind.BROKEN]
    start = numbered.index(moved)
    if any(item.seq is None for item in numbered[:start]):
        # Items without a number stand behind all others, so everything before needs one.
        return _changed(numbered, range(1, len(numbered) + 1))
    lower = (numbered[start - 1].seq or 0.0) if start else 0.0
    values: dict[str, float] = {}
    for at, item in enumerate(numbered[start:], start):
        upper = next((each.seq for each in numbered[at + 1 :] if each.seq is not None), math.inf)
        # Behind the moved one the order was right before: an item that is high enough ends it.
        if item.seq is None and item is not moved:
            break
        if item.seq is not None and lower < item.seq and (item is not moved or item.seq < upper):
            break
        lower = _between(lower, upper, whole=item.kind is ItemKind.FOLDER)
        values[item.path] = lower
    return values


def _changed(items: Sequence[Item], numbers: Iterable[int]) -> dict[str, float]:
    pairs = zip(items, numbers, strict=True)
    return {item.path: float(number) for item, number in pairs if item.seq != number}


def _between(lower: float, upper: float, *, whole: bool) -> float:
    """Return a number above `lower`, and below `upper` where there is room."""
    following = math.floor(lower) + 1.0
    if following < upper or whole or lower < 1.0:
        return following
    middle = round((lower + upper) / 2, 6)
    return middle if lower < middle < upper else following


def _number_key(item: Item) -> tuple[bool, float]:
    return item.kind is not ItemKind.FOLDER, math.inf if item.seq is None else item.seq


def _order_key(item: Item) -> tuple[tuple[bool, float], list[tuple[int, str]]]:
    return _number_key(item), _natural(item.name)


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a sort key that puts `Step 2` before `Step 10`."""
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+|[0-9]+", name.casefold())
    return [(int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in parts]
