"""Which cookies a jar takes and sends (RFC 6265 section 5; security.md 1, rows on cookies)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.engine.resolve import resolve
from httpdesk.engine.set_cookie import parse_cookie_date
from httpdesk.model.cookies import (
    MOST_COOKIE_BYTES,
    MOST_PER_DOMAIN,
    MOST_PER_JAR,
    Cookie,
    CookieReceipt,
    CookieRefusal,
    RefusedCookie,
    jar_name,
)
from httpdesk.model.exchange import ResolvedUrl
from httpdesk.model.request import Request

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def url(text: str) -> ResolvedUrl:
    return resolve(Request(url=text)).url


class Time:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def jar(time: Time) -> MemoryJar:
    return MemoryJar(now=time)


def reasons(receipt: CookieReceipt) -> list[CookieRefusal]:
    return [each.reason for each in receipt.refused]


def test_a_cookie_goes_back_to_its_host_only(jar: MemoryJar) -> None:
    """Not to the names below it, as Python's own policy would have it (security.md 1)."""
    jar.receive(url("http://example.com/"), ["sid=1"])
    assert jar.header_for(url("http://example.com/")) == "sid=1"
    assert jar.header_for(url("http://example.com:8080/")) == "sid=1"
    assert jar.header_for(url("http://www.example.com/")) == ""
    assert jar.header_for(url("http://notexample.com/")) == ""


def test_a_domain_cookie_goes_to_the_names_below(jar: MemoryJar) -> None:
    jar.receive(url("http://www.example.com/"), ["sid=1; Domain=.Example.com"])
    assert jar.header_for(url("http://api.example.com/")) == "sid=1"
    assert jar.header_for(url("http://example.com/")) == "sid=1"
    (cookie,) = jar.cookies()
    assert (cookie.domain, cookie.host_only) == ("example.com", False)


@pytest.mark.parametrize("host", ["127.0.1", "127.0.0x1", "10.1"])
def test_what_resolvers_read_as_an_address_has_no_names_below(jar: MemoryJar, host: str) -> None:
    """`127.0.1` is 127.0.0.1: nothing of it may go to 10.0.1, which is 10.0.0.1."""
    below = host.partition(".")[2]
    assert reasons(jar.receive(url(f"http://{host}/"), [f"a=1; Domain={below}"])) == [
        CookieRefusal.OTHER_DOMAIN
    ]


def test_names_are_compared_in_their_idna_form(jar: MemoryJar) -> None:
    jar.receive(url("http://www.bücher.example/"), ["sid=1; Domain=BÜCHER.example"])
    assert jar.header_for(url("http://xn--bcher-kva.example/")) == "sid=1"
    assert jar.cookies()[0].domain == "xn--bcher-kva.example"


def test_the_order_is_path_length_then_age(jar: MemoryJar) -> None:
    at = url("http://example.com/a/b")
    jar.receive(at, ["first=1; Path=/", "deep=1; Path=/a", "second=1; Path=/"])
    jar.receive(at, ["first=2; Path=/"])
    assert jar.header_for(at) == "deep=1; first=2; second=1"


@pytest.mark.parametrize(
    "value", ['"quoted"', "a=b==", "sp ace", "a,b", "%22%C3%BC", "ü", "\\x", "'", "🍪", ""]
)
def test_a_value_goes_back_as_it_came(jar: MemoryJar, value: str) -> None:
    at = url("http://example.com/")
    assert jar.receive(at, [f"n= {value} ; Path=/"]).refused == ()
    assert jar.header_for(at) == f"n={value}"


def test_each_line_is_read_by_itself(jar: MemoryJar) -> None:
    """The comma of an Expires does not split a cookie, and a comma joins none."""
    at = url("http://example.com/")
    jar.receive(at, ["a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "b=2, c=3"])
    assert jar.header_for(at) == "a=1; b=2, c=3"


@pytest.mark.parametrize(
    ("line", "at", "reason"),
    [
        (";Path=/", "https://example.com/", CookieRefusal.EMPTY),
        ("a=\x01", "https://example.com/", CookieRefusal.CONTROL),
        ("n=" + "v" * MOST_COOKIE_BYTES, "https://example.com/", CookieRefusal.TOO_LARGE),
        ("n=1; Domain=other.com", "https://example.com/", CookieRefusal.OTHER_DOMAIN),
        ("n=1; Domain=www.example.com", "https://example.com/", CookieRefusal.OTHER_DOMAIN),
        ("n=1; Domain=0.0.1", "https://127.0.0.1/", CookieRefusal.OTHER_DOMAIN),
        ("n=1; Domain=com", "https://example.com/", CookieRefusal.PUBLIC_SUFFIX),
        ("n=1; Domain=co.uk", "https://example.co.uk/", CookieRefusal.PUBLIC_SUFFIX),
        ("n=1; Domain=github.io", "https://alice.github.io/", CookieRefusal.PUBLIC_SUFFIX),
        ("n=1; Secure", "http://example.com/", CookieRefusal.SECURE_OVER_HTTP),
        ("__Secure-n=1", "https://example.com/", CookieRefusal.SECURE_PREFIX),
        ("__host-n=1; Secure", "https://example.com/", CookieRefusal.HOST_PREFIX),
        ("=__Host-n=1; Secure; Path=/", "https://example.com/", CookieRefusal.HOST_PREFIX),
        (
            "__Host-n=1; Secure; Path=/; Domain=example.com",
            "https://example.com/",
            CookieRefusal.HOST_PREFIX,
        ),
    ],
)
def test_what_is_refused_is_told(jar: MemoryJar, line: str, at: str, reason: CookieRefusal) -> None:
    assert reasons(jar.receive(url(at), [line])) == [reason]
    assert jar.cookies() == ()


def test_a_refusal_names_the_cookie_and_not_its_value(jar: MemoryJar) -> None:
    refused = jar.receive(url("http://example.com/"), ["sid=secret; Domain=other.com"]).refused
    assert refused == (RefusedCookie("sid", CookieRefusal.OTHER_DOMAIN, "other.com"),)
    assert "secret" not in repr(refused)


def test_what_an_answer_set_is_told(jar: MemoryJar) -> None:
    at = url("http://example.com/a/b")
    jar.receive(at, ["old=1"])
    receipt = jar.receive(at, ["n=1; Path=/", "m=2", "n=2; Path=/", "old=; Max-Age=0"])
    assert receipt.kept == (("n", "example.com", "/"), ("m", "example.com", "/a"))


def test_a_cookie_of_4_kib_is_taken(jar: MemoryJar) -> None:
    assert (
        jar.receive(url("http://example.com/"), ["n=" + "v" * (MOST_COOKIE_BYTES - 1)]).refused
        == ()
    )


def test_prefixed_cookies_that_keep_their_promise_are_taken(jar: MemoryJar) -> None:
    at = url("https://example.com/a/b")
    assert jar.receive(at, ["__Host-a=1; Secure; Path=/", "__Secure-b=2; Secure"]).refused == ()
    assert jar.header_for(at) == "__Secure-b=2; __Host-a=1"


@pytest.mark.parametrize("host", ["localhost", "app.localhost", "127.0.0.1", "127.8.0.1", "[::1]"])
def test_secure_cookies_go_over_http_to_this_computer_only(jar: MemoryJar, host: str) -> None:
    """As in Chrome and Firefox: nobody listens in between."""
    assert jar.receive(url(f"http://{host}/"), ["n=1; Secure"]).refused == ()
    assert jar.header_for(url(f"http://{host}:3000/")) == "n=1"


def test_secure_cookies_go_over_https_only(jar: MemoryJar) -> None:
    jar.receive(url("https://example.com/"), ["n=1; Secure"])
    assert jar.header_for(url("https://example.com/")) == "n=1"
    assert jar.header_for(url("http://example.com/")) == ""


def test_http_does_not_come_in_the_way_of_a_secure_cookie(jar: MemoryJar) -> None:
    jar.receive(url("https://www.example.com/"), ["sid=good; Secure; Domain=example.com; Path=/"])
    weak = jar.receive(url("http://example.com/a/b"), ["sid=evil", "other=1"])
    assert reasons(weak) == [CookieRefusal.HIDES_SECURE]
    assert jar.header_for(url("https://example.com/a/b")) == "other=1; sid=good"


def test_a_host_that_is_a_public_suffix_keeps_a_cookie_for_itself(jar: MemoryJar) -> None:
    jar.receive(url("https://github.io/"), ["n=1; Domain=github.io"])
    assert jar.header_for(url("https://github.io/")) == "n=1"
    assert jar.header_for(url("https://alice.github.io/")) == ""


def test_max_age_counts_more_than_expires(jar: MemoryJar, time: Time) -> None:
    at = url("http://example.com/")
    jar.receive(at, ["n=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
    assert jar.cookies()[0].expires == START + timedelta(seconds=60)
    time.now += timedelta(seconds=59)
    assert jar.header_for(at) == "n=1"
    time.now += timedelta(seconds=1)
    assert jar.header_for(at) == ""
    assert jar.cookies() == ()


def test_an_expired_cookie_takes_the_one_it_replaces_away(jar: MemoryJar) -> None:
    at = url("http://example.com/")
    jar.receive(at, ["n=1", "m=1"])
    assert jar.receive(at, ["n=; Max-Age=0"]).refused == ()
    assert jar.header_for(at) == "m=1"


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06-Nov-1994 08:49:37 GMT",
        "6 nov 1994 8:49:37",
        "1994 November 06 08:49:37Z",
    ],
)
def test_every_form_of_a_date_is_read(text: str) -> None:
    assert parse_cookie_date(text) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize(("digits", "year"), [("69", 2069), ("70", 1970), ("99", 1999)])
def test_two_digits_of_a_year(digits: str, year: int) -> None:
    found = parse_cookie_date(f"Sun, 06-Nov-{digits} 08:49:37 GMT")
    assert found is not None
    assert found.year == year


@pytest.mark.parametrize(
    "text", ["", "0", "never", "Sun, 06 Nov 1994", "31 Feb 2020 1:2:3", "1 Jan 1600 1:2:3"]
)
def test_what_is_no_date_is_ignored(jar: MemoryJar, text: str) -> None:
    assert parse_cookie_date(text) is None
    jar.receive(url("http://example.com/"), [f"n=1; Expires={text}"])
    assert jar.cookies()[0].expires is None


def test_an_attribute_over_1_kib_is_ignored(jar: MemoryJar) -> None:
    jar.receive(url("http://example.com/"), ["n=1; Path=/" + "a" * 1024])
    assert jar.cookies()[0].path == "/"


def test_a_domain_with_too_many_loses_the_one_used_the_longest_ago(jar: MemoryJar) -> None:
    at, other = url("http://example.com/"), url("http://other.com/")
    jar.receive(other, ["old=1"])
    jar.receive(at, [f"n{number}=1; Path=/{number}" for number in range(MOST_PER_DOMAIN)])
    assert jar.header_for(url("http://example.com/0/")) == "n0=1"
    jar.receive(at, ["new=1"])
    names = {each.name for each in jar.cookies()}
    assert len(names) == MOST_PER_DOMAIN + 1
    assert {"new", "old", "n0"} <= names
    assert "n1" not in names


def test_a_jar_with_too_many_loses_the_one_used_the_longest_ago(jar: MemoryJar) -> None:
    for number in range(MOST_PER_JAR + 1):
        jar.put(Cookie("n", "1", f"host{number}.example"))
    domains = {each.domain for each in jar.cookies()}
    assert len(domains) == MOST_PER_JAR
    assert "host0.example" not in domains


def test_an_edited_cookie_keeps_its_place(jar: MemoryJar) -> None:
    at = url("http://example.com/")
    jar.receive(at, ["a=1", "b=1"])
    jar.put(Cookie("a", "2", "example.com"))
    assert jar.header_for(at) == "a=2; b=1"
    jar.delete([Cookie("a", "", "example.com"), Cookie("unknown", "", "example.com")])
    assert jar.header_for(at) == "b=1"


def test_many_threads_may_use_it(jar: MemoryJar) -> None:
    def use(number: int) -> None:
        at = url(f"http://host{number}.example/")
        for turn in range(100):
            jar.receive(at, [f"n{turn}=1"])
            jar.header_for(at)
            jar.cookies()

    threads = [Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jar.cookies()) == 400


def test_each_collection_and_environment_has_a_jar_of_its_own() -> None:
    names = {
        jar_name(root, environment)
        for root in (None, "/home/user/a", "/home/user/b")
        for environment in ("", "Staging")
    }
    assert len(names) == 6
    assert jar_name(None) == jar_name("")
