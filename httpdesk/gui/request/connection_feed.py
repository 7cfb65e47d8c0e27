"""The connection of the request on screen, as its file says it; secrets stand as bullets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.authorize import Credential, credential
from httpdesk.engine.masking import MASK
from httpdesk.engine.signing import SignedBy, connection_name
from httpdesk.model.auth import secret_names
from httpdesk.model.collection import Defaults
from httpdesk.model.connection import Connection
from httpdesk.model.request import Request


class ConnectionFeed(QObject):
    """Lets the preview show what the connection adds; only the send reads the secrets.

    Signals: `connectionAsked(str)` when a worker has to look for the connection of this name.
    """

    connectionAsked = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._known: dict[str, Connection | None] = {}

    def signed_by(self, request: Request, defaults: Defaults) -> SignedBy | None:
        """Return the connection that a request uses, None without one and until it is known."""
        name = connection_name(request.options, defaults)
        if name is None:
            return None
        if name not in self._known:
            self._known[name] = None
            self.connectionAsked.emit(name)
        found = self._known[name]
        return None if found is None else SignedBy(found, lambda: _bullets(found))

    def is_unknown(self, request: Request, defaults: Defaults) -> bool:
        """Return whether a connection is named that is not, or not yet, known to be there."""
        name = connection_name(request.options, defaults)
        return name is not None and self._known.get(name) is None

    def learn(self, name: str, connection: Connection | None) -> None:
        """Take what a worker found; None when there is no such connection."""
        self._known[name] = connection

    def forget(self) -> None:
        """Have the connections looked for again: their files may have changed."""
        self._known.clear()


def _bullets(connection: Connection) -> Credential:
    names = (*secret_names(connection.auth), "token")
    return credential(connection.auth, dict.fromkeys(names, MASK))
