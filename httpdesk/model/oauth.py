"""OAuth 2.0: what is known of a client and its provider, and a token (RFC 6749)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class ClientAuthentication(Enum):
    """How a client proves to the token endpoint who it is (RFC 6749 section 2.3.1)."""

    BASIC = "basic"
    """HTTP Basic with name and secret form-encoded first, as the standard has it."""
    BASIC_RAW = "basic-raw"
    """HTTP Basic with both as they are, which many providers expect."""
    BODY = "body"


class Pkce(Enum):
    """The method of Proof Key for Code Exchange (RFC 7636)."""

    S256 = "S256"
    PLAIN = "plain"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A client at a provider; all the inputs of an OAuth connection but its kind."""

    token_url: str
    client_id: str
    authorization_url: str = ""
    refresh_url: str = ""
    """Where tokens are renewed; empty for `token_url` (statement 28)."""
    client_secret: str = field(default="", repr=False)
    scope: str = ""
    """Blanks between the scopes."""
    authentication: ClientAuthentication = ClientAuthentication.BASIC
    pkce: Pkce = Pkce.S256
    token_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Added to the calls of the token endpoint, and to nothing else (statement 29)."""
    issuer: str = ""
    """The provider's identifier, from its metadata; empty when it is not known."""
    names_issuer: bool = False
    """Whether the provider says that its answers name the issuer (RFC 9207 section 3)."""
    allows_http: bool = False
    """Whether endpoints may be http on other computers too (statement 36)."""
    device_url: str = ""
    """Where a code for the user is had (RFC 8628 section 3.1)."""
    revocation_url: str = ""
    """Where tokens are given back (RFC 7009); empty for nowhere."""
    username: str = ""
    """Of the password grant, as is the password."""
    password: str = field(default="", repr=False)
    authorization_params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Added to the URL that the browser opens."""
    token_params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Added to the bodies of the calls for a token."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and what came with it."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    scope: str = ""
    """As granted; the asked one when the provider did not say."""
    expires_at: float | None = None
    """Seconds since 1970; None when the provider did not say (statement 35)."""
    obtained_at: float = 0.0
    account: str = ""
    """Whose it is, as the ID token says; to be shown, never to be trusted."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the user enters on the provider's page (RFC 8628 section 3.2)."""

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)
    url: str
    """The page that asks for the code."""
    url_with_code: str = field(default="", repr=False)
    """The same with the code filled in; empty where the provider has none."""
    seconds: float = 300.0
    """How long the code is good for."""
    interval: float = 5.0
    """Seconds between two questions whether it was entered."""


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """What a provider tells of itself (RFC 8414 section 2, OpenID Connect Discovery section 3)."""

    issuer: str
    authorization_url: str = ""
    token_url: str = ""
    device_url: str = ""
    revocation_url: str = ""
    scopes: tuple[str, ...] = ()
    names_issuer: bool = False
    """Whether its answers name the issuer (RFC 9207 section 3)."""
    lacks_s256: bool = False
    """Whether it names the methods of PKCE that it takes, and S256 is none of them.

    A provider that says nothing may take it, or leave it aside (RFC 8414 section 2).
    """
