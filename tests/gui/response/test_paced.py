"""How bodies are read off the UI thread."""

from __future__ import annotations

from time import monotonic

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.response.paced import Pace, paced
from httpdesk.model.memory_body import MemoryBody
from httpdesk.render.rows import Stopped, read_piece


def test_a_worker_rests_as_long_as_it_works_and_stops_when_told() -> None:
    """So that calls from Python to Qt never wait long for the interpreter."""
    token = CancelToken()
    pace = Pace(token)
    began = monotonic()
    turns = 0
    while monotonic() - began < 0.05:
        pace()
        turns += 1
    assert turns > 10
    token.cancel()
    assert stops_within(pace, 5.0)


def stops_within(pace: Pace, seconds: float) -> bool:
    """Return whether the pace ends the work before that time is over."""
    end = monotonic() + seconds
    try:
        while monotonic() < end:
            pace()
    except Stopped:
        return True
    return False


def test_work_that_nobody_waits_for_ends_early() -> None:
    token = CancelToken()
    token.cancel()

    def endless(pause: Pace) -> None:
        while True:
            pause()

    assert paced(endless, token) is None


def test_a_body_that_is_closed_gives_nothing() -> None:
    closed = MemoryBody(b"abc")
    closed.close()
    with pytest.raises(Stopped):
        read_piece(closed, 0, 3)
    assert paced(lambda _: read_piece(closed, 0, 3), CancelToken()) is None
