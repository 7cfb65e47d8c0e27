"""What the benchmarks share: interleaved rounds, medians, rows of a table, a server apart."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

ROUNDS = 5
"""Interleaved rounds at least; a median of fewer says little on a shared machine."""


@dataclass(frozen=True)
class Row:
    """One line of a result: a value, and how it stands to the anchor and to the target."""

    case: str
    value: float
    unit: str
    ratio: float | None = None
    """The value divided by the anchor's of the same run."""
    reach: float | None = None
    """The largest ratio, or value where there is no ratio, that reaches the target."""
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None for rows without one."""
        if self.reach is None:
            return None
        return (self.value if self.ratio is None else self.ratio) <= self.reach


def interleaved(
    cases: Mapping[str, Callable[[], float]], rounds: int = ROUNDS
) -> dict[str, list[float]]:
    """Run every case once a round, in turns; return the values of each.

    The order changes from round to round, so that no case always follows the same one.
    """
    results: dict[str, list[float]] = {name: [] for name in cases}
    order = list(cases)
    for _ in range(rounds):
        for name in order:
            results[name].append(cases[name]())
        order.append(order.pop(0))
    return results


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def peak_memory() -> int:
    """Return the largest resident size of this process so far, in bytes.

    Not by getrusage on Linux: there a new process begins with its parent's peak.
    """
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@contextlib.contextmanager
def server_process() -> Iterator[int]:
    """Give the port of `tests.benchmarks.server` in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.server"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


def machine() -> str:
    """Say on what a run was made: cores and how busy they were."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores{load}"
