"""When a failed attempt is repeated, and how long to wait before: arithmetic without a world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from httpdesk.model.errors import (
    BodyTooLarge,
    Cancelled,
    CertificateFailed,
    ClientCertificateRefused,
    HttpDeskError,
    InvalidRedirect,
    NotConfirmed,
    ProxyFailed,
    SendFailed,
    TlsFileUnusable,
    TlsVersionTooOld,
    TooManyRedirects,
    TotalTimedOut,
    UndecodableBody,
    UnsupportedChallenge,
)
from httpdesk.model.exchange import Exchange, WaitReason
from httpdesk.model.request import Options

BACKOFF_STEP_MS = 100
BACKOFF_CAP_MS = 60_000
JITTER = 0.2
"""The part of a backoff wait that is added at random, at most (statement 62)."""
LONGEST_RETRY_AFTER_MS = 5 * 60 * 1000
"""A server that asks for more is not waited for (statement 63)."""
UNSAFE_METHODS = frozenset({"POST", "PATCH"})
"""Methods that may act twice on the server when they are repeated (storage.md)."""

_MOST_DIGITS = 12
_NEVER = (Cancelled, TotalTimedOut, NotConfirmed, TlsFileUnusable)
_NOT_NETWORK = (
    CertificateFailed,
    ClientCertificateRefused,
    TlsVersionTooOld,
    TooManyRedirects,
    InvalidRedirect,
    UndecodableBody,
    BodyTooLarge,
    UnsupportedChallenge,
)
"""Failures of an answer that came, or of trust: the same request meets them again (66)."""


@dataclass(frozen=True, slots=True)
class PlannedWait:
    """How long to wait before the next attempt, and what decided it."""

    milliseconds: float
    reason: WaitReason

    @property
    def is_refused(self) -> bool:
        """Whether the server asks for more than is waited for (statement 63)."""
        asked = self.reason is WaitReason.RETRY_AFTER
        return asked and self.milliseconds > LONGEST_RETRY_AFTER_MS


@dataclass(frozen=True, slots=True)
class Schedule:
    """When attempts would start if each one used up its time."""

    starts_ms: tuple[float, ...]
    end_ms: float
    """When the last one would end."""
    is_limited: bool = False
    """Whether the total limit cuts it short."""


def is_repeated(method: str, options: Options) -> bool:
    """Return whether a failed send is repeated at all."""
    guarded = options.retry_safe_only and method.upper() in UNSAFE_METHODS
    return options.retry_max > 0 and not guarded


def is_failure(options: Options, status_code: int | None, error: HttpDeskError | None) -> bool:
    """Return whether an attempt that ended so is one to repeat (statements 64 to 66, 68)."""
    if error is not None:
        if not isinstance(error, SendFailed) or isinstance(error, _NEVER):
            return False
        return options.retry_all or not (isinstance(error, _NOT_NETWORK) or _is_decided(error))
    if status_code is None or options.is_success(status_code):
        return False
    if options.retry_all:
        return True
    return status_code in range(500, 600) or (options.retry_on_429 and status_code == 429)


def _is_decided(error: SendFailed) -> bool:
    """Return whether a proxy said no, which it says again; signing in wrongly may lock one out."""
    if not isinstance(error, ProxyFailed):
        return False
    return error.refused or (error.status_code is not None and error.status_code < 500)


def backoff_ms(number: int, chance: float) -> float:
    """Return the `number`-th wait, counted from 1; `chance` is from 0 to 1 (statement 62)."""
    # The power is bounded first: the cap is reached long before 2**90.
    wait = min(BACKOFF_STEP_MS * 2.0 ** min(number, 40), BACKOFF_CAP_MS)
    return wait * (1 + JITTER * chance)


def retry_after_ms(headers: tuple[tuple[str, str], ...], now: datetime) -> float | None:
    """Return what Retry-After asks for, 0 for a past date; None without a readable one.

    It is a number of seconds or a date (RFC 9110 section 10.2.3). `now` has a time zone.
    """
    values = (value.strip() for name, value in headers if name.lower() == "retry-after")
    text = next(values, "")
    if text.isascii() and text.isdigit():
        return float("inf") if len(text) > _MOST_DIGITS else int(text) * 1000.0
    moment = _http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds() * 1000)


def plan_wait(
    options: Options,
    number: int,
    headers: tuple[tuple[str, str], ...],
    now: datetime,
    chance: float,
) -> PlannedWait:
    """Return the wait behind attempt `number`; Retry-After is the least one (statement 63)."""
    if options.retry_backoff:
        planned = PlannedWait(backoff_ms(number, chance), WaitReason.BACKOFF)
    else:
        planned = PlannedWait(float(options.retry_delay_ms), WaitReason.FIXED)
    asked = retry_after_ms(headers, now)
    if asked is not None and asked > planned.milliseconds:
        return PlannedWait(asked, WaitReason.RETRY_AFTER)
    return planned


def schedule(options: Options) -> Schedule:
    """Return when attempts start if every one times out; without a timeout they take no time.

    Random parts of waits are left out.
    """
    length = options.timeout_ms or 0
    total = options.total_timeout_ms or None
    starts, at = [0.0], float(length)
    for number in range(1, options.retry_max + 1):
        wait = backoff_ms(number, 0) if options.retry_backoff else options.retry_delay_ms
        if total is not None and at + wait >= total:
            return Schedule(tuple(starts), min(at, total), is_limited=True)
        starts.append(at + wait)
        at += wait + length
    if total is not None and at > total:
        return Schedule(tuple(starts), float(total), is_limited=True)
    return Schedule(tuple(starts), at)


def is_used_up(exchange: Exchange) -> bool:
    """Return whether the last allowed attempt failed in a way that would have been repeated."""
    options, attempts = exchange.request.options, exchange.attempts
    count = sum(not (attempt.renewed or attempt.polled) for attempt in attempts)
    if count < 2 or count <= options.retry_max:
        return False
    return exchange.error is attempts[-1].error and is_failure(
        options, attempts[-1].status_code, exchange.error
    )


def _http_date(text: str) -> datetime | None:
    """Return the moment that a date in any of the three forms of HTTP names."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
