"""Exchanges made by hand, for tests of what shows them."""

from __future__ import annotations

from datetime import UTC, datetime

from httpdesk.engine.resolve import resolve
from httpdesk.model.exchange import Attempt, Exchange, Hop
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import Request
from httpdesk.model.response import Response, Timings


def exchange_with_body(body: bytes, status_code: int = 200, reason: str = "OK") -> Exchange:
    """Return a finished exchange of `GET http://h/orders` with this answer."""
    timings = Timings(dns=1, connect=2, send=1, wait=20, receive=3)
    hop = Hop("GET", "http://h/orders", status_code=status_code, timings=timings)
    headers = (("Content-Type", "application/json"),)
    return Exchange(
        id="1",
        request=resolve(Request(url="http://h/orders")),
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
        elapsed_ms=27,
        attempts=(Attempt(1, (hop,)),),
        response=Response(status_code, reason, "HTTP/1.1", headers, MemoryBody(body)),
    )
