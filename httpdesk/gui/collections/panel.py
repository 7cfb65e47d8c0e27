"""The Collections part of the sidebar: filter, tree, context menu, and words when it is empty."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedLayout, QVBoxLayout, QWidget

from httpdesk.gui import icons, theme
from httpdesk.gui.collections.tree_view import CollectionTree
from httpdesk.gui.item_models.collection_tree import CollectionTreeModel, ItemKey
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.model.collection import Collection, ItemKind

MOST_EXPANDED = 500
"""Rows up to which a filter opens every folder it keeps."""


class CollectionsPanel(QWidget):
    """Shows the open collections and asks, by signal, for everything else."""

    openRequested = Signal(object, bool)
    """(ItemKey of a request, preview)."""
    problemRequested = Signal(object)
    """The HttpDeskError of a row that cannot be read."""
    renameRequested = Signal(object, str)
    moveRequested = Signal(object, str, object)
    deleteRequested = Signal(object)
    expansionChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = CollectionTreeModel(self)
        self.filter = self._build_filter()
        self.tree = CollectionTree()
        self.tree.setModel(self.model)
        self._empty = EmptyState(
            self.tr("No requests yet"),
            self.tr("Requests you save appear here. Folders keep related ones together."),
        )
        self._expanded: set[ItemKey] = set()
        self._item_actions: list[QAction] = []
        self._collection_actions: list[QAction] = []
        self._build_layout()
        self._connect()

    def _build_filter(self) -> QLineEdit:
        field = QLineEdit()
        field.setProperty("quiet", True)
        field.setPlaceholderText(self.tr("Filter"))
        field.setAccessibleName(self.tr("Filter the collections"))
        field.setClearButtonEnabled(True)
        return field

    def _build_layout(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        margin = QVBoxLayout()
        margin.setContentsMargins(8, 0, 8, 0)
        margin.addWidget(self.filter)
        layout.addLayout(margin)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.tree)
        layout.addWidget(body, 1)
        self.filter.hide()
        self._filter_icon = self.filter.addAction(
            icons.icon("filter", "text3"), QLineEdit.ActionPosition.LeadingPosition
        )
        theme.follow(self._restyle)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._filter_changed)
        self.tree.openRequested.connect(lambda index: self._open(index, preview=True))
        self.tree.pinRequested.connect(lambda index: self._open(index, preview=False))
        self.tree.expanded.connect(lambda index: self._remember(index, expanded=True))
        self.tree.collapsed.connect(lambda index: self._remember(index, expanded=False))
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.model.renameRequested.connect(self.renameRequested)
        self.model.moveRequested.connect(self.moveRequested)
        self.model.modelReset.connect(self._restore_expansion)

    def _restyle(self) -> None:
        self._filter_icon.setIcon(icons.icon("filter", "text3"))

    # What the window calls

    def set_context_actions(
        self, item_actions: Iterable[QAction], collection_actions: Iterable[QAction]
    ) -> None:
        """Give the actions of the context menu: for an item, and for a collection."""
        self._item_actions = list(item_actions)
        self._collection_actions = list(collection_actions)

    def show_collections(self, collections: Iterable[Collection]) -> None:
        """Show the open collections; what was expanded and selected stays so."""
        selected = self.current_key()
        known = {collection.root for collection in collections}
        before = {key.root for key in self._shown_roots()}
        self._expanded |= {ItemKey(root) for root in known - before}
        self.model.set_collections(collections)
        self._stack.setCurrentIndex(1 if known else 0)
        self.filter.setVisible(bool(known))
        if selected is not None:
            self.select(selected)

    def select(self, key: ItemKey) -> None:
        """Make the row of `key` the current one, with its parents open."""
        index = self.model.index_of(key)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

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

    def current_folder(self) -> ItemKey | None:
        """Return the folder that a new item beside the current row would go into."""
        index = self.tree.currentIndex()
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
        if item.problem is not None:
            self.problemRequested.emit(item.problem)
        elif item.kind is ItemKind.REQUEST:
            self.openRequested.emit(key, preview)

    def _filter_changed(self, text: str) -> None:
        self.model.set_filter(text)

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
        is_item = self.model.item_of(index) is not None
        menu.addActions(self._item_actions if is_item else self._collection_actions)
        menu.popup(self.tree.viewport().mapToGlobal(point))
