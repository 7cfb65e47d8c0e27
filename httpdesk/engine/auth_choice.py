"""What signs a request in, and which level says so: one answer for the send and for all faces.

The innermost level that says something counts (decisions/0019).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from httpdesk.model.auth_choice import AuthChoice, AuthWord, FileAuth
from httpdesk.model.collection import Defaults
from httpdesk.model.connection import CONNECTION_VARIABLE, NO_CONNECTION
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Request


@dataclass(frozen=True, slots=True)
class Chosen:
    """A connection's name, an auth of a file, or nothing; and the level that says so."""

    connection: str | None = None
    auth: FileAuth | None = None
    origin: Origin | None = None
    """REQUEST, FOLDER or COLLECTION; None when no level says anything."""
    level: str = ""
    """The name of the folder or collection."""


@dataclass(frozen=True, slots=True)
class _Level:
    origin: Origin
    name: str
    connection: str
    auth: AuthChoice | None


def chosen(request: Request, defaults: Defaults) -> Chosen:
    """Return what signs the request in.

    At one level the name of a connection counts before an `auth`; `none` in either ends the
    search. An `auth` of an outer level reaches only a request that says `inherit`, as in Bruno;
    a connection reaches also one that says nothing.
    """
    for level in _levels(request, defaults):
        if level.connection:
            name = None if level.connection == NO_CONNECTION else level.connection
            return Chosen(name, None, level.origin, level.name)
        if level.auth is AuthWord.NONE:
            return Chosen(None, None, level.origin, level.name)
        if isinstance(level.auth, FileAuth):
            reaches = level.origin is Origin.REQUEST or request.auth is AuthWord.INHERIT
            return Chosen(None, level.auth if reaches else None, level.origin, level.name)
    return Chosen()


def hands_down_auth(defaults: Defaults) -> bool:
    """Return whether an `auth` of these levels signs in a request that says `inherit`."""
    return chosen(Request(auth=AuthWord.INHERIT), defaults).auth is not None


def _levels(request: Request, defaults: Defaults) -> Iterator[_Level]:
    """Yield what each level says, the request first."""
    own = request.options.connection or ""
    yield _Level(Origin.REQUEST, request.name, own.strip(), request.auth)
    for origin, level in reversed(defaults):
        name = dict(level.variables).get(CONNECTION_VARIABLE, "").strip()
        yield _Level(Origin(origin), level.name, name, level.auth)
