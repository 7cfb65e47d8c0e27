"""Connections as files: what is written reads back, and an edit touches one line."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpdesk.formats.connection_file import (
    edit_connection,
    new_connection,
    read_connection,
)
from httpdesk.model.auth import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    Grant,
    NoAuth,
    OAuth2Auth,
    Placement,
)
from httpdesk.model.connection import Connection
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.oauth import ClientAuthentication, Pkce
from httpdesk.model.request import Header

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x85\ufeff"), max_size=30)
WORD = st.text("abcXYZ019-._~/", min_size=1, max_size=12)
AUTHS: st.SearchStrategy[Auth] = st.one_of(
    st.builds(NoAuth),
    st.builds(BearerAuth),
    st.builds(BasicAuth, TEXT),
    st.builds(ApiKeyAuth, TEXT, TEXT, st.sampled_from(Placement), st.booleans()),
    st.builds(
        OAuth2Auth,
        st.sampled_from(Grant),
        *[TEXT] * 5,
        st.sampled_from(ClientAuthentication),
        st.sampled_from(Pkce),
        st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
        st.integers(0, 65535),
        WORD.map(lambda path: f"/{path}"),
        TEXT,
        st.booleans(),
        st.booleans(),
    ),
)
CONNECTIONS = st.builds(
    Connection,
    st.text("0123456789abcdef", min_size=8, max_size=8),
    TEXT,
    TEXT,
    AUTHS,
    st.lists(TEXT, max_size=3).map(tuple),
    st.lists(st.builds(Header, TEXT, TEXT, st.booleans(), TEXT), max_size=3).map(tuple),
    *[TEXT] * 4,
)
SIGN_IN = OAuth2Auth(
    authorization_url="https://id.acme.test/authorize",
    token_url="https://id.acme.test/token",
    client_id="desk",
    scope="orders:read orders:write",
)
ACME = Connection(
    "0a1b2c3d",
    "Acme API",
    "https://api.acme.test/v2",
    SIGN_IN,
    ("api.acme.test", "*.files.acme.test"),
)
FILE = """\
# Ask the platform team for access.
info:
  name: Acme API
  type: connection
  id: 0a1b2c3d
baseUrl: "https://api.acme.test/v2" # production
owner: platform
auth:
  type: oauth2
  flow: authorization_code
  authorizationUrl: https://id.acme.test/authorize
  accessTokenUrl: https://id.acme.test/token
  credentials:
    clientId: desk
  scope: orders:read orders:write
allowedHosts: [api.acme.test, "*.files.acme.test"]
"""


@given(CONNECTIONS)
@settings(max_examples=60, deadline=None)
def test_any_connection_reads_back(connection: Connection) -> None:
    assert read_connection(new_connection(connection)) == connection


@given(CONNECTIONS, CONNECTIONS)
@settings(max_examples=60, deadline=None)
def test_any_edit_reads_back(old: Connection, new: Connection) -> None:
    new = replace(new, id=old.id)
    data = new_connection(old)
    assert read_connection(edit_connection(data, new)) == new
    assert edit_connection(data, old) == data


def test_a_file_by_hand_is_understood() -> None:
    assert read_connection(FILE.encode()) == ACME


@pytest.mark.parametrize(
    "changed",
    [
        replace(ACME, name="Acme"),
        replace(ACME, base_url="https://api.acme.test/v3"),
        replace(ACME, auth=replace(SIGN_IN, scope="orders:read")),
        replace(ACME, auth=replace(SIGN_IN, refresh_url="https://x.test")),
        replace(ACME, proxy="none"),
    ],
    ids=repr,
)
def test_an_edit_is_one_line(changed: Connection) -> None:
    """storage.md: editing one thing is a one-line diff; comments and unknown keys stay."""
    edited = edit_connection(FILE.encode(), changed).decode()
    assert read_connection(edited.encode()) == changed
    diff = list(difflib.ndiff(FILE.splitlines(), edited.splitlines()))
    assert len([line for line in diff if line.startswith("+ ")]) == 1
    assert len([line for line in diff if line.startswith("- ")]) <= 1
    assert "# production" in edited
    assert "owner: platform" in edited


def test_another_kind_of_sign_in_takes_the_place_of_the_old() -> None:
    changed = replace(ACME, auth=BasicAuth("desk"))
    edited = edit_connection(FILE.encode(), changed).decode()
    assert read_connection(edited.encode()) == changed
    assert "accessTokenUrl" not in edited


@pytest.mark.parametrize("placement", Placement)
@pytest.mark.parametrize("prefix", ["Bearer", "", "token"])
@pytest.mark.parametrize("name", ["Authorization", "access_token"])
def test_how_the_token_is_sent_comes_back(placement: Placement, prefix: str, name: str) -> None:
    auth = replace(SIGN_IN, token_placement=placement, token_prefix=prefix, token_name=name)
    changed = replace(ACME, auth=auth)
    assert read_connection(new_connection(changed)) == changed
    assert read_connection(edit_connection(FILE.encode(), changed)) == changed


def test_a_new_file_leaves_defaults_out() -> None:
    text = new_connection(Connection("a1", "Plain", "https://h.test")).decode()
    assert text.splitlines() == [
        "info:",
        "  name: Plain",
        "  type: connection",
        "  id: a1",
        "",
        "baseUrl: https://h.test",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "info: {name: x, type: http}",
        "info: {name: x, type: connection}",
        "info: {type: connection, id: a}\nauth: {type: oauth2, flow: implicit}",
        "info: {type: connection, id: a}\nauth: {type: ntlm}",
        "info: [",
    ],
)
def test_what_is_no_connection_is_refused(text: str) -> None:
    with pytest.raises(FileNotUnderstood):
        read_connection(text.encode())
