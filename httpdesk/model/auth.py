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


@dataclass(frozen=True, slots=True)
class DigestAuth:
    """A user name and a password that never travels itself (RFC 7616)."""

    username: str = ""


class OAuth1Signature(Enum):
    """How a request is signed (RFC 5849 section 3.4); the value is OpenCollection's word for it."""

    HMAC_SHA1 = "HMAC-SHA1"
    HMAC_SHA256 = "HMAC-SHA256"
    HMAC_SHA512 = "HMAC-SHA512"
    RSA_SHA1 = "RSA-SHA1"
    RSA_SHA256 = "RSA-SHA256"
    RSA_SHA512 = "RSA-SHA512"
    PLAINTEXT = "PLAINTEXT"


class SignaturePlacement(Enum):
    """Where a signature of OAuth 1.0a goes in the request (RFC 5849 section 3.5)."""

    HEADER = "header"
    QUERY = "query"
    BODY = "body"
    """Among the fields of a form; a request without a form has it in the query."""


RSA_SIGNATURES = frozenset(
    {OAuth1Signature.RSA_SHA1, OAuth1Signature.RSA_SHA256, OAuth1Signature.RSA_SHA512}
)
"""Those for which the consumer's secret is a private key."""


@dataclass(frozen=True, slots=True)
class OAuth1Auth:
    """A signature with the keys of a client and of its user (RFC 5849)."""

    consumer_key: str = ""
    token: str = ""
    """Names the user's token; empty for the client alone."""
    signature: OAuth1Signature = OAuth1Signature.HMAC_SHA1
    placement: SignaturePlacement = SignaturePlacement.HEADER
    realm: str = ""


@dataclass(frozen=True, slots=True)
class AwsV4Auth:
    """A signature of Amazon's services, version 4."""

    access_key_id: str = ""
    region: str = ""
    service: str = ""


class Grant(Enum):
    """How a token is had (RFC 6749 section 1.3); the value is OpenCollection's word for it."""

    AUTHORIZATION_CODE = "authorization_code"
    CLIENT_CREDENTIALS = "client_credentials"
    PASSWORD = "resource_owner_password_credentials"
    DEVICE_CODE = "device_code"
    """RFC 8628; a word of ours, since OpenCollection has none."""


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
    device_url: str = ""
    """The device authorization endpoint (RFC 8628 section 3.1)."""
    revocation_url: str = ""
    """Where tokens are given back (RFC 7009); empty for nowhere."""
    username: str = ""
    """Of the password grant."""
    authorization_params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Added to the query of the authorization URL, such as `audience`."""
    token_params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Added to the body of the calls of the token endpoint."""
    token_name: str = "Authorization"
    """Of the header or query parameter that takes the token to the API."""
    token_prefix: str = "Bearer"
    token_placement: Placement = Placement.HEADER


Auth = (
    NoAuth | ApiKeyAuth | BasicAuth | BearerAuth | DigestAuth | OAuth1Auth | AwsV4Auth | OAuth2Auth
)

SECRETS: dict[type, tuple[str, ...]] = {
    NoAuth: (),
    ApiKeyAuth: ("key",),
    BasicAuth: ("password",),
    BearerAuth: ("token",),
    DigestAuth: ("password",),
    OAuth1Auth: ("consumer_secret", "token_secret"),
    AwsV4Auth: ("secret_access_key", "session_token"),
    OAuth2Auth: ("client_secret", "password"),
}
"""The secrets that each kind can have, by the names under which a connection keeps them."""

OPTIONAL_SECRETS = frozenset({"client_secret", "session_token"})
"""Those that a kind can do without; OAuth 1.0a has rules of its own."""


def secret_names(auth: Auth) -> tuple[str, ...]:
    """Return the names of the secrets that `auth` can use; for an RSA signature of OAuth 1.0a the
    consumer's secret is the private key in PEM."""
    names = SECRETS[type(auth)]
    if isinstance(auth, OAuth2Auth) and auth.grant is not Grant.PASSWORD:
        return tuple(name for name in names if name != "password")
    return names


def needed_secrets(auth: Auth) -> tuple[str, ...]:
    """Return the names of the secrets without which `auth` signs nothing in."""
    if isinstance(auth, OAuth1Auth):
        return ("consumer_secret", *(("token_secret",) if _signs_by_token(auth) else ()))
    return tuple(name for name in secret_names(auth) if name not in OPTIONAL_SECRETS)


def _signs_by_token(auth: OAuth1Auth) -> bool:
    """Return whether the token's secret is a part of the key (RFC 5849 section 3.4)."""
    return bool(auth.token) and auth.signature not in RSA_SIGNATURES


TOKEN_SECRET = "oauth_token"
"""The name under which a connection keeps the token that it has got."""
