"""Stores of connections that only find: what a send needs, and nothing that writes."""

from __future__ import annotations

from collections.abc import Callable

from httpdesk.model.connection import BrokenConnection, Connection, StoredConnection


class FindingStore:
    """Implements `engine.connection_ports.ConnectionStore`; `make` gives the one of a name."""

    def __init__(self, make: Callable[[str], Connection | None]) -> None:
        self._make = make

    def list(self, root: str | None) -> tuple[StoredConnection | BrokenConnection, ...]:
        return ()

    def find(self, name: str, root: str | None) -> StoredConnection | None:
        made = self._make(name)
        return StoredConnection(made, "x.yaml") if made is not None else None

    def add(self, connection: Connection, root: str | None) -> StoredConnection:
        raise NotImplementedError

    def save(self, stored: StoredConnection, connection: Connection) -> StoredConnection:
        raise NotImplementedError

    def delete(self, stored: StoredConnection | BrokenConnection) -> bytes:
        raise NotImplementedError

    def put_back(self, stored: StoredConnection | BrokenConnection, data: bytes) -> None:
        raise NotImplementedError


def one_connection(connection: Connection) -> FindingStore:
    """Return a store with this one, whatever the place."""
    return FindingStore(lambda name: connection if name == connection.name else None)
