"""The Collections part of the sidebar: filter, tree, context menu, and words when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget

from httpdesk.gui.collections.tree_view import CollectionTree
from httpdesk.gui.item_models.collection_tree import CollectionTreeModel, TreeRole
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.filter_field import FilterField
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.collection import Collection, ItemKind
from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.storage_errors import ConflictMarkers

SMALL = 30
"""Rows up to which a collection is shown whole when it is opened."""
MOST_EXPANDED = 500
"""Rows up to which a filter opens every folder it keeps."""


class CollectionsPanel(QWidget):
    """Shows the open collections and asks, by signal, for everything else."""

    openRequested = Signal(object, bool)
    """(ItemKey of a request, preview)."""
    fileRequested = Signal(object)
    """ItemKey of an item that cannot be sent."""
    problemRequested = Signal(object)
    """The HttpDeskError of a row that cannot be read."""
    mergeRequested = Signal(object)
    """The ItemKey of a file with conflict markers."""
    renameRequested = Signal(object, str)
    moveRequested = Signal(object, str, object)
    copyRequested = Signal(object, object)
    deleteRequested = Signal(object)
    expansionChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = CollectionTreeModel(self)
        self.filter = FilterField(self.tr("Filter the collections"))
        self.tree = CollectionTree()
        self.tree.setModel(self.model)
        self._empty = EmptyState(
            self.tr("No requests yet"),
            self.tr("Requests you save appear here. Folders keep related ones together."),
        )
        self._no_match = EmptyState("", self.tr("Nothing matches the filter."))
        self._expanded: set[ItemKey] = set()
        self._last_folder: ItemKey | None = None
        self._unfiltered: ItemKey | None = None
        self._fill_menu: Callable[[QMenu, bool], None] = _no_menu
        self._build_layout()
        self._connect()

    def _build_layout(self) -> None:
        layout = QVBoxLayout(self)
        keep_scaled(layout, spacing=8)
        margin = QVBoxLayout()
        keep_scaled(margin, (8, 0, 8, 0))
        margin.addWidget(self.filter)
        layout.addLayout(margin)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self._no_match)
        layout.addWidget(body, 1)
        self.filter.hide()

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._filter_changed)
        self.filter.leftDown.connect(self._enter_tree)
        self.filter.returnPressed.connect(self._enter_tree)
        self.tree.openRequested.connect(lambda index: self._open(index, preview=True))
        self.tree.pinRequested.connect(lambda index: self._open(index, preview=False))
        self.tree.deleteRequested.connect(self._delete)
        self.tree.selectionModel().currentChanged.connect(self._remember_folder)
        self.tree.expanded.connect(lambda index: self._remember(index, expanded=True))
        self.tree.collapsed.connect(lambda index: self._remember(index, expanded=False))
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.model.renameRequested.connect(self.renameRequested)
        self.model.moveRequested.connect(self.moveRequested)
        self.model.copyRequested.connect(self.copyRequested)
        self.model.modelReset.connect(self._restore_expansion)

    # What the window calls

    def set_context_menu(self, fill: Callable[[QMenu, bool], None]) -> None:
        """Say what fills the context menu of a row; it is told whether that is a collection."""
        self._fill_menu = fill

    def show_collections(self, collections: Iterable[Collection]) -> None:
        """Show the open collections; what was expanded and selected stays so."""
        selected, place = self.current_key(), self.tree.currentIndex().row()
        known = {collection.root for collection in collections}
        before = {key.root for key in self._shown_roots()}
        self._expanded |= {ItemKey(root) for root in known - before}
        others = self.model.set_collections(collections)
        self._show_what_there_is()
        self.filter.setVisible(bool(known))
        if others and selected is not None:
            self._select_again(selected, place)

    def select(self, key: ItemKey) -> None:
        """Make the row of `key` the current one, with its parents open."""
        index = self.model.index_of(key)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def _select_again(self, key: ItemKey, place: int) -> None:
        """Select a row after the model was reset, or the one in its place when it is gone."""
        parent = self.model.index_of(ItemKey(key.root, key.folder))
        if not self.model.index_of(key).isValid() and key.path and self.model.rowCount(parent):
            place = min(place, self.model.rowCount(parent) - 1)
            key = self.model.key_of(self.model.index(place, 0, parent)) or key
        self.select(key)

    def select_if_shown(self, key: ItemKey) -> None:
        """Make the row of `key` the current one when no closed folder hides it."""
        index = self.model.index_of(key)
        above = index.parent()
        while above.isValid() and self.tree.isExpanded(above):
            above = above.parent()
        if index.isValid() and not above.isValid():
            self.select(key)

    def clear_selection(self) -> None:
        """Have no current row: what is in front is in no collection."""
        self.tree.setCurrentIndex(QModelIndex())

    def show_opened(self, collection: Collection) -> None:
        """Go to a collection that was just opened; a small one is shown whole."""
        rows = list(islice(collection.walk(), SMALL + 1))
        self.select(ItemKey(collection.root))
        if len(rows) <= SMALL:
            for item in rows:
                if item.kind is ItemKind.FOLDER:
                    self.tree.expand(self.model.index_of(ItemKey(collection.root, item.path)))
        self.focus_tree()

    def focus_tree(self) -> None:
        """Put the focus into the tree."""
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def rename_current(self) -> None:
        """Start editing the current row's name in place."""
        index = self.tree.currentIndex()
        if index.isValid() and self.model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.tree.setFocus()
            self.tree.edit(index)

    def current_key(self) -> ItemKey | None:
        """Return what the current row is."""
        return self.model.key_of(self.tree.currentIndex())

    def current_problem(self) -> HttpDeskError | None:
        """Return why the current row cannot be read, None when it can."""
        problem = self.tree.currentIndex().data(TreeRole.PROBLEM)
        return problem if isinstance(problem, HttpDeskError) else None

    def current_folder(self) -> ItemKey | None:
        """Return the folder that a new item beside the current row would go into.

        Without a current row it is the one beside the last.
        """
        folder = self._folder_at(self.tree.currentIndex())
        return folder if folder is not None else self._last_folder

    def _folder_at(self, index: QModelIndex) -> ItemKey | None:
        key = self.model.key_of(index)
        if key is None:
            return None
        item = self.model.item_of(index)
        inside = item is None or item.kind is ItemKind.FOLDER
        return key if inside else ItemKey(key.root, key.folder)

    @property
    def expanded(self) -> frozenset[ItemKey]:
        """The rows that are open."""
        return frozenset(self._expanded)

    def set_expanded(self, keys: Iterable[ItemKey]) -> None:
        """Open these rows, now or when they appear."""
        self._expanded = set(keys)
        self._restore_expansion()

    # Inside

    def _shown_roots(self) -> Iterable[ItemKey]:
        return (
            self.model.key_of(self.model.index(row, 0)) or ItemKey("")
            for row in range(self.model.rowCount())
        )

    def _open(self, index: QModelIndex, *, preview: bool) -> None:
        key, item = self.model.key_of(index), self.model.item_of(index)
        if key is None or item is None:
            return
        if isinstance(item.problem, ConflictMarkers):
            self.mergeRequested.emit(key)
        elif item.problem is not None:
            self.problemRequested.emit(item.problem)
        elif item.kind is ItemKind.REQUEST:
            self.openRequested.emit(key, preview)
        elif item.kind is ItemKind.OTHER:
            self.fileRequested.emit(key)

    def _filter_changed(self, text: str) -> None:
        selected = self.current_key() or self._unfiltered
        self.model.set_filter(text)
        self._show_what_there_is()
        self._unfiltered = selected if text else None
        if selected is not None:
            self.select_if_shown(selected)

    def _enter_tree(self) -> None:
        """Go from the filter to the first request that it left, or to the current row."""
        index = self.tree.currentIndex()
        if not index.isValid():
            index = self.model.index(0, 0)
            while index.isValid() and not index.data(TreeRole.METHOD):
                index = self.tree.indexBelow(index)
            self.tree.setCurrentIndex(index)
        self.focus_tree()

    def _show_what_there_is(self) -> None:
        if self.model.rowCount():
            shown: QWidget = self.tree
        else:
            shown = self._no_match if self.filter.text() else self._empty
        self._stack.setCurrentWidget(shown)

    def _remember_folder(self, current: QModelIndex) -> None:
        self._last_folder = self._folder_at(current) or self._last_folder

    def _delete(self, index: QModelIndex) -> None:
        key = self.model.key_of(index)
        if key is not None and key.path:
            self.deleteRequested.emit(key)

    def _remember(self, index: QModelIndex, *, expanded: bool) -> None:
        key = self.model.key_of(index)
        if key is None or self.filter.text():
            return
        if expanded:
            self._expanded.add(key)
        else:
            self._expanded.discard(key)
        self.expansionChanged.emit()

    def _restore_expansion(self) -> None:
        if self.filter.text():
            if self.model.match_count <= MOST_EXPANDED:
                self.tree.expandAll()
            else:
                for row in range(self.model.rowCount()):
                    self.tree.setExpanded(self.model.index(row, 0), True)
            return
        for key in tuple(self._expanded):
            index = self.model.index_of(key)
            if index.isValid():
                self.tree.setExpanded(index, True)

    def _show_menu(self, point: QPoint) -> None:
        index = self.tree.indexAt(point)
        if not index.isValid():
            return
        self.tree.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_menu(menu, self.model.item_of(index) is None)
        menu.popup(self.tree.viewport().mapToGlobal(point))


def _no_menu(_menu: QMenu, _is_collection: bool) -> None:
    """Put nothing in the menu: the window has not said yet what belongs there."""
