"""The one path from a request to an exchange, for the window and the command line."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from httpdesk.engine import retry
from httpdesk.engine.body_source import new_boundary
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Clock, Progress, Reply, Transport, UploadFiles
from httpdesk.engine.redirects import Redirect, is_redirect, next_request
from httpdesk.engine.resolve import NO_FILES, resolve
from httpdesk.engine.waiting import WaitEnd
from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.errors import (
    BodyTooLarge,
    Cancelled,
    HttpDeskError,
    IncompleteBody,
    InvalidRedirect,
    MalformedBody,
    Phase,
    RetryAfterTooLong,
    SendFailed,
    Sent,
    TimedOut,
    TooManyRedirects,
    TotalTimedOut,
    UndecodableBody,
)
from httpdesk.model.exchange import Attempt, Exchange, Hop, ResolvedRequest, Wait
from httpdesk.model.request import Options, Request
from httpdesk.model.response import BodyHandle, Response

REDIRECT_BODY_LIMIT = 64 * 1024
"""Bytes read of the body of an answer that is followed (quality.md, fault 10)."""

_ONLY_THE_BODY = (IncompleteBody, MalformedBody, UndecodableBody, BodyTooLarge)
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
    files: UploadFiles = NO_FILES
    """Finds the files that the body names."""
    boundary: Callable[[], str] = new_boundary
    """Gives the boundary of a multipart form: the one that a preview has shown."""
    chance: Callable[[], float] = random.random
    """Numbers from 0 to 1 for the random part of backoff waits (statement 62)."""


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
    resolved = resolve(
        request, context.scope, context.defaults, context.files, boundary=context.boundary
    )
    return _Send(resolved, context, cancel, progress).run()


class _Send:
    """All attempts of one send, the waits between them, and the limit over everything."""

    def __init__(
        self,
        request: ResolvedRequest,
        context: SendContext,
        cancel: CancelToken,
        progress: Progress,
    ) -> None:
        self._request = request
        self._context = context
        self._cancel = cancel
        self._progress = progress
        self._started_at = context.clock.now()
        self._began = context.clock.monotonic()
        self._attempts: list[Attempt] = []

    def run(self) -> Exchange:
        """Send until an attempt is the result (statements 60, 64 to 68)."""
        repeated = retry.is_repeated(self._request.method, self._request.options)
        self._progress.attempts = self._request.options.retry_max + 1 if repeated else 1
        while True:
            result = self._attempt()
            self._attempts.append(result.attempt)
            if not self._is_to_be_repeated(result):
                return self._exchange(result.response, result.attempt.error)
            stopped = self._pause()
            if stopped is not None:
                return self._exchange(result.response, stopped)
            if result.response is not None:
                _close(result.response.body, result.response.raw_body)

    def _attempt(self) -> AttemptResult:
        progress = self._progress
        progress.bytes_sent = progress.bytes_received = 0
        progress.bytes_to_send = progress.bytes_to_receive = None
        run = _AttemptRun(self._context, self._cancel, progress, self._began)
        return run.run(self._request, len(self._attempts) + 1)

    def _is_to_be_repeated(self, result: AttemptResult) -> bool:
        if len(self._attempts) >= self._progress.attempts:
            return False
        attempt = result.attempt
        return retry.is_failure(self._request.options, attempt.status_code, attempt.error)

    def _pause(self) -> HttpDeskError | None:
        """Wait for the next attempt and note the wait; return what forbids that attempt."""
        context, last = self._context, self._attempts[-1]
        headers = last.hops[-1].response_headers if last.hops else ()
        planned = retry.plan_wait(
            self._request.options, last.number, headers, context.clock.now(), context.chance()
        )
        if planned.is_refused:
            return self._too_long(planned.milliseconds)
        began = context.clock.monotonic()
        until = began + planned.milliseconds / 1000
        total = _total_deadline(self._request.options, self._began)
        if total is not None and until >= total:
            return self._out_of_time()
        self._progress.waiting_until = until
        end = self._progress.gate.wait(planned.milliseconds / 1000, self._cancel)
        self._progress.waiting_until = None
        waited = (context.clock.monotonic() - began) * 1000
        wait = Wait(planned.reason, planned.milliseconds, waited, end is WaitEnd.OPENED)
        self._attempts[-1] = replace(last, wait=wait)
        return self._cancelled() if end is WaitEnd.CANCELLED else None

    # Errors between two attempts

    def _too_long(self, milliseconds: float) -> SendFailed:
        limit = retry.LONGEST_RETRY_AFTER_MS / 1000
        return RetryAfterTooLong(**self._facts(), wait_s=milliseconds / 1000, limit_s=limit)

    def _out_of_time(self) -> SendFailed:
        limit = self._request.options.total_timeout_ms or 0
        return TotalTimedOut(**self._facts(), limit_ms=limit, between_attempts=True)

    def _cancelled(self) -> SendFailed:
        return Cancelled(**self._facts(), between_attempts=True)

    def _facts(self) -> dict[str, Any]:
        """Return where and when, and what the attempts so far have sent."""
        errors = [attempt.error for attempt in self._attempts]
        sent = [each.sent if isinstance(each, SendFailed) else Sent.ALL for each in errors]
        order = (Sent.NOTHING, Sent.PART, Sent.ALL)
        return {
            "phase": Phase.BLOCKED,
            "sent": max(sent, key=order.index),
            "elapsed_ms": (self._context.clock.monotonic() - self._began) * 1000,
            "host": self._request.url.host,
            "port": self._request.url.port,
        }

    def _exchange(self, response: Response | None, error: HttpDeskError | None) -> Exchange:
        return Exchange(
            id=self._context.new_id(),
            request=self._request,
            started_at=self._started_at,
            elapsed_ms=(self._context.clock.monotonic() - self._began) * 1000,
            attempts=tuple(self._attempts),
            response=response,
            error=error,
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
            _close(reply.body, reply.raw_body)
            step = following

    def _deadline(self, options: Options) -> float | None:
        """Return when the attempt is cut; 0 and None mean never (statement 67)."""
        total = _total_deadline(options, self._began)
        if not options.timeout_ms:
            return total
        own = self._context.clock.monotonic() + options.timeout_ms / 1000
        return own if total is None else min(own, total)

    def _exchange_once(self, step: Redirect, deadline: float | None) -> Reply:
        """Send one request over the wire and record it as a hop."""
        request = step.request
        started_ms = self._elapsed_ms()
        reply = self._context.transport.send(
            request, cancel=self._cancel, progress=self._progress, deadline=deadline
        )
        reply = self._with_total_limit(request.options, reply, deadline)
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

    def _with_total_limit(self, options: Options, reply: Reply, deadline: float | None) -> Reply:
        """Return the reply; where the limit over everything cut it, the error says so."""
        error = reply.error
        total = _total_deadline(options, self._began)
        if not isinstance(error, TimedOut) or total is None or deadline != total:
            return reply
        limit = options.total_timeout_ms or 0
        cut = TotalTimedOut(
            phase=error.phase,
            sent=error.sent,
            elapsed_ms=self._elapsed_ms(),
            host=error.host,
            port=error.port,
            detail=error.detail,
            limit_ms=limit,
        )
        return replace(reply, error=cut)

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


def _total_deadline(options: Options, began: float) -> float | None:
    """Return when everything is cut (statement 67), None without a total limit."""
    return began + options.total_timeout_ms / 1000 if options.total_timeout_ms else None


def _close(*bodies: BodyHandle | None) -> None:
    for body in bodies:
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
