"""The one path from a request to an exchange, for the window and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from httpdesk.engine import completion, retry
from httpdesk.engine.attempt import (
    AttemptResult,
    AttemptRun,
    SendContext,
    close_bodies,
)
from httpdesk.engine.auth_choice import chosen
from httpdesk.engine.authorize import Credential
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import (
    Connecting,
    connection_of,
    network_for,
    renewed_request,
    shown_by,
    signed_by,
)
from httpdesk.engine.file_auth import SignedByFile
from httpdesk.engine.json_check import json_problem
from httpdesk.engine.limits import Limits
from httpdesk.engine.masking import Masker, hop_values, mask_url, secret_values, telling_values
from httpdesk.engine.ports import Progress
from httpdesk.engine.redirects import Redirect
from httpdesk.engine.resolve import (
    CookieHeader,
    Means,
    Preview,
    no_cookies,
    preview,
    resolve,
)
from httpdesk.engine.routing import route_for
from httpdesk.engine.signing import SignedBy, Signer
from httpdesk.engine.url import encode_pairs
from httpdesk.engine.waiting import WaitEnd
from httpdesk.model.connection import Connection
from httpdesk.model.errors import (
    Cancelled,
    HttpDeskError,
    InvalidJsonBody,
    Phase,
    ProtectedNotSent,
    RetryAfterTooLong,
    SendFailed,
    Sent,
    TotalTimedOut,
)
from httpdesk.model.exchange import (
    SENT_BODY_KEPT,
    Attempt,
    Exchange,
    Origin,
    ResolvedRequest,
    Wait,
)
from httpdesk.model.questions import RedirectQuestion, SendInvalidJson, SendToProtected
from httpdesk.model.request import RawBody, RawKind, Request
from httpdesk.model.response import Response

__all__ = ["SendContext", "preview_send", "send", "unsent"]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110 section 9.2.1)."""


def send(
    request: Request, context: SendContext, cancel: CancelToken, progress: Progress
) -> Exchange:
    """Send `request` and return the exchange, whatever came of it.

    Raises InvalidRequest when it cannot be sent as it stands; nothing has left then, and neither
    when its connection cannot be had: StorageFailed, SecretsFailed, SignInFailed, and SendFailed
    of a token call. Every failure of the send itself is in the exchange. Runs on a worker thread.
    """
    resolved = resolve(request, _means(request, context, _signed(request, context, cancel)))
    context = _with_network(resolved, context)
    resolved = _routed(resolved, context)
    _confirm_json(request, context, cancel)
    _confirm_protected(resolved, context, cancel)
    return _Send(resolved, context, cancel, progress, _named_secrets(request, context)).run()


def unsent(
    request: Request,
    context: SendContext,
    error: HttpDeskError,
    cancel: CancelToken,
    elapsed_ms: float = 0.0,
) -> Exchange:
    """Return the exchange of a send that ended before anything left, such as for a secret.

    Raises InvalidRequest when the request cannot be sent as it stands either.
    """
    resolved = resolve(request, _means(request, context, _unsigned(request, context)))
    if cancel.cancelled:
        url = resolved.url
        error = Cancelled(
            phase=Phase.BLOCKED,
            sent=Sent.NOTHING,
            elapsed_ms=elapsed_ms,
            host=url.host,
            port=url.port,
        )
    return Exchange(
        id=context.new_id(),
        request=resolved,
        started_at=context.clock.now(),
        elapsed_ms=elapsed_ms,
        attempts=(),
        error=error,
    )


def preview_send(request: Request, context: SendContext) -> Preview:
    """Return what `send` would put on the wire, without sending.

    Problems of the request are in the preview, not raised. Raises InvalidProxy, and what `send`
    raises where the connection cannot be had.
    """
    found = preview(request, _means(request, context, _shown(request, context)))
    if found.request is None:
        return found
    routed = _routed(found.request, _with_network(found.request, context))
    return replace(found, request=routed)


def _signed(request: Request, context: SendContext, cancel: CancelToken) -> Signer | None:
    """Return what signs the request in; raises UnknownConnection, StorageFailed."""

    def by_connection(connection: Connection, connecting: Connecting) -> SignedBy:
        return signed_by(connection, connecting, context.network, cancel, context.prompt)

    return _signer(request, context, by_connection)


def _shown(request: Request, context: SendContext) -> Signer | None:
    """Return the same for a preview, for which nothing is asked of a provider."""
    return _signer(request, context, shown_by)


def _unsigned(request: Request, context: SendContext) -> Signer | None:
    """Return the same without a connection's credential, for its base URL and headers."""
    return _signer(request, context, lambda found, _connecting: SignedBy(found, Credential))


def _signer(
    request: Request,
    context: SendContext,
    by_connection: Callable[[Connection, Connecting], SignedBy],
) -> Signer | None:
    choice, connecting = chosen(request, context.defaults), context.connecting
    if choice.auth is not None:
        signers = connecting.signers if connecting is not None else None
        return SignedByFile(choice, choice.auth, signers=signers)
    if choice.connection is None:
        return None
    connection = connection_of(choice.connection, connecting)
    return None if connecting is None else by_connection(connection, connecting)


def _with_network(request: ResolvedRequest, context: SendContext) -> SendContext:
    """Return the context with the proxy and TLS of the request's connection, if it has one."""
    connection, connecting = request.connection, context.connecting
    if connection is None or connecting is None:
        return context
    network = network_for(connection, context.network, connecting.secret)
    return replace(context, network=network, elsewhere=context.network)


def _named_secrets(request: Request, context: SendContext) -> tuple[tuple[str, str], ...]:
    """Return the given secrets, and the variables whose names tell that they are some."""
    variables = {name: value for name, (value, _) in context.scope.flat().items()}
    variables |= dict(request.variables)
    return (*(("", value) for value in context.secrets), *telling_values(variables))


def _means(request: Request, context: SendContext, signed: Signer | None) -> Means:
    return Means(
        context.scope,
        context.defaults,
        context.files,
        context.boundary,
        _cookie_header(context, request),
        signed,
    )


def _cookie_header(context: SendContext, request: Request) -> CookieHeader:
    if context.cookies is None or not request.options.use_cookies:
        return no_cookies
    return context.cookies.header_for


def _routed(request: ResolvedRequest, context: SendContext) -> ResolvedRequest:
    """Return the request with its route; raises InvalidProxy."""
    verify = not request.options.ignore_tls_errors
    route = route_for(request.url, context.network, context.system_proxies, verify=verify)
    return replace(request, route=route)


def _confirm_json(request: Request, context: SendContext, cancel: CancelToken) -> None:
    """Ask before a JSON body is sent that is none; raises InvalidJsonBody (statement 41).

    A cancel meanwhile is no answer: the send then ends as every cancelled one.
    """
    body = request.body
    if not isinstance(body, RawBody) or body.kind is not RawKind.JSON:
        return
    problem = json_problem(body.text)
    if problem is None:
        return
    line, column, fault = problem.line, problem.column, problem.fault.value
    agreed = context.prompt.ask(SendInvalidJson(line, column, fault), cancel)
    if not agreed and not cancel.cancelled:
        raise InvalidJsonBody(line, column, fault)


def _confirm_protected(
    resolved: ResolvedRequest, context: SendContext, cancel: CancelToken
) -> None:
    """Ask before a method that is not safe goes to a protected environment (ui.md 3.9).

    Raises ProtectedNotSent; a cancel meanwhile is no answer.
    """
    environment, method = context.environment, resolved.method
    if environment is None or not environment.protected or method in SAFE_METHODS:
        return
    known = Masker((*resolved.secrets, *context.secrets))
    url = known.text(mask_url(resolved.url.display))
    agreed = context.prompt.ask(SendToProtected(environment.name, method, url), cancel)
    if not agreed and not cancel.cancelled:
        raise ProtectedNotSent(environment.name, method)


class _Send:
    """All attempts of one send, the waits between them, and the limit over everything."""

    def __init__(
        self,
        request: ResolvedRequest,
        context: SendContext,
        cancel: CancelToken,
        progress: Progress,
        secrets: tuple[tuple[str, str], ...],
    ) -> None:
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
        if self._is_token_refused(result) or self._is_to_be_repeated(result):
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
            secrets=self._known_secrets(attempts) if self._request.options.debug else frozenset(),
        )

    def _known_secrets(self, attempts: tuple[Attempt, ...]) -> frozenset[str]:
        """Collect the secrets anew after the run (statement 76): answers set cookies, too."""
        hops = [hop for attempt in attempts for hop in attempt.hops]
        known = secret_values(self._request, self._secrets, SENT_BODY_KEPT)
        return frozenset(known.union(hop_values(hops)))
