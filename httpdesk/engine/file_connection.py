"""A connection made from the `auth` that a file of a collection holds (decisions/0019)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from httpdesk.engine.file_auth import Texts
from httpdesk.engine.template import Filler
from httpdesk.engine.url import parse_url
from httpdesk.model.auth import Auth, secret_names
from httpdesk.model.auth_choice import FileAuth
from httpdesk.model.connection import Connection
from httpdesk.model.errors import InvalidUrl


def is_convertible(auth: FileAuth) -> bool:
    """Return whether a connection can do what the file says."""
    return auth.auth is not None


def connection_from(
    auth: FileAuth, connection: Connection, values: Mapping[str, str]
) -> tuple[Connection, dict[str, str]]:
    """Return `connection` with what the file says, and by name the secrets that are known.

    Variables are filled in here, since a connection knows none. A text with a name that has no
    value stays as it was typed, for the user to mend; such a secret is left out, to be entered.
    """
    filler = Filler(values)
    texts = Texts(filler.fill)
    assert auth.auth is not None
    made: Auth = texts.filled(auth.auth)
    known: dict[str, str] = {}
    for name, typed in auth.secrets:
        filled = filler.fill(typed, name)
        if filled.complete and filled.text and name in secret_names(made):
            known[name] = filled.text
    return replace(connection, auth=made), known


def base_url_of(url: str, values: Mapping[str, str]) -> str:
    """Return scheme and host of a request's URL; "" while it has none."""
    filled = Filler(values).fill(url, "url")
    if not filled.complete:
        return ""
    try:
        found = parse_url(filled.text).resolved("/", None)
    except InvalidUrl:
        return ""
    return f"{found.scheme}://{found.authority}"
