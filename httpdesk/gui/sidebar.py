"""The sidebar: collections on top, connections docked below."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.actions import ActionTable
from httpdesk.gui.surfaces import on_chrome
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine, SectionHeader

WIDTH, NARROW_WIDTH, NARROW_BELOW = 264, 224, 1200
LEAST_WIDTH, MOST_WIDTH = 200, 420
LEAST_WORDS, LARGEST_SHARE = 140, 0.28
"""With large text: the least width at 100 %, and what share of the window is enough."""
ADD_ACTIONS = ("request.new", "folder.new", "collection.new", "collection.open")


class Sidebar(QWidget):
    """Assembles the panels; each of them knows nothing of the others."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_chrome(self)
        self.add_button = IconButton("plus", self.tr("Add a request, folder or collection"))
        menu = QMenu(self)
        menu.addActions([actions[name] for name in ADD_ACTIONS])
        self.add_button.setMenu(menu)
        self._build_layout()
        theme.follow(self._restyle)

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        keep_scaled(head, (12, 8, 6, 6))
        head.addWidget(SectionHeader(self.tr("Collections")))
        head.addStretch(1)
        head.addWidget(self.add_button)
        column.addLayout(head)
        self._place = QVBoxLayout()
        self._empty = EmptyState(self.tr("No requests yet"), "")
        self._place.addWidget(self._empty)
        column.addLayout(self._place, 1)
        column.addWidget(HLine())
        self._connections = QVBoxLayout()
        self._connections.addWidget(self._no_connections())
        column.addLayout(self._connections)

    def show_collections(self, panel: QWidget) -> None:
        """Put the panel with the collections in its place."""
        self._empty.hide()
        self._empty.deleteLater()
        self._place.addWidget(panel)

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
