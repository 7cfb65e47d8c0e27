"""A connection: a base URL with a sign-in, shared by many requests."""

from __future__ import annotations

from dataclasses import dataclass, field

from httpdesk.model.auth import Auth, NoAuth
from httpdesk.model.errors import StorageFailed
from httpdesk.model.request import Header

CONNECTION_VARIABLE = "httpdesk.connection"
"""The reserved variable that names a connection, in a request, a folder or a collection."""
NO_CONNECTION = "none"
"""The name that stops inheritance."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection as its file holds it; it has no secret, only an id that leads to some."""

    id: str
    """Names its secrets; stays when the connection is renamed or its file is moved."""
    name: str
    base_url: str = ""
    auth: Auth = field(default_factory=NoAuth)
    allowed_hosts: tuple[str, ...] = ()
    """Where the credential may go: `api.x.com`, `*.y.com`; empty for the base URL's host alone."""
    headers: tuple[Header, ...] = field(default=(), repr=False)
    """Sent with every request of the connection, unless the request has them itself."""
    ca_file: str = ""
    certificate: str = ""
    key: str = ""
    proxy: str = field(default="", repr=False)
    """A proxy's URL, `none` for none; empty for that of the settings."""

    def secret(self, name: str) -> str:
        """Return the name under which a `SecretStore` has one of the connection's secrets."""
        return f"connection {self.id} {name}"


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """A connection and the file that it was read from."""

    connection: Connection
    path: str
    """Of the file, absolute."""
    root: str | None = None
    """The collection's folder; None for a personal connection."""
    digest: str = ""
    """SHA-256 of the bytes that were read; saving refuses when the file differs."""


@dataclass(frozen=True, slots=True)
class BrokenConnection:
    """A file among the connections that cannot be read, and why."""

    path: str
    problem: StorageFailed
    root: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectionUse:
    """A request, folder or collection whose file names a connection."""

    root: str
    """The collection's folder."""
    path: str
    """In the collection; "" is the collection itself."""
    title: str
    connection: str
    """The name of the connection."""
    method: str = ""
    """Of a request."""
    is_folder: bool = False

    @property
    def is_request(self) -> bool:
        """Whether it is one request, which hands nothing down."""
        return bool(self.path) and not self.is_folder
