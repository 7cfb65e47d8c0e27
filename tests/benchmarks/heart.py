"""The health of the UI thread: the gaps between the beats of a timer, and work that is waited for.

Needs a QApplication.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

from PySide6.QtCore import QTimer

from tests.benchmarks.measure import percentile
from tests.helpers.desk import wait_until

INTERVAL_MS = 5
LIMIT_MS = 600_000


class Heart:
    """Beats every 5 ms as long as the UI thread is free."""

    def __init__(self) -> None:
        self._beats: list[float] = []
        self._timer = QTimer(interval=INTERVAL_MS)
        self._timer.timeout.connect(lambda: self._beats.append(time.perf_counter()))
        self._timer.start()

    def begin(self) -> None:
        """Forget the gaps so far, once the heart beats."""
        self._beats.clear()
        wait_until(lambda: self._beats, "a beat")

    def idle(self, seconds: float) -> float:
        """Return the longest gap of a while in which nothing is done."""
        self.begin()
        over = time.perf_counter() + seconds
        wait_until(lambda: time.perf_counter() > over, "an idle while")
        return self.longest()

    def longest(self) -> float:
        """Return the longest gap in milliseconds since it was asked last."""
        return self.spread()[0]

    def spread(self) -> tuple[float, float]:
        """Return the longest gap since it was asked last, and the 99th percentile."""
        known = len(self._beats)
        wait_until(lambda: len(self._beats) > max(known, 1), "the next beat")
        gaps = [(later - sooner) * 1000 for sooner, later in itertools.pairwise(self._beats)]
        del self._beats[:-1]
        return max(gaps), percentile(gaps, 0.99)


def waited(start: Callable[[], object], done: Callable[[], object], what: str) -> float:
    """Start something, and return the milliseconds until it is done."""
    began = time.perf_counter()
    start()
    wait_until(done, what, LIMIT_MS)
    return (time.perf_counter() - began) * 1000
