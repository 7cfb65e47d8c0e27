"""Searches the bytes of a body in jobs, and shows what was found in a painted text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice

from PySide6.QtCore import QObject, QTimer, Signal

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.body_content import Pace
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.paced import paced
from httpdesk.gui.response.text_page_source import Source
from httpdesk.gui.response.text_view import TextView
from httpdesk.gui.response.text_view_matches import MOST_SHOWN, BodyPart, Found, marks_of
from httpdesk.render.find_bytes import Pattern, find, find_back
from httpdesk.render.rows import Match, Place

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

    def __init__(self, view: TextView, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._source: Source | None = None
        self._pattern: Pattern | None = None
        self.found = Found()
        self.current: Match | None = None
        self._place: tuple[Place, Place] | None = None
        self._awaited: tuple[int, bool] | None = None
        """A step from a byte, forward or not, that is done when counting has got there."""
        self._jobs = {name: LatestJob(jobs, self) for name in ("count", "step", "reach", "marks")}
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
        self._source, self._pattern = source, pattern
        found = self.found
        self._run("count", lambda pause: found.fill(find(source.handle, pattern, 0, pause)))
        self._poll.start()
        self._step_from(self._view.shown_bytes()[0] - 1, forward=True)

    def stop(self) -> None:
        """Look for nothing, and take the marks away."""
        for job in self._jobs.values():
            job.drop()
        self._poll.stop()
        self._mark_soon.stop()
        self._source = self._pattern = self.current = self._place = self._awaited = None
        self.found = Found()
        self._view.set_marks({})

    def step(self, *, forward: bool) -> None:
        """Go to the next or the previous match; behind the last one comes the first."""
        if self._source is None:
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
        source, pattern = self._source, self._pattern
        assert source is not None
        assert pattern is not None
        self._awaited = None
        if self._step_in_found(offset, forward=forward):
            return
        if self.counting and offset < _NEAR:
            self._awaited = offset, forward
            return
        self._run("step", lambda pause: _step(source, pattern, offset, pause, forward=forward))

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
        source = self._source
        assert source is not None
        self._run("reach", lambda _: source.rows.places((match,)))

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
        if self._pattern is not None:
            self._mark_soon.start()

    def _mark(self) -> None:
        source, pattern, found = self._source, self._pattern, self.found
        if source is None or pattern is None:
            return
        start, end = self._view.shown_bytes()
        self._run("marks", lambda pause: _on_screen(source, pattern, found, (start, end), pause))

    def _on_marks(self, result: object) -> None:
        if isinstance(result, tuple):
            self._view.set_marks(marks_of(result, self._place))

    def _run(self, name: str, work: Callable[[Pace], object]) -> None:
        self._jobs[name].start(partial(paced, work))


def _step(
    source: Source, pattern: Pattern, offset: int, pause: Pace, *, forward: bool
) -> Match | None:
    """Return the match behind or before a byte, else the first or the last of all."""
    if forward:
        found = next(find(source.handle, pattern, max(offset + 1, 0), pause), None)
        return found or next(find(source.handle, pattern, 0, pause), None)
    found = next(find_back(source.handle, pattern, max(offset, 0), pause), None)
    return found or next(find_back(source.handle, pattern, source.handle.size, pause), None)


def _on_screen(
    source: Source, pattern: Pattern, found: Found, shown: tuple[int, int], pause: Pace
) -> Places:
    """Return where the matches are that may be seen between two bytes."""
    start, end = shown
    if found.covers(end):
        return source.rows.places(found.between(start, end))
    near = BodyPart(source.handle, end + _BEFORE)
    matches = find(near, pattern, max(start - _BEFORE, 0), pause)
    return source.rows.places(tuple(islice(matches, MOST_SHOWN)))
