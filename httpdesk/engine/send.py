"""The one path from a request to an exchange, for the window and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from httpdesk.engine.auth_choice import chosen
from httpdesk.engine.authorize import Credential
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import (
    Connecting,
    connection_of,
    network_for,
    shown_by,
    signed_by,
)
from httpdesk.engine.file_auth import SignedByFile
from httpdesk.engine.generated import Generated
from httpdesk.engine.inherited_options import with_inherited
from httpdesk.engine.json_check import json_problem
from httpdesk.engine.masking import Masker, mask_url, telling_values
from httpdesk.engine.ports import Progress
from httpdesk.engine.resolve import (
    CookieHeader,
    Means,
    Preview,
    no_cookies,
    preview,
    resolve,
)
from httpdesk.engine.routing import route_for
from httpdesk.engine.secret_places import confirm_unverified
from httpdesk.engine.send_context import SendContext
from httpdesk.engine.send_run import SendRun
from httpdesk.engine.signing import SignedBy, Signer
from httpdesk.engine.template import ASKED
from httpdesk.model.connection import Connection
from httpdesk.model.errors import (
    Cancelled,
    HttpDeskError,
    InvalidJsonBody,
    Phase,
    ProtectedNotSent,
    Sent,
    ValuesNotGiven,
)
from httpdesk.model.exchange import (
    Exchange,
    Origin,
    ResolvedRequest,
)
from httpdesk.model.questions import EnterValues, SendInvalidJson, SendToProtected
from httpdesk.model.request import RawBody, RawKind, Request

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
    signed = _signed(request, context, cancel)
    context = replace(context, generate=context.generate or Generated(context.clock.now))
    try:
        resolved = resolve(request, _means(request, context, signed))
    except ValuesNotGiven as error:
        context = with_values(error, context, cancel)
        resolved = resolve(request, _means(request, context, signed))
    if context.connecting is not None and context.connecting.approvals is not None:
        confirm_unverified(resolved, context.connecting.approvals, context.prompt, cancel)
    context = with_network(resolved, context)
    resolved = routed(resolved, context)
    _confirm_json(request, context, cancel)
    _confirm_protected(resolved, context, cancel)
    return SendRun(resolved, context, cancel, progress, named_secrets(request, context)).run()


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
    network = with_network(found.request, context)
    return replace(found, request=routed(found.request, network))


def filled_in(request: Request, context: SendContext) -> Preview:
    """Return what a send would fill in where, without any credential of the connection.

    Raises where the connection cannot be had.
    """
    return preview(request, _means(request, context, _unsigned(request, context)))


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


def with_network(request: ResolvedRequest, context: SendContext) -> SendContext:
    """Return the context with the proxy and TLS of the request's connection, if it has one."""
    connection, connecting = request.connection, context.connecting
    if connection is None or connecting is None:
        return context
    network = network_for(connection, context.network, connecting.secret)
    return replace(context, network=network, elsewhere=context.network)


def named_secrets(request: Request, context: SendContext) -> tuple[tuple[str, str], ...]:
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
        context.generate or Generated(context.clock.now),
    )


def _cookie_header(context: SendContext, request: Request) -> CookieHeader:
    inherited = with_inherited(request, context.defaults, context.scope)
    if context.cookies is None or not inherited.options.use_cookies:
        return no_cookies
    return context.cookies.header_for


def routed(request: ResolvedRequest, context: SendContext) -> ResolvedRequest:
    """Return the request with its route; raises InvalidProxy."""
    verify = not request.options.ignore_tls_errors
    route = route_for(request.url, context.network, context.system_proxies, verify=verify)
    return replace(request, route=route)


def with_values(error: ValuesNotGiven, context: SendContext, cancel: CancelToken) -> SendContext:
    """Ask for the values that the request wants; raises the error when nobody gives them.

    Those whose labels tell that they are secrets are hidden wherever the send is shown.
    """
    question = EnterValues(tuple(name.removeprefix(ASKED) for name in error.names))
    given = context.values.values(question, cancel) if context.values is not None else None
    if given is None:
        raise error
    answers = tuple((ASKED + label, value) for label, value in given.items())
    secrets = frozenset(value for _, value in telling_values(dict(answers)))
    levels = (*context.scope.levels, (Origin.RUNTIME.value, answers))
    scope = replace(context.scope, levels=levels, secrets=context.scope.secrets | secrets)
    return replace(context, scope=scope)


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
