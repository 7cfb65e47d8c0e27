"""Copies text out of rows in a job: much of it takes a while."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import paced
from httpdesk.gui.response.text_view_select import END, START, Selection
from httpdesk.render.rows import LONGEST_ROW, Place, Rows

MOST_COPIED = 10_000_000
"""Characters that are copied: the clipboards of many systems and programs choke on more."""


class TextCopy(QObject):
    """Copies the newest selection that was asked for.

    Signals: `copied(text, cut)`; `cut` when only the first `MOST_COPIED` characters were copied.
    """

    copied = Signal(str, bool)

    def __init__(self, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: Selection | None = None
        self._job = LatestJob(jobs, self)
        self._job.finished.connect(self._on_text)

    @property
    def busy(self) -> bool:
        """Whether text is being copied."""
        return self._job.running or self._waiting is not None

    def copy_all(self, rows: Rows) -> None:
        """Copy the whole text."""
        self.copy(rows, Selection(START, END))

    def copy(self, rows: Rows, selection: Selection) -> None:
        """Copy what is selected; what reaches to the end waits for the rows to be known."""
        self.stop()
        reaches_end = selection.end.row >= rows.count
        if reaches_end and not rows.complete and rows.indexed < 4 * MOST_COPIED:
            self._waiting = selection
            return
        end = selection.end
        if reaches_end:
            end = Place(max(rows.count - 1, 0), LONGEST_ROW)
        start = selection.start
        self._job.start(partial(paced, lambda pause: rows.text(start, end, MOST_COPIED + 1, pause)))

    def rows_grew(self, rows: Rows) -> None:
        """Copy what waited for these rows."""
        if self._waiting is not None:
            self.copy(rows, self._waiting)

    def stop(self) -> None:
        """Copy nothing."""
        self._waiting = None
        self._job.drop()

    def _on_text(self, result: object) -> None:
        if isinstance(result, str):
            self.copied.emit(result[:MOST_COPIED], len(result) > MOST_COPIED)
