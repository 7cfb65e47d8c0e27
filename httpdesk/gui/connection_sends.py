"""What sends tell of the connections that they use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import StoredConnection
from httpdesk.model.errors import HttpDeskError, SignInFailed
from httpdesk.model.exchange import Exchange

if TYPE_CHECKING:
    from httpdesk.gui.connection_acts import ConnectionActs
    from httpdesk.gui.connection_work import Entry


class ConnectionSends(QObject):
    """Notes how sends ended, and which of them renew a token right now."""

    changed = Signal()
    """A connection may stand otherwise."""
    stale = Signal()
    """What is known of the tokens may hold no more."""

    def __init__(
        self,
        acts: ConnectionActs,
        entry: Callable[[str], Entry | None],
        named: Callable[[str, str | None], str | None],
        parent: QObject,
    ) -> None:
        """`entry` gives the connection with a key, `named` the key for a name and a collection."""
        super().__init__(parent)
        self._acts = acts
        self._entry = entry
        self._named = named
        self._renewals: Counter[str] = Counter()
        """By the ids of connections."""

    def renews(self, connection_id: str) -> bool:
        """Return whether a send renews the token of this connection."""
        return self._renewals[connection_id] > 0

    def note(self, exchange: Exchange, root: str | None) -> None:
        """Take from a send how its connection stands now."""
        key = self._key_of(exchange, root)
        entry = self._entry(key) if key is not None else None
        if key is None or not isinstance(entry, StoredConnection):
            if exchange.request.connection is not None:
                # The list is still being read, perhaps as it was before the send.
                self.stale.emit()
            return
        self._acts.note(key, exchange.error)
        is_oauth = isinstance(entry.connection.auth, OAuth2Auth)
        (self.stale if is_oauth else self.changed).emit()

    def note_refusal(self, error: HttpDeskError, root: str | None) -> None:
        """Take from a send that did not begin how its connection stands now."""
        if not isinstance(error, SignInFailed):
            return
        key = self._named(error.connection, root)
        if key is not None:
            self._acts.note(key, error)
            self.changed.emit()
            self.stale.emit()

    @Slot(str, bool)
    def note_renewal(self, connection_id: str, begins: bool) -> None:
        """Show that a send renews a token; once that has ended, what came of it."""
        self._renewals[connection_id] += 1 if begins else -1
        # What is shown at the end stays until the new token was read.
        (self.changed if begins else self.stale).emit()

    def _key_of(self, exchange: Exchange, root: str | None) -> str | None:
        connection, error = exchange.request.connection, exchange.error
        if connection is not None:
            return self._named(connection.name, root)
        if isinstance(error, SignInFailed):
            return self._named(error.connection, root)
        return None
