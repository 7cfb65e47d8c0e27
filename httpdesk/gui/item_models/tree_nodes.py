"""The rows of the tree of collections, and how they take another state of their items."""

from __future__ import annotations

from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.model.collection import Collection, Item, ItemKind


class Node:
    """A row. Its children are made when they are first asked for: most folders stay closed."""

    __slots__ = ("_children", "_shown", "collection", "item", "key", "parent", "row")

    def __init__(
        self,
        key: ItemKey,
        item: Item | None,
        collection: Collection | None,
        parent: Node | None,
        shown: set[str] | None,
    ) -> None:
        """`shown` has the paths in the collection that a filter keeps, None keeps all."""
        self.key = key
        self.item = item
        self.collection = collection
        self.parent = parent
        self.row = 0
        self._shown = shown
        self._children: list[Node] | None = None

    @property
    def children(self) -> list[Node]:
        if self._children is None:
            key = self.key
            shown = [item for item in self._items() if self._is_shown(item)]
            self._children = [
                Node(key._replace(path=item.path), item, None, self, self._shown) for item in shown
            ]
            _number(self._children)
        return self._children

    @property
    def has_children(self) -> bool:
        if self._children is not None:
            return bool(self._children)
        return any(self._is_shown(item) for item in self._items())

    def renew(self, new: Item | Collection) -> list[Node] | None:
        """Take another state of the row; return the nodes that look different now.

        None is for other rows below it, which a view has to be told of; the node is of no use then.
        """
        if new is (self.item or self.collection):
            return []
        below = new.children if isinstance(new, Item) else new.items
        shown, face = self._children, _face(self.item or self.collection)
        if bool(below) != bool(self._items()) or (shown is not None and not _fit(shown, below)):
            return None
        if isinstance(new, Item):
            self.item = new
        else:
            self.collection = new
        changed = [self] if _face(new) != face else []
        for child, item in zip(shown or (), below, strict=bool(shown)):
            inside = child.renew(item)
            if inside is None:
                return None
            changed += inside
        return changed

    def adopt(self, children: list[Node]) -> None:
        """Take `children` as they are."""
        self._children = children
        _number(children)

    def _items(self) -> tuple[Item, ...]:
        if self.item is not None:
            return self.item.children
        return self.collection.items if self.collection is not None else ()

    def _is_shown(self, item: Item) -> bool:
        return self._shown is None or item.path in self._shown

    @property
    def name(self) -> str:
        source = self.item or self.collection
        return source.name if source else ""

    @property
    def kind(self) -> ItemKind:
        return self.item.kind if self.item else ItemKind.FOLDER


def _fit(nodes: list[Node], items: tuple[Item, ...]) -> bool:
    """Return whether these rows are the ones of these items."""
    return [(node.key.path, node.kind) for node in nodes] == [(e.path, e.kind) for e in items]


def _number(nodes: list[Node]) -> None:
    for row, node in enumerate(nodes):
        node.row = row


def _face(source: Item | Collection | None) -> tuple[object, ...]:
    """Return what a view shows of a row."""
    if isinstance(source, Item):
        return source.name, source.method, source.problem, source.tags
    return (source.name, source.problem) if source is not None else ()
