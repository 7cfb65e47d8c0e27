"""What stands in place of bytes that have no other view: what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from httpdesk.gui.response import body_words, facts_words
from httpdesk.gui.response.body_page import BodyPage, PageTools, ShownBody
from httpdesk.gui.response.body_words import SAVE
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.outside_ask import OutsideAsk
from httpdesk.gui.response.paced import Pace, paced
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.gui.widgets.scaled_layout import keep_scaled
from httpdesk.render.body_facts import BodyFacts, body_facts
from httpdesk.render.outside_ending import outside_ending


@dataclass(frozen=True, slots=True)
class _Line:
    name: PlainLabel
    value: PlainLabel


class FactsPage(BodyPage):
    """Shows kind, size and hash of the bytes, and ways to save them or to open them elsewhere."""

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(tools, parent)
        self._body: ShownBody | None = None
        self._lines: list[_Line] = []
        self._job = LatestJob(tools.jobs, self)
        self._job.finished.connect(self._on_facts)
        self.asking = OutsideAsk(self)
        self.message = EmptyState("-", "-")
        self.save_button = TextButton(self.tr("Save…"), kind="flat")
        self.open_button = TextButton(self.tr("Open with another program…"), kind="flat")
        self._build()
        self.save_button.clicked.connect(lambda: self.actionRequested.emit(SAVE))
        self.open_button.clicked.connect(self._ask)

    def _build(self) -> None:
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        keep_scaled(self._grid, (12, 0, 12, 8), spacing=6)
        self._grid.setHorizontalSpacing(16)
        buttons = QHBoxLayout()
        keep_scaled(buttons, (4, 4, 12, 12), spacing=8)
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message)
        layout.addLayout(self._grid)
        layout.addLayout(buttons)
        layout.addStretch(1)

    @property
    def busy(self) -> bool:
        """Whether the bytes are still being read."""
        return self._job.running

    def show_body(self, body: ShownBody, view: str) -> None:
        """Show what is known of the bytes, and what reading them brings."""
        self._job.drop()
        self._body = body
        self._say_no_more()
        title, text = body_words.binary_text(body)
        self.message.title.setText(title)
        self.message.text.setText(text)
        self._set_lines([])
        self.open_button.setVisible(self._can_open(body))
        if not body.growing:
            self._job.start(partial(paced, partial(_facts, body)))
        self.shown.emit()

    def clear(self) -> None:
        """Let go of the body."""
        self._job.drop()
        self._body = None
        self._say_no_more()

    def act(self, key: str) -> bool:
        """Do what the question before opening asks for."""
        return self.asking.act(key, self._body)

    @property
    def facts(self) -> dict[str, str]:
        """The lines on screen."""
        return {line.name.text(): line.value.text() for line in self._lines}

    def _can_open(self, body: ShownBody) -> bool:
        return not body.growing and bool(outside_ending(body.format_name, body.media.essence))

    def _on_facts(self, facts: object) -> None:
        if isinstance(facts, BodyFacts):
            self._set_lines(facts_words.lines(facts))

    def _set_lines(self, lines: list[tuple[str, str]]) -> None:
        for old in self._lines:
            for label in (old.name, old.value):
                self._grid.removeWidget(label)
                label.hide()
                label.deleteLater()
        self._lines = []
        for row, (name, value) in enumerate(lines):
            line = _Line(
                PlainLabel(name, px=12, color="text2", parent=self),
                PlainLabel(value, px=12, mono=True, selectable=True, wrap=True, parent=self),
            )
            line.value.setAccessibleName(name)
            self._grid.addWidget(line.name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(line.value, row, 1)
            self._lines.append(line)

    def _ask(self) -> None:
        self.asking.ask()
        self._set_notices(*self.asking.notices)

    def _say_no_more(self) -> None:
        self.asking.forget()
        self._set_notices()


def _facts(body: ShownBody, pause: Pace) -> BodyFacts:
    return body_facts(body.received, body.format_name, pause)
