"""How long a send and each of its attempts may take (statement 67)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from httpdesk.engine.ports import Clock
from httpdesk.model.request import Options


class Limits:
    """The deadlines of one send; the time in which the user is asked does not count."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._began = clock.monotonic()
        self._attempt_began = self._began
        self._asked = 0.0
        self._asked_before = 0.0

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the send began, without those in which the user was asked."""
        return (self._clock.monotonic() - self._began - self._asked) * 1000

    @property
    def total(self) -> float | None:
        """When everything is cut (statement 67), None without a total limit."""
        limit = self._options.total_timeout_ms
        return self._began + self._asked + limit / 1000 if limit else None

    @property
    def deadline(self) -> float | None:
        """When the attempt is cut; 0 and None mean never (statement 67)."""
        if not self._options.timeout_ms:
            return self.total
        asked = self._asked - self._asked_before
        own = self._attempt_began + asked + self._options.timeout_ms / 1000
        return own if self.total is None else min(own, self.total)

    def begin_attempt(self) -> None:
        """Start the attempt's own limit."""
        self._attempt_began = self._clock.monotonic()
        self._asked_before = self._asked

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let the time inside not count."""
        began = self._clock.monotonic()
        try:
            yield
        finally:
            self._asked += self._clock.monotonic() - began
