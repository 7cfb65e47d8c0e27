"""Find in collections: its page, the search that runs for it, and what opens a hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.collection_commands import CollectionCommands
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.saving import folder_choices
from httpdesk.gui.tabs import FIND, PageTab
from httpdesk.model.collection import Collection
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.find import FindBatch, FindHit, FindQuery, FindScope, FoundRequest
from httpdesk.model.offload_errors import OffloadFailed, OffloadFault

if TYPE_CHECKING:
    from httpdesk.gui.find.page import FindPage, Scopes
    from httpdesk.gui.jobs import Job


class _Search(QObject):
    """One search; its signals are handed over to the thread of whoever listens."""

    found = Signal(object, object)
    """(the search, a FindBatch)."""


class FindCommands(QObject):
    """Makes the page when it is first shown."""

    def __init__(self, parts: WindowParts, items: CollectionCommands) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._items = items
        self._page: FindPage | None = None
        self._search: _Search | None = None
        self._job: Job | None = None
        self._more = False
        self._target: FindHit | None = None
        self._trails: dict[str, tuple[Collection, dict[ItemKey, str]]] = {}
        parts.editors.make_with(FIND, self._make)
        parts.workspace.collectionsChanged.connect(self._offer_scopes)
        parts.documents.tabClosed.connect(self._closed)
        parts.documents.frontChanged.connect(lambda _: self._go())

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {
            "find.collections": self.open,
            "find.in-folder": self.open_in_folder,
            "find.next-hit": lambda: self._step(1),
            "find.previous-hit": lambda: self._step(-1),
        }

    def open(self, scope: FindScope | None = None) -> None:
        """Show the page; `scope` is the folder to find in."""
        self._parts.documents.open_page(FIND)
        if self._page is not None:
            self._offer_scopes((scope,) if scope is not None else None)
            self._page.look_for("")

    def open_in_folder(self) -> None:
        """Show the page for the current folder or collection of the tree."""
        key = self._parts.collections.current_folder()
        self.open(FindScope(*key) if key is not None else None)

    # The page

    def _make(self, _: PageTab) -> FindPage:
        from httpdesk.gui.find.page import FindPage

        page = self._page = FindPage(self._trail)
        page.searchRequested.connect(self._start)
        page.openRequested.connect(self._open)
        self._offer_scopes()
        return page

    def _closed(self, tab: object) -> None:
        if isinstance(tab, PageTab) and tab.kind == FIND:
            self._stop()
            self._page = None

    def _offer_scopes(self, chosen: Scopes | None = None) -> None:
        """Offer all collections, each of them, and the folder that was asked for."""
        if self._page is None:
            return
        collections = self._parts.workspace.collections
        choices: list[tuple[str, Scopes]] = [
            (self.tr("All collections"), tuple(FindScope(each.root) for each in collections))
        ]
        choices += [(each.name, (FindScope(each.root),)) for each in collections]
        folder = chosen[0] if chosen else self._parts.collections.current_folder()
        if folder is not None:
            where = FindScope(*folder) if isinstance(folder, ItemKey) else folder
            words = self._trail_of(ItemKey(where.root, where.folder))
            if where.folder and words:
                choices.append((words, (where,)))
        self._page.set_scopes(choices, chosen)

    def _trail(self, request: FoundRequest) -> str:
        return self._trail_of(ItemKey(request.root, ItemKey(request.root, request.path).folder))

    def _trail_of(self, key: ItemKey) -> str:
        """Return the folders that lead to a folder, in words."""
        collection = self._parts.workspace.collection(key.root)
        if collection is None:
            return ""
        known = self._trails.get(key.root)
        if known is None or known[0] is not collection:
            known = self._trails[key.root] = collection, dict(folder_choices(collection))
        return known[1].get(key, "")

    # Searching

    def _start(self, query: FindQuery | None, scopes: Sequence[FindScope]) -> None:
        self._stop()
        if query is None or self._page is None or self._parts.jobs.closed:
            return
        ports, search = self._parts.ports, _Search(self)

        def work(cancel: CancelToken) -> None:
            for batch in ports.finder().find(query, scopes, cancel):
                if cancel.cancelled:
                    return
                search.found.emit(search, batch)

        self._search, self._more = search, False
        search.found.connect(self._received, Qt.ConnectionType.QueuedConnection)
        job = self._job = self._parts.jobs.start(work)
        job.finished.connect(lambda _: self._ended(search))
        job.failed.connect(lambda error: self._failed(search, error))
        job.ended.connect(search.deleteLater)

    @Slot(object, object)
    def _received(self, search: _Search, batch: FindBatch) -> None:
        # A batch may be on its way still when the next letter is typed.
        if search is self._search and self._page is not None:
            self._more = self._more or batch.more
            self._page.add(batch)

    def _ended(self, search: _Search) -> None:
        if search is self._search and self._page is not None:
            self._search = None
            self._page.end(more=self._more)

    def _failed(self, search: _Search, error: HttpDeskError) -> None:
        if search is not self._search or self._page is None:
            return
        self._search = None
        if isinstance(error, OffloadFailed) and error.fault is OffloadFault.TOO_SLOW:
            self._page.fail(self.tr("This expression takes too long"))
        else:
            self._page.fail("")
            self._parts.notices.error(error)

    def _stop(self) -> None:
        self._search = None
        if self._job is not None and isValid(self._job):
            self._job.cancel()
        self._job = None

    # Opening

    def _step(self, by: int) -> None:
        if self._page is not None:
            self._page.open_next(by)

    def _open(self, hit: FindHit) -> None:
        self._target = hit
        self._items.open_item(ItemKey(hit.request.root, hit.request.path), False)
        self._go()

    def _go(self) -> None:
        """Put the cursor on the hit that was opened, once its request is in front."""
        hit, document, page = self._target, self._parts.document, self._parts.page
        if hit is None or document is None or page is None:
            return
        if (document.root, document.path) != (hit.request.root, hit.request.path):
            return
        self._target = None
        page.editor.show_hit(hit)
