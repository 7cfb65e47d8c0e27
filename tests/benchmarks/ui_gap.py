"""P4: the longest gap of the UI thread while a large body arrives, with the real window."""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import tempfile

from tests.benchmarks.measure import ROUNDS, Row, median, server_process

NAME = "ui-gap"
TARGETS = "P4: the longest gap of a 5 ms heartbeat at most 15 ms over idle"
MEGABYTE = 1024 * 1024
HEARTBEAT_MS = 5


def run(smoke: bool) -> list[Row]:
    """Return the longest gaps, idle and while receiving, and the first response pixel."""
    size = (20 if smoke else 200) * MEGABYTE
    rounds = 1 if smoke else ROUNDS
    with server_process() as port:
        results = [_one(port, size) for _ in range(rounds)]
    idle, receiving, rate, small = (
        statistics.median(column) for column in zip(*results, strict=True)
    )
    over = median([result[1] - result[0] for result in results])
    return [
        Row("idle: longest gap", idle, "ms", note=f"{HEARTBEAT_MS} ms heartbeat"),
        Row(
            f"{size // MEGABYTE} MB arriving: longest gap", receiving, "ms", note=f"{rate:.0f} MB/s"
        ),
        Row("over idle", over, "ms", reach=15),
        Row("Send pressed to 1 kB on screen", small, "ms"),
    ]


def _one(port: int, size: int) -> tuple[float, ...]:
    """Measure in a process of its own, as a window lives."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HTTPDESK_HOME": home}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, "-m", "tests.benchmarks.ui_gap", str(port), str(size)]
        output = subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout
    return tuple(float(word) for word in output.split())


def _measure(port: int, size: int) -> None:
    import time

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

        desk.type_url(f"http://127.0.0.1:{port}/1024")
        desk.press_send()
        started = time.perf_counter()
        desk.press_send()
        small = (time.perf_counter() - started) * 1000
        heart.start()
        over = time.perf_counter() + 2
        wait_until(lambda: time.perf_counter() > over, "two idle seconds")
        idle = longest_gap()
        desk.trigger("request.new")
        desk.type_url(f"http://127.0.0.1:{port}/{size}")
        beats.clear()
        started = time.perf_counter()
        desk.press_send()
        elapsed = time.perf_counter() - started
        print(idle, longest_gap(), size / MEGABYTE / elapsed, small)


if __name__ == "__main__":
    _measure(int(sys.argv[1]), int(sys.argv[2]))
