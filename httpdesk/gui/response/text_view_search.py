"""Searches the bytes of a body in jobs, and shows what was found in a painted text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.hidden_bytes import without
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.masked_rows import MaskedRows
from httpdesk.gui.response.paced import Pace, elsewhere, paced
from httpdesk.gui.response.text_page_source import Source
from httpdesk.gui.response.text_view import TextView
from httpdesk.gui.response.text_view_matches import MOST_SHOWN, Found, marks_of
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.render.find_bytes import Pattern, find, find_back
from httpdesk.render.rows import Match, Place

if TYPE_CHECKING:
    from httpdesk.engine.offload import Offload
    from httpdesk.gui.ports import Lazy

_POLL_MS = 40
_BEFORE = 512
_NEAR = 16 * 1024 * 1024
"""Bytes from the start that counting reaches soon, so that no other search is begun for them."""

Places = tuple[tuple[Place, Place], ...]


class TextSearch(QObject):
    """Counts all matches in the background while the nearest one is shown at once.

    Signals: `changed` when there are more matches, or another one is the current one.
    """

    changed = Signal()

    def __init__(self, view: TextView, tools: PageTools, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._offload = tools.offload
        self._searched: Searched | None = None
        self.found = Found()
        self.current: Match | None = None
        self._place: tuple[Place, Place] | None = None
        self._awaited: tuple[int, bool] | None = None
        """A step from a byte, forward or not, that is done when counting has got there."""
        self._jobs = {
            name: LatestJob(tools.jobs, self) for name in ("count", "step", "reach", "marks")
        }
        self._jobs["count"].finished.connect(self._on_counted)
        self._jobs["step"].finished.connect(self._on_step)
        self._jobs["reach"].finished.connect(self._on_reached)
        self._jobs["marks"].finished.connect(self._on_marks)
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._on_poll)
        self._mark_soon = QTimer(self, interval=_POLL_MS, singleShot=True)
        self._mark_soon.timeout.connect(self._mark)
        view.screenChanged.connect(self._on_screen)

    @property
    def busy(self) -> bool:
        """Whether something is being looked for."""
        waits = self._mark_soon.isActive() or self._awaited is not None
        return waits or any(job.running for job in self._jobs.values())

    @property
    def counting(self) -> bool:
        """Whether matches are still being counted."""
        return not self.found.complete

    def start(self, source: Source, pattern: Pattern) -> None:
        """Look for another pattern, from the text on screen on."""
        self.stop()
        found, searched = self.found, Searched(source, pattern, self._offload)
        self._searched = searched
        self._run("count", lambda pause: _count(found, searched, pause))
        self._poll.start()
        self._step_from(self._view.shown_bytes()[0] - 1, forward=True)

    def stop(self) -> None:
        """Look for nothing, and take the marks away."""
        for job in self._jobs.values():
            job.drop()
        self._poll.stop()
        self._mark_soon.stop()
        self._searched = self.current = self._place = self._awaited = None
        self.found = Found()
        self._view.set_marks({})

    def step(self, *, forward: bool) -> None:
        """Go to the next or the previous match; behind the last one comes the first."""
        if self._searched is None:
            return
        start = self._view.shown_bytes()[0] - 1 if self.current is None else self.current.start
        self._step_from(start, forward=forward)

    def rows_grew(self) -> None:
        """Go to the match that stood in a row that was not known."""
        if self.current is not None and self._place is None:
            self._reach(self.current)
        self._on_screen()

    def select_current(self) -> None:
        """Select the current match."""
        if self._place is not None:
            self._view.select(*self._place)

    # Steps

    def _step_from(self, offset: int, *, forward: bool) -> None:
        searched = self._searched
        assert searched is not None
        self._awaited = None
        if self._step_in_found(offset, forward=forward):
            return
        if self.counting and offset < _NEAR:
            self._awaited = offset, forward
            return
        self._run("step", lambda pause: _step(searched, offset, pause, forward=forward))

    def _step_in_found(self, offset: int, *, forward: bool) -> bool:
        """Go to a match that was counted; False when another one may be nearer."""
        if not self.found.covers(offset):
            return False
        found = self.found.after(offset) if forward else self.found.before(offset)
        if found is None and self.found.capped:
            return False
        self._on_step(found or self._farthest(forward=forward))
        return True

    def _farthest(self, *, forward: bool) -> Match | None:
        if not len(self.found):
            return None
        return self.found[0 if forward else len(self.found) - 1]

    def _on_step(self, result: object) -> None:
        if isinstance(result, Match):
            self.current, self._place = result, None
            self._reach(result)
        self.changed.emit()

    def _reach(self, match: Match) -> None:
        assert self._searched is not None
        rows = self._searched.source.rows
        self._run("reach", lambda _: rows.places((match,)))

    def _on_reached(self, result: object) -> None:
        if isinstance(result, tuple) and result:
            self._place = result[0]
            self._view.go_to(self._place[0])
            self._mark()

    # Counting

    def _on_poll(self) -> None:
        if self._awaited is not None:
            offset, forward = self._awaited
            if self._step_in_found(offset, forward=forward):
                self._awaited = None
        self.changed.emit()

    def _on_counted(self, _result: object) -> None:
        self._poll.stop()
        if self._awaited is not None:
            offset, forward = self._awaited
            self._step_from(offset, forward=forward)
        self.changed.emit()

    # Marks

    def _on_screen(self) -> None:
        if self._searched is not None:
            self._mark_soon.start()

    def _mark(self) -> None:
        searched, found = self._searched, self.found
        if searched is None:
            return
        shown = self._view.shown_bytes()
        self._run("marks", lambda pause: _on_screen(searched, found, shown, pause))

    def _on_marks(self, result: object) -> None:
        if isinstance(result, tuple):
            self._view.set_marks(marks_of(result, self._place))

    def _run(self, name: str, work: Callable[[Pace], object]) -> None:
        self._jobs[name].start(partial(paced, work))


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched for what, and by whom."""

    source: Source
    pattern: Pattern
    offload: Lazy[Offload]

    def forward(self, offset: int, pause: Pace) -> Iterator[Match]:
        """Yield the matches from a byte on; raises OffloadFailed."""
        body = self.source.handle
        run = elsewhere(self.offload, body, pause)
        return self._outside(find(body, self.pattern, offset, pause, run))

    def backward(self, offset: int, pause: Pace) -> Iterator[Match]:
        """Yield the matches before a byte, the nearest one first; raises OffloadFailed."""
        body = self.source.handle
        run = elsewhere(self.offload, body, pause)
        return self._outside(find_back(body, self.pattern, offset, pause, run))

    def near(self, start: int, end: int, pause: Pace) -> list[Match]:
        """Return the matches that may be seen between two bytes; raises OffloadFailed."""
        first = max(start - _BEFORE, 0)
        body = MemoryBody(self.source.handle.read_at(first, end + _BEFORE - first))
        found = find(body, self.pattern, 0, pause, elsewhere(self.offload, body, pause))
        near = [Match(first + m.start, first + m.end) for m in islice(found, MOST_SHOWN)]
        return list(self._outside(iter(near)))

    def _outside(self, found: Iterator[Match]) -> Iterator[Match]:
        """Leave out what is hidden on screen: finding would tell of it."""
        rows = self.source.rows
        return without(rows.hidden, rows.shown, found) if isinstance(rows, MaskedRows) else found


def _count(found: Found, searched: Searched, pause: Pace) -> None:
    try:
        found.fill(searched.forward(0, pause))
    except OffloadFailed:
        found.failed = found.complete = True


def _step(searched: Searched, offset: int, pause: Pace, *, forward: bool) -> Match | None:
    """Return the match behind or before a byte, else the first or the last of all."""
    size = searched.source.handle.size
    try:
        if forward:
            found = next(searched.forward(max(offset + 1, 0), pause), None)
            return found or next(searched.forward(0, pause), None)
        found = next(searched.backward(max(offset, 0), pause), None)
        return found or next(searched.backward(size, pause), None)
    except OffloadFailed:
        return None


def _on_screen(searched: Searched, found: Found, shown: tuple[int, int], pause: Pace) -> Places:
    """Return where the matches are that may be seen between two bytes."""
    rows = searched.source.rows
    if found.covers(shown[1]):
        return rows.places(found.between(*shown))
    try:
        return rows.places(tuple(searched.near(*shown, pause)))
    except (OffloadFailed, ValueError):
        return ()
