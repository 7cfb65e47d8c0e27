"""Work on a body that lets the window work too, and that may not be wanted any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.response.body_content import BodyGone, Pace
from httpdesk.render.rows import Stopped

Result = TypeVar("Result")


def paced(work: Callable[[Pace], Result], token: CancelToken) -> Result | None:
    """Return the result of `work(pace)`; None when it is not wanted or its body was given back."""
    try:
        return work(Pace(token))
    except (BodyGone, Stopped):
        return None
