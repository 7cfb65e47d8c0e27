"""P1: from the start of the process to the first paint and to the usable window.

Whole processes, from start to exit, against one that shows an empty window and exits. "First paint"
ends there; "usable" is `httpdesk --quit-when-ready`, with every command wired.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.measure import Row, interleaved, median

NAME = "start"
TARGETS = "P1: at most 1.35 x an empty PySide6 window (1.5 x on Xvfb), at most +25 MB resident"

EMPTY = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.close)

app = QApplication(sys.argv)
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""
PAINT = """
from httpdesk.gui.fast_import import import_qt
import_qt()
from httpdesk.wiring import window_ports
from httpdesk.gui.application import make_application
from httpdesk.gui.main_window import MainWindow
from httpdesk.gui.theme import ThemeManager

ports = window_ports()
app = make_application()
themes = ThemeManager(ports.resources)
themes.apply(app, ports.settings.theme)
window = MainWindow(ports, themes)
window.painted.connect(window.close)
window.show()
app.exec()
"""
USABLE = "from httpdesk.app import main; main(['--quit-when-ready'])"
RESIDENT = """
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""
"""The peak since the program began; `ru_maxrss` would count the process that started it, too."""
LARGE = "from httpdesk.app import main; main([{folder!r}, '--quit-when-ready'])"
FOLDERS, REQUESTS = 1_000, 10


def run(smoke: bool) -> list[Row]:
    """Return whole-process times and resident sizes, offscreen and, where there is one, on Xvfb."""
    rounds = 2 if smoke else 9
    rows = _on(rounds, "offscreen", {"QT_QPA_PLATFORM": "offscreen"}, 1.35, large=not smoke)
    if shutil.which("Xvfb") is not None and not smoke:
        with _virtual_screen() as display:
            screen = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
            rows += _on(rounds, "Xvfb", screen, 1.5, large=False)
    return rows


def _on(rounds: int, name: str, screen: dict[str, str], reach: float, *, large: bool) -> list[Row]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | screen | {"HTTPDESK_HOME": home}
        # Everybody's second start has byte code, whatever this process was told.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        sizes: dict[str, list[int]] = {"empty": [], "paint": [], "usable": [], "large": []}
        cases = {
            "empty": _case(EMPTY, environment, sizes["empty"]),
            "paint": _case(PAINT, environment, sizes["paint"]),
            "usable": _case(USABLE, environment, sizes["usable"]),
        }
        if large:
            folder = Path(home, "large")
            _write_collection(folder)
            cases["large"] = _case(LARGE.format(folder=str(folder)), environment, sizes["large"])
        for case in cases.values():
            case()
        times = interleaved(cases, rounds)
    return _rows(name, times, sizes, reach)


def _rows(
    name: str, times: dict[str, list[float]], sizes: dict[str, list[int]], reach: float
) -> list[Row]:
    anchor = median(times["empty"])
    paint, usable = median(times["paint"]), median(times["usable"])
    more = (median(sizes["usable"]) - median(sizes["empty"])) / 1024
    rows = [
        Row(f"{name}: empty QMainWindow", anchor * 1000, "ms", 1.0),
        Row(f"{name}: first paint", paint * 1000, "ms", paint / anchor, reach),
        Row(f"{name}: usable", usable * 1000, "ms", usable / anchor),
        Row(f"{name}: resident beyond the empty one", more, "MB", reach=25),
    ]
    if "large" in times:
        added = median(times["large"]) - usable
        note = f"{FOLDERS * REQUESTS} requests in {FOLDERS} folders, tree shown"
        rows.append(Row(f"{name}: added by a collection", added, "s", reach=0.3, note=note))
    return rows


def _case(code: str, environment: dict[str, str], sizes: list[int]) -> Callable[[], float]:
    """Return what times one process without measuring code in it, and notes its size apart."""
    import time

    def one() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        elapsed = time.perf_counter() - started
        if len(sizes) < 3:
            output = subprocess.run(
                [sys.executable, "-c", code + RESIDENT],
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            sizes.append(int(output.split()[-1]))
        return elapsed

    return one


def _write_collection(folder: Path) -> None:
    folder.mkdir()
    (folder / "opencollection.yml").write_text('opencollection: "1.0.0"\ninfo:\n  name: Large\n')
    for number in range(FOLDERS):
        below = folder / f"folder-{number:04}"
        below.mkdir()
        (below / "folder.yml").write_text(f"info:\n  name: Folder {number}\n  type: folder\n")
        for place in range(REQUESTS):
            (below / f"request-{place}.yml").write_text(
                f"info:\n  name: Request {number}.{place}\n  type: http\n  seq: {place + 1}\n\n"
                f"http:\n  method: GET\n  url: http://127.0.0.1:8080/{number}/{place}\n"
                "  headers:\n    - name: Accept\n      value: application/json\n"
            )


@contextmanager
def _virtual_screen() -> Iterator[str]:
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1440x900x24"]
    with subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL) as server:
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            display = f":{pipe.readline().strip()}"
        try:
            yield display
        finally:
            server.terminate()
