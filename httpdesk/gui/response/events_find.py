"""The find bar of a list of messages: in their types, IDs and whole data."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal

from httpdesk.gui.item_models.event_table import EventTableModel
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.event_reading import find_message
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import paced
from httpdesk.gui.widgets.find_bar import FindBar


class EventFind(FindBar):
    """Goes from match to match, around the list.

    Signals: `found(number)` when the message with this number, from 1, is to be shown.
    """

    found = Signal(int)

    def __init__(self, jobs: JobRunner, model: EventTableModel) -> None:
        super().__init__()
        self._model = model
        self._body: ShownBody | None = None
        self._at = 0
        """The number of the message where the next search begins."""
        self._job = LatestJob(jobs, self)
        self.field.setPlaceholderText(self.tr("Find in messages"))
        self.field.textChanged.connect(lambda: self.count.setText(""))
        self._job.finished.connect(self._on_found)

    @property
    def busy(self) -> bool:
        """Whether a match is being looked for."""
        return self._job.running

    def close_bar(self) -> None:
        """Hide the bar; the match stays chosen."""
        self._job.drop()
        super().close_bar()

    def set_body(self, body: ShownBody | None) -> None:
        """Look in another body from its first message on."""
        self._job.drop()
        self._body, self._at = body, 0
        self.count.setText("")

    def begin_at(self, number: int) -> None:
        """Look on from the message with this number."""
        self._at = number

    def step(self, *, forward: bool) -> None:
        """Go to the next message that holds the text, or to the one before."""
        text = self.field.text()
        if not text or self._body is None:
            return
        rows = self._model.all()
        first = rows[0].number if rows else 1
        at = self._at - first
        order = [*rows[at + 1 :], *rows[: at + 1]] if at >= 0 else list(rows)
        if not forward:
            order = [*reversed(rows[: max(at, 0)]), *reversed(rows[max(at, 0) :])]
        self.count.setText(self.tr("Searching…"))
        look = partial(find_message, self._body.handle, self._body.media, order, text)
        self._job.start(partial(paced, look))

    def _on_found(self, number: object) -> None:
        if not isinstance(number, int):
            return
        self.count.setText("" if number else self.tr("No match"))
        if number:
            self._at = number
            self.found.emit(number)
