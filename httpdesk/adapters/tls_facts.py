"""What a server presented in a TLS handshake, as plain values."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from httpdesk.model.errors import CertificateFacts
from httpdesk.model.network import TlsOptions
from httpdesk.model.response import ConnectionFacts

_PEM, _DER = 1, 2
"""`_ssl.ENCODING_PEM` and `_ssl.ENCODING_DER`."""


def connection_facts(
    sock: ssl.SSLSocket, options: TlsOptions, facts: ConnectionFacts
) -> ConnectionFacts:
    """Return `facts` with what was agreed on in the handshake, and what the server presented."""
    cipher = sock.cipher()
    certificate = options.client_certificate
    return replace(
        facts,
        tls_version=sock.version() or "",
        tls_cipher=cipher[0] if cipher else "",
        certificate_checked=options.verify,
        chain=chain_facts(inner_object(sock)),
        alpn=sock.selected_alpn_protocol() or "",
        client_certificate=certificate.path if certificate else "",
        ca_file=options.ca_file,
    )


def inner_object(sock: ssl.SSLSocket) -> Any:
    """Return what does the TLS inside of `sock`; it outlives the closing of the socket.

    It is private. The public way to the chain came with Python 3.13 and gives bytes only, which
    nothing in the standard library takes apart; the inner object has had both since 3.10.
    """
    return getattr(sock, "_sslobj", None)


def chain_facts(inner: Any) -> tuple[CertificateFacts, ...]:
    """Return what the server presented, its own certificate first; empty when it did not yet."""
    get_chain = getattr(inner, "get_unverified_chain", None)
    chain = get_chain() if get_chain is not None else None
    return tuple(_facts(certificate) for certificate in chain or ())


def _facts(certificate: Any) -> CertificateFacts:
    info = certificate.get_info()
    return CertificateFacts(
        subject=_name(info.get("subject", ())),
        issuer=_name(info.get("issuer", ())),
        names=tuple(value for _, value in info.get("subjectAltName", ())),
        not_before=_moment(info.get("notBefore")),
        not_after=_moment(info.get("notAfter")),
        sha256=hashlib.sha256(certificate.public_bytes(_DER)).hexdigest(),
        pem=certificate.public_bytes(_PEM),
    )


def _name(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    return ", ".join(f"{key}={value}" for part in parts for key, value in part)


def _moment(text: str | None) -> str:
    if not text:
        return ""
    moment = datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
    return moment.isoformat().replace("+00:00", "Z")
