"""Which view of the body the user chose, for each request and kind of content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui import draft_keeper
from httpdesk.gui.documents import Document
from httpdesk.gui.draft_keeper import DraftKeeper

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage

MOST_KEPT = 500
"""Choices that are kept over a restart; the oldest ones go first."""

_Choice = tuple[str, str, str]
"""The request, the kind of content, the view."""


class BodyChoices(QObject):
    """Remembers them over a restart, by a request's file, else by its tab."""

    def __init__(self, keeper: DraftKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._kept: dict[tuple[str, str], str] = {}

    def restore(self, rows: list[object]) -> None:
        """Take what the last run kept: lists of request, kind of content and view."""
        for row in rows:
            if isinstance(row, list) and len(row) == 3 and all(isinstance(x, str) for x in row):
                self._kept[row[0], row[1]] = row[2]

    def follow(self, page: RequestPage) -> None:
        """Let a page that was just made show the chosen views, and remember further choices."""
        document, body = page.document, page.viewer.body
        name = _name(document)
        body.set_choices({kind: view for (held, kind), view in self._kept.items() if held == name})
        body.viewChosen.connect(lambda kind, view: self._keep((_name(document), kind, view)))

    def _keep(self, choice: _Choice) -> None:
        name, kind, view = choice
        self._kept.pop((name, kind), None)
        self._kept[name, kind] = view
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        rows = [[*place, chosen] for place, chosen in self._kept.items()]
        self._keeper.keep_state(draft_keeper.BODY_VIEWS, json.dumps(rows))


def _name(document: Document) -> str:
    if document.root is not None and document.path is not None:
        return f"{document.root}|{document.path}"
    return document.id
