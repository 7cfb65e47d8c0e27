"""What a send asks in the middle of it, in place of the body until it is answered."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from httpdesk.engine.masking import telling_values
from httpdesk.gui import icons, theme
from httpdesk.gui.messages import QuestionWords, question_words
from httpdesk.gui.response.announce import announce
from httpdesk.gui.response.error_view import breakable
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.flow_layout import FlowLayout
from httpdesk.gui.widgets.framed import Framed
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.secret_field import SecretField
from httpdesk.model.questions import Question

_WIDEST = 640


class QuestionView(QScrollArea):
    """Shows one question with its two answers; Esc is the safe one.

    Signals: `answered(agrees)`, `quieted` for an agreement that holds for a while.
    """

    answered = Signal(bool)
    quieted = Signal()

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
        """What has the focus at first: the button of the safe answer, or a field to fill in."""
        return self._content.first if self._content is not None else None

    def values(self) -> dict[str, str]:
        """Return what was entered, by label."""
        fields = self._content.fields if self._content is not None else {}
        return {label: field.text() for label, field in fields.items()}

    def show_question(self, question: Question) -> None:
        """Ask, and have it said at once."""
        words = question_words(question)
        self._content = _Content(words)
        self._content.refuse.clicked.connect(lambda: self.answered.emit(False))
        self._content.agree.clicked.connect(lambda: self.answered.emit(True))
        self._content.entered.connect(lambda: self.answered.emit(True))
        self._content.quiet.clicked.connect(self.quieted)
        self.setWidget(self._content)
        facts = [f"{name}: {value}." for name, value in words.facts]
        announce(self, " ".join((f"{words.title}.", words.text, *facts)), assertive=True)

    def take_focus(self) -> None:
        """Put the focus on the safe answer."""
        if self._content is not None:
            self._content.first.setFocus(Qt.FocusReason.OtherFocusReason)
            # What was made just now is laid out in a moment.
            QTimer.singleShot(0, self, self._show_answers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._content is not None:
            self.answered.emit(False)
        else:
            super().keyPressEvent(event)

    def _show_answers(self) -> None:
        """Scroll to the answers where the pane is too low for all of it."""
        if self._content is not None and self._content.first.hasFocus():
            self.ensureWidgetVisible(self._content.first)


class _Content(QWidget):
    """One question; made anew for each, because its parts differ.

    Signals: `entered` when Return ends the last of its fields.
    """

    entered = Signal()

    def __init__(self, words: QuestionWords) -> None:
        super().__init__()
        self.title = PlainLabel(words.title, px=16, weight=600, wrap=True)
        self.text = PlainLabel(words.text, color="text2", wrap=True)
        asks = bool(words.fields)
        self.refuse = TextButton(words.refuse, kind="default" if asks else "primary")
        self.agree = TextButton(words.agree, kind="primary" if asks else "default")
        self.quiet = TextButton(words.quiet)
        self.refuse.setAccessibleDescription(self.tr("The safe answer, also given by Escape"))
        self.fields = {label: _field(label) for label in words.fields}
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
        self._add_fields()
        self._column.addSpacing(4)
        self._buttons = FlowLayout(8)
        for button in (self.agree, self.refuse) if words.fields else (self.refuse, self.agree):
            self._buttons.addWidget(button)
        if words.quiet:
            self._buttons.addWidget(self.quiet)
        self._column.addLayout(self._buttons)

    @property
    def first(self) -> QWidget:
        """What has the focus at first."""
        return next((_line(field) for field in self.fields.values()), self.refuse)

    def _add_fields(self) -> None:
        lines = [_line(field) for field in self.fields.values()]
        for (label, field), line in zip(self.fields.items(), lines, strict=True):
            self._column.addWidget(PlainLabel(label, px=12, color="text2"))
            self._column.addWidget(field)
            following = lines[lines.index(line) + 1 :]
            line.returnPressed.connect(following[0].setFocus if following else self.entered.emit)

    def _restyle(self) -> None:
        side = theme.scaled(20)
        self._icon.setPixmap(icons.pixmap("circle-question-mark", "amber", side))
        self._main.setMaximumWidth(theme.scaled(_WIDEST))
        edge = theme.scaled(12)
        self._column.setContentsMargins(edge, theme.scaled(14), theme.scaled(16), edge)
        self._column.setSpacing(theme.scaled(8))


def _field(label: str) -> QLineEdit | SecretField:
    """Return the field for a value, with bullets where its label tells that it is a secret."""
    if any(telling_values({label: "?"})):
        return SecretField(label)
    line = QLineEdit()
    line.setAccessibleName(label)
    return line


def _line(field: QLineEdit | SecretField) -> QLineEdit:
    return field.line if isinstance(field, SecretField) else field


class _FactCard(Framed):
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

    def _restyle(self) -> None:
        side, top = theme.scaled(12), theme.scaled(9)
        self._grid.setContentsMargins(side, top, side, top)
        self._grid.setHorizontalSpacing(theme.scaled(16))
        self._grid.setVerticalSpacing(theme.scaled(6))
