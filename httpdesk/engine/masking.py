"""Hiding credentials by header and key name wherever an exchange is shown (statement 76)."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "••••••••"

_CREDENTIAL_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"}
)
_HARMLESS_HEADERS = frozenset(
    {"access-control-allow-credentials", "idempotency-key", "sec-websocket-key", "surrogate-key"}
)
_WITH_SCHEME = frozenset({"authorization", "proxy-authorization"})
_WITH_URL = frozenset({"location", "content-location", "referer"})
_SCHEMES = frozenset(
    {"basic", "bearer", "digest", "token", "apikey", "dpop", "gnap", "hoba", "mutual"}
    | {"negotiate", "ntlm", "oauth", "privatetoken", "scram-sha-1", "scram-sha-256", "vapid"}
    | {"aws4-hmac-sha256"}
)
"""The registered authentication schemes and three that are in wide use."""

_TELLING = ("token", "secret", "password", "passwd", "passphrase", "credential", "signature")
"""Parts of a name that are enough to tell a credential."""
_TELLING_WORDS = frozenset({"key", "pwd", "pass", "auth", "session", "sid", "sig", "jwt", "apikey"})
"""Words that tell a credential when they stand alone: `api_key`, `apiKey`, but not `keyword`."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_USERINFO = re.compile(r"\A(\s*(?:[A-Za-z][A-Za-z0-9+.-]*://|//|))([^/?#]*)@")
_PAIR = re.compile(r"([?&#;])([^=&#;?]*)=([^&#;]*)")


def mask_headers(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs with credentials masked; a scheme word such as `Bearer` stays."""
    return tuple((name, mask_header_value(name, value)) for name, value in pairs)


def mask_header_value(name: str, value: str) -> str:
    """Return `value` as it may be shown in a header called `name`."""
    lowered = name.strip().lower()
    if lowered in _WITH_URL:
        return mask_url(value)
    if not value or not is_credential_header(name):
        return value
    scheme, blank, rest = value.partition(" ")
    if lowered in _WITH_SCHEME and blank and rest and scheme.lower() in _SCHEMES:
        return f"{scheme} {MASK}"
    return MASK


def is_credential_header(name: str) -> bool:
    """Return whether a header called `name` holds a credential."""
    lowered = name.strip().lower()
    if lowered in _HARMLESS_HEADERS:
        return False
    return lowered in _CREDENTIAL_HEADERS or is_credential_key(name)


def is_credential_key(name: str) -> bool:
    """Return whether a query, form or header key called `name` tells of a credential."""
    lowered = name.lower()
    if any(part in lowered for part in _TELLING):
        return True
    return any(word.lower() in _TELLING_WORDS for word in _WORDS.findall(name))


def mask_url(url: str) -> str:
    """Return `url` with its userinfo and credential-like query values masked.

    A fragment is treated like a query: tokens travel in it too (RFC 6749 section 4.2.2).
    """
    without_user = _USERINFO.sub(lambda match: f"{match.group(1)}{MASK}@", url)
    return _PAIR.sub(_mask_pair, without_user)


def _mask_pair(match: re.Match[str]) -> str:
    mark, key, value = match.groups()
    shown = MASK if value and is_credential_key(_unescaped(key)) else value
    return f"{mark}{key}={shown}"


def _unescaped(key: str) -> str:
    """Undo percent-escapes, so that `api%5Fkey` does not slip through."""
    if "%" not in key:
        return key
    from urllib.parse import unquote

    return unquote(key)
