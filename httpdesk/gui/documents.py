"""The requests in tabs: what was typed in each, and what came back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.draft_ports import Draft
from httpdesk.gui.document import Document, release
from httpdesk.gui.tabs import PageTab, Tab, TabList
from httpdesk.gui.undo_steps import UndoSteps
from httpdesk.model.collection import Defaults, LoadedRequest
from httpdesk.model.request import Request
from httpdesk.model.version import VersionReason

if TYPE_CHECKING:
    from httpdesk.model.questions import Question

__all__ = ["Detached", "Document", "Documents", "release"]


@dataclass(frozen=True, slots=True, eq=False)
class Detached:
    """A tab whose file was deleted, with what it had of that file."""

    document: Document
    root: str
    below: str
    """The rest of its path behind the one that was deleted."""
    saved: Request | None
    digest: str | None


class Documents(TabList):
    """The tabs, and what becomes of the requests in them."""

    opened = Signal(object)
    closed = Signal(object)
    changed = Signal(object)
    """A document's request, state or place in a collection is another now."""
    differs = Signal(object, object)
    """(Document, LoadedRequest): something was typed, and the file is not the one that the edits
    began from."""
    replaced = Signal(object, object, object)
    """(Document, what was typed in it and in no file, the VersionReason of what came instead)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tabOpened.connect(lambda tab: _if_request(tab, self.opened.emit))
        self.tabClosed.connect(lambda tab: _if_request(tab, self.closed.emit))

    # Reading

    @property
    def current(self) -> Document | None:
        """The request in front, None while a page of another kind is."""
        return self.front if isinstance(self.front, Document) else None

    def all(self) -> tuple[Document, ...]:
        """Return the requests in tab order."""
        return _requests(self._tabs)

    def by_id(self, document_id: str) -> Document | None:
        """Return the open document with this id, or None."""
        return next((each for each in self.all() if each.id == document_id), None)

    def at(self, root: str, path: str) -> Document | None:
        """Return the open document of a request's file, or None."""
        return next((e for e in self.all() if (e.root, e.path) == (root, path)), None)

    # Opening and closing

    def new(self, request: Request | None = None) -> Document:
        """Open a tab with a request that is in no collection."""
        document = Document(_new_id(), request or Request())
        self._add(document)
        return document

    def show_loaded(
        self, root: str, loaded: LoadedRequest, inherited: Defaults = (), *, preview: bool
    ) -> Document:
        """Open a tab on a request's file, in place of the preview tab when there is one.

        A file that has a tab already keeps that one: two clicks may both have begun to read it.
        """
        shown = self.at(root, loaded.path)
        if shown is not None:
            self.activate(shown.id)
            if not preview:
                self.pin(shown)
            return shown
        kept = self._kept_draft(root, loaded.path)
        document = kept or Document(
            _new_id(), loaded.request, loaded.request, root, loaded.path, loaded.digest, preview
        )
        document.inherited = inherited
        previous = next((each for each in self.all() if each.preview), None)
        if preview and previous is not None:
            self._replace(previous, document)
        else:
            self._add(document)
        if kept is not None:
            self.take_file(document, loaded)
        return document

    def restore(
        self,
        drafts: Iterable[Draft],
        front_id: str | None,
        pages: Iterable[tuple[PageTab, int]] = (),
    ) -> None:
        """Open the tabs of the last run; nothing that was opened meanwhile is touched.

        `pages` are those that are no requests, each with its place among the tabs.
        """
        for draft in drafts:
            document = _from_draft(draft)
            if not draft.open:
                self._closed.insert(0, document)
            elif self.by_id(draft.id) is None:
                self._tabs.append(document)
                self.tabOpened.emit(document)
        self._put_back(pages)
        if self._front is None and self._tabs:
            self.activate(front_id if self.tab(front_id or "") else self._tabs[0].id)
        self.orderChanged.emit()

    # Changing

    def edit(self, document: Document, request: Request) -> None:
        """Take what the editor shows; an edited preview tab stays open."""
        if request != document.request:
            document.change(request)
            document.preview = document.preview and not document.edited
            self.changed.emit(document)

    def pin(self, document: Document) -> None:
        """Keep a preview tab."""
        if document.preview:
            document.preview = False
            self.changed.emit(document)

    def mark_saved(
        self, document: Document, root: str, loaded: LoadedRequest, written: Request
    ) -> None:
        """The document's request is in this file now; typing since `written` stays."""
        document.root, document.path, document.digest = root, loaded.path, loaded.digest
        document.saved, document.base_unknown = loaded.request, False
        typed = document.request != written
        document.settle(_with_auth(document.request, loaded) if typed else loaded.request)
        document.preview = False
        self.changed.emit(document)

    def adopt_base(self, document: Document, loaded: LoadedRequest, inherited: Defaults) -> None:
        """Take what the file of a restored tab holds; typed edits stay typed.

        When the file was changed meanwhile, an edited tab keeps the request and the digest that
        its edits began from, so that saving notices it and both can be merged.
        """
        document.inherited = inherited
        self.take_file(document, loaded)

    def take_file(self, document: Document, loaded: LoadedRequest) -> None:
        """The file holds this now: a tab without edits shows it, of others `differs` tells."""
        if document.edited:
            self._take_base(document, loaded)
        else:
            self.reload(document, loaded)

    def _take_base(self, document: Document, loaded: LoadedRequest) -> None:
        base, same = document.saved, loaded.digest == document.digest
        document.saved = loaded.request if base is None or same else _with_auth(base, loaded)
        document.settle(_with_auth(document.request, loaded))
        document.base_unknown = document.base_unknown and not same
        if document.request == loaded.request:
            self.reload(document, loaded)
            return
        self.changed.emit(document)
        if not same:
            self.differs.emit(document, loaded)

    def adopt_name(self, document: Document, loaded: LoadedRequest) -> None:
        """The request was renamed in the tree: take the name from its file, keep what was typed.

        When the file holds more that is new, it was changed outside, and the digest of an edited
        tab stays the one its edits began from.
        """
        name, base = loaded.request.name, document.saved
        if document.edited and base is not None:
            document.settle(replace(document.request, name=name))
            document.saved = replace(base, name=name)
            if document.saved == loaded.request:
                document.digest = loaded.digest
        self.take_file(document, loaded)

    def reload(self, document: Document, loaded: LoadedRequest) -> None:
        """Show the request as its file has it now; edits are given up."""
        if _with_auth(document.request, loaded) == loaded.request:
            document.settle(loaded.request)
        else:
            self._replace_typed(document, loaded.request, VersionReason.RELOADED)
        document.saved = loaded.request
        document.digest, document.base_unknown = loaded.digest, False
        self.changed.emit(document)

    def take_merge(self, document: Document, loaded: LoadedRequest, request: Request) -> None:
        """Show what came of merging the edits with their file, which holds `loaded`."""
        document.saved = loaded.request
        document.digest, document.base_unknown = loaded.digest, False
        document.change(request, apart=True)
        self.changed.emit(document)

    def discard(self, document: Document) -> Request:
        """Go back to the saved request; return what was typed, for Undo."""
        typed = document.request
        self.replace(document, document.saved or Request(), VersionReason.DISCARDED)
        return typed

    def replace(self, document: Document, request: Request, reason: VersionReason) -> None:
        """Show another request in place of what was typed, which becomes a version."""
        self._replace_typed(document, request, reason)
        document.preview = document.preview and not document.edited
        self.changed.emit(document)

    def undo(self, document: Document, *, back: bool = True) -> bool:
        """Take a change of the request back, or make it again; return whether there was one."""
        found = document.step(back=back)
        if found:
            document.preview = document.preview and not document.edited
            self.changed.emit(document)
        return found

    def relocate(self, root: str, old: str, new: str) -> None:
        """An item of a collection has another path now; its tab and those below it follow."""
        for document in (*self.all(), *_requests(self._closed)):
            path = document.path or ""
            if document.root == root and (path == old or path.startswith(f"{old}/")):
                document.path = new + path[len(old) :]
                self.changed.emit(document)

    def detach(self, root: str, path: str) -> tuple[Detached, ...]:
        """The file was deleted: its tab stays, with all that is in it, as never saved.

        Return what `attach` needs to undo that.
        """
        detached = []
        for document in self.all():
            held = document.path or ""
            if document.root == root and (held == path or held.startswith(f"{path}/")):
                below = held[len(path) :]
                detached.append(Detached(document, root, below, document.saved, document.digest))
                document.root = document.path = document.digest = document.saved = None
                self.changed.emit(document)
        return tuple(detached)

    def attach(self, detached: Iterable[Detached], path: str) -> None:
        """The deleted file is back at `path`: tabs that were not saved elsewhere show it again."""
        for each in detached:
            document = each.document
            if document.path is None:
                document.root, document.path = each.root, path + each.below
                document.saved, document.digest = each.saved, each.digest
                self.changed.emit(document)

    def set_sending(self, document: Document, sending: bool) -> None:
        """Mark whether a send of this document is under way."""
        document.sending = sending
        self.changed.emit(document)

    def set_question(self, document: Document, question: Question | None) -> None:
        """Note what the document's send waits for an answer to."""
        document.question = question
        self.changed.emit(document)

    # Inside

    def _replace_typed(self, document: Document, request: Request, reason: VersionReason) -> None:
        typed, edited = document.request, document.edited
        document.change(request, apart=True)
        if edited and typed != request:
            self.replaced.emit(document, typed, reason)

    def _kept_draft(self, root: str, path: str) -> Document | None:
        """Return the closed tab of this file that still has edits; opening brings it back."""
        for document in _requests(self._closed):
            if (document.root, document.path) == (root, path) and document.edited:
                self._closed.remove(document)
                return document
        return None


def _requests(tabs: Iterable[Tab]) -> tuple[Document, ...]:
    return tuple(each for each in tabs if isinstance(each, Document))


def _if_request(tab: Tab, tell: Callable[[Document], None]) -> None:
    if isinstance(tab, Document):
        tell(tab)


def _new_id() -> str:
    return os.urandom(16).hex()


def _from_draft(draft: Draft) -> Document:
    saved = draft.base if draft.edited or draft.path is None else draft.request
    document = Document(draft.id, draft.request, saved, draft.root, draft.path, draft.digest)
    document.base_unknown = draft.path is not None and saved is None
    document.steps = UndoSteps(draft.request, draft.step, complete=False)
    document.view = draft.view
    return document


def _with_auth(request: Request, loaded: LoadedRequest) -> Request:
    """Return what was typed with the auth of the file: that is nothing that a tab edits."""
    return replace(request, auth=loaded.request.auth)
