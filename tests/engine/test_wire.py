"""The request line and the sign-in of a request that a proxy reads (RFC 9112 section 3.2.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from httpdesk.engine.resolve import resolve
from httpdesk.engine.wire import head_of, request_line, wire_headers
from httpdesk.model.exchange import Origin, ResolvedRequest
from httpdesk.model.network import Proxy, ProxyKind, Route
from httpdesk.model.request import Header, Request


def by(kind: ProxyKind, request: Request, username: str = "ada") -> ResolvedRequest:
    proxy = Proxy(kind, "proxy.test", 3128, username, "p@ss" if username else "")
    return replace(resolve(request), route=Route(proxy))


@pytest.mark.parametrize("kind", [ProxyKind.HTTP, ProxyKind.HTTPS])
def test_a_proxy_that_reads_requests_gets_the_whole_url(kind: ProxyKind) -> None:
    request = by(kind, Request(url="http://b\u00fccher.test:81/a/../b?x=%7e"))
    line = "GET http://xn--bcher-kva.test:81/a/../b?x=%7e HTTP/1.1"
    assert request_line(request) == line
    sign_in = wire_headers(request)[-1]
    assert (sign_in.name, sign_in.origin) == ("Proxy-Authorization", Origin.PROXY)
    assert sign_in.value == "Basic YWRhOnBAc3M="
    assert head_of(request).startswith(line.encode() + b"\r\nHost: xn--bcher-kva.test:81\r\n")


@pytest.mark.parametrize(
    ("kind", "url"),
    [(ProxyKind.SOCKS5, "http://h/a"), (ProxyKind.HTTP, "https://h/a")],
)
def test_a_proxy_that_passes_bytes_on_gets_no_sign_in_in_them(kind: ProxyKind, url: str) -> None:
    request = by(kind, Request(url=url))
    assert request_line(request) == "GET /a HTTP/1.1"
    assert wire_headers(request) == request.headers


def test_no_sign_in_without_a_user_and_none_beside_a_typed_one() -> None:
    assert (
        wire_headers(by(ProxyKind.HTTP, Request(url="http://h/"), ""))
        == resolve(Request(url="http://h/")).headers
    )
    typed = Request(url="http://h/", headers=(Header("proxy-authorization", "mine"),))
    request = by(ProxyKind.HTTP, typed)
    assert wire_headers(request) == request.headers


def test_a_question_to_the_whole_server_has_no_path() -> None:
    request = by(ProxyKind.HTTP, Request(method="OPTIONS", url="http://h/"))
    request = replace(request, url=replace(request.url, target="*"))
    assert request_line(request) == "OPTIONS http://h HTTP/1.1"
