"""When the bytes of a body came, in few marks however many there are."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable

_APART = 0.005
"""Seconds between two marks at least; a fast download would have one for each piece."""
MOST_MARKS = 100_000
"""Then every other one goes: times of a stream of days become coarse, never wrong in order."""


class ArrivalMarks:
    """Written by the worker of a send, read by others; implements `model.response.Arrivals`."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._marks = (array("Q"), array("d"))
        """Where the body ended, and the time when more of it came."""

    def note(self, size: int) -> None:
        """Remember that the body has `size` bytes as of now."""
        now = self._clock()
        sizes, times = self._marks
        if times and now - times[-1] < _APART:
            # What comes in one breath came at its beginning.
            sizes[-1] = size
            return
        if len(times) >= MOST_MARKS:
            sizes, times = self._marks = sizes[1::2], times[1::2]
        times.append(now)
        sizes.append(size)

    def at(self, offset: int) -> float | None:
        """Return the Unix time at which the body was longer than `offset`; None before."""
        sizes, times = self._marks
        place = bisect_left(sizes, offset + 1)
        return times[place] if place < len(sizes) else None
