"""The rows around the screen: read by jobs, kept for painting, forgotten when far away."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import Pace, paced
from httpdesk.gui.response.text_view_lines import Line, prepared
from httpdesk.render.rows import Rows

_AHEAD = 3
"""Screens that are read above and below the one on screen."""

Ranges = list[tuple[int, int]]


class RowWindow(QObject):
    """The lines of one body near the screen.

    What is on screen is read first and alone, then what is around it. One job runs at a time; it
    is never cut short by another wish, or fast scrolling would show nothing until it ends.
    Signals: `arrived` when lines were read.
    """

    arrived = Signal()

    def __init__(self, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: Rows | None = None
        self._language = "text"
        self._lines: dict[int, Line] = {}
        self._wanted: Ranges = []
        self._near: Ranges = []
        self._around: Ranges = []
        self._job = LatestJob(jobs, self)
        self._job.finished.connect(self._on_read)

    @property
    def busy(self) -> bool:
        """Whether rows are being read."""
        return self._job.running

    def open(self, rows: Rows | None, language: str) -> None:
        """Read from other rows from now on; None reads nothing."""
        self._job.drop()
        self._rows, self._language = rows, language
        self._lines, self._wanted, self._near, self._around = {}, [], [], []

    def line(self, row: int) -> Line | None:
        """Return the line of a row, None when it is not near the screen."""
        return self._lines.get(row)

    def widest(self) -> int:
        """Return the cells of the widest line that is kept."""
        return max((line.cells.width for line in self._lines.values()), default=0)

    def forget_from(self, row: int) -> None:
        """Read `row` and what follows again: the body grew behind it."""
        for number in [number for number in self._lines if number >= row]:
            del self._lines[number]

    def forget(self) -> None:
        """Read all lines anew: their rows read differently from now on."""
        self._job.drop()
        self._lines = {}

    def want(self, screen: Ranges, near: Ranges, around: Ranges) -> None:
        """Have the rows of the screen read, then those around it when one that is near is not."""
        self._wanted, self._near, self._around = screen, near, around
        if not self._job.running:
            self._read_next()

    def _read_next(self) -> None:
        if self._rows is None:
            return
        if not self._has(self._wanted):
            missing = self._missing(self._wanted)
        elif not self._has(self._near):
            missing = self._missing(self._around)
        else:
            return
        before = [self._lines.get(first - 1) for first, _ in missing]
        self._job.start(partial(_read, self._rows, missing, self._language, before))

    def _has(self, ranges: Ranges) -> bool:
        known = self._rows.count if self._rows is not None else 0
        lines = self._lines
        return all(
            row in lines
            for first, count in ranges
            for row in range(first, min(first + count, known))
        )

    def _missing(self, ranges: Ranges) -> Ranges:
        """Return the ranges without the lines at their ends that are there already."""
        found: Ranges = []
        for first, count in ranges:
            missing = [row for row in range(first, first + count) if row not in self._lines]
            if missing:
                found.append((missing[0], missing[-1] + 1 - missing[0]))
        return found

    def _on_read(self, result: object) -> None:
        assert isinstance(result, list)
        for line in result:
            self._lines[line.number] = line
        self._forget_far()
        self.arrived.emit()
        # Nothing read of what was asked for: the body was given back, or ends there.
        if result and not self._job.running:
            self._read_next()

    def _forget_far(self) -> None:
        near = [*self._wanted, *self._around]
        if not near:
            return
        if len(self._lines) > 4 * sum(count for _, count in near):
            kept = {row for first, count in near for row in range(first, first + count)}
            self._lines = {row: line for row, line in self._lines.items() if row in kept}


def _read(
    rows: Rows, ranges: Ranges, language: str, before: list[Line | None], token: CancelToken
) -> list[Line]:
    return paced(partial(_lines, rows, ranges, language, before), token) or []


def _lines(
    rows: Rows, ranges: Ranges, language: str, before: list[Line | None], pause: Pace
) -> list[Line]:
    """Read and prepare lines, a hostile one of which takes milliseconds."""
    found: list[Line] = []
    for (first, count), above in zip(ranges, before, strict=True):
        for line in prepared(first, rows.rows(first, count), language, above):
            found.append(line)
            pause()
    return found


def around(first: int, count: int, screens: int = _AHEAD) -> tuple[int, int]:
    """Return `count` lines from `first` with some screens more above and below."""
    start = max(first - screens * count, 0)
    return start, first + (screens + 1) * count - start
