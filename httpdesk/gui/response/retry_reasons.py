"""Why each attempt was tried again, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.retry import retry_after_ms
from httpdesk.gui.messages import message_for
from httpdesk.model.errors import Cancelled
from httpdesk.model.exchange import Attempt, Exchange, Wait, WaitReason
from httpdesk.render.units import format_duration

translate = QCoreApplication.translate


def retry_reasons(exchange: Exchange) -> tuple[tuple[int, str], ...]:
    """Return (number, sentences) for each attempt that another one followed."""
    waited = tuple(
        (attempt.number, f"{_cause(attempt, exchange)} {_wait(attempt, exchange)}")
        for attempt in exchange.attempts
        if attempt.wait is not None
    )
    return tuple(sorted((*waited, *_renewals(exchange))))


def _renewals(exchange: Exchange) -> Iterator[tuple[int, str]]:
    """Yield the attempts whose token was refused and renewed (statement 32)."""
    for attempt, after in pairwise(exchange.attempts):
        if after.renewed:
            text = translate("Retry", "{0} refused the token. Sent again with a renewed token.")
            yield attempt.number, text.format(attempt.status_code)


def _cause(attempt: Attempt, exchange: Exchange) -> str:
    if attempt.error is not None:
        return f"{message_for(attempt.error).title}."
    status = attempt.status_code or 0
    if status == 202:
        return translate("Retry", "202 says that the work goes on.")
    if status >= 500:
        return translate("Retry", "{0} is a server error.").format(status)
    if exchange.request.options.retry_all:
        return translate("Retry", "{0} is no success, and all errors are retried.").format(status)
    return translate("Retry", "{0} is to be retried too.").format(status)


def _wait(attempt: Attempt, exchange: Exchange) -> str:
    wait = attempt.wait
    assert wait is not None
    planned = format_duration(wait.planned_ms)
    text = {
        WaitReason.FIXED: _fixed(attempt, exchange),
        WaitReason.BACKOFF: translate("Retry", "Exponential backoff made the wait {0}."),
        WaitReason.RETRY_AFTER: translate(
            "Retry", "The server's Retry-After header made the wait {0}."
        ),
        WaitReason.POLL: translate("Retry", "Its Location was asked after {0}."),
    }[wait.reason].format(planned)
    return f"{text} {_end(wait, attempt, exchange)}".strip()


def _fixed(attempt: Attempt, exchange: Exchange) -> str:
    assert attempt.wait is not None
    if attempt.wait.planned_ms <= 0:
        return translate("Retry", "The next attempt began at once.")
    headers = attempt.hops[-1].response_headers if attempt.hops else ()
    if attempt.status_code is None:
        return translate("Retry", "The wait was the delay of {0}.")
    if retry_after_ms(headers, exchange.started_at) is None:
        return translate("Retry", "The server sent no Retry-After header, so the wait was {0}.")
    return translate("Retry", "Retry-After asked for less than the delay of {0}.")


def _end(wait: Wait, attempt: Attempt, exchange: Exchange) -> str:
    after = format_duration(wait.elapsed_ms)
    if wait.skipped:
        return translate("Retry", "You went on after {0}.").format(after)
    last = attempt is exchange.attempts[-1]
    if last and isinstance(exchange.error, Cancelled):
        return translate("Retry", "You cancelled it after {0}.").format(after)
    return ""
