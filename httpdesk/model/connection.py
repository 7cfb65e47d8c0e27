"""A connection: a base URL with a sign-in, shared by many requests."""

from __future__ import annotations

from dataclasses import dataclass, field

from httpdesk.model.auth import Auth, NoAuth, OAuth2Auth
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
        """Return the name under which a `SecretStore` has one of the connection's secrets.

        Where it may go is a part of it: once a changed file names other hosts, providers, proxies
        or authorities, the secret is not found any more and has to be entered again (R4).
        """
        return f"connection {self.id} {self._places()} {name}"

    def _places(self) -> str:
        from hashlib import sha256

        urls: tuple[str, ...] = ()
        if isinstance(self.auth, OAuth2Auth):
            auth = self.auth
            urls = (auth.authorization_url, auth.token_url, auth.refresh_url)
            more = (auth.device_url, auth.revocation_url)
            # Without them the name is that of earlier versions.
            urls += more if any(more) else ()
        origin = "/".join(self.base_url.split("/")[:3])
        places = (origin, sorted(self.allowed_hosts), urls, self.ca_file, self.proxy)
        return sha256(repr(places).encode()).hexdigest()[:24]


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
