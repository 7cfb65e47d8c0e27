"""Hiding credentials by header and key name wherever an exchange is shown (statement 76)."""

from __future__ import annotations

from collections.abc import Iterable

MASK = "••••••••"


def mask_headers(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs with credentials masked; a scheme word such as `Bearer` stays."""
    return tuple((name, mask_header_value(name, value)) for name, value in pairs)


def mask_header_value(name: str, value: str) -> str:
    """Return `value` as it may be shown in a header called `name`."""
    raise NotImplementedError


def is_credential_header(name: str) -> bool:
    """Return whether a header called `name` holds a credential."""
    raise NotImplementedError


def mask_url(url: str) -> str:
    """Return `url` with its userinfo and credential-like query values masked."""
    raise NotImplementedError
