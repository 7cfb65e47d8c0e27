"""The connection of the request on screen, as its file says it; secrets stand as bullets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.auth_choice import chosen
from httpdesk.engine.authorize import Credential, credential
from httpdesk.engine.file_auth import SignedByFile
from httpdesk.engine.masking import MASK
from httpdesk.engine.signing import SignedBy, Signer
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

    def signed_by(self, request: Request, defaults: Defaults) -> Signer | None:
        """Return what signs a request in; None for nothing and until the connection is known."""
        choice = chosen(request, defaults)
        if choice.auth is not None:
            return SignedByFile(choice, choice.auth, hides=True)
        name = choice.connection
        if name is None:
            return None
        if name not in self._known:
            self._known[name] = None
            self.connectionAsked.emit(name)
        found = self._known[name]
        return None if found is None else SignedBy(found, lambda: _bullets(found))

    def is_unknown(self, request: Request, defaults: Defaults) -> bool:
        """Return whether a connection is named that is not, or not yet, known to be there."""
        name = chosen(request, defaults).connection
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
