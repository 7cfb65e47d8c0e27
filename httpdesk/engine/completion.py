"""Work that a 202 only began: where its state is asked for, and when (RFC 9110 section 15.3.3)."""

from __future__ import annotations

from datetime import datetime

from httpdesk.engine.retry import PlannedWait, retry_after_ms
from httpdesk.model.exchange import Attempt, WaitReason
from httpdesk.model.request import Options

FIRST_POLL_MS = 1000.0
LONGEST_POLL_MS = 30_000.0
MOST_POLLS = 1000
"""With waits of 30 s that is more than eight hours."""


def goes_on(options: Options, attempt: Attempt, polls: int) -> bool:
    """Return whether the answer says that the work goes on, and where to ask for its state."""
    if not options.wait_for_completion or attempt.error is not None or polls >= MOST_POLLS:
        return False
    if attempt.status_code != 202:
        return False
    return polls > 0 or _names_place(attempt)


def plan_poll(attempt: Attempt, polls: int, now: datetime) -> PlannedWait:
    """Return the wait before the next question: what Retry-After asks for, else growing ones."""
    asked = retry_after_ms(attempt.hops[-1].response_headers, now)
    if asked is not None:
        return PlannedWait(asked, WaitReason.RETRY_AFTER)
    # The power is bounded first: the cap is reached long before 2**20.
    grown = FIRST_POLL_MS * 2.0 ** min(polls, 20)
    return PlannedWait(min(grown, LONGEST_POLL_MS), WaitReason.POLL)


def _names_place(attempt: Attempt) -> bool:
    return any(name.lower() == "location" for name, _ in attempt.hops[-1].response_headers)
