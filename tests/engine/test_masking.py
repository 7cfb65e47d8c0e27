"""Credentials are hidden by name in headers and URLs."""

from __future__ import annotations

import json
import time
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest

from httpdesk.engine.masking import (
    MASK,
    Masker,
    mask_header_value,
    mask_headers,
    mask_url,
    secret_values,
)
from httpdesk.engine.url import parse_url
from httpdesk.model.exchange import ResolvedRequest
from httpdesk.model.network import ClientCertificate, Proxy, ProxyKind, Route, TlsOptions
from httpdesk.model.request import Options


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abc.def", f"Bearer {MASK}"),
        ("authorization", "Basic dTpw", f"Basic {MASK}"),
        ("Authorization", "abc", MASK),
        ("Authorization", "open sesame", MASK),
        ("Proxy-Authorization", 'Digest username="u", response="x"', f"Digest {MASK}"),
        ("Cookie", "sid=1; b=2", MASK),
        ("Set-Cookie", "sid=1; Path=/", MASK),
        ("X-API-Key", "Bearer abc", MASK),
        ("X-Auth-Token", "abc", MASK),
        ("X-Client-Secret", "abc", MASK),
        ("xApiKey", "abc", MASK),
        ("X-Password", "abc", MASK),
        ("X-Session-Id", "abc", MASK),
        ("Authorization", "", ""),
        ("Accept", "text/plain", "text/plain"),
        ("Idempotency-Key", "42", "42"),
        ("X-Keyword", "boat", "boat"),
        ("Access-Control-Allow-Credentials", "true", "true"),
        ("WWW-Authenticate", 'Basic realm="x"', 'Basic realm="x"'),
        ("Location", "https://u:p@h/?token=abc", f"https://{MASK}@h/?token={MASK}"),
    ],
)
def test_header_values_are_masked_by_name(name: str, value: str, shown: str) -> None:
    """Statement 76; the scheme word stays, so one sees what kind of credential was sent."""
    assert mask_header_value(name, value) == shown
    assert mask_headers([(name, value), ("X", "y")]) == ((name, shown), ("X", "y"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://h/a?b=c", "http://h/a?b=c"),
        ("http://u:p@h/", f"http://{MASK}@h/"),
        (" http://u:p@x@h/", f" http://{MASK}@h/"),
        ("u:p@h/x", f"{MASK}@h/x"),
        ("http://h/@a?b=@c", "http://h/@a?b=@c"),
        ("/a?api_key=1&b=2", f"/a?api_key={MASK}&b=2"),
        ("/a?apiKey=1&keyword=2&monkey=3", f"/a?apiKey={MASK}&keyword=2&monkey=3"),
        ("/a?ACCESS_TOKEN=1", f"/a?ACCESS_TOKEN={MASK}"),
        ("/a?api%5Fkey=1", f"/a?api%5Fkey={MASK}"),
        (
            "/a?x=1;password=a=b#access_token=t&y=2",
            f"/a?x=1;password={MASK}#access_token={MASK}&y=2",
        ),
        ("/a?sig=&key", "/a?sig=&key"),
        ("/a;jsessionid=1", f"/a;jsessionid={MASK}"),
        ("/a?PHPSESSID=2&b=3", f"/a?PHPSESSID={MASK}&b=3"),
    ],
)
def test_urls_are_masked_by_userinfo_and_key(url: str, shown: str) -> None:
    """Statements 14, 16 and 76."""
    assert mask_url(url) == shown


SECRET = 'pä"ss\n/wo?>rd>>>~~'


@pytest.mark.parametrize(
    "form",
    [
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET).replace("/", "\\/")[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        b64encode(SECRET.encode()).decode(),
        b64encode(SECRET.encode()).decode().rstrip("="),
        urlsafe_b64encode(SECRET.encode()).decode(),
        quote(SECRET),
        quote_plus(SECRET),
        quote(SECRET, safe="").lower(),
    ],
)
def test_a_value_is_hidden_in_every_spelling_of_usual_writers(form: str) -> None:
    """Statement 76: JSON with escapes, either alphabet of base64, escapes of either case."""
    hidden = Masker([SECRET]).text(f"<{form}>")
    assert hidden.rstrip("=>") == f"<{MASK}"


def test_what_the_way_to_the_server_holds_is_secret_too() -> None:
    """Statement 76: a proxy's page may repeat the sign-in."""
    url = parse_url("https://h/").resolved("/", None)
    proxy = Proxy(ProxyKind.HTTP, "p", 80, "ada", "proxy-pa55")
    certificate = ClientCertificate("/c.pem", passphrase="passphrase-1")
    route = Route(proxy, TlsOptions(client_certificate=certificate))
    request = ResolvedRequest("GET", url, (), None, Options(), route=route)
    found = secret_values(request, ())
    assert {"proxy-pa55", b64encode(b"ada:proxy-pa55").decode(), "passphrase-1"} <= found


@pytest.mark.parametrize("text", ["\xa0" * 60_000, "a" * 60_000, "\t" * 60_000 + "http://a"])
def test_masking_a_long_value_takes_no_time(text: str) -> None:
    """Headers are masked on the thread of the window."""
    began = time.process_time()
    assert mask_header_value("Location", text) == text
    assert time.process_time() - began < 0.5
