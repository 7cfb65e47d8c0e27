"""The one path from a request to an exchange, for the window and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Clock, Progress, Transport
from httpdesk.engine.resolve import Defaults
from httpdesk.model.collection import Scope
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Request


@dataclass(frozen=True, slots=True)
class SendContext:
    """What a send needs besides the request itself."""

    transport: Transport
    clock: Clock
    scope: Scope = field(default_factory=Scope)
    new_id: Callable[[], str] = lambda: ""
    defaults: Defaults = ()
    """Headers that the collection and its folders hand down."""


def send(
    request: Request, context: SendContext, cancel: CancelToken, progress: Progress
) -> Exchange:
    """Send `request` and return the exchange, whatever came of it.

    Raises InvalidRequest when it cannot be sent as it stands; nothing has left then. Every
    failure of the send itself is in the exchange.
    """
    raise NotImplementedError
