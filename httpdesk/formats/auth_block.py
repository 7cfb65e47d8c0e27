"""The `auth` of a request, folder or collection file as a value (OpenCollection 1.0.0)."""

from __future__ import annotations

from typing import Any

from httpdesk.formats.oauth_block import shared_oauth_data, shared_oauth_of
from httpdesk.formats.plain_data import mapping, rows, text, without_empty
from httpdesk.formats.signature_block import aws_data, aws_of, oauth1_data, oauth1_of
from httpdesk.model.auth import (
    ApiKeyAuth,
    Auth,
    AwsV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    Grant,
    OAuth1Auth,
    OAuth1Signature,
    OAuth2Auth,
    Placement,
)
from httpdesk.model.auth_choice import AuthChoice, AuthWord, FileAuth

_SECRETS = {
    "apikey": {"key": "value"},
    "basic": {"password": "password"},
    "bearer": {"token": "token"},
    "digest": {"password": "password"},
    "oauth1": {"consumer_secret": "consumerSecret", "token_secret": "accessTokenSecret"},
    "awsv4": {"secret_access_key": "secretAccessKey", "session_token": "sessionToken"},
    "oauth2": {"client_secret": "credentials/clientSecret", "password": "resourceOwner/password"},
}
"""For each kind: our name of a secret -> the file's, with the mapping that it stands in."""
_OF_ONE_CALL = ("callbackUrl", "verifier", "timestamp", "nonce")
"""Of the calls that bring a token of OAuth 1.0a, and what has to be new with each request."""
_WITHHELD = "withheld"
"""A word of ours, in drafts alone: the names of secrets that only the request's file has."""
_WORDS = {each.value: each for each in AuthWord}


def auth_of(content: Any) -> AuthChoice | None:
    """Return what the block's content says, None when there is none."""
    data = content if isinstance(content, dict) else {"type": content}
    kind = text(data, "type")
    if not kind:
        return None
    if kind in _WORDS:
        return _WORDS[kind]
    withheld = rows(data, _WITHHELD)
    names = [each for each in _SECRETS.get(kind, {}).items() if each[0] not in withheld]
    return FileAuth(
        kind, _auth(kind, data), tuple((name, _secret(data, key)) for name, key in names)
    )


def auth_data(choice: AuthChoice) -> Any:
    """Return the content of a block that `auth_of` reads as `choice`.

    Of a kind that cannot be used that is its name alone.
    """
    if isinstance(choice, AuthWord):
        return choice.value
    found = {"type": choice.kind, **_open_data(choice.auth)}
    names = _SECRETS.get(choice.kind, {})
    for name, secret in choice.secrets:
        place, _, key = names[name].rpartition("/")
        if secret and place:
            found[place] = {**mapping(found, place), key: secret}
        elif secret:
            found[key] = secret
    return found


def draft_auth_data(choice: AuthChoice) -> Any:
    """Return the same for a draft, in which secrets can be missing that the file has."""
    found = auth_data(choice)
    if isinstance(choice, FileAuth):
        known = dict(choice.secrets)
        missing = [name for name in _SECRETS.get(choice.kind, {}) if name not in known]
        found |= {_WITHHELD: missing} if missing else {}
    return found


def _secret(data: dict[str, Any], path: str) -> str:
    place, _, key = path.rpartition("/")
    return text(mapping(data, place) if place else data, key)


def _open_data(auth: Auth | None) -> dict[str, Any]:
    """Return what is not secret, without what is empty."""
    found: dict[str, Any]
    match auth:
        case BasicAuth(username=username) | DigestAuth(username=username):
            found = {"username": username}
        case ApiKeyAuth():
            found = {"key": auth.name, "placement": auth.placement.value}
        case OAuth1Auth():
            found = oauth1_data(auth)
        case AwsV4Auth():
            found = aws_data(auth)
        case OAuth2Auth():
            found = shared_oauth_data(auth)
            # Without it Bruno sends the token alone.
            return {**without_empty(found), "tokenConfig": found["tokenConfig"]}
        case _:
            found = {}
    return without_empty(found)


def _auth(kind: str, data: dict[str, Any]) -> Auth | None:
    """Return the kind with what is not secret of it; None for what cannot be done."""
    match kind:
        case "basic":
            return BasicAuth(text(data, "username"))
        case "bearer":
            return BearerAuth()
        case "apikey":
            return ApiKeyAuth(text(data, "key"), "", _placement(data))
        case "digest":
            return DigestAuth(text(data, "username"))
        case "oauth1":
            return _oauth1(data)
        case "awsv4" if not text(data, "profileName"):
            return aws_of(data)
        case "oauth2" if text(data, "flow") in {grant.value for grant in Grant}:
            return shared_oauth_of(data)
    return None


def _oauth1(data: dict[str, Any]) -> Auth | None:
    """Return the signature; None for an RSA key and a body hash."""
    methods = {each.value: each for each in OAuth1Signature}
    method = methods.get(text(data, "signatureMethod") or "HMAC-SHA1")
    if text(data, "includeBodyHash") == "true" or method is None or method.value.startswith("RSA"):
        return None
    if any(text(data, key) for key in _OF_ONE_CALL):
        return None
    return oauth1_of(data)


def _placement(data: dict[str, Any]) -> Placement:
    return Placement.QUERY if data.get("placement") == "query" else Placement.HEADER
