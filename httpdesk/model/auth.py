"""How a connection signs requests in. No value here is a secret: those are named by `SECRETS`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.oauth import ClientAuthentication, Pkce


class Placement(Enum):
    """Where a credential goes in the request."""

    HEADER = "header"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class NoAuth:
    """Requests are sent without credentials."""


@dataclass(frozen=True, slots=True)
class ApiKeyAuth:
    """A key in a header or in the query (statements 13 and 14)."""

    name: str = "Authorization"
    """Of the header or the query parameter."""
    prefix: str = "Basic"
    """A word in front of the key, `Basic`, `Bearer` or any other; empty for the key alone."""
    placement: Placement = Placement.HEADER
    encodes: bool = False
    """Send base64 of the key's UTF-8 bytes."""


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """A user name and a password (RFC 7617, statement 15)."""

    username: str = ""


@dataclass(frozen=True, slots=True)
class BearerAuth:
    """A token that was had from elsewhere (RFC 6750)."""


class Grant(Enum):
    """How a token is had (RFC 6749 section 1.3); the value is OpenCollection's word for it."""

    AUTHORIZATION_CODE = "authorization_code"
    CLIENT_CREDENTIALS = "client_credentials"


@dataclass(frozen=True, slots=True)
class OAuth2Auth:
    """A token that HTTPDesk gets from a provider and renews."""

    grant: Grant = Grant.AUTHORIZATION_CODE
    authorization_url: str = ""
    token_url: str = ""
    refresh_url: str = ""
    client_id: str = ""
    scope: str = ""
    authentication: ClientAuthentication = ClientAuthentication.BASIC
    pkce: Pkce = Pkce.S256
    token_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The Headers rows: added to the calls of the token endpoint (statement 29)."""
    redirect_port: int = 0
    """0 lets the system choose a free one."""
    redirect_path: str = "/callback"
    issuer: str = ""
    names_issuer: bool = False
    allows_http: bool = False


Auth = NoAuth | ApiKeyAuth | BasicAuth | BearerAuth | OAuth2Auth

SECRETS: dict[type, tuple[str, ...]] = {
    NoAuth: (),
    ApiKeyAuth: ("key",),
    BasicAuth: ("password",),
    BearerAuth: ("token",),
    OAuth2Auth: ("client_secret",),
}
"""The secrets that each kind has, by the names under which a connection keeps them."""

TOKEN_SECRET = "oauth_token"
"""The name under which a connection keeps the token that it has got."""
