"""Which connections a request can use, which one it does, and who says so."""

from __future__ import annotations

from dataclasses import dataclass, replace

from httpdesk.engine.auth_choice import chosen
from httpdesk.engine.file_connection import is_convertible
from httpdesk.gui.widgets.state_dot import Shape
from httpdesk.model.collection import Defaults
from httpdesk.model.connection import NO_CONNECTION
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Request

CONNECT, RENEW, OPEN, NEW, MAKE = "connect", "renew", "open", "new", "make"
"""What can be asked for about a connection."""


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection as the request shows it; no secret is in it."""

    key: str
    """Names it to whoever connects, renews or opens it."""
    name: str
    shape: Shape
    token: str
    """The colour of the shape."""
    state: str
    """In words."""
    detail: str = ""
    """What else there is to say: the account, the time left, what went wrong."""
    kind: str = ""
    """How it signs in, in words."""
    base_url: str = ""
    connects: bool = False
    """Whether there is something to connect."""
    renews: bool = False
    lifetime: float | None = None
    """The part of the token's time that is left, from 0 to 1; None where that is not known."""
    expires_soon: bool = False


@dataclass(frozen=True, slots=True)
class Inherited:
    """What the request uses when it says nothing itself."""

    name: str | None = None
    """Of a connection, None for none."""
    source: str = ""
    """The folder or collection that says so, empty when none does."""
    origin: str = ""
    """The `Origin` value of that level."""
    auth: str = ""
    """The kind of an `auth` that a file holds, such as `basic`; empty for none."""
    converts: bool = False
    """Whether a connection can be made from that `auth`."""


@dataclass(frozen=True, slots=True)
class ConnectionChoice:
    """The choice of one request; `own` is its option: a name, `none`, or None to inherit."""

    rows: tuple[ConnectionRow, ...] = ()
    inherited: Inherited = Inherited()
    own: str | None = None

    @property
    def name(self) -> str | None:
        """The name of the connection in use, None for none."""
        own = (self.own or "").strip()
        if not own:
            return self.inherited.name
        return None if own == NO_CONNECTION else own

    @property
    def auth(self) -> str:
        """The kind of the file's `auth` in use, empty for none."""
        return "" if (self.own or "").strip() else self.inherited.auth

    @property
    def converts(self) -> bool:
        """Whether a connection can be made from the file's `auth` in use."""
        return bool(self.auth) and self.inherited.converts

    @property
    def row(self) -> ConnectionRow | None:
        """The connection in use; None for none, and for one that there is not."""
        return next((row for row in self.rows if row.name == self.name), None)

    def option_for(self, name: str | None) -> str | None:
        """Return the option that makes the request use `name`; what is inherited needs none."""
        if name == self.inherited.name and not (name is None and self.inherited.auth):
            return None
        return NO_CONNECTION if name is None else name


def inherited(request: Request, defaults: Defaults) -> Inherited:
    """Return what signs the request in when it names no connection: what a send would use."""
    unnamed = replace(request, options=replace(request.options, connection=None))
    found = chosen(unnamed, defaults)
    kind = found.auth.kind if found.auth is not None else ""
    source = "" if found.origin is Origin.REQUEST else found.level
    converts = found.auth is not None and is_convertible(found.auth)
    origin = found.origin.value if found.origin is not None and source else ""
    return Inherited(found.connection, source, origin, kind, converts)
