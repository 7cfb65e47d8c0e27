"""Handshakes and certificates that failed, and files that TLS cannot use."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.send_errors import SendFailed


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
