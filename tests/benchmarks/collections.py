"""P9 and P10: a collection of 10,000 requests is opened, completed, searched and saved to.

Peers on the same files in the same run: a walk, a stat of each, a parse with the fastest safe YAML
loader, and `bru run` collecting them (with a tag that no request has, so that it sends nothing).
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Row, interleaved, median, percentile, seconds

if TYPE_CHECKING:
    from tests.helpers.desk import Desk

NAME = "collections"
TARGETS = (
    "P9: at most 3 x stat with what is remembered, 5 x the walk without, complete in 1.3 x a bare "
    "parse, gaps of at most 50 ms; P10: contents at most 100 ms for each key"
)
BRU = Path(__file__).parents[1] / "npm" / "node_modules" / ".bin" / "bru"
TYPED = ("value number 7", "request 12.3", "8080/77", "e", "accept", "zebra", "9")
SETTLE_S = 2.1
"""Files that are younger are not remembered, since they may change without another time."""


def run(smoke: bool) -> list[Row]:
    """Return times to read the tree, in the window and without, and times to find and save."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["HTTPDESK_HOME"] = str(Path(home, "profile"))
        root = Path(home, "large")
        _write(root, 20 if smoke else 1_000)
        time.sleep(SETTLE_S)
        # As in the program, where the collector waits for the UI thread.
        gc.disable()
        rows = _read(root, Path(home), 1 if smoke else 5)
        gc.enable()
        return rows + _in_window(root)


def _read(root: Path, home: Path, rounds: int) -> list[Row]:
    from httpdesk.adapters.collection_files import CollectionFiles

    kept, forgotten = home / "kept", home / "forgotten"
    store = CollectionFiles(home / "data", kept)
    store.check(str(root))

    def glance(cache: Path) -> float:
        fresh = CollectionFiles(home / "data", cache)
        return seconds(lambda: fresh.glance(str(root)))

    def unknown(read: Callable[[], float]) -> float:
        shutil.rmtree(forgotten, ignore_errors=True)
        return read()

    unread = CollectionFiles(home / "data", forgotten)
    cases = {
        "walk": lambda: seconds(lambda: list(_files(root))),
        "stat": lambda: seconds(lambda: [os.stat(file) for file in _files(root)]),
        "parse": lambda: seconds(lambda: _parse(root)),
        "remembered": lambda: glance(kept),
        "unknown": lambda: unknown(lambda: glance(forgotten)),
        "complete": lambda: unknown(lambda: seconds(lambda: unread.check(str(root)))),
    }
    if BRU.exists() and rounds > 1:
        cases["bru"] = lambda: seconds(lambda: _bru(root))
    results = interleaved(cases, rounds)
    times = {name: median(values) * 1000 for name, values in results.items()}
    rows = [
        Row("walk", times["walk"], "ms", 1.0),
        Row("stat of all", times["stat"], "ms", 1.0),
        Row("bare parse", times["parse"], "ms", 1.0),
        Row("tree, remembered", times["remembered"], "ms", times["remembered"] / times["stat"], 3),
        Row("tree, unknown", times["unknown"], "ms", times["unknown"] / times["walk"], 5),
        Row("complete, unknown", times["complete"], "ms", times["complete"] / times["parse"], 1.3),
    ]
    if "bru" in times:
        ratio = times["bru"] / times["parse"]
        rows.append(Row("`bru run` collecting them", times["bru"], "ms", ratio))
    return rows


def _files(root: Path) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        yield from (f"{folder}/{name}" for name in names)


def _parse(root: Path) -> None:
    import yaml

    for file in _files(root):
        with open(file, "rb") as opened:
            yaml.load(opened.read(), yaml.CSafeLoader)


def _bru(root: Path) -> None:
    command = [str(BRU), "run", "-r", "--tags=no-request-has-this"]
    subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=120)


# In the window


def _in_window(root: Path) -> list[Row]:
    from tests.benchmarks.heart import Heart, waited
    from tests.helpers.desk import open_desk

    with open_desk() as desk:
        heart, workspace = Heart(), desk.session.workspace
        idle = heart.idle(1.0)
        shown = waited(lambda: workspace.open(str(root)), lambda: workspace.collections, "the tree")
        waited(lambda: None, lambda: desk.session.jobs.running == 0, "everything")
        gap = heart.longest()
        rows = [
            Row("window: tree shown, unknown", shown, "ms"),
            Row("window: longest gap until complete", gap, "ms", reach=50, note=f"idle {idle:.1f}"),
            Row("window: save of one request", _save(desk, root), "ms", reach=50),
        ]
        return rows + _find(desk, heart)


def _save(desk: Desk, root: Path) -> float:
    """Return the milliseconds that a worker takes to save and to read the tree again."""
    store = desk.ports.collections()
    path = "folder-0007/request-3.yml"
    store.open(str(root))
    loaded = store.load(str(root), path)
    request = replace(loaded.request, url="http://127.0.0.1:8080/changed")

    def save() -> None:
        store.save(str(root), path, request, loaded.digest)
        store.refreshed(str(root), path)

    return seconds(save) * 1000


def _find(desk: Desk, heart: object) -> list[Row]:
    from tests.benchmarks.heart import Heart, waited

    assert isinstance(heart, Heart)
    desk.trigger("find.collections")
    page = desk.session.find._page
    assert page is not None

    def ended() -> bool:
        return desk.session.find._search is None

    first = waited(lambda: page.field.setText("zebra"), ended, "the first search")
    before = _resident()
    heart.longest()
    keys = [typed[:end] for typed in TYPED for end in range(1, len(typed) + 1)]
    times = [waited(partial(page.field.setText, key), ended, key) for key in keys]
    return [
        Row("find: first search, all files read", first, "ms"),
        Row("find: median key", median(times), "ms"),
        Row("find: 95th percentile", percentile(times, 0.95), "ms", reach=100),
        Row("find: longest gap", heart.longest(), "ms", note="of the UI thread, while typing"),
        Row("find: resident more while typing", _resident() - before, "MB", reach=25),
    ]


def _resident() -> float:
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith("VmRSS:"))
    except OSError:
        return 0.0
    return int(line.split()[1]) / 1024


# The collection


def _write(root: Path, folders: int) -> None:
    root.mkdir()
    (root / "opencollection.yml").write_text('opencollection: "1.0.0"\ninfo:\n  name: Large\n')
    lines = "".join(
        f'        "field_{at}": "value number {at} of the order",\n' for at in range(14)
    )
    body = f'  body:\n    type: json\n    data: |-\n      {{\n{lines}        "end": 1\n      }}\n'
    for number in range(folders):
        below = root / f"folder-{number:04}"
        below.mkdir()
        (below / "folder.yml").write_text(f"info:\n  name: Folder {number}\n  type: folder\n")
        for place in range(10):
            (below / f"request-{place}.yml").write_text(
                f"info:\n  name: Request {number}.{place}\n  type: http\n  seq: {place + 1}\n\n"
                f"http:\n  method: GET\n  url: http://127.0.0.1:8080/{number}/{place}\n"
                f"  headers:\n    - name: Accept\n      value: application/json\n{body}"
            )
