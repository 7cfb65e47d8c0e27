"""What is remembered of a request and its answer, once the transport has it."""

from __future__ import annotations

from collections.abc import Sequence

from httpdesk.engine.ports import Reply
from httpdesk.engine.redirects import Redirect
from httpdesk.model.exchange import DEBUG_BODY_LIMIT, Hop, ResolvedRequest
from httpdesk.model.questions import RedirectQuestion
from httpdesk.model.request import Options
from httpdesk.model.response import BodyHandle, Response


def hop_of(
    step: Redirect, reply: Reply, started_ms: float, agreed: Sequence[RedirectQuestion]
) -> Hop:
    """Return what is remembered of one request and its answer."""
    request, body = step.request, reply.body
    return Hop(
        method=request.method,
        url=str(request.url),
        request_headers=request.header_pairs(),
        status_code=reply.status_code,
        reason_phrase=reply.reason_phrase,
        http_version=reply.http_version,
        response_headers=reply.headers,
        started_ms=started_ms,
        timings=reply.timings,
        connection=reply.connection,
        bytes_sent=reply.bytes_sent,
        bytes_received=reply.wire_size,
        dropped=step.dropped,
        answers_challenge=step.answers_challenge,
        resent=reply.resent,
        interim=reply.interim,
        sent_head=reply.sent_head,
        sent_body=reply.sent_body,
        received_preview=_debug_preview(request.options, body),
        received_size=body.size if body is not None else 0,
        confirmed=tuple(agreed),
    )


def response_of(request: ResolvedRequest, reply: Reply) -> Response | None:
    """Return the answer, or as much of one as came; None when no head arrived."""
    if reply.status_code is None or reply.body is None:
        return None
    return Response(
        status_code=reply.status_code,
        reason_phrase=reply.reason_phrase,
        http_version=reply.http_version,
        headers=reply.headers,
        body=reply.body,
        url=str(request.url),
        wire_size=reply.wire_size,
        raw_body=reply.raw_body,
        doubts=reply.doubts,
        arrivals=reply.arrivals,
    )


def _debug_preview(options: Options, body: BodyHandle | None) -> bytes | None:
    return body.read_at(0, DEBUG_BODY_LIMIT) if options.debug and body is not None else None
