"""Find in bytes: a text, or bytes typed as hexadecimal digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import Pace
from httpdesk.gui.response.text_view_paint import Mark
from httpdesk.gui.widgets.find_bar import MOST_MATCHES, FindBar
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.response import BodyHandle
from httpdesk.render.hex_rows import columns_of, find_bytes, hex_needle
from httpdesk.render.rows import Match, Stopped

_HEX = 1

Outside = Callable[[Iterator[Match]], Iterator[Match]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a job has found."""

    matches: tuple[Match, ...]
    marks: Mapping[int, Sequence[Mark]]


class HexFind(FindBar):
    """Finds what is typed as text, or as hexadecimal digits.

    Signals: `matchChanged` when another match is the current one, or there is none any more.
    """

    matchChanged = Signal()

    def __init__(self, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body: BodyHandle | None = None
        self._outside: Outside = iter
        self._found = Found((), {})
        self._current = -1
        self._job = LatestJob(jobs, self)
        self._job.finished.connect(self._on_found)
        self.kind = Segmented([self.tr("Text"), self.tr("Hex")], self.tr("What is looked for"))
        self.add_before_field(self.kind)
        self.field.setAccessibleName(self.tr("Find bytes"))
        self.field.textChanged.connect(self._search)
        self.kind.currentChanged.connect(self._search)

    @property
    def busy(self) -> bool:
        """Whether the body is being searched."""
        return self._job.running

    @property
    def current(self) -> Match | None:
        """The match that is gone to."""
        return self._found.matches[self._current] if self._current >= 0 else None

    def marks(self) -> dict[int, Sequence[Mark]]:
        """Return what is marked in the rows."""
        marks = dict(self._found.marks)
        if self.current is not None:
            for row, start, end in columns_of(self.current):
                marks[row] = (*marks.get(row, ()), Mark(start, end, "current"))
        return marks

    def set_body(self, body: BodyHandle | None, outside: Outside = iter) -> None:
        """Search another body from now on; None lets go of the one before.

        `outside` leaves out the matches that would tell of what is hidden.
        """
        self._body, self._outside = body, outside
        self._search()

    def search_again(self) -> None:
        """Look again: something is hidden now that was not, or the other way round."""
        self._search()

    def open(self) -> None:
        """Show the bar with the focus on its field, and search."""
        super().open()
        self._search()

    def close_bar(self) -> None:
        """Hide the bar and take the marks away."""
        super().close_bar()
        self._search()

    def step(self, *, forward: bool) -> None:
        """Go to the next match, or to the one before."""
        if self._found.matches:
            by = 1 if forward else -1
            self._current = (self._current + by) % len(self._found.matches)
            self._tell()

    def _needle(self) -> bytes | None:
        text = self.field.text()
        return hex_needle(text) if self.kind.current == _HEX else text.encode("utf-8", "replace")

    def _search(self) -> None:
        self._job.drop()
        self._found, self._current = Found((), {}), -1
        needle = self._needle()
        if self._body is not None and needle and not self.isHidden():
            self._job.start(partial(_find, self._body, needle, self._outside))
            self.count.setText(self.tr("Searching…"))
        else:
            faulty = bool(self.field.text()) and needle is None
            self.count.setText(self.tr("Not whole bytes") if faulty else "")
        self.matchChanged.emit()

    def _on_found(self, result: object) -> None:
        if not isinstance(result, Found):
            return
        self._found = result
        self._current = 0 if result.matches else -1
        self._tell()

    def _tell(self) -> None:
        number = len(self._found.matches)
        words = self.position_text(self._current, number, more=number == MOST_MATCHES)
        self.count.setText(words if number else self.tr("No match"))
        self.matchChanged.emit()


def _find(body: BodyHandle, needle: bytes, outside: Outside, cancel: CancelToken) -> Found | None:
    """Search on a worker; None when the result is not wanted any more."""
    pace = Pace(cancel)
    try:
        matches = tuple(islice(outside(find_bytes(body, needle, pace)), MOST_MATCHES))
        marks: dict[int, list[Mark]] = {}
        for match in matches:
            pace()
            for row, start, end in columns_of(match):
                marks.setdefault(row, []).append(Mark(start, end, "match"))
    except Stopped:
        return None
    return Found(matches, marks)
