"""The window of the benchmark of the tree: `python -m tests.benchmarks.tree_window FILE`.

Prints the times of the first rows, of an opened list and of a search, the longest gaps idle and
meanwhile (ms), and the memory above that of the start (MB).
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

from httpdesk.gui.application import make_application
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.body_page import ShownBody
from httpdesk.gui.response.tree_page import TreePage
from httpdesk.gui.theme import ThemeManager
from httpdesk.wiring import window_ports
from tests.benchmarks.measure import peak_memory
from tests.gui.response.pages import FileBody, shown
from tests.helpers.desk import wait_until
from tests.helpers.page_tools import page_tools

HEARTBEAT_MS = 5
MEGABYTE = 1_000_000


def main(path: Path) -> None:
    """Show the file as a tree and print the figures."""
    application = make_application()
    themes = ThemeManager(window_ports().resources)
    themes.apply(application, "light")
    jobs = JobRunner()
    tools = page_tools(jobs)
    page = TreePage(tools)
    page.resize(700, 800)
    page.show()
    beats: list[float] = []
    heart = QTimer(interval=HEARTBEAT_MS)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start()
    _show(page, shown(b'{"warm": [1, 2]}'))
    beats.clear()
    wait_until(lambda: len(beats) > 100, "an idle while")
    idle = longest_gap(beats)
    before = peak_memory()
    first = _timed(lambda: _show(page, shown(FileBody(path))))
    opened = _timed(lambda: _open_list(page))
    searched = _timed(lambda: _search(page))
    gap = longest_gap(beats)
    memory = (peak_memory() - before) / MEGABYTE
    print(first, opened, searched, idle, gap, memory, flush=True)
    page.clear()
    tools.offload().close()
    jobs.shutdown()
    os._exit(0)


def _show(page: TreePage, body: ShownBody) -> None:
    page.show_body(body, "tree")
    model = page.model
    wait_until(lambda: model.rowCount(model.index(0, 0)) > 0, "rows")
    wait_until(lambda: str(model.index(0, 0, model.index(0, 0)).data()) != "Loading…", "the rows")
    page.view.viewport().repaint()


def _open_list(page: TreePage) -> None:
    items = page.model.index(0, 0, page.model.index(0, 0))
    page.view.expand(items)
    wait_until(lambda: page.model.rowCount(items) > 100, "the first items")
    page.view.viewport().repaint()


def _search(page: TreePage) -> None:
    page.open_find()
    page.search.field.setText("needle")
    wait_until(
        lambda: str(page.view.currentIndex().data()).endswith('"needle"'), "the match", 120_000
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def longest_gap(beats: list[float]) -> float:
    """Return the longest gap between two beats in milliseconds, and forget them."""
    gaps = [later - sooner for sooner, later in itertools.pairwise(beats)]
    beats.clear()
    return max(gaps) * 1000


if __name__ == "__main__":
    main(Path(sys.argv[1]))
