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
from httpdesk.model.network import ProxyKind

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
    proxy = request.route.proxy
    if proxy is None or not goes_to_proxy(request) or not (proxy.username or proxy.password):
        return request.headers
    if any(each.name.lower() == PROXY_AUTHORIZATION.lower() for each in request.headers):
        return request.headers
    value = basic(f"{proxy.username}:{proxy.password}".encode())
    return (*request.headers, ResolvedHeader(PROXY_AUTHORIZATION, value, Origin.PROXY))


def goes_to_proxy(request: ResolvedRequest) -> bool:
    """Return whether a proxy reads the request itself, not only the bytes that pass through it."""
    proxy = request.route.proxy
    return proxy is not None and proxy.kind is not ProxyKind.SOCKS5 and request.url.scheme == "http"


def may_reuse_connection(request: ResolvedRequest) -> bool:
    """Return whether another request may follow this one on its connection.

    Not after `Connection: close`, and not where a header is missing that tells the server what
    this request is and where it ends: what follows could be taken for a part of it.
    """
    values = {name.lower(): value for name, value in request.header_pairs()}
    tokens = {token.strip().lower() for token in values.get("connection", "").split(",")}
    measured = body_size(request.body) == 0 or "content-length" in values
    return "close" not in tokens and "host" in values and measured
