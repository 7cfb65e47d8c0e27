"""Work on a body that lets the window work too, and that may not be wanted any more."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from httpdesk.engine.cancel import CancelToken
from httpdesk.render.rows import Elsewhere, Stopped

if TYPE_CHECKING:
    from httpdesk.engine.offload import Offload
    from httpdesk.gui.ports import Lazy
    from httpdesk.model.response import BodyHandle

Result = TypeVar("Result")
TURN = 0.001
"""Seconds that a worker works and rests in turn."""


class Pace:
    """Lets the window work while a worker lays text out: a `Pause` for jobs.

    A worker that runs Python without a pause makes each call from Python to Qt wait 5 ms for the
    interpreter, and painting makes a hundred of them. So it works and rests in turns of 1 ms.
    """

    def __init__(self, cancel: CancelToken) -> None:
        self.cancel = cancel
        self._began = monotonic()

    def __call__(self) -> None:
        """Rest when it is time; raises Stopped when nobody waits for the result any more."""
        if monotonic() - self._began < TURN:
            return
        if self.cancel.wait(TURN):
            raise Stopped
        self._began = monotonic()


def paced(work: Callable[[Pace], Result], token: CancelToken) -> Result | None:
    """Return the result of `work(pace)`; None when it is not wanted or its body was given back."""
    try:
        return work(Pace(token))
    except Stopped:
        return None


def elsewhere(offload: Lazy[Offload], body: BodyHandle, pause: Pace) -> Elsewhere:
    """Return what runs a task on a body in the process beside the window, as long as it is wanted.

    What it returns raises OffloadFailed.
    """
    return lambda task, arguments: offload().run(task, arguments, body, pause.cancel)
