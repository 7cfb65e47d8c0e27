"""What came back: status, headers as received, and a handle on the spooled body."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from httpdesk.model.tls_errors import CertificateFacts


class BodyHandle(Protocol):
    """The decoded bytes of a body, wherever they are spooled; reading never loads it whole."""

    @property
    def size(self) -> int:
        """The number of bytes that have arrived, decoded."""

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; shorter at the end."""

    def close(self) -> None:
        """Give the memory or the file back; reading afterwards raises ValueError."""


class Arrivals(Protocol):
    """When the bytes of a body came; may be asked on any thread while it grows."""

    def at(self, offset: int) -> float | None:
        """Return the Unix time in seconds at which the byte at `offset` came, decoded."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds per phase, HAR's names; None where the phase did not happen."""

    blocked: float | None = None
    dns: float | None = None
    connect: float | None = None
    proxy: float | None = None
    """The talk with a proxy until it lets us through; HAR has no name for it."""
    ssl: float | None = None
    send: float | None = None
    wait: float | None = None
    receive: float | None = None

    @property
    def total(self) -> float:
        """The sum of all phases that happened, in milliseconds."""
        return sum(ms for _, ms in self.phases())

    def phases(self) -> tuple[tuple[str, float], ...]:
        """Return (name, milliseconds) of the phases that happened, in their order."""
        names = ("blocked", "dns", "connect", "proxy", "ssl", "send", "wait", "receive")
        return tuple((name, ms) for name in names if (ms := getattr(self, name)) is not None)


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """The connection that carried a hop."""

    address: str = ""
    """The peer's IP address and port, such as `127.0.0.1:8080` or `[::1]:8080`."""
    reused: bool = False
    tls_version: str = ""
    tls_cipher: str = ""
    certificate_checked: bool = True
    """False when certificate errors were ignored for this connection."""
    proxy: str = ""
    """The proxy's URL without a sign-in; `address` is the proxy's then."""
    chain: tuple[CertificateFacts, ...] = ()
    """The server's certificates, its own first; empty without TLS."""
    alpn: str = ""
    client_certificate: str = ""
    """The path of the certificate that was offered to the server."""
    ca_file: str = ""
    """The file that replaced the system's authorities."""


class LengthDoubt(Enum):
    """Why two readers could see two different ends of a body (RFC 9112 section 6.3)."""

    REPEATED_LENGTH = "repeated length"
    """Several Content-Length values that differ."""
    LENGTH_AND_CHUNKED = "length and chunked"
    """Both Content-Length and Transfer-Encoding; the length was not used."""
    INVALID_LENGTH = "invalid length"
    """A Content-Length that is no number, or a negative one."""
    MORE_THAN_LENGTH = "more than length"
    """Bytes came behind the end of the body."""


@dataclass(frozen=True, slots=True)
class InterimResponse:
    """A 1xx answer that came before the final one."""

    status_code: int
    reason_phrase: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """A whole response, or as much of one as arrived."""

    status_code: int
    reason_phrase: str
    http_version: str
    """Such as `HTTP/1.1`."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Order, case and repeats as received (statement 56)."""
    body: BodyHandle = field(repr=False)
    url: str = field(default="", repr=False)
    """The URL of the last hop."""
    wire_size: int = 0
    """Body bytes as they came over the wire, before decoding."""
    raw_body: BodyHandle | None = field(default=None, repr=False)
    """The undecoded bytes, kept only when decoding failed (statement 58)."""
    doubts: tuple[LengthDoubt, ...] = ()
    """What makes the body's length ambiguous; the connection was not used again."""
    arrivals: Arrivals | None = field(default=None, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """Return the first value of `name`, whatever its case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
