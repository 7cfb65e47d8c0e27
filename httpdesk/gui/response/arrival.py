"""Puts an answer on screen while its body arrives, where it stays when it is whole."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.response.body_view import BodyView
from httpdesk.gui.response.sending import Arriving, SendState
from httpdesk.gui.response.status_row import StatusRow
from httpdesk.gui.response.transfer import TransferBar
from httpdesk.model.exchange import Exchange

FAST = 4 * 1024 * 1024
"""Bytes between two looks from which more lines wait: to find them would slow the transfer down,
and nobody reads 100 MB a second."""


class Arrival(QObject):
    """Follows one send at a time.

    Signals:
        begun(Exchange): the answer is to be shown as it stands; its body grows.
        withdrawn: it was for nothing, because the request is sent again.
    """

    begun = Signal(object)
    withdrawn = Signal()

    def __init__(self, status: StatusRow, body: BodyView, parent: QObject) -> None:
        super().__init__(parent)
        self.bar = TransferBar()
        self._status = status
        self._body = body
        self._exchange: Exchange | None = None
        self._size = 0
        """Bytes of the body at the last look."""

    @property
    def exchange(self) -> Exchange | None:
        """What arrives, as long as it does; it is on screen then."""
        return self._exchange

    def follow(self, state: SendState) -> bool:
        """Show what has come; False when no answer is arriving."""
        arriving = state.arriving
        if arriving is None:
            self._withdraw()
            return False
        if self._exchange is not arriving.exchange:
            self._exchange, self._size = arriving.exchange, 0
            self.begun.emit(arriving.exchange)
        self._show(arriving)
        if state.transfer is not None:
            self.bar.show_transfer(state.transfer)
        return True

    def is_end(self, exchange: Exchange) -> bool:
        """Return whether this is how the arrival on screen has ended."""
        return self._exchange is not None and self._exchange.id == exchange.id

    def end(self, exchange: Exchange) -> None:
        """Leave on screen what came: the send is over."""
        self._exchange = None
        hops = exchange.attempts[-1].hops if exchange.attempts else ()
        received = hops[-1].timings.receive if hops else None
        if exchange.response is not None and received:
            whole = exchange.error is None
            self.bar.end(exchange.response.wire_size, received, whole=whole)
        else:
            self.bar.hide()

    def reset(self) -> None:
        """Take the bar away: something else is shown."""
        self._exchange = None
        self.bar.hide()

    def _show(self, arriving: Arriving) -> None:
        self._status.show_arriving(arriving.exchange, arriving.seconds, arriving.size)
        came, self._size = arriving.size - self._size, arriving.size
        if came < FAST or self._body.page is None:
            self._body.grow()

    def _withdraw(self) -> None:
        if self._exchange is not None:
            self.reset()
            self.withdrawn.emit()
