"""One attempt of a send: the request, the redirects it is led through, the questions on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from httpdesk.engine.addresses import is_public
from httpdesk.engine.answer_facts import hop_of, response_of
from httpdesk.engine.attempt_ends import cancelled_at, not_confirmed, too_many
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.cookies import set_cookie_values, with_cookies
from httpdesk.engine.hop_signing import is_signable, signed, with_made
from httpdesk.engine.limits import Limits
from httpdesk.engine.masking import NO_MASK, Masker
from httpdesk.engine.ports import (
    Progress,
    Reply,
)
from httpdesk.engine.redirects import (
    Redirect,
    is_crossing,
    is_redirect,
    next_request,
    questions,
    takes_connection,
)
from httpdesk.engine.routing import route_for
from httpdesk.engine.send_context import SendContext
from httpdesk.model.cookies import CookieReceipt
from httpdesk.model.errors import (
    BodyTooLarge,
    Cancelled,
    HttpDeskError,
    IncompleteBody,
    InvalidProxy,
    InvalidRedirect,
    MalformedBody,
    NotConfirmed,
    PrivateAddress,
    SendFailed,
    TimedOut,
    TooManyRedirects,
    TotalTimedOut,
    UndecodableBody,
    UnsupportedChallenge,
    UploadChanged,
)
from httpdesk.model.exchange import (
    Attempt,
    Hop,
    ResolvedRequest,
    ResolvedUrl,
)
from httpdesk.model.questions import EnterPrivateNetwork, RedirectQuestion
from httpdesk.model.request import Options
from httpdesk.model.response import BodyHandle, Response

REDIRECT_BODY_LIMIT = 64 * 1024
"""Bytes read of the body of an answer that is followed (quality.md, fault 10)."""

_ONLY_THE_BODY = (IncompleteBody, MalformedBody, UndecodableBody, BodyTooLarge)
"""Failures after the head arrived; a redirect's head is all that is needed of it."""
_FOUND_HERE = (
    *(InvalidRedirect, TooManyRedirects, NotConfirmed, Cancelled),
    *(UnsupportedChallenge, UploadChanged),
)
"""Ends of an attempt that no transport has found."""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """One try of the whole send: what happened on the way and the answer at its end."""

    attempt: Attempt
    response: Response | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """What was secret of its signatures."""


class AttemptRun:
    """One attempt: the request, the redirects it is led through, and the deadline over all.

    `confirmed` holds what the user has agreed to in this send, so that no attempt asks again;
    what `secrets` finds in a header never goes to another origin. `arrives` is called with the
    attempt as it stands when the head of its last answer is there. `lead` is the answer that named
    the request's URL, and `first` the URL that the user's choices were meant for, where a server
    led here.
    """

    def __init__(
        self,
        context: SendContext,
        cancel: CancelToken,
        progress: Progress,
        limits: Limits,
        confirmed: set[RedirectQuestion],
        *,
        secrets: Masker = NO_MASK,
        arrives: Callable[[AttemptResult], None] | None = None,
        lead: Hop | None = None,
        first: ResolvedUrl | None = None,
    ) -> None:
        self._lead = lead
        self._first = first
        self._secrets = secrets
        self._arrives = arrives
        self._context = context
        self._cancel = cancel
        self._progress = progress
        self._limits = limits
        self._confirmed = confirmed
        self._agreed: list[RedirectQuestion] = []
        """Since the last hop."""
        self._last: tuple[ResolvedRequest, Reply] | None = None
        """The newest answer; of a redirect that is being followed until the next one came."""
        self._hops: list[Hop] = []
        self._made: frozenset[str] = frozenset()
        """The secrets of all signatures."""

    def run(
        self, request: ResolvedRequest, number: int, dropped: tuple[str, ...] = ()
    ) -> AttemptResult:
        """Send `request` and follow redirects to the end, an error or the limit.

        `dropped` names the headers that were left out of the request before.
        """
        self._progress.attempt = number
        self._limits.begin_attempt()
        self._first = self._first or request.url
        step = Redirect(_with_body_limit(request), dropped)
        while True:
            if self._cancel.cancelled:
                return self._end(number, self._timed(cancelled_at(step.request)))
            step = self._dressed(step)
            try:
                request, made = signed(step.request, self._cancel)
                self._made |= made.secrets
                # Hashing a large file takes a while.
                if self._cancel.cancelled:
                    continue
                reply = self._exchange_once(replace(step, request=request))
                if not isinstance(reply.error, PrivateAddress):
                    self._take_answer(request, reply)
                step = replace(step, request=with_made(step.request, made))
                following = self._answer(step, reply) or self._next(step.request, reply)
            except _FOUND_HERE as error:
                return self._end(number, self._timed(error))
            except InvalidProxy as error:
                return self._end(number, error)
            if following is None:
                return self._end(number, reply.error)
            step = following

    def state_request(self) -> Redirect | None:
        """Return what asks for the state of the work that the answer began, as a 303 would.

        What may not go to its place is left out, and what needs the user's consent is asked, as
        for a redirect. Raises InvalidRedirect, NotConfirmed, Cancelled, InvalidProxy.
        """
        assert self._last is not None
        request, reply = self._last
        following = next_request(request, 303, reply.headers, self._secrets)
        if following is None:
            return None
        for question in questions(request, following.request, 303):
            self._confirm(question, request)
        return replace(following, request=self._routed(request, following.request))

    def _answer(self, step: Redirect, reply: Reply) -> Redirect | None:
        """Return the request again where a 401 asks for a signature of another kind, once.

        Raises UnsupportedChallenge (RFC 7616 section 3.3).
        """
        signer = step.request.signer
        if signer is None or reply.status_code != 401 or step.answers_challenge:
            return None
        if reply.error is not None and not isinstance(reply.error, _ONLY_THE_BODY):
            return None
        if not is_signable(step.request) or not signer.accept(step.request, reply.headers):
            return None
        return Redirect(step.request, answers_challenge=True)

    def _take_answer(self, request: ResolvedRequest, reply: Reply) -> None:
        """Let the newest answer be the one that the attempt ends with, unless it goes on."""
        if self._last is not None:
            close_bodies(self._last[1].body, self._last[1].raw_body)
        self._last = request, reply

    def _dressed(self, step: Redirect) -> Redirect:
        """Return the step with the jar's cookies of this moment."""
        request = step.request
        if self._context.cookies is None or not request.options.use_cookies:
            return step
        header = self._context.cookies.header_for(request.url)
        return replace(step, request=with_cookies(request, header))

    def _exchange_once(self, step: Redirect) -> Reply:
        """Send one request over the wire and record it as a hop."""
        request = step.request
        started_ms = self._limits.elapsed_ms
        total, deadline = self._limits.total, self._limits.deadline
        self._progress.took_head = partial(self._took_head, step, started_ms)
        reply = self._context.transport.send(
            request, cancel=self._cancel, progress=self._progress, deadline=deadline
        )
        if isinstance(reply.error, TimedOut) and total is not None and deadline == total:
            reply = replace(reply, error=self._totally_timed_out(reply.error, request.options))
        if not isinstance(reply.error, PrivateAddress):
            hop = hop_of(step, reply, started_ms, self._agreed)
            self._agreed = []
            self._hops.append(replace(hop, cookies=self._take_cookies(request, reply)))
        return reply

    def _took_head(self, step: Redirect, started_ms: float, reply: Reply) -> None:
        """Tell of an answer whose body begins, unless another request follows from it."""
        if self._arrives is None or _leads_on(step, reply):
            return
        hops = (*self._hops, hop_of(step, reply, started_ms, self._agreed))
        attempt = Attempt(self._progress.attempt, hops)
        self._arrives(AttemptResult(attempt, response_of(step.request, reply), self._made))

    def _take_cookies(self, request: ResolvedRequest, reply: Reply) -> CookieReceipt:
        values = set_cookie_values(reply.headers)
        if self._context.cookies is None or not request.options.use_cookies or not values:
            return CookieReceipt()
        return self._context.cookies.receive(request.url, values)

    def _totally_timed_out(self, error: TimedOut, options: Options) -> TotalTimedOut:
        """Return the error of the limit over everything in place of the attempt's own."""
        return TotalTimedOut(
            phase=error.phase,
            sent=error.sent,
            elapsed_ms=self._limits.elapsed_ms,
            host=error.host,
            port=error.port,
            detail=error.detail,
            limit_ms=options.total_timeout_ms or 0,
            proxy=error.proxy,
        )

    # Redirects

    def _next(self, request: ResolvedRequest, reply: Reply) -> Redirect | None:
        """Return where to go on, or None when `reply` is the result.

        Raises InvalidRedirect, NotConfirmed, Cancelled, InvalidProxy, and TooManyRedirects when
        the limit is used up (statement 72).
        """
        if isinstance(reply.error, PrivateAddress):
            return self._into_private_network(request, reply.error)
        options = request.options
        follows = options.follow_redirects and options.max_redirects > 0
        if not follows or reply.status_code is None:
            return None
        if reply.error is not None and not isinstance(reply.error, _ONLY_THE_BODY):
            return None
        if not is_redirect(reply.status_code, reply.headers):
            return None
        if sum(not hop.answers_challenge for hop in self._hops) > options.max_redirects:
            raise too_many(request)
        following = next_request(request, reply.status_code, reply.headers, self._secrets)
        if following is None:
            return None
        for question in questions(request, following.request, reply.status_code):
            self._confirm(question, request)
        return replace(following, request=self._routed(request, following.request))

    def _routed(self, request: ResolvedRequest, following: ResolvedRequest) -> ResolvedRequest:
        """Return the request of a redirect with the route to its own host."""
        first = replace(request, url=self._first or request.url)
        return led_on(first, following, self._hops[-1], self._context)

    def _into_private_network(self, request: ResolvedRequest, error: PrivateAddress) -> Redirect:
        """Return the request that may go to a private address, once the user agrees."""
        last = self._hops[-1] if self._hops else self._lead
        assert last is not None
        question = EnterPrivateNetwork(
            status_code=last.status_code or 0,
            origin=_origin(last.url),
            target=_origin(str(request.url)),
            address=error.address,
        )
        self._confirm(question, request)
        return Redirect(replace(request, allows_private_address=True))

    def _confirm(self, question: RedirectQuestion, request: ResolvedRequest) -> None:
        """Ask unless it was agreed to before; raises NotConfirmed or Cancelled."""
        if question not in self._confirmed:
            with self._limits.paused():
                agreed = self._context.prompt.ask(question, self._cancel)
            if self._cancel.cancelled:
                raise cancelled_at(request)
            if not agreed:
                raise not_confirmed(request, question)
            self._confirmed.add(question)
        self._agreed.append(question)

    def _timed(self, error: SendFailed) -> SendFailed:
        """Note when it happened on an error that was found here, not by the transport."""
        error.elapsed_ms = self._limits.elapsed_ms
        return error

    def _end(self, number: int, error: HttpDeskError | None) -> AttemptResult:
        response = response_of(*self._last) if self._last is not None else None
        return AttemptResult(Attempt(number, tuple(self._hops), error), response, self._made)


def led_on(
    first: ResolvedRequest, following: ResolvedRequest, lead: Hop, context: SendContext
) -> ResolvedRequest:
    """Return a request to where an answer leads, with the route to its own host.

    `first` is the request that the user's choices were meant for. Raises InvalidProxy.
    """
    stays = takes_connection(first, following.url)
    route = route_for(
        following.url,
        context.network if stays else context.elsewhere or context.network,
        context.system_proxies,
        verify=not first.options.ignore_tls_errors,
        from_elsewhere=is_crossing(first.url, following.url),
    )
    facts = lead.connection
    # Where a server behind a proxy stands is not known: it is taken for one of the internet.
    guarded = facts is not None and (bool(facts.proxy) or is_public(facts.address))
    return replace(following, route=route, allows_private_address=not guarded)


def close_bodies(*bodies: BodyHandle | None) -> None:
    """Give the bodies back that are there."""
    for body in bodies:
        if body is not None:
            body.close()


def _with_body_limit(request: ResolvedRequest) -> ResolvedRequest:
    options = request.options
    follows = options.follow_redirects and options.max_redirects > 0
    return replace(request, redirect_body_limit=REDIRECT_BODY_LIMIT) if follows else request


def _leads_on(step: Redirect, reply: Reply) -> bool:
    """Return whether the head alone says that the attempt does not end with this answer."""
    request, status = step.request, reply.status_code or 0
    if request.redirect_body_limit is not None and is_redirect(status, reply.headers):
        return True
    return status == 401 and request.signer is not None and not step.answers_challenge


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
