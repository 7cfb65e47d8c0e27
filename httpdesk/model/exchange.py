"""What was resolved, what was sent, and what came back or went wrong."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from httpdesk.model.cookies import CookieReceipt
from httpdesk.model.network import Route
from httpdesk.model.paging import PagesEnd, PagesTaken
from httpdesk.model.request import Options, SetVariable
from httpdesk.model.response import ConnectionFacts, InterimResponse, Response, Timings

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.connection import Connection
    from httpdesk.model.error_base import HttpDeskError
    from httpdesk.model.questions import Question


class Origin(Enum):
    """Where a part of the resolved request comes from; shown in the From column."""

    REQUEST = "request"
    FOLDER = "folder"
    COLLECTION = "collection"
    ENVIRONMENT = "environment"
    CONNECTION = "connection"
    AUTH = "auth"
    """The `auth` of the request's, a folder's or the collection's file."""
    RUNTIME = "runtime"
    """A value that the running program gives, such as the sample server's address."""
    RESPONSE = "response"
    """A value out of an earlier response."""
    WORKSPACE = "workspace"
    """The variables of the whole workspace."""
    PROCESS = "process.env"
    """A variable of the operating system's environment."""
    GENERATED = "generated"
    """A value made anew for each send, such as a UUID."""
    URL = "url"
    BODY = "body"
    RESPONSE_TYPE = "response type"
    COOKIES = "cookies"
    PROXY = "proxy"
    """The sign-in to a proxy."""
    REDIRECT = "redirect"
    """The answer that led to this request."""
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class ResolvedUrl:
    """A URL taken apart without changing it; `target` is what goes on the request line."""

    scheme: str
    host: str
    """As typed, without brackets; may be non-ASCII."""
    host_ascii: str
    """Its IDNA form (statement 9); equal to `host` for ASCII names and addresses."""
    port: int
    target: str = field(repr=False)
    """Origin-form, RFC 9112 section 3.2.1: path and query, byte for byte as they leave."""
    explicit_port: bool = False

    @property
    def authority(self) -> str:
        """Host and port as in the Host header; the port is left out unless it was typed."""
        host = f"[{self.host_ascii}]" if ":" in self.host_ascii else self.host_ascii
        return f"{host}:{self.port}" if self.explicit_port else host

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port, to be compared (RFC 6454 section 4)."""
        return (self.scheme, self.host_ascii.lower(), self.port)

    @property
    def display(self) -> str:
        """The URL with the host as typed (statement 9)."""
        if self.host == self.host_ascii:
            return str(self)
        port = f":{self.port}" if self.explicit_port else ""
        return f"{self.scheme}://{self.host}{port}{self.target}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


@dataclass(frozen=True, slots=True)
class ResolvedHeader:
    """One header line as it will leave, and who asked for it."""

    name: str
    value: str = field(repr=False)
    origin: Origin = Origin.REQUEST
    row: int | None = None
    """The row of the request's header table, for origin REQUEST."""
    level: str = ""
    """The name of the folder or collection that hands it down."""


class BodySource(Protocol):
    """A body that is read while it is sent; each `chunks` starts again from its first byte."""

    @property
    def size(self) -> int:
        """The number of bytes."""

    def chunks(self) -> Generator[bytes | memoryview, None, None]:
        """Yield the bytes; a memoryview holds only until the next one is asked for.

        Raises SourceChangedError where a file is no longer what `size` says.
        """


class SourceChangedError(Exception):
    """A file shrank, grew or failed while it was read; `path` names it."""

    def __init__(self, path: str, detail: str = "") -> None:
        super().__init__(path, detail)
        self.path = path
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Signature:
    """Header lines, query pairs and fields of a form that were made for one request."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """For the end of a body that is a form."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """What is secret of it, in every form that is sent."""


class RequestSigner(Protocol):
    """Signs the requests of one send with the secrets of a connection.

    It remembers what servers asked for, and is used on one thread.
    """

    @property
    def in_headers(self) -> bool:
        """Whether the signature stands in the headers, where a pending line keeps its place."""

    def sign(self, request: ResolvedRequest, cancelled: Callable[[], bool]) -> Signature:
        """Return the signature of `request` as it is about to leave; empty before a challenge.

        Raises SourceChangedError where a file of the body cannot be read. What comes back once
        `cancelled` says so is worth nothing.
        """

    def accept(self, request: ResolvedRequest, headers: Sequence[tuple[str, str]]) -> bool:
        """Take the challenge of a 401, and return whether the next signature answers it.

        Raises UnsupportedChallenge.
        """


def body_size(body: bytes | BodySource | None) -> int:
    """Return the number of bytes that a body puts on the wire."""
    if body is None:
        return 0
    return len(body) if isinstance(body, bytes) else body.size


@dataclass(frozen=True, slots=True)
class ResolvedRequest:
    """A request with every variable filled in; exactly what the transport sends."""

    method: str
    url: ResolvedUrl
    headers: tuple[ResolvedHeader, ...]
    """All header lines in their order, automatic ones included."""
    body: bytes | BodySource | None = field(default=None, repr=False)
    options: Options = field(default_factory=Options)
    overridden: tuple[ResolvedHeader, ...] = ()
    """Automatic headers that a row of the user replaced; shown struck through."""
    warnings: tuple[ResolveWarning, ...] = ()
    redirect_body_limit: int | None = None
    """Bytes worth reading of a body that comes with a followable redirect; None reads it all.

    The transport stops there without an error: a redirect's body is not shown (quality.md 10).
    """
    body_limit: int | None = None
    """The same for the body of every answer, for calls that take short ones only."""
    route: Route = field(default_factory=Route)
    """Proxy and TLS of this request; its own for each hop of a redirect."""
    allows_private_address: bool = True
    """Whether it may go to this computer and to private networks; else PrivateAddress ends it."""
    removed: tuple[ResolvedHeader, ...] = ()
    """Automatic headers that the user took out; they are not sent."""
    connection: Connection | None = None
    """The connection that signs it in."""
    connection_params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The query pairs that the connection added."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Values that the connection added: hidden wherever they stand (statement 76)."""
    signer: RequestSigner | None = field(default=None, repr=False, compare=False)
    """Puts the signature in place of the pending header, right before it is sent."""

    def header_pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the (name, value) pairs in the order they are sent."""
        return tuple((header.name, header.value) for header in self.headers)


class WarningKind(Enum):
    """Something worth saying that does not stop the send."""

    CREDENTIALS_IN_URL = "credentials in url"
    EMPTY_QUERY_KEY = "empty query key"
    EMPTY_FORM_KEY = "empty form key"
    REPEATED_HEADER = "repeated header"
    FRAGMENT_NOT_SENT = "fragment not sent"
    NON_ASCII_HEADER = "non-ASCII header"
    """The value goes out as UTF-8, which few servers expect."""
    CONTENT_TYPE_REPLACED = "content type replaced"
    """A typed Content-Type of a multipart form; the generated one has the boundary (49)."""
    HEADER_REMOVED = "header removed"
    """An automatic header without which servers may not understand the request; the subject is
    its name."""
    OVERRIDDEN_BY_CONNECTION = "overridden by connection"
    """A header or parameter of the user that the connection's replaces (statement 11); the
    subject is its name."""
    CONNECTION_NOT_ALLOWED = "connection not allowed"
    """The connection may not go to this host, so nothing of it was added (statement 21)."""
    CREDENTIAL_IN_CLEAR = "credential in clear"
    """A credential goes to another computer without TLS; the subject is the host."""
    SCHEME_ASSUMED = "scheme assumed"
    """The URL was typed without a scheme; the subject is the one that was taken."""


@dataclass(frozen=True, slots=True)
class ResolveWarning:
    """One warning: its kind and what it is about, such as the header's name."""

    kind: WarningKind
    subject: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer on the way; a redirect adds a hop."""

    method: str
    url: str = field(repr=False)
    request_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    status_code: int | None = None
    reason_phrase: str = ""
    http_version: str = ""
    """Of the answer, such as `HTTP/1.1`."""
    response_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    started_ms: float = 0.0
    """Milliseconds after the exchange began."""
    timings: Timings = field(default_factory=Timings)
    connection: ConnectionFacts | None = None
    bytes_sent: int = 0
    """Request body bytes that were handed to the socket."""
    bytes_received: int = 0
    dropped: tuple[str, ...] = ()
    """Names of headers left out because the redirect crossed to another origin (statement 22)."""
    resent: bool = False
    """Whether a kept connection was found closed and the request went out once more over a new
    one; the server had not answered with a single byte."""
    interim: tuple[InterimResponse, ...] = ()
    """The 1xx answers that came first."""
    sent_head: bytes = field(default=b"", repr=False)
    """Request line and headers as they were written to the socket."""
    sent_body: bytes = field(default=b"", repr=False)
    """The first `SENT_BODY_KEPT` bytes of the body as they were written."""
    received_preview: bytes | None = field(default=None, repr=False)
    """The first bytes of the answer's body, kept for requests that are debugged (statement 75)."""
    received_size: int = 0
    """Bytes of the answer's body, decoded."""
    confirmed: tuple[Question, ...] = ()
    """What the user agreed to so that this request was sent."""
    cookies: CookieReceipt = field(default_factory=CookieReceipt)
    """What the jar did with the cookies that the answer sets."""
    answers_challenge: bool = False
    """Whether it repeats the hop before it, signed as that one's 401 asked (RFC 7616)."""


SENT_BODY_KEPT = 64 * 1024
"""Bytes kept of a body that was sent."""
DEBUG_BODY_LIMIT = 10 * 1024
"""A longer body is told by its size in a debug log (statement 75)."""


class WaitReason(Enum):
    """What decided how long the wait between two attempts is (statement 70)."""

    FIXED = "fixed"
    BACKOFF = "backoff"
    RETRY_AFTER = "retry-after"
    POLL = "poll"
    """The work that a 202 began is asked for after it."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The pause behind an attempt that is tried again."""

    reason: WaitReason
    planned_ms: float
    elapsed_ms: float = 0.0
    """How long it really was: less than planned when it was cancelled or cut short."""
    skipped: bool = False
    """Whether the user asked for the next attempt at once."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of the whole send, redirects included; retries add attempts."""

    number: int
    hops: tuple[Hop, ...]
    error: HttpDeskError | None = None
    wait: Wait | None = None
    """The wait that followed; None for the last attempt."""
    renewed: bool = False
    """Whether it followed at once on a 401, with a renewed token; no retry (statement 32)."""
    polled: bool = False
    """Whether it asks for the state of the work that a 202 began; no retry either."""

    @property
    def started_ms(self) -> float:
        """Milliseconds after the exchange began at which the attempt began."""
        return self.hops[0].started_ms if self.hops else 0.0

    @property
    def status_code(self) -> int | None:
        """The status of the last answer, None when none came."""
        return self.hops[-1].status_code if self.hops else None

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds from the start of the first hop to the end of the last."""
        if not self.hops:
            return 0.0
        last = self.hops[-1]
        return last.started_ms + last.timings.total - self.hops[0].started_ms


@dataclass(frozen=True, slots=True)
class Exchange:
    """One send from start to end: the unit that the viewer, the history and HAR show."""

    id: str
    request: ResolvedRequest
    started_at: datetime
    """With its time zone (UTC)."""
    elapsed_ms: float
    attempts: tuple[Attempt, ...] = ()
    response: Response | None = None
    error: HttpDeskError | None = None
    """Set when no whole response came; `response` may still hold what arrived."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Values to hide wherever the exchange is shown (statement 76)."""

    taken: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Variables for later requests and their values out of the response."""
    not_taken: tuple[SetVariable, ...] = ()
    """Those whose value the response does not have (statement 85)."""
    pages: tuple[Exchange, ...] = ()
    """Each page by itself, where the answer was followed to further ones."""
    pages_taken: PagesTaken | None = None

    @property
    def redirects(self) -> int:
        """How many redirects the last attempt followed."""
        hops = self.attempts[-1].hops if self.attempts else ()
        return max(0, sum(not hop.answers_challenge for hop in hops) - 1)

    @property
    def succeeded(self) -> bool:
        """Whether a whole response came with a status in the success ranges (statement 57)."""
        taken = self.pages_taken
        if taken is not None and taken.end in (PagesEnd.FAILED, PagesEnd.CANCELLED):
            return False
        return (
            self.error is None
            and self.response is not None
            and self.request.options.is_success(self.response.status_code)
        )
