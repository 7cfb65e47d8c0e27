"""The open collections as a Qt tree model; filtering and ordering happen in plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.item_models.tree_nodes import Node
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.model.collection import Collection, Item, ItemKind
from httpdesk.model.storage_errors import ConflictMarkers

MIME_TYPE = "application/x-httpdesk-item"
Index = QModelIndex | QPersistentModelIndex
_Texts = list[tuple[str, str]]
"""(path, what the filter looks at) of items."""

# Put together once: a view asks for them thousands of times.
_SHOWN = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
_ITEM = _SHOWN | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsEditable
_FOLDER = _ITEM | Qt.ItemFlag.ItemIsDropEnabled
_COLLECTION = _SHOWN | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDropEnabled


class TreeRole(IntEnum):
    """What a delegate reads beside the name."""

    KEY = Qt.ItemDataRole.UserRole
    """(root, path) of the row; path is "" for the collection itself."""
    KIND = Qt.ItemDataRole.UserRole + 1
    METHOD = Qt.ItemDataRole.UserRole + 2
    EDITED = Qt.ItemDataRole.UserRole + 3
    PROBLEM = Qt.ItemDataRole.UserRole + 4


class CollectionTreeModel(QAbstractItemModel):
    """Collections on top, folders and requests below; edits are asked for by signal."""

    renameRequested = Signal(object, str)
    """(ItemKey, new name) after an edit in place."""
    moveRequested = Signal(object, str, object)
    """(ItemKey, folder, path of the sibling to stand before or None) after a drop."""
    copyRequested = Signal(object, object)
    """(ItemKey, ItemKey of a folder) after a drop in another collection."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._collections: tuple[Collection, ...] = ()
        self._edited: frozenset[ItemKey] = frozenset()
        self._filter = ""
        self._texts: dict[str, tuple[Collection, _Texts]] = {}
        self._hits: dict[str, tuple[_Texts, str, _Texts]] = {}
        self._top = Node(ItemKey(""), None, None, None, None)
        self.match_count = 0
        """How many rows the filter keeps."""

    # Facts for the panel

    def set_collections(self, collections: Iterable[Collection]) -> bool:
        """Show `collections`; return whether there are other rows, so that views were reset."""
        new = tuple(collections)
        if new == self._collections:
            return False
        self._collections = new
        if not self._filter and self._renew():
            return False
        self._rebuild()
        return True

    def _renew(self) -> bool:
        """Show other names or methods in the rows that there are; return False for other rows."""
        nodes = self._top.children
        if [node.key.root for node in nodes] != list(self._roots()):
            return False
        changed: list[Node] = []
        for node, collection in zip(nodes, self._collections, strict=True):
            found = node.renew(collection)
            if found is None:
                return False
            changed += found
        self._tell(changed)
        return True

    def _tell(self, changed: list[Node]) -> None:
        """Have views paint these rows again, at once those that stand in one folder."""
        rows: dict[int, list[Node]] = {}
        for node in changed:
            rows.setdefault(id(node.parent), []).append(node)
        for nodes in rows.values():
            first, last = nodes[0], nodes[-1]
            self.dataChanged.emit(
                self.createIndex(first.row, 0, first), self.createIndex(last.row, 0, last)
            )

    def set_filter(self, text: str) -> None:
        """Keep the rows whose name, path or method holds `text`, and their parents."""
        wanted = text.strip().lower()
        if wanted != self._filter:
            self._filter = wanted
            self._rebuild()

    def set_edited(self, keys: Iterable[ItemKey]) -> None:
        """Mark the requests that have an unsaved draft."""
        new = frozenset(keys)
        changed, self._edited = new ^ self._edited, new
        for key in changed:
            index = self.index_of(key)
            if index.isValid():
                self.dataChanged.emit(index, index, [TreeRole.EDITED])

    def index_of(self, key: ItemKey) -> QModelIndex:
        """Return the index of `key`, invalid when it is not shown."""
        node = self._find(key)
        return self.createIndex(node.row, 0, node) if node else QModelIndex()

    def _find(self, key: ItemKey) -> Node | None:
        node = next((each for each in self._top.children if each.key.root == key.root), None)
        while node is not None and node.key != key:
            way = f"{key.path}/"
            node = next((c for c in node.children if way.startswith(f"{c.key.path}/")), None)
        return node

    def key_of(self, index: Index) -> ItemKey | None:
        """Return what the row is, or None for an invalid index."""
        return _node(index).key if index.isValid() else None

    def item_of(self, index: Index) -> Item | None:
        """Return the item of a row; None for a collection."""
        return _node(index).item if index.isValid() else None

    # Building

    def _rebuild(self) -> None:
        self.beginResetModel()
        shown = self._matches() if self._filter else dict.fromkeys(self._roots())
        self._top = Node(ItemKey(""), None, None, None, None)
        self._top.adopt(
            [
                Node(ItemKey(each.root), None, each, self._top, shown[each.root])
                for each in self._collections
                if each.root in shown
            ]
        )
        self.endResetModel()

    def _roots(self) -> Iterable[str]:
        return (each.root for each in self._collections)

    def _matches(self) -> dict[str, set[str] | None]:
        """Return the paths that match the filter and all above them, None where all do."""
        kept: dict[str, set[str] | None] = {}
        self.match_count = 0
        for collection in self._collections:
            texts = self._texts_of(collection)
            found = self._found(collection, texts)
            if found or self._filter in collection.name.lower():
                paths = kept[collection.root] = None if found is texts else _with_parents(found)
                self.match_count += 1 + len(texts if paths is None else paths)
        return kept

    def _found(self, collection: Collection, texts: _Texts) -> _Texts:
        """Return what matches; with more letters only what matched the fewer is looked at."""
        known = self._hits.get(collection.root)
        narrows = known is not None and known[0] is texts and self._filter.startswith(known[1])
        among = known[2] if known is not None and narrows else texts
        found = [each for each in among if self._filter in each[1]]
        if len(found) == len(texts):
            found = texts
        self._hits[collection.root] = (texts, self._filter, found)
        return found

    def _texts_of(self, collection: Collection) -> _Texts:
        """Return (path, what the filter looks at) of every item; made once for a collection."""
        known = self._texts.get(collection.root)
        if known is None or known[0] is not collection:
            texts = [(item.path, _filtered(item)) for item in collection.walk()]
            known = self._texts[collection.root] = (collection, texts)
        return known[1]

    # QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._node_at(parent).children[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        node = _node(index).parent if index.isValid() else None
        if node is None or node is self._top:
            return QModelIndex()
        return self.createIndex(node.row, 0, node)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else len(self._node_at(parent).children)

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        return self._node_at(parent).has_children

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = _node(index)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return node.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tooltip(self._tooltip(node))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(node)
            case TreeRole.KEY:
                return node.key
            case TreeRole.KIND:
                return node.kind
            case TreeRole.METHOD:
                return node.item.method if node.item else ""
            case TreeRole.EDITED:
                return node.key in self._edited
            case TreeRole.PROBLEM:
                return (node.item or node.collection).problem  # type: ignore[union-attr]
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not name:
            return False
        node = _node(index)
        if name != node.name:
            self.renameRequested.emit(node.key, name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        node = _node(index)
        if node.item is None:
            return _COLLECTION
        if node.kind is ItemKind.FOLDER:
            return _FOLDER
        return _SHOWN if node.kind is ItemKind.BROKEN else _ITEM

    # Drag and drop

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        key = self.key_of(indexes[0]) if indexes else None
        if key is not None:
            data.setData(MIME_TYPE, QByteArray(f"{key.root}\0{key.path}".encode()))
        return data

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        moved = _dropped(data)
        return moved is not None and self._may_move(moved, parent)

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        moved = _dropped(data)
        if moved is None or not self._may_move(moved, parent):
            return False
        target = _node(parent).key
        if moved.root != target.root:
            self.copyRequested.emit(moved, target)
            return False
        siblings = self._node_at(parent).children
        before = siblings[row].key.path if 0 <= row < len(siblings) else None
        self.moveRequested.emit(moved, target.path, before)
        return False

    def _may_move(self, moved: ItemKey, parent: Index) -> bool:
        if not parent.isValid():
            return False
        target = _node(parent).key
        if _node(parent).kind is not ItemKind.FOLDER:
            return False
        inside_itself = f"{target.path}/".startswith(f"{moved.path}/")
        return target.root != moved.root or not inside_itself

    def _node_at(self, index: Index) -> Node:
        return _node(index) if index.isValid() else self._top

    def _tooltip(self, node: Node) -> str:
        tags = node.item.tags if node.item is not None else ()
        return f"{node.name}\n{self.tr('Tags: {0}').format(', '.join(tags))}" if tags else node.name

    def _accessible_text(self, node: Node) -> str:
        parts = [node.item.method, node.name] if node.item and node.item.method else [node.name]
        if node.key in self._edited:
            parts.append(self.tr("edited"))
        source = node.item or node.collection
        if source is not None and isinstance(source.problem, ConflictMarkers):
            parts.append(self.tr("merge conflict"))
        if node.kind is ItemKind.BROKEN:
            parts.append(self.tr("can't be read"))
        return ", ".join(parts)


def _node(index: Index) -> Node:
    node = index.internalPointer()
    assert isinstance(node, Node)
    return node


def _with_parents(found: _Texts) -> set[str]:
    paths = {path for path, _ in found}
    above = {path.rpartition("/")[0] for path in paths}
    while above - paths:
        paths |= above
        above = {path.rpartition("/")[0] for path in above}
    paths.discard("")
    return paths


def _filtered(item: Item) -> str:
    """Return what the filter looks at; a tag is found as `tag:smoke`."""
    tags = " ".join(f"tag:{tag}" for tag in item.tags)
    return f"{item.method} {item.name} {item.url} {item.path} {tags}".lower()


def _dropped(data: QMimeData) -> ItemKey | None:
    if not data.hasFormat(MIME_TYPE):
        return None
    root, _, path = bytes(data.data(MIME_TYPE).data()).decode().partition("\0")
    return ItemKey(root, path)
