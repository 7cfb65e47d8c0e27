"""The page of one connection: its form, and beside it how it stands."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.connections.form import ConnectionForm
from httpdesk.gui.connections.form_words import kind_words
from httpdesk.gui.connections.rail import ConnectionRail
from httpdesk.gui.messages import question_words
from httpdesk.gui.page import Page, scrolled
from httpdesk.gui.widgets.action_bar import ActionBar
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.conflict_bar import MINE, THEIRS, ConflictBar
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.reading_order import tab_stops
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import ConnectionStatus
from httpdesk.model.questions import Question

_FORM, _RAIL, _INSET, _GAP, _HEADER = 744, 320, 24, 32, 56
_AGREE, _REFUSE = "agree", "refuse"
_NARROW = 500
_BESIDE = 1000
"""The least width of a page that has the rail beside the form."""


class ConnectionPage(Page):
    """A head with the commands, the form and the rail in one area that scrolls.

    Signals:
        saveAsked(connection): what the form holds is to be saved.
        testAsked, duplicateAsked, deleteAsked: as the commands of the head.
        asked(what): a button of the status card, a name of `rail_status`.
        editsDropped(connection): what was typed, before the file's version was taken.
        decided(what): of a file that is gone or broken, a name of `conflict_bar`.
        answered(agrees): the answer to the question that is shown.
        editedChanged(edited): whether the form holds something else than the file.
    """

    saveAsked = Signal(object)
    testAsked = Signal()
    duplicateAsked = Signal()
    deleteAsked = Signal()
    asked = Signal(str)
    answered = Signal(bool)
    editsDropped = Signal(object)
    decided = Signal(str)
    editedChanged = Signal(bool)

    saves = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = ConnectionForm()
        self.rail = ConnectionRail()
        self.name = PlainLabel(px=16, weight=600, elide=True)
        self.kind = PlainLabel(color="text2", elide=True)
        self.test_button = TextButton(self.tr("Test connection"), icon="play")
        self.save_button = TextButton(self.tr("Save"))
        self.more_button = IconButton("ellipsis", self.tr("More actions of the connection"))
        self.outcome = PlainLabel(px=12, color="text2", wrap=True, selectable=True)
        self.question_bar = ActionBar()
        self.conflict_bar = ConflictBar()
        self._theirs: Connection | None = None
        self._lost: bool | None = None
        """Whether the file is gone, or cannot be read; None while it is there."""
        self._icon = QLabel()
        self._shown = Connection("", "")
        self._edited = False
        self._build()
        self._connect()
        theme.follow(self._restyle)

    # Showing

    def show_connection(self, connection: Connection, taken: frozenset[str] = frozenset()) -> None:
        """Show what the file holds now; `taken` are the names of others, casefolded."""
        self._shown = connection
        self.form.show_connection(connection, taken)
        self._on_edited()

    def follow(
        self, connection: Connection, taken: frozenset[str], *, is_own: bool = False
    ) -> None:
        """Show what the file holds now; what was typed meanwhile stays, and is an edit of it.

        Where somebody else changed the file (not `is_own`) the user decides first.
        """
        if not self.is_edited or self.form.connection() == connection:
            self._end_conflict()
            self.show_connection(connection, taken)
        elif is_own or connection == self._shown:
            self._rebase(connection, taken)
        elif connection != self._theirs:
            self._theirs = connection
            self.conflict_bar.show_changed(self._shown.name)
            self._on_edited()

    def show_lost(self, name: str, *, is_gone: bool) -> None:
        """Say that the file is gone, or cannot be read; what was typed stays."""
        if self._lost == is_gone and self._lost is not None:
            return
        self._lost = is_gone
        show = self.conflict_bar.show_gone if is_gone else self.conflict_bar.show_broken
        show(name, typed=self.is_edited)
        self.area.setEnabled(self.is_edited)
        self.test_button.setEnabled(False)
        self._on_edited()

    @property
    def is_undecided(self) -> bool:
        """Whether the file is another than the one that was edited, and nothing was chosen."""
        return self._theirs is not None or self._lost is not None

    def put_back(self, connection: Connection) -> None:
        """Fill in again what was typed before the file's version was taken."""
        self.form.put_connection(connection)

    def show_status(self, status: ConnectionStatus, now: float) -> None:
        """Show how it stands; `now` is in seconds since 1970."""
        self.rail.show_status(status, self._shown, now)

    def show_outcome(self, words: str, color: str = "text2") -> None:
        """Say below the head what came of a test; "" for nothing."""
        self.outcome.set_color(color)
        self.outcome.setText(words)
        self.outcome.setVisible(bool(words))
        self.test_button.setAccessibleDescription(words)

    def show_question(self, question: Question | None) -> None:
        """Ask below the head before secrets are used; None takes the question away."""
        if question is None:
            self.question_bar.hide()
            return
        words = question_words(question)
        answers = ((_REFUSE, words.refuse), (_AGREE, words.agree))
        self.question_bar.show_offer(("triangle", "amber"), words.title, words.with_facts, answers)

    @property
    def connection(self) -> Connection:
        """The connection as its file has it."""
        return self._shown

    @property
    def is_edited(self) -> bool:
        """Whether the form holds something else than the file."""
        return self.form.connection() != self._shown

    def save(self) -> None:
        """Have what was edited saved, unless its name can't be a file's."""
        if self.is_undecided:
            self.ask_to_decide()
        elif self.is_edited and self.form.can_save:
            self.saveAsked.emit(self.form.connection())

    def ask_to_decide(self) -> None:
        """Put the focus where it is chosen what to keep."""
        button = self.conflict_bar.main_button
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self) -> None:
        """Put the focus on the first field."""
        stops = tab_stops(self.form)
        (stops[0] if stops else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[tuple[QWidget, QWidget | None]]:
        """Return head, form and rail."""
        bars = [(each, each.main_button) for each in (self.conflict_bar, self.question_bar)]
        return [(self._head, None), *bars, (self.form, None), (self.rail, None)]

    # Building

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = QWidget()
        self._heading = QHBoxLayout(self._head)
        self._heading.addWidget(self._icon)
        self._heading.addWidget(self.name)
        self._heading.addWidget(self.kind, 1)
        # Takes the room where the kind is hidden.
        self._heading.addStretch(0)
        for button in (self.test_button, self.save_button, self.more_button):
            self._heading.addWidget(button)
        column.addWidget(self._head)
        column.addWidget(HLine())
        column.addWidget(self.conflict_bar)
        column.addWidget(self.question_bar)
        column.addWidget(self._build_scroll(), 1)

    def _build_scroll(self) -> QScrollArea:
        self._holder = holder = QWidget()
        self._column = QVBoxLayout(holder)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._column.addWidget(self.outcome)
        self._column.addLayout(self._sides)
        self._column.addStretch(1)
        top = Qt.AlignmentFlag.AlignTop
        self._sides.addWidget(self.form, 1, top)
        self._sides.addWidget(self.rail, 0, top)
        self._sides.addStretch(0)
        self.outcome.hide()
        self.area = scrolled(holder)
        return self.area

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.rail.asked.connect(self.asked)
        self.conflict_bar.chosen.connect(self._decide)
        self.question_bar.chosen.connect(lambda key: self.answered.emit(key == _AGREE))
        self.save_button.clicked.connect(self.save)
        self.test_button.clicked.connect(self.testAsked)
        menu = QMenu(self.more_button)
        menu.addAction(self.tr("Duplicate"), self.duplicateAsked.emit)
        menu.addAction(self.tr("Delete"), self.deleteAsked.emit)
        menu.addAction(self.tr("Copy redirect address"), self.form.redirect.take)
        self.more_button.setMenu(menu)

    # Following

    def _decide(self, what: str) -> None:
        """Do what the user chose of a conflict; the rest is the window's."""
        theirs, typed = self._theirs, self.form.connection()
        if what == MINE and theirs is not None:
            self._rebase(theirs, self.form.taken)
        elif what == THEIRS and theirs is not None:
            self._end_conflict()
            self.show_connection(theirs, self.form.taken)
            self.editsDropped.emit(typed)
        else:
            self.decided.emit(what)

    def _rebase(self, connection: Connection, taken: frozenset[str]) -> None:
        """Take what was typed for an edit of this connection."""
        self._end_conflict()
        self._shown = connection
        self.form.rebase(connection, taken)
        self._on_edited()

    def _end_conflict(self) -> None:
        self._theirs = self._lost = None
        self.area.setEnabled(True)
        self.test_button.setEnabled(True)
        self.conflict_bar.hide()

    def _on_edited(self) -> None:
        now = self.form.connection()
        self.name.setText(now.name or self.tr("No name"))
        self.kind.setText(kind_words(self.form.kind, now.auth))
        may_save = self.is_edited and self.form.can_save and not self.is_undecided
        self.save_button.setEnabled(may_save)
        if self.is_edited != self._edited:
            self._edited = self.is_edited
            self.editedChanged.emit(self._edited)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        beside = self.width() >= theme.scaled(_BESIDE)
        ways = QBoxLayout.Direction
        self._sides.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        # How it stands comes first where there is one column.
        column, place = (self.rail.column, 0) if beside else (self._column, 1)
        if column.indexOf(self.rail.status) < 0:
            column.insertWidget(place, self.rail.status)
        if beside:
            self.rail.setFixedWidth(theme.scaled(_RAIL))
        else:
            self.rail.setMinimumWidth(0)
            self.rail.setMaximumWidth(theme.scaled(_FORM))
        self.rail.status.setMaximumWidth(theme.scaled(_FORM))
        self._inset()

    def _inset(self) -> None:
        """Leave the room to the fields where there is little."""
        is_narrow = self.width() < theme.scaled(_NARROW)
        inset = theme.scaled(_INSET // 2 if is_narrow else _INSET)
        self.kind.setVisible(not is_narrow)
        self.form.set_stacked(is_narrow)
        self._heading.setContentsMargins(inset, 0, inset, 0)
        self._column.setContentsMargins(inset, theme.scaled(20), inset, inset)

    def _restyle(self) -> None:
        self._head.setFixedHeight(theme.scaled(_HEADER))
        self._heading.setSpacing(theme.scaled(12))
        self._icon.setPixmap(icons.pixmap("plug", "accent_text", theme.scaled(20)))
        self.form.setMaximumWidth(theme.scaled(_FORM))
        self._column.setSpacing(theme.scaled(20))
        self._sides.setSpacing(theme.scaled(_GAP))
        self._place()
