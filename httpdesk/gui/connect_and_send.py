"""A send that its connection keeps from going out: offers to connect, and sends after that.

ui.md 3.8: sending without being connected does not fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from httpdesk.engine.auth_choice import chosen
from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.documents import Document
from httpdesk.gui.messages import message_for, question_words
from httpdesk.gui.messages.standing import standing_words
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.widgets.action_bar import ActionBar
from httpdesk.gui.widgets.state_shape import state_shape
from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import StoredConnection
from httpdesk.model.connection_state import ConnectionStatus, Standing
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.errors import CredentialReason, InvalidCredential, SignInFailed, SignInReason
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Request
from httpdesk.model.sign_in import StepKind

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

CONNECT, OPEN, CANCEL, COPY = "connect", "open", "cancel", "copy"
AGREE, REFUSE = "agree", "refuse"
_UNDER_WAY = frozenset({Standing.WAITING, Standing.REFRESHING})
_GOOD = frozenset({Standing.CONNECTED, Standing.EXPIRING})


@dataclass(slots=True)
class _Offer:
    """What the bar of one request offers."""

    key: str
    error: HttpDeskError
    request: Request
    since: float
    """Seconds since 1970: a token from before does not help."""
    waits: bool = False
    """Whether it is sent as soon as the connection has a token."""


class ConnectAndSend(QObject):
    """Keeps the bar of every page.

    Signals: `openRequested(key)` for the page of a connection.
    """

    openRequested = Signal(str)

    def __init__(self, parts: WindowParts, keeper: ConnectionKeeper) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._keeper = keeper
        self._offers: dict[str, _Offer] = {}
        parts.editors.pageMade.connect(self._wire)
        parts.sender.sendStarted.connect(lambda document, _: self._end(document))
        parts.sender.exchangeFinished.connect(self._exchange_finished)
        parts.documents.closed.connect(self._end)
        parts.documents.changed.connect(self._document_changed)
        keeper.statusChanged.connect(self._status_changed)
        keeper.questionChanged.connect(self._status_changed)

    def offer(self, document: Document, error: HttpDeskError) -> bool:
        """Offer what helps against `error`; return whether that is on screen now."""
        key = self._key_of(document, error)
        page = self._parts.editors.page(document)
        if key is None or page is None:
            return False
        self._offers[document.id] = _Offer(key, error, document.request, self._now())
        self._show(document)
        return page is self._parts.page

    def _key_of(self, document: Document, error: HttpDeskError) -> str | None:
        """Return the key of the connection that `error` is about."""
        is_missing = (
            isinstance(error, InvalidCredential) and error.reason is CredentialReason.MISSING
        )
        if not (is_missing or isinstance(error, SignInFailed)):
            return None
        name = getattr(error, "connection", "")
        name = name or chosen(document.request, document.inherited).connection
        return self._keeper.named(name, document.root) if name else None

    def _wire(self, page: RequestPage) -> None:
        page.action_bar.chosen.connect(lambda what: self._answer(page.document, what))

    def _answer(self, document: Document, what: str) -> None:
        offer = self._offers.get(document.id)
        if offer is None:
            return
        if what == OPEN:
            self.openRequested.emit(offer.key)
        elif what == COPY:
            QGuiApplication.clipboard().setText(_link(self._keeper.status(offer.key)))
        elif what == CONNECT:
            offer.waits, offer.request = True, document.request
            self._keeper.connect_(offer.key, by_request=True)
            self._show(document)
        elif what in {AGREE, REFUSE}:
            self._keeper.answer(offer.key, what == AGREE)
        elif offer.waits:
            offer.waits = False
            self._keeper.cancel(offer.key)
            self._show(document)
        else:
            self._end(document)

    def _exchange_finished(self, document: Document, exchange: Exchange) -> None:
        """A token that was refused, and could not be renewed, ended the send."""
        if isinstance(exchange.error, SignInFailed):
            self.offer(document, exchange.error)

    def _document_changed(self, document: Document) -> None:
        """Take the offer back once the request uses another connection."""
        offer = self._offers.get(document.id)
        if offer is None or offer.waits:
            return
        name = chosen(document.request, document.inherited).connection
        if name is None or self._keeper.named(name, document.root) != offer.key:
            self._end(document)

    def _status_changed(self, key: str) -> None:
        for document in self._parts.documents.all():
            offer = self._offers.get(document.id)
            if offer is not None and offer.key == key:
                self._follow(document, offer)

    def _follow(self, document: Document, offer: _Offer) -> None:
        """Send once the connection stands; what went wrong instead is said in the bar."""
        status = self._keeper.status(offer.key)
        token = status.token
        if status.standing in _GOOD and token is not None and token.obtained_at >= offer.since:
            self._end(document)
            self._send(document, offer)
            return
        if status.standing not in _UNDER_WAY:
            offer.waits = False
            offer.error = status.error or offer.error
        self._show(document)

    def _now(self) -> float:
        return self._parts.ports.clock.now().timestamp()

    def _send(self, document: Document, offer: _Offer) -> None:
        """Send what the user asked for; a request that was changed since then waits for Send."""
        page = self._parts.editors.page(document)
        if page is not None and offer.waits and document.request == offer.request:
            page.editor.send()

    def _end(self, document: Document) -> None:
        self._offers.pop(document.id, None)
        bar = self._bar(document)
        if bar is not None:
            bar.hide()

    def _bar(self, document: Document) -> ActionBar | None:
        page = self._parts.editors.page(document)
        return page.action_bar if page is not None else None

    # Words

    def _show(self, document: Document) -> None:
        offer, bar = self._offers[document.id], self._bar(document)
        entry = self._keeper.entry(offer.key)
        if bar is None or not isinstance(entry, StoredConnection):
            return
        name, status = entry.connection.name, self._keeper.status(offer.key)
        question = self._keeper.question(offer.key)
        if question is not None and offer.waits:
            words = question_words(question)
            actions = ((REFUSE, words.refuse), (AGREE, words.agree))
            bar.show_offer(("triangle", "amber"), words.title, words.with_facts, actions)
        elif status.standing in _UNDER_WAY:
            self._show_under_way(bar, name, status)
        elif _is_unconnected(offer.error):
            title = self.tr("{0} is not connected").format(name)
            text = self.tr("Nothing was sent without a token.")
            actions = ((CONNECT, self.tr("Connect and send")), (CANCEL, self.tr("Cancel")))
            bar.show_offer(state_shape(Standing.NOT_CONNECTED), title, text, actions)
        else:
            self._show_failure(bar, offer, connects=isinstance(entry.connection.auth, OAuth2Auth))

    def _show_under_way(self, bar: ActionBar, name: str, status: ConnectionStatus) -> None:
        standing = status.standing
        title = standing_words(standing)
        actions: tuple[tuple[str, str], ...] = ((CANCEL, self.tr("Cancel")),)
        shown = next((step for step in status.steps if step.user_code), None)
        if standing is Standing.WAITING and shown is not None:
            title = self.tr("Enter the code {0} at {1}").format(shown.user_code, shown.url)
        elif _link(status):
            title = self.tr("No browser could be started. Copy the link")
            actions = ((COPY, self.tr("Copy link")), *actions)
        elif standing is Standing.WAITING:
            title = self.tr("Continue in your browser")
        text = self.tr("The request is sent once {0} is connected.").format(name)
        bar.show_offer(state_shape(standing), title, text, actions)

    def _show_failure(self, bar: ActionBar, offer: _Offer, *, connects: bool) -> None:
        message = message_for(offer.error)
        again = ((CONNECT, self.tr("Connect again")),) if connects else ()
        actions = (
            *again,
            (OPEN, self.tr("Open connection")),
            (CANCEL, self.tr("Cancel")),
        )
        bar.show_offer(state_shape(Standing.FAILED), message.title, message.text, actions)


def _link(status: ConnectionStatus) -> str:
    """Return the page that the user has to open by hand, empty while a browser has it."""
    by_hand = [step.url for step in status.steps if step.kind is StepKind.NO_BROWSER]
    return by_hand[-1] if by_hand else ""


def _is_unconnected(error: HttpDeskError) -> bool:
    """Return whether there is simply no token, and nothing went wrong."""
    is_needed = isinstance(error, SignInFailed) and error.reason is SignInReason.NEEDED
    return is_needed and not getattr(error, "error", "")
