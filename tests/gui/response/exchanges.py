"""Exchanges made by hand, as realistic as the engine would make them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from httpdesk.model.errors import (
    Cancelled,
    CertificateFacts,
    CertificateNotTrusted,
    HttpDeskError,
    IncompleteBody,
    NameLookupFailed,
    Phase,
    Sent,
    TimedOut,
    UndecodableBody,
)
from httpdesk.model.exchange import Attempt, Exchange, Hop, ResolvedRequest, ResolvedUrl
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import Options, ResponseType
from httpdesk.model.response import ConnectionFacts, Response, Timings

URL = ResolvedUrl("https", "api.staging.acme.dev", "api.staging.acme.dev", 443, "/v1/orders")
TIMINGS = Timings(dns=1, connect=21, ssl=44, send=2, wait=105, receive=11)
CONNECTION = ConnectionFacts(
    address="203.0.113.24:443", tls_version="TLS 1.3", tls_cipher="AES_128_GCM"
)
STARTED = datetime(2026, 11, 21, 14, 32, 8, tzinfo=UTC)
HEADERS = (
    ("Content-Type", "application/json; charset=utf-8"),
    ("Date", "Sat, 21 Nov 2026 14:32:08 GMT"),
    ("Cache-Control", "no-store"),
    ("Set-Cookie", "session=4f1d8c2a; Path=/; HttpOnly"),
    ("Set-Cookie", "theme=dark; Path=/"),
    ("X-Request-Id", "req_b81f0c7a"),
    ("x-ratelimit-remaining", "4987"),
    ("Vary", "Accept-Encoding"),
)
ORDER = {
    "data": {
        "id": "ord_9f2c81d4",
        "object": "order",
        "status": "refund_pending",
        "currency": "EUR",
        "amount": 12950,
        "refunds": [
            {
                "id": "re_51Hq0a",
                "amount": 4900,
                "reason": "requested_by_customer",
                "created_at": "2025-11-21T14:32:08Z",
                "destination": None,
            }
        ],
        "customer": {"id": "cus_Kx7712", "email": "dana@example.com", "verified": True},
        "items": [
            {"sku": "TEA-500-GRN", "quantity": 2, "unit_amount": 3995},
            {"sku": "MUG-CLAY-01", "quantity": 1, "unit_amount": 4960},
        ],
    },
    "meta": {"request_id": "req_b81f0c7a", "api_version": "2025-09-01"},
}


def request(response_type: ResponseType = ResponseType.JSON) -> ResolvedRequest:
    """Return a resolved GET."""
    return ResolvedRequest("GET", URL, (), options=Options(response_type=response_type))


def hop(status_code: int | None = 200, reason_phrase: str = "OK", **changes: object) -> Hop:
    """Return one request on the wire."""
    made = Hop(
        method="GET",
        url=str(URL),
        status_code=status_code,
        reason_phrase=reason_phrase,
        timings=TIMINGS,
        connection=CONNECTION,
        bytes_received=788,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def response(
    body: bytes | str = b"",
    status_code: int = 200,
    reason_phrase: str = "OK",
    headers: tuple[tuple[str, str], ...] = HEADERS,
) -> Response:
    """Return a response with a body in memory."""
    data = body.encode() if isinstance(body, str) else body
    return Response(
        status_code=status_code,
        reason_phrase=reason_phrase,
        http_version="HTTP/1.1",
        headers=headers,
        body=MemoryBody(data),
        url=str(URL),
        wire_size=len(data),
    )


def answered(
    body: bytes | str = b"",
    status_code: int = 200,
    reason_phrase: str = "OK",
    headers: tuple[tuple[str, str], ...] = HEADERS,
    *,
    wanted: ResponseType = ResponseType.JSON,
    error: HttpDeskError | None = None,
) -> Exchange:
    """Return an exchange that brought a response, perhaps with an error after its head."""
    hops = (hop(status_code, reason_phrase),)
    return Exchange(
        id="1",
        request=request(wanted),
        started_at=STARTED,
        elapsed_ms=184,
        attempts=(Attempt(1, hops, error),),
        response=response(body, status_code, reason_phrase, headers),
        error=error,
    )


def failed(error: HttpDeskError, last: Hop | None = None) -> Exchange:
    """Return an exchange that brought no response."""
    hops = (last or hop(None, "", timings=Timings(dns=3, connect=12), connection=None),)
    return Exchange(
        id="2",
        request=request(),
        started_at=STARTED,
        elapsed_ms=61,
        attempts=(Attempt(1, hops, error),),
        error=error,
    )


def typed(content_type: str) -> tuple[tuple[str, str], ...]:
    """Return headers that name a content type."""
    return (("Content-Type", content_type),)


def order() -> Exchange:
    """Return a JSON answer as in the design's pictures."""
    return answered(json.dumps(ORDER))


def redirected() -> Exchange:
    """Return an answer after two redirects, the second to another origin."""
    hops = (
        hop(302, "Found", url="https://api.staging.acme.dev/v1/orders?token=s3cr3t"),
        hop(
            307,
            "Temporary Redirect",
            url="https://api.staging.acme.dev/v2/orders",
            started_ms=190,
            timings=Timings(send=1, wait=48, receive=2),
            connection=replace(CONNECTION, reused=True),
        ),
        hop(
            200,
            "OK",
            url="https://eu.acme.dev/v2/orders",
            started_ms=250,
            dropped=("Authorization", "X-Acme-Desk"),
            connection=replace(CONNECTION, certificate_checked=False),
        ),
    )
    return replace(order(), attempts=(Attempt(1, hops),), elapsed_ms=434)


def untrusted() -> Exchange:
    """Return a failed TLS handshake with a chain of two."""
    chain = (
        CertificateFacts(
            "warehouse.internal.acme.dev",
            "Acme Issuing CA 3",
            ("warehouse.internal.acme.dev",),
            "2026-01-01T00:00:00Z",
            "2027-03-14T00:00:00Z",
        ),
        CertificateFacts(
            "Acme Issuing CA 3",
            "Acme Internal CA 2024",
            (),
            "2024-01-01T00:00:00Z",
            "2029-01-02T00:00:00Z",
        ),
    )
    error = CertificateNotTrusted(
        phase=Phase.TLS,
        sent=Sent.NOTHING,
        elapsed_ms=61,
        host="warehouse.internal.acme.dev",
        port=443,
        detail="SSLCertVerificationError: self-signed certificate in certificate chain (19)",
        chain=chain,
        verify_code=19,
    )
    return failed(error)


def unknown_host() -> Exchange:
    """Return a failed name lookup."""
    error = NameLookupFailed(
        phase=Phase.DNS,
        elapsed_ms=23,
        host="api.acme.test",
        detail="gaierror: [Errno -2] Name or service not known",
    )
    return failed(error, hop(None, "", timings=Timings(dns=23), connection=None))


def timed_out() -> Exchange:
    """Return a send that waited in vain."""
    error = TimedOut(
        phase=Phase.WAIT,
        sent=Sent.ALL,
        elapsed_ms=30_000,
        host="api.staging.acme.dev",
        port=443,
        limit_ms=30_000,
        detail="read timed out",
    )
    timings = Timings(dns=1, connect=21, ssl=44, send=2, wait=29_932)
    return replace(failed(error, hop(None, "", timings=timings)), elapsed_ms=30_000)


def cut_short() -> Exchange:
    """Return an answer whose connection ended in the middle of the body."""
    error = IncompleteBody(phase=Phase.RECEIVE, sent=Sent.ALL, received=500, expected=1000)
    return answered(json.dumps(ORDER)[:500], error=error)


def cancelled() -> Exchange:
    """Return a download that the user stopped."""
    error = Cancelled(phase=Phase.RECEIVE, sent=Sent.ALL, elapsed_ms=1200)
    return answered(json.dumps(ORDER)[:300], error=error)


def undecodable() -> Exchange:
    """Return an answer that says gzip and is not."""
    error = UndecodableBody(phase=Phase.RECEIVE, sent=Sent.ALL, coding="gzip")
    exchange = answered(b"", error=error)
    assert exchange.response is not None
    raw = MemoryBody(b"this is no gzip")
    return replace(exchange, response=replace(exchange.response, raw_body=raw))


def large(size: int = 12_400_000) -> Exchange:
    """Return a large JSON array."""
    rows: list[str] = []
    length = 0
    while length < size:
        row = json.dumps(
            {"id": len(rows), "name": f"item {len(rows)}", "price": 1.5, "tags": ["a"]}
        )
        rows.append(row)
        length += len(row) + 2
    return answered("[" + ", ".join(rows) + "]")
