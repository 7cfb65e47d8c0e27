"""One body in the real window, in a process of its own: what `body_view` measures.

    python -m tests.benchmarks.body_probe KIND SIZE IDLE_SECONDS

prints a line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.gui.response.text_page import TextPage
from httpdesk.gui.response.text_view import TextView
from httpdesk.model.request import ResponseType
from tests.benchmarks.bodies import KINDS, pieces
from tests.benchmarks.heart import Heart, waited
from tests.benchmarks.measure import median, peak_memory, percentile
from tests.gui.response.exchanges import answered, typed
from tests.helpers.desk import Desk, open_desk, wait_until

JUMPS = 120
NOWHERE = "needle-that-is-not-there"
PATTERN = r"needle-\d+-that"
PIECE = 4 * 1024 * 1024
Figures = dict[str, float]


def measure(desk: Desk, kind: str, size: int, idle_s: float) -> Figures:
    """Return the figures of one body."""
    desk.trigger("request.new")
    _show(desk, _spooled("json", 10_000), "json")  # every page and font is there from now on
    spool = _spooled(kind, size)
    heart = Heart()
    figures = {"idle": heart.idle(idle_s)}
    _forget_peak()
    before = peak_memory()
    heart.begin()
    figures["paint"] = _show(desk, spool, kind)
    page = desk.page.viewer.body.page
    assert isinstance(page, TextPage)
    figures["ready"] = waited(lambda: None, lambda: _all_known(page), "the index")
    figures["gap"], figures["gap_p99"] = heart.spread()
    figures |= _scrolled(page.view, heart)
    figures |= _found(page, heart)
    figures["memory"] = (peak_memory() - before) / 2**20
    figures["helper"] = max(map(_peak_of, _children()), default=0) / 2**20
    figures |= _bare(spool)
    return figures


def _spooled(kind: str, size: int) -> BodySpool:
    spool = BodySpool()
    for piece in pieces(kind, size):
        spool.write(piece)
    return spool


def _show(desk: Desk, spool: BodySpool, kind: str) -> float:
    """Show a body whose last byte is there; return the milliseconds to its first paint."""
    exchange = answered(headers=typed(KINDS[kind]), wanted=ResponseType.AUTO)
    assert exchange.response is not None
    exchange = replace(exchange, response=replace(exchange.response, body=spool))
    told: list[bool] = []
    viewer = desk.page.viewer
    connection = viewer.bodyShown.connect(lambda: told.append(True))

    def start() -> None:
        viewer.show_exchange(exchange)

    elapsed = waited(start, lambda: told, "the body on screen")
    viewer.bodyShown.disconnect(connection)
    page = viewer.body.page
    assert isinstance(page, TextPage)
    painting = _timed(page.view.viewport().repaint)
    assert page.view.text_on_screen()
    return elapsed + painting


def _all_known(page: TextPage) -> bool:
    """Return whether each row has its place; JSON may still be judged beside."""
    return page.source is not None and page.source.rows.complete


# Scrolling


def _scrolled(view: TextView, heart: Heart) -> Figures:
    """Jump anywhere and page on, in turns."""
    chance = random.Random(7)
    bar = view.verticalScrollBar()
    screens = _Counter(view)
    there, frames = [], []
    for number in range(JUMPS):
        page_on = number % 2 and bar.value() + bar.pageStep() <= bar.maximum()
        goal = bar.value() + bar.pageStep() if page_on else chance.randrange(bar.maximum() + 1)
        if goal == bar.value():
            continue
        screens.count = 0
        began = time.perf_counter()
        bar.setValue(goal)
        wait_until(lambda: screens.count and view.text_on_screen(), "the rows of a jump")
        frames.append(_timed(view.viewport().repaint))
        there.append((time.perf_counter() - began) * 1000)
    screens.deleteLater()
    return {
        "scroll_gap": heart.longest(),
        "frame": median(frames),
        "frame_p95": percentile(frames, 0.95),
        "jump": median(there),
        "jump_p95": percentile(there, 0.95),
    }


class _Counter(QObject):
    """Counts how often other lines came on screen."""

    def __init__(self, view: TextView) -> None:
        super().__init__(view)
        self.count = 0
        view.screenChanged.connect(self._add)

    def _add(self) -> None:
        self.count += 1


# Finding


def _found(page: TextPage, heart: Heart) -> Figures:
    """Search what is everywhere, then what is nowhere: as a word and as an expression."""
    bar = page.search
    page.view.verticalScrollBar().setValue(0)
    page.open_find()
    heart.begin()
    figures = {
        "first_hits": waited(
            lambda: bar.field.setText("e"), lambda: page.view.marks, "the first matches"
        )
    }
    bar.field.setText("")
    wait_until(lambda: not bar.busy, "the search to end")

    def search(text: str) -> float:
        return waited(lambda: bar.field.setText(text), lambda: not bar.busy, text)

    figures["word"] = search(NOWHERE)
    bar.case.click()
    wait_until(lambda: not bar.busy, "the search to end")
    figures["word_case"] = search(NOWHERE + "-either")
    bar.regex.click()
    wait_until(lambda: not bar.busy, "the search to end")
    figures["regex"] = search(PATTERN)
    return figures | {"find_gap": heart.longest()}


def _bare(spool: BodySpool) -> Figures:
    """Return what the plainest loops over the same bytes take."""
    word, pattern = NOWHERE.encode(), re.compile(PATTERN.encode())
    return {
        "bare_word": _timed(lambda: _loop(spool, lambda data: data.find(word))),
        "bare_regex": _timed(lambda: _loop(spool, pattern.search)),
    }


def _loop(spool: BodySpool, search: Callable[[bytes], object]) -> None:
    descriptor = spool.descriptor()
    if descriptor is None:
        search(spool.read_at(0, spool.size))
        return
    for offset in range(0, spool.size, PIECE):
        search(os.pread(descriptor, PIECE + 100, offset))
    os.close(descriptor)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


# Memory


def _forget_peak() -> None:
    """Let the largest size of this process begin anew, where the system can do that."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _children() -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in Path("/proc/self/task").iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _peak_of(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def anchor(kind: str, size: int) -> Figures:
    """Return how long a QPlainTextEdit takes from the text to its paint, and its largest gap."""
    from PySide6.QtWidgets import QPlainTextEdit

    from httpdesk.gui.application import make_application
    from tests.benchmarks.bodies import whole

    make_application()
    edit = QPlainTextEdit(readOnly=True)
    edit.resize(700, 700)
    edit.setPlainText("first")
    edit.show()
    edit.viewport().repaint()
    heart = Heart()
    idle = heart.idle(0.3)
    data = whole(kind, size)
    before = peak_memory()
    heart.begin()
    began = time.perf_counter()
    edit.setPlainText(data.decode())
    edit.viewport().repaint()
    paint = (time.perf_counter() - began) * 1000
    gap = heart.longest()
    memory = (peak_memory() - before) / 2**20
    edit.hide()
    return {"idle": idle, "paint": paint, "gap": gap, "memory": memory}


def main() -> None:
    """Measure what the arguments say."""
    kind, size, idle_s = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    if idle_s < 0:
        figures = anchor(kind, size)
    else:
        with open_desk() as desk:
            figures = measure(desk, kind, size, idle_s)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
