"""Leads the pages of connections to what the window knows of them, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from httpdesk.gui.connection_uses import ConnectionUses
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.jobs import Crash
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.system_editor import open_file
from httpdesk.gui.tabs import CONNECTION, PageTab, Tab, page_tab
from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import Connection, ConnectionUse, StoredConnection
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.exchange import Exchange

if TYPE_CHECKING:
    from httpdesk.gui.connection_keeper import ConnectionKeeper
    from httpdesk.gui.connections.page import ConnectionPage
    from httpdesk.gui.jobs import Job


class ConnectionPages(QObject):
    """Makes the page of a connection when its tab is first shown.

    Edits are saved when a tab or the window is closed, so that none is lost; closing a tab can be
    undone.
    """

    def __init__(self, parts: WindowParts, keeper: ConnectionKeeper) -> None:
        super().__init__(parts.window)
        self._parts, self._keeper = parts, keeper
        self._pages: dict[str, ConnectionPage] = {}
        self._roots: dict[str, str | None] = {}
        """Where the connections of pages lie, also when their files are gone."""
        self._uses = ConnectionUses(parts, self)
        parts.editors.make_with(CONNECTION, self._make)
        parts.documents.tabClosed.connect(self._on_closed)
        parts.window.closing.connect(self._save_all)  # type: ignore[attr-defined]
        keeper.listChanged.connect(self._follow)
        keeper.listChanged.connect(self._show_uses)
        parts.workspace.collectionsChanged.connect(self._read_uses)
        parts.documents.frontChanged.connect(lambda _: self._read_uses())
        self._uses.changed.connect(self._show_uses)
        keeper.statusChanged.connect(self._show_status)
        keeper.moved.connect(self._on_moved)
        keeper.removed.connect(self._on_removed)
        keeper.tested.connect(self._show_test)
        keeper.questionChanged.connect(self._show_question)

    def enter(self, key: str, secrets: Mapping[str, str]) -> None:
        """Enter secrets that were found elsewhere into the page of a connection, to be kept."""
        page = self._pages.get(key)
        if page is not None:
            for name, text in secrets.items():
                page.form.secrets[name].enter(text)

    # The page

    def _make(self, tab: PageTab) -> ConnectionPage:
        from httpdesk.gui.connections.page import ConnectionPage

        key = tab.subject
        page = self._pages[key] = ConnectionPage()
        self._wire(key, page)
        self._bind_secrets(key, page)
        stored = self._stored(key)
        page.setEnabled(stored is not None)
        if stored is not None:
            page.show_connection(stored.connection, self._taken(stored))
            self._show_status(key)
            self._name(key, stored.connection.name)
            self._roots[key] = stored.root
        page.show_question(self._keeper.question(key))
        self._show_uses()
        return page

    def _wire(self, key: str, page: ConnectionPage) -> None:
        keeper = self._keeper
        page.saveAsked.connect(lambda connection: self._save(key, connection))
        page.testAsked.connect(lambda: self._saved_first(key, self._test))
        page.duplicateAsked.connect(
            lambda: keeper.duplicate(
                key, lambda made: self._parts.documents.open_page(CONNECTION, made)
            )
        )
        page.deleteAsked.connect(lambda: keeper.delete(key))
        page.asked.connect(lambda what: self._do(key, what))
        page.rail.uses.openAsked.connect(self._open_use)
        page.editsDropped.connect(lambda typed: self._offer_back(page, typed))
        page.decided.connect(lambda what: self._decide(key, what))
        page.answered.connect(lambda agrees: keeper.answer(key, agrees))
        page.form.issuerAsked.connect(lambda issuer: self._discover(page, issuer))

    def _bind_secrets(self, key: str, page: ConnectionPage) -> None:
        from httpdesk.gui.secret_wiring import SecretWiring

        wiring = SecretWiring(self._parts, page)
        for name, field in page.form.secrets.items():
            wiring.bind(field, partial(self._secret, key, name))
        self._keeper.listChanged.connect(wiring.refresh)

    def _secret(self, key: str, name: str) -> str:
        connection = self._keeper.located(key)
        return connection.secret(name) if connection is not None else ""

    def _do(self, key: str, what: str) -> None:
        from httpdesk.gui.connections import rail_status as rail

        keeper = self._keeper
        status = keeper.status(key)
        connection = keeper.located(key)
        has_token = connection is not None and isinstance(connection.auth, OAuth2Auth)
        again = keeper.renew if status.token is not None else keeper.connect_
        steps = {
            rail.CONNECT: lambda: self._saved_first(key, keeper.connect_),
            rail.CANCEL: lambda: keeper.cancel(key),
            rail.REFRESH: lambda: keeper.renew(key),
            rail.DISCONNECT: lambda: keeper.disconnect_(key),
            # Asking a locked keyring has the system ask for its password.
            rail.UNLOCK: lambda: again(key) if has_token else self._test(key),
        }
        steps[what]()

    # Saving

    def _save(self, key: str, connection: Connection) -> Job | None:
        return self._keeper.save(key, connection)

    def _saved_first(self, key: str, run: Callable[[str], object]) -> None:
        """Save what was edited, then do something about the connection under its key by then."""
        page = self._pages[key]
        if page.is_undecided:
            page.ask_to_decide()
            return
        if not page.is_edited or not page.form.can_save:
            run(key)
            return
        job = self._save(key, page.form.connection())
        if job is not None:
            job.finished.connect(lambda found: run(found[0].path))

    def _on_closed(self, tab: Tab) -> None:
        if not isinstance(tab, PageTab) or tab.kind != CONNECTION:
            return
        page = self._pages.pop(tab.subject, None)
        stored = self._stored(tab.subject)
        if page is None or not page.is_edited:
            return
        if page.is_undecided or stored is None:
            self._keep_copy(tab.subject, page)
            return
        before = page.connection
        job = self._save(tab.subject, _savable(page))
        if job is not None:
            words = self.tr("Saved {0}").format(before.name)
            notices = self._parts.notices
            job.finished.connect(
                lambda found: notices.undo(words, lambda: self._save(found[0].path, before))
            )

    def _save_all(self) -> None:
        """The window closes: the files are written before it ends."""
        for key, page in self._pages.items():
            if isValid(page) and page.is_edited:
                if page.is_undecided:
                    self._keep_copy(key, page)
                else:
                    self._keeper.keep_edits(key, _savable(page), self._roots.get(key))

    def _keep_copy(self, key: str, page: ConnectionPage) -> None:
        """Write what was typed beside the file, whose change was not looked at."""
        root, notices = self._roots.get(key), self._parts.notices
        job = self._keeper.keep_edits(key, _savable(page), root, beside=True)
        words = self.tr("Your edits are kept as {0}")
        job.finished.connect(lambda found: notices.say(words.format(found[0].connection.name)))

    # A file that is another

    def _offer_back(self, page: ConnectionPage, typed: Connection) -> None:
        words = self.tr("Took the file's version of {0}").format(typed.name)
        self._parts.notices.undo(words, lambda: page.put_back(typed) if isValid(page) else None)

    def _decide(self, key: str, what: str) -> None:
        """Do what was chosen about a file that is gone or cannot be read."""
        from httpdesk.gui.widgets import conflict_bar as bar

        page = self._pages[key]
        if what == bar.OPEN:
            open_file(key, self._parts.notices)
            return
        if what == bar.COPY:
            self._keep_copy(key, page)
        self._pages.pop(key, None)
        self._parts.documents.close(page_tab(CONNECTION, key).id)

    # Following the keeper

    def _follow(self) -> None:
        # Tabs of the last run have no page before they are first shown.
        for tab in self._parts.documents.pages():
            stored = self._stored(tab.subject) if tab.kind == CONNECTION else None
            if stored is not None:
                self._name(tab.subject, stored.connection.name)
        for key, page in self._pages.items():
            stored = self._stored(key)
            page.setEnabled(True)
            if stored is None:
                name = page.connection.name or Path(key).stem
                page.show_lost(name, is_gone=self._keeper.entry(key) is None)
            if stored is not None:
                self._roots[key] = stored.root
                own = self._keeper.is_own(key)
                page.follow(stored.connection, self._taken(stored), is_own=own)
                self._name(key, stored.connection.name)
                self._show_status(key)

    def _show_status(self, key: str) -> None:
        page = self._pages.get(key)
        if page is not None:
            now = self._parts.ports.clock.now().timestamp()
            page.show_status(self._keeper.status(key), now)

    def _on_moved(self, before: str, now: str) -> None:
        """Show the connection that was renamed in a page under its new key."""
        tab = self._parts.documents.tab(page_tab(CONNECTION, before).id)
        if tab is None:
            return
        self._pages.pop(before, None)
        self._parts.documents.open_page(CONNECTION, now)
        self._parts.documents.close(tab.id)

    def _on_removed(self, key: str) -> None:
        self._pages.pop(key, None)
        self._parts.documents.close(page_tab(CONNECTION, key).id)

    def _name(self, key: str, name: str) -> None:
        tab = self._parts.documents.tab(page_tab(CONNECTION, key).id)
        if isinstance(tab, PageTab) and tab.title != name:
            tab.title = name
            self._parts.documents.orderChanged.emit()

    # What uses it

    def _read_uses(self) -> None:
        """Look while a page of a connection is in view; it costs half a second of a worker."""
        front = self._parts.documents.front
        if isinstance(front, PageTab) and front.kind == CONNECTION:
            self._uses.read()

    def _show_uses(self) -> None:
        found, named = self._uses.found(), self._keeper.named
        for key, page in self._pages.items():
            page.rail.uses.show_uses(
                [each for each in found if named(each.connection, each.root) == key]
            )

    def _open_use(self, use: ConnectionUse) -> None:
        """Open a request; show what hands a connection down in the tree."""
        key = ItemKey(use.root, use.path)
        if use.is_request:
            self._parts.workspace.load(key, preview=False)
        self._parts.collections.select(key)

    # Questions, test and discovery

    def _show_question(self, key: str) -> None:
        """Ask in the connection's page, which is opened where no request asks in its own."""
        question = self._keeper.question(key)
        if self._keeper.asks_in_page(key):
            self._parts.documents.open_page(CONNECTION, key)
        page = self._pages.get(key)
        if page is not None:
            page.show_question(question)

    def _test(self, key: str) -> None:
        page = self._pages.get(key)
        if page is not None:
            page.show_outcome(self.tr("Testing…"))
            self._keeper.test(key)

    def _show_test(self, key: str, result: object) -> None:
        page = self._pages.get(key)
        if page is None:
            return
        words, color = self._outcome(result)
        page.show_outcome(words, color)

    def _outcome(self, result: object) -> tuple[str, str]:
        from httpdesk.gui.messages import message_for

        if isinstance(result, Crash):
            words = self.tr("HTTPDesk itself broke while testing; your connection is not at fault.")
            return words, "red"
        error = result.error if isinstance(result, Exchange) else result
        if isinstance(error, HttpDeskError):
            message = message_for(error)
            return f"{message.title}. {message.text}", "red"
        assert isinstance(result, Exchange)
        assert result.response is not None
        status = f"{result.response.status_code} {result.response.reason_phrase}".strip()
        words = self.tr("The base URL answered {0} in {1} ms")
        took = round(result.elapsed_ms)
        return words.format(status, took), "green" if result.succeeded else "amber"

    def _discover(self, page: ConnectionPage, issuer: str) -> None:
        from httpdesk.gui.messages import message_for

        def failed(error: HttpDeskError) -> None:
            if isValid(page):
                message = message_for(error)
                page.form.issuer.show_problem(f"{message.title}. {message.text}")

        def found(told: object) -> None:
            if isValid(page):
                page.form.show_provider(told)  # type: ignore[arg-type]

        self._keeper.discover(issuer, found, failed)

    # Reading

    def _stored(self, key: str) -> StoredConnection | None:
        entry = self._keeper.entry(key)
        return entry if isinstance(entry, StoredConnection) else None

    def _taken(self, own: StoredConnection) -> frozenset[str]:
        others = (each for each in self._keeper.entries() if isinstance(each, StoredConnection))
        return frozenset(
            each.connection.name.casefold()
            for each in others
            if each.path != own.path and each.root == own.root
        )


def _savable(page: ConnectionPage) -> Connection:
    """Return what the form holds, under the old name when the new one can't be a file's."""
    made = page.form.connection()
    return made if page.form.can_save else replace(made, name=page.connection.name)
