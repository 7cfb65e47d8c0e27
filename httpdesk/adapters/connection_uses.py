"""Which files of a collection name a connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from httpdesk.adapters import item_paths
from httpdesk.formats import opencollection
from httpdesk.formats.opencollection import COLLECTION_FILE, FOLDER_FILE
from httpdesk.model.collection import Collection, Item, ItemKind
from httpdesk.model.connection import CONNECTION_VARIABLE, NO_CONNECTION, ConnectionUse
from httpdesk.model.errors import StorageFailed


def connection_uses(
    collection: Collection, read: Callable[[str], bytes]
) -> tuple[ConnectionUse, ...]:
    """Return the collection, folders and requests that name a connection, as the tree has them.

    `read` gives the bytes of the file at a relative path; what cannot be read names nothing.
    """
    return tuple(_uses(collection, read))


def _uses(collection: Collection, read: Callable[[str], bytes]) -> Iterator[ConnectionUse]:
    own = _handed_down(COLLECTION_FILE, read)
    if own:
        yield ConnectionUse(collection.root, "", collection.name, own)
    for item in collection.walk():
        named = _named(item, read)
        if named:
            handed_down = item.kind is ItemKind.FOLDER
            yield ConnectionUse(
                collection.root, item.path, item.name, named, item.method, handed_down
            )


def _named(item: Item, read: Callable[[str], bytes]) -> str:
    if item.kind is ItemKind.FOLDER:
        return _handed_down(item_paths.join(item.path, FOLDER_FILE), read)
    if item.kind is not ItemKind.REQUEST:
        return ""
    data = _mentioning(item.path, read)
    if data is None:
        return ""
    try:
        name = opencollection.read_request(data, item.path).options.connection or ""
    except StorageFailed:
        return ""
    return _real(name)


def _handed_down(path: str, read: Callable[[str], bytes]) -> str:
    data = _mentioning(path, read)
    if data is None:
        return ""
    try:
        defaults = opencollection.read_request_defaults(data, path)
    except StorageFailed:
        return ""
    return _real(dict(defaults.variables).get(CONNECTION_VARIABLE, ""))


def _mentioning(path: str, read: Callable[[str], bytes]) -> bytes | None:
    """Return the file when it is worth parsing: few of a large collection are."""
    try:
        data = read(path)
    except StorageFailed:
        return None
    return data if CONNECTION_VARIABLE.encode() in data else None


def _real(name: str) -> str:
    name = name.strip()
    return "" if name == NO_CONNECTION else name
