"""A collection folder as a tree of values; every move returns a new tree."""

from __future__ import annotations

from collections.abc import Iterator
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
