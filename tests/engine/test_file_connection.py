"""The connection that is made from an `auth` as Bruno writes it (decisions/0019)."""

from __future__ import annotations

import pytest

from httpdesk.engine.file_connection import base_url_of, connection_from, is_convertible
from httpdesk.formats.auth_block import auth_of
from httpdesk.model.auth import BasicAuth, Grant, NoAuth, OAuth2Auth, Placement
from httpdesk.model.auth_choice import FileAuth
from httpdesk.model.connection import Connection
from httpdesk.model.oauth import ClientAuthentication, Pkce

BRUNO = {
    "type": "oauth2",
    "flow": "authorization_code",
    "authorizationUrl": "{{issuer}}/authorize",
    "accessTokenUrl": "{{issuer}}/token",
    "callbackUrl": "https://oauth.example.com/callback",
    "credentials": {"clientId": "me", "clientSecret": "{{key}}", "placement": "body"},
    "scope": "a b",
    "pkce": {"method": "S256"},
    "tokenConfig": {"id": "c", "placement": {"header": "Token"}, "source": "access_token"},
    "settings": {"autoFetchToken": "true"},
}


def auth(**changes: object) -> FileAuth:
    found = auth_of(BRUNO | changes)
    assert isinstance(found, FileAuth)
    return found


def test_what_bruno_writes_becomes_a_connection() -> None:
    """Its word under `header` is the token's prefix; variables are filled in."""
    connection, secrets = connection_from(
        auth(), Connection("id", "Shop", "http://api"), {"issuer": "https://id", "key": "k-1"}
    )
    assert connection == Connection(
        "id",
        "Shop",
        "http://api",
        OAuth2Auth(
            Grant.AUTHORIZATION_CODE,
            "https://id/authorize",
            "https://id/token",
            client_id="me",
            scope="a b",
            authentication=ClientAuthentication.BODY,
            token_prefix="Token",
        ),
    )
    assert secrets == {"client_secret": "k-1"}


def test_what_is_not_known_is_left_for_the_user() -> None:
    """No secret is made up: one with an unknown variable is to be entered."""
    connection, secrets = connection_from(auth(), Connection("id", "Shop"), {})
    assert isinstance(connection.auth, OAuth2Auth)
    assert connection.auth.token_url == "{{issuer}}/token"
    assert secrets == {}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"header": "Authorization"}, ("Authorization", "Bearer", Placement.HEADER)),
        ({"header": ""}, ("Authorization", "", Placement.HEADER)),
        ({"query": "key"}, ("key", "Bearer", Placement.QUERY)),
        ({}, ("Authorization", "Bearer", Placement.HEADER)),
    ],
)
def test_where_the_token_goes(place: object, expected: tuple[str, str, Placement]) -> None:
    found = auth(tokenConfig={"placement": place}).auth
    assert isinstance(found, OAuth2Auth)
    assert (found.token_name, found.token_prefix, found.token_placement) == expected


def test_a_callback_on_this_machine_is_kept() -> None:
    found = auth(callbackUrl="http://localhost:8765/cb", pkce={"disabled": "true"}).auth
    assert isinstance(found, OAuth2Auth)
    assert (found.redirect_port, found.redirect_path, found.pkce) == (8765, "/cb", Pkce.OFF)


def test_other_kinds_become_connections_too() -> None:
    basic = FileAuth("basic", BasicAuth("{{who}}"), (("password", "pw"),))
    connection, secrets = connection_from(basic, Connection("id", "B"), {"who": "ann"})
    assert (connection.auth, secrets) == (BasicAuth("ann"), {"password": "pw"})
    assert not is_convertible(auth(flow="implicit"))
    assert connection.auth != NoAuth()


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("{{host}}/a?b", "https://x.com:8443"),
        ("x.com/a", "https://x.com"),
        ("{{nothing}}/a", ""),
        ("/a", ""),
        ("", ""),
    ],
)
def test_the_base_url_is_the_origin_of_the_request(url: str, base: str) -> None:
    assert base_url_of(url, {"host": "https://x.com:8443"}) == base
