"""Work in a process beside the window that came to no end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from httpdesk.model.error_base import HttpDeskError


class OffloadFault(Enum):
    """Why there is no result."""

    NOT_STARTED = "not started"
    """The system started no process."""
    TOO_SLOW = "too slow"
    """Nothing came for longer than the work should take."""
    NO_MEMORY = "no memory"
    """It took more memory than it may."""
    ENDED = "ended"
    """The process ended, or was ended by the system."""
    BUG = "bug"
    """An error of ours in there."""


@dataclass(eq=False, kw_only=True)
class OffloadFailed(HttpDeskError):
    """A large body could not be worked on; `detail` names an error or a signal, never content."""

    fault: OffloadFault
    task: str
    detail: str = ""
