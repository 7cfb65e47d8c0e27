"""Sends the request of a tab in another environment too, and compares both responses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui.environment_catalog import EnvironmentCatalog
from httpdesk.gui.palette_entry import EntrySource, PaletteEntry
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.send_controller import Manner

if TYPE_CHECKING:
    from httpdesk.gui.documents import Document
    from httpdesk.gui.request_page import RequestPage
    from httpdesk.model.exchange import Exchange


@dataclass(frozen=True, slots=True)
class _Awaited:
    """What the answer of a send is compared with."""

    shown: Exchange
    title: str


class EnvironmentComparison(QObject):
    """Asks in which environment; the one that is chosen for the collection stays chosen."""

    def __init__(self, parts: WindowParts, catalog: EnvironmentCatalog) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._catalog = catalog
        self._awaited: dict[str, _Awaited] = {}
        """By the ids of documents whose send is for a comparison."""
        parts.editors.pageMade.connect(self.follow)
        parts.documents.closed.connect(self._forget)
        sender = parts.sender
        sender.sendStarted.connect(lambda document, _: self._forget(document))
        sender.exchangeFinished.connect(self._finished)

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {"response.environment": self._parts.with_document(self._ask)}

    def follow(self, page: RequestPage) -> None:
        """Put the command into the menu of a page's response."""
        document, menu = page.document, page.viewer.status.menu
        words = self.tr("Compare with another environment…")
        action = menu.addAction(words, partial(self._ask, document))

        def enable() -> None:
            has_response = document.exchange is not None and document.exchange.response is not None
            others = any(True for _ in self._names(document))
            action.setEnabled(has_response and others and not document.sending)

        menu.aboutToShow.connect(enable)

    def _ask(self, document: Document) -> None:
        exchange = document.exchange
        if exchange is None or exchange.response is None:
            self._parts.notices.say(self.tr("There is no response to compare."), "warning")
            return
        entries = tuple(self._entries(document))
        if not entries:
            words = self.tr("The collection of this request has no other environment.")
            self._parts.notices.say(words, "warning")
            return
        hint = self.tr("Send once more with another environment")
        self._parts.notices.open_palette((EntrySource(entries),), hint=hint)

    def _names(self, document: Document) -> Iterator[str]:
        """Yield the environments that are not chosen, "" for none."""
        root = document.root or ""
        chosen = self._catalog.chosen_name(root)
        for each in self._catalog.of(root) if root else ():
            name = each.environment.name
            if name and name != chosen and each.problem is None:
                yield name
        if chosen:
            yield ""

    def _entries(self, document: Document) -> Iterator[PaletteEntry]:
        root, group = document.root or "", self.tr("Environments")
        for name in self._names(document):
            loaded = self._catalog.named(root, name) if name else None
            environment = loaded.environment if loaded is not None else None
            protected = environment is not None and environment.protected
            yield PaletteEntry(
                group,
                name or self.tr("No environment"),
                partial(self._send, document, name),
                self.tr("Protected") if protected else "",
                color=environment.color if environment is not None else "",
            )

    def _send(self, document: Document, name: str) -> None:
        shown, page = document.exchange, self._parts.editors.page(document)
        if shown is None or page is None:
            return
        sender = self._parts.sender
        before = sender.progress(document)
        with sender.manner(Manner(environment=name)):
            page.editor.send()
        # The editor may have shown a problem instead.
        if sender.progress(document) is not before:
            title = name or self.tr("No environment")
            self._awaited[document.id] = _Awaited(shown, title)

    def _forget(self, document: Document) -> None:
        self._awaited.pop(document.id, None)

    def _finished(self, document: Document, exchange: Exchange) -> None:
        """Show again what was on screen, compared with what came; a failure is shown itself."""
        awaited = self._awaited.pop(document.id, None)
        page = self._parts.editors.page(document)
        if awaited is None or page is None or exchange.response is None:
            return
        if exchange.error is not None or awaited.shown not in document.exchanges:
            return
        document.shown = document.exchanges.index(awaited.shown)
        page.show_exchange()
        page.viewer.comparing.show(((awaited.title, exchange),))
