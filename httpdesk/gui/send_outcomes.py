"""What the window does with the start and the end of a send."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.engine.ports import Progress
from httpdesk.gui.connect_and_send import ConnectAndSend
from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.documents import Document
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.preferences_commands import PreferencesCommands
from httpdesk.gui.request_commands import RequestCommands

if TYPE_CHECKING:
    from httpdesk.gui.remedies import Remedies
    from httpdesk.model.error_base import HttpDeskError
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.request_errors import InvalidJsonBody


class SendOutcomes(QObject):
    """Shows them in the page of the request, or in a notification when that is not in view."""

    def __init__(
        self,
        parts: WindowParts,
        requests: RequestCommands,
        preferences: PreferencesCommands,
        connections: ConnectionKeeper,
        connect_and_send: ConnectAndSend,
    ) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._requests = requests
        self._preferences = preferences
        self._connections = connections
        self._connect_and_send = connect_and_send
        sender = parts.sender
        sender.sendStarted.connect(self._send_started)
        sender.exchangeFinished.connect(self._exchange_finished)
        sender.sendRefused.connect(self._send_refused)
        sender.sendCrashed.connect(self._show_exchange)
        sender.sendWithdrawn.connect(self._show_exchange)

    @cached_property
    def remedies(self) -> Remedies:
        """What can be done about errors; made when there is the first one."""
        from httpdesk.gui.remedies import Remedies

        return Remedies(self._parts, self._preferences)

    def do_remedy(self, key: str) -> None:
        """Do what a remedy of the error view in front offers."""
        self.remedies.do(key)

    # Inside

    def _send_started(self, document: Document, progress: Progress) -> None:
        page = self._parts.editors.page(document)
        if page is not None:
            page.show_sending(progress)

    def _show_exchange(self, document: Document) -> None:
        page = self._parts.editors.page(document)
        if page is not None:
            page.show_exchange()

    def _exchange_finished(self, document: Document, exchange: Exchange) -> None:
        self._show_exchange(document)
        self._connections.sends.note(exchange, document.root)
        self._requests.exchange_finished(document, exchange)

    def _send_refused(self, document: Document, error: HttpDeskError) -> None:
        """Tell what the editor did not see: a problem that only sending showed, or a full disk."""
        self._show_exchange(document)
        self._connections.sends.note_refusal(error, document.root)
        from httpdesk.model.request_errors import InvalidJsonBody

        if isinstance(error, InvalidJsonBody):
            self._go_to_json(document, error)
            return
        page = self._parts.editors.page(document)
        if page is not None:
            page.editor.show_refused(error)
            page.editor.go_to_problem()
        if self._connect_and_send.offer(document, error):
            return
        in_view = self._parts.page
        if page is None or page is not in_view or not page.editor.shows(error):
            self._parts.notices.error(error, self.remedies.steps(document))

    def _go_to_json(self, document: Document, error: InvalidJsonBody) -> None:
        """The user did not want the body sent: the cursor goes to the mistake."""
        page = self._parts.editors.page(document)
        if page is not None:
            page.editor.go_to(error)
