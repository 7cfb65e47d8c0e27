"""The connections in every request page: which there are, how they stand, what is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.messages import message_for
from httpdesk.gui.messages.standing import (
    kind_name,
    lifetime,
    standing_words,
    time_left,
    waiting_words,
)
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.request.connection_choice import CONNECT, MAKE, NEW, OPEN, RENEW, ConnectionRow
from httpdesk.gui.widgets.state_shape import state_shape
from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import StoredConnection
from httpdesk.model.connection_state import ConnectionStatus, Standing

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

_CONNECTS = frozenset(
    {Standing.NOT_CONNECTED, Standing.BY_ITSELF, Standing.EXPIRED, Standing.FAILED}
)
_RENEWS = frozenset({Standing.CONNECTED, Standing.EXPIRING, Standing.EXPIRED})


class RequestConnections(QObject):
    """Tells the pages, and does what they ask for.

    Signals: `openRequested(key)` for the page of a connection, `newRequested` for a new one,
    `conversionRequested(page)` for one from the auth of a file.
    """

    openRequested = Signal(str)
    newRequested = Signal()
    conversionRequested = Signal(object)

    def __init__(self, parts: WindowParts, keeper: ConnectionKeeper) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._keeper = keeper
        parts.editors.pageMade.connect(self._wire)
        keeper.listChanged.connect(self._list_changed)
        # Many change at once when files were read: the pages are told once.
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self._show_everywhere)
        self._is_other_list = False
        keeper.statusChanged.connect(lambda _key: self._refresh.start())

    def _wire(self, page: RequestPage) -> None:
        page.editor.connectionAsked.connect(lambda what, key: self._do(page, what, key))
        self._show(page)

    def _do(self, page: RequestPage, what: str, key: str) -> None:
        if what == CONNECT:
            self._keeper.connect_(key)
        elif what == RENEW:
            self._keeper.renew(key)
        elif what == OPEN:
            self.openRequested.emit(key)
        elif what == NEW:
            self.newRequested.emit()
        elif what == MAKE:
            self.conversionRequested.emit(page)

    def _list_changed(self) -> None:
        self._is_other_list = True
        self._refresh.start()

    def _show_everywhere(self) -> None:
        is_other, self._is_other_list = self._is_other_list, False
        rows: dict[str | None, tuple[ConnectionRow, ...]] = {}
        for page in self._parts.editors.pages():
            root = page.document.root
            if root not in rows:
                rows[root] = self._rows(root)
            page.editor.set_connections(rows[root])
            if is_other:
                page.editor.look_at_connections()

    def _show(self, page: RequestPage) -> None:
        page.editor.set_connections(self._rows(page.document.root))

    def _rows(self, root: str | None) -> tuple[ConnectionRow, ...]:
        """Return those of the request's collection, then the personal ones that it can name."""
        stored = [each for each in self._keeper.entries() if isinstance(each, StoredConnection)]
        own = [each for each in stored if each.root is not None and each.root == root]
        taken = {each.connection.name for each in own}
        personal = [
            each for each in stored if each.root is None and each.connection.name not in taken
        ]
        now = self._parts.ports.clock.now().timestamp()
        return tuple(_row(each, self._keeper.told(each.path), now) for each in (*own, *personal))


def _row(entry: StoredConnection, status: ConnectionStatus, now: float) -> ConnectionRow:
    connection, standing = entry.connection, status.standing
    shape, token = state_shape(standing)
    is_oauth = isinstance(connection.auth, OAuth2Auth)
    return ConnectionRow(
        entry.path,
        connection.name,
        shape,
        token,
        waiting_words(connection) if standing is Standing.WAITING else standing_words(standing),
        detail=_detail(status, now),
        kind=kind_name(connection.auth),
        base_url=connection.base_url,
        connects=is_oauth and standing in _CONNECTS,
        renews=is_oauth and standing in _RENEWS,
        lifetime=lifetime(status, now),
        expires_soon=standing is Standing.EXPIRING,
    )


def _detail(status: ConnectionStatus, now: float) -> str:
    if status.error is not None:
        message = message_for(status.error)
        return f"{message.title}. {message.text}"
    if status.token is None:
        return status.missing.replace("_", " ").capitalize()
    said = (status.token.account, time_left(status.token, now))
    return ", ".join(text for text in said if text)
