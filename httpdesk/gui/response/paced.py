"""Work on a body that lets the window work too, and that may not be wanted any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.response.body_content import BodyGone, Pace
from httpdesk.render.rows import Elsewhere, Stopped

if TYPE_CHECKING:
    from httpdesk.engine.offload import Offload
    from httpdesk.gui.ports import Lazy
    from httpdesk.model.response import BodyHandle

Result = TypeVar("Result")


def paced(work: Callable[[Pace], Result], token: CancelToken) -> Result | None:
    """Return the result of `work(pace)`; None when it is not wanted or its body was given back."""
    try:
        return work(Pace(token))
    except (BodyGone, Stopped):
        return None


def elsewhere(offload: Lazy[Offload], body: BodyHandle, pause: Pace) -> Elsewhere:
    """Return what runs a task on a body in the process beside the window, as long as it is wanted.

    What it returns raises OffloadFailed.
    """
    return lambda task, arguments: offload().run(task, arguments, body, pause.cancel)
