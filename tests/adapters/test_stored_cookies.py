"""Cookies over a restart, in the database and nowhere else (storage.md; security.md 7 and R8)."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from httpdesk.adapters import database, stored_cookies
from httpdesk.adapters.database import Database
from httpdesk.adapters.stored_cookies import StoredCookies
from httpdesk.engine.resolve import resolve
from httpdesk.model.cookies import Cookie, jar_name
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.exchange import ResolvedUrl
from httpdesk.model.request import Request

JAR = jar_name("/home/user/api")
OTHER = jar_name("/home/user/shop")
LASTING = "; Max-Age=3600"
CANARY = "c4nary-value-of-a-cookie"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def url(text: str) -> ResolvedUrl:
    return resolve(Request(url=text)).url


AT = url("http://example.com/")


class Disk:
    """A database file, and programs that open it one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = NOW
        self.database = Database(path)
        self.store = self._store()

    def _store(self) -> StoredCookies:
        return StoredCookies(lambda: self.database, now=lambda: self.now)

    def restart(self) -> StoredCookies:
        self.close()
        self.database = Database(self.path)
        self.store = self._store()
        return self.store

    def close(self) -> None:
        self.store.close()
        self.database.close()

    def bytes_on_disk(self) -> bytes:
        files = self.path.parent.glob(f"{self.path.name}*")
        return b"".join(file.read_bytes() for file in files)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    found = Disk(tmp_path / "data" / "httpdesk.db")
    yield found
    found.close()


def test_cookies_with_an_expiry_come_back_after_a_restart(disk: Disk) -> None:
    jar = disk.store.jar(JAR)
    jar.receive(AT, [f"first=1{LASTING}; Path=/; HttpOnly; SameSite=Lax", f"second=2{LASTING}"])
    jar.receive(url("https://a.example.com/x/y"), [f"deep=3{LASTING}; Secure; Domain=example.com"])
    before = jar.cookies()
    assert disk.restart().jar(JAR).cookies() == before
    assert disk.store.jar(JAR).header_for(AT) == "first=1; second=2"


def test_session_cookies_end_with_the_program(disk: Disk) -> None:
    disk.store.jar(JAR).receive(AT, ["session=1", f"lasting=1{LASTING}"])
    assert disk.store.jar(JAR).header_for(AT) == "session=1; lasting=1"
    assert disk.restart().jar(JAR).header_for(AT) == "lasting=1"


def test_a_session_cookie_takes_the_place_of_the_one_on_disk(disk: Disk) -> None:
    disk.store.jar(JAR).receive(AT, [f"n=old{LASTING}"])
    disk.restart().jar(JAR).receive(AT, ["n=new"])
    assert disk.restart().jar(JAR).cookies() == ()


def test_the_order_of_the_header_outlives_a_restart(disk: Disk) -> None:
    disk.store.jar(JAR).receive(AT, [f"z=1{LASTING}", f"a=1{LASTING}"])
    jar = disk.restart().jar(JAR)
    jar.receive(AT, [f"m=1{LASTING}", f"z=2{LASTING}"])
    assert jar.header_for(AT) == "z=2; a=1; m=1"
    assert disk.restart().jar(JAR).header_for(AT) == "z=2; a=1; m=1"


def test_another_jar_sees_none_of_them(disk: Disk) -> None:
    disk.store.jar(JAR).receive(AT, [f"n=1{LASTING}"])
    assert disk.store.jar(OTHER).header_for(AT) == ""
    disk.store.jar(OTHER).receive(AT, [f"n=2{LASTING}"])
    store = disk.restart()
    assert store.jar(JAR).header_for(AT) == "n=1"
    assert store.jar(OTHER).header_for(AT) == "n=2"


def test_a_jar_is_the_same_object_each_time(disk: Disk) -> None:
    assert disk.store.jar(JAR) is disk.store.jar(JAR)


def test_nothing_is_read_before_a_jar_is_asked_for(disk: Disk) -> None:
    assert not disk.path.exists()
    disk.store.jar(JAR)
    assert disk.path.exists()


def test_it_is_on_disk_soon_by_itself(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Durable within a second, written by another thread than the sender's."""
    monkeypatch.setattr(stored_cookies, "WRITE_AFTER_S", 0.01)
    written, threads = threading.Event(), []
    write = disk.store.write

    def watched() -> None:
        threads.append(threading.current_thread())
        write()
        written.set()

    monkeypatch.setattr(disk.store, "write", watched)
    disk.store.jar(JAR).receive(AT, [f"n=1{LASTING}", f"m=1{LASTING}"])
    assert written.wait(5)
    assert threads[0] is not threading.current_thread()
    other = StoredCookies(lambda: Database(disk.path), now=lambda: NOW)
    assert other.jar(JAR).header_for(AT) == "n=1; m=1"


WRITER = """
import sys, threading
from pathlib import Path
from httpdesk.adapters.database import Database
from httpdesk.adapters.stored_cookies import StoredCookies
from httpdesk.model.cookies import Cookie
from datetime import UTC, datetime
store = StoredCookies(lambda: Database(Path(sys.argv[1])))
store.jar("jar").put(Cookie("n", "1", "example.com", expires=datetime(2100, 1, 1, tzinfo=UTC)))
print("set", flush=True)
threading.Event().wait()
"""


def test_a_killed_program_loses_no_cookie_that_is_a_second_old(disk: Disk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(disk.path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"set\n"
    threading.Event().wait(1.0)
    process.kill()
    process.wait()
    process.stdout.close()
    assert disk.store.jar("jar").header_for(AT) == "n=1"


def test_what_was_deleted_is_gone_from_file_and_log(disk: Disk) -> None:
    """Though the program goes on (security.md 7)."""
    jar = disk.store.jar(JAR)
    jar.receive(AT, [f"n={CANARY}{LASTING}", f"stays=1{LASTING}"])
    disk.store.write()
    assert CANARY.encode() in disk.bytes_on_disk()
    jar.delete([each for each in jar.cookies() if each.name == "n"])
    disk.store.write()
    assert CANARY.encode() not in disk.bytes_on_disk()
    assert disk.restart().jar(JAR).header_for(AT) == "stays=1"


def test_expired_ones_leave_the_disk(disk: Disk) -> None:
    disk.store.jar(JAR).receive(AT, [f"n={CANARY}; Max-Age=60"])
    disk.now += timedelta(seconds=61)
    assert disk.restart().jar(OTHER).cookies() == ()
    disk.close()
    assert CANARY.encode() not in disk.bytes_on_disk()


def test_session_cookies_touch_no_disk(disk: Disk) -> None:
    disk.store.jar(JAR).receive(AT, [f"n={CANARY}"])
    disk.close()
    assert CANARY.encode() not in disk.bytes_on_disk()


@pytest.mark.parametrize(
    ("column", "damage"), [("expires", 10**18), ("expires", "soon"), ("used", "x"), ("domain", 7)]
)
def test_a_row_that_cannot_be_read_takes_no_other_along(
    disk: Disk, column: str, damage: object
) -> None:
    disk.store.jar(JAR).receive(AT, [f"good=1{LASTING}", f"bad=1{LASTING}"])
    disk.close()
    with sqlite3.connect(disk.path) as raw:
        raw.execute(f"UPDATE cookies SET {column} = ? WHERE name = 'bad'", (damage,))
    raw.close()
    assert disk.restart().jar(JAR).header_for(AT) == "good=1"


def test_the_file_is_for_its_owner_only(disk: Disk) -> None:
    disk.store.jar(JAR).receive(AT, [f"n=1{LASTING}"])
    disk.store.write()
    for file in disk.path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_database_of_an_older_version_takes_cookies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "httpdesk.db"
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", database.MIGRATIONS[:1])
        old = Database(path)
        with old.used() as connection:
            connection.execute("INSERT INTO state VALUES ('name', '\"kept\"')")
        old.close()
    disk = Disk(path)
    disk.store.jar(JAR).receive(AT, [f"n=1{LASTING}"])
    assert disk.restart().jar(JAR).header_for(AT) == "n=1"
    assert disk.database.state("name") == "kept"
    disk.close()


def test_a_database_that_cannot_be_used_stops_nothing(disk: Disk) -> None:
    disk.database.open()
    disk.database.close()
    with sqlite3.connect(disk.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    jar = disk.store.jar(JAR)
    jar.receive(AT, [f"n=1{LASTING}"])
    assert jar.header_for(AT) == "n=1"
    assert isinstance(disk.store.problem, FileNotUnderstood)


def test_what_could_not_be_kept_is_kept_later(disk: Disk) -> None:
    jar = disk.store.jar(JAR)
    version = len(database.MIGRATIONS)
    disk.database.close()
    for pretended, keeps in ((99, False), (version, True)):
        with sqlite3.connect(disk.path) as connection:
            connection.execute(f"PRAGMA user_version = {pretended}")
        connection.close()
        jar.receive(AT, [f"n{pretended}=1{LASTING}"])
        disk.store.write()
        assert (disk.store.problem is None) == keeps
    assert disk.restart().jar(JAR).header_for(AT) == f"n99=1; n{version}=1"


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@given(
    cookie=st.builds(
        Cookie,
        name=TEXT,
        value=TEXT,
        domain=st.sampled_from(["example.com", "127.0.0.1", "::1"]),
        path=TEXT.map(lambda text: f"/{text}"),
        host_only=st.booleans(),
        secure=st.booleans(),
        http_only=st.booleans(),
        same_site=st.sampled_from(["", "Lax", "Strict", "None"]),
        expires=st.datetimes(NOW.replace(month=4, tzinfo=None), timezones=st.just(UTC)),
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_cookie_comes_back_equal(disk: Disk, cookie: Cookie) -> None:
    whole = replace(cookie, expires=cookie.expires and cookie.expires.replace(microsecond=0))
    disk.store.jar(JAR).put(whole)
    assert whole in disk.restart().jar(JAR).cookies()
    disk.store.jar(JAR).delete(disk.store.jar(JAR).cookies())
