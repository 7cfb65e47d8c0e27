"""Which tab of each request is in front: Params, Headers, Body or Options."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui import draft_keeper
from httpdesk.gui.documents import Document, Documents
from httpdesk.gui.draft_keeper import DraftKeeper
from httpdesk.model.request import NoBody, Request

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage


class SubTabs(QObject):
    """Remembers it over a restart; a request with a body begins with that."""

    def __init__(self, documents: Documents, keeper: DraftKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._documents = documents
        self._keeper = keeper
        self._kept: dict[str, str] = {}

    def restore(self, pairs: list[object]) -> None:
        """Take what the last run kept: pairs of a document's id and its tab."""
        self._kept = {
            pair[0]: pair[1]
            for pair in pairs
            if isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair)
        }

    def follow(self, page: RequestPage) -> None:
        """Show the tab of a page that was just made, and remember what the user chooses."""
        document, pane = page.document, page.editor.pane
        kept = self._kept.get(document.id)
        pane.show_tab(kept if kept in pane.tab_keys() else _first_tab(document.request))
        pane.tabs.currentChanged.connect(lambda key: self._keep(document, key))

    def _keep(self, document: Document, key: str) -> None:
        known = {each.id for each in self._documents.all()}
        self._kept = {held: tab for held, tab in self._kept.items() if held in known}
        self._kept[document.id] = key
        self._keeper.keep_state(draft_keeper.SUB_TABS, json.dumps(list(self._kept.items())))


def _first_tab(request: Request) -> str:
    return "params" if isinstance(request.body, NoBody) else "body"
