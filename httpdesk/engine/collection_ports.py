"""What the engine and the faces need of collection folders; an adapter implements it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from httpdesk.engine.cancel import CancelToken

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.collection import Collection, Defaults, LoadedRequest, MergeSides
    from httpdesk.model.connection import ConnectionUse
    from httpdesk.model.level import Level, LoadedLevel
    from httpdesk.model.request import Request


class Glance(NamedTuple):
    """A tree as it was read in a moment."""

    collection: Collection
    is_whole: bool
    """Whether each file was once parsed whole as it is now, so that no check is needed."""


class CollectionStore(Protocol):
    """Collection folders on disk, in OpenCollection's format (storage.md).

    Paths of items are relative to the collection's root, with `/`. Every method raises
    `StorageFailed`; nothing on disk changes when one is raised.
    """

    def create(self, root: str, name: str) -> Collection:
        """Make `root` a collection folder (it may exist, and must not be a collection)."""

    def open(self, root: str) -> Collection:
        """Read the tree: names, methods, order. Broken files are items with a problem."""

    def load(self, root: str, path: str) -> LoadedRequest:
        """Read the request at `path`."""

    def text(self, root: str, path: str) -> str:
        """Return what stands in the file of an item of any kind; U+FFFD for what is no text."""

    def defaults(self, root: str, path: str) -> Defaults:
        """Return (origin, defaults) from the collection down to the folder that holds `path`."""

    def save(self, root: str, path: str, request: Request, digest: str | None) -> LoadedRequest:
        """Write `request` over the file at `path`, touching only what changed.

        Raises FileChanged when the file is no longer the one with `digest`; None skips the check.
        """

    def changed(self, root: str, path: str, digest: str | None) -> LoadedRequest | None:
        """Return the request at `path` when its file is not the one with `digest`, else None.

        FileUnreadable says in `gone` whether there is no such file any more.
        """

    def level(self, root: str, path: str) -> LoadedLevel:
        """Return what the folder at `path`, or for "" the collection, says for its requests."""

    def save_level(self, root: str, path: str, level: Level, digest: str | None) -> LoadedLevel:
        """Write what a folder or collection says; a folder gets a file with the first save.

        Raises FileChanged as `save` does; "" is the digest of a file that is not there.
        """

    def sides(self, root: str, path: str) -> MergeSides:
        """Read a request's file that has conflict markers.

        Raises FileNotUnderstood where a side is no request.
        """

    def resolve(self, root: str, path: str, request: Request, digest: str) -> LoadedRequest:
        """Write a file with conflict markers without them: `request`, and what else mine says.

        Raises FileChanged when the file is no longer the one with `digest`.
        """

    def check(self, root: str, cancel: CancelToken | None = None) -> Collection:
        """Read the tree and parse every file whole, so that each broken one is known.

        When cancelled it ends soon, with a tree that is of no use.
        """

    def glance(self, root: str) -> Glance:
        """Read the tree as `open` does, but of unknown files only as many as a moment allows.

        The others are there by their file names alone.
        """

    def refreshed(self, root: str, path: str) -> Collection:
        """Return the tree as it was read last, with the item at `path` as it is now or gone."""

    def add(
        self, root: str, folder: str, request: Request, like: tuple[str, str] | None = None
    ) -> LoadedRequest:
        """Write a new request into `folder` ("" is the root) under a portable name of its own.

        `like` is (root, path) of the file it was opened from: what that file says beyond the
        request, such as scripts or a body that cannot be edited yet, comes along.
        """

    def add_folder(self, root: str, folder: str, name: str) -> str:
        """Make a folder inside `folder`; return its path."""

    def rename(self, root: str, path: str, name: str) -> str:
        """Change the display name and the file's or folder's name; return the new path.

        "" is the collection itself, whose folder keeps its name.
        """

    def set_connection(self, root: str, path: str, name: str | None) -> None:
        """Let the folder at `path`, or the collection for "", name the connection of its requests.

        `none` sends without one; None takes the name out, so that it inherits.
        """

    def connection(self, root: str, path: str) -> str | None:
        """Return what `set_connection` was given for a folder or collection, None for nothing."""

    def connection_uses(self, root: str) -> tuple[ConnectionUse, ...]:
        """Return the collection, folders and requests that name a connection, as the tree does.

        Of files that cannot be read, none.
        """

    def move(self, root: str, path: str, folder: str, before: str | None) -> str:
        """Move an item into `folder`, in front of the sibling `before` or last; return its path."""

    def duplicate(self, root: str, path: str) -> str:
        """Copy a request or folder beside itself; return the copy's path."""

    def delete(self, root: str, path: str) -> str:
        """Take an item out of the collection; return a ticket for `undo_delete`."""

    def undo_delete(self, root: str, ticket: str) -> str:
        """Put a deleted item back byte for byte; return its path."""
