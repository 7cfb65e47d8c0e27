"""The sidebar: collections on top, connections docked below."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import theme
from httpdesk.gui.actions import ActionTable
from httpdesk.gui.surfaces import on_chrome
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine, SectionHeader
from httpdesk.gui.widgets.segmented import Segmented

WIDTH, NARROW_WIDTH, NARROW_BELOW = 264, 224, 1200
LEAST_WIDTH, MOST_WIDTH = 200, 420
LEAST_WORDS, LARGEST_SHARE = 140, 0.28
"""With large text: the least width at 100 %, and what share of the window is enough."""
_COLLECTIONS, _HISTORY = 0, 1
ADD_ACTIONS = ("request.new", "folder.new", "collection.new", "collection.open")


class Sidebar(QWidget):
    """Assembles the panels; each of them knows nothing of the others.

    Signals: `historyShown` when the history comes to the front.
    """

    historyShown = Signal()

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_chrome(self)
        self.add_button = IconButton("plus", self.tr("Add a request, folder or collection"))
        menu = QMenu(self)
        menu.addActions([actions[name] for name in ADD_ACTIONS])
        self.add_button.setMenu(menu)
        names = (self.tr("Collections"), self.tr("History"))
        self.choice = Segmented(names, self.tr("Collections or history"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stack = QStackedWidget()
        self._build_layout()
        self.choice.currentChanged.connect(self._choose)
        theme.follow(self._restyle)

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        keep_scaled(head, (8, 8, 6, 6), spacing=4)
        head.addWidget(self.choice, 1)
        head.addWidget(self.add_button)
        column.addLayout(head)
        self._empty = EmptyState(self.tr("No requests yet"), "")
        self._stack.addWidget(self._empty)
        column.addWidget(self._stack, 1)
        column.addWidget(HLine())
        self._connections = QVBoxLayout()
        self._connections.addWidget(self._no_connections())
        column.addLayout(self._connections)

    def show_collections(self, panel: QWidget) -> None:
        """Put the panel with the collections in its place."""
        self._stack.removeWidget(self._empty)
        self._empty.deleteLater()
        self._stack.insertWidget(_COLLECTIONS, panel)
        self._stack.setCurrentIndex(_COLLECTIONS)

    def put_history(self, panel: QWidget) -> None:
        """Put the panel with the history in its place."""
        self._stack.insertWidget(_HISTORY, panel)
        self._stack.setCurrentIndex(self.choice.current)

    @property
    def shows_history(self) -> bool:
        """Whether the history is in front of the collections."""
        return self.choice.current == _HISTORY

    def choose_history(self, chosen: bool) -> None:
        """Show the history, or the collections."""
        self.choice.set_current(_HISTORY if chosen else _COLLECTIONS)

    def _choose(self, index: int) -> None:
        self.add_button.setEnabled(index == _COLLECTIONS)
        if index == _HISTORY:
            self.historyShown.emit()
        self._stack.setCurrentIndex(index)

    def show_connections(self, panel: QWidget) -> None:
        """Put the panel with the connections in its place."""
        self._loading.hide()
        self._loading.deleteLater()
        self._connections.addWidget(panel)

    def _no_connections(self) -> QWidget:
        """Return what stands there until the panel does."""
        self._loading = QWidget()
        column = QVBoxLayout(self._loading)
        keep_scaled(column, (12, 8, 12, 12))
        column.addWidget(SectionHeader(self.tr("Connections")))
        return self._loading

    def _restyle(self) -> None:
        self.setMinimumWidth(_least_width())
        self.setMaximumWidth(theme.scaled(MOST_WIDTH))


def default_width(window_width: int) -> int:
    """Return the sidebar's width in a window that was never sized by the user, in pixels."""
    wanted = theme.scaled(NARROW_WIDTH if window_width < NARROW_BELOW else WIDTH)
    # Large text leaves most of the window to the request.
    return min(wanted, max(_least_width(), int(window_width * LARGEST_SHARE)))


def _least_width() -> int:
    return max(LEAST_WIDTH, theme.scaled(LEAST_WORDS))
