"""How a request travels: through which proxy, and which certificates are believed and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.network_choices import ProxyMode, TlsRule


class TlsVersion(Enum):
    """A version of TLS; the value is how it is written."""

    TLS_1_2 = "1.2"
    TLS_1_3 = "1.3"


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What this computer shows a server that asks who it is."""

    path: str
    """A PEM file, which may hold the key too, or a PKCS#12 file (`.p12`, `.pfx`)."""
    key_path: str = ""
    """The key's PEM file; empty when it is in `path`."""
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """What a connection asks of TLS; two connections with other options never share a socket."""

    verify: bool = True
    """False ignores every certificate error (statement 74)."""
    ca_file: str = ""
    """A PEM file whose authorities replace those of the system; empty for the system's."""
    client_certificate: ClientCertificate | None = None
    minimum_version: TlsVersion = TlsVersion.TLS_1_2


class ProxyKind(Enum):
    """How one talks to a proxy; the value is the scheme of its URL."""

    HTTP = "http"
    HTTPS = "https"
    SOCKS5 = "socks5"
    """Names are looked up by the proxy."""


DEFAULT_PROXY_PORTS = {ProxyKind.HTTP: 80, ProxyKind.HTTPS: 443, ProxyKind.SOCKS5: 1080}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and the sign-in to it; its text never holds the sign-in."""

    kind: ProxyKind
    host: str
    port: int
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind.value}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Route:
    """How one request travels."""

    proxy: Proxy | None = None
    tls: TlsOptions = field(default_factory=TlsOptions)


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """What the user chose for all requests; `engine.routing` makes the route of each from it."""

    proxy_mode: ProxyMode = ProxyMode.NONE
    proxy_url: str = field(default="", repr=False)
    """`http://`, `https://` or `socks5://` host and port, for MANUAL; may hold a user name."""
    proxy_password: str = field(default="", repr=False)
    proxy_exceptions: str = ""
    """Hosts that are reached directly: names, `*.name`, addresses, `10.0.0.0/8`, commas between."""
    minimum_tls: TlsVersion = TlsVersion.TLS_1_2
    tls_rules: tuple[TlsRule, ...] = ()
    """The first rule whose host fits and that says something decides, each option by itself."""
    passphrases: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(path of a client certificate, its passphrase)."""
