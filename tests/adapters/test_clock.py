"""The real clocks."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from httpdesk.adapters.clock import SystemClock


def test_the_monotonic_clock_is_the_one_that_deadlines_are_compared_with() -> None:
    before = time.monotonic()
    assert before <= SystemClock().monotonic() <= time.monotonic()


def test_the_time_of_day_has_its_zone() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=10)
