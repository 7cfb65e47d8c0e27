"""Every error that HTTPDesk tells a user about, with fields instead of sentences.

HttpDeskError
├── InvalidRequest            found before anything was sent
│   ├── InvalidUrl            part, reason
│   ├── InvalidMethod
│   ├── InvalidHeader         row, part, reason
│   ├── InvalidOption         option, text
│   ├── UnknownVariables      names and where each stands
│   ├── VariableLimit         too deep or too long when filled in
│   ├── UnsupportedBody       a kind that cannot be sent yet
│   ├── UploadUnreadable      a file of the body: row, path, reason
│   ├── InvalidPart           a part's content type: row
│   ├── InvalidGraphQL        line and column in the variables
│   ├── InvalidJsonBody       line and column; the user did not want it sent
│   ├── InvalidCredential     a connection's input: reason
│   └── InvalidProxy          the proxy's URL in the settings
├── SendFailed                phase, elapsed, what left the computer, the exact text
│   ├── NameLookupFailed
│   ├── ConnectFailed         refused, unreachable, reset, no route …
│   │   └── ConnectionRefused
│   ├── TimedOut              the deadline of one attempt, in any phase
│   │   └── TotalTimedOut     the limit over all attempts and waits
│   ├── TlsFailed             handshake
│   │   ├── TlsFileUnusable   a CA file, client certificate or key: role, reason
│   │   ├── TlsVersionTooOld    the server has no version that is allowed: minimum
│   │   ├── ClientCertificateRefused  the server wants one, or another one: fault
│   │   └── CertificateFailed   the server's, for a reason without a class of its own
│   │       ├── CertificateNotTrusted
│   │       ├── CertificateWrongHost
│   │       ├── CertificateNotValidNow
│   │       └── CertificateTooWeak
│   ├── ProxyFailed
│   ├── ConnectionClosed      the server closed or reset before an answer
│   ├── UploadChanged         a file that is being sent shrank, grew or broke off
│   ├── MalformedResponse     not HTTP, bad status line, bad header line
│   │   ├── HeadTooLarge      exceeded, limit
│   │   └── MalformedBody     broken chunks; what came before is kept
│   ├── IncompleteBody        received, expected
│   ├── UndecodableBody       coding; the raw bytes are kept
│   ├── BodyTooLarge          limit
│   ├── TooManyRedirects      limit
│   ├── InvalidRedirect       location, reason
│   ├── RetryAfterTooLong     wait, limit
│   ├── NotConfirmed          the user did not agree to where a redirect leads
│   ├── PrivateAddress        the name leads to a private address; internal, becomes a question
│   └── Cancelled
├── SignInFailed              OAuth: reason, the provider's words
├── SecretsFailed             the place where secrets are kept: reason, name of the place
└── StorageFailed             path, operation
    ├── FileUnreadable        permission, vanished, is a folder …
    ├── FileNotUnderstood     not YAML, wrong shape, empty; line, column, reason
    ├── ConflictMarkers       line
    ├── FileUnwritable        read-only, permission
    ├── DiskFull
    ├── FileChanged           changed outside since it was read
    ├── NameTaken
    └── UnsafePath            leaves the collection folder, symbolic link, too long
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.questions import Question


class Phase(Enum):
    """Where in a send something happened; the values are HAR's phase names."""

    BLOCKED = "blocked"
    DNS = "dns"
    CONNECT = "connect"
    PROXY = "proxy"
    TLS = "ssl"
    SEND = "send"
    WAIT = "wait"
    RECEIVE = "receive"


class Sent(Enum):
    """How much of the request left the computer."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


class HttpDeskError(Exception):
    """The root of all errors that are told to the user; anything else is a bug of ours."""


@dataclass(eq=False)
class InvalidRequest(HttpDeskError):
    """The request cannot be sent as it stands; nothing left the computer."""


class UrlPart(Enum):
    """The part of the URL that an error points at."""

    URL = "url"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    HOST = "host"
    PORT = "port"
    PATH = "path"
    QUERY = "query"


class UrlReason(Enum):
    """Why a URL is refused (statement 8)."""

    EMPTY = "empty"
    MISSING = "missing"
    UNSUPPORTED = "unsupported"
    SPACE = "space"
    CONTROL = "control"
    OUT_OF_RANGE = "out of range"
    NOT_A_NUMBER = "not a number"
    NOT_IDNA = "not idna"
    MALFORMED = "malformed"
    OTHER_HOST = "other host"
    """A path that would take the place of the host (statement 7)."""


@dataclass(eq=False)
class InvalidUrl(InvalidRequest):
    """The URL is refused: which part, why, and where in the typed text it starts."""

    part: UrlPart
    reason: UrlReason
    text: str = field(default="", repr=False)
    """The offending part as typed."""
    position: int = 0


@dataclass(eq=False)
class InvalidMethod(InvalidRequest):
    """The method is not a token (RFC 9110 section 5.6.2)."""

    method: str


class HeaderReason(Enum):
    """Why a header row is refused (statement 18)."""

    EMPTY_NAME = "empty name"
    NAME_NOT_TOKEN = "name is not a token"
    CONTROL = "control character"
    NOT_LATIN1 = "not latin-1"
    FRAMING = "framing"
    """A hand-written Transfer-Encoding, a wrong Content-Length or a second Host: two readers could
    see two different messages."""


@dataclass(eq=False)
class InvalidHeader(InvalidRequest):
    """A header row is refused; `row` counts from 0 over all rows, `position` is the character.

    `row` is -1 for a header that the collection or a folder hands down.
    """

    row: int
    name: str
    reason: HeaderReason
    position: int = 0


@dataclass(eq=False)
class InvalidOption(InvalidRequest):
    """An option has a value out of its range, such as a success range that is not one."""

    option: str
    text: str


@dataclass(frozen=True, slots=True)
class VariablePlace:
    """Where an unknown name stands: a field such as `url` or `header 2`, and the character.

    The number in the field counts from 1; `row` is the same from 0.
    """

    name: str
    field: str
    position: int
    row: int | None = None
    via: str = ""
    """The variable whose value holds the unknown name, when it is not in the field itself."""


@dataclass(eq=False)
class UnknownVariables(InvalidRequest):
    """Names without a value; nothing is sent and all are listed (statement 83)."""

    places: tuple[VariablePlace, ...]
    cycle: bool = False
    """True when the names refer to each other in a circle."""

    @property
    def names(self) -> tuple[str, ...]:
        """The unknown names, each once, in order of appearance."""
        return tuple(dict.fromkeys(place.name for place in self.places))


class VariableBound(Enum):
    """A bound on filling in variables (security.md R7)."""

    DEPTH = "depth"
    LENGTH = "length"


@dataclass(eq=False)
class VariableLimit(InvalidRequest):
    """Filling in `name` in `field` passes a bound: levels of nesting, or characters."""

    name: str
    field: str
    bound: VariableBound
    limit: int


@dataclass(eq=False)
class UnsupportedBody(InvalidRequest):
    """The body is of a kind that is kept in the file but cannot be sent yet."""

    kind: str


class UploadReason(Enum):
    """Why a file cannot be sent (statement 48)."""

    NOT_CHOSEN = "not chosen"
    MISSING = "missing"
    NOT_A_FILE = "not a file"
    FORBIDDEN = "forbidden"
    OUTSIDE = "outside"
    """A relative path that leaves the collection's folder; a collection of somebody else could
    name any file that way."""
    NO_FOLDER = "no folder"
    """A relative path of a request that lies in no folder."""
    UNREADABLE = "unreadable"


@dataclass(eq=False)
class UploadUnreadable(InvalidRequest):
    """A file of the body cannot be read; found before any connection opens (statement 48).

    `row` counts from 0 over all rows of a multipart form; it is None for a file body.
    """

    row: int | None
    name: str
    """The name of the row."""
    path: str
    reason: UploadReason
    detail: str = ""


@dataclass(eq=False)
class InvalidPart(InvalidRequest):
    """The content type of a part holds a control character."""

    row: int
    name: str


@dataclass(eq=False)
class InvalidGraphQL(InvalidRequest):
    """The variables are no JSON object; line and column count from 1 in what was typed."""

    line: int
    column: int
    fault: str
    """A value of `engine.json_check.JsonFault`."""


@dataclass(eq=False)
class InvalidJsonBody(InvalidRequest):
    """The user did not want a body sent that is no JSON (statement 41)."""

    line: int
    column: int
    fault: str
    """A value of `engine.json_check.JsonFault`."""


class CredentialReason(Enum):
    """Why a connection cannot sign a request in."""

    MISSING = "missing"
    """The secret has not been entered, or there is no token yet."""
    COLON = "colon"
    """A user name with a colon, which Basic cannot say (RFC 7617 section 2)."""
    CONTROL = "control"
    """A line break or another control character, which no header can hold."""


@dataclass(eq=False)
class InvalidCredential(InvalidRequest):
    """The credential of a connection cannot be sent; `field` names the input that is meant."""

    reason: CredentialReason
    field: str
    connection: str = ""


class ProxyUrlReason(Enum):
    """Why a proxy's URL cannot be used."""

    EMPTY = "empty"
    SCHEME = "scheme"
    HOST = "host"
    PORT = "port"


@dataclass(eq=False)
class InvalidProxy(InvalidRequest):
    """The proxy's URL in the settings, the system or on the command line is none."""

    reason: ProxyUrlReason
    text: str = field(default="", repr=False)
    """The URL without a sign-in."""
    from_system: bool = False


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
class TlsFailed(SendFailed):
    """The TLS handshake failed for a reason that is not the certificate."""


class TlsFileRole(Enum):
    """What a file is used for in TLS."""

    CA = "ca"
    CERTIFICATE = "certificate"
    KEY = "key"


class TlsFileReason(Enum):
    """Why a file cannot be used for TLS."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    NOT_UNDERSTOOD = "not understood"
    """Neither PEM nor PKCS#12, or without what is looked for."""
    PASSPHRASE_NEEDED = "passphrase needed"
    PASSPHRASE_WRONG = "passphrase wrong"
    NO_KEY = "no key"
    KEY_MISMATCH = "key mismatch"
    """The key is not the certificate's."""
    TOO_WEAK = "too weak"
    """Key or signature are of a kind that is not used any more."""


@dataclass(eq=False, kw_only=True)
class TlsFileUnusable(TlsFailed):
    """A CA file, client certificate or key cannot be used; found before a connection is made."""

    role: TlsFileRole
    reason: TlsFileReason
    path: str


@dataclass(eq=False, kw_only=True)
class TlsVersionTooOld(TlsFailed):
    """The server offers no version of TLS from `minimum` on, such as `1.3`."""

    minimum: str


class ClientCertificateFault(Enum):
    """What a server has against the client's certificate; it says no more than that."""

    WANTED = "wanted"
    """It got none that it could use."""
    UNKNOWN_AUTHORITY = "unknown authority"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_ACCEPTED = "not accepted"


@dataclass(eq=False, kw_only=True)
class ClientCertificateRefused(TlsFailed):
    """The server wants to be shown a certificate, and did not accept what it got.

    With TLS 1.3 it says so when the handshake is over and the request may have been sent.
    """

    fault: ClientCertificateFault
    certificate: str = ""
    """The path of the one that was offered; empty when none was."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What is known of one certificate of the server's chain."""

    subject: str
    issuer: str
    names: tuple[str, ...] = ()
    not_before: str = ""
    """RFC 3339, UTC."""
    not_after: str = ""
    sha256: str = ""
    pem: str = field(default="", repr=False, compare=False)


@dataclass(eq=False, kw_only=True)
class CertificateFailed(TlsFailed):
    """The server's certificate was refused; nothing of the request was sent."""

    chain: tuple[CertificateFacts, ...] = ()
    verify_code: int = 0


@dataclass(eq=False, kw_only=True)
class CertificateNotTrusted(CertificateFailed):
    """The chain ends at an authority that this computer does not know."""


@dataclass(eq=False, kw_only=True)
class CertificateWrongHost(CertificateFailed):
    """The certificate covers other host names."""


@dataclass(eq=False, kw_only=True)
class CertificateNotValidNow(CertificateFailed):
    """The certificate has expired, or is not valid yet."""


@dataclass(eq=False, kw_only=True)
class CertificateTooWeak(CertificateFailed):
    """A key or signature in the chain can be forged with the means of today."""


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
class InvalidRedirect(SendFailed):
    """A redirect whose Location cannot or may not be followed."""

    location: str
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


class SignInReason(Enum):
    """Why a sign-in or a token call of OAuth brought no token."""

    CANCELLED = "cancelled"
    TIMED_OUT = "timed out"
    PORT_BUSY = "port busy"
    """Another program listens on the port that the browser is to come back to."""
    PROVIDER_ERROR = "provider error"
    """The provider answered with an error of RFC 6749, sections 4.1.2.1 and 5.2."""
    WRONG_ISSUER = "wrong issuer"
    """The answer is another provider's (RFC 9207)."""
    INSECURE_URL = "insecure url"
    """A URL of the provider is http to another computer (statement 36)."""
    INVALID_URL = "invalid url"
    MALFORMED_TOKEN = "malformed token"
    """The token endpoint's answer holds no token that can be used."""


@dataclass(eq=False, kw_only=True)
class SignInFailed(HttpDeskError):
    """No token was had; `error` and `description` are the provider's words, shortened."""

    reason: SignInReason
    error: str = ""
    description: str = ""
    url: str = field(default="", repr=False)
    """The endpoint that is meant, without its query."""
    status_code: int | None = None
    """Of the token endpoint's answer."""
    port: int = 0
    seconds: float = 0.0


class SecretsReason(Enum):
    """Why a secret can be neither read nor kept."""

    NO_STORE = "no store"
    """The system offers no place for secrets that is known to be safe."""
    LOCKED = "locked"
    """It is locked, and was not unlocked when it asked."""
    NO_ANSWER = "no answer"
    """It did not answer in time."""
    INCOMPLETE = "incomplete"
    """A part of a long secret is missing or is not what was kept."""
    FAILED = "failed"


@dataclass(eq=False, kw_only=True)
class SecretsFailed(HttpDeskError):
    """A secret could not be read or kept; it is never taken for an empty one.

    `store` names the place for the user, `detail` is the system's text, without secrets.
    """

    reason: SecretsReason
    store: str = ""
    detail: str = ""


@dataclass(eq=False, kw_only=True)
class StorageFailed(HttpDeskError):
    """A file or folder could not be read or written."""

    path: str
    detail: str = ""


@dataclass(eq=False, kw_only=True)
class FileUnreadable(StorageFailed):
    """The file is gone, is not a regular file, or may not be read."""


@dataclass(eq=False, kw_only=True)
class FileNotUnderstood(StorageFailed):
    """The text is not what it should be; line and column count from 1, 0 when unknown."""

    line: int = 0
    column: int = 0
    reason: str = ""


@dataclass(eq=False, kw_only=True)
class ConflictMarkers(StorageFailed):
    """The file holds the markers of an unfinished merge; `line` is the first one's."""

    line: int


@dataclass(eq=False, kw_only=True)
class FileUnwritable(StorageFailed):
    """The file or folder may not be written."""


@dataclass(eq=False, kw_only=True)
class DiskFull(StorageFailed):
    """There is no room left; the old file is whole. `needed` is in bytes."""

    needed: int = 0


@dataclass(eq=False, kw_only=True)
class FileChanged(StorageFailed):
    """The file on disk is not the one that was read; nothing was overwritten."""


@dataclass(eq=False, kw_only=True)
class NameTaken(StorageFailed):
    """Something of that name is there already, perhaps differing in case only."""


@dataclass(eq=False, kw_only=True)
class UnsafePath(StorageFailed):
    """The path leaves the collection folder, is a symbolic link, or is too long."""
