"""Where redirects lead, with which method, and what may not go along."""

from __future__ import annotations

import pytest

from httpdesk.engine.redirects import is_redirect, next_request, resolve_reference
from httpdesk.engine.resolve import resolve
from httpdesk.engine.url import parse_url
from httpdesk.model.errors import InvalidRedirect, UrlReason
from httpdesk.model.exchange import ResolvedRequest, ResolvedUrl
from httpdesk.model.request import Header, NoBody, RawBody, RawKind, Request

BODY_NAMES = {"Content-Type", "Content-Length", "Content-Language"}


def url(typed: str) -> ResolvedUrl:
    parts = parse_url(typed)
    return parts.resolved(parts.path, parts.query)


def request(
    method: str = "GET", at: str = "http://h/a", *, body: bool = False, **headers: str
) -> ResolvedRequest:
    rows = tuple(Header(name.replace("_", "-"), value) for name, value in headers.items())
    content = RawBody(RawKind.TEXT, "data") if body else NoBody()
    return resolve(Request(method=method, url=at, headers=rows, body=content))


def follow(sent: ResolvedRequest, status: int, location: str) -> ResolvedRequest:
    redirect = next_request(sent, status, [("Location", location)])
    assert redirect is not None
    return redirect.request


def dropped(sent: ResolvedRequest, location: str) -> tuple[str, ...]:
    redirect = next_request(sent, 307, [("Location", location)])
    assert redirect is not None
    left = {name for name, _ in redirect.request.header_pairs()}
    assert not left & (set(redirect.dropped) - {"Host"})
    return redirect.dropped


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        *[(code, m, m) for code in (301, 302) for m in ("GET", "HEAD", "PUT", "PATCH", "DELETE")],
        *[(303, m, "GET") for m in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "X")],
        (303, "HEAD", "HEAD"),
        *[(code, m, m) for code in (307, 308) for m in ("GET", "POST", "PUT", "HEAD")],
    ],
)
def test_methods_by_the_standard(status: int, method: str, then: str) -> None:
    """Statement 73: only POST becomes GET at 301 and 302, all but HEAD at 303, none else."""
    sent = request(method, body=True, Content_Language="de")
    following = follow(sent, status, "/b")
    names = {name for name, _ in following.header_pairs()}
    assert following.method == then
    assert following.body == (b"data" if then == method else None)
    assert (names & BODY_NAMES) == (BODY_NAMES if then == method else set())


@pytest.mark.parametrize("status", [200, 201, 300, 304, 305, 306, 399])
def test_other_answers_with_a_location_lead_nowhere(status: int) -> None:
    assert not is_redirect(status, [("Location", "/b")])
    assert next_request(request(), status, [("Location", "/b")]) is None


def test_a_redirect_without_location_is_an_answer() -> None:
    assert next_request(request(), 302, [("X", "/b")]) is None


RFC_EXAMPLES = """
g http://a/b/c/g | ./g http://a/b/c/g | g/ http://a/b/c/g/ | /g http://a/g | //g http://g/
?y http://a/b/c/d;p?y | g?y http://a/b/c/g?y | #s http://a/b/c/d;p?q | g#s http://a/b/c/g
;x http://a/b/c/;x | g;x?y#s http://a/b/c/g;x?y | . http://a/b/c/ | ./ http://a/b/c/
.. http://a/b/ | ../ http://a/b/ | ../g http://a/b/g | ../.. http://a/ | ../../g http://a/g
../../../g http://a/g | /./g http://a/g | /../g http://a/g | g. http://a/b/c/g.
.g http://a/b/c/.g | ..g http://a/b/c/..g | ./../g http://a/b/g | ./g/. http://a/b/c/g/
g/./h http://a/b/c/g/h | g/../h http://a/b/c/h | g;x=1/../y http://a/b/c/y
g?y/../x http://a/b/c/g?y/../x | http://x/a/../b http://x/b
"""


@pytest.mark.parametrize("example", RFC_EXAMPLES.strip().replace("\n", " | ").split(" | "))
def test_references_by_rfc_3986(example: str) -> None:
    """The examples of RFC 3986 section 5.4; an empty path leaves as `/`."""
    reference, expected = example.split(" ")
    assert str(resolve_reference(url("http://a/b/c/d;p?q"), reference)) == expected


@pytest.mark.parametrize(
    ("location", "then"),
    [
        ("/%7e%7E/%zz?a=%2B#f", "http://h:81/%7e%7E/%zz?a=%2B"),
        ("b?", "http://h:81/a/b?"),
        ("?", "http://h:81/a/x?"),
        ("#f", "http://h:81/a/x?q=1"),
        ("/a b/é", "http://h:81/a%20b/%C3%A9"),
        ("//other:82", "http://other:82/"),
        ("HTTPS://Other/", "https://Other/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://u:p@h:81/", "http://h:81/"),
        (" /b ", "http://h:81/b"),
        ("/a:b", "http://h:81/a:b"),
    ],
)
def test_a_location_is_followed_as_written(location: str, then: str) -> None:
    """Escapes are not rewritten; blanks and non-ASCII are encoded; the fragment is not sent."""
    assert str(follow(request(at="http://h:81/a/x?q=1"), 302, location).url) == then


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("", UrlReason.EMPTY),
        ("file:///etc/passwd", UrlReason.UNSUPPORTED),
        ("javascript:alert(1)", UrlReason.UNSUPPORTED),
        ("localhost:8080/x", UrlReason.UNSUPPORTED),
        ("http:/b", UrlReason.MISSING),
        ("http://", UrlReason.MISSING),
        ("http://h:99999/", UrlReason.OUT_OF_RANGE),
        ("http://a b/", UrlReason.SPACE),
        ("http://" + "a" * 64, UrlReason.OUT_OF_RANGE),
        ("http://[::1/", UrlReason.MALFORMED),
    ],
)
def test_a_location_that_may_not_be_followed_is_named(location: str, reason: UrlReason) -> None:
    """security.md R5: every scheme but http and https is refused; no foreign exception."""
    with pytest.raises(InvalidRedirect) as caught:
        follow(request(), 302, location)
    assert (caught.value.location, caught.value.reason) == (location, reason)


def test_two_different_locations_are_refused_two_equal_ones_followed() -> None:
    twice = [("Location", "/b"), ("location", "/b")]
    redirect = next_request(request(), 302, twice)
    assert redirect is not None
    assert redirect.request.url.target == "/b"
    with pytest.raises(InvalidRedirect):
        next_request(request(), 302, [("Location", "/b"), ("Location", "/c")])


CREDENTIALS = {
    "Authorization": "Bearer x",
    "Proxy_Authorization": "Basic x",
    "Cookie": "a=1",
    "X_Api_Key": "x",
    "X_Auth": "x",
    "X_Csrf_Token": "x",
    "Client_Secret": "x",
    "X_Session": "x",
    "X_Password": "x",
    "X_Amz_Signature": "x",
    "X_Client_Credential": "x",
    "Passphrase": "x",
    "X_JWT": "x",
}


@pytest.mark.parametrize(
    "location",
    ["http://other/", "http://h:81/", "https://h:444/", "http://h.other/", "http://sub.h/"],
)
def test_nothing_that_looks_like_a_credential_crosses_to_another_origin(location: str) -> None:
    """Statement 22 and security.md R5; what was left out is named."""
    sent = request(body=True, method="POST", **CREDENTIALS, X_Other="stays")
    assert dropped(sent, location) == tuple(name.replace("_", "-") for name in CREDENTIALS)
    names = [name for name, _ in follow(sent, 307, location).header_pairs()]
    assert "X-Other" in names


@pytest.mark.parametrize(
    ("start", "location"),
    [
        ("http://h/a", "/b"),
        ("http://h/a", "http://H:80/b"),
        ("http://h/a", "https://h/b"),
        ("http://h/a", "https://h:443/b"),
        ("https://h:8443/a", "https://h:8443/b"),
    ],
)
def test_the_same_origin_and_the_step_up_to_https_keep_everything(
    start: str, location: str
) -> None:
    """security.md R5: http to https, 80 to 443, same host."""
    sent = request(at=start, body=False, **CREDENTIALS)
    assert dropped(sent, location) == ()
    kept = {name for name, _ in follow(sent, 302, location).header_pairs()}
    assert kept == {name for name, _ in sent.header_pairs()}


def test_the_step_down_to_http_keeps_no_credentials() -> None:
    """security.md R5."""
    assert dropped(request(at="https://h/a", Authorization="x"), "http://h/a") == ("Authorization",)


def test_credentials_of_the_url_do_not_cross_either() -> None:
    """Statements 16 and 22."""
    assert dropped(request(at="http://u:p@h/"), "http://other/") == ("Authorization",)


def test_the_host_header_follows_the_url() -> None:
    following = follow(request(), 302, "http://other:82/")
    assert following.header_pairs()[0] == ("Host", "other:82")
    own = request(Host="virtual")
    assert follow(own, 302, "/b").header_pairs()[0] == ("Host", "virtual")
    crossed = follow(own, 302, "http://other/").header_pairs()
    assert [value for name, value in crossed if name == "Host"] == ["other"]
    assert dropped(own, "http://other/") == ("Host",)


def test_a_referer_crosses_only_without_a_query() -> None:
    """security.md R5: a query may hold secrets."""
    assert dropped(request(Referer="http://h/?token=1"), "http://other/") == ("Referer",)
    assert dropped(request(Referer="http://h/"), "http://other/") == ()
    for value in ("http://u:p@h/", "http://h/#access_token=1"):
        assert dropped(request(Referer=value), "http://other/") == ("Referer",)
