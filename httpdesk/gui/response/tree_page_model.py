"""The item model of a JSON tree; what it shows is read by jobs and handed in."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from httpdesk.engine.masking import MASK
from httpdesk.gui.response.masked_text import MaskedText
from httpdesk.gui.response.tree_words import key_text, summary, value_text
from httpdesk.render.json_tree import Branch, Children, Fault, Node, NodeKind, json_path
from httpdesk.render.json_way import Level

AnyIndex = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()

_TEXTS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
_TOKENS = {
    NodeKind.OBJECT: "text3",
    NodeKind.ARRAY: "text3",
    NodeKind.STRING: "syntax_string",
    NodeKind.NUMBER: "syntax_number",
    NodeKind.LITERAL: "syntax_literal",
}


class Parts(NamedTuple):
    """What is painted of a row."""

    key: str
    value: str
    color: str
    """The colour token of the value."""
    summary: str
    """How much is in a container."""


class Item:
    """A row of the tree: a value, or one that stands for what is not there.

    That is the tail below values that are not read to their end, and the head above values that
    were not read from the first on.
    """

    __slots__ = (
        *("children", "fault_text", "first", "head", "kids", "loading"),
        *("node", "number", "parent", "row", "tail"),
    )

    def __init__(self, parent: Item | None, row: int, node: Node | None) -> None:
        self.parent = parent
        self.row = row
        """Its place below the parent, as Qt counts rows."""
        self.number = row
        """Which value of the parent it is."""
        self.first = 0
        """The number of the first of `kids`."""
        self.node = node
        self.head: Item | None = None
        self.kids: list[Item] = []
        self.children: Children | None = None
        self.loading = False
        self.fault_text = ""
        self.tail: Item | None = None

    @property
    def is_tail(self) -> bool:
        """Whether it stands for what is not there."""
        return self.node is None and self.parent is not None

    @property
    def is_head(self) -> bool:
        """Whether it stands for the values before those that were read."""
        return self.parent is not None and self.parent.head is self

    @property
    def count(self) -> int:
        """How many rows are below it."""
        return (self.head is not None) + len(self.kids) + (self.tail is not None)

    def below(self, row: int) -> Item | None:
        """Return what stands in a row below it."""
        at = row - (self.head is not None)
        if at < 0:
            return self.head
        return self.kids[at] if at < len(self.kids) else self.tail

    def kid(self, start: int) -> Item | None:
        """Return the value below it that begins at a byte, if it is known."""
        at = bisect_left(self.kids, start, key=_start)
        found = self.kids[at] if at < len(self.kids) else None
        return found if found is not None and _start(found) == start else None


class JsonTreeModel(QAbstractItemModel):
    """Rows of a JSON tree. An incomplete container ends with a row that says so.

    There is no `fetchMore`: Qt asks for it as soon as a row opens, and reads a container of any
    length to its end. The page reads on when the last row comes on screen.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.root = Item(None, 0, None)
        self.masked = MaskedText()
        """What of the values may be shown."""

    # Filling

    def reset(self, *, opened: bool) -> None:
        """Begin with a tree of which nothing is read, or, when not `opened`, with none."""
        self.beginResetModel()
        self.root = Item(None, 0, None)
        if opened:
            _add_tail(self.root)
        self.endResetModel()

    def append(self, item: Item, nodes: list[Node]) -> None:
        """Add the next children of an item."""
        if not nodes:
            return
        first = len(item.kids) + (item.head is not None)
        self.beginInsertRows(self.index_of(item), first, first + len(nodes) - 1)
        _add_kids(item, nodes)
        self.endInsertRows()

    def end(self, item: Item, fault: Fault | None, fault_text: str) -> None:
        """Say that an item's children were read to their end, or to where they are no JSON."""
        tail = item.tail
        if tail is None:
            return
        if fault is not None:
            tail.fault_text = fault_text
            index = self.index_of(tail)
            self.dataChanged.emit(index, index)
            return
        self.beginRemoveRows(self.index_of(item), tail.row, tail.row)
        item.tail = None
        self.endRemoveRows()

    def graft(self, item: Item, branch: Branch) -> None:
        """Replace what is known below an item by what was read ahead."""
        fresh = Item(None, 0, item.node)
        _fill(fresh, branch)
        self._replace(item, fresh)

    def place(self, item: Item, level: Level) -> None:
        """Replace what is known below an item by some of its values."""
        fresh = Item(None, 0, item.node)
        fresh.first, fresh.children = level.first, level.children
        if level.first:
            fresh.head = Item(fresh, 0, None)
        if not level.children.complete or level.children.fault is not None:
            _add_tail(fresh)
        _add_kids(fresh, level.nodes)
        self._replace(item, fresh)

    def _replace(self, item: Item, fresh: Item) -> None:
        index = self.index_of(item)
        if item.count:
            self.beginRemoveRows(index, 0, item.count - 1)
            item.kids, item.tail, item.head = [], None, None
            self.endRemoveRows()
        count = fresh.count
        if count:
            self.beginInsertRows(index, 0, count - 1)
        item.kids, item.first, item.children = fresh.kids, fresh.first, fresh.children
        item.head, item.tail, item.loading = fresh.head, fresh.tail, False
        for kid in (item.head, *item.kids, item.tail):
            if kid is not None:
                kid.parent = item
        if count:
            self.endInsertRows()

    def tell_measured(self, item: Item) -> None:
        """Show the size and count that were set in an item's node."""
        index = self.index_of(item)
        self.dataChanged.emit(index, index)

    # What rows are

    def parts(self, item: Item) -> Parts:
        """Return what is painted of a row; one that stands for what is not there has no key."""
        node = item.node
        if node is None:
            text = self._tail_text(item)
            color = "accent_text" if item.is_head else "amber" if item.fault_text else "text3"
            return Parts("", text, color, "")
        return Parts(
            self._key(item), value_text(node, self.masked), _TOKENS[node.kind], summary(node)
        )

    def item(self, index: AnyIndex) -> Item:
        """Return the item of an index; the root of an invalid one."""
        if not index.isValid():
            return self.root
        found = index.internalPointer()
        assert isinstance(found, Item)
        return found

    def index_of(self, item: Item) -> QModelIndex:
        """Return the index of an item."""
        return QModelIndex() if item.parent is None else self.createIndex(item.row, 0, item)

    def has_tail_below(self, item: Item) -> bool:
        """Return whether something below an item is not read to its end."""
        waiting = [item]
        while waiting:
            each = waiting.pop()
            if each.tail is not None and not each.tail.fault_text:
                return True
            waiting += each.kids
        return False

    def path(self, item: Item) -> str:
        """Return the JSONPath of a value; lines of values count as one array of them."""
        return json_path(self.steps(item))

    def steps(self, item: Item) -> list[bytes | int]:
        """Return the keys, as received, and the indexes that lead to a value."""
        steps: list[bytes | int] = []
        at: Item | None = item
        while at is not None and at.node is not None:
            if at.parent is not self.root or len(self.root.kids) > 1:
                steps.append(at.number if at.node.key is None else at.node.key)
            at = at.parent
        return steps[::-1]

    # QAbstractItemModel

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 1

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return self.item(parent).count

    def hasChildren(self, parent: AnyIndex = _NOWHERE) -> bool:
        return self.rowCount(parent) > 0

    def index(self, row: int, column: int, parent: AnyIndex = _NOWHERE) -> QModelIndex:
        item = self.item(parent)
        if column != 0 or not 0 <= row < item.count:
            return QModelIndex()
        return self.createIndex(row, 0, item.below(row))

    def parent(self, index: AnyIndex) -> QModelIndex:  # type: ignore[override]
        if not index.isValid():
            return QModelIndex()
        parent = self.item(index).parent
        return QModelIndex() if parent is None else self.index_of(parent)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in _TEXTS:
            return None
        parts = self.parts(self.item(index))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = QCoreApplication.translate("TextView", "hidden value")
            parts = parts._replace(value=parts.value.replace(MASK, words))
        head = f"{parts.key}:" if parts.key else ""
        return " ".join(part for part in (head, parts.value, parts.summary) if part)

    def _key(self, item: Item) -> str:
        assert item.node is not None
        if item.node.key is not None:
            return key_text(item.node.key)
        return "$" if item.parent is self.root and len(self.root.kids) == 1 else str(item.number)

    def _tail_text(self, item: Item) -> str:
        if item.is_head and item.parent is not None:
            words = self.tr("{0:,} values before this. Open to show them")
            return words.format(item.parent.first)
        return item.fault_text or self.tr("Loading…")


def _item(parent: Item, row: int, node: Node) -> Item:
    item = Item(parent, row, node)
    if node.is_container and node.count:
        _add_tail(item)
    return item


def _add_tail(item: Item) -> None:
    item.tail = Item(item, len(item.kids), None)


def _add_kids(item: Item, nodes: list[Node]) -> None:
    above = item.head is not None
    for node in nodes:
        kid = _item(item, len(item.kids) + above, node)
        kid.number = item.first + len(item.kids)
        item.kids.append(kid)
    if item.tail is not None:
        item.tail.row = len(item.kids) + above


def _start(item: Item) -> int:
    return item.node.start if item.node is not None else 0


def _fill(top: Item, branch: Branch) -> None:
    """Make the items of a branch; without recursion, because it may be deep."""
    waiting = [(top, branch)]
    while waiting:
        item, part = waiting.pop()
        item.children = part.children
        item.tail = None
        if not part.children.complete or part.children.fault is not None:
            _add_tail(item)
        _add_kids(item, part.nodes)
        waiting += [(item.kids[row], below) for row, below in part.branches.items()]
