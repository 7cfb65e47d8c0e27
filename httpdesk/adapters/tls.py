"""TLS as the route of a request asks for it: a context for each set of options, and handshakes."""

from __future__ import annotations

import os
import re
import socket
import ssl
import sys
import threading
from collections import OrderedDict
from typing import Any, NamedTuple, cast

from httpdesk.adapters.tls_facts import chain_facts, inner_object
from httpdesk.adapters.tls_files import Stamp, load_authorities, load_client_certificate, stamp
from httpdesk.adapters.tls_over_tls import TlsOverTls
from httpdesk.model.network import TlsOptions, TlsVersion

CONTEXTS = 16
"""So many sets of options are kept ready; a route that comes back after more costs 35 ms."""

NATIVE_VERIFIER = sys.platform in {"darwin", "win32"}
"""Whether the system checks certificates itself, with a store that is not files."""

_STORES_BY_HAND = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep their authorities, for a Python whose OpenSSL looks elsewhere."""

_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d+")

_MINIMUM = {
    TlsVersion.TLS_1_2: ssl.TLSVersion.TLSv1_2,
    TlsVersion.TLS_1_3: ssl.TLSVersion.TLSv1_3,
}


class ClientTls:
    """What one set of options needs to shake hands; may be used from several threads.

    The context is made by the first `load` or `wrap`.
    """

    def __init__(
        self, options: TlsOptions, store: SystemStore, *, system_too: bool = False
    ) -> None:
        """With `system_too` the options' CA file adds to the system's authorities."""
        self.options = options
        self._store = store
        self._uses_system = options.verify and (system_too or not options.ca_file)
        self._native = self._uses_system and NATIVE_VERIFIER
        self._lock = threading.Lock()
        self._contexts: list[ssl.SSLContext] = []

    def load(self) -> None:
        """Read the files now, before a connection is made; raises tls_files.TlsFileError."""
        self._give_back(self._take())

    def wrap(self, sock: socket.socket, host: str) -> ssl.SSLSocket:
        """Return `sock` after the handshake with `host`, a name or an address.

        Raises TlsFileError, OSError or ssl.SSLError; the latter has in `presented_chain` what the
        server presented until then.
        """
        context = self._take()
        try:
            return _shake_hands(context, sock, host)
        finally:
            self._give_back(context)

    def _take(self) -> ssl.SSLContext:
        """Return a context: the one for all, or one that nobody uses at the moment.

        The system's own verifier locks its context during the whole handshake, so each handshake
        has one for itself: a server that stalls must not hold up the others.
        """
        with self._lock:
            if not self._contexts:
                return self._make()
            return self._contexts.pop() if self._native else self._contexts[0]

    def _give_back(self, context: ssl.SSLContext) -> None:
        with self._lock:
            if self._native or not self._contexts:
                self._contexts.append(context)

    def _make(self) -> ssl.SSLContext:
        context = _native_context() if self._native else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        options = self.options
        context.minimum_version = _MINIMUM[options.minimum_version]
        # Early releases of Python 3.11 set it, and would take a cut connection for a whole answer.
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        # Other versions of HTTP are not spoken here; the server is to know before it answers.
        context.set_alpn_protocols(["http/1.1"])
        # Some servers ask for a certificate when they know which path is wanted.
        context.post_handshake_auth = True
        if not options.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif options.ca_file:
            load_authorities(context, options.ca_file)
        if self._uses_system and not self._native:
            self._store.load_into(context)
        if options.client_certificate is not None:
            load_client_certificate(context, options.client_certificate)
        return context


class TlsContexts:
    """Keeps a `ClientTls` for each set of options, and makes a new one when its files changed.

    Nothing of the environment is obeyed: neither SSL_CERT_FILE and SSL_CERT_DIR nor the variables
    of requests and curl say whom to believe, and SSLKEYLOGFILE would write the keys of every
    connection to a file that the user did not ask for here.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, tuple[tuple[Stamp, ...], ClientTls]] = OrderedDict()
        self._store: SystemStore | None = None

    def of(self, options: TlsOptions, *, system_too: bool = False) -> ClientTls:
        """Return the same object until the options' files, or those of the system, change."""
        store = self._store = self._store or system_store()
        key = options, system_too
        stamps = tuple(stamp(path) for path in (*store.files, *_files(options)))
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept[0] != stamps:
                kept = self._kept[key] = stamps, ClientTls(options, store, system_too=system_too)
            self._kept.move_to_end(key)
            if len(self._kept) > CONTEXTS:
                self._kept.popitem(last=False)
        return kept[1]

    def wrap_for_proxy(self, options: TlsOptions, sock: socket.socket, host: str) -> ssl.SSLSocket:
        """Return `sock` after the handshake with an HTTPS proxy, on the way of these `options`.

        Its certificate is checked always: what a request ignores is meant for its server, and the
        proxy is told the sign-in. The authorities are the system's and those of the CA file.
        Raises as `ClientTls.wrap` does.
        """
        mine = TlsOptions(ca_file=options.ca_file, minimum_version=options.minimum_version)
        return self.of(mine, system_too=True).wrap(sock, host)


_Key = tuple[TlsOptions, bool]


def _files(options: TlsOptions) -> tuple[str, ...]:
    """Return the paths that the options name, empty ones included."""
    certificate = options.client_certificate
    shown = (certificate.path, certificate.key_path) if certificate is not None else ()
    return (options.ca_file, *shown)


class SystemStore(NamedTuple):
    """Where this system keeps the authorities it believes, for OpenSSL; empty where it does not."""

    cafile: str = ""
    capath: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """What changes when an authority is added."""
        return tuple(filter(None, self))

    def load_into(self, context: ssl.SSLContext) -> None:
        """Let `context` believe these authorities.

        They are read once here; truststore would read them again at every handshake, under a lock
        for all connections.
        """
        if self.files:
            context.load_verify_locations(self.cafile or None, self.capath or None)


def system_store() -> SystemStore:
    """Return the store that OpenSSL was built for, or the first that is found elsewhere."""
    if NATIVE_VERIFIER:
        return SystemStore()
    cafile, capath = _built_for()
    store = SystemStore(
        cafile if os.path.isfile(cafile) else "", capath if _has_authorities(capath) else ""
    )
    if store.files:
        return store
    return SystemStore(next((path for path in _STORES_BY_HAND if os.path.isfile(path)), ""))


def _built_for() -> tuple[str, str]:
    # Without what the variables of the environment put in their place.
    paths = ssl.get_default_verify_paths()
    return paths.openssl_cafile, paths.openssl_capath


def _has_authorities(capath: str) -> bool:
    try:
        return any(_HASHED_NAME.fullmatch(name) for name in os.listdir(capath))
    except OSError:
        return False


def _native_context() -> ssl.SSLContext:
    """Return a context that asks the system's own verifier."""
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _wrapped(context: ssl.SSLContext, sock: socket.socket, host: str) -> ssl.SSLSocket:
    """Return `sock` before the handshake, also when it leads through a TLS connection already."""
    if isinstance(sock, ssl.SSLSocket):
        inside: Any = TlsOverTls(sock, context, host)
        return cast(ssl.SSLSocket, inside)
    # A cut connection must not look like one that was closed (RFC 9112 section 9.8).
    return context.wrap_socket(
        sock, server_hostname=host, do_handshake_on_connect=False, suppress_ragged_eofs=False
    )


def _shake_hands(context: ssl.SSLContext, sock: socket.socket, host: str) -> ssl.SSLSocket:
    wrapped = _wrapped(context, sock, host)
    # The system's verifier closes the socket before it says no.
    inner = inner_object(wrapped)
    try:
        wrapped.do_handshake()
    except BaseException as error:
        if isinstance(error, ssl.SSLError):
            error.presented_chain = chain_facts(inner)  # type: ignore[attr-defined]
        wrapped.close()
        raise
    return wrapped
