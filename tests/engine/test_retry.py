"""When an attempt is repeated and how long to wait before, as arithmetic."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from httpdesk.engine.retry import (
    LONGEST_RETRY_AFTER_MS,
    Schedule,
    backoff_ms,
    is_failure,
    is_repeated,
    plan_wait,
    retry_after_ms,
    schedule,
)
from httpdesk.model.errors import (
    BodyTooLarge,
    Cancelled,
    CertificateNotTrusted,
    CertificateNotValidNow,
    CertificateWrongHost,
    ConnectionClosed,
    ConnectionRefused,
    DiskFull,
    HttpDeskError,
    IncompleteBody,
    MalformedResponse,
    NameLookupFailed,
    Phase,
    ProxyFailed,
    TimedOut,
    TlsFailed,
    TooManyRedirects,
    TotalTimedOut,
)
from httpdesk.model.exchange import WaitReason
from httpdesk.model.request import Options

NOW = datetime(2025, 5, 1, 12, tzinfo=UTC)
ALL = Options(retry_max=2, retry_all=True)
SOME = Options(retry_max=2)
AT = Phase.WAIT


@pytest.mark.parametrize(
    ("status", "options", "repeated"),
    [
        (200, SOME, False),
        (404, SOME, False),
        (429, SOME, False),
        (429, Options(retry_on_429=True), True),
        (428, Options(retry_on_429=True), False),
        (499, SOME, False),
        (500, SOME, True),
        (503, SOME, True),
        (599, SOME, True),
        (503, Options(success="200-299,503"), False),
        (404, ALL, True),
        (301, ALL, True),
        (429, ALL, True),
        (204, ALL, False),
        (304, Options(retry_all=True, success="200-299,304"), False),
    ],
)
def test_which_statuses_are_repeated(status: int, options: Options, repeated: bool) -> None:
    """Statements 64 and 65: 5xx, 429 by its switch, any that is no success with all errors."""
    assert is_failure(options, status, None) is repeated


@pytest.mark.parametrize(
    ("error", "some", "every"),
    [
        (NameLookupFailed(phase=AT), True, True),
        (ConnectionRefused(phase=AT), True, True),
        (ConnectionClosed(phase=AT), True, True),
        (ProxyFailed(phase=AT), True, True),
        (TlsFailed(phase=AT), True, True),
        (TimedOut(phase=AT, limit_ms=1), True, True),
        (IncompleteBody(phase=AT, received=1), True, True),
        (CertificateNotTrusted(phase=AT), False, True),
        (CertificateWrongHost(phase=AT), False, True),
        (CertificateNotValidNow(phase=AT), False, True),
        (TooManyRedirects(phase=AT, limit=5), False, True),
        (MalformedResponse(phase=AT), True, True),
        (BodyTooLarge(phase=AT, limit=1), False, True),
        (Cancelled(phase=AT), False, False),
        (TotalTimedOut(phase=AT, limit_ms=1), False, False),
        (DiskFull(path="body"), False, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, HttpDeskError) else "",
)
def test_which_failures_are_repeated(error: HttpDeskError, some: bool, every: bool) -> None:
    """Statements 65, 66 and 68: a timeout is a network error, a certificate is none."""
    assert is_failure(SOME, None, error) is some
    assert is_failure(ALL, None, error) is every


@pytest.mark.parametrize(
    ("status", "refused", "repeated"),
    [(502, False, True), (500, False, True), (403, False, False), (407, True, False)],
)
def test_what_a_proxy_decided_is_not_repeated(status: int, refused: bool, repeated: bool) -> None:
    """Statement 64, as for servers; another try with a wrong password may lock the user out."""
    error = ProxyFailed(phase=AT, status_code=status, refused=refused)
    assert is_failure(SOME, None, error) is repeated
    assert is_failure(ALL, None, error)


def test_a_socks_sign_in_that_was_refused_is_not_repeated() -> None:
    assert not is_failure(SOME, None, ProxyFailed(phase=AT, refused=True))


def test_a_cut_body_is_a_network_error_whatever_its_status() -> None:
    assert is_failure(SOME, 404, IncompleteBody(phase=AT, received=1))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "FROB"])
def test_every_method_is_repeated_unless_only_safe_ones_are(method: str) -> None:
    """Statement 64: for all actions; with the switch POST and PATCH are not."""
    assert is_repeated(method, SOME)
    safe = is_repeated(method, Options(retry_max=2, retry_safe_only=True))
    assert safe is (method not in ("POST", "PATCH"))
    assert not is_repeated(method, Options())


def test_backoff_doubles_up_to_a_minute() -> None:
    """Statement 62: `min(100 ms x 2^n, 60 s)`."""
    assert [backoff_ms(number, 0) for number in (1, 2, 3, 9, 10, 90)] == [
        *(200, 400, 800, 51_200),
        *(60_000, 60_000),
    ]


def test_backoff_is_spread_by_up_to_a_fifth() -> None:
    """Statement 62: + 0-20 %, from a seeded source."""
    source = random.Random(7)
    waits = [backoff_ms(number, source.random()) for number in range(1, 91)]
    plain = [backoff_ms(number, 0) for number in range(1, 91)]
    shares = [wait / least - 1 for wait, least in zip(waits, plain, strict=True)]
    assert all(0 <= share <= 0.2 for share in shares)
    assert min(shares) < 0.02
    assert max(shares) > 0.18
    assert backoff_ms(1, 1.0) == pytest.approx(240)


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        ("0", 0),
        ("2", 2000),
        (" 120 ", 120_000),
        ("9" * 400, float("inf")),
        ("Thu, 01 May 2025 12:00:07 GMT", 7000),
        ("Thursday, 01-May-25 12:00:07 GMT", 7000),
        ("Thu May  1 12:00:07 2025", 7000),
        ("Thu, 01 May 2025 11:00:00 GMT", 0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Thu, 99 May 2025 12:00:07 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, asked: float | None) -> None:
    """Statement 63; RFC 9110 section 10.2.3 with its three forms of a date."""
    assert retry_after_ms((("retry-AFTER", value),), NOW) == asked


def test_without_retry_after_nothing_is_asked() -> None:
    assert retry_after_ms((("Date", "x"),), NOW) is None


@pytest.mark.parametrize("backoff", [False, True])
def test_retry_after_is_the_least_wait_in_either_mode(backoff: bool) -> None:
    """Statement 63: in either mode it is the minimum."""
    options = Options(retry_max=9, retry_delay_ms=800, retry_backoff=backoff)
    own = WaitReason.BACKOFF if backoff else WaitReason.FIXED
    short = plan_wait(options, 3, (("Retry-After", "0"),), NOW, 0)
    assert (short.milliseconds, short.reason) == (800, own)
    asked = plan_wait(options, 3, (("Retry-After", "2"),), NOW, 0)
    assert (asked.milliseconds, asked.reason) == (2000, WaitReason.RETRY_AFTER)


def test_more_than_five_minutes_is_refused_only_from_the_server() -> None:
    """Statement 63: exactly five minutes are still waited for."""
    limit = LONGEST_RETRY_AFTER_MS // 1000

    def asked(seconds: int) -> bool:
        return plan_wait(SOME, 1, (("Retry-After", str(seconds)),), NOW, 0).is_refused

    assert (asked(limit), asked(limit + 1)) == (False, True)
    assert not plan_wait(Options(retry_delay_ms=600_000), 1, (), NOW, 0).is_refused


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(), Schedule((0,), 0)),
        (
            Options(timeout_ms=1000, retry_max=3, retry_delay_ms=500),
            Schedule((0, 1500, 3000, 4500), 5500),
        ),
        (
            Options(timeout_ms=1000, retry_max=3, retry_backoff=True, retry_delay_ms=9999),
            Schedule((0, 1200, 2600, 4400), 5400),
        ),
        (Options(retry_max=2, retry_delay_ms=500), Schedule((0, 500, 1000), 1000)),
        (
            Options(timeout_ms=1000, retry_max=3, retry_delay_ms=500, total_timeout_ms=3500),
            Schedule((0, 1500, 3000), 3500, is_limited=True),
        ),
        (
            Options(timeout_ms=1000, retry_max=3, retry_delay_ms=500, total_timeout_ms=3000),
            Schedule((0, 1500), 2500, is_limited=True),
        ),
    ],
)
def test_the_schedule_if_every_attempt_times_out(options: Options, expected: Schedule) -> None:
    """ui.md section 3.4: start of each attempt, and the total."""
    assert schedule(options) == expected


def test_a_date_in_another_zone_is_the_same_moment() -> None:
    later = NOW.astimezone(tz=None) + timedelta(seconds=3)
    value = later.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert retry_after_ms((("Retry-After", value),), NOW) == 3000
