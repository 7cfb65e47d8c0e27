"""What a send asks in the middle of it, in place of the body until it is answered."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from httpdesk.gui import icons, theme
from httpdesk.gui.messages import QuestionWords, question_words
from httpdesk.gui.response.announce import announce
from httpdesk.gui.response.error_view import breakable
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.questions import Question

_WIDEST = 640


class QuestionView(QScrollArea):
    """Shows one question with its two answers; Esc is the safe one.

    Signals: `answered(agrees)`.
    """

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content: _Content | None = None

    @property
    def content(self) -> _Content | None:
        """What is asked now."""
        return self._content

    @property
    def safe_answer(self) -> QWidget | None:
        """The button that has the focus at first."""
        return self._content.refuse if self._content is not None else None

    def show_question(self, question: Question) -> None:
        """Ask, and have it said at once."""
        words = question_words(question)
        self._content = _Content(words)
        self._content.refuse.clicked.connect(lambda: self.answered.emit(False))
        self._content.agree.clicked.connect(lambda: self.answered.emit(True))
        self.setWidget(self._content)
        facts = [f"{name}: {value}." for name, value in words.facts]
        announce(self, " ".join((f"{words.title}.", words.text, *facts)), assertive=True)

    def take_focus(self) -> None:
        """Put the focus on the safe answer."""
        if self._content is not None:
            self._content.refuse.setFocus(Qt.FocusReason.OtherFocusReason)
            # What was made just now is laid out in a moment.
            QTimer.singleShot(0, self, self._show_answers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._content is not None:
            self.answered.emit(False)
        else:
            super().keyPressEvent(event)

    def _show_answers(self) -> None:
        """Scroll to the answers where the pane is too low for all of it."""
        if self._content is not None and self._content.refuse.hasFocus():
            self.ensureWidgetVisible(self._content.refuse)


class _Content(QWidget):
    """One question; made anew for each, because its parts differ."""

    def __init__(self, words: QuestionWords) -> None:
        super().__init__()
        self.title = PlainLabel(words.title, px=16, weight=600, wrap=True)
        self.text = PlainLabel(words.text, color="text2", wrap=True)
        self.refuse = TextButton(words.refuse, kind="primary")
        self.agree = TextButton(words.agree)
        self.refuse.setAccessibleDescription(self.tr("The safe answer, also given by Escape"))
        self.facts: list[PlainLabel] = []
        self._icon = QLabel()
        self._main = QWidget()
        self._column = QVBoxLayout(self._main)
        self._build(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._main, 100, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        theme.follow(self._restyle)

    def _build(self, words: QuestionWords) -> None:
        heading = QHBoxLayout()
        heading.setSpacing(10)
        heading.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        heading.addWidget(self.title, 1)
        self._column.addLayout(heading)
        self._column.addWidget(self.text)
        if words.facts:
            card = _FactCard(words.facts)
            self.facts = card.values
            self._column.addWidget(card)
        self._column.addSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.refuse)
        buttons.addWidget(self.agree)
        buttons.addStretch(1)
        self._column.addLayout(buttons)

    def _restyle(self) -> None:
        side = theme.scaled(20)
        self._icon.setPixmap(icons.pixmap("circle-question-mark", "amber", side))
        self._main.setMaximumWidth(theme.scaled(_WIDEST))
        edge = theme.scaled(12)
        self._column.setContentsMargins(edge, theme.scaled(14), theme.scaled(16), edge)
        self._column.setSpacing(theme.scaled(8))


class _FactCard(QFrame):
    """Names at the left, what they are at the right: whole, however long."""

    def __init__(self, facts: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.values: list[PlainLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(facts):
            label = PlainLabel(name, px=12, color="text3")
            shown = PlainLabel(breakable(value), px=12, mono=True, wrap=True, selectable=True)
            shown.setMinimumWidth(1)
            shown.setAccessibleName(f"{name} {value}")
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, row, 1)
            self.values.append(shown)
        theme.follow(self._restyle)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.scaled(8), theme.scaled(8))

    def _restyle(self) -> None:
        side, top = theme.scaled(12), theme.scaled(9)
        self._grid.setContentsMargins(side, top, side, top)
        self._grid.setHorizontalSpacing(theme.scaled(16))
        self._grid.setVerticalSpacing(theme.scaled(6))
