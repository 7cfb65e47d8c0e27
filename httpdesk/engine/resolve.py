"""Request + Scope -> ResolvedRequest, the exact bytes that a send puts on the wire."""

from __future__ import annotations

from dataclasses import dataclass

from httpdesk.model.collection import RequestDefaults, Scope
from httpdesk.model.errors import InvalidRequest
from httpdesk.model.exchange import ResolvedHeader, ResolvedRequest, ResolveWarning
from httpdesk.model.request import Request


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent, as far as it can be told while the user still types."""

    url: str
    """The exact URL that will be requested, query rows and path params included, IDNA host."""
    url_display: str
    """The same with the host as typed; equal to `url` for ASCII hosts (statement 9)."""
    automatic: tuple[ResolvedHeader, ...] = ()
    """Headers added by the program, in the order they are sent."""
    overridden: tuple[ResolvedHeader, ...] = ()
    """Automatic headers that a row of the user replaces; shown struck through."""
    problems: tuple[InvalidRequest, ...] = ()
    warnings: tuple[ResolveWarning, ...] = ()
    headers: tuple[ResolvedHeader, ...] = ()
    """All header lines as they would leave, repeated rows joined (statement 19)."""


Defaults = tuple[tuple[str, RequestDefaults], ...]
"""(origin, defaults) from the collection inwards, as `CollectionStore.defaults` returns them."""


def resolve(request: Request, scope: Scope = Scope(), defaults: Defaults = ()) -> ResolvedRequest:
    """Return what a send would put on the wire; raises the first InvalidRequest."""
    raise NotImplementedError


def preview(request: Request, scope: Scope = Scope(), defaults: Defaults = ()) -> Preview:
    """Return what would be sent with all problems and warnings; never raises."""
    raise NotImplementedError
