"""P11: a history of 100,000 sends, through the store and by the bare calls of SQLite."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from httpdesk.adapters import history_database
from httpdesk.adapters.history_database import HistoryDatabase, HistoryLimits
from httpdesk.adapters.history_rows import ENTRY_COLUMNS, key_of
from httpdesk.engine.history_ports import PAGE
from httpdesk.model.history import HistoryEntry, HistoryFilter, HistoryRecord
from tests.benchmarks.measure import ROUNDS, Row, interleaved, median, percentile, seconds

NAME = "history"
TARGETS = "P11: at most 3 x the raw SQLite call, 95th percentile at most 50 ms"
ENTRIES = 100_000
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
WORDS = ("orders", "customers", "invoices", "shipments", "quotes", "carts", "refunds", "people")
TYPED = "shipments/4711"
"""What is typed letter by letter, and found with each of them."""

Case = Callable[[], object]


def run(smoke: bool) -> list[Row]:
    """Return the medians of pages and searches and what adding costs, in milliseconds."""
    entries = 2_000 if smoke else ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        store = HistoryDatabase(path, lambda: HistoryLimits(2 * ENTRIES, 10**12))
        filled = seconds(lambda: _fill(store, entries))
        with _raw(path) as raw, closing(store):
            rows = list(_compared(store, raw, entries, 2 if smoke else 4 * ROUNDS))
            rows += _writing(store, 20 if smoke else 500)
    rows.append(Row(f"filling with {entries} entries", filled, "s"))
    return rows


def _fill(store: HistoryDatabase, entries: int) -> None:
    chance = random.Random(1)
    with store.used() as connection:
        for number in range(entries):
            history_database.insert(connection, _record(number, chance))


def _record(number: int, chance: random.Random) -> HistoryRecord:
    what = chance.choice(WORDS)
    kept = number % 5 == 0
    entry = HistoryEntry(
        f"{number:032x}",
        NOON + timedelta(seconds=number),
        chance.choice(("GET", "POST", "PUT")),
        "shop.example",
        chance.choice((200, 200, 200, 201, 404, 500)),
        elapsed_ms=chance.random() * 500,
        secure_inputs=False,
        secure_outputs=not kept,
        name=f"Ask for {what} {number}",
        url=f"https://shop.example/v1/{what}/{number}?page={number % 17}",
        root="/shop",
        path=f"{what}/{number % 100}.yml",
        body_kept=kept,
    )
    body = f'{{"{what}": {number}, "note": "{chance.getrandbits(4000):x}"}}'.encode()
    return HistoryRecord(entry, body=body if kept else None, body_size=len(body))


@contextmanager
def _raw(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    try:
        yield connection
    finally:
        connection.close()


def _compared(
    store: HistoryDatabase, raw: sqlite3.Connection, entries: int, rounds: int
) -> Iterator[Row]:
    middle = str(key_of(NOON + timedelta(seconds=entries // 2)))
    pages: tuple[tuple[str, Case, Case], ...] = (
        (
            "first page",
            lambda: store.page(HistoryFilter()),
            partial(_raw_page, raw, "1", ()),
        ),
        (
            "a page further on",
            lambda: store.page(HistoryFilter(), middle),
            partial(_raw_page, raw, "key < ?", (int(middle),)),
        ),
    )
    for name, ours, theirs in pages:
        yield from _pair(name, ours, theirs, rounds)
    for length in range(1, len(TYPED) + 1, 3):
        text = TYPED[:length]
        wanted = HistoryFilter(text=text)
        words = f'"{text}"'
        theirs = partial(_raw_search, raw, words) if length > 2 else partial(_raw_like, raw, text)
        yield from _pair(f"search {text!r}", partial(store.page, wanted), theirs, rounds)


def _pair(name: str, ours: Case, theirs: Case, rounds: int) -> Iterator[Row]:
    """Time both in turns, several calls each turn; a short run may find nothing of a long text."""
    ours()
    theirs()
    samples: dict[str, list[float]] = {"store": [], "raw": []}
    cases = {"store": ours, "raw": theirs}
    turns = {key: partial(_turn, case, samples[key]) for key, case in cases.items()}
    interleaved(turns, rounds)
    raw, store = median(samples["raw"]), median(samples["store"])
    yield Row(f"{name}, SQLite alone", raw * 1e3, "ms")
    yield Row(name, store * 1e3, "ms", store / raw, reach=3)
    yield Row(f"{name}, p95", percentile(samples["store"], 0.95) * 1e3, "ms", reach=50)


def _turn(case: Case, samples: list[float]) -> float:
    samples += [seconds(case) for _ in range(5)]
    return samples[-1]


def _raw_page(raw: sqlite3.Connection, where: str, values: tuple[int, ...]) -> object:
    asked = f"SELECT {ENTRY_COLUMNS} FROM entries WHERE {where} ORDER BY key DESC LIMIT {PAGE}"
    return raw.execute(asked, values).fetchall()


def _raw_search(raw: sqlite3.Connection, words: str) -> object:
    columns = ENTRY_COLUMNS.replace("key, id,", "entries.key, entries.id,")
    columns = ", ".join(f"entries.{each.strip().split('.')[-1]}" for each in columns.split(","))
    asked = (
        f"SELECT {columns} FROM words CROSS JOIN entries ON entries.key = words.rowid "
        f"WHERE words MATCH ? ORDER BY words.rowid DESC LIMIT {PAGE}"
    )
    return raw.execute(asked, (words,)).fetchall()


def _raw_like(raw: sqlite3.Connection, text: str) -> object:
    asked = (
        f"SELECT {ENTRY_COLUMNS} FROM entries WHERE name LIKE ? OR url LIKE ? OR method LIKE ? "
        f"ORDER BY key DESC LIMIT {PAGE}"
    )
    return raw.execute(asked, (f"%{text}%",) * 3).fetchall()


def _writing(store: HistoryDatabase, count: int) -> list[Row]:
    chance, samples = random.Random(2), []
    for number in range(count):
        record = _record(number, chance)
        entry = replace(record.entry, id=f"new-{number}", started_at=datetime.now(UTC))
        samples.append(seconds(partial(store.add, replace(record, entry=entry))))
    return [
        Row("adding a send", median(samples) * 1e3, "ms"),
        Row("adding a send, p99", percentile(samples, 0.99) * 1e3, "ms", note="off the UI thread"),
        Row("deleting one", seconds(lambda: store.delete(["new-1"])) * 1e3, "ms"),
    ]
