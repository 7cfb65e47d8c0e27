"""What a connection adds to a request, and where it may go."""

from __future__ import annotations

from base64 import b64decode

import pytest

from httpdesk.engine.authorize import credential, is_allowed
from httpdesk.engine.url import parse_url
from httpdesk.model.auth import (
    SECRETS,
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    NoAuth,
    OAuth2Auth,
    Placement,
)
from httpdesk.model.connection import Connection
from httpdesk.model.errors import CredentialReason, InvalidCredential
from httpdesk.model.exchange import ResolvedUrl


def url(text: str) -> ResolvedUrl:
    parts = parse_url(text)
    return parts.resolved(parts.path, parts.query)


@pytest.mark.parametrize(
    ("auth", "secrets", "header"),
    [
        (ApiKeyAuth(), {"key": "abc"}, ("Authorization", "Basic abc")),
        (ApiKeyAuth(encodes=True), {"key": "a:b"}, ("Authorization", "Basic YTpi")),
        (ApiKeyAuth(prefix="Bearer"), {"key": "abc"}, ("Authorization", "Bearer abc")),
        (ApiKeyAuth(prefix="Token"), {"key": "abc"}, ("Authorization", "Token abc")),
        (ApiKeyAuth("X-API-Key", ""), {"key": "abc"}, ("X-API-Key", "abc")),
        (BearerAuth(), {"token": "abc"}, ("Authorization", "Bearer abc")),
        (OAuth2Auth(), {"token": "abc"}, ("Authorization", "Bearer abc")),
        (BasicAuth("user"), {"password": ""}, ("Authorization", "Basic dXNlcjo=")),
    ],
    ids=repr,
)
def test_a_kind_of_sign_in_is_one_header(
    auth: Auth, secrets: dict[str, str], header: tuple[str, str]
) -> None:
    """Statements 13 to 15."""
    found = credential(auth, secrets)
    assert (found.headers, found.params) == ((header,), ())


def test_a_key_can_go_into_the_query() -> None:
    """Statement 14."""
    found = credential(ApiKeyAuth("api_key", "", Placement.QUERY), {"key": "abc"})
    assert (found.headers, found.params) == ((), (("api_key", "abc"),))


def test_basic_is_utf_8() -> None:
    """Statement 15."""
    ((_, value),) = credential(BasicAuth("ü"), {"password": "p😀"}).headers
    assert b64decode(value.removeprefix("Basic ")).decode() == "ü:p😀"


def test_nothing_is_added_without_a_sign_in() -> None:
    assert credential(NoAuth(), {}) == credential(NoAuth(), {"key": "abc"})
    assert credential(NoAuth(), {}).headers == ()


@pytest.mark.parametrize("auth", [ApiKeyAuth(), BasicAuth("u"), BearerAuth(), OAuth2Auth()])
def test_a_missing_secret_is_never_an_empty_one(auth: Auth) -> None:
    """security.md R4."""
    with pytest.raises(InvalidCredential) as caught:
        credential(auth, {})
    assert caught.value.reason is CredentialReason.MISSING


@pytest.mark.parametrize(
    ("auth", "secrets", "reason"),
    [
        (BasicAuth("a:b"), {"password": "x"}, CredentialReason.COLON),
        (ApiKeyAuth(), {"key": "a\r\nX: 1"}, CredentialReason.CONTROL),
        (BearerAuth(), {"token": "a\0"}, CredentialReason.CONTROL),
    ],
)
def test_what_no_header_can_say_is_refused(
    auth: Auth, secrets: dict[str, str], reason: CredentialReason
) -> None:
    """Statement 15."""
    with pytest.raises(InvalidCredential) as caught:
        credential(auth, secrets)
    assert caught.value.reason is reason
    assert not any(secret in repr(caught.value) for secret in secrets.values())


def test_no_credential_is_in_a_repr() -> None:
    assert "CANARY" not in repr(credential(BearerAuth(), {"token": "CANARY"}))


@pytest.mark.parametrize(
    ("base", "hosts", "target", "allowed"),
    [
        ("https://api.x.test/v1", (), "https://api.x.test/other", True),
        ("https://api.x.test/v1", (), "https://API.x.test:443/", True),
        ("https://api.x.test", (), "http://api.x.test/", False),
        ("https://api.x.test", (), "https://api.x.test:8443/", False),
        ("https://api.x.test", (), "https://x.test/", False),
        ("", (), "https://api.x.test/", False),
        ("https://api.x.test", ("api.x.com", "*.y.com"), "https://a.y.com/", True),
        ("https://api.x.test", ("api.x.com", "*.y.com"), "https://y.com/", False),
        ("https://api.x.test", ("api.x.com", "*.y.com"), "https://evil-y.com/", False),
        ("https://api.x.test", ("api.x.com", "*.y.com"), "https://api.x.test/", False),
    ],
)
def test_a_credential_goes_to_its_hosts_only(
    base: str, hosts: tuple[str, ...], target: str, allowed: bool
) -> None:
    """Statement 21."""
    connection = Connection("id", "name", base, allowed_hosts=hosts)
    assert is_allowed(url(target), connection) is allowed


def test_every_kind_names_its_secrets() -> None:
    """A new kind of sign-in cannot forget them: they are deleted with the connection."""
    assert set(SECRETS) == set(Auth.__args__)
