"""The Tree view of an XML body, or of a page of HTML."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.notice_bar import Notice
from httpdesk.gui.response.paced import Pace, elsewhere, paced
from httpdesk.gui.response.xml_tree_find import XmlTreeFind
from httpdesk.gui.response.xml_tree_model import XmlTreeModel
from httpdesk.gui.widgets.ring_tree import RingTree
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.render import html_tree, xml_tree
from httpdesk.render.content_type import Rendering
from httpdesk.render.xml_tree import MOST_NODES, XmlTree, read_tree

AnyIndex = QModelIndex | QPersistentModelIndex
ROW = 24
READ_HERE = 256 * 1024
"""Bytes that are read without another process."""
MOST_EXPANDED = 500
_WIDEST = 1600


class XmlTreePage(BodyPage):
    """Elements, their attributes and texts as received; what is below opens by a click or key."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._job = LatestJob(tools.jobs, self)
        self._job.finished.connect(self._on_tree)
        self.model = XmlTreeModel(self)
        self.view = _XmlTreeView(self.model, self)
        self.search = XmlTreeFind(self.model, self.view, tools.jobs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.search)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)

    @property
    def busy(self) -> bool:
        """Whether the body is still being read."""
        return self._job.running or self.search.busy

    def show_body(self, body: ShownBody, view: str) -> None:
        """Read the nodes and show the first levels."""
        self._job.drop()
        self.search.forget()
        self.model.masked.open(body.exchange)
        self._job.start(partial(paced, partial(_read, body, self.tools)))

    def clear(self) -> None:
        """Let go of the body."""
        self._job.drop()
        self.search.forget()
        self.model.set_tree(XmlTree())

    def open_find(self) -> None:
        self.search.open()

    def find_next(self) -> None:
        self.search.find_next()

    def find_previous(self) -> None:
        self.search.find_previous()

    def set_revealed(self, on: bool) -> None:
        """Show all secrets of this and of later bodies as they are, or hide them again."""
        self.model.masked.all = on
        self.view.viewport().update()

    def copy(self, what: str) -> None:
        """Copy of the current node its `path`, or the row as it reads."""
        index = self.view.currentIndex()
        if not index.isValid():
            return
        number = self.model.number(index)
        path = self.model.tree.path(number)
        node = self.model.tree.nodes[number]
        text = self.model.text(node)
        self.copied.emit({"path": path, "name": node.name, "text": text}[what])

    def menu(self) -> QMenu:
        """Return the menu of the current node."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        index = self.view.currentIndex()
        node = self.model.node(index)
        menu.addAction(self.tr("Copy text"), lambda: self.copy("text")).setEnabled(bool(node.text))
        menu.addAction(self.tr("Copy name"), lambda: self.copy("name")).setEnabled(bool(node.name))
        menu.addAction(self.tr("Copy XPath"), lambda: self.copy("path"))
        menu.addSeparator()
        open_all = menu.addAction(self.tr("Expand all below"), lambda: self.expand(index))
        open_all.setEnabled(bool(node.kids))
        return menu

    def expand(self, index: QModelIndex) -> None:
        """Open a node and all below it, as far as a screen of them makes sense."""
        waiting, opened = [index], 0
        while waiting and opened < MOST_EXPANDED:
            at = waiting.pop()
            self.view.expand(at)
            opened += 1
            below = (self.model.index(row, 0, at) for row in range(self.model.rowCount(at)))
            waiting += [each for each in below if self.model.hasChildren(each)]

    def _on_tree(self, tree: object) -> None:
        if not isinstance(tree, XmlTree):
            return
        self.model.set_tree(tree)
        for row in range(min(self.model.rowCount(), 20)):
            self.view.expand(self.model.index(row, 0))
        self.view.setCurrentIndex(self.model.index(0, 0))
        found = []
        if tree.fault:
            words = self.tr("The text is not well-formed XML; the tree ends where it is wrong.")
            found.append(Notice(words, "amber"))
        if tree.cut:
            words = self.tr("The tree holds the first {0:,} nodes.").format(MOST_NODES)
            found.append(Notice(words, "slate"))
        self._set_notices(*found)
        self.search.look()
        self.shown.emit()


class _XmlTreeView(RingTree):
    def __init__(self, model: XmlTreeModel, page: XmlTreePage) -> None:
        super().__init__(page.tr("XML tree"), page, inset=2, shift=0, row=ROW)
        self._page = page
        self.setModel(model)
        self.setItemDelegate(_Delegate(model, self))
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setResizeContentsPrecision(0)  # what is on screen decides

    def take_key(self, event: QKeyEvent) -> bool:
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._page.copy("text" if self._page.model.node(index).text else "name")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggle(index)
        elif event.key() == Qt.Key.Key_Asterisk:
            self._page.expand(index)
        else:
            return super().take_key(event)
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.currentIndex().isValid():
            self._page.menu().popup(event.globalPos())


class _Delegate(QStyledItemDelegate):
    """Paints a row: name, attributes, text, and how much is below."""

    def __init__(self, model: XmlTreeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        theme.follow(self._restyle)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        width = self._metrics.horizontalAdvance(str(index.data())) + theme.scaled(24)
        return QSize(min(width, theme.scaled(_WIDEST)), theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect: QRect = option.rect
        at = QPoint(
            rect.left() + theme.scaled(4),
            rect.top() + (rect.height() + self._metrics.capHeight()) // 2,
        )
        right = rect.right() - theme.scaled(12)
        painter.setFont(self._font)
        for text, color in self._model.pieces(index):
            room = right - at.x()
            shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))
            painter.setPen(theme.color(color))
            painter.drawText(at, shown)
            at += QPoint(self._metrics.horizontalAdvance(shown), 0)

    def _restyle(self) -> None:
        self._font = theme.mono_font(12)
        self._metrics = QFontMetrics(self._font)


def _read(body: ShownBody, tools: PageTools, pause: Pace) -> XmlTree:
    """Read the nodes on a worker; beside the window when there are many."""
    is_html = body.rendering is Rendering.HTML
    nodes = html_tree.nodes if is_html else xml_tree.nodes
    if body.handle.size <= READ_HERE:
        return read_tree(nodes(body.handle, pause), pause)
    try:
        task = "html_tree:nodes" if is_html else "xml_tree:nodes"
        return read_tree(elsewhere(tools.offload, body.handle, pause)(task, {}), pause)
    except OffloadFailed:
        return read_tree(nodes(body.handle, pause), pause)
