"""History in the sidebar: a search field, what is shown, and the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.gui.history.choices import HistoryChoices
from httpdesk.gui.history.list_view import HistoryList
from httpdesk.gui.item_models.history_rows import HistoryListModel
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.filter_field import FilterField
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.model.history import HistoryEntry

_PAUSE_MS = 60
"""A search waits this long for the next key."""


class HistoryPanel(QWidget):
    """Shows sends and asks, by signal, for everything else.

    Signals: `searchChanged` when another search or choice is wanted; `moreWanted` at the end of
    the list; `openRequested(id)`, `deleteRequested(ids)`.
    """

    searchChanged = Signal()
    moreWanted = Signal()
    openRequested = Signal(str)
    deleteRequested = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = HistoryListModel(self)
        self.field = FilterField(self.tr("Search the history"))
        self.field.setPlaceholderText(self.tr("Search"))
        self.choice = IconButton("sliders-horizontal", self.tr("Which sends are shown"), size=28)
        self.more = IconButton("ellipsis", self.tr("More for the history"), size=28)
        self.choices = HistoryChoices(self)
        self.chosen_words = PlainLabel("", px=12, color="text2", elide=True)
        self.show_all = TextButton(self.tr("Show all"), kind="link")
        self.list = HistoryList()
        self.list.setModel(self.model)
        self.empty = EmptyState("", "-")
        self.stack = QStackedWidget()
        self._fill: Callable[[QMenu, tuple[str, ...]], None] | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._build()
        self._connect()
        self.show_entries((), more=False, behind=False)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        keep_scaled(head, (8, 2, 6, 6), spacing=2)
        head.addWidget(self.field, 1)
        head.addWidget(self.choice)
        head.addWidget(self.more)
        column.addLayout(head)
        column.addWidget(self._chosen_row())
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.list)
        column.addWidget(self.stack, 1)
        self.choice.setMenu(self.choices.menu)

    def _chosen_row(self) -> QWidget:
        """Return the line that says what the list leaves out, hidden while that is nothing."""
        self._narrowed = QWidget()
        row = QHBoxLayout(self._narrowed)
        keep_scaled(row, (12, 0, 8, 6), spacing=8)
        row.addWidget(self.chosen_words, 1)
        row.addWidget(self.show_all)
        self._narrowed.hide()
        return self._narrowed

    def _connect(self) -> None:
        self.field.textChanged.connect(lambda _: self._pause.start())
        self.field.leftDown.connect(self.begin)
        self._pause.timeout.connect(self.searchChanged)
        self.choices.changed.connect(self._narrow)
        self.show_all.clicked.connect(self.choices.clear)
        self.model.moreWanted.connect(self.moreWanted)
        self.list.openRequested.connect(self._open)
        self.list.deleteRequested.connect(self._delete)
        self.list.customContextMenuRequested.connect(self._show_menu)

    # What the window calls

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of the rows that are chosen, in their order."""
        rows = sorted(self.list.selectionModel().selectedIndexes(), key=QModelIndex.row)
        entries = (self.model.entry(index) for index in rows)
        return tuple(entry.id for entry in entries if entry is not None)

    def set_context_menu(self, fill: Callable[[QMenu, tuple[str, ...]], None]) -> None:
        """Say what fills the context menu of the rows with these ids."""
        self._fill = fill

    def show_entries(self, entries: Sequence[HistoryEntry], *, more: bool, behind: bool) -> None:
        """Show a page of sends, or add one `behind`; `more` tells whether another one follows."""
        chosen = () if behind else self.chosen
        self.model.show_page(entries, more=more, behind=behind)
        for entry_id in chosen[:1]:
            self.list.setCurrentIndex(self.model.row_of(entry_id))
        if self.model.rowCount():
            self.stack.setCurrentWidget(self.list)
        else:
            self._say_empty()

    def begin(self) -> None:
        """Put the focus on the list, or on the search while there is none."""
        if self.model.rowCount():
            index = self.list.currentIndex()
            if not index.isValid():
                self.list.setCurrentIndex(self.model.index(1, 0))
            self.list.setFocus()
        else:
            self.field.setFocus()

    # Inside

    def _say_empty(self) -> None:
        searching = bool(self.field.text() or self.choices.words)
        words = self.tr("Nothing is found.") if searching else self.tr("Nothing was sent yet.")
        if self.choices.is_of_a_place:
            words = self.tr("Nothing is found. Secured sends don't say where they belong.")
        self.empty.text.setText(words)
        self.stack.setCurrentWidget(self.empty)

    def _narrow(self) -> None:
        self.chosen_words.setText(self.choices.words)
        self._narrowed.setVisible(bool(self.choices.words))
        self.searchChanged.emit()

    def _open(self, index: QModelIndex) -> None:
        entry = self.model.entry(index)
        if entry is not None:
            self.openRequested.emit(entry.id)

    def _delete(self) -> None:
        if self.chosen:
            self.deleteRequested.emit(self.chosen)

    def _show_menu(self, point: QPoint) -> None:
        if self._fill is None or not self.chosen:
            return
        menu = QMenu(self)
        self._fill(menu, self.chosen)
        menu.popup(self.list.viewport().mapToGlobal(point))
