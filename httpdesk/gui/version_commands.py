"""Keeps what requests were before they were replaced, and brings it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui.documents import Document
from httpdesk.gui.draft_keeper import LANE
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.jobs import Job
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.tabs import VERSIONS, PageTab
from httpdesk.gui.titles import document_title
from httpdesk.model.request import Request
from httpdesk.model.version import Version, VersionReason

if TYPE_CHECKING:
    from httpdesk.engine.version_ports import VersionStore
    from httpdesk.gui.versions.page import VersionsPage
    from httpdesk.model.collection import Defaults, LoadedRequest
    from httpdesk.render.diff import LinePair


class VersionCommands(QObject):
    """Opens the page of a request's versions, and serves it."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        parts.editors.make_with(VERSIONS, self._make)
        parts.editors.tabs.versionsRequested.connect(self._open_of_tab)
        parts.documents.replaced.connect(self._keep)
        parts.documents.changed.connect(self._changed)
        parts.saver.saved.connect(self._saved)
        parts.workspace.itemMoved.connect(self._moved)

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        parts = self._parts
        return {
            "request.versions": parts.with_document(lambda document: self.open(_place(document))),
            "item.versions": parts.with_item(self.open),
        }

    def open(self, place: ItemKey) -> None:
        """Show the versions of the request at a place."""
        tab = self._parts.documents.open_page(VERSIONS, json.dumps(place))
        page = self._parts.editors.page_of(tab)
        if page is not None:
            self._fill(tab, _as_page(page))
            page.take_focus()

    def _open_of_tab(self, tab_id: str) -> None:
        document = self._parts.documents.by_id(tab_id)
        if document is not None:
            self.open(_place(document))

    # Keeping

    def _keep(self, document: Document, request: Request, reason: VersionReason) -> None:
        """Something else is in the tab now than what was typed there."""
        root, path = _place(document)
        kept = document.kept(request)
        job = self._start(lambda store: store.add_version(root, path, kept, reason))
        job.finished.connect(lambda _: self._fill_open(_place(document)))

    def _saved(self, document: Document) -> None:
        """What was discarded before a request had a file belongs to the file now."""
        place = _place(document)
        if place.root:
            job = self._start(lambda store: store.move_versions(("", document.id), place))
            job.finished.connect(lambda _: self._fill_open(place))

    def _moved(self, before: ItemKey, now: ItemKey) -> None:
        self._start(lambda store: store.move_versions(before, now))
        for tab in self._pages():
            root, path = _subject(tab)
            if root == before.root and (path == before.path or path.startswith(f"{before.path}/")):
                is_front = self._parts.documents.front is tab
                self._parts.documents.close(tab.id)
                if is_front:
                    self.open(ItemKey(root, now.path + path[len(before.path) :]))

    # The page

    def _make(self, tab: PageTab) -> VersionsPage:
        from httpdesk.gui.versions.page import VersionsPage

        page = VersionsPage()
        page.versionChosen.connect(partial(self._compare, tab, page))
        page.restoreAsked.connect(partial(self._restore, tab))
        self._fill(tab, page)
        return page

    def _fill_open(self, place: ItemKey) -> None:
        for tab in self._pages():
            page = self._parts.editors.page_of(tab)
            if page is not None and _subject(tab) == place:
                self._fill(tab, _as_page(page))

    def _fill(self, tab: PageTab, page: VersionsPage) -> None:
        place = _subject(tab)
        name = self._name(place)
        title = self.tr("Versions of {0}").format(name)
        if title != tab.title:
            tab.title = title
            self._parts.documents.orderChanged.emit()
        job = self._start(lambda store: store.versions(*place))
        job.finished.connect(
            lambda versions: self._if_there(tab, page.show_versions, name, versions)
        )

    def _compare(self, tab: PageTab, page: VersionsPage, version: Version) -> None:
        place, document = _subject(tab), self._document(_subject(tab))
        now = document.request if document is not None else None
        ports = self._parts.ports

        def differences(_: object) -> tuple[LinePair, ...]:
            current = now
            if current is None and place.root:
                current = ports.collections().load(*place).request
            return line_differences(version.request, current or Request())

        job = self._parts.jobs.start(differences)
        job.finished.connect(
            lambda lines: self._if_there(
                tab, lambda: page.show_lines(lines) if page.chosen is version else None
            )
        )
        job.failed.connect(self._parts.notices.error)

    def _if_there(self, tab: PageTab, show: Callable[..., object], *what: object) -> None:
        """Show something unless the page was closed meanwhile."""
        if self._parts.documents.tab(tab.id) is not None:
            show(*what)

    def _changed(self, document: Document) -> None:
        """What differs is another thing once the request has changed."""
        front = self._parts.editors.front
        for tab in self._pages():
            page = self._parts.editors.page_of(tab)
            if page is front and page is not None and _subject(tab) == _place(document):
                chosen = _as_page(page).chosen
                if chosen is not None:
                    self._compare(tab, _as_page(page), chosen)

    # Restoring

    def _restore(self, tab: PageTab, version: Version) -> None:
        place = _subject(tab)
        document = self._document(place)
        if document is not None:
            self._restore_in(document, version)
        elif place.root:
            self._parts.workspace.read(place, partial(self._restore_loaded, place, version))

    def _restore_loaded(
        self, place: ItemKey, version: Version, loaded: LoadedRequest, inherited: Defaults
    ) -> None:
        documents = self._parts.documents
        document = documents.show_loaded(place.root, loaded, inherited, preview=False)
        self._restore_in(document, version)

    def _restore_in(self, document: Document, version: Version) -> None:
        from httpdesk.gui.versions.page import shown_time

        documents, before = self._parts.documents, document.request
        now = replace(version.request, auth=before.auth, unapplied=before.unapplied)
        documents.replace(document, now, VersionReason.RESTORED)
        documents.activate(document.id)
        self._parts.notices.undo(
            self.tr("Restored the version of {0}. Save to keep it.").format(shown_time(version.at)),
            lambda: documents.edit(document, before),
        )

    # Inside

    def _start(self, run: Callable[[VersionStore], object]) -> Job:
        """Use the versions in the lane of the drafts; a failure is told as theirs is."""
        job = self._parts.jobs.start(lambda _: run(self._parts.ports.versions()), lane=LANE)
        job.failed.connect(self._parts.notices.error)
        return job

    def _pages(self) -> tuple[PageTab, ...]:
        return tuple(tab for tab in self._parts.documents.pages() if tab.kind == VERSIONS)

    def _document(self, place: ItemKey) -> Document | None:
        documents = self._parts.documents
        return documents.at(*place) if place.root else documents.by_id(place.path)

    def _name(self, place: ItemKey) -> str:
        document = self._document(place)
        return document_title(document) if document is not None else PurePath(place.path).stem


def line_differences(before: Request, after: Request) -> tuple[LinePair, ...]:
    """Return the lines of the requests' files that differ; runs on a worker."""
    from httpdesk.formats.opencollection import request_text
    from httpdesk.render.diff import by_lines

    return by_lines(request_text(before), request_text(after))


def _place(document: Document) -> ItemKey:
    """Return what a document's versions are kept under."""
    if document.root is None or document.path is None:
        return ItemKey("", document.id)
    return ItemKey(document.root, document.path)


def _subject(tab: PageTab) -> ItemKey:
    try:
        root, path = json.loads(tab.subject)
    except (ValueError, TypeError):
        return ItemKey("", "")
    return ItemKey(str(root), str(path))


def _as_page(page: QObject) -> VersionsPage:
    from httpdesk.gui.versions.page import VersionsPage

    assert isinstance(page, VersionsPage)
    return page
