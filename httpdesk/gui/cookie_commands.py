"""The jars of the window: which one belongs to a tab, and what the user changes in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.engine.ports import CookieJar
from httpdesk.gui.documents import Document
from httpdesk.gui.parts import WindowParts

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage
    from httpdesk.model.cookies import Cookie
    from httpdesk.model.storage_errors import StorageFailed


class CookieCommands(QObject):
    """Hands each page its jar, which a worker reads once, and does what its view asks for.

    Nothing is read before `begin`: the start of the program waits for no cookie.
    """

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._jars: dict[str, CookieJar] = {}
        self._asked: set[str] = set()
        self._shown: dict[str, str] = {}
        """Id of a document -> name of the jar that its page shows."""
        self._told: StorageFailed | None = None
        self._begun = False
        parts.editors.pageMade.connect(self._wire)
        parts.documents.frontChanged.connect(lambda _: self._show_current())
        parts.documents.changed.connect(self._changed)
        parts.sender.exchangeFinished.connect(lambda document, _: self._sent(document))
        parts.workspace.environmentChanged.connect(lambda _: self._show_current())

    def begin(self) -> None:
        """Read jars from now on, when a tab needs one."""
        self._begun = True
        self._show_current()

    def show(self, document: Document) -> None:
        """Show the document's jar in its page; asks a worker for one that is not known yet."""
        page, name = self._parts.editors.page(document), self._jar_name(document.root)
        jar = self._jars.get(name)
        if page is not None:
            self._shown[document.id] = name
            page.editor.set_cookies(jar)
            page.viewer.show_cookies(jar)
        if jar is None and self._begun:
            self._ask(name)

    def _wire(self, page: RequestPage) -> None:
        document = page.document
        page.viewer.cookiePutRequested.connect(
            lambda cookie, before: self._put(document, cookie, before)
        )
        page.viewer.cookiesDeleteRequested.connect(lambda cookies: self._delete(document, cookies))
        self.show(document)

    def _changed(self, document: Document) -> None:
        """A request that was saved into a collection uses that one's jar from then on."""
        if self._shown.get(document.id, self._jar_name(document.root)) != self._jar_name(
            document.root
        ):
            self.show(document)

    def _sent(self, document: Document) -> None:
        """Show what the answer changed, and say once when cookies cannot be kept."""
        self.show(document)
        self._show_current()
        store = self._parts.ports.cookies.made
        problem = store.problem if store is not None else None
        if problem is not None and type(problem) is not type(self._told):
            self._parts.notices.error(problem)
        self._told = problem

    def _show_current(self) -> None:
        """Bring the tab in front up to date; the others follow when they come to the front."""
        if self._parts.document is not None:
            self.show(self._parts.document)

    # Reading

    def _ask(self, name: str) -> None:
        if name in self._asked:
            return
        self._asked.add(name)
        cookies = self._parts.ports.cookies
        job = self._parts.jobs.start(lambda _: cookies().jar(name))
        job.finished.connect(lambda jar: self._learn(name, jar))

    def _learn(self, name: str, jar: CookieJar) -> None:
        self._jars[name] = jar
        for page in self._parts.editors.pages():
            if self._jar_name(page.document.root) == name:
                self.show(page.document)

    # Changing

    def _put(self, document: Document, cookie: Cookie, before: Cookie | None) -> None:
        jar = self._jars.get(self._jar_name(document.root))
        if jar is None:
            return
        if before is not None and before.key != cookie.key:
            jar.delete([before])
        jar.put(cookie)
        self._show_current()

    def _delete(self, document: Document, cookies: list[Cookie]) -> None:
        jar = self._jars.get(self._jar_name(document.root))
        if jar is None:
            return
        jar.delete(cookies)
        self._show_current()
        text = self.tr("Deleted {0} cookies").format(len(cookies))
        if len(cookies) == 1:
            text = self.tr("Deleted the cookie {0}").format(cookies[0].name)
        self._parts.notices.undo(text, lambda: self._put_back(jar, cookies))

    def _put_back(self, jar: CookieJar, cookies: list[Cookie]) -> None:
        for cookie in cookies:
            jar.put(cookie)
        self._show_current()

    def _jar_name(self, root: str | None) -> str:
        from httpdesk.model.cookies import jar_name

        return jar_name(root, self._parts.workspace.environments.get(root or "", ""))
