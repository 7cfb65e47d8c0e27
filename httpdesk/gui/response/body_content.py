"""Reads bodies off the UI thread; no Qt in here."""

from __future__ import annotations

from time import monotonic

from httpdesk.engine.cancel import CancelToken
from httpdesk.model.response import BodyHandle

SHOWN_BYTES = 1_000_000
"""How much of a body is looked at to tell its charset."""
TURN = 0.001
"""Seconds that a worker works and rests in turn."""


class BodyGone(Exception):
    """The body was given back while it was being read, or another one is wanted meanwhile."""


class Pace:
    """Lets the window work while a worker lays text out.

    A worker that runs Python without a pause makes each call from Python to Qt wait 5 ms for the
    interpreter, and painting makes a hundred of them. So it works and rests in turns of 1 ms.
    """

    def __init__(self, cancel: CancelToken) -> None:
        self.cancel = cancel
        self._began = monotonic()

    def __call__(self) -> None:
        """Rest when it is time; raises BodyGone when nobody waits for the result any more."""
        if monotonic() - self._began < TURN:
            return
        if self.cancel.wait(TURN):
            raise BodyGone
        self._began = monotonic()


def read_start(handle: BodyHandle, length: int) -> bytes:
    """Return up to `length` bytes from the start; raises BodyGone."""
    try:
        return handle.read_at(0, length)
    except (ValueError, OSError) as error:
        raise BodyGone from error
