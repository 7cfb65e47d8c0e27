"""The one path from a request to an exchange, for the window and the command line."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Clock, Progress, Reply, Transport
from httpdesk.engine.redirects import Redirect, is_redirect, next_request
from httpdesk.engine.resolve import resolve
from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.errors import (
    BodyTooLarge,
    Cancelled,
    HttpDeskError,
    IncompleteBody,
    InvalidRedirect,
    Phase,
    SendFailed,
    Sent,
    TooManyRedirects,
    UndecodableBody,
)
from httpdesk.model.exchange import Attempt, Exchange, Hop, ResolvedRequest
from httpdesk.model.request import Options, Request
from httpdesk.model.response import Response

REDIRECT_BODY_LIMIT = 64 * 1024
"""Bytes read of the body of an answer that is followed (quality.md, fault 10)."""

_ONLY_THE_BODY = (IncompleteBody, UndecodableBody, BodyTooLarge)
"""Failures after the head arrived; a redirect's head is all that is needed of it."""


def _new_id() -> str:
    return os.urandom(16).hex()


@dataclass(frozen=True, slots=True)
class SendContext:
    """What a send needs besides the request itself."""

    transport: Transport
    clock: Clock
    scope: Scope = field(default_factory=Scope)
    new_id: Callable[[], str] = _new_id
    defaults: Defaults = ()
    """What the collection and its folders hand down; only the headers are used."""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """One try of the whole send: what happened on the way and the answer at its end."""

    attempt: Attempt
    response: Response | None = None


def send(
    request: Request, context: SendContext, cancel: CancelToken, progress: Progress
) -> Exchange:
    """Send `request` and return the exchange, whatever came of it.

    Raises InvalidRequest when it cannot be sent as it stands; nothing has left then. Every
    failure of the send itself is in the exchange. Runs on a worker thread.
    """
    resolved = resolve(request, context.scope, context.defaults)
    started_at = context.clock.now()
    began = context.clock.monotonic()
    result = _AttemptRun(context, cancel, progress, began).run(resolved, number=1)
    return Exchange(
        id=context.new_id(),
        request=resolved,
        started_at=started_at,
        elapsed_ms=(context.clock.monotonic() - began) * 1000,
        attempts=(result.attempt,),
        response=result.response,
        error=result.attempt.error,
    )


class _AttemptRun:
    """One attempt: the request, the redirects it is led through, and the deadline over all."""

    def __init__(
        self, context: SendContext, cancel: CancelToken, progress: Progress, began: float
    ) -> None:
        self._context = context
        self._cancel = cancel
        self._progress = progress
        self._began = began
        self._hops: list[Hop] = []

    def run(self, request: ResolvedRequest, number: int) -> AttemptResult:
        """Send `request` and follow redirects to the end, an error or the limit."""
        self._progress.attempt = number
        deadline = self._deadline(request.options)
        step = Redirect(_with_body_limit(request))
        while True:
            if self._cancel.cancelled:
                return self._end(number, None, self._timed(_cancelled(step.request)))
            reply = self._exchange_once(step, deadline)
            try:
                following = self._next(step.request, reply)
            except (InvalidRedirect, TooManyRedirects) as error:
                return self._end(number, _response(step.request, reply), self._timed(error))
            if following is None:
                return self._end(number, _response(step.request, reply), reply.error)
            _close_bodies(reply)
            step = following

    def _deadline(self, options: Options) -> float | None:
        """Return when the attempt is cut; 0 and None mean never (statement 67)."""
        if not options.timeout_ms:
            return None
        return self._context.clock.monotonic() + options.timeout_ms / 1000

    def _exchange_once(self, step: Redirect, deadline: float | None) -> Reply:
        """Send one request over the wire and record it as a hop."""
        request = step.request
        started_ms = self._elapsed_ms()
        reply = self._context.transport.send(
            request, cancel=self._cancel, progress=self._progress, deadline=deadline
        )
        hop = Hop(
            method=request.method,
            url=str(request.url),
            request_headers=request.header_pairs(),
            status_code=reply.status_code,
            reason_phrase=reply.reason_phrase,
            response_headers=reply.headers,
            started_ms=started_ms,
            timings=reply.timings,
            connection=reply.connection,
            bytes_sent=reply.bytes_sent,
            bytes_received=reply.wire_size,
            dropped=step.dropped,
        )
        self._hops.append(hop)
        return reply

    def _next(self, request: ResolvedRequest, reply: Reply) -> Redirect | None:
        """Return where to go on, or None when `reply` is the result.

        Raises InvalidRedirect, and TooManyRedirects when the limit is used up (statement 72).
        """
        options = request.options
        follows = options.follow_redirects and options.max_redirects > 0
        if not follows or reply.status_code is None:
            return None
        if reply.error is not None and not isinstance(reply.error, _ONLY_THE_BODY):
            return None
        if not is_redirect(reply.status_code, reply.headers):
            return None
        if len(self._hops) > options.max_redirects:
            raise _too_many(request)
        return next_request(request, reply.status_code, reply.headers)

    def _timed(self, error: SendFailed) -> SendFailed:
        """Note when it happened on an error that was found here, not by the transport."""
        error.elapsed_ms = self._elapsed_ms()
        return error

    def _elapsed_ms(self) -> float:
        return (self._context.clock.monotonic() - self._began) * 1000

    def _end(
        self, number: int, response: Response | None, error: HttpDeskError | None
    ) -> AttemptResult:
        return AttemptResult(Attempt(number, tuple(self._hops), error), response)


def _with_body_limit(request: ResolvedRequest) -> ResolvedRequest:
    options = request.options
    follows = options.follow_redirects and options.max_redirects > 0
    return replace(request, redirect_body_limit=REDIRECT_BODY_LIMIT) if follows else request


def _response(request: ResolvedRequest, reply: Reply) -> Response | None:
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
    )


def _close_bodies(reply: Reply) -> None:
    for body in (reply.body, reply.raw_body):
        if body is not None:
            body.close()


def _cancelled(request: ResolvedRequest) -> Cancelled:
    return Cancelled(
        phase=Phase.BLOCKED, sent=Sent.NOTHING, host=request.url.host, port=request.url.port
    )


def _too_many(request: ResolvedRequest) -> TooManyRedirects:
    return TooManyRedirects(
        phase=Phase.RECEIVE,
        sent=Sent.ALL,
        host=request.url.host,
        port=request.url.port,
        limit=request.options.max_redirects,
    )
