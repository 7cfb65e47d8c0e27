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
│   ├── UnknownConnection     name
│   ├── UnusableAuth          an auth of a file: kind, owner
│   ├── UnknownEnvironment    name, and what there is
│   ├── EnvironmentCircle     environments that start from each other
│   ├── SecretNotSet          a secret variable without a value here
│   ├── ProtectedNotSent      environment and method; the user did not want it sent
│   ├── ValuesNotGiven        names of the values that were asked for
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
│   ├── UnsupportedChallenge  a Digest algorithm or qop that nobody here computes
│   ├── InvalidRedirect       location, reason
│   ├── RetryAfterTooLong     wait, limit
│   ├── NotConfirmed          the user did not agree to where a redirect leads
│   ├── PrivateAddress        the name leads to a private address; internal, becomes a question
│   └── Cancelled
├── SignInFailed              OAuth: reason, the provider's words
├── OffloadFailed             work beside the window on a large body: fault, task
├── SecretsFailed             the place where secrets are kept: reason, name of the place
│   └── PlacesRefused         where they would go was not agreed to: the question
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

from httpdesk.model.environment_errors import (
    EnvironmentCircle,
    SecretNotSet,
    UnknownEnvironment,
)
from httpdesk.model.error_base import HttpDeskError, Phase, Sent
from httpdesk.model.offload_errors import OffloadFailed, OffloadFault
from httpdesk.model.request_errors import (
    CredentialReason,
    HeaderReason,
    InvalidCredential,
    InvalidGraphQL,
    InvalidHeader,
    InvalidJsonBody,
    InvalidMethod,
    InvalidOption,
    InvalidPart,
    InvalidProxy,
    InvalidRequest,
    InvalidUrl,
    ProtectedNotSent,
    ProxyUrlReason,
    UnknownConnection,
    UnknownVariables,
    UnsupportedBody,
    UnusableAuth,
    UploadReason,
    UploadUnreadable,
    UrlPart,
    UrlReason,
    ValuesNotGiven,
    VariableBound,
    VariableLimit,
    VariablePlace,
)
from httpdesk.model.secret_errors import (
    PlacesRefused,
    SecretsFailed,
    SecretsReason,
    SignInFailed,
    SignInReason,
)
from httpdesk.model.send_errors import (
    BodyTooLarge,
    Cancelled,
    ConnectFailed,
    ConnectionClosed,
    ConnectionRefused,
    HeadBound,
    HeadTooLarge,
    IncompleteBody,
    InvalidRedirect,
    MalformedBody,
    MalformedResponse,
    NameLookupFailed,
    NotConfirmed,
    PrivateAddress,
    ProxyFailed,
    RetryAfterTooLong,
    SendFailed,
    TimedOut,
    TooManyRedirects,
    TotalTimedOut,
    UndecodableBody,
    UnsupportedChallenge,
    UploadChanged,
)
from httpdesk.model.storage_errors import (
    ConflictMarkers,
    DiskFull,
    FileChanged,
    FileNotUnderstood,
    FileUnreadable,
    FileUnwritable,
    NameTaken,
    StorageFailed,
    UnsafePath,
)
from httpdesk.model.tls_errors import (
    CertificateFacts,
    CertificateFailed,
    CertificateNotTrusted,
    CertificateNotValidNow,
    CertificateTooWeak,
    CertificateWrongHost,
    ClientCertificateFault,
    ClientCertificateRefused,
    TlsFailed,
    TlsFileReason,
    TlsFileRole,
    TlsFileUnusable,
    TlsVersionTooOld,
)

__all__ = [
    "BodyTooLarge",
    "Cancelled",
    "CertificateFacts",
    "CertificateFailed",
    "CertificateNotTrusted",
    "CertificateNotValidNow",
    "CertificateTooWeak",
    "CertificateWrongHost",
    "ClientCertificateFault",
    "ClientCertificateRefused",
    "ConflictMarkers",
    "ConnectFailed",
    "ConnectionClosed",
    "ConnectionRefused",
    "CredentialReason",
    "DiskFull",
    "EnvironmentCircle",
    "FileChanged",
    "FileNotUnderstood",
    "FileUnreadable",
    "FileUnwritable",
    "HeadBound",
    "HeadTooLarge",
    "HeaderReason",
    "HttpDeskError",
    "IncompleteBody",
    "InvalidCredential",
    "InvalidGraphQL",
    "InvalidHeader",
    "InvalidJsonBody",
    "InvalidMethod",
    "InvalidOption",
    "InvalidPart",
    "InvalidProxy",
    "InvalidRedirect",
    "InvalidRequest",
    "InvalidUrl",
    "MalformedBody",
    "MalformedResponse",
    "NameLookupFailed",
    "NameTaken",
    "NotConfirmed",
    "OffloadFailed",
    "OffloadFault",
    "Phase",
    "PlacesRefused",
    "PrivateAddress",
    "ProtectedNotSent",
    "ProxyFailed",
    "ProxyUrlReason",
    "RetryAfterTooLong",
    "SecretNotSet",
    "SecretsFailed",
    "SecretsReason",
    "SendFailed",
    "Sent",
    "SignInFailed",
    "SignInReason",
    "StorageFailed",
    "TimedOut",
    "TlsFailed",
    "TlsFileReason",
    "TlsFileRole",
    "TlsFileUnusable",
    "TlsVersionTooOld",
    "TooManyRedirects",
    "TotalTimedOut",
    "UndecodableBody",
    "UnknownConnection",
    "UnknownEnvironment",
    "UnknownVariables",
    "UnsafePath",
    "UnsupportedBody",
    "UnsupportedChallenge",
    "UnusableAuth",
    "UploadChanged",
    "UploadReason",
    "UploadUnreadable",
    "UrlPart",
    "UrlReason",
    "ValuesNotGiven",
    "VariableBound",
    "VariableLimit",
    "VariablePlace",
]
