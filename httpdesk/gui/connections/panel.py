"""The Connections part of the sidebar: its header, the list, and words when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from httpdesk.gui.connections.list_view import ConnectionList
from httpdesk.gui.item_models.connection_list import (
    ConnectionListModel,
    ConnectionRole,
    ConnectionRow,
)
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.labels import PlainLabel, plain_tooltip
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import SectionHeader


class ConnectionsPanel(QWidget):
    """Shows connections and asks, by signal, for everything else."""

    newRequested = Signal()
    openRequested = Signal(str)
    deleteRequested = Signal(str)
    collapsed = Signal(bool)
    """The user closed the section, or opened it again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ConnectionListModel()
        self.model.setParent(self)
        self.list = ConnectionList()
        self.list.setModel(self.model)
        self.add_button = IconButton("plus", self.tr("New connection"), size=24)
        self.fold_button = IconButton("chevron-down", self.tr("Hide the connections"), size=24)
        self.problems = PlainLabel("", px=12, color="amber")
        self.new_button = TextButton(self.tr("New connection"), kind="link")
        self._folded = False
        self._fill_menu: Callable[[QMenu, str], None] | None = None
        self._build_layout()
        self._connect()
        self.show_rows(())

    def _build_layout(self) -> None:
        column = QVBoxLayout(self)
        keep_scaled(column, (0, 4, 0, 8))
        head = QHBoxLayout()
        keep_scaled(head, (12, 0, 6, 0))
        head.addWidget(SectionHeader(self.tr("Connections"), elide=True))
        head.addSpacing(6)
        head.addWidget(self.problems)
        head.addStretch(1)
        head.addWidget(self.fold_button)
        head.addWidget(self.add_button)
        column.addLayout(head)
        column.addWidget(self._empty_words())
        column.addWidget(self.list)

    def _empty_words(self) -> QWidget:
        self._empty = QWidget(self)
        column = QVBoxLayout(self._empty)
        keep_scaled(column, (12, 2, 12, 4), spacing=2)
        words = self.tr("A connection is a base URL plus authentication, shared by requests.")
        column.addWidget(PlainLabel(words, px=12, color="text3", wrap=True))
        column.addWidget(self.new_button, 0, Qt.AlignmentFlag.AlignLeft)
        return self._empty

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.newRequested)
        self.new_button.clicked.connect(self.newRequested)
        self.fold_button.clicked.connect(lambda: self._fold(not self._folded))
        self.list.openRequested.connect(lambda index: self.openRequested.emit(_key(index)))
        self.list.deleteRequested.connect(lambda index: self.deleteRequested.emit(_key(index)))
        self.list.customContextMenuRequested.connect(self._show_menu)

    # What the window calls

    def set_context_menu(self, fill: Callable[[QMenu, str], None]) -> None:
        """Say what fills the context menu of a connection."""
        self._fill_menu = fill

    def show_rows(self, rows: Sequence[ConnectionRow], problems: int = 0) -> None:
        """Show the connections; `problems` is how many cannot be used as they are."""
        current = self.current_key()
        self.model.set_rows(rows)
        if self.current_key() != current:
            self.select(current)
        self.list.restyle()
        self.problems.setText(str(problems) if problems else "")
        self.problems.setVisible(problems > 0)
        self.problems.setAccessibleName(self.tr("Connections with a problem: {0}").format(problems))
        self.problems.setToolTip(plain_tooltip(self.problems.accessibleName()))
        self._show_what_there_is()

    def select(self, key: str | None) -> None:
        """Make the row of `key` the current one; None, and an unknown one, have no row."""
        index = self.model.index_of(key)
        self.list.setCurrentIndex(index)
        if not index.isValid():
            self.list.clearSelection()

    def current_key(self) -> str | None:
        """Return the key of the current row."""
        index = self.list.currentIndex()
        return _key(index) if index.isValid() else None

    def fold(self, folded: bool) -> None:
        """Show the header only, or everything."""
        self._folded = folded
        words = self.tr("Show the connections") if folded else self.tr("Hide the connections")
        self.fold_button.set_icon("chevron-right" if folded else "chevron-down")
        self.fold_button.set_name(words)
        self._show_what_there_is()

    # Inside

    def _fold(self, folded: bool) -> None:
        self.fold(folded)
        self.collapsed.emit(folded)

    def _show_what_there_is(self) -> None:
        rows = self.model.rowCount()
        self.list.setVisible(bool(rows) and not self._folded)
        self._empty.setVisible(not rows and not self._folded)

    def _show_menu(self, point: QPoint) -> None:
        index = self.list.indexAt(point)
        if not index.isValid() or self._fill_menu is None:
            return
        self.list.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_menu(menu, _key(index))
        menu.popup(self.list.viewport().mapToGlobal(point))


def _key(index: QModelIndex) -> str:
    return str(index.data(ConnectionRole.KEY))
