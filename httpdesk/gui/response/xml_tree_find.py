"""The find bar of a tree of XML or HTML: names, attributes and texts, as far as rows show them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.xml_tree_model import XmlTreeModel
from httpdesk.gui.widgets.find_bar import MOST_MATCHES, FindBar
from httpdesk.render.xml_tree import XmlTree, find_nodes

if TYPE_CHECKING:
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.gui.jobs import JobRunner

_PATIENCE_MS = 150


class XmlTreeFind(FindBar):
    """Goes from node to node, around the tree."""

    def __init__(
        self, model: XmlTreeModel, view: QTreeView, jobs: JobRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._view = view
        self._found: list[int] = []
        """The numbers of the nodes, in their order."""
        self._job = LatestJob(jobs, self)
        self._wait = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self.field.setPlaceholderText(self.tr("Find in names, attributes and texts"))
        self.field.textChanged.connect(self._wait.start)
        self._wait.timeout.connect(self.look)
        self._job.finished.connect(self._on_found)

    @property
    def busy(self) -> bool:
        """Whether nodes are being looked for."""
        return self._job.running or self._wait.isActive()

    def open(self) -> None:
        """Show the bar, and look for what is in it."""
        super().open()
        self.look()

    def close_bar(self) -> None:
        """Hide the bar; the node stays chosen."""
        self.forget()
        self._view.setFocus()
        super().close_bar()

    def forget(self) -> None:
        """Find nothing until the next look."""
        self._wait.stop()
        self._job.drop()
        self._found = []
        self.count.setText("")

    def look(self) -> None:
        """Look for the text in the tree as it is now."""
        text = self.field.text()
        self.forget()
        if text and not self.isHidden():
            self.count.setText(self.tr("Searching…"))
            self._job.start(partial(_find, self._model, self._model.tree, text))

    def step(self, *, forward: bool) -> None:
        """Go to the next node, or to the one before."""
        if not self._found:
            return
        current = self._model.number(self._view.currentIndex())
        if forward:
            at = bisect_right(self._found, current) % len(self._found)
        else:
            at = bisect_left(self._found, current) - 1
        self._show(at % len(self._found))

    def _on_found(self, found: object) -> None:
        if not isinstance(found, list):
            return
        self._found = found
        if not found:
            self.count.setText(self.tr("No match"))
            return
        current = self._model.number(self._view.currentIndex())
        self._show(bisect_left(found, current) % len(found))

    def _show(self, at: int) -> None:
        """Open the way to a node and choose its row."""
        index = self._model.index_of(self._found[at])
        above = index.parent()
        while above.isValid():
            self._view.expand(above)
            above = above.parent()
        self._view.setCurrentIndex(index)
        self._view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        more = len(self._found) >= MOST_MATCHES
        self.count.setText(self.position_text(at, len(self._found), more=more))


def _find(model: XmlTreeModel, tree: XmlTree, text: str, cancel: CancelToken) -> list[int] | None:
    found: list[int] = []
    for number in find_nodes(tree, text):
        if cancel.cancelled:
            return None
        if number is not None and model.holds(number, text.casefold()):
            found.append(number)
        if len(found) == MOST_MATCHES:
            break
    return found
