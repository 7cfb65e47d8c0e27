"""Cookies in memory. Implements `CookieJar`; `stored_cookies` keeps jars over a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from httpdesk.adapters.public_suffixes import is_public_suffix
from httpdesk.engine import cookie_rules as rules
from httpdesk.engine.set_cookie import parse_set_cookie
from httpdesk.model.cookies import (
    MOST_PER_DOMAIN,
    MOST_PER_JAR,
    Cookie,
    CookieKey,
    CookieReceipt,
    CookieRefusal,
    RefusedCookie,
)
from httpdesk.model.exchange import ResolvedUrl


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class KeptCookie:
    """A cookie and its place in time; both numbers only grow within a jar."""

    cookie: Cookie
    created: int
    """Decides the order in the Cookie header; a new value of the cookie keeps it."""
    used: int
    """When it was set or sent last; decides what goes when there are too many."""


class MemoryJar:
    """The cookies of one environment; may be used from any thread."""

    def __init__(
        self,
        kept: Iterable[KeptCookie] = (),
        *,
        now: Callable[[], datetime] = _utc_now,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._tell = changed
        self._kept = {each.cookie.key: each for each in kept}
        self._last = max((max(each.created, each.used) for each in self._kept.values()), default=0)
        self._changed: set[CookieKey] = set()
        self._used: set[CookieKey] = set()

    def header_for(self, url: ResolvedUrl) -> str:
        """Return the value of the Cookie header for a request to `url`; empty without cookies."""
        with self._lock:
            self._drop_expired()
            going = [each for each in self._kept.values() if rules.goes_to(each.cookie, url)]
            going.sort(key=lambda each: (-len(each.cookie.path), each.created))
            for each in going:
                each.used = self._tick()
                self._used.add(each.cookie.key)
        return rules.cookie_text(each.cookie for each in going)

    def receive(self, url: ResolvedUrl, set_cookie: Sequence[str]) -> CookieReceipt:
        """Take the Set-Cookie values of an answer, each by itself; return what became of them."""
        results = []
        for line in set_cookie:
            # Line by line: whoever waits for the jar, such as a preview, waits for one at most.
            found = self._read(url, line)
            with self._lock:
                results.append(self._take(url, found))
        self._report()
        kept = dict.fromkeys(each.key for each in results if isinstance(each, Cookie))
        refused = tuple(each for each in results if isinstance(each, RefusedCookie))
        with self._lock:
            return CookieReceipt(tuple(key for key in kept if key in self._kept), refused)

    def cookies(self) -> tuple[Cookie, ...]:
        """Return what is in the jar and has not expired, by domain, path and name."""
        with self._lock:
            self._drop_expired()
            found = [each.cookie for each in self._kept.values()]
        return tuple(sorted(found, key=lambda each: (each.domain, each.path, each.name)))

    def put(self, cookie: Cookie) -> None:
        """Add a cookie, in place of the one with the same key."""
        with self._lock:
            self._put(cookie)
        self._report()

    def delete(self, cookies: Sequence[Cookie]) -> None:
        """Take these out; those that are not there are ignored."""
        with self._lock:
            for cookie in cookies:
                self._drop(cookie.key)
        self._report()

    def take_changes(self) -> tuple[list[KeptCookie], list[CookieKey]]:
        """Return what was set or used, and what is gone, since the last call; for keeping it."""
        with self._lock:
            keys = self._changed | self._used
            self._changed, self._used = set(), set()
            gone = [key for key in keys if key not in self._kept]
            there = [self._kept[key] for key in keys if key in self._kept]
            copies = [KeptCookie(each.cookie, each.created, each.used) for each in there]
        return copies, gone

    def note_changed(self, keys: Iterable[CookieKey]) -> None:
        """Give these back to the next `take_changes`: they could not be kept."""
        with self._lock:
            self._changed |= set(keys)

    def _read(self, url: ResolvedUrl, line: str) -> Cookie | RefusedCookie:
        said = parse_set_cookie(line)
        if said is None:
            return RefusedCookie("", CookieRefusal.CONTROL)
        found = rules.taken(said, url, self._now(), is_public_suffix)
        if isinstance(found, CookieRefusal):
            return RefusedCookie(said.name, found, said.domain or "")
        return found

    # All below with the lock held

    def _take(self, url: ResolvedUrl, found: Cookie | RefusedCookie) -> Cookie | RefusedCookie:
        if isinstance(found, RefusedCookie):
            return found
        if self._hides_secure(found, url):
            domain = "" if found.host_only else found.domain
            return RefusedCookie(found.name, CookieRefusal.HIDES_SECURE, domain)
        self._put(found)
        return found

    def _hides_secure(self, cookie: Cookie, url: ResolvedUrl) -> bool:
        return rules.hides_secure(cookie, url, (each.cookie for each in self._kept.values()))

    def _put(self, cookie: Cookie) -> None:
        now = self._now()
        if cookie.expires is not None and cookie.expires <= now:
            self._drop(cookie.key)
            return
        tick, before = self._tick(), self._kept.get(cookie.key)
        self._kept[cookie.key] = KeptCookie(cookie, before.created if before else tick, tick)
        self._changed.add(cookie.key)
        if before is None:
            self._make_room(cookie.domain)

    def _make_room(self, domain: str) -> None:
        """Let the cookies go that were used the longest ago, first the domain's own."""
        alike = sum(each.cookie.domain == domain for each in self._kept.values())
        if alike <= MOST_PER_DOMAIN and len(self._kept) <= MOST_PER_JAR:
            return
        self._drop_expired()
        by_use = sorted(self._kept.values(), key=lambda each: each.used)
        self._keep_newest(
            [each for each in by_use if each.cookie.domain == domain], MOST_PER_DOMAIN
        )
        self._keep_newest([each for each in by_use if each.cookie.key in self._kept], MOST_PER_JAR)

    def _keep_newest(self, by_use: list[KeptCookie], most: int) -> None:
        for each in by_use[: max(len(by_use) - most, 0)]:
            self._drop(each.cookie.key)

    def _drop_expired(self) -> None:
        now = self._now()
        expired = [
            key
            for key, each in self._kept.items()
            if each.cookie.expires is not None and each.cookie.expires <= now
        ]
        for key in expired:
            self._drop(key)

    def _drop(self, key: CookieKey) -> None:
        if self._kept.pop(key, None) is not None:
            self._changed.add(key)

    def _tick(self) -> int:
        """Return the time in nanoseconds, later than every one before."""
        self._last = max(self._last + 1, int(self._now().timestamp() * 1e9))
        return self._last

    def _report(self) -> None:
        if self._changed:
            self._tell()
