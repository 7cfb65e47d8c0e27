"""A connection: a base URL with a sign-in, shared by many requests."""

from __future__ import annotations

from dataclasses import dataclass, field

from httpdesk.model.auth import Auth, NoAuth
from httpdesk.model.request import Header


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
