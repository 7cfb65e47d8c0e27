"""The rules of OAuth 2.0 sign-ins and tokens, without a socket (security.md R3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from httpdesk.engine.url import is_local, parse_url
from httpdesk.model.errors import InvalidUrl, SignInFailed, SignInReason
from httpdesk.model.oauth import DeviceCode, OAuthClient, Token
from httpdesk.model.sign_in import AuthorizationAnswer

EARLY_SECONDS = 60.0
"""A token that expires sooner is renewed before it is used (statement 31)."""
LONGEST_SECONDS = 365 * 24 * 3600
LONGEST_TOKEN = 64 * 1024
_LONGEST_ACCOUNT = 120
_LONGEST_CODE = 64
_LONGEST_CODE_SECONDS = 3600.0
_CODE_SECONDS = 300.0
_SHORTEST_INTERVAL = 1.0
_INTERVAL_SECONDS = 5.0
"""Where the provider says nothing (RFC 8628 section 3.2)."""

_TOKEN = re.compile(r"[\x21-\x7e]+")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")


def check_endpoint(url: str, client: OAuthClient) -> None:
    """Raise SignInFailed unless `url` is https, or http to this computer (statement 36)."""
    try:
        parts = parse_url(url)
    except InvalidUrl as error:
        raise SignInFailed(reason=SignInReason.INVALID_URL, url=endpoint(url)) from error
    if not parts.scheme_typed or parts.userinfo:
        raise SignInFailed(reason=SignInReason.INVALID_URL, url=endpoint(url))
    if parts.scheme != "https" and not client.allows_http and not is_local(parts.host_ascii):
        raise SignInFailed(reason=SignInReason.INSECURE_URL, url=endpoint(url))


def endpoint(url: str) -> str:
    """Return a URL as it may be told: without query, fragment and sign-in."""
    scheme, mark, rest = re.split(r"[?#]", url, maxsplit=1)[0].rpartition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{mark}{authority.rpartition('@')[2]}{slash}{path}"


def check_issuer(answer: AuthorizationAnswer, client: OAuthClient) -> None:
    """Raise SignInFailed when the answer is another provider's (RFC 9207 section 2.4).

    An issuer that the provider promises to name must be there; one that is there must be the
    client's, as far as that is known.
    """
    if not answer.issuer:
        if client.names_issuer:
            raise SignInFailed(reason=SignInReason.WRONG_ISSUER)
        return
    if client.issuer and answer.issuer != client.issuer:
        raise SignInFailed(reason=SignInReason.WRONG_ISSUER, error=answer.issuer[:300])


def token_of(fields: Mapping[str, object], client: OAuthClient, now: float) -> Token:
    """Return the token in a token endpoint's answer; raises SignInFailed.

    The type must be Bearer or not given, the token printable ASCII; a lifetime that is none is
    taken as not known. `now` is in seconds since 1970.
    """
    access = fields.get("access_token")
    kind = fields.get("token_type") or "Bearer"
    if not _is_token(access) or not isinstance(kind, str) or kind.lower() != "bearer":
        raise SignInFailed(reason=SignInReason.MALFORMED_TOKEN, url=endpoint(client.token_url))
    refresh = fields.get("refresh_token")
    lifetime = _lifetime(fields.get("expires_in"))
    return Token(
        access_token=str(access),
        refresh_token=str(refresh) if _is_token(refresh) else "",
        scope=_scope(fields.get("scope"), client.scope),
        expires_at=None if lifetime is None else now + lifetime,
        obtained_at=now,
        account=account_of(fields.get("id_token")),
    )


def device_code_of(fields: Mapping[str, object], client: OAuthClient) -> DeviceCode:
    """Return the code in a device authorization endpoint's answer; raises SignInFailed.

    The page must be as safe as the endpoints, since the user is sent there.
    """
    device, user = fields.get("device_code"), fields.get("user_code")
    page = fields.get("verification_uri") or fields.get("verification_url")
    if not (_is_token(device) and _is_user_code(user) and isinstance(page, str)):
        raise SignInFailed(reason=SignInReason.MALFORMED_TOKEN, url=endpoint(client.device_url))
    check_endpoint(page, client)
    whole = fields.get("verification_uri_complete")
    seconds = _lifetime(fields.get("expires_in")) or _CODE_SECONDS
    interval = _lifetime(fields.get("interval")) or _INTERVAL_SECONDS
    return DeviceCode(
        device_code=str(device),
        user_code=str(user),
        url=page,
        url_with_code=whole if isinstance(whole, str) and _is_beside(whole, page) else "",
        seconds=min(seconds, _LONGEST_CODE_SECONDS),
        interval=max(_SHORTEST_INTERVAL, min(interval, seconds)),
    )


def renewed(old: Token, new: Token) -> Token:
    """Return the new token, with the old refresh token where none came (statement 33)."""
    refresh_token = new.refresh_token or old.refresh_token
    return replace(new, refresh_token=refresh_token, account=new.account or old.account)


def account_of(id_token: object) -> str:
    """Return the name of the user in an ID token, to be shown; empty where there is none.

    The signature is not looked at (OpenID Connect Core section 3.1.3.7, 6: the token came
    straight from the provider), so nothing is decided by it.
    """
    claims = _claims(id_token)
    for name in ("email", "preferred_username", "name", "sub"):
        value = claims.get(name)
        text = value[:_LONGEST_ACCOUNT].strip() if isinstance(value, str) else ""
        if text and text.isprintable():
            return text
    return ""


def is_due(token: Token, now: float) -> bool:
    """Return whether a token is to be renewed before it is used (statement 31)."""
    return token.expires_at is not None and now >= token.expires_at - EARLY_SECONDS


def missing_scopes(token: Token, client: OAuthClient) -> tuple[str, ...]:
    """Return the scopes that were asked for and not granted, in their order (statement 37)."""
    granted = set(token.scope.split())
    return tuple(scope for scope in client.scope.split() if scope not in granted)


def _is_token(value: object) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_TOKEN:
        return False
    return _TOKEN.fullmatch(value) is not None


def _claims(id_token: object) -> Mapping[str, object]:
    """Return what the middle part of a JSON Web Token holds (RFC 7519 section 3)."""
    if not _is_token(id_token):
        return {}
    import json
    from base64 import urlsafe_b64decode

    payload = str(id_token).split(".")[1:2]
    try:
        found = json.loads(urlsafe_b64decode("".join(payload) + "=="))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _lifetime(value: object) -> float | None:
    """Return seconds from 0 to a year, None for 0, nothing and what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    seconds = float(text) if _NUMBER.fullmatch(text) else 0.0
    return min(seconds, LONGEST_SECONDS) or None


def _is_user_code(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_CODE and value.isprintable()


def _is_beside(url: str, page: str) -> bool:
    """Return whether two URLs have one origin; a page elsewhere is not what the user is told."""
    try:
        return (
            parse_url(url).resolved("/", None).origin == parse_url(page).resolved("/", None).origin
        )
    except InvalidUrl:
        return False


def _scope(granted: object, asked: str) -> str:
    if isinstance(granted, list | tuple):
        granted = " ".join(str(each) for each in granted)
    return granted if isinstance(granted, str) and granted.strip() else asked
