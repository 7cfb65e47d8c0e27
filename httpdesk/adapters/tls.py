"""TLS contexts over the system's certificate store, and what a refused certificate says."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import ssl
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from httpdesk.model.errors import CertificateFacts

_STORES_BY_HAND = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep their authorities, for a Python whose OpenSSL looks elsewhere."""

NATIVE_VERIFIER = sys.platform in {"darwin", "win32"}
"""Whether the system checks certificates itself, with a store that is not files."""

_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+")

_DER = 2
"""`_ssl.ENCODING_DER`."""


class _ChainKeepingSocket(ssl.SSLSocket):
    """Adds the chain that the server presented to the error that refuses it."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except ssl.SSLCertVerificationError as error:
            error.presented_chain = _chain_facts(self)  # type: ignore[attr-defined]
            raise


class TlsContexts:
    """Makes the TLS contexts of a process, each once, when first asked for.

    `ca_file` replaces the system's store (a PEM file). SSLKEYLOGFILE is not obeyed: it would
    write the keys of every connection to a file that the user did not ask for here.
    """

    def __init__(self, ca_file: Path | None = None) -> None:
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._contexts: dict[bool, ssl.SSLContext] = {}

    def wrap(self, sock: socket.socket, host: str, *, checked: bool) -> ssl.SSLSocket:
        """Return `sock` after the handshake; `checked` false ignores the certificate.

        Raises ssl.SSLError (with `presented_chain` for a refused certificate) or OSError.
        """
        return self._context(checked).wrap_socket(sock, server_hostname=host)

    def _context(self, checked: bool) -> ssl.SSLContext:
        if checked and self._ca_file is None and NATIVE_VERIFIER:
            return _native_context()
        with self._lock:
            if checked not in self._contexts:
                self._contexts[checked] = (
                    _checking_context(self._ca_file) if checked else _ignoring_context()
                )
            return self._contexts[checked]


def _native_context() -> ssl.SSLContext:
    """Return a context that asks the system's own verifier.

    It holds a lock during the whole handshake, so each connection gets its own: a server that
    stalls must not hold up the others. It loads nothing, which makes that cheap.
    """
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _checking_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that checks chain and host name.

    Elsewhere than on Windows and macOS the system's store is files. They are read once here;
    truststore would read them again at every handshake, under a lock for all connections.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = _ChainKeepingSocket
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
        return context
    context.set_default_verify_paths()
    if not _default_store_exists():
        found = next((path for path in _STORES_BY_HAND if os.path.isfile(path)), None)
        if found is not None:
            context.load_verify_locations(cafile=found)
    return context


def _default_store_exists() -> bool:
    paths = ssl.get_default_verify_paths()
    if paths.cafile:
        return True
    return bool(paths.capath) and any(
        _HASHED_NAME.fullmatch(name) for name in os.listdir(paths.capath)
    )


def _ignoring_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _chain_facts(sock: ssl.SSLSocket) -> tuple[CertificateFacts, ...]:
    """Return what the server presented, its own certificate first.

    The public way to it came with Python 3.13 and gives bytes only, which nothing in the
    standard library takes apart; the inner object has had both since 3.10.
    """
    get_chain = getattr(getattr(sock, "_sslobj", None), "get_unverified_chain", None)
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
    )


def _name(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    return ", ".join(f"{key}={value}" for part in parts for key, value in part)


def _moment(text: str | None) -> str:
    if not text:
        return ""
    moment = datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
    return moment.isoformat().replace("+00:00", "Z")
