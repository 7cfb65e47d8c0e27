"""The head of a request as it leaves: the last step before the socket, and what a preview shows."""

from __future__ import annotations

import re

from httpdesk.engine.headers import basic
from httpdesk.model.errors import (
    HeaderReason,
    InvalidHeader,
    InvalidMethod,
    InvalidUrl,
    UrlPart,
    UrlReason,
)
from httpdesk.model.exchange import Origin, ResolvedHeader, ResolvedRequest, body_size
from httpdesk.model.network import Proxy, ProxyKind

PROXY_AUTHORIZATION = "Proxy-Authorization"

# A lone surrogate is not text: no encoding has bytes for it.
_BREAKS_LINE = re.compile(r"[\r\n\0\ud800-\udfff]")
_BREAKS_REQUEST_LINE = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")


def head_of(request: ResolvedRequest) -> bytes:
    """Return request line and header lines as they leave, non-ASCII as UTF-8.

    The resolver has refused all that could break out of its line; this is the last check before
    the wire. Raises InvalidMethod, InvalidUrl or InvalidHeader.
    """
    target = request.url.target
    if _BREAKS_REQUEST_LINE.search(request.method) or not request.method:
        raise InvalidMethod(request.method)
    if found := _BREAKS_REQUEST_LINE.search(target):
        raise InvalidUrl(UrlPart.PATH, UrlReason.CONTROL, position=found.start())
    lines = [request_line(request)]
    for number, header in enumerate(wire_headers(request)):
        if _BREAKS_LINE.search(header.name) or _BREAKS_LINE.search(header.value):
            row = number if header.row is None else header.row
            raise InvalidHeader(row, header.name, HeaderReason.CONTROL)
        lines.append(header_line(header))
    lines.append("\r\n")
    return "\r\n".join(lines).encode()


def request_line(request: ResolvedRequest) -> str:
    """Return method, target and version; a proxy gets the whole URL (RFC 9112 section 3.2.2)."""
    target = request.url.target
    if goes_to_proxy(request):
        path = "" if target == "*" else target
        target = f"http://{request.url.authority}{path}"
    return f"{request.method} {target} HTTP/1.1"


def header_line(header: ResolvedHeader) -> str:
    """Return a header as the line it is, without its end."""
    return f"{header.name}: {header.value}"


def wire_headers(request: ResolvedRequest) -> tuple[ResolvedHeader, ...]:
    """Return all header lines in order, the sign-in to a proxy that reads them included."""
    typed = any(each.name.lower() == PROXY_AUTHORIZATION.lower() for each in request.headers)
    if typed or not goes_to_proxy(request):
        return request.headers
    return (*request.headers, *_sign_in(request.route.proxy))


def goes_to_proxy(request: ResolvedRequest) -> bool:
    """Return whether a proxy reads the request itself, not only the bytes that pass through it."""
    return request.url.scheme == "http" and _speaks_http(request.route.proxy)


def needs_tunnel(request: ResolvedRequest) -> bool:
    """Return whether an HTTP proxy is asked for a tunnel first, with `connect_head`."""
    return request.url.scheme == "https" and _speaks_http(request.route.proxy)


def connect_head(request: ResolvedRequest) -> bytes:
    """Return the head that asks a proxy for a tunnel to the server (RFC 9110 section 9.3.6).

    The sign-in goes here and nowhere else. Of the request's headers its User-Agent goes along, as
    proxies choose by it.
    """
    url = request.url
    host = f"[{url.host_ascii}]" if ":" in url.host_ascii else url.host_ascii
    place = f"{host}:{url.port}"
    agents = (each for each in request.headers if each.name.lower() == "user-agent")
    headers = (ResolvedHeader("Host", place), *_sign_in(request.route.proxy), *agents)
    lines = (f"CONNECT {place} HTTP/1.1", *map(header_line, headers), "\r\n")
    return "\r\n".join(lines).encode()


def _sign_in(proxy: Proxy | None) -> tuple[ResolvedHeader, ...]:
    if proxy is None or not (proxy.username or proxy.password):
        return ()
    value = basic(f"{proxy.username}:{proxy.password}".encode())
    return (ResolvedHeader(PROXY_AUTHORIZATION, value, Origin.PROXY),)


def _speaks_http(proxy: Proxy | None) -> bool:
    return proxy is not None and proxy.kind is not ProxyKind.SOCKS5


def may_reuse_connection(request: ResolvedRequest) -> bool:
    """Return whether another request may follow this one on its connection.

    Not after `Connection: close`, and not where a header is missing that tells the server what
    this request is and where it ends: what follows could be taken for a part of it.
    """
    values = {name.lower(): value for name, value in request.header_pairs()}
    tokens = {token.strip().lower() for token in values.get("connection", "").split(",")}
    measured = body_size(request.body) == 0 or "content-length" in values
    return "close" not in tokens and "host" in values and measured
