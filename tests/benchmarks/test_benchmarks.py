"""The benchmarks run; what they measure is for `dev.py bench` on a quiet machine."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import pytest

from tests.benchmarks import __main__ as runner
from tests.benchmarks.measure import Row, interleaved, percentile


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["benchmarks", *arguments])
    return runner.main()


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("body-rows", "first screen"),
        ("download", "engine"),
        ("history", "first page"),
        ("send", "engine"),
        ("upload", "engine"),
    ],
)
def test_a_smoke_run_prints_its_table(
    name: str, case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, name, "--smoke") == 0
    printed = capsys.readouterr().out
    assert f"\n{name}  (P" in printed
    assert case in printed
    assert "urllib3 " in printed
    assert " x " in printed


@pytest.mark.parametrize(
    ("name", "case"), [("quick-open", "filter of the tree"), ("collections", "save of one request")]
)
def test_a_smoke_run_with_a_window_of_its_own(name: str, case: str) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", name, "--smoke"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert f"\n{name}  (P" in printed
    assert case in printed


def test_an_unknown_name_lists_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "nothing")
    assert f"there are {', '.join(sorted(runner.discover()))}" in capsys.readouterr().err


def test_cases_take_turns_and_change_places() -> None:
    order: list[str] = []

    def one(name: str) -> float:
        order.append(name)
        return 1.0

    assert interleaved({name: partial(one, name) for name in "abc"}, 3) == {
        "a": [1.0] * 3,
        "b": [1.0] * 3,
        "c": [1.0] * 3,
    }
    assert "".join(order) == "abcbcacab"


def test_a_row_knows_whether_it_reaches_its_target() -> None:
    assert Row("x", 5, "us", ratio=0.8, reach=0.85).reached
    assert Row("x", 5, "us", ratio=0.9, reach=0.85).reached is False
    assert Row("x", 5, "MB", reach=4).reached is False
    assert Row("x", 5, "us", ratio=0.8).reached is None


def test_percentiles_stay_within_the_values() -> None:
    values = list(range(100))
    assert (percentile(values, 0.99), percentile(values, 1.0), percentile([7.0], 0.5)) == (
        99,
        99,
        7,
    )
