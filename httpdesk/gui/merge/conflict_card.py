"""One place that both sides changed: what it is, both values side by side, and the choice."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.engine.merge import Choice, Conflict
from httpdesk.gui import theme
from httpdesk.gui.merge.merge_words import hides_difference, place_words, value_words
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.gui.widgets.segmented import Segmented

MOST_LINES = 30
MOST_LETTERS = 3_000
CHOICES = (None, Choice.MINE, Choice.THEIRS, Choice.BOTH)


class SideBox(QWidget):
    """The value of one side under its heading; it is marked when it was chosen."""

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self.heading = PlainLabel(heading, px=12, weight=600, color="text2")
        self.text = PlainLabel(_shortened(text), px=12, mono=True, wrap=True, selectable=True)
        self.text.setAccessibleName(f"{heading}: {self.text.text()}")
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._chosen = False
        column = QVBoxLayout(self)
        keep_scaled(column, (10, 8, 10, 8), spacing=4)
        column.addWidget(self.heading)
        column.addWidget(self.text, 1)
        theme.follow(self.update)

    def mark(self, chosen: bool) -> None:
        """Show whether this side is taken."""
        self._chosen = chosen
        self.heading.set_color("accent_text" if chosen else "text2")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent" if self._chosen else "border"), 1))
        painter.setBrush(theme.color("accent_tint" if self._chosen else "alt"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.scaled(6), theme.scaled(6))


class ConflictCard(QWidget):
    """Signals: `chosen(conflict, choice)`; the choice is None while there is none."""

    chosen = Signal(object, object)

    def __init__(self, conflict: Conflict, choice: Choice | None = None) -> None:
        super().__init__()
        self.conflict = conflict
        words = place_words(conflict.way)
        self.title = PlainLabel(words, weight=600, elide=True)
        self.mine = SideBox(self.tr("Mine"), value_words(conflict.way, conflict.mine))
        self.theirs = SideBox(self.tr("Theirs"), value_words(conflict.way, conflict.theirs))
        self.base = SideBox(self.tr("Before"), value_words(conflict.way, conflict.base))
        self.base.hide()
        labels = [self.tr("Undecided"), self.tr("Use mine"), self.tr("Use theirs")]
        if conflict.is_text:
            labels.append(self.tr("Use both"))
        self.choice = Segmented(labels, self.tr("What to take for {0}").format(words))
        self.show_base = TextButton(self.tr("Show what it was before"), kind="link")
        self.note = PlainLabel(px=12, color="text3", wrap=True)
        self._build()
        self.set_choice(choice)
        self.choice.currentChanged.connect(self._choose)
        self.show_base.clicked.connect(self._toggle_base)

    def _build(self) -> None:
        grid = QGridLayout(self)
        keep_scaled(grid, (0, 0, 0, 0), spacing=8)
        grid.addWidget(self.title, 0, 0, 1, 2)
        grid.addWidget(self.mine, 1, 0)
        grid.addWidget(self.theirs, 1, 1)
        grid.addWidget(self.base, 2, 0, 1, 2)
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addWidget(self.show_base)
        row.addStretch(1)
        grid.addLayout(row, 3, 0, 1, 2)
        grid.addWidget(self.note, 4, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        if hides_difference(self.conflict):
            self.note.setText(self.tr("Both values are hidden here. They differ."))
        self.note.setVisible(bool(self.note.text()))

    def set_choice(self, choice: Choice | None) -> None:
        """Show what is taken."""
        at = CHOICES.index(choice)
        self.choice.set_current(at if at < (4 if self.conflict.is_text else 3) else 0)
        self._mark()

    def _choose(self, at: int) -> None:
        self._mark()
        self.chosen.emit(self.conflict, CHOICES[at])

    def _mark(self) -> None:
        choice = CHOICES[self.choice.current]
        self.mine.mark(choice in (Choice.MINE, Choice.BOTH))
        self.theirs.mark(choice in (Choice.THEIRS, Choice.BOTH))

    def _toggle_base(self) -> None:
        shown = self.base.isHidden()
        self.base.setVisible(shown)
        words = self.tr("Hide what it was before") if shown else self.tr("Show what it was before")
        self.show_base.setText(words)


def _shortened(text: str) -> str:
    lines = text.splitlines()
    kept = "\n".join(lines[:MOST_LINES])[:MOST_LETTERS]
    return kept if len(kept) >= len("\n".join(lines)) else f"{kept}\n…"
