"""Opens the pages of folders and collections, saves them, and keeps what is typed there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.level_drafts import LevelDrafts
from httpdesk.gui.outside import open_in_browser
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.tabs import LEVEL, PageTab, Tab, page_tab
from httpdesk.gui.workspace import LANE
from httpdesk.model.collection import Defaults, Item, ItemKind
from httpdesk.model.connection import StoredConnection
from httpdesk.model.level import Level, LoadedLevel
from httpdesk.model.storage_errors import FileChanged

if TYPE_CHECKING:
    from httpdesk.gui.levels.page import LevelPage
    from httpdesk.gui.request_page import RequestPage

Read = tuple[LoadedLevel, Defaults]


class LevelPages(QObject):
    """One page for each folder; edits are kept until they are saved or taken back."""

    def __init__(self, parts: WindowParts, keeper: ConnectionKeeper, drafts: LevelDrafts) -> None:
        super().__init__(parts.window)
        self._parts, self._keeper, self._drafts = parts, keeper, drafts
        self._pages: dict[ItemKey, LevelPage] = {}
        self._saving: set[ItemKey] = set()
        parts.editors.make_with(LEVEL, self._make)
        parts.editors.pageMade.connect(self._wire_request)
        parts.documents.tabClosed.connect(self._on_closed)
        parts.workspace.itemMoved.connect(self._on_moved)
        parts.workspace.itemDeleted.connect(self._on_deleted)
        parts.workspace.inheritanceChanged.connect(self.look)
        parts.window.closing.connect(drafts.flush)  # type: ignore[attr-defined]
        keeper.listChanged.connect(self._show_connections)

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        return {"folder.settings": self._open_current}

    def open(self, key: ItemKey) -> None:
        """Show the page of a folder, or of the collection for the path ""."""
        self._parts.documents.open_page(LEVEL, _subject(key))

    def look(self, root: str) -> None:
        """Read the levels of a collection again whose pages are open: they may have changed."""
        for key, page in self._pages.items():
            if key.root == root:
                self._read(key, partial(self._follow, key, page))

    # Opening

    def _open_current(self) -> None:
        """Open the folder of the current row, else that of the request in front."""
        key, document = self._parts.collections.current_key(), self._parts.document
        if key is None and document is not None and document.root and document.path:
            key = ItemKey(document.root, document.path)
        if key is not None:
            self.open(key if self._is_level(key) else ItemKey(key.root, key.folder))

    def _is_level(self, key: ItemKey) -> bool:
        collection = self._parts.workspace.collection(key.root)
        item: Item | None = collection.find(key.path) if collection is not None else None
        return not key.path or (item is not None and item.kind is ItemKind.FOLDER)

    def _make(self, tab: PageTab) -> LevelPage:
        from httpdesk.gui.levels.page import LevelPage

        key = _key(tab.subject)
        page = self._pages[key] = LevelPage()
        page.setEnabled(False)
        page.edited.connect(lambda: self._note(key, page))
        page.saveAsked.connect(lambda: self._save(key, page))
        page.dropped.connect(lambda typed: self._offer_back(page, typed))
        page.levelAsked.connect(lambda path: self.open(ItemKey(key.root, path)))
        page.linkRequested.connect(open_in_browser)
        self._show_connections()
        self._read(key, partial(self._show, key, page))
        return page

    def _wire_request(self, page: RequestPage) -> None:
        document = page.document
        page.editor.pane.levelAsked.connect(
            lambda path: self.open(ItemKey(document.root, path)) if document.root else None
        )

    def _read(self, key: ItemKey, then: Callable[[Read], None]) -> None:
        ports = self._parts.ports

        def read() -> Read:
            store = ports.collections()
            outer = store.defaults(key.root, key.path) if key.path else ()
            return store.level(key.root, key.path), outer

        job = self._parts.jobs.start(lambda _: read(), lane=LANE)
        job.finished.connect(then)
        job.failed.connect(self._parts.notices.error)

    def _show(self, key: ItemKey, page: LevelPage, read: Read) -> None:
        if not isValid(page):
            return
        loaded, outer = read
        page.setEnabled(True)
        self._hand_down(page, outer)
        kept = self._drafts.draft(key, loaded)
        if kept is None:
            page.show_level(loaded)
        else:
            mine, base = kept
            page.show_level(LoadedLevel(base, key.root, key.path), mine)
            page.follow(loaded)
        self._note(key, page)

    def _follow(self, key: ItemKey, page: LevelPage, read: Read) -> None:
        loaded, outer = read
        if not isValid(page) or not page.isEnabled():
            # Its file could not be read before.
            self._show(key, page, read)
            return
        self._hand_down(page, outer)
        if loaded.digest != page.loaded.digest and key not in self._saving:
            page.follow(loaded)
            self._note(key, page)

    def _hand_down(self, page: LevelPage, outer: Defaults) -> None:
        from httpdesk.engine.auth_choice import chosen
        from httpdesk.engine.inherited_options import inherited_options
        from httpdesk.model.auth_choice import AuthWord
        from httpdesk.model.collection import Scope
        from httpdesk.model.request import Request

        found = chosen(Request(auth=AuthWord.INHERIT), outer)
        what = found.connection or (found.auth.kind if found.auth is not None else "")
        page.set_inherited(inherited_options(outer, Scope()), what)

    # Edits

    def _note(self, key: ItemKey, page: LevelPage) -> None:
        """Keep what is typed, and say in the tab whether anything is."""
        self._drafts.keep(key, page.level(), page.base)
        tab = self._tab(key)
        title = page.level().name
        if tab is not None and (tab.edited, tab.title) != (page.is_edited, title):
            tab.edited, tab.title = page.is_edited, title
            self._parts.documents.orderChanged.emit()

    def _save(self, key: ItemKey, page: LevelPage) -> None:
        if key in self._saving:
            return
        self._saving.add(key)
        written, digest = page.level(), page.loaded.digest

        def saved(loaded: LoadedLevel) -> None:
            self._saving.discard(key)
            if not isValid(page):
                self._drafts.keep(key, loaded.level, loaded.level)
                return
            typed = page.level()
            page.show_level(loaded, None if typed == written else typed)
            self._note(key, page)

        job = self._parts.workspace.save_level(
            key, written, digest, saved, lambda error: self._refused(key, error)
        )
        job.ended.connect(lambda: self._saving.discard(key))

    def _refused(self, key: ItemKey, error: object) -> None:
        """A file that was changed elsewhere is merged; anything else is said."""
        self._saving.discard(key)
        if isinstance(error, FileChanged):
            self.look(key.root)
        else:
            self._parts.notices.error(error)  # type: ignore[arg-type]

    def _offer_back(self, page: LevelPage, typed: Level) -> None:
        words = self.tr("Took the file's version of {0}").format(typed.name)
        self._parts.notices.undo(words, lambda: page.put_back(typed) if isValid(page) else None)

    # Following

    def _on_closed(self, tab: Tab) -> None:
        if isinstance(tab, PageTab) and tab.kind == LEVEL:
            self._pages.pop(_key(tab.subject), None)

    def _on_moved(self, before: ItemKey, now: ItemKey) -> None:
        """Show a folder that was renamed or moved under its new path."""
        if before == now:
            self.look(now.root)
            return
        self._drafts.move(before, now)
        for key in list(self._pages):
            if key.root == before.root and f"{key.path}/".startswith(f"{before.path}/"):
                tab = self._tab(key)
                self.open(ItemKey(now.root, now.path + key.path[len(before.path) :]))
                if tab is not None:
                    self._parts.documents.close(tab.id)

    def _on_deleted(self, gone: ItemKey) -> None:
        """What was typed is kept, for when the deletion is undone."""
        for key in list(self._pages):
            if key.root == gone.root and f"{key.path}/".startswith(f"{gone.path}/"):
                self._parts.documents.close(page_tab(LEVEL, _subject(key)).id)

    def _show_connections(self) -> None:
        stored = [each for each in self._keeper.entries() if isinstance(each, StoredConnection)]
        for key, page in self._pages.items():
            names = [each.connection.name for each in stored if each.root in (None, key.root)]
            page.set_connections(list(dict.fromkeys(names)))

    def _tab(self, key: ItemKey) -> PageTab | None:
        tab = self._parts.documents.tab(page_tab(LEVEL, _subject(key)).id)
        return tab if isinstance(tab, PageTab) else None


def _subject(key: ItemKey) -> str:
    return f"{key.root}\n{key.path}"


def _key(subject: str) -> ItemKey:
    root, _, path = subject.partition("\n")
    return ItemKey(root, path)
