"""Whether a signature may have been refused because this computer's clock is wrong.

AWS takes a request for five minutes, OAuth 1.0a leaves it to the server (RFC 5849 section 3.3).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from httpdesk.model.exchange import Hop

MOST_APART = 240.0
"""Seconds; less than that no server minds."""

_REFUSALS = frozenset({400, 401, 403})
_AMZ_TIME = re.compile(r"^x-amz-date: *([0-9TZ]{16})\r?$", re.IGNORECASE | re.MULTILINE)
_OAUTH_TIME = re.compile(r'\boauth_timestamp="?([0-9]{9,11})\b')


def seconds_ahead(hop: Hop) -> float | None:
    """Return how far this computer's clock is ahead of the server's, behind it below zero.

    None where that is no reason: the request tells no time, or it was not refused, or both clocks
    agree well enough, or the server does not say what its own says (RFC 9110 section 6.6.1).
    """
    if hop.status_code not in _REFUSALS:
        return None
    signed, answered = _signed_at(hop), _answered_at(hop)
    if signed is None or answered is None:
        return None
    ahead = signed - answered
    return ahead if abs(ahead) >= MOST_APART else None


def _signed_at(hop: Hop) -> float | None:
    """Return the time that stands in the head as it was sent, in seconds since 1970."""
    head = hop.sent_head.decode("latin-1")
    amz, oauth = _AMZ_TIME.search(head), _OAUTH_TIME.search(head)
    try:
        if amz is not None:
            return datetime.strptime(amz[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
    return float(oauth[1]) if oauth is not None else None


def _answered_at(hop: Hop) -> float | None:
    from email.utils import parsedate_to_datetime

    dates = [value for name, value in hop.response_headers if name.lower() == "date"]
    try:
        return parsedate_to_datetime(dates[0]).timestamp() if dates else None
    except ValueError:
        return None
