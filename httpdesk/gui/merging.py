"""What becomes of edits whose file was changed outside: merged, or brought before the user."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from httpdesk.engine.merge import Merged
from httpdesk.gui.documents import Document
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.merge_pages import MergeCase, MergePages
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.titles import document_title
from httpdesk.model.collection import LoadedRequest
from httpdesk.model.request import Request

if TYPE_CHECKING:
    from httpdesk.gui.widgets.notifications import Message


@dataclass(frozen=True, slots=True, eq=False)
class _Edits:
    """Edits of a tab, and the file as it is now."""

    document: Document
    mine: Request
    base: Request | None
    digest: str | None
    loaded: LoadedRequest
    asked: bool
    """Whether the user waits for it, so that a page may come to the front."""
    saves: bool
    """Whether the user asked for a save."""


class Merging(QObject):
    """Merges what was typed with its file; where both changed the same, the user chooses."""

    def __init__(self, parts: WindowParts, pages: MergePages) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._pages = pages
        self._told: dict[str, str] = {}
        """By tab the digest of the file about which the user knows."""
        self._to_save: set[str] = set()
        """Tabs whose page came of a save, which Apply brings to its end."""
        self._offers: dict[str, Message] = {}
        """The messages about tabs that offer a merge."""
        parts.documents.differs.connect(self._begin)
        parts.documents.closed.connect(self._forget)
        parts.saver.conflictFound.connect(lambda document: self._read(document, saves=True))

    def _read(self, document: Document, *, saves: bool) -> None:
        """The user waits for a merge, perhaps since a save was refused: read the file."""
        if document.root is None or document.path is None:
            return
        self._parts.workspace.read(
            ItemKey(document.root, document.path),
            lambda loaded, _: self._begin(document, loaded, asked=True, saves=saves),
        )

    def _begin(
        self,
        document: Document,
        loaded: LoadedRequest,
        *,
        asked: bool = False,
        saves: bool = False,
    ) -> None:
        if not asked and self._told.get(document.id) == loaded.digest:
            return
        if loaded.digest == document.digest:
            self._settled(document, saves=saves)
            return
        mine = replace(document.request, auth=loaded.request.auth)
        base = None if document.base_unknown else document.saved
        if base is not None:
            base = replace(base, auth=loaded.request.auth)
        edits = _Edits(document, mine, base, document.digest, loaded, asked, saves)
        case = self._case(edits)
        job = self._parts.jobs.start(lambda _: case.merged())
        job.finished.connect(lambda merged: self._merged(edits, case, merged))

    def _case(self, edits: _Edits) -> MergeCase:
        document = edits.document
        return MergeCase(
            document.id,
            document_title(document),
            self.tr(
                "You edited this request, and its file was changed outside HTTPDesk. What only one "
                "side changed is taken; choose where both did. Nothing is overwritten before Apply."
            ),
            edits.base,
            edits.mine,
            edits.loaded.request,
            lambda request: self._apply(edits, request),
            lambda: self._parts.documents.activate(document.id),
            lambda: self._parts.saver.save_as(document),
        )

    def _merged(self, edits: _Edits, case: MergeCase, merged: Merged) -> None:
        document = edits.document
        if self._is_over(edits):
            self._settled(document, saves=edits.saves)
            return
        if self._is_stale(edits):
            self._begin(document, edits.loaded, asked=edits.asked, saves=edits.saves)
            return
        knows = self._told.get(document.id) == edits.loaded.digest
        self._told[document.id] = edits.loaded.digest
        if not merged.conflicts and not knows and not self._pages.shows(case.subject):
            self._take(edits, merged.request)
        elif edits.asked:
            self._take_back(document)
            (self._to_save.add if edits.saves else self._to_save.discard)(document.id)
            self._pages.show(case, merged)
        elif self._pages.shows(case.subject):
            self._pages.renew(case, merged)
        else:
            self._take_back(document)
            self._offers[document.id] = self._parts.notices.offer(
                self.tr(
                    "{0} was changed outside HTTPDesk, where you changed it too. Nothing was "
                    "overwritten."
                ).format(case.name),
                self.tr("Merge…"),
                lambda: self._read(document, saves=False),
            )

    def _take_back(self, document: Document) -> None:
        """What a message offers is on screen, or settled."""
        message = self._offers.pop(document.id, None)
        if message is not None and isValid(message):
            message.dismiss()

    def _settled(self, document: Document, *, saves: bool) -> None:
        """Another look was faster; what is left to do is the save that was asked for."""
        is_open = self._parts.documents.by_id(document.id) is document
        if saves and is_open and document.path is not None:
            self._parts.saver.save(document)

    def _is_over(self, edits: _Edits) -> bool:
        """Return whether the tab was closed, or its file is settled otherwise by now."""
        document = edits.document
        is_open = self._parts.documents.by_id(document.id) is document
        return not is_open or document.path is None or document.digest != edits.digest

    def _is_stale(self, edits: _Edits) -> bool:
        typed = replace(edits.document.request, auth=edits.mine.auth)
        return typed != edits.mine

    def _apply(self, edits: _Edits, request: Request) -> None:
        """The user chose; edits that were made meanwhile are shown first."""
        if self._is_over(edits):
            self._pages.drop(edits.document.id)
            return
        # The file may have changed once more since the save: that state was asked for by nobody.
        saves = edits.saves or edits.document.id in self._to_save
        if self._is_stale(edits):
            self._begin(edits.document, edits.loaded, asked=True, saves=saves)
            return
        self._pages.drop(edits.document.id)
        self._parts.documents.activate(edits.document.id)
        self._take(replace(edits, saves=saves), request)

    def _take(self, edits: _Edits, request: Request) -> None:
        documents, document = self._parts.documents, edits.document
        self._take_back(document)
        documents.take_merge(document, edits.loaded, request)
        words = self.tr("Merged {0} with the changes on disk.")
        if edits.saves and document.edited:
            self._parts.saver.save(document)
        self._parts.notices.undo(
            words.format(document_title(document)), lambda: self._undo(edits, request)
        )

    def _undo(self, edits: _Edits, merged: Request) -> None:
        """Show what was typed again; where nothing was saved since, the merge is undone whole."""
        documents, document = self._parts.documents, edits.document
        if document.digest == edits.loaded.digest and document.request == merged and edits.base:
            before = LoadedRequest(edits.base, edits.loaded.path, edits.digest or "")
            documents.take_merge(document, before, edits.mine)
        else:
            documents.edit(document, edits.mine)

    def _forget(self, document: Document) -> None:
        self._told.pop(document.id, None)
        self._to_save.discard(document.id)
        self._take_back(document)
        if self._pages.shows(document.id):
            self._pages.drop(document.id)
