"""P4: a large body arrives in the real window: gaps of the UI thread, speed, signals, memory."""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from tests.benchmarks.measure import ROUNDS, Row, median, peak_memory, server_process

NAME = "ui-gap"
TARGETS = (
    "P4: the longest gap of a 5 ms heartbeat at most 15 ms over idle, at most 40 signals a second, "
    "at most 1.0 x curl -o, at most 16 MB more"
)
MEGABYTE = 1024 * 1024
HEARTBEAT_MS = 5


def run(smoke: bool) -> list[Row]:
    """Return gaps, speed, signals and memory while a body arrives, and the first response pixel."""
    size = (20 if smoke else 1024) * MEGABYTE
    rounds = 1 if smoke else ROUNDS
    rows: list[Row] = []
    with server_process() as port:
        for kind, query in (("any bytes", ""), ("lines of text", "?text")):
            results, curls = [], []
            for _ in range(rounds):
                curls.append(_curl(f"http://127.0.0.1:{port}/{size}{query}"))
                results.append(_one(port, size, query))
            timed = [seconds for seconds in curls if seconds is not None]
            anchor = median(timed) if timed else None
            rows += _rows(f"{size // MEGABYTE} MB of {kind}", results, anchor)
    return rows


def _rows(name: str, results: list[tuple[float, ...]], curl: float | None) -> list[Row]:
    idle, receiving, seconds, signals, memory, small = (
        statistics.median(column) for column in zip(*results, strict=True)
    )
    over = median([result[1] - result[0] for result in results])
    ratio = None if curl is None else seconds / curl
    note = f"idle {idle:.1f}, arriving {receiving:.1f} ms, {HEARTBEAT_MS} ms heartbeat"
    return [
        Row(f"{name}: to the spool", seconds, "s", ratio, None if curl is None else 1.0),
        Row(f"{name}: longest gap", over, "ms", reach=15, note=f"over idle: {note}"),
        Row(f"{name}: signals", signals, "a second", reach=40),
        Row(f"{name}: peak memory", memory, "MB more", reach=16),
        Row("Send pressed to 1 kB of it on screen", small, "ms"),
    ]


def _curl(url: str) -> float | None:
    """Return the seconds that `curl -o` takes, None where there is none."""
    program = shutil.which("curl")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        subprocess.run([program, "-s", "-o", f"{folder}/body", url], check=True)
        return time.perf_counter() - started


def _one(port: int, size: int, query: str) -> tuple[float, ...]:
    """Measure in a process of its own, as a window lives."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HTTPDESK_HOME": home}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        words = (str(port), str(size), query)
        command = [sys.executable, "-m", "tests.benchmarks.ui_gap", *words]
        output = subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout
    return tuple(float(word) for word in output.split())


def _measure(port: int, size: int, query: str) -> None:
    from PySide6.QtCore import QTimer

    from tests.helpers.desk import open_desk, wait_until

    with open_desk() as desk:
        beats: list[float] = []
        heart = QTimer(interval=HEARTBEAT_MS)
        heart.timeout.connect(lambda: beats.append(time.perf_counter()))

        def longest_gap() -> float:
            gaps = [later - sooner for sooner, later in itertools.pairwise(beats)]
            beats.clear()
            return max(gaps) * 1000

        desk.type_url(f"http://127.0.0.1:{port}/1024{query}")
        desk.press_send()
        started = time.perf_counter()
        desk.press_send()
        small = (time.perf_counter() - started) * 1000
        heart.start()
        over = time.perf_counter() + 2
        wait_until(lambda: time.perf_counter() > over, "two idle seconds")
        idle, before = longest_gap(), peak_memory()
        # In the same tab: its views are on screen already.
        desk.type_url(f"http://127.0.0.1:{port}/{size}{query}")
        told: list[object] = []
        desk.page.viewer._watch.changed.connect(told.append)
        ended: list[float] = []
        desk.session.sending.exchangeFinished.connect(lambda *_: ended.append(time.perf_counter()))
        beats.clear()
        started = time.perf_counter()
        desk.press_send()
        seconds = ended[0] - started
        more = (peak_memory() - before) / MEGABYTE
        print(idle, longest_gap(), seconds, len(told) / seconds, more, small)


if __name__ == "__main__":
    _measure(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
