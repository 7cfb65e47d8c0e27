"""The `auth` of a request, folder or collection file as a value (OpenCollection 1.0.0)."""

from __future__ import annotations

from typing import Any

from httpdesk.model.auth import (
    ApiKeyAuth,
    Auth,
    AwsV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    OAuth1Auth,
    OAuth1Signature,
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
}
"""For each kind: our name of a secret -> the file's."""
_OF_ONE_CALL = ("callbackUrl", "verifier", "timestamp", "nonce")
"""Of the calls that bring a token of OAuth 1.0a, and what has to be new with each request."""
_WORDS = {each.value: each for each in AuthWord}


def auth_of(content: Any) -> AuthChoice | None:
    """Return what the block's content says, None when there is none."""
    data = content if isinstance(content, dict) else {"type": content}
    kind = _text(data, "type")
    if not kind:
        return None
    if kind in _WORDS:
        return _WORDS[kind]
    names = _SECRETS.get(kind, {}).items()
    return FileAuth(kind, _auth(kind, data), tuple((name, _text(data, key)) for name, key in names))


def auth_data(choice: AuthChoice) -> Any:
    """Return the content of a block that `auth_of` reads as `choice`.

    Of a kind that cannot be used that is its name alone.
    """
    if isinstance(choice, AuthWord):
        return choice.value
    names = _SECRETS.get(choice.kind, {})
    secrets = {names[name]: text for name, text in choice.secrets if text}
    return {"type": choice.kind, **_open_data(choice.auth), **secrets}


def _open_data(auth: Auth | None) -> dict[str, str]:
    """Return what is not secret, without what is empty."""
    match auth:
        case BasicAuth(username=username) | DigestAuth(username=username):
            found = {"username": username}
        case ApiKeyAuth():
            found = {"key": auth.name, "placement": auth.placement.value}
        case OAuth1Auth():
            found = {
                "consumerKey": auth.consumer_key,
                "accessToken": auth.token,
                "signatureMethod": auth.signature.value,
                "placement": auth.placement.value,
                "realm": auth.realm,
            }
        case AwsV4Auth():
            found = {
                "accessKeyId": auth.access_key_id,
                "region": auth.region,
                "service": auth.service,
            }
        case _:
            found = {}
    return {key: value for key, value in found.items() if value}


def _auth(kind: str, data: dict[str, Any]) -> Auth | None:
    """Return the kind with what is not secret of it; None for what cannot be done."""
    match kind:
        case "basic":
            return BasicAuth(_text(data, "username"))
        case "bearer":
            return BearerAuth()
        case "apikey":
            return ApiKeyAuth(_text(data, "key"), "", _placement(data))
        case "digest":
            return DigestAuth(_text(data, "username"))
        case "oauth1":
            return _oauth1(data)
        case "awsv4" if not _text(data, "profileName"):
            access = _text(data, "accessKeyId")
            return AwsV4Auth(access, _text(data, "region"), _text(data, "service"))
    return None


def _oauth1(data: dict[str, Any]) -> Auth | None:
    """Return the signature; None for an RSA key, parameters in the body, and a body hash."""
    methods = {each.value: each for each in OAuth1Signature}
    method = methods.get(_text(data, "signatureMethod") or "HMAC-SHA1")
    odd = _text(data, "placement") == "body" or _text(data, "includeBodyHash") == "true"
    if odd or method is None or method.value.startswith("RSA"):
        return None
    if any(_text(data, key) for key in _OF_ONE_CALL):
        return None
    key, token, realm = (_text(data, name) for name in ("consumerKey", "accessToken", "realm"))
    return OAuth1Auth(key, token, method, _placement(data), realm)


def _placement(data: dict[str, Any]) -> Placement:
    return Placement.QUERY if data.get("placement") == "query" else Placement.HEADER


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
