"""Opens the pages of items that cannot be sent, and keeps them as their files are."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.messages import message_for
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.system_editor import open_file
from httpdesk.gui.tabs import ITEM, PageTab, page_tab

if TYPE_CHECKING:
    from httpdesk.gui.items.page import ItemPage
    from httpdesk.model.error_base import HttpDeskError

_BETWEEN = "\n"
"""Between the collection's folder and the item's path in a subject; neither has a line end."""


class ItemPages(QObject):
    """Makes each page when it is first shown."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._pages: dict[str, ItemPage] = {}
        parts.editors.make_with(ITEM, self._make)
        parts.collections.fileRequested.connect(self.open)
        parts.workspace.itemMoved.connect(self._on_moved)
        parts.workspace.itemDeleted.connect(lambda key, *_: self._close(key))
        parts.workspace.collectionsChanged.connect(self._refresh)
        parts.documents.tabClosed.connect(self._forget)

    def open(self, key: ItemKey) -> None:
        """Show the page of an item."""
        self._parts.documents.open_page(ITEM, _BETWEEN.join(key))
        self._name_tabs()

    def _make(self, tab: PageTab) -> ItemPage:
        from httpdesk.gui.items.page import ItemPage

        page = self._pages[tab.subject] = ItemPage()
        root, path = key = _key(tab)
        page.openRequested.connect(lambda: open_file(os.path.join(root, path), self._parts.notices))
        self._show(page, key)
        return page

    def _show(self, page: ItemPage, key: ItemKey) -> None:
        """Show what the tree knows now, and what a worker finds in the file."""
        collection = self._parts.workspace.collection(key.root)
        item = collection.find(key.path) if collection is not None else None
        if item is not None:
            page.show_item(item)
        ports = self._parts.ports
        job = self._parts.jobs.start(lambda _: ports.collections().text(*key))
        job.finished.connect(lambda text: self._on_page(page, page.show_text, text))
        job.failed.connect(lambda error: self._show_problem(page, error))

    def _show_problem(self, page: ItemPage, error: HttpDeskError) -> None:
        self._on_page(page, page.show_problem, message_for(error).title)

    def _on_page(self, page: ItemPage, show: Callable[[str], None], words: str) -> None:
        """Show what a worker found out, unless the tab was closed meanwhile."""
        if page in self._pages.values():
            show(words)

    def _refresh(self) -> None:
        for subject, page in self._pages.items():
            self._show(page, ItemKey(*subject.split(_BETWEEN, 1)))
        self._name_tabs()

    def _on_moved(self, before: ItemKey, now: ItemKey) -> None:
        for tab in self._parts.documents.pages():
            key = _key(tab) if tab.kind == ITEM else None
            if key is None or key.root != before.root:
                continue
            if f"{key.path}/".startswith(f"{before.path}/"):
                self._parts.documents.close(tab.id)
                self.open(ItemKey(now.root, now.path + key.path[len(before.path) :]))

    def _close(self, key: ItemKey) -> None:
        self._parts.documents.close(page_tab(ITEM, _BETWEEN.join(key)).id)

    def _forget(self, tab: object) -> None:
        if isinstance(tab, PageTab) and tab.kind == ITEM:
            self._pages.pop(tab.subject, None)

    def _name_tabs(self) -> None:
        for tab in self._parts.documents.pages():
            if tab.kind != ITEM:
                continue
            root, path = _key(tab)
            collection = self._parts.workspace.collection(root)
            item = collection.find(path) if collection is not None else None
            if item is not None and tab.title != item.name:
                tab.title = item.name
                self._parts.documents.orderChanged.emit()


def _key(tab: PageTab) -> ItemKey:
    root, _, path = tab.subject.partition(_BETWEEN)
    return ItemKey(root, path)
