"""The item model of an XML tree."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from httpdesk.render.visible_text import visible
from httpdesk.render.xml_tree import XmlKind, XmlNode, XmlTree

AnyIndex = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Piece(NamedTuple):
    """Some text of a row, and its colour token."""

    text: str
    color: str


class XmlTreeModel(QAbstractItemModel):
    """Elements with their attributes and text; the number of a node is the index's id."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tree = XmlTree()

    def set_tree(self, tree: XmlTree) -> None:
        """Show another tree."""
        self.beginResetModel()
        self.tree = tree
        self.endResetModel()

    def number(self, index: AnyIndex) -> int:
        """Return the number of a node; 0 for the body."""
        return int(index.internalId()) if index.isValid() else 0

    def index_of(self, number: int) -> QModelIndex:
        """Return where a node stands."""
        return self.createIndex(self.tree.nodes[number].row, 0, number)

    def node(self, index: AnyIndex) -> XmlNode:
        """Return a node."""
        return self.tree.nodes[self.number(index)]

    def pieces(self, index: AnyIndex) -> tuple[Piece, ...]:
        """Return what is painted of a row."""
        node = self.node(index)
        if node.kind is XmlKind.GROUP:
            return (Piece(node.name, "text3"),)
        if node.kind is not XmlKind.ELEMENT:
            color = "text" if node.kind is XmlKind.TEXT else "text3"
            return (Piece(visible(node.text), color),)
        found = [Piece(visible(node.name), "syntax_key")]
        if node.attributes:
            found.append(Piece(" " + visible(node.attributes), "text2"))
        if node.text:
            found += [Piece(": ", "syntax_punctuation"), Piece(visible(node.text), "text")]
        if node.kids:
            found.append(Piece("  " + self._count(self.tree.count(node)), "text3"))
        return tuple(found)

    def _count(self, kids: int) -> str:
        return self.tr("1 node") if kids == 1 else self.tr("{0:,} nodes").format(kids)

    # QAbstractItemModel

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 1

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return len(self.node(parent).kids)

    def index(self, row: int, column: int, parent: AnyIndex = _NOWHERE) -> QModelIndex:
        kids = self.node(parent).kids
        if column != 0 or not 0 <= row < len(kids):
            return QModelIndex()
        return self.createIndex(row, 0, kids[row])

    def parent(self, index: AnyIndex) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent
        if above <= 0:
            return QModelIndex()
        return self.createIndex(self.tree.nodes[above].row, 0, above)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        return "".join(piece.text for piece in self.pieces(index))
