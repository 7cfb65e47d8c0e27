"""Errors that end an attempt and that no transport has found."""

from __future__ import annotations

from httpdesk.model.errors import Cancelled, NotConfirmed, Phase, Sent, TooManyRedirects
from httpdesk.model.exchange import ResolvedRequest
from httpdesk.model.questions import RedirectQuestion


def cancelled_at(request: ResolvedRequest) -> Cancelled:
    """Return the error of a send that was cancelled before this request."""
    return Cancelled(
        phase=Phase.BLOCKED, sent=Sent.NOTHING, host=request.url.host, port=request.url.port
    )


def too_many(request: ResolvedRequest) -> TooManyRedirects:
    """Return the error of a redirect beyond the limit (statement 72)."""
    return TooManyRedirects(
        phase=Phase.RECEIVE,
        sent=Sent.ALL,
        host=request.url.host,
        port=request.url.port,
        limit=request.options.max_redirects,
    )


def not_confirmed(request: ResolvedRequest, question: RedirectQuestion) -> NotConfirmed:
    """Return the error of a redirect that the user did not agree to."""
    return NotConfirmed(
        phase=Phase.RECEIVE,
        sent=Sent.ALL,
        host=request.url.host,
        port=request.url.port,
        question=question,
    )
