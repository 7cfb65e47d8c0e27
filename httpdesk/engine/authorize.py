"""What a connection adds to a request, and to which hosts it may go (statements 11 to 15, 21)."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from httpdesk.engine.masking import MASK
from httpdesk.engine.routing import fits_host
from httpdesk.engine.url import parse_url, utf8
from httpdesk.model.auth import (
    ApiKeyAuth,
    Auth,
    AwsV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    NoAuth,
    OAuth1Auth,
    OAuth2Auth,
    Placement,
    SignaturePlacement,
    needed_secrets,
)
from httpdesk.model.connection import Connection
from httpdesk.model.errors import CredentialReason, InvalidCredential, InvalidUrl
from httpdesk.model.exchange import Origin, RequestSigner, ResolvedHeader, ResolvedUrl

_PENDING: dict[type, str] = {
    DigestAuth: f"Digest {MASK}",
    OAuth1Auth: f"OAuth {MASK}",
    AwsV4Auth: f"AWS4-HMAC-SHA256 {MASK}",
}

AWS_HEADERS = ("x-amz-date", "x-amz-content-sha256", "x-amz-security-token")
"""What a signature of AWS has beside `Authorization`, in lower case."""


@dataclass(frozen=True, slots=True)
class Credential:
    """Header lines and query pairs that sign a request in."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """What is secret of it, in every form that is sent."""
    signer: RequestSigner | None = None
    """Makes what the pending header stands for, when the request is sent."""


def credential(auth: Auth, secrets: Mapping[str, str]) -> Credential:
    """Return what `auth` adds to a request; raises InvalidCredential.

    `secrets` has those of `model.auth.SECRETS` by name, and for OAuth 2.0 the access token as
    `token`. One that is missing stops the send: a request never goes out with an empty one.
    """
    match auth:
        case NoAuth():
            return Credential()
        case ApiKeyAuth():
            return _api_key(auth, _secret(secrets, "key"))
        case BasicAuth(username=username):
            return _basic(username, secrets)
        case BearerAuth():
            return _header("Authorization", f"Bearer {_secret(secrets, 'token')}")
        case OAuth2Auth():
            return token_credential(auth, _secret(secrets, "token"))
        case DigestAuth() | OAuth1Auth() | AwsV4Auth():
            return _pending(auth, secrets)


def is_pending(header: ResolvedHeader) -> bool:
    """Return whether the line only stands for a signature that is made when the request is sent."""
    if header.origin not in (Origin.CONNECTION, Origin.AUTH) or header.name != "Authorization":
        return False
    return header.value in _PENDING.values()


def is_signing(auth: Auth) -> bool:
    """Return whether `auth` signs each request by itself."""
    return type(auth) in _PENDING


def is_allowed(url: ResolvedUrl, connection: Connection) -> bool:
    """Return whether the connection's credential may go to the URL's host (statement 21).

    Without a list of hosts that is the base URL's alone, with its scheme and port.
    """
    if connection.allowed_hosts:
        return any(fits_host(host, url) for host in connection.allowed_hosts)
    try:
        base = parse_url(connection.base_url)
    except InvalidUrl:
        return False
    return base.resolved("/", None).origin == url.origin


def token_credential(auth: OAuth2Auth, token: str) -> Credential:
    """Return an access token where the API takes it; in the query it goes without a prefix."""
    if auth.token_placement is Placement.QUERY:
        return Credential(params=((auth.token_name, token),), secrets=frozenset({token}))
    prefix = f"{auth.token_prefix} " if auth.token_prefix else ""
    return _header(auth.token_name, f"{prefix}{token}")


def _pending(auth: DigestAuth | OAuth1Auth | AwsV4Auth, secrets: Mapping[str, str]) -> Credential:
    """Return what shows that a signature is made later, once nothing for it is missing."""
    for name in needed_secrets(auth):
        if name not in secrets or (name != "password" and not secrets[name]):
            raise InvalidCredential(CredentialReason.MISSING, name)
    for name, value in _fields(auth, secrets):
        if not value:
            raise InvalidCredential(CredentialReason.MISSING, name)
        if _has_control(value):
            raise InvalidCredential(CredentialReason.CONTROL, name)
    if isinstance(auth, OAuth1Auth) and auth.placement is not SignaturePlacement.HEADER:
        return Credential()
    return Credential((("Authorization", _PENDING[type(auth)]),))


def _fields(
    auth: DigestAuth | OAuth1Auth | AwsV4Auth, secrets: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return what has to be there and travels as it is."""
    if isinstance(auth, DigestAuth):
        return (("username", auth.username),)
    if isinstance(auth, OAuth1Auth):
        return (("consumer_key", auth.consumer_key), *((("realm", auth.realm),) * bool(auth.realm)))
    session = secrets.get("session_token", "")
    return (
        ("access_key_id", auth.access_key_id),
        ("region", auth.region),
        ("service", auth.service),
        *((("session_token", session),) * bool(session)),
    )


def _api_key(auth: ApiKeyAuth, key: str) -> Credential:
    """Return the key as it is, or as base64 where that was asked for (statement 13)."""
    value = _base64(utf8(key)) if auth.encodes else key
    if auth.placement is Placement.QUERY:
        return Credential(params=((auth.name, value),), secrets=frozenset({value}))
    return _header(auth.name, f"{auth.prefix} {value}" if auth.prefix else value)


def _basic(username: str, secrets: Mapping[str, str]) -> Credential:
    """Return user and password in UTF-8; the password may be empty (statement 15)."""
    if ":" in username:
        raise InvalidCredential(CredentialReason.COLON, "username")
    if "password" not in secrets:
        raise InvalidCredential(CredentialReason.MISSING, "password")
    return _header("Authorization", "Basic " + _base64(utf8(f"{username}:{secrets['password']}")))


def _header(name: str, value: str) -> Credential:
    if _has_control(value):
        raise InvalidCredential(CredentialReason.CONTROL, name)
    return Credential(
        ((name, value),), secrets=frozenset({value, value.partition(" ")[2] or value})
    )


def _has_control(value: str) -> bool:
    return any(character < " " or character == "\x7f" for character in value)


def _secret(secrets: Mapping[str, str], name: str) -> str:
    found = secrets.get(name, "")
    if not found:
        raise InvalidCredential(CredentialReason.MISSING, name)
    return found


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode("ascii")
