"""The states that Undo goes through: pauses, bounds, and the steps of an earlier run."""

from __future__ import annotations

from httpdesk.engine.draft_steps import MOST_CHARACTERS, MOST_STEPS, Step
from httpdesk.gui.undo_steps import LONGEST, PAUSE, UndoSteps
from httpdesk.model.request import RawBody, RawKind, Request


class Clock:
    """Time that stands still until it is moved on."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def at(path: str) -> Request:
    return Request(url=f"http://h/{path}")


def begun(number: int = 0, *, complete: bool = True) -> tuple[UndoSteps, Clock]:
    clock = Clock()
    return UndoSteps(at(""), number, complete=complete, clock=clock), clock


def typed(steps: UndoSteps, clock: Clock, *paths: str, pause: float = PAUSE + 0.1) -> None:
    for path in paths:
        clock.time += pause
        steps.note(at(path))


def test_typing_without_a_pause_is_one_step() -> None:
    steps, clock = begun()
    typed(steps, clock, "a", "ab", "abc", pause=PAUSE / 2)
    assert steps.back() == at("")
    assert steps.back() is None
    assert steps.forth() == at("abc")
    assert steps.forth() is None


def test_typing_for_long_is_several_steps() -> None:
    steps, clock = begun()
    typed(steps, clock, *("x" * n for n in range(1, 40)), pause=PAUSE / 2)
    long = int(LONGEST / (PAUSE / 2)) + 1
    assert steps.back() == at("x" * (39 - 39 % long))


def test_a_state_that_is_known_is_gone_to() -> None:
    """The undo of a text field leads back to it."""
    steps, clock = begun()
    typed(steps, clock, "a", "ab", "a", "")
    assert steps.number == 0
    assert steps.forth() == at("a")
    assert steps.forth() == at("ab")


def test_a_change_after_undo_ends_what_could_be_redone() -> None:
    steps, clock = begun()
    typed(steps, clock, "a", "ab")
    steps.back()
    typed(steps, clock, "ax")
    assert steps.forth() is None
    assert steps.back() == at("a")


def test_the_oldest_steps_are_let_go_of() -> None:
    steps, clock = begun()
    typed(steps, clock, *map(str, range(MOST_STEPS + 10)))
    found = [steps.back() for _ in range(MOST_STEPS + 10)]
    assert [each for each in found if each][-1] == at("10")


def test_large_steps_are_let_go_of_sooner_and_the_last_one_stays() -> None:
    steps, clock = begun()
    for letter in "abc":
        clock.time += 1
        body = RawBody(RawKind.TEXT, letter * MOST_CHARACTERS)
        steps.note(Request(body=body))
    before = steps.back()
    assert before is not None
    assert getattr(before.body, "text", "")[:1] == "b"
    assert steps.back() is None


def test_only_what_is_new_is_written() -> None:
    steps, clock = begun()
    assert steps.changes() is None
    typed(steps, clock, "a")
    change = steps.changes()
    assert change is not None
    assert (change.start, [step.number for step in change.steps]) == (0, [0, 1])
    assert steps.changes() is None
    typed(steps, clock, "ab", "abc")
    steps.back()
    typed(steps, clock, "abx")
    later = steps.changes()
    assert later is not None
    assert [(step.number, step.request.url) for step in later.steps] == [
        (2, "http://h/ab"),
        (3, "http://h/abx"),
    ]
    steps.not_kept(later)
    assert steps.changes() == later


def test_the_steps_of_an_earlier_run_go_on_below() -> None:
    kept = [Step(n, at("x" * n)) for n in range(6)]
    clock = Clock()
    steps = UndoSteps(kept[3].request, 3, complete=False, clock=clock)
    steps.fill(kept)
    assert [steps.back(), steps.back()] == [at("xx"), at("x")]
    assert [steps.forth() for _ in range(5)][:4] == [at("x" * n) for n in (2, 3, 4, 5)]


def test_what_could_be_redone_in_an_earlier_run_ends_with_a_change_in_this_one() -> None:
    kept = [Step(n, at("x" * n)) for n in range(6)]
    steps, clock = begun(3, complete=False)
    typed(steps, clock, "new")
    steps.fill(kept)
    assert steps.forth() is None
    assert steps.back() == at("")
    assert steps.back() == at("xx")


def test_steps_with_a_gap_are_not_used() -> None:
    steps, _ = begun(5, complete=False)
    steps.fill([Step(1, at("1")), Step(3, at("3"))])
    assert steps.back() is None
    assert steps.complete
