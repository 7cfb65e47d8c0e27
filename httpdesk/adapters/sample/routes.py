"""The sample server's routes; the table below is also what its index page lists."""

from __future__ import annotations

import base64
import json
import re
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from httpdesk.adapters.sample import bodies, pages
from httpdesk.adapters.sample.echo import echo
from httpdesk.adapters.sample.orders import Orders
from httpdesk.adapters.sample.replies import (
    as_pairs,
    json_reply,
    query_pairs,
    query_value,
    seconds,
    text_reply,
    whole_number,
)
from httpdesk.adapters.sample.wire import HttpProblem, Pairs, Reply, WireRequest

if TYPE_CHECKING:
    from httpdesk.adapters.sample.provider import Provider

USER = "sample"
PASSWORD = "sample"
TOKEN = "sample-token"
MAX_MEGABYTES = 1024
MAX_BYTES = 2 * 1024**3
MAX_DRIP = 10 * 1024**2
_MAX_FLAKY_KEYS = 1000
_COOKIE_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")
_EXTRA_HEADERS: dict[int, Pairs] = {
    401: (("WWW-Authenticate", 'Basic realm="sample"'),),
    405: (("Allow", "GET"),),
    407: (("Proxy-Authenticate", 'Basic realm="sample"'),),
}

Handler = Callable[[WireRequest, str], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table; `path` may hold one `{name}` segment, or `*` at its end."""

    method: str
    path: str
    handler: Handler
    summary: str

    def match(self, path: str) -> str | None:
        """Return the decoded value of the `{name}` segment ("" without one), or None."""
        pattern = re.sub(r"\{\w+\}", "([^/]+)", self.path).replace("*", "(?:/.*)?")
        found = re.fullmatch(pattern, path)
        if found is None:
            return None
        return unquote(found[1]) if found.lastindex else ""


class Site:
    """All routes and the little state behind them; safe to use from many threads."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._orders = Orders()
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, int] = OrderedDict()
        self._made_provider: Provider | None = None
        self._routes = (*self._tour_routes(), *self._order_routes(), *self._sign_in_routes())

    def answer(self, request: WireRequest) -> Reply:
        """Return the reply to `request`; HttpProblem for a request nobody here can answer."""
        found = [
            (route, value)
            for route in self._routes
            if (value := route.match(request.path)) is not None
        ]
        wanted = "GET" if request.method == "HEAD" else request.method
        for route, value in found:
            if route.method in (wanted, "*"):
                return route.handler(request, value)
        if not found:
            raise HttpProblem(404, "There is no such page. The start page, /, lists all.")
        methods = {route.method for route, _ in found} | {"OPTIONS"}
        allow = (("Allow", ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))),)
        if request.method == "OPTIONS":
            return Reply(204, allow)
        raise HttpProblem(405, "This page does not know that method.", allow)

    def _tour_routes(self) -> tuple[Route, ...]:
        return (
            Route("GET", "/", self._index, "This list"),
            Route("*", "/echo*", self._echo, "What was sent: headers, query, body, files"),
            Route("*", "/status/{code}", _status, "An answer with any status code"),
            Route("*", "/delay/{seconds}", _delay, "An answer after a while"),
            Route("GET", "/drip", _drip, "An answer in drops: ?bytes=&seconds="),
            Route("*", "/redirect/{n}", _redirect, "n redirects, one after the other"),
            Route("*", "/redirect-to", _redirect_to, "A redirect: ?url=&status="),
            Route("GET", "/gzip", _gzip, "JSON, compressed with gzip"),
            Route("GET", "/deflate", _deflate, "JSON, compressed with deflate"),
            Route("GET", "/image", _image, "A small PNG"),
            Route("GET", "/json/large", _large_json, "A long list: ?megabytes="),
            Route("GET", "/bytes/{n}", _bytes, "n bytes"),
            Route("*", "/flaky/{n}", self._flaky, "Fails n times, then succeeds: ?key="),
            Route("*", "/auth/basic", _basic, f"Basic: user {USER}, password {PASSWORD}"),
            Route("*", "/auth/bearer", _bearer, f"Bearer: token {TOKEN}"),
            Route("GET", "/cookies", _cookies, "The cookies that were sent"),
            Route("GET", "/cookies/set", _set_cookies, "Sets cookies: ?name=value"),
            Route("GET", "/text", _text, "Plain text in several scripts"),
            Route("GET", "/xml", _xml, "A small XML document"),
            Route("GET", "/html", _html, "A small HTML page"),
        )

    def _order_routes(self) -> tuple[Route, ...]:
        orders = self._orders
        return (
            Route("GET", "/orders", lambda request, _: orders.list(request), "Orders: ?status="),
            Route("POST", "/orders", lambda request, _: orders.create(request), "A new order"),
            Route("GET", "/orders/{id}", lambda _, number: orders.read(number), "One order"),
            Route("PUT", "/orders/{id}", orders.replace, "Replaces an order"),
            Route("PATCH", "/orders/{id}", orders.update, "Changes an order"),
            Route("DELETE", "/orders/{id}", lambda _, number: orders.delete(number), "Deletes it"),
        )

    def _sign_in_routes(self) -> tuple[Route, ...]:
        path = "/oauth/authorize"
        discovery = "/.well-known/oauth-authorization-server"
        return (
            Route("GET", discovery, lambda *_: self._provider().metadata(), "OAuth: its addresses"),
            Route("GET", path, lambda ask, _: self._provider().ask(ask), "OAuth: a sign-in page"),
            Route("POST", path, lambda ask, _: self._provider().decide(ask), "Allow or Deny"),
            Route("POST", "/oauth/token", lambda ask, _: self._provider().token(ask), "Tokens"),
            Route("POST", "/oauth/revoke", lambda ask, _: self._provider().revoke(ask), "Sign-out"),
            Route("GET", "/oauth/me", lambda ask, _: self._provider().me(ask), "Who is signed in"),
        )

    def _provider(self) -> Provider:
        """Return the OAuth provider; its library is imported with the first use."""
        from httpdesk.adapters.sample.provider import Provider

        with self._lock:
            if self._made_provider is None:
                self._made_provider = Provider(self._base_url)
            return self._made_provider

    def _index(self, _request: WireRequest, _: str) -> Reply:
        routes = [
            {"method": route.method.replace("*", "any"), "path": route.path, "is": route.summary}
            for route in self._routes
        ]
        return json_reply({"server": "HTTPDesk sample server", "routes": routes})

    def _echo(self, request: WireRequest, _: str) -> Reply:
        return echo(self._base_url, request)

    def _flaky(self, request: WireRequest, times: str) -> Reply:
        """Fail `times` times for each key, then succeed and begin anew."""
        wanted = whole_number(times, "n", 0, 90)
        key = query_value(request, "key", "")
        with self._lock:
            count = self._failures.pop(key, 0)
            if count < wanted:
                self._failures[key] = count + 1
                if len(self._failures) > _MAX_FLAKY_KEYS:
                    self._failures.popitem(last=False)
        if count < wanted:
            left = wanted - count
            return json_reply(
                {"ok": False, "failed": count + 1, "of": wanted, "left": left - 1}, 503
            )
        return json_reply({"ok": True, "failed": wanted, "of": wanted, "left": 0})


def _status(_request: WireRequest, code: str) -> Reply:
    status = whole_number(code, "code", 200, 999)
    return Reply(status, _EXTRA_HEADERS.get(status, ()))


def _delay(request: WireRequest, text: str) -> Reply:
    wait = seconds(text, "seconds")
    request.pause(wait)
    return json_reply({"waited_seconds": wait})


def _drip(request: WireRequest, _: str) -> Reply:
    size = whole_number(query_value(request, "bytes", "10"), "bytes", 1, MAX_DRIP)
    duration = seconds(query_value(request, "seconds", "2"), "seconds")
    headers = (("Content-Type", "application/octet-stream"),)
    return Reply(200, headers, _drops(request, size, duration), size)


def _drops(request: WireRequest, size: int, duration: float) -> Iterator[bytes]:
    """Yield `size` bytes over `duration` seconds, in at most 20 drops a second."""
    drops = max(1, min(size, round(duration * 20)))
    sent = 0
    for drop in range(1, drops + 1):
        request.pause(duration / drops)
        yield b"*" * (size * drop // drops - sent)
        sent = size * drop // drops


def _redirect(request: WireRequest, text: str) -> Reply:
    left = whole_number(text, "n", 0, 100)
    if left == 0:
        return json_reply({"arrived": True, "method": request.method})
    return Reply(302, (("Location", f"/redirect/{left - 1}"),))


def _redirect_to(request: WireRequest, _: str) -> Reply:
    url = query_value(request, "url", "/")
    status = whole_number(query_value(request, "status", "302"), "status", 300, 399)
    if any(ord(char) < 32 or ord(char) > 255 or ord(char) == 127 for char in url):
        raise HttpProblem(400, "url has a character that a Location cannot hold.")
    return Reply(status, (("Location", url),))


def _gzip(request: WireRequest, _: str) -> Reply:
    return _compressed(request, "gzip", 31)


def _deflate(request: WireRequest, _: str) -> Reply:
    return _compressed(request, "deflate", 15)


def _compressed(request: WireRequest, coding: str, window_bits: int) -> Reply:
    value = {"compressed": coding, "headers": as_pairs(request.headers), "padding": "abc " * 400}
    packer = zlib.compressobj(wbits=window_bits)
    body = packer.compress(json.dumps(value, indent=2).encode()) + packer.flush()
    headers = (("Content-Type", "application/json"), ("Content-Encoding", coding))
    return Reply(200, headers, body)


def _image(_request: WireRequest, _: str) -> Reply:
    return Reply(200, (("Content-Type", "image/png"),), bodies.png())


def _large_json(request: WireRequest, _: str) -> Reply:
    text = query_value(request, "megabytes", "10")
    size = 1_000_000 * whole_number(text, "megabytes", 1, MAX_MEGABYTES)
    headers = (("Content-Type", "application/json"),)
    return Reply(200, headers, bodies.large_json(size), size)


def _bytes(_request: WireRequest, text: str) -> Reply:
    size = whole_number(text, "n", 0, MAX_BYTES)
    headers = (("Content-Type", "application/octet-stream"),)
    return Reply(200, headers, bodies.plain_bytes(size), size)


def _basic(request: WireRequest, _: str) -> Reply:
    wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    return _authenticated(request, "Basic", wanted, 'Basic realm="sample", charset="UTF-8"')


def _bearer(request: WireRequest, _: str) -> Reply:
    return _authenticated(request, "Bearer", TOKEN, 'Bearer realm="sample"')


def _authenticated(request: WireRequest, scheme: str, wanted: str, challenge: str) -> Reply:
    given, _, credentials = request.header("authorization").partition(" ")
    if given.lower() == scheme.lower() and credentials.strip() == wanted:
        return json_reply({"authenticated": True, "scheme": scheme, "user": USER})
    return json_reply({"authenticated": False}, 401, (("WWW-Authenticate", challenge),))


def _cookies(request: WireRequest, _: str) -> Reply:
    found = (pair.strip().partition("=") for pair in request.header("cookie").split(";"))
    return json_reply({"cookies": as_pairs([(name, value) for name, _, value in found if name])})


def _set_cookies(request: WireRequest, _: str) -> Reply:
    pairs = query_pairs(request)
    for name, value in pairs:
        if not (_COOKIE_NAME.fullmatch(name) and _COOKIE_VALUE.fullmatch(value)):
            raise HttpProblem(400, "A cookie has a character that RFC 6265 does not allow.")
    headers = tuple(("Set-Cookie", f"{name}={value}; Path=/") for name, value in pairs)
    return json_reply({"set": as_pairs(pairs)}, headers=headers)


def _text(_request: WireRequest, _: str) -> Reply:
    return text_reply(pages.TEXT)


def _xml(_request: WireRequest, _: str) -> Reply:
    return text_reply(pages.XML, "application/xml")


def _html(_request: WireRequest, _: str) -> Reply:
    return text_reply(pages.HTML, "text/html; charset=utf-8")
