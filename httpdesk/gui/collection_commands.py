"""Commands on collections and their items; small forms instead of dialogs."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePath

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFileDialog, QMenu
from shiboken6 import isValid

from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.form_rows import Answers, ChoiceRow, TextRow
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.parts import Handlers, WindowParts
from httpdesk.gui.saving import folder_choices
from httpdesk.model.collection import Defaults, Item, ItemKind, LoadedRequest
from httpdesk.model.connection import NO_CONNECTION, StoredConnection


class CollectionCommands(QObject):
    """Handlers for the tree."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._to_send: ItemKey | None = None

    def handlers(self) -> Handlers:
        """Return the handlers by action."""
        parts, workspace = self._parts, self._parts.workspace
        return {
            "collection.new": self._new_collection,
            "collection.open": self._open_collection,
            "collection.sample": workspace.open_sample,
            "collection.close": parts.with_key(lambda key: workspace.close(key.root)),
            "item.rename": self._rename,
            "item.duplicate": self._duplicate,
            "item.delete": parts.with_item(workspace.delete),
            "item.move": parts.with_item(self._ask_move),
            "item.move-up": parts.with_item(partial(self._step, by=-1)),
            "item.move-down": parts.with_item(partial(self._step, by=1)),
            "folder.new": self._new_folder,
        }

    def open_item(self, key: ItemKey, preview: bool) -> None:
        """Show the tab of a request, or open one."""
        self._to_send = None
        documents = self._parts.documents
        document = documents.at(key.root, key.path)
        if document is None:
            self._parts.workspace.load(key, preview=preview)
            return
        documents.activate(document.id)
        if not preview:
            documents.pin(document)

    def open_and_send(self, key: ItemKey) -> None:
        """Show the tab of a request, or open one, and send it."""
        self.open_item(key, False)
        self._to_send = key
        document = self._parts.document
        if document is not None and (document.root, document.path) == key:
            self.opened(key)

    def opened(self, key: ItemKey) -> None:
        """A request was opened: send it if that was asked for."""
        if key == self._to_send:
            self._parts.actions["send"].trigger()
        self._to_send = None

    def add_sign_in(
        self, menu: QMenu, keeper: ConnectionKeeper, convert: Callable[[ItemKey], object]
    ) -> None:
        """Offer which connection the requests of the current folder or collection use.

        `convert` makes one from the auth of the file.
        """
        key = self._parts.collections.current_key()
        if key is None or not self._hands_down(key):
            return
        menu.addSeparator()
        signs_in = menu.addMenu(self.tr("Sign in with"))
        choices = QActionGroup(signs_in)
        self._add_choice(signs_in, self.tr("Inherit"), key, None)
        self._add_choice(signs_in, self.tr("None"), key, NO_CONNECTION)
        stored = (each for each in keeper.entries() if isinstance(each, StoredConnection))
        names = [each.connection.name for each in stored if each.root in (None, key.root)]
        if names:
            signs_in.addSeparator()
        for name in dict.fromkeys(names):
            self._add_choice(signs_in, name.replace("&", "&&"), key, name)
        for action in signs_in.actions():
            if action.isCheckable():
                choices.addAction(action)
        self._check_chosen(choices, key)
        signs_in.addSeparator()
        signs_in.addAction(self.tr("Make a connection from its auth"), lambda: convert(key))

    def _add_choice(self, menu: QMenu, text: str, key: ItemKey, name: str | None) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setData(name)
        action.triggered.connect(lambda: self._parts.workspace.set_connection(key, name))

    def _check_chosen(self, choices: QActionGroup, key: ItemKey) -> None:
        """Check what the folder's file names, as soon as a worker has read it."""
        ports = self._parts.ports

        def check(name: str | None) -> None:
            # The menu may be gone by then.
            for action in choices.actions() if isValid(choices) else ():
                action.setChecked(action.data() == name)

        job = self._parts.jobs.start(lambda _: ports.collections().connection(*key))
        job.finished.connect(check)

    def _hands_down(self, key: ItemKey) -> bool:
        """Return whether the row is a collection or a folder."""
        collection = self._parts.workspace.collection(key.root)
        item = collection.find(key.path) if collection is not None else None
        return not key.path or (item is not None and item.kind is ItemKind.FOLDER)

    def _rename(self) -> None:
        if self._parts.sidebar.isHidden():
            self._parts.actions["view.sidebar"].trigger()
        self._parts.collections.rename_current()

    def _duplicate(self) -> None:
        """Copy the current row; when the tab in front is in no collection, copy that tab."""
        key, document = self._parts.collections.current_key(), self._parts.document
        if key is not None and key.path:
            self._parts.workspace.duplicate(key)
        elif key is None and document is not None:
            self._parts.documents.new(document.request)

    def copy(self, key: ItemKey, where: ItemKey) -> None:
        """Copy a request, with all that its file says, into a folder of another collection."""
        collection = self._parts.workspace.collection(key.root)
        item = collection.find(key.path) if collection is not None else None
        if item is None or item.kind is not ItemKind.REQUEST:
            words = self.tr("Only requests are copied to another collection, one by one.")
            self._parts.notices.say(words, "warning")
            return
        workspace = self._parts.workspace

        def add(loaded: LoadedRequest, _: Defaults) -> None:
            workspace.add(where, loaded.request, key, self._copied)

        workspace.read(key, add)

    def _copied(self, loaded: LoadedRequest) -> None:
        words = self.tr("{0} was copied. The other collection keeps its own.")
        self._parts.notices.say(words.format(loaded.request.name or loaded.path), "success")

    def _open_collection(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self._parts.window, self.tr("Open a collection folder"), str(Path.home())
        )
        if folder:
            self._parts.workspace.open(folder)

    def _new_collection(self) -> None:
        parent = PurePath(self._parts.ports.default_collection).parent
        self._parts.notices.form().ask(
            self.tr("New collection"),
            (
                TextRow("name", self.tr("Name"), self.tr("My collection")),
                TextRow("parent", self.tr("In the folder"), str(parent)),
            ),
            self.tr("Create collection"),
            self._create,
        )

    def _create(self, answers: Answers) -> None:
        from httpdesk.formats.portable_names import portable_name

        name, parent = str(answers["name"]), os.path.expanduser(str(answers["parent"]))
        # A folder that is not told in full is one of the user's own, wherever we were started.
        root = Path.home() / parent / portable_name(name, fallback="collection")
        self._parts.workspace.create(str(root), name)

    def _new_folder(self) -> None:
        where = self._parts.collections.current_folder()
        if where is None and self._parts.workspace.collections:
            where = ItemKey(self._parts.workspace.collections[0].root)
        if where is None:
            self._new_collection()
            return
        self._parts.notices.form().ask(
            self.tr("New folder"),
            (TextRow("name", self.tr("Name")),),
            self.tr("Create folder"),
            lambda answers: self._parts.workspace.add_folder(
                where.root, where.path, str(answers["name"])
            ),
        )

    def _ask_move(self, key: ItemKey) -> None:
        collection = self._parts.workspace.collection(key.root)
        if collection is None:
            return
        choices = tuple(
            (place.path, words)
            for place, words in folder_choices(collection)
            if not f"{place.path}/".startswith(f"{key.path}/")
        )
        self._parts.notices.form().ask(
            self.tr("Move to folder"),
            (ChoiceRow("folder", self.tr("Folder"), choices, key.folder),),
            self.tr("Move"),
            lambda answers: self._parts.workspace.move(key, str(answers["folder"]), None),
        )

    def _step(self, key: ItemKey, by: int) -> None:
        """Move an item one place up or down among its siblings."""
        siblings = self._siblings(key)
        paths = [item.path for item in siblings]
        place = paths.index(key.path)
        # Standing before the sibling after next is one place further down.
        target = place - 1 if by < 0 else place + 2
        if target < 0 or (by > 0 and place == len(paths) - 1):
            return
        before = paths[target] if target < len(paths) else None
        self._parts.workspace.move(key, key.folder, before)

    def _siblings(self, key: ItemKey) -> tuple[Item, ...]:
        collection = self._parts.workspace.collection(key.root)
        if collection is None:
            return ()
        folder = collection.find(key.folder) if key.folder else None
        return folder.children if folder else collection.items
