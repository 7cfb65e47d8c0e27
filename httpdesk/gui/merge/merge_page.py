"""The page that shows what both sides changed, side by side, and what comes of the choices."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.engine.merge import Choice, Conflict
from httpdesk.gui import theme
from httpdesk.gui.merge.conflict_card import ConflictCard
from httpdesk.gui.page import Page, scrolled
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.code_editor import CodeEditor
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.gui.widgets.splitter import Splitter

SIDE_BY_SIDE_FROM = 900
Way = tuple[str | int, ...]


class MergePage(Page):
    """Nothing is changed anywhere before Apply."""

    chosenChanged = Signal()
    applyAsked = Signal()
    laterAsked = Signal()
    copyAsked = Signal()
    """Mine is to become a request of its own, and the file stays."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: dict[Way, Choice] = {}
        """What was chosen so far."""
        self.cards: list[ConflictCard] = []
        self.heading = PlainLabel(px=16, weight=600, elide=True)
        self.words = PlainLabel(color="text2", wrap=True)
        self.whole = Segmented(
            (self.tr("Merge both"), self.tr("Only mine"), self.tr("Only theirs")),
            self.tr("What to keep"),
        )
        self.all_mine = TextButton(self.tr("Use all mine"))
        self.all_theirs = TextButton(self.tr("Use all theirs"))
        self.result = CodeEditor(self.tr("The result"))
        self.result.set_read_only(True)
        self.result.set_wrap(True)
        self.left = PlainLabel(color="text2")
        self.copy = TextButton(self.tr("Save mine as a new request…"), kind="link")
        self.later = TextButton(self.tr("Later"), kind="flat")
        self.apply = TextButton(self.tr("Apply"), kind="primary")
        self.splitter = Splitter(Qt.Orientation.Horizontal)
        self._build()
        self.all_mine.clicked.connect(lambda: self._choose_all(Choice.MINE))
        self.all_theirs.clicked.connect(lambda: self._choose_all(Choice.THEIRS))
        self.whole.currentChanged.connect(self._take_whole)
        self.later.clicked.connect(self.laterAsked)
        self.copy.clicked.connect(self.copyAsked)
        self.apply.clicked.connect(self.applyAsked)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(HLine())
        self._list = QWidget()
        self._cards = QVBoxLayout(self._list)
        keep_scaled(self._cards, (20, 16, 20, 16), spacing=20)
        self._cards.addStretch(1)
        self.area = scrolled(self._list)
        self.splitter.addWidget(self.area)
        self.splitter.addWidget(self._preview())
        self.splitter.setChildrenCollapsible(False)
        column.addWidget(self.splitter, 1)

    def _head(self) -> QWidget:
        head = QWidget()
        column = QVBoxLayout(head)
        keep_scaled(column, (20, 14, 20, 12), spacing=6)
        top = QHBoxLayout()
        # On top, since messages lie over the bottom of the window.
        top.addWidget(self.heading, 1)
        for button in (self.copy, self.later, self.apply):
            top.addWidget(button)
        column.addLayout(top)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.addWidget(self.whole)
        row.addSpacing(theme.scaled(12))
        row.addWidget(self.all_mine)
        row.addWidget(self.all_theirs)
        row.addSpacing(theme.scaled(12))
        row.addWidget(self.left)
        row.addStretch(1)
        column.addLayout(row)
        return head

    def _preview(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        keep_scaled(column, (16, 16, 16, 8), spacing=8)
        column.addWidget(PlainLabel(self.tr("The result"), weight=600))
        # What is shown is the request alone, laid out anew; Apply changes only its lines.
        rest = self.tr("The request alone. Everything else in the file stays as it is in mine.")
        column.addWidget(PlainLabel(rest, px=12, color="text3", wrap=True))
        column.addWidget(self.result, 1)
        return holder

    # What callers set

    def show_conflicts(self, name: str, words: str, conflicts: tuple[Conflict, ...]) -> None:
        """Show these places; what was chosen for the same values before stays chosen."""
        before = {card.conflict.way: card.conflict for card in self.cards}
        self.chosen = {
            each.way: self.chosen[each.way]
            for each in conflicts
            if each.way in self.chosen and before.get(each.way) == each
        }
        self.heading.setText(self.tr("Merge {0}").format(name))
        self.words.setText(words)
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [ConflictCard(each, self.chosen.get(each.way)) for each in conflicts]
        for place, card in enumerate(self.cards):
            self._cards.insertWidget(place, card)
            card.chosen.connect(self._choose)
        self._count()

    def allow_copy(self, allowed: bool) -> None:
        """Say whether mine can become a request of its own."""
        self.copy.setVisible(allowed)

    def show_result(self, text: str) -> None:
        """Show what Apply would make of the request."""
        place = self.result.verticalScrollBar().value()
        self.result.setPlainText(text)
        self.result.verticalScrollBar().setValue(place)

    def begin(self) -> None:
        """Put the focus on the first choice."""
        target: QWidget = self.cards[0].choice.button(0) if self.cards else self.apply
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return the choices, the result, and what ends the page."""
        return [(self.area, None), (self.result, self.result), (self.apply, self.apply)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= theme.scaled(SIDE_BY_SIDE_FROM)
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if wanted != self.splitter.orientation() or not event.oldSize().isValid():
            self.splitter.setOrientation(wanted)
            self.splitter.setSizes([600, 400])

    @property
    def side(self) -> Choice:
        """Which side is kept alone, BOTH while they are merged."""
        return (Choice.BOTH, Choice.MINE, Choice.THEIRS)[self.whole.current]

    # Inside

    def _take_whole(self) -> None:
        merges = self.side is Choice.BOTH
        for widget in (self._list, self.all_mine, self.all_theirs):
            widget.setEnabled(merges)
        self._count()
        self.chosenChanged.emit()

    def _choose(self, conflict: Conflict, choice: Choice | None) -> None:
        self.chosen.pop(conflict.way, None)
        if choice is not None:
            self.chosen[conflict.way] = choice
        self._count()
        self.chosenChanged.emit()

    def _choose_all(self, choice: Choice) -> None:
        for card in self.cards:
            card.set_choice(choice)

    def _count(self) -> None:
        left = len(self.cards) - len(self.chosen) if self.side is Choice.BOTH else 0
        if not self.cards:
            words = self.tr("Nothing was changed on both sides.")
        elif left == 0:
            words = self.tr("All is decided.")
        elif left == 1:
            words = self.tr("1 place is undecided.")
        else:
            words = self.tr("{0} places are undecided.").format(left)
        self.left.setText(words)
        self.apply.setEnabled(left == 0)
