"""Builds resolved requests for loopback servers and sends them through a transport."""

from __future__ import annotations

import time
from collections.abc import Sequence

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress, Reply, Transport
from httpdesk.model.exchange import ResolvedHeader, ResolvedRequest, ResolvedUrl
from httpdesk.model.network import Route, TlsOptions
from httpdesk.model.request import Options
from httpdesk.model.response import BodyHandle


def resolved(
    port: int,
    target: str = "/",
    *,
    method: str = "GET",
    scheme: str = "http",
    host: str = "127.0.0.1",
    headers: Sequence[tuple[str, str]] | None = None,
    body: bytes | None = None,
    options: Options | None = None,
    tls: TlsOptions | None = None,
) -> ResolvedRequest:
    """Return a request for `host`:`port` whose only header is Host, unless `headers` are given."""
    url = ResolvedUrl(scheme, host, host, port, target, explicit_port=True)
    pairs = [("Host", url.authority)] if headers is None else headers
    if body is not None and headers is None:
        pairs = [*pairs, ("Content-Length", str(len(body)))]
    lines = tuple(ResolvedHeader(name, value) for name, value in pairs)
    route = Route(tls=tls or TlsOptions())
    return ResolvedRequest(method, url, lines, body, options or Options(), route=route)


def send(
    transport: Transport,
    request: ResolvedRequest,
    *,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
    seconds: float | None = 10.0,
) -> Reply:
    """Send with a deadline of `seconds` from now."""
    return transport.send(
        request,
        cancel=cancel or CancelToken(),
        progress=progress or Progress(),
        deadline=None if seconds is None else time.monotonic() + seconds,
    )


def content(body: BodyHandle | None) -> bytes:
    """Return the whole of a small body."""
    assert body is not None
    return body.read_at(0, body.size)
