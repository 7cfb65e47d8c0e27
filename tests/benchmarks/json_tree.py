"""P6, the tree: a JSON body of any size opens at once, and the window lives meanwhile."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measure import ROUNDS, Row, median

NAME = "json-tree"
TARGETS = "P6: first rows within 100 ms and 1.6 times those of 1 MB; gaps at most 50 ms over idle"
MEGABYTE = 1_000_000


def run(smoke: bool) -> list[Row]:
    """Return the times of the first rows, of an opened row, of a search and the longest gap."""
    sizes = (1, 4) if smoke else (1, 10, 100, 1000)
    rounds = 1 if smoke else ROUNDS
    rows: list[Row] = []
    anchor = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.json"
            write_records(path, size * MEGABYTE)
            figures = [median(each) for each in zip(*_rounds(path, rounds), strict=True)]
            anchor = anchor or figures[0]
            rows += _rows(size, figures, anchor)
            path.unlink()
    return rows


def write_records(path: Path, size: int) -> None:
    """Write an array of records of about `size` bytes; the last one holds `needle`."""
    with path.open("w", encoding="utf-8") as file:
        written = file.write('{"items": [')
        for number in itertools.count():
            if written > size:
                break
            written += file.write(json.dumps(_record(number), ensure_ascii=False) + ",\n")
        file.write('{"id": "needle"}]}')


def _record(number: int) -> dict[str, object]:
    return {
        "id": number,
        "name": f"Name {number} “é”",
        "tags": ["a", {"x": [1, 2]}],
        "price": number * 1.1,
        "note": 'two\nlines, "quoted" {[ ]}',
    }


def _rows(size: int, figures: list[float], anchor: float) -> list[Row]:
    first, opened, searched, idle, gap, memory = figures
    return [
        Row(f"{size} MB: first rows", first, "ms", reach=100),
        Row(f"{size} MB: first rows to those of 1 MB", first, "ms", first / anchor, 1.6),
        Row(f"{size} MB: a list in it opened", opened, "ms", reach=100),
        Row(f"{size} MB: search to the last row", searched, "ms"),
        Row(f"{size} MB: longest gap over idle", max(gap - idle, 0), "ms", reach=50),
        Row(f"{size} MB: memory above the start", memory, "MB", reach=24),
    ]


def _rounds(path: Path, rounds: int) -> list[tuple[float, ...]]:
    return [_one(path) for _ in range(rounds)]


def _one(path: Path) -> tuple[float, ...]:
    """Measure in a process of its own, as a window lives."""
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ
    command = [sys.executable, "-m", "tests.benchmarks.tree_window", str(path)]
    output = subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout
    return tuple(float(word) for word in output.split())
