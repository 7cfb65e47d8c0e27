"""The find bar of a list of messages: in their types, IDs and whole data."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from httpdesk.gui import theme
from httpdesk.gui.item_models.event_table import EventTableModel
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.event_reading import find_message
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import paced
from httpdesk.gui.widgets.buttons import IconButton
from httpdesk.gui.widgets.labels import PlainLabel


class EventFind(QWidget):
    """Goes from match to match, around the list.

    Signals:
        found(number): the message with this number, from 1, is to be shown.
        closed: the bar was closed.
    """

    found = Signal(int)
    closed = Signal()

    def __init__(self, jobs: JobRunner, model: EventTableModel) -> None:
        super().__init__()
        self._model = model
        self._body: ShownBody | None = None
        self._at = 0
        """The number of the message where the next search begins."""
        self._job = LatestJob(jobs, self)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in messages"))
        self.field.setAccessibleName(self.tr("Find text"))
        self.status = PlainLabel("", px=12, color="text3")
        self.previous = IconButton("arrow-up", self.tr("Previous match"), shortcut="Shift+F3")
        self.next = IconButton("arrow-down", self.tr("Next match"), shortcut="F3")
        self.close_button = IconButton("x", self.tr("Close find"), shortcut="Esc")
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.field, 1)
        for widget in (self.status, self.previous, self.next, self.close_button):
            self._layout.addWidget(widget)
        self._job.finished.connect(self._on_found)
        self.next.clicked.connect(self.find_next)
        self.previous.clicked.connect(self.find_previous)
        self.close_button.clicked.connect(self.close_bar)
        self.field.textChanged.connect(lambda: self.status.setText(""))
        theme.follow(self._restyle)

    @property
    def busy(self) -> bool:
        """Whether a match is being looked for."""
        return self._job.running

    def open(self) -> None:
        """Show the bar with the keyboard in its field."""
        self.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_bar(self) -> None:
        """Hide the bar; the match stays chosen."""
        self._job.drop()
        self.hide()
        self.closed.emit()

    def set_body(self, body: ShownBody | None) -> None:
        """Look in another body from its first message on."""
        self._job.drop()
        self._body, self._at = body, 0
        self.status.setText("")

    def begin_at(self, number: int) -> None:
        """Look on from the message with this number."""
        self._at = number

    def find_next(self) -> None:
        """Go to the next message that holds the text."""
        self._find(1)

    def find_previous(self) -> None:
        """Go to the message before that holds it."""
        self._find(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self._find(-1 if back else 1)
        else:
            super().keyPressEvent(event)

    def _find(self, step: int) -> None:
        text = self.field.text()
        if not text or self._body is None:
            return
        rows = self._model.all()
        first = rows[0].number if rows else 1
        at = self._at - first
        order = [*rows[at + 1 :], *rows[: at + 1]] if at >= 0 else list(rows)
        if step < 0:
            order = [*reversed(rows[: max(at, 0)]), *reversed(rows[max(at, 0) :])]
        self.status.setText(self.tr("Searching…"))
        look = partial(find_message, self._body.handle, self._body.media, order, text)
        self._job.start(partial(paced, look))

    def _on_found(self, number: object) -> None:
        if not isinstance(number, int):
            return
        self.status.setText("" if number else self.tr("No match"))
        if number:
            self._at = number
            self.found.emit(number)

    def _restyle(self) -> None:
        edge = theme.scaled(8)
        self._layout.setContentsMargins(theme.scaled(12), theme.scaled(4), edge, theme.scaled(4))
        self._layout.setSpacing(theme.scaled(4))
