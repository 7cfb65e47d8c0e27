"""Sends that brought no whole response."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from httpdesk.model.error_base import HttpDeskError, Phase, Sent
from httpdesk.model.request_errors import UrlReason

if TYPE_CHECKING:
    from httpdesk.model.questions import Question


@dataclass(eq=False, kw_only=True)
class SendFailed(HttpDeskError):
    """A send that brought no whole response."""

    phase: Phase
    sent: Sent = Sent.NOTHING
    elapsed_ms: float = 0.0
    host: str = ""
    port: int = 0
    detail: str = ""
    """The exact text of the library or system, without secrets, for the Details column."""


@dataclass(eq=False, kw_only=True)
class NameLookupFailed(SendFailed):
    """The host has no address, or the name server did not answer."""


@dataclass(eq=False, kw_only=True)
class ConnectFailed(SendFailed):
    """No TCP connection came about."""

    address: str = ""


@dataclass(eq=False, kw_only=True)
class ConnectionRefused(ConnectFailed):
    """The computer answered and refused the connection."""


@dataclass(eq=False, kw_only=True)
class TimedOut(SendFailed):
    """The attempt's deadline passed (statement 67)."""

    limit_ms: int
    proxy: str = ""
    """The proxy that had not let the request through by then, without a sign-in."""


@dataclass(eq=False, kw_only=True)
class TotalTimedOut(TimedOut):
    """The limit over all attempts and waits passed, or leaves no time for the next attempt."""

    between_attempts: bool = False


@dataclass(eq=False, kw_only=True)
class ProxyFailed(SendFailed):
    """The proxy refused, or did not answer; nothing of the request was sent."""

    proxy: str = ""
    """Its URL without a sign-in."""
    status_code: int | None = None
    """Of its answer, such as 407 when it wants a sign-in; None when there was no HTTP answer."""
    refused: bool = False
    """Whether the sign-in was refused, or one is needed."""


@dataclass(eq=False, kw_only=True)
class ConnectionClosed(SendFailed):
    """The server closed or reset the connection before it answered."""


@dataclass(eq=False, kw_only=True)
class UploadChanged(SendFailed):
    """A file changed its length or could not be read on while it was being sent."""

    path: str


@dataclass(eq=False, kw_only=True)
class MalformedResponse(SendFailed):
    """What came back is not an HTTP response that can be read."""

    raw: bytes = field(default=b"", repr=False)
    """The first bytes as received, at most 1 KiB."""


class HeadBound(Enum):
    """A bound on what comes before a response's body (security.md R2)."""

    HEADER_LINES = "header lines"
    BYTES = "bytes of head"
    INTERIM_RESPONSES = "interim responses"


@dataclass(eq=False, kw_only=True)
class HeadTooLarge(MalformedResponse):
    """The head of the response passes a bound."""

    exceeded: HeadBound
    limit: int


@dataclass(eq=False, kw_only=True)
class MalformedBody(MalformedResponse):
    """The chunks of the body cannot be read on; what came before is kept."""


@dataclass(eq=False, kw_only=True)
class IncompleteBody(SendFailed):
    """The body ended early; what came is kept."""

    received: int
    expected: int | None = None


@dataclass(eq=False, kw_only=True)
class UndecodableBody(SendFailed):
    """The Content-Encoding could not be undone; the raw bytes are kept (statement 58)."""

    coding: str


@dataclass(eq=False, kw_only=True)
class BodyTooLarge(SendFailed):
    """The decoded body passed the bound; what came up to it is kept."""

    limit: int


@dataclass(eq=False, kw_only=True)
class TooManyRedirects(SendFailed):
    """More redirects than allowed (statement 72)."""

    limit: int


@dataclass(eq=False, kw_only=True)
class UnsupportedChallenge(SendFailed):
    """A 401 whose Digest challenges all ask for what cannot be computed (RFC 7616)."""

    algorithm: str = ""
    qop: str = ""


@dataclass(eq=False, kw_only=True)
class InvalidRedirect(SendFailed):
    """A redirect whose Location cannot or may not be followed."""

    location: str = field(default="", repr=False)
    reason: UrlReason


@dataclass(eq=False, kw_only=True)
class RetryAfterTooLong(SendFailed):
    """The server asks for a longer wait than one that is waited for (statement 63).

    Both are in seconds; `wait_s` is infinite for numbers beyond all reason.
    """

    wait_s: float
    limit_s: float


@dataclass(eq=False, kw_only=True)
class NotConfirmed(SendFailed):
    """The user did not agree to where a redirect leads; the redirect itself is the answer."""

    question: Question


@dataclass(eq=False, kw_only=True)
class PrivateAddress(SendFailed):
    """The host's address is private and the request may not go to one; becomes a question."""

    address: str


@dataclass(eq=False, kw_only=True)
class Cancelled(SendFailed):
    """The user cancelled; bytes received so far are kept (statement 69)."""

    between_attempts: bool = False
    """Whether it was in a wait for the next attempt."""
