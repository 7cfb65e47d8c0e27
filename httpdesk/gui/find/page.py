"""Find in collections: what is looked for, where, and what was found as it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from httpdesk.gui import icons
from httpdesk.gui.find.list_view import FindList
from httpdesk.gui.item_models.find_rows import FindRows
from httpdesk.gui.page import Page
from httpdesk.gui.widgets.choice import Choice
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.find import FindBatch, FindHit, FindQuery, FindScope, FoundRequest
from httpdesk.render.find_pattern import pattern_of

Scopes = tuple[FindScope, ...]
SLOW_MS = 150
"""A pattern waits so long for the next key: its search starts a process."""


class FindPage(Page):
    """A field, its options and the list.

    Signals: `searchRequested(query, scopes)`; None for a query ends the search.
    `openRequested(hit)`.
    """

    searchRequested = Signal(object, object)
    openRequested = Signal(object)

    def __init__(self, trail: Callable[[FoundRequest], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trail = trail
        self._scopes: list[Scopes] = []
        self.rows = FindRows(self)
        self.field = QLineEdit()
        self.scope = Choice(self.tr("Where to find"), ())
        self.match_case = QCheckBox(self.tr("Match case"))
        self.whole_word = QCheckBox(self.tr("Whole word"))
        self.is_regex = QCheckBox(self.tr("Regular expression"))
        self.words = PlainLabel("", px=12, color="text3", elide=True)
        self.list = FindList()
        self.list.setModel(self.rows)
        self._hint = EmptyState(
            self.tr("Find in collections"),
            self.tr(
                "Looks in the names, URLs, parameters, headers, bodies, notes and examples of "
                "saved requests."
            ),
        )
        self._wait = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._stale = False
        self._build()
        self._connect()
        self._show_list()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        keep_scaled(head, (16, 12, 16, 8), spacing=8)
        self.field.setPlaceholderText(self.tr("Find in collections"))
        self.field.setAccessibleName(self.tr("Find in collections"))
        self.field.setClearButtonEnabled(True)
        for button in self.field.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear"))
        for action in self.field.findChildren(QAction):
            icons.keep_icon(action, "x", "text3")
        first = QHBoxLayout()
        keep_scaled(first, spacing=8)
        first.addWidget(self.field, 1)
        first.addWidget(self.scope)
        options = QHBoxLayout()
        keep_scaled(options, spacing=16)
        for box in (self.match_case, self.whole_word, self.is_regex):
            options.addWidget(box)
        options.addWidget(self.words, 1, Qt.AlignmentFlag.AlignRight)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addLayout(first)
        head.addLayout(options)
        column.addLayout(head)
        column.addWidget(HLine())
        column.addWidget(self._hint, 1)
        column.addWidget(self.list, 1)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._typed)
        for box in (self.match_case, self.whole_word, self.is_regex):
            box.toggled.connect(self.search)
        self.scope.currentIndexChanged.connect(self.search)
        self._wait.timeout.connect(self.search)
        self.list.openRequested.connect(lambda index: self._open_row(index.row()))
        self.list.leftUp.connect(lambda: self.field.setFocus(Qt.FocusReason.BacktabFocusReason))

    # What the window calls

    def set_scopes(
        self, scopes: Sequence[tuple[str, Scopes]], chosen: Scopes | None = None
    ) -> None:
        """Offer these places in words; the chosen one stays where it is offered still."""
        before = chosen or self._chosen_scopes()
        self._scopes = [each for _, each in scopes]
        self.scope.blockSignals(True)
        self.scope.clear()
        self.scope.addItems([words for words, _ in scopes])
        if before in self._scopes:
            self.scope.setCurrentIndex(self._scopes.index(before))
        self.scope.blockSignals(False)
        self.search()

    def look_for(self, text: str) -> None:
        """Put the focus into the field, with `text` in it when there is some."""
        if text and text != self.field.text():
            self.field.setText(text)
        self.begin()

    def begin(self) -> None:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def search(self) -> None:
        """Start the search anew with what is asked for now; what is shown stays until it comes."""
        self._wait.stop()
        query = self._query()
        self._stale = True
        if query is None or not self._chosen_scopes():
            self._begin_anew()
            self.searchRequested.emit(None, ())
            self._show_list()
            return
        self.searchRequested.emit(query, self._chosen_scopes())

    def add(self, batch: FindBatch) -> None:
        """Show hits more."""
        self._stale = self._stale or batch.anew
        if batch.hits or batch.read < batch.known:
            self._begin_anew()
        self.rows.add(batch.hits, self._trail)
        self._tell(more=batch.more)
        if batch.read < batch.known:
            words = self.tr("{0} of {1} requests read").format(
                f"{batch.read:,}", f"{batch.known:,}"
            )
            self.words.setText(f"{self.words.text()}  {words}".strip())
        self._show_list()

    def end(self, *, more: bool) -> None:
        """The search is over."""
        self._begin_anew()
        self._tell(more=more)
        self._show_list()

    def fail(self, words: str) -> None:
        """Say why there is no result."""
        self._begin_anew()
        self.words.setText(words)
        self._show_list()

    def open_next(self, by: int) -> None:
        """Open the next hit, or with -1 the one before."""
        row = self.rows.step(self.list.currentIndex().row(), by)
        if row >= 0:
            self._open_row(row)

    # Inside

    def _chosen_scopes(self) -> Scopes:
        at = self.scope.currentIndex()
        return self._scopes[at] if 0 <= at < len(self._scopes) else ()

    def _query(self) -> FindQuery | None:
        """Return what is asked for; None for nothing, or for a pattern that is none."""
        text = self.field.text()
        query = FindQuery(
            text,
            self.match_case.isChecked(),
            self.whole_word.isChecked(),
            self.is_regex.isChecked(),
        )
        self.words.setText("")
        if not text:
            return None
        if query.is_regex:
            try:
                pattern_of(text, match_case=query.match_case, whole_word=query.whole_word)
            except (re.error, OverflowError, RecursionError) as error:
                self.words.setText(self.tr("Not a regular expression: {0}").format(error))
                return None
        return query

    def _typed(self) -> None:
        if self.is_regex.isChecked() and self.field.text():
            self._wait.start()
        else:
            self.search()

    def _begin_anew(self) -> None:
        if self._stale:
            self._stale = False
            self.rows.clear()

    def _tell(self, *, more: bool) -> None:
        hits, requests = self.rows.hit_count, self.rows.request_count
        if not hits:
            self.words.setText(self.tr("No match"))
            return
        found = self.tr("1 hit") if hits == 1 else self.tr("{0} hits")
        where = self.tr("in 1 request") if requests == 1 else self.tr("in {0} requests")
        number = f"{hits:,}+" if more else f"{hits:,}"
        self.words.setText(f"{found.format(number)} {where.format(f'{requests:,}')}")

    def _show_list(self) -> None:
        shown = bool(self.rows.rowCount())
        self.list.setVisible(shown)
        self._hint.setVisible(not shown)

    def _open_row(self, row: int) -> None:
        hit = self.rows.hit_at(row)
        if isinstance(hit, FindHit):
            self.list.setCurrentIndex(self.rows.index(row, 0, QModelIndex()))
            self.openRequested.emit(hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_F4:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.open_next(-1 if back else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.hasFocus():
            self._open_row(max(self.list.currentIndex().row(), 1))
        elif key == Qt.Key.Key_Down and self.field.hasFocus() and self.rows.rowCount():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
        elif key == Qt.Key.Key_Escape and self.field.hasFocus() and self.field.text():
            self.field.clear()
        else:
            super().keyPressEvent(event)
