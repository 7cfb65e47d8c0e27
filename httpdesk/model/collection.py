"""A collection folder as a tree of values; every move returns a new tree."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING

from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.request import Options, Request

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.auth_choice import AuthChoice


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
    url: str = field(default="", repr=False)
    seq: float | None = None
    problem: HttpDeskError | None = None
    children: tuple[Item, ...] = ()
    tags: tuple[str, ...] = ()

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
class MergeSides:
    """The two versions of a request in a file with conflict markers."""

    mine: Request = field(repr=False)
    """The one that stands first, which git calls ours."""
    theirs: Request = field(repr=False)
    base: Request | None = field(repr=False)
    """What both began from, None where the file does not say it."""
    mine_name: str
    """What git calls the side, such as `HEAD`; may be empty."""
    theirs_name: str
    digest: str
    """SHA-256 of the file with the markers."""
    differ_elsewhere: bool
    """Whether they also differ in what a request does not hold, such as scripts."""


@dataclass(frozen=True, slots=True)
class RequestDefaults:
    """What a collection or folder hands down to the requests in it."""

    variables: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    name: str = ""
    """Of the collection or folder, as it is shown."""
    unapplied: tuple[str, ...] = ()
    """What it also hands down and is kept but not used yet, such as `scripts`."""
    auth: AuthChoice | None = None
    """What the file says of signing in, None for nothing."""
    options: Options = field(default_factory=Options)
    """What the file says of options; `Options.said` tells which."""
    path: str = ""
    """Of the folder, relative to the collection; "" for the collection itself."""


Defaults = tuple[tuple[str, RequestDefaults], ...]
"""(origin, defaults) of every level from the collection inwards; origin is an `Origin` value."""


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A secret variable whose value is read only when a request that names it is sent."""

    name: str
    stand_in: str = field(repr=False)
    """Stands where the value belongs, and is hidden wherever values of secrets are."""
    kept_as: str = ""
    """Under which name the value is kept (`engine.environment_ports.secret_name`)."""
    environment: str = ""
    """Whose variable it is; empty for the workspace's."""
    is_of_system: bool = False
    """Whether it is one of the operating system's, which is nobody's secret by its kind."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables a request sees, each with the level that gave it; inner levels win."""

    levels: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = field(default=(), repr=False)
    """(origin, variables) from the outermost to the innermost; origin is an `Origin` value."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Values to hide wherever they are shown, such as those out of a response (statement 80)."""
    sealed: tuple[SealedValue, ...] = ()
    """Secrets that stand-ins are in the levels for; never any in the scope of a send."""
    placed: tuple[SealedValue, ...] = ()
    """Secrets that are read already, each with its value; where they may go is asked like that."""

    def flat(self) -> dict[str, tuple[str, str]]:
        """Return name -> (value, origin), inner levels over outer ones."""
        merged: dict[str, tuple[str, str]] = {}
        for origin, variables in self.levels:
            merged.update({name: (value, origin) for name, value in variables})
        return merged


def ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return siblings as the tree shows them and as `bru run` runs them.

    Folders come first, then the rest by `seq` and name.
    """
    siblings = list(items)
    folders = [item for item in siblings if item.kind is ItemKind.FOLDER]
    rest = [item for item in siblings if item.kind is not ItemKind.FOLDER]
    # Names are only taken apart where they decide: that is most of the work in a large tree.
    distinct = len({_number(item) for item in rest}) == len(rest)
    rest.sort(key=_number if distinct else _number_and_name)
    return (*_ordered_folders(folders), *rest)


def places(siblings: Sequence[Item], moved: Item) -> dict[str, float]:
    """Return the `seq` values to write so that `siblings` stand in this order.

    `siblings` are of one group (folders, or the rest), `moved` is the one that has a new place.
    As few as possible are changed: between two whole numbers a request gets a fraction; folders
    and the front of the list take whole numbers from 1 up, since Bruno knows no others there.
    """
    numbered = [item for item in siblings if item.kind is not ItemKind.BROKEN]
    folders = moved.kind is ItemKind.FOLDER
    if folders and any(not _has_folder_seq(item) for item in numbered):
        # Among folders without a number a number is a place, so each needs one.
        pairs = zip(numbered, range(1, len(numbered) + 1), strict=True)
        return {item.path: float(number) for item, number in pairs if item.seq != number}
    start = numbered.index(moved)
    lower = _number(numbered[start - 1]) if start else 0.0
    values: dict[str, float] = {}
    for at, item in enumerate(numbered[start:], start):
        upper = _number(numbered[at + 1]) if at + 1 < len(numbered) else math.inf
        # Behind the moved one the order was right before: an item that is high enough ends it.
        if lower < _number(item) and (item is not moved or _number(item) < upper):
            break
        lower = _between(lower, upper, whole=folders)
        values[item.path] = lower
    return values


def _between(lower: float, upper: float, *, whole: bool) -> float:
    """Return a number above `lower`, and below `upper` where there is room."""
    following = math.floor(lower) + 1.0
    if following < upper or whole or lower < 1.0:
        return following
    middle = round((lower + upper) / 2, 6)
    return middle if lower < middle < upper else following


def _number(item: Item) -> float:
    """Return what decides the place: Bruno takes a request without `seq` for the first."""
    if item.kind is ItemKind.BROKEN:
        return math.inf
    return 1.0 if item.seq is None else item.seq


def _number_and_name(item: Item) -> tuple[float, list[tuple[int, str]]]:
    return _number(item), _natural(item.name)


def _has_folder_seq(item: Item) -> bool:
    return item.seq is not None and item.seq > 0 and item.seq.is_integer()


def _ordered_folders(folders: list[Item]) -> list[Item]:
    """Return folders as Bruno orders them: by name, those with a `seq` put in at that place."""
    by_name = sorted(folders, key=lambda item: _natural(item.name))
    groups = [[item] for item in by_name if not _has_folder_seq(item)]
    placed = sorted((item for item in by_name if _has_folder_seq(item)), key=_number)
    for seq, same in groupby(placed, key=_number):
        groups.insert(int(seq) - 1, list(same))
    return [item for group in groups for item in group]


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a sort key that puts `Step 2` before `Step 10`."""
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+|[0-9]+", name.casefold())
    return [(int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in parts]
