"""When the bytes of a body came."""

from __future__ import annotations

from httpdesk.adapters import arrivals
from httpdesk.adapters.arrivals import ArrivalMarks


class Ticking:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_byte_came_with_the_piece_that_it_is_in() -> None:
    clock = Ticking()
    marks = ArrivalMarks(clock)
    marks.note(10)
    clock.now = 101.0
    marks.note(25)
    assert [marks.at(offset) for offset in (0, 9, 10, 24, 25)] == [100.0, 100.0, 101.0, 101.0, None]


def test_pieces_in_one_breath_share_a_mark() -> None:
    clock = Ticking()
    marks = ArrivalMarks(clock)
    for size in range(1, 1001):
        marks.note(size)
        clock.now += 0.000_001
    assert marks.at(999) == 100.0
    assert len(marks._marks[0]) <= 3


def test_a_stream_of_days_takes_bounded_memory() -> None:
    """quality.md, row 6: an endless body costs no memory that grows with it."""
    clock = Ticking()
    marks = ArrivalMarks(clock)
    count = 3 * arrivals.MOST_MARKS
    for size in range(1, count + 1):
        marks.note(size)
        clock.now += 1.0
    assert len(marks._marks[0]) <= arrivals.MOST_MARKS
    times = [marks.at(offset) for offset in range(0, count, 9_999)]
    assert None not in times
    assert times == sorted(times, key=lambda time: time or 0.0)
    assert marks.at(count - 1) == 100.0 + count - 1
