"""P10: each key of quick open and of the tree's filter, over 10,000 requests, on the UI thread."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context

from tests.benchmarks.measure import Row, median, percentile

NAME = "quick-open"
TARGETS = "P10: at most 16 ms for each key at the 95th percentile"
TYPED = ("list orders 12", "post ord", "gord", "cus get", "e", "zqx", "folder 12 list", "ltordr 9")
WORDS = ("Get", "List", "Create", "orders", "customers", "invoices", "payment", "stock", "report")


def run(smoke: bool) -> list[Row]:
    """Return the keys of the palette and of the filter, each typed and deleted again."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("HTTPDESK_HOME", home)
        # A process has one QApplication, and other benchmarks have theirs.
        with get_context("spawn").Pool(1) as pool:
            return pool.apply(_measured, (20 if smoke else 1_000,))


def _measured(folders: int) -> list[Row]:
    from httpdesk.gui.application import make_application
    from httpdesk.gui.theme import ThemeManager
    from httpdesk.wiring import window_ports

    application = make_application()
    ThemeManager(window_ports().resources).apply(application, "light")
    collection = _collection(folders)
    rows = _rows("quick open", _palette(collection))
    rows += _rows("filter of the tree", _filter(collection))
    application.processEvents()
    return rows


def _rows(name: str, times: list[float]) -> list[Row]:
    middle, late = median(times), percentile(times, 0.95)
    return [
        Row(f"{name}: median key", middle, "ms"),
        Row(f"{name}: 95th percentile", late, "ms", reach=16, note=f"{len(times)} keys"),
        Row(f"{name}: longest", max(times), "ms"),
    ]


def _keys() -> Iterator[str]:
    for typed in TYPED:
        yield from (typed[:end] for end in range(1, len(typed) + 1))
        yield from (typed[:end] for end in range(len(typed) - 1, -1, -1))


def _timed(type_in: Callable[[str], object], paint: Callable[[], object]) -> list[float]:
    times = []
    for typed in _keys():
        started = time.perf_counter()
        type_in(typed)
        paint()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _palette(collection) -> list[float]:  # type: ignore[no-untyped-def]
    """Return the times from a key to the rows that are painted."""
    from PySide6.QtWidgets import QMainWindow

    from httpdesk.gui.command_palette import CommandPalette
    from httpdesk.gui.palette_sources import RequestSource

    class Workspace:
        collections = (collection,)

    class Parts:
        workspace = Workspace()

    class Commands:
        def open_item(self, key: object, preview: bool) -> None:
            """Nothing is chosen."""

        open_and_send = open_item

    window = QMainWindow()
    window.resize(1440, 900)
    window.show()
    source = RequestSource(Parts(), Commands())  # type: ignore[arg-type]
    source.refresh()
    palette = CommandPalette(window)
    palette.open([source])
    return _timed(palette.field.setText, palette.list.viewport().repaint)


def _filter(collection) -> list[float]:  # type: ignore[no-untyped-def]
    """Return the times from a key to the rows that are painted."""
    from httpdesk.gui.collections.panel import CollectionsPanel

    panel = CollectionsPanel()
    panel.resize(300, 800)
    panel.show_collections([collection])
    panel.show()
    return _timed(panel.filter.setText, panel.tree.viewport().repaint)


def _collection(folders: int):  # type: ignore[no-untyped-def]
    from httpdesk.model.collection import Collection, Item, ItemKind

    def request(folder: str, number: int) -> Item:
        one, other = WORDS[number % 9], WORDS[number // 9 % 9]
        name, method = f"{one} {other} {number}", ("GET", "POST")[number % 2]
        url = f"https://api.test/{other}/{number}"
        return Item(f"{folder}/{name}.yml", ItemKind.REQUEST, name, method, url, float(number))

    items = tuple(
        Item(
            f"folder-{at:04}",
            ItemKind.FOLDER,
            f"Folder {at}",
            children=tuple(request(f"folder-{at:04}", at * 10 + each) for each in range(10)),
        )
        for at in range(folders)
    )
    return Collection("/large", "Large", items)
