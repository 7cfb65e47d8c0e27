"""All attempts of one send, and the waits between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from httpdesk.engine import completion, retry
from httpdesk.engine.attempt import AttemptResult, AttemptRun, close_bodies
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import renewed_request
from httpdesk.engine.limits import Limits
from httpdesk.engine.masking import Masker, hop_values, secret_values
from httpdesk.engine.ports import Progress
from httpdesk.engine.redirects import Redirect
from httpdesk.engine.send_context import SendContext
from httpdesk.engine.url import encode_pairs
from httpdesk.engine.waiting import WaitEnd
from httpdesk.model.errors import (
    Cancelled,
    HttpDeskError,
    Phase,
    RetryAfterTooLong,
    SendFailed,
    Sent,
    TotalTimedOut,
)
from httpdesk.model.exchange import (
    SENT_BODY_KEPT,
    Attempt,
    Exchange,
    Hop,
    Origin,
    ResolvedRequest,
    ResolvedUrl,
    Wait,
)
from httpdesk.model.questions import RedirectQuestion
from httpdesk.model.response import Response


class SendRun:
    """All attempts of one send, the waits between them, and the limit over everything.

    `lead` and `first` are those of `AttemptRun`.
    """

    def __init__(
        self,
        request: ResolvedRequest,
        context: SendContext,
        cancel: CancelToken,
        progress: Progress,
        secrets: tuple[tuple[str, str], ...],
        *,
        shows: bool = True,
        lead: Hop | None = None,
        first: ResolvedUrl | None = None,
    ) -> None:
        self._lead = lead
        self._first = first or request.url
        self._shows = shows
        self._request = request
        self._secrets = secrets
        self._context = context
        self._cancel = cancel
        self._progress = progress
        self._id = context.new_id()
        self._started_at = context.clock.now()
        self._limits = Limits(request.options, context.clock)
        self._attempts: list[Attempt] = []
        self._confirmed: set[RedirectQuestion] = set()
        self._renewals = 0
        self._polls = 0
        self._polled: Redirect | None = None
        """What asks for the state of the work, once a 202 has come."""
        self._staying = Masker(value for _, value in secrets)

    def run(self) -> Exchange:
        """Send until an attempt is the result (statements 60, 64 to 68)."""
        repeated = retry.is_repeated(self._request.method, self._request.options)
        self._progress.attempts = self._request.options.retry_max + 1 if repeated else 1
        while True:
            result = self._attempt()
            self._attempts.append(result.attempt)
            if self._is_token_refused(result):
                try:
                    renewed = self._renewed()
                except HttpDeskError as error:
                    return self._exchange(result.response, error)
                if renewed:
                    self._let_go(result)
                    continue
            try:
                goes_on = self._goes_on(result)
            except HttpDeskError as error:
                return self._exchange(result.response, error)
            if not goes_on and not self._is_to_be_repeated(result):
                return self._exchange(result.response, result.attempt.error)
            self._progress.arriving = None
            stopped = self._pause(self._plan_poll() if goes_on else self._plan_retry())
            if stopped is not None:
                return self._exchange(result.response, stopped)
            self._let_go(result)

    def _let_go(self, result: AttemptResult) -> None:
        self._progress.arriving = None
        if result.response is not None:
            close_bodies(result.response.body, result.response.raw_body)

    def _is_token_refused(self, result: AttemptResult) -> bool:
        """Return whether a 401 came to a request that was signed in by a token, the first time."""
        attempt = result.attempt
        if self._renewals or attempt.error is not None or attempt.status_code != 401:
            return False
        own = {each.value for each in self._request.headers if each.origin is Origin.CONNECTION}
        hop = attempt.hops[-1]
        pairs = hop.url.partition("?")[2].split("&")
        if any(encode_pairs([pair]) in pairs for pair in self._request.connection_params):
            return True
        return any(value in own for _, value in hop.request_headers)

    def _renewed(self) -> bool:
        """Renew the token once and sign the request in with it; False where that is no way (32).

        Raises what `Tokens.current` raises.
        """
        context = self._context
        connecting = context.connecting
        if connecting is None:
            return False
        following = renewed_request(self._next, connecting, context.network, self._cancel)
        if following is None:
            return False
        self._renewals += 1
        if self._polled is None:
            self._request = following
        else:
            self._polled = replace(self._polled, request=following)
        return True

    @property
    def _next(self) -> ResolvedRequest:
        """What the next attempt sends."""
        return self._request if self._polled is None else self._polled.request

    def _goes_on(self, result: AttemptResult) -> bool:
        """Take down what asks for the state of the work, where the answer says that it goes on.

        Raises what `AttemptRun.state_request` raises.
        """
        if not completion.goes_on(self._request.options, result.attempt, self._polls):
            return False
        # An answer without a place leaves the one before in force.
        self._polled = self._run.state_request() or self._polled
        self._lead = result.attempt.hops[-1]
        self._polls += 1
        return True

    def _attempt(self) -> AttemptResult:
        progress = self._progress
        progress.bytes_sent = progress.bytes_received = 0
        progress.bytes_to_send = progress.bytes_to_receive = None
        self._run = run = AttemptRun(
            self._context,
            self._cancel,
            progress,
            self._limits,
            self._confirmed,
            secrets=self._staying,
            arrives=self._arrives,
            lead=self._lead,
            first=self._first,
        )
        dropped = self._polled.dropped if self._polled is not None else ()
        result = run.run(self._next, len(self._attempts) + 1, dropped)
        made = self._request.secrets | result.secrets
        self._request = replace(self._request, secrets=made)
        again = self._renewals > 0 and not any(each.renewed for each in self._attempts)
        polled = self._polled is not None
        return replace(result, attempt=replace(result.attempt, renewed=again, polled=polled))

    def _arrives(self, result: AttemptResult) -> None:
        """Let the face see an answer whose body begins, unless it will be sent for again."""
        if not self._shows or self._is_token_refused(result) or self._is_to_be_repeated(result):
            return
        if completion.goes_on(self._request.options, result.attempt, self._polls):
            return
        attempts = (*self._attempts, result.attempt)
        self._progress.arriving = self._exchange(result.response, None, attempts)

    def _is_to_be_repeated(self, result: AttemptResult) -> bool:
        attempt = result.attempt
        if attempt.number - self._renewals - self._polls >= self._progress.attempts:
            return False
        return retry.is_failure(self._request.options, attempt.status_code, attempt.error)

    def _plan_poll(self) -> retry.PlannedWait:
        return completion.plan_poll(self._attempts[-1], self._polls - 1, self._context.clock.now())

    def _plan_retry(self) -> retry.PlannedWait:
        context, last = self._context, self._attempts[-1]
        return retry.plan_wait(
            self._request.options,
            last.number - self._renewals - self._polls,
            last.hops[-1].response_headers if last.hops else (),
            context.clock.now(),
            context.chance(),
        )

    def _pause(self, planned: retry.PlannedWait) -> HttpDeskError | None:
        """Wait for the next attempt and note the wait; return what forbids that attempt."""
        context, last = self._context, self._attempts[-1]
        if planned.is_refused:
            return self._too_long(planned.milliseconds)
        began = context.clock.monotonic()
        until = began + planned.milliseconds / 1000
        total = self._limits.total
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
            "elapsed_ms": self._limits.elapsed_ms,
            "host": self._request.url.host,
            "port": self._request.url.port,
        }

    def _exchange(
        self,
        response: Response | None,
        error: HttpDeskError | None,
        attempts: tuple[Attempt, ...] = (),
    ) -> Exchange:
        """Return the send as it ends, or with `attempts` as it stands meanwhile."""
        attempts = attempts or tuple(self._attempts)
        return Exchange(
            id=self._id,
            request=self._request,
            started_at=self._started_at,
            elapsed_ms=self._limits.elapsed_ms,
            attempts=attempts,
            response=response,
            error=error,
            secrets=self._known_secrets(attempts),
        )

    def _known_secrets(self, attempts: tuple[Attempt, ...]) -> frozenset[str]:
        """Collect the secrets anew after the run (statement 76): answers set cookies, too."""
        hops = [hop for attempt in attempts for hop in attempt.hops]
        known = secret_values(self._request, self._secrets, SENT_BODY_KEPT)
        return frozenset(known.union(hop_values(hops)))
