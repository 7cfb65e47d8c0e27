"""The jars of all environments, kept in the database. Implements `CookieStore`.

A cookie with an expiry is on disk within half a second after it was set, written by a thread of
its own; one without lives in memory until the program ends. What is deleted leaves the file and
its log (security.md 7).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from httpdesk.adapters.cookie_jars import KeptCookie, MemoryJar
from httpdesk.adapters.database import Database
from httpdesk.model.cookies import Cookie, CookieKey
from httpdesk.model.errors import StorageFailed

WRITE_AFTER_S = 0.25
"""Seconds that changes are gathered before they are written in one go."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "domain, path, name, value, host_only, secure, http_only, same_site, expires"


class StoredCookies:
    """Gives each jar once; may be used from any thread."""

    def __init__(
        self,
        database: Callable[[], Database],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._now = now
        self._jars: dict[str, MemoryJar] = {}
        self._loading = threading.Lock()
        self._writing = threading.Lock()
        self._timer: threading.Timer | None = None
        self._planning = threading.Lock()
        self._problem: StorageFailed | None = None

    @property
    def problem(self) -> StorageFailed | None:
        """The last failure to read or to keep cookies, None when the last try succeeded."""
        return self._problem

    def jar(self, name: str) -> MemoryJar:
        """Return the jar of this name, the same object each time; reads it at the first."""
        with self._loading:
            if name not in self._jars:
                self._jars[name] = MemoryJar(self._read(name), now=self._now, changed=self._plan)
            return self._jars[name]

    def write(self) -> None:
        """Bring what has changed to disk, now; what fails is tried again with the next change."""
        with self._writing:
            for name, jar in tuple(self._jars.items()):
                kept, gone = jar.take_changes()
                try:
                    self._keep(name, kept, gone)
                except StorageFailed as error:
                    self._problem = error
                    jar.note_changed([*(each.cookie.key for each in kept), *gone])
                    return
            self._problem = None

    def close(self) -> None:
        """Bring what is not yet on disk there."""
        with self._planning:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        self.write()

    def _plan(self) -> None:
        """Write soon; called by a jar on whatever thread changed it."""
        with self._planning:
            if self._timer is None:
                self._timer = threading.Timer(WRITE_AFTER_S, self._write_planned)
                self._timer.name = "httpdesk-cookies"
                self._timer.daemon = True
                self._timer.start()

    def _write_planned(self) -> None:
        with self._planning:
            self._timer = None
        self.write()

    # The table

    def _read(self, name: str) -> list[KeptCookie]:
        select = f"SELECT {_COLUMNS}, created, used FROM cookies WHERE jar = ?"
        try:
            with self._database().used() as connection:
                connection.execute(
                    "DELETE FROM cookies WHERE expires <= ?", (_seconds(self._now()),)
                )
                found = [_kept(row) for row in connection.execute(select, (name,))]
                return [each for each in found if each is not None]
        except StorageFailed as error:
            self._problem = error
            return []

    def _keep(self, name: str, kept: Iterable[KeptCookie], gone: Sequence[CookieKey]) -> None:
        """Write one jar's changes in one transaction; raises StorageFailed."""
        lasting = [each for each in kept if each.cookie.expires is not None]
        # A session cookie may have taken the place of one that is on disk.
        passing = [each.cookie.key for each in kept if each.cookie.expires is None]
        if not (lasting or passing or gone):
            return
        database = self._database()
        with database.used() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO cookies (jar, {_COLUMNS}, created, used) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(name, *_row(each)) for each in lasting],
            )
            done = connection.executemany(
                "DELETE FROM cookies WHERE jar = ? AND name = ? AND domain = ? AND path = ?",
                [(name, *key) for key in (*passing, *gone)],
            )
        if done.rowcount > 0:
            database.forget_log()


def _row(kept: KeptCookie) -> tuple[Any, ...]:
    each = kept.cookie
    assert each.expires is not None
    flags = (each.host_only, each.secure, each.http_only, each.same_site)
    when = (_seconds(each.expires), kept.created, kept.used)
    return (each.domain, each.path, each.name, each.value, *flags, *when)


def _kept(row: tuple[Any, ...]) -> KeptCookie | None:
    """Return a row's cookie; None for one that cannot be read, which must not take the others."""
    try:
        return _read_row(row)
    except (TypeError, ValueError, OverflowError):
        return None


def _read_row(row: tuple[Any, ...]) -> KeptCookie:
    domain, path, name, value, host_only, secure, http_only, same_site, expires = row[:9]
    cookie = Cookie(
        name=name,
        value=value,
        domain=domain,
        path=path,
        host_only=bool(host_only),
        secure=bool(secure),
        http_only=bool(http_only),
        same_site=same_site,
        expires=_EPOCH + timedelta(seconds=expires),
    )
    return KeptCookie(cookie, created=int(row[9]), used=int(row[10]))


def _seconds(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(seconds=1)
