"""The history's file: what it gives back, what it finds, what it forgets, and what damages it."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from httpdesk.adapters import sqlite_file
from httpdesk.adapters.history_database import HistoryDatabase, HistoryLimits
from httpdesk.model.errors import DiskFull, FileNotUnderstood, FileUnwritable, StorageFailed
from httpdesk.model.history import HistoryEntry, HistoryFilter, HistoryRecord
from httpdesk.model.notices import OwnFile
from httpdesk.model.request import Header, Options, RawBody, RawKind, Request
from httpdesk.model.storage_errors import NEWER_VERSION

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
EVERYTHING = HistoryFilter()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.db"


@pytest.fixture
def store(path: Path) -> Iterator[HistoryDatabase]:
    made = HistoryDatabase(path, now=lambda: NOON)
    yield made
    made.close()


def entry(name: str, minute: float = 0, **facts: object) -> HistoryEntry:
    values = {
        "method": "GET",
        "host": "shop.example",
        "status_code": 200,
        "elapsed_ms": 12.5,
        "name": name,
        "url": f"https://shop.example/orders/{name}",
        **facts,
    }
    return HistoryEntry(id=name, started_at=NOON + timedelta(minutes=minute), **values)  # type: ignore[arg-type]


def record(
    name: str, minute: float = 0, body: bytes | None = None, **facts: object
) -> HistoryRecord:
    found = entry(name, minute, body_kept=body is not None, **facts)
    return HistoryRecord(found, body=body, body_size=len(body or b""))


def ids(store: HistoryDatabase, wanted: HistoryFilter = EVERYTHING) -> list[str]:
    return [each.id for each in store.page(wanted).entries]


def found(store: HistoryDatabase, text: str) -> list[str]:
    return ids(store, HistoryFilter(text=text))


# What comes back


def test_everything_of_a_send_comes_back(store: HistoryDatabase) -> None:
    """Issue 6, part 4."""
    kept = HistoryRecord(
        HistoryEntry(
            "a",
            NOON,
            "POST",
            "shop.example",
            201,
            elapsed_ms=3.25,
            bytes_sent=17,
            bytes_received=2**40,
            attempts=3,
            secure_inputs=False,
            secure_outputs=False,
            name="Ünïcode 日本",
            url="https://shop.example/a?b=c",
            root="/c",
            path="orders/add.yml",
            environment="Staging",
            body_kept=True,
        ),
        Request(
            "Add",
            "POST",
            "https://x",
            headers=(Header("A", "b"),),
            body=RawBody(RawKind.JSON, '{"a": "\ud800"}'),
            options=Options(retry_max=2),
        ),
        (("Accept", "*/*"),),
        "HTTP/1.1",
        "Created",
        (("Content-Type", "application/json"), ("Set-Cookie", "•")),
        b"\x00\xffbody",
        2**40,
    )
    store.add(kept)
    assert store.record("a") == kept
    assert store.page(EVERYTHING).entries == (kept.entry,)
    assert store.record("b") is None


@given(
    name=st.text(st.characters(exclude_categories=["Cs"])),
    path=st.text(),
    body=st.none() | st.binary(),
    headers=st.lists(st.tuples(st.text(), st.text())).map(tuple),
    status=st.none() | st.integers(100, 599),
    words=st.text(),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_comes_back_and_can_be_searched(  # noqa: PLR0917
    store: HistoryDatabase,
    name: str,
    path: str,
    body: bytes | None,
    headers: tuple[tuple[str, str], ...],
    status: int | None,
    words: str,
) -> None:
    store.clear()
    kept = replace(record("x", body=body, status_code=status), response_headers=headers)
    kept = replace(kept, entry=replace(kept.entry, name=name, root=path, path=path))
    store.add(kept)
    assert store.record("x") == kept
    store.page(HistoryFilter(text=words, path=path))
    assert store.delete(["x"]) == (kept,)
    assert ids(store) == []


def test_entries_come_newest_first_in_pages(store: HistoryDatabase) -> None:
    for number in random.Random(1).sample(range(50), 50):
        store.add(record(str(number), number))
    page, seen = store.page(EVERYTHING, most=20), []
    sizes = [len(page.entries)]
    seen += [each.id for each in page.entries]
    while page.next:
        page = store.page(EVERYTHING, page.next, most=20)
        sizes.append(len(page.entries))
        seen += [each.id for each in page.entries]
    assert sizes == [20, 20, 10]
    assert seen == [str(number) for number in reversed(range(50))]
    assert store.count(EVERYTHING) == 50
    assert store.page(EVERYTHING, "no key at all", 1).entries[0].id == "49"


def test_two_sends_of_one_moment_are_both_kept(store: HistoryDatabase) -> None:
    store.add(record("a"))
    store.add(record("b"))
    store.add(record("a"))
    assert sorted(ids(store)) == ["a", "b"]


# Finding


def test_words_are_found_anywhere(store: HistoryDatabase) -> None:
    store.add(record("first", 1, b'{"customer": "Zo\xc3\xab Quark"}'))
    store.add(record("second", 2, method="DELETE", status_code=503, url="https://b.example/?q=1"))
    store.add(record("third", 3, status_code=None, failure="ConnectTimeout", host="c.example"))
    store.add(record("fourth", 4, b"\0PNG customer"))
    for text, expected in (
        ("customer", ["first"]),
        ("zoë quark", ["first"]),
        ("QUARK first", ["first"]),
        ("delet", ["second"]),
        ("503", ["second"]),
        ("q=1", ["second"]),
        ("timeout", ["third"]),
        ("c.exam", ["third"]),
        ("50", ["second"]),
        ("th ird", ["third"]),
        ("quark second", []),
        ("customers", []),
    ):
        assert found(store, text) == expected, text
        assert store.count(HistoryFilter(text=text)) == len(expected)


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '""" OR "',
        "*",
        "abc*",
        "NEAR(abc def, 2)",
        "abc AND",
        "AND OR NOT",
        "name:abc",
        "^abc",
        "{name url}: abc",
        "-abc",
        "j",
        "jq",
        "%_\\",
        "%%%",
        "🦆",
        "🦆🦆🦆",
        "abc\0def",
        "\ud800",
        "'; DROP TABLE entries; --",
        "(((((",
        "word " * 5000,
        "x" * 100_000,
        "j " * 5000,
    ],
)
def test_no_text_breaks_a_search(store: HistoryDatabase, text: str) -> None:
    store.add(record("plain"))
    assert found(store, text) == []
    assert store.count(HistoryFilter(text=text)) == 0
    assert ids(store) == ["plain"]


@pytest.mark.parametrize("text", ["", " ", "\0"])
def test_no_word_at_all_finds_everything(store: HistoryDatabase, text: str) -> None:
    store.add(record("plain"))
    assert found(store, text) == ["plain"]


@pytest.mark.parametrize("text", ['say "hi"', "50%", "a_b", "🦆", "NEAR(x)", "*.js", "c:\\x", "-1"])
def test_odd_texts_are_found_as_they_are(store: HistoryDatabase, text: str) -> None:
    store.add(record("plain"))
    store.add(replace(record("odd", 1), entry=replace(entry("odd", 1), name=f"it {text} is")))
    assert found(store, text) == ["odd"]


def test_entries_are_found_by_day_status_and_request(store: HistoryDatabase) -> None:
    ends = [(200, ""), (404, ""), (None, "Timeout"), (206, "Truncated")]
    for number, (status, failure) in enumerate(ends):
        made = record(str(number), number * 24 * 60, status_code=status, failure=failure)
        of_request = replace(made.entry, root="/c", path=f"{number % 2}.yml")
        store.add(replace(made, entry=of_request))
    local = (NOON + timedelta(days=1)).astimezone().date()
    assert ids(store, HistoryFilter(day=local)) == ["1"]
    assert ids(store, HistoryFilter(day=date.max)) == []
    assert ids(store, HistoryFilter(status_class=2)) == ["0"]
    assert ids(store, HistoryFilter(status_class=0)) == ["3", "2"]
    assert ids(store, HistoryFilter(root="/c", path="1.yml")) == ["3", "1"]
    assert ids(store, HistoryFilter(text="timeout", root="/c", status_class=0)) == ["2"]
    assert ids(store, HistoryFilter(root="/d")) == []
    assert [each.id for each in store.newest("/c", "0.yml", 1)] == ["2"]
    assert store.newest("", "", 5) == ()


# Forgetting


def test_what_was_deleted_can_be_brought_back(store: HistoryDatabase) -> None:
    records = [record(str(number), number, b"body %d" % number) for number in range(4)]
    for each in records:
        store.add(each)
    gone = store.delete(["1", "3", "unknown"])
    assert gone == (records[3], records[1])
    assert ids(store) == ["2", "0"]
    assert found(store, "body") == ["2", "0"]
    for each in gone:
        store.add(each)
    assert ids(store) == ["3", "2", "1", "0"]
    assert found(store, "body") == ["3", "2", "1", "0"]


def test_a_day_is_deleted(store: HistoryDatabase) -> None:
    for number in range(3):
        store.add(record(str(number), number * 24 * 60))
    assert store.delete_day((NOON + timedelta(days=1)).astimezone().date()) == 1
    assert ids(store) == ["2", "0"]
    assert store.count(EVERYTHING) == 2


def test_nothing_stays_of_what_was_cleared(store: HistoryDatabase, path: Path) -> None:
    """Security R8."""
    word = "Zyxwvut-marker"
    for number in range(300):
        store.add(record(f"{word}-{number}", number, f"{word} body {number}".encode() * 20))
    assert any(word.encode() in file.read_bytes() for file in path.parent.iterdir())
    size = path.stat().st_size
    assert store.clear() == 300
    assert_forgotten(path, word)
    assert path.stat().st_size < size / 2
    assert ids(store) == []
    store.add(record("new"))
    assert ids(store) == found(store, "new") == ["new"]


def test_nothing_stays_of_an_entry_that_was_deleted(store: HistoryDatabase, path: Path) -> None:
    word = "Zyxwvut-marker"
    for number in range(20):
        store.add(record(f"other-{number}", number, b"quite another body"))
    store.add(record(word, 30, word.encode() * 50))
    store.delete([word])
    assert all(word.encode() not in file.read_bytes() for file in path.parent.iterdir())
    for number in range(3):
        store.add(record(f"later-{number}", 40 + number))
    store.forget_log()
    assert_forgotten(path, word)
    assert store.count(EVERYTHING) == 23


def assert_forgotten(path: Path, word: str) -> None:
    """Neither the word nor its trigrams, of which the index of words is made, are in the files."""
    for file in path.parent.iterdir():
        data = file.read_bytes().lower()
        assert word.lower().encode() not in data, file
        for trigram in (b"zyx", b"yxw", b"xwv"):
            assert trigram not in data, (file, trigram)


def test_the_oldest_go_first(path: Path) -> None:
    limits = HistoryLimits(entries=5)
    store = HistoryDatabase(path, lambda: limits)
    for number in range(8):
        store.add(record(str(number), number))
    assert ids(store) == ["7", "6", "5", "4", "3"]
    assert found(store, "orders") == ids(store)
    limits = HistoryLimits(entries=2)
    store.add(record("8", 8))
    assert ids(store) == ["8", "7"]
    assert store.count(EVERYTHING) == 2
    store.close()


def test_large_bodies_take_the_place_of_many(path: Path) -> None:
    store = HistoryDatabase(path, lambda: HistoryLimits(weight=1_000_000))
    for number in range(10):
        store.add(record(str(number), number, b"x" * 60_000))
    assert ids(store) == ["9", "8", "7", "6"]
    store.add(record("huge", 20, b"x" * 900_000))
    assert ids(store) == ["huge"]
    for number in range(400):
        store.add(record(f"again-{number}", 30 + number, b"x" * 60_000))
    store.close()
    assert path.stat().st_size < 5_000_000


# The file


def test_the_files_are_for_their_owner_only(store: HistoryDatabase, path: Path) -> None:
    """Security R8."""
    store.add(record("a"))
    files = list(path.parent.iterdir())
    assert len(files) == 3
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_search_waits_for_no_write(store: HistoryDatabase) -> None:
    store.add(record("a"))
    answers: list[list[str]] = []
    with store.used() as connection:
        connection.execute("DELETE FROM entries")
        thread = threading.Thread(target=lambda: answers.append(found(store, "orders")))
        thread.start()
        thread.join(4)
        assert answers == [["a"]]
        connection.rollback()


def test_two_programs_use_one_history(store: HistoryDatabase, path: Path) -> None:
    store.add(record("a"))
    second = HistoryDatabase(path)
    second.add(record("b", 1))
    assert ids(store) == ids(second) == ["b", "a"]
    store.clear()
    assert ids(second) == []
    second.close()


def test_a_later_version_is_refused(store: HistoryDatabase, path: Path) -> None:
    store.add(record("a"))
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(FileNotUnderstood) as caught:
        store.add(record("b"))
    assert caught.value.reason == NEWER_VERSION
    with pytest.raises(FileNotUnderstood):
        store.page(EVERYTHING)


def test_a_file_that_another_program_locks_is_told(
    store: HistoryDatabase, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 32. Reading goes on."""
    monkeypatch.setattr(sqlite_file, "LOCK_WAIT_S", 0.05)
    store.add(record("a"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(FileUnwritable) as caught:
        store.add(record("b", 1))
    assert "locked" in caught.value.detail
    assert ids(store) == ["a"]
    other.execute("ROLLBACK")
    other.close()
    store.add(record("b", 1))
    assert ids(store) == ["b", "a"]


def test_a_full_disk_is_told_and_nothing_is_lost(store: HistoryDatabase) -> None:
    """Row 32: SQLite's own limit of pages stands for the disk."""
    store.add(record("a"))
    with store.used() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DiskFull):
        store.add(record("b", 1, b"x" * 100_000))
    assert ids(store) == ["a"]
    with store.used() as connection:
        connection.execute("PRAGMA max_page_count = 100000")
    store.add(record("b", 1, b"x" * 100_000))
    assert ids(store) == ["b", "a"]


# Damage


@pytest.mark.parametrize("data", [b"no database at all" * 100, b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_file_is_set_aside(path: Path, store: HistoryDatabase, data: bytes) -> None:
    """Row 32."""
    path.parent.mkdir()
    path.write_bytes(data)
    notice = store.open()
    assert notice is not None
    assert notice.file is OwnFile.HISTORY
    assert Path(notice.kept_as).name == "history.damaged-2024-05-01-120000.db"
    assert Path(notice.kept_as).read_bytes() == data
    store.add(record("a"))
    assert ids(store) == ["a"]


def test_an_emptied_file_is_a_new_one(path: Path, store: HistoryDatabase) -> None:
    """Row 32."""
    path.parent.mkdir()
    path.write_bytes(b"")
    assert ids(store) == []
    store.add(record("a"))
    assert ids(store) == ["a"]


@pytest.mark.timeout(900 if os.environ.get("HTTPDESK_TEST_ALL") else 60)
def test_flipped_bytes_never_stop_the_program(
    path: Path, store: HistoryDatabase, tmp_path: Path
) -> None:
    """Row 32: 1,000 rounds with HTTPDESK_TEST_ALL=1, else 60."""
    for number in range(60):
        store.add(record(f"id-{number}", number, b"x" * 300))
    store.close()
    good = path.read_bytes()
    chance = random.Random(1)
    found_damage = 0
    for number in range(1000 if os.environ.get("HTTPDESK_TEST_ALL") else 60):
        data = bytearray(good)
        for _ in range(20):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        copy = tmp_path / str(number) / "history.db"
        copy.parent.mkdir()
        copy.write_bytes(data)
        found_damage += use_damaged(HistoryDatabase(copy))
        shutil.rmtree(copy.parent)
    assert found_damage > 10


def test_tables_that_are_no_history_are_set_aside(store: HistoryDatabase, path: Path) -> None:
    """Row 32: the pages are whole, the name of a column is not."""
    store.add(record("a"))
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'attempts', 'attempus')")
    connection.commit()
    connection.close()
    store.add(record("b", 1))
    assert store.notice is not None
    assert ids(store) == ["b"]


def test_a_damaged_letter_hides_no_other_row(store: HistoryDatabase) -> None:
    """Row 32."""
    store.add(record("a"))
    store.add(record("b", 1))
    with store.used() as connection:
        connection.execute("UPDATE entries SET name = CAST(x'41ff42' AS TEXT) WHERE id = 'a'")
    assert [each.name for each in store.page(EVERYTHING).entries] == ["b", "A\ufffdB"]
    assert (kept := store.record("a")) is not None
    assert kept.entry.name == "A\ufffdB"


def use_damaged(store: HistoryDatabase) -> bool:
    """Do everything with a damaged file; return whether it was set aside."""
    acts = (
        lambda: store.page(EVERYTHING),
        lambda: store.page(HistoryFilter(text="shop orders")),
        lambda: [store.record(f"id-{number}") for number in range(60)],
        lambda: store.add(record("new", 100)),
        lambda: store.delete(["id-3"]),
    )
    for act in acts:
        with suppress(StorageFailed):
            act()
    store.add(record("last", 200))
    assert ids(store)[0] == "last"
    store.close()
    return store.notice is not None


# Killed

WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from httpdesk.adapters.history_database import HistoryDatabase, HistoryLimits
from httpdesk.model.history import HistoryEntry, HistoryRecord
store = HistoryDatabase(Path(sys.argv[1]), lambda: HistoryLimits(entries=30))
for number in range(1_000_000):
    at = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(seconds=int(sys.argv[2]) + number)
    entry = HistoryEntry(str(at), at, "GET", "shop.example", 200, body_kept=True)
    store.add(HistoryRecord(entry, body=str(at).encode() * 200, body_size=number))
    print(at, flush=True)
"""


@pytest.mark.timeout(900 if os.environ.get("HTTPDESK_TEST_ALL") else 60)
def test_a_killed_program_leaves_whole_entries(path: Path) -> None:
    """Row 30: 1,000 kills with HTTPDESK_TEST_ALL=1, else 8."""
    chance = random.Random(3)
    for start in range(1000 if os.environ.get("HTTPDESK_TEST_ALL") else 8):
        command = [sys.executable, "-c", WRITER, str(path), str(start * 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline().strip() for _ in range(chance.randrange(1, 80))]
            threading.Event().wait(chance.random() / 200)
            process.kill()
            lines += process.stdout.read().split("\n")[:-1]
        assert_whole(path, lines[-1])


def assert_whole(path: Path, last: str) -> None:
    store = HistoryDatabase(path)
    kept = ids(store)
    assert store.notice is None
    assert store.count(EVERYTHING) == len(kept) <= 30
    assert last in kept[:2]
    for each in kept:
        assert (found := store.record(each)) is not None
        assert found.body == each.encode() * 200
    with store.used() as connection:
        connection.execute("INSERT INTO words(words, rank) VALUES ('integrity-check', 1)")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM details").fetchone() == (len(kept),)
    store.close()
