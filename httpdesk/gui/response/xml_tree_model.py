"""The item model of an XML tree."""

from __future__ import annotations

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
        self.masked = MaskedText()
        """What of the texts may be shown."""

    def text(self, node: XmlNode) -> str:
        """Return the text of a node as it may be shown."""
        own = node
        while own.kind is not XmlKind.ELEMENT and own.parent > 0:
            own = self.tree.nodes[own.parent]
        return self.masked.value(own.name.rpartition(":")[2], node.text)

    def holds(self, number: int, wanted: str) -> bool:
        """Return whether what may be shown of a node has a text in it, given in lower case."""
        node = self.tree.nodes[number]
        shown = f"{node.name} {self.masked.attributes(node.attributes)}\n{self.text(node)}"
        return wanted in shown.casefold()

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
            return (Piece(visible(self.text(node)), color),)
        found = [Piece(visible(node.name), "syntax_key")]
        if node.attributes:
            found.append(Piece(" " + visible(self.masked.attributes(node.attributes)), "text2"))
        if node.text:
            found += [Piece(": ", "syntax_punctuation"), Piece(visible(self.text(node)), "text")]
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
        text = "".join(piece.text for piece in self.pieces(index)) if index.isValid() else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return text.replace(MASK, QCoreApplication.translate("TextView", "hidden value"))
        return text if index.isValid() and role == Qt.ItemDataRole.DisplayRole else None
