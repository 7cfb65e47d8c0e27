"""P6 and P8 with the real window: bodies of 1 MB to 1 GB shown, scrolled and searched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from tests.benchmarks.bodies import MEGABYTE
from tests.benchmarks.measure import ROUNDS, Row, median

NAME = "body"
TARGETS = "P6: first paint < 100 ms and 1.6 x that of 1 MB, gap 50 ms over idle; P8: 1.3 x a loop"
ANCHOR_S = -1.0
"""Instead of the idle seconds: measure a QPlainTextEdit."""
IDLE_S = 2.0
_SMALL = ("json", 1)
_CASES = (
    *(("json", 1), ("json", 10), ("json", 100), ("json", 1000)),
    *(("text", 1), ("text", 10), ("text", 100), ("text", 1000)),
    ("line", 100),
)
_EDITS = (("text", 1), ("text", 10))
_FEWER = 300
"""Megabytes from which a case is measured fewer times: each takes a minute."""

Figures = dict[str, float]


def run(smoke: bool) -> list[Row]:
    """Return a few lines for each body."""
    cases = (_SMALL, ("text", 2)) if smoke else _CASES
    edits = _EDITS[:1] if smoke else _EDITS
    rounds = 1 if smoke else ROUNDS
    measured: dict[tuple[str, int], list[Figures]] = {case: [] for case in cases}
    anchors: dict[tuple[str, int], list[Figures]] = {case: [] for case in edits}
    for number in range(rounds):
        for kind, size in edits:
            anchors[kind, size].append(_probe(kind, size, ANCHOR_S))
        for kind, size in cases:
            if size < _FEWER or number < 3:
                measured[kind, size].append(_probe(kind, size, 0.2 if smoke else IDLE_S))
    rows = [row for case in edits for row in _edit_rows(case, anchors[case])]
    for kind, size in cases:
        first = measured.get((kind, 1), [])
        rows += _rows((kind, size), measured[kind, size], first)
    return rows


def _probe(kind: str, size: int, idle_s: float) -> Figures:
    """Measure in a process of its own, as a window lives."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | {"HTTPDESK_HOME": home}
        command = [sys.executable, "-m", "tests.benchmarks.body_probe"]
        command += [kind, str(size * MEGABYTE), str(idle_s)]
        printed = subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout
    figures: Figures = json.loads(printed)
    return figures


def _edit_rows(case: tuple[str, int], figures: list[Figures]) -> list[Row]:
    name = f"QPlainTextEdit, {case[0]} {case[1]} MB"
    note = f"gap {_median(figures, 'gap'):.0f} ms, {_median(figures, 'memory'):+.0f} MB"
    return [Row(f"{name}: first paint", _median(figures, "paint"), "ms", note=note)]


def _rows(case: tuple[str, int], figures: list[Figures], first: list[Figures]) -> list[Row]:
    name = f"{case[0]} {case[1]} MB"
    rows = [
        _paint_row(name, figures, first),
        _gap_row(f"{name}: shown", figures, "gap", 50, f"p99 {_median(figures, 'gap_p99'):.0f} ms"),
        _gap_row(f"{name}: scrolled", figures, "scroll_gap", 50),
        Row(f"{name}: frame, p95", _median(figures, "frame_p95"), "ms", reach=16,
            note=f"median {_median(figures, 'frame'):.1f} ms"),
        Row(f"{name}: jump to painted, p95", _median(figures, "jump_p95"), "ms",
            note=f"median {_median(figures, 'jump'):.1f} ms"),
        Row(f"{name}: memory", _median(figures, "memory"), "MB more", reach=24,
            note=f"the process beside: {_median(figures, 'helper'):.0f} MB in all"),
    ]  # fmt: skip
    return rows + _find_rows(name, figures, measured=case[1] >= 100)


def _paint_row(name: str, figures: list[Figures], first: list[Figures]) -> Row:
    paint = _median(figures, "paint")
    ratio = paint / _median(first, "paint") if first and first is not figures else None
    note = f"all of it known after {_median(figures, 'ready') / 1000:.1f} s more"
    return Row(f"{name}: first paint", paint, "ms", ratio, 1.6 if ratio else 100, note)


def _find_rows(name: str, figures: list[Figures], *, measured: bool) -> list[Row]:
    """Return the searches; on small bodies the loops take no time to compare with."""
    bare = f"pread and find {_median(figures, 'bare_word') / 1000:.2f} s"
    rows = [Row(f"{name}: first hits", _median(figures, "first_hits"), "ms", reach=100)]
    for key, words in (("word", "word"), ("word_case", "word, its case"), ("regex", "regex")):
        ratio = median([each[key] / each["bare_word"] for each in figures]) if measured else None
        reach = 1.3 if measured else None
        found = _median(figures, key) / 1000
        rows.append(Row(f"{name}: find, {words}", found, "s", ratio, reach, bare))
    return [*rows, _gap_row(f"{name}: searched", figures, "find_gap", 20)]


def _gap_row(name: str, figures: list[Figures], key: str, reach: float, note: str = "") -> Row:
    over = median([max(each[key] - each["idle"], 0) for each in figures])
    words = f"idle {_median(figures, 'idle'):.0f} ms" + (f", {note}" if note else "")
    return Row(f"{name}, gap over idle", over, "ms", reach=reach, note=words)


def _median(figures: list[Figures], key: str) -> float:
    return median([each[key] for each in figures])
