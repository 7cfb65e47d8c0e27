"""The states of one request that Undo and Redo go through, also after a restart; no Qt in here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from httpdesk.engine.draft_steps import MOST_CHARACTERS, MOST_STEPS, Step, StepChange, weight
from httpdesk.model.request import Request

PAUSE = 0.7
"""Seconds without a change after which the next one is a step of its own."""
LONGEST = 5.0
"""Seconds of typing without a pause that are one step."""


class UndoSteps:
    """States with their numbers, one of which is shown; the oldest are let go of.

    Each change by hand is noted, whoever made it: going back by the undo of a text field leads to a
    state that is known already.
    """

    def __init__(
        self,
        request: Request,
        number: int = 0,
        *,
        complete: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._states = [request]
        self._first = number
        self._at = 0
        self.complete = complete
        """Whether the steps of an earlier run of the program are here, or there are none."""
        self._clock = clock
        self._begun: float | None = None
        self._last = 0.0
        self._unwritten = number
        """The number of the first step that is not kept as it is now."""

    @property
    def current(self) -> Request:
        """The state that is shown."""
        return self._states[self._at]

    @property
    def number(self) -> int:
        """The number of the state that is shown."""
        return self._first + self._at

    def note(self, request: Request, *, apart: bool = False) -> None:
        """Take a change by hand; one right after another is the same step unless `apart`."""
        if request == self.current:
            return
        if not apart and request in self._states:
            self._at = self._states.index(request)
            self._begun = None
            return
        now = self._clock()
        if not apart and self._goes_on(now):
            self._states[self._at] = request
        else:
            del self._states[self._at + 1 :]
            self._states.append(request)
            self._at += 1
            self._begun = None if apart else now
        self._last = now
        self._unwritten = min(self._unwritten, self.number)
        self._let_go()

    def settle(self, request: Request) -> None:
        """The same state is written another way, as its file has it: that is no step."""
        self._states[self._at] = request
        self._unwritten = min(self._unwritten, self.number)

    def back(self) -> Request | None:
        """Show the state before; None when there is none here."""
        return self._go(-1)

    def forth(self) -> Request | None:
        """Show the state after; None when there is none here."""
        return self._go(1)

    def fill(self, steps: Iterable[Step]) -> None:
        """Take the steps of an earlier run; those after a change of this run are of no use."""
        known = range(self._first, self._first + len(self._states))
        kept = sorted(steps, key=lambda step: step.number)
        before = [step.request for step in kept if step.number < known.start]
        after = [step.request for step in kept if step.number >= known.stop]
        if len(known) > 1 or not self._is_run(kept, known.stop, len(after)):
            after = []
        if not self._is_run(kept, known.start - len(before), len(before)):
            before = []
        self._states = [*before, *self._states, *after]
        self._first -= len(before)
        self._at += len(before)
        self.complete = True

    def changes(self) -> StepChange | None:
        """Return what is not kept yet, which counts as kept from then on."""
        start, end = self._unwritten, self._first + len(self._states)
        if len(self._states) == 1 or start >= end:
            return None
        self._unwritten = end
        states = self._states[max(0, start - self._first) :]
        first = end - len(states)
        return StepChange(start, tuple(Step(first + n, each) for n, each in enumerate(states)))

    def not_kept(self, change: StepChange) -> None:
        """What `changes` returned could not be kept."""
        self._unwritten = min(self._unwritten, change.start)

    @staticmethod
    def _is_run(kept: list[Step], start: int, count: int) -> bool:
        """Return whether the `count` steps from a number on are there without a gap."""
        numbers = {step.number for step in kept}
        return all(number in numbers for number in range(start, start + count))

    def _goes_on(self, now: float) -> bool:
        is_last = self._at == len(self._states) - 1
        if self._begun is None or not is_last:
            return False
        return now - self._last < PAUSE and now - self._begun < LONGEST

    def _go(self, by: int) -> Request | None:
        if not 0 <= self._at + by < len(self._states):
            return None
        self._at += by
        self._begun = None
        return self.current

    def _let_go(self) -> None:
        total = sum(map(weight, self._states))
        while self._at > 1 and (len(self._states) > MOST_STEPS or total > MOST_CHARACTERS):
            total -= weight(self._states.pop(0))
            self._first += 1
            self._at -= 1
