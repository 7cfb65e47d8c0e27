"""One request on the way as an exchange of its own, so that every tab can show it."""

from __future__ import annotations

from dataclasses import replace

from httpdesk.model.exchange import Exchange, Hop
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.response import Response


def up_to_hop(exchange: Exchange, number: int) -> Exchange:
    """Return the exchange as if it had ended with its `number`-th hop, counted from 0.

    The last hop of all is the exchange itself. Of an answer on the way only the body's beginning
    is kept, and that for debugged requests alone.
    """
    places = [(i, j) for i, each in enumerate(exchange.attempts) for j in range(len(each.hops))]
    if number >= len(places) - 1:
        return exchange
    at, last = places[number]
    attempt = exchange.attempts[at]
    is_end = last == len(attempt.hops) - 1
    error = attempt.error if is_end else None
    cut = replace(attempt, hops=attempt.hops[: last + 1], error=error, wait=None)
    hop = cut.hops[-1]
    return replace(
        exchange,
        id=f"{exchange.id}-{number}",
        attempts=(*exchange.attempts[:at], cut),
        response=_answer(hop),
        error=error,
        elapsed_ms=hop.started_ms + hop.timings.total,
        pages=(),
        pages_taken=None,
    )


def _answer(hop: Hop) -> Response | None:
    if hop.status_code is None:
        return None
    return Response(
        status_code=hop.status_code,
        reason_phrase=hop.reason_phrase,
        http_version=hop.http_version,
        headers=hop.response_headers,
        body=MemoryBody(hop.received_preview or b""),
        url=hop.url,
        wire_size=hop.bytes_received,
    )
