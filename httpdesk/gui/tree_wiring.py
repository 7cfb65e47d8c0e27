"""Keeps the tree of collections, the workspace behind it and the open tabs in step."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from httpdesk.gui import draft_keeper
from httpdesk.gui.auth_conversion import AuthConversion
from httpdesk.gui.collection_commands import CollectionCommands
from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.documents import Document
from httpdesk.gui.draft_keeper import DraftKeeper
from httpdesk.gui.environment_catalog import EnvironmentCatalog
from httpdesk.gui.file_merging import FileMerging
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.request_commands import RequestCommands
from httpdesk.gui.top_bar import add_commands
from httpdesk.model.collection import Defaults, LoadedRequest

ITEM_MENU = (
    "item.rename",
    "item.duplicate",
    "item.move",
    "item.move-up",
    "item.move-down",
    "item.versions",
    "",
    "request.new",
    "folder.new",
    "folder.settings",
    "find.in-folder",
    "",
    "item.delete",
)
COLLECTION_MENU = (
    *("item.rename", "", "request.new", "folder.new", "folder.settings", "find.in-folder", ""),
    "collection.close",
)


class TreeWiring(QObject):
    """Connects what the tree and the workspace tell with those whom it concerns."""

    def __init__(
        self,
        parts: WindowParts,
        *,
        items: CollectionCommands,
        requests: RequestCommands,
        merging: FileMerging,
        conversion: AuthConversion,
        connections: ConnectionKeeper,
        environments: EnvironmentCatalog,
        keeper: DraftKeeper,
    ) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._items = items
        self._requests = requests
        self._merging = merging
        self._conversion = conversion
        self._connections = connections
        self._environments = environments
        self._keeper = keeper
        self._panel = parts.collections
        self._panel.set_context_menu(self._fill_menu)
        self._connect_workspace()
        self._connect_panel()

    def restore(self, expanded: list[Any], roots: list[Any]) -> None:
        """Open the collections of the last run, with their folders as they were."""
        self._panel.set_expanded(
            ItemKey(*each) for each in expanded if isinstance(each, list) and len(each) == 2
        )
        workspace = self._parts.workspace
        for root in roots:
            if isinstance(root, str) and workspace.collection(root) is None:
                workspace.open(root, asked=False)

    def select(self, document: Document) -> None:
        """Select the row of a tab; one that is in no collection has none."""
        if document.root is not None and document.path is not None:
            self._panel.select(ItemKey(document.root, document.path))
        else:
            self._panel.clear_selection()

    def show_edited(self) -> None:
        """Mark the rows whose tabs have edits that are not saved."""
        keys = [
            ItemKey(each.root, each.path)
            for each in self._parts.documents.all()
            if each.edited and each.root is not None and each.path is not None
        ]
        self._panel.model.set_edited(keys)

    def _connect_workspace(self) -> None:
        workspace = self._parts.workspace
        workspace.collectionsChanged.connect(self._collections_changed)
        workspace.collectionOpened.connect(self._collection_opened)
        workspace.requestLoaded.connect(self._request_loaded)
        workspace.itemAdded.connect(self._panel.select)
        workspace.itemMoved.connect(self._item_moved)
        workspace.inheritanceChanged.connect(self._requests.reload_inherited)
        workspace.itemDeleted.connect(self._item_deleted)
        workspace.failed.connect(lambda error, _: self._parts.notices.error(error))

    def _connect_panel(self) -> None:
        panel, workspace = self._panel, self._parts.workspace
        panel.openRequested.connect(self._items.open_item)
        panel.problemRequested.connect(self._parts.notices.error)
        panel.mergeRequested.connect(self._merging.merge)
        panel.renameRequested.connect(workspace.rename)
        panel.moveRequested.connect(workspace.move)
        panel.copyRequested.connect(self._items.copy)
        panel.deleteRequested.connect(workspace.delete)
        panel.expansionChanged.connect(self._keep_expansion)

    def _fill_menu(self, menu: QMenu, is_collection: bool) -> None:
        self._merging.add_to(menu)
        commands = COLLECTION_MENU if is_collection else ITEM_MENU
        add_commands(menu, self._parts.actions, commands)
        self._items.add_sign_in(menu, self._connections, self._conversion.from_level)

    def _collections_changed(self) -> None:
        collections = self._parts.workspace.collections
        self._panel.show_collections(collections)
        document = self._parts.documents.current
        if self._panel.current_key() is None and document is not None and document.path:
            self._panel.select_if_shown(ItemKey(document.root or "", document.path))
        roots = [collection.root for collection in collections]
        self._keeper.keep_state(draft_keeper.COLLECTIONS, json.dumps(roots))
        self._connections.set_roots(roots)
        self._environments.set_roots(roots)
        self._requests.update_enabled()

    def _collection_opened(self, root: str) -> None:
        collection = self._parts.workspace.collection(root)
        if collection is not None:
            self._panel.show_opened(collection)

    def _request_loaded(
        self, key: ItemKey, loaded: LoadedRequest, inherited: Defaults, preview: bool
    ) -> None:
        self._parts.documents.show_loaded(key.root, loaded, inherited, preview=preview)
        self._items.opened(key)

    def _item_moved(self, before: ItemKey, now: ItemKey) -> None:
        self._parts.documents.relocate(before.root, before.path, now.path)
        self._panel.select(now)
        self._requests.reload_name(now)

    def _item_deleted(self, key: ItemKey, name: str, ticket: str) -> None:
        documents, workspace = self._parts.documents, self._parts.workspace
        detached = documents.detach(key.root, key.path)
        self._parts.notices.undo(
            self.tr("Deleted {0}").format(name),
            lambda: workspace.undo_delete(
                key.root, ticket, lambda path: documents.attach(detached, path)
            ),
        )

    def _keep_expansion(self) -> None:
        keys = [[key.root, key.path] for key in self._panel.expanded]
        self._keeper.keep_state(draft_keeper.EXPANDED, json.dumps(keys))
