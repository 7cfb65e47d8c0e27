"""Lets a session of requests send through our own transport, with its limits and its TLS."""

from __future__ import annotations

import time
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.oauth import endpoint
from httpdesk.engine.ports import Progress, Reply, SystemProxies, Transport
from httpdesk.engine.routing import route_for
from httpdesk.engine.url import parse_url
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.exchange import Origin, ResolvedHeader, ResolvedRequest
from httpdesk.model.network import NetworkOptions
from httpdesk.model.request import Options


class TransportAdapter(BaseAdapter):
    """An adapter of requests for short calls: everything within `seconds` and `most_bytes`.

    `send` raises our own errors, not those of requests. Redirects are the session's to follow.
    """

    def __init__(
        self,
        transport: Transport,
        cancel: CancelToken,
        network: NetworkOptions | None = None,
        system: SystemProxies | None = None,
        *,
        seconds: float = 10.0,
        most_bytes: int = 1024 * 1024,
    ) -> None:
        super().__init__()
        self._transport = transport
        self._cancel = cancel
        self._network = network or NetworkOptions()
        self._system = system
        self._seconds = seconds
        self._most_bytes = most_bytes

    def send(self, request: PreparedRequest, *_arguments: Any, **_options: Any) -> Response:
        """Return the answer with its whole body."""
        resolved = self._resolved(request)
        reply = self._transport.send(
            resolved,
            cancel=self._cancel,
            progress=Progress(),
            deadline=time.monotonic() + self._seconds,
        )
        try:
            return self._response(request, resolved, reply)
        finally:
            for body in (reply.body, reply.raw_body):
                if body is not None:
                    body.close()

    def close(self) -> None:
        """Do nothing: the transport is not ours to close."""

    def _resolved(self, request: PreparedRequest) -> ResolvedRequest:
        parts = parse_url(str(request.url))
        url = parts.resolved(parts.path, parts.query)
        body = request.body.encode() if isinstance(request.body, str) else request.body
        return ResolvedRequest(
            method=str(request.method),
            url=url,
            headers=_header_lines(url.authority, request.headers),
            body=body or None,
            options=Options(timeout_ms=round(self._seconds * 1000)),
            route=route_for(url, self._network, self._system),
            body_limit=self._most_bytes + 1,
        )

    def _response(
        self, request: PreparedRequest, resolved: ResolvedRequest, reply: Reply
    ) -> Response:
        if reply.error is not None:
            raise reply.error
        assert reply.body is not None
        assert reply.status_code is not None
        if reply.body.size > self._most_bytes:
            raise SignInFailed(
                reason=SignInReason.TOO_LONG,
                url=endpoint(str(request.url)),
                status_code=reply.status_code,
            )
        response = Response()
        response.status_code = reply.status_code
        response.reason = reply.reason_phrase
        response.headers = CaseInsensitiveDict(reply.headers)
        body = BytesIO(reply.body.read_at(0, reply.body.size))
        response.raw = HTTPResponse(body, preload_content=False)
        response.url = str(request.url)
        response.request = request
        return response


def _header_lines(authority: str, headers: Mapping[str, str | bytes]) -> tuple[ResolvedHeader, ...]:
    lines = [ResolvedHeader("Host", authority, Origin.URL)]
    for name, value in headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        lines.append(ResolvedHeader(name, text, Origin.DEFAULT))
    return tuple(lines)
