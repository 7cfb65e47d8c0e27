"""The open tabs: which request each shows, what was typed in it, and what came back."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.ports import Draft
from httpdesk.model.collection import Defaults, LoadedRequest
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Request

MOST_EXCHANGES = 20
MOST_CLOSED = 30


@dataclass(slots=True, eq=False)
class Document:
    """One tab. `saved` is the request as its file has it, None when it was never saved."""

    id: str
    request: Request
    saved: Request | None = None
    root: str | None = None
    path: str | None = None
    digest: str | None = None
    preview: bool = False
    sending: bool = False
    inherited: Defaults = ()
    """What the collection and its folders hand down, outermost first."""
    exchanges: list[Exchange] = field(default_factory=list)
    shown: int = -1
    """Which of the exchanges is on screen."""
    writing: list[str] = field(default_factory=list)
    """The ids of exchanges whose body is being saved."""

    @property
    def edited(self) -> bool:
        """Whether something was typed that is in no file."""
        return self.request != (self.saved if self.saved is not None else Request())

    @property
    def exchange(self) -> Exchange | None:
        """The exchange on screen."""
        return self.exchanges[self.shown] if self.exchanges else None

    def keep(self, exchange: Exchange) -> None:
        """Add the newest exchange and show it; the oldest beyond the bound is released."""
        self.exchanges.append(exchange)
        while len(self.exchanges) > MOST_EXCHANGES:
            self._give_back(self.exchanges.pop(0))
        self.shown = len(self.exchanges) - 1

    def release(self) -> None:
        """Give the bodies of all exchanges back."""
        for exchange in self.exchanges:
            self._give_back(exchange)
        self.exchanges.clear()
        self.shown = -1

    def begin_writing(self, exchange: Exchange) -> None:
        """Keep the exchange's body until `end_writing`."""
        self.writing.append(exchange.id)

    def end_writing(self, exchange: Exchange) -> None:
        """Release the body now if the tab was closed meanwhile."""
        self.writing.remove(exchange.id)
        if all(each.id != exchange.id for each in self.exchanges):
            self._give_back(exchange)

    def _give_back(self, exchange: Exchange) -> None:
        if exchange.id not in self.writing:
            release(exchange)

    def draft(self, position: int, *, is_open: bool) -> Draft:
        """Return what is kept of the tab over a restart."""
        return Draft(
            id=self.id,
            request=self.request,
            root=self.root,
            path=self.path,
            digest=self.digest,
            edited=self.edited,
            open=is_open,
            position=position,
        )


def release(exchange: Exchange) -> None:
    """Give the bodies of an exchange back."""
    if exchange.response is not None:
        exchange.response.body.close()
        if exchange.response.raw_body is not None:
            exchange.response.raw_body.close()


@dataclass(frozen=True, slots=True, eq=False)
class Detached:
    """A tab whose file was deleted, with what it had of that file."""

    document: Document
    root: str
    below: str
    """The rest of its path behind the one that was deleted."""
    saved: Request | None
    digest: str | None


class Documents(QObject):
    """The list of tabs; every change is told as a fact."""

    opened = Signal(object)
    closed = Signal(object)
    changed = Signal(object)
    """A document's request, state or place in a collection is another now."""
    orderChanged = Signal()
    currentChanged = Signal(object)
    """The current Document, or None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents: list[Document] = []
        self._closed: list[Document] = []
        self._recent: list[Document] = []
        self._current: Document | None = None

    # Reading

    @property
    def current(self) -> Document | None:
        """The document whose page is shown."""
        return self._current

    def all(self) -> tuple[Document, ...]:
        """Return the open documents in tab order."""
        return tuple(self._documents)

    @property
    def can_reopen(self) -> bool:
        """Whether a closed tab can be brought back."""
        return bool(self._closed)

    def recent(self) -> list[Document]:
        """Return the open documents that are not in front, the one last shown first."""
        return [each for each in reversed(self._recent) if each is not self._current]

    def by_id(self, document_id: str) -> Document | None:
        """Return the open document with this id, or None."""
        return next((each for each in self._documents if each.id == document_id), None)

    def at(self, root: str, path: str) -> Document | None:
        """Return the open document of a request's file, or None."""
        return next((e for e in self._documents if (e.root, e.path) == (root, path)), None)

    def position(self, document: Document) -> int:
        """Return the place of `document` among the tabs."""
        return self._documents.index(document)

    # Opening and closing

    def new(self, request: Request | None = None) -> Document:
        """Open a tab with a request that is in no collection."""
        return self._add(Document(_new_id(), request or Request()))

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
        document = self._kept_draft(root, loaded.path) or Document(
            _new_id(), loaded.request, loaded.request, root, loaded.path, loaded.digest, preview
        )
        document.inherited = inherited
        previous = next((each for each in self._documents if each.preview), None)
        if preview and previous is not None:
            return self._replace(previous, document)
        return self._add(document)

    def restore(self, drafts: Iterable[Draft], current_id: str | None) -> None:
        """Open the tabs of the last run; nothing that was opened meanwhile is touched."""
        for draft in drafts:
            document = _from_draft(draft)
            if not draft.open:
                self._closed.insert(0, document)
            elif self.by_id(draft.id) is None:
                self._documents.append(document)
                self.opened.emit(document)
        if self._current is None and self._documents:
            self.activate(current_id if self.by_id(current_id or "") else self._documents[0].id)
        self.orderChanged.emit()

    def activate(self, document_id: str | None) -> None:
        """Show the document with this id; unknown ids are ignored."""
        document = self.by_id(document_id or "")
        if document is not None and document is not self._current:
            self._set_current(document)

    def step(self, by: int) -> None:
        """Show the neighbour `by` tabs further, around the ends."""
        if self._current is not None:
            place = (self.position(self._current) + by) % len(self._documents)
            self._set_current(self._documents[place])

    def activate_recent(self) -> None:
        """Show the document that was current before this one."""
        if len(self._recent) > 1:
            self._set_current(self._recent[-2])

    def close(self, document_id: str) -> None:
        """Close a tab; what was typed in it is kept for `reopen`."""
        document = self.by_id(document_id)
        if document is None:
            return
        place = self.position(document)
        self._documents.remove(document)
        self._recent = [each for each in self._recent if each is not document]
        document.release()
        self._remember_closed(document)
        if document is self._current:
            self._set_current(self._next_after(place))
        self.closed.emit(document)
        self.orderChanged.emit()

    def reopen(self) -> Document | None:
        """Bring the tab that was closed last back with its edits."""
        return self._add(self._closed.pop()) if self._closed else None

    def move(self, start: int, end: int) -> None:
        """Move a tab from one place to another."""
        self._documents.insert(end, self._documents.pop(start))
        self.orderChanged.emit()

    # Changing

    def edit(self, document: Document, request: Request) -> None:
        """Take what the editor shows; an edited preview tab stays open."""
        if request != document.request:
            document.request = request
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
        document.saved = loaded.request
        if document.request == written:
            document.request = loaded.request
        document.preview = False
        self.changed.emit(document)

    def adopt_base(self, document: Document, loaded: LoadedRequest, inherited: Defaults) -> None:
        """Take what the file of a restored tab holds; typed edits stay typed.

        The digest of an edited tab stays the one its edits began from, so that saving notices when
        the file was changed meanwhile.
        """
        typed = document.edited
        document.saved, document.inherited = loaded.request, inherited
        if not typed:
            document.request = loaded.request
        if not document.edited:
            document.digest = loaded.digest
        self.changed.emit(document)

    def adopt_name(self, document: Document, loaded: LoadedRequest) -> None:
        """The request was renamed in the tree: take the name from its file, keep what was typed.

        When the file holds more that is new, it was changed outside, and the digest of an edited
        tab stays the one its edits began from.
        """
        name = loaded.request.name
        known = document.saved is not None and replace(document.saved, name=name) == loaded.request
        typed = document.edited
        document.saved = loaded.request
        document.request = replace(document.request, name=name) if typed else loaded.request
        if known or not document.edited:
            document.digest = loaded.digest
        self.changed.emit(document)

    def reload(self, document: Document, loaded: LoadedRequest) -> None:
        """Show the request as its file has it now; edits are given up."""
        document.request = document.saved = loaded.request
        document.digest = loaded.digest
        self.changed.emit(document)

    def discard(self, document: Document) -> Request:
        """Go back to the saved request; return what was typed, for Undo."""
        typed = document.request
        document.request = document.saved or Request()
        self.changed.emit(document)
        return typed

    def relocate(self, root: str, old: str, new: str) -> None:
        """An item of a collection has another path now; its tab and those below it follow."""
        for document in (*self._documents, *self._closed):
            path = document.path or ""
            if document.root == root and (path == old or path.startswith(f"{old}/")):
                document.path = new + path[len(old) :]
                self.changed.emit(document)

    def detach(self, root: str, path: str) -> tuple[Detached, ...]:
        """The file was deleted: its tab stays, with all that is in it, as never saved.

        Return what `attach` needs to undo that.
        """
        detached = []
        for document in self._documents:
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

    # Inside

    def _add(self, document: Document) -> Document:
        place = self.position(self._current) + 1 if self._current else len(self._documents)
        self._documents.insert(place, document)
        self.opened.emit(document)
        self._set_current(document)
        self.orderChanged.emit()
        return document

    def _replace(self, previous: Document, document: Document) -> Document:
        self._documents[self.position(previous)] = document
        self._recent = [each for each in self._recent if each is not previous]
        previous.release()
        self.opened.emit(document)
        self._set_current(document)
        self.closed.emit(previous)
        self.orderChanged.emit()
        return document

    def _set_current(self, document: Document | None) -> None:
        self._current = document
        if document is not None:
            self._recent = [each for each in self._recent if each is not document]
            self._recent.append(document)
        self.currentChanged.emit(document)

    def _next_after(self, place: int) -> Document | None:
        if self._recent:
            return self._recent[-1]
        return self._documents[min(place, len(self._documents) - 1)] if self._documents else None

    def _remember_closed(self, document: Document) -> None:
        if document.edited or document.path is not None:
            self._closed.append(document)
            del self._closed[:-MOST_CLOSED]

    def _kept_draft(self, root: str, path: str) -> Document | None:
        """Return the closed tab of this file that still has edits; opening brings it back."""
        for document in self._closed:
            if (document.root, document.path) == (root, path) and document.edited:
                self._closed.remove(document)
                return document
        return None


def _new_id() -> str:
    return os.urandom(16).hex()


def _from_draft(draft: Draft) -> Document:
    saved = None if draft.edited or draft.path is None else draft.request
    return Document(draft.id, draft.request, saved, draft.root, draft.path, draft.digest)
