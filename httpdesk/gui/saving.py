"""Save, Save as, and what happens when the file is another one by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.documents import Document, Documents
from httpdesk.gui.form_rows import Answers, ChoiceRow, TextRow
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.jobs import Job
from httpdesk.gui.ports import WindowPorts
from httpdesk.gui.titles import document_title
from httpdesk.gui.workspace import Workspace
from httpdesk.model.collection import Collection, Item, ItemKind, LoadedRequest
from httpdesk.model.request import Request

if TYPE_CHECKING:
    from httpdesk.gui.overlay import FormPanel

Place = ItemKey
"""A collection's folder, or a folder in it."""


class Saver(QObject):
    """Brings documents to disk through the workspace."""

    saved = Signal(object)
    """The Document that is on disk now."""
    conflictFound = Signal(object)
    """The Document whose file was changed outside; nothing was overwritten."""
    failed = Signal(object, object)
    """(Document, HttpDeskError): it could not be written and stays as it is."""

    def __init__(
        self,
        ports: WindowPorts,
        workspace: Workspace,
        documents: Documents,
        form: Callable[[], FormPanel],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ports = ports
        self._workspace = workspace
        self._documents = documents
        self._form = form
        self._writing: set[str] = set()
        self._again: set[str] = set()

    def save(self, document: Document, place: Place | None = None) -> None:
        """Save over the document's file, or ask where a new one goes."""
        if document.id in self._writing:
            # The file that is being written decides whether this one is changed outside.
            self._again.add(document.id)
        elif document.root is None or document.path is None:
            self.save_as(document, place)
        elif document.edited:
            self._overwrite(document, document.digest)
        else:
            self.saved.emit(document)

    def save_as(self, document: Document, place: Place | None = None) -> None:
        """Ask for name and folder, then write a new file that the tab shows from then on."""
        places = self._places()
        key = ItemKey(document.root or "", document.path or "")
        default = ItemKey(key.root, key.folder) if document.root else place
        self._form().ask(
            self.tr("Save request"),
            (
                TextRow("name", self.tr("Name"), self._proposed_name(document)),
                ChoiceRow("place", self.tr("Folder"), places, default),
            ),
            self.tr("Save"),
            lambda answers: self._write_new(document, answers),
        )

    # Inside

    def _overwrite(self, document: Document, digest: str | None) -> None:
        key = ItemKey(document.root or "", document.path or "")
        written = document.request
        job = self._workspace.save(
            key,
            written,
            digest,
            lambda loaded: self._finish(document, key.root, loaded, written),
            lambda error: self._refused(document, error),
        )
        self._follow(document, job)

    def _follow(self, document: Document, job: Job) -> None:
        """Keep saves of one document in order: one that is asked for meanwhile comes after."""
        self._writing.add(document.id)

        def ended() -> None:
            self._writing.discard(document.id)
            asked = document.id in self._again
            self._again.discard(document.id)
            if asked and document.edited and document.path is not None:
                self._overwrite(document, document.digest)

        job.ended.connect(ended)

    def _refused(self, document: Document, error: object) -> None:
        from httpdesk.model.storage_errors import FileChanged

        if isinstance(error, FileChanged):
            self.conflictFound.emit(document)
        else:
            self.failed.emit(document, error)

    def _finish(
        self, document: Document, root: str, loaded: LoadedRequest, written: Request
    ) -> None:
        self._documents.mark_saved(document, root, loaded, written)
        self.saved.emit(document)

    def _write_new(self, document: Document, answers: Answers) -> None:
        named = replace(document.request, name=str(answers["name"]))
        self._documents.edit(document, named)
        place = answers["place"]
        assert isinstance(place, ItemKey)
        root = place.root

        def finish(loaded: LoadedRequest) -> None:
            self._finish(document, root, loaded, named)

        like = ItemKey(document.root, document.path) if document.root and document.path else None
        if self._workspace.collection(root) is None:
            name = PurePath(root).name
            job = self._workspace.create_and_add(root, name, named, like, finish)
        else:
            job = self._workspace.add(place, named, like, finish)
        self._follow(document, job)

    @staticmethod
    def _proposed_name(document: Document) -> str:
        return document.request.name or document_title(document).lstrip("/")

    def _places(self) -> tuple[tuple[Place, str], ...]:
        places = [
            place for collection in self._workspace.collections for place in _folders(collection)
        ]
        if not places:
            root = self._ports.default_collection
            places = [(ItemKey(root), self.tr("New collection in {0}").format(root))]
        return tuple(places)


def _folders(collection: Collection) -> list[tuple[Place, str]]:
    places: list[tuple[Place, str]] = [(ItemKey(collection.root), collection.name)]

    def add(items: tuple[Item, ...], trail: str) -> None:
        for item in items:
            if item.kind is ItemKind.FOLDER:
                words = f"{trail} / {item.name}"
                places.append((ItemKey(collection.root, item.path), words))
                add(item.children, words)

    add(collection.items, collection.name)
    return places


def folder_choices(collection: Collection) -> tuple[tuple[Place, str], ...]:
    """Return every folder of a collection with its trail in words, the collection's own first."""
    return tuple(_folders(collection))
