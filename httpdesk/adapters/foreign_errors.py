"""One table from every exception of the libraries that send to our errors.

They are requests, urllib3, python-socks, ssl, socket and http.client.

The libraries wrap each other's exceptions; the innermost one knows what happened, so its row
decides. A test walks the modules and fails when a class has no row here.
"""

from __future__ import annotations

import errno
import http.client
import logging
import socket
import ssl
import traceback
from collections.abc import Callable, Iterable

import python_socks
import requests.exceptions as req
import urllib3.exceptions as lib

from httpdesk.adapters.sending import Sending
from httpdesk.adapters.tls_ends import was_cut
from httpdesk.adapters.tls_files import TlsFileError
from httpdesk.model.errors import (
    CertificateFailed,
    CertificateNotTrusted,
    CertificateNotValidNow,
    CertificateTooWeak,
    CertificateWrongHost,
    ClientCertificateFault,
    ClientCertificateRefused,
    ConnectFailed,
    ConnectionClosed,
    ConnectionRefused,
    IncompleteBody,
    MalformedResponse,
    NameLookupFailed,
    Phase,
    ProxyFailed,
    SendFailed,
    TimedOut,
    TlsFailed,
    TlsFileUnusable,
    TlsVersionTooOld,
)

_LOG = logging.getLogger(__name__)

Rule = Callable[[BaseException, Sending], SendFailed]

_CLOSED_BY_PEER = {
    errno.ECONNRESET,
    errno.ECONNABORTED,
    errno.EPIPE,
    errno.ENOTCONN,
    errno.ESHUTDOWN,
}

_CERTIFICATE_KINDS: dict[type[CertificateFailed], set[int]] = {
    CertificateNotTrusted: {2, 18, 19, 20, 21, 27, 0x800B0109, 0x800B010A, -67843, -25318},
    CertificateWrongHost: {62, 64, 0x800B010F, -67602},
    CertificateNotValidNow: {9, 10, 0x800B0101, -67818, -67819},
    CertificateTooWeak: {66, 67, 68},
}
"""Verify codes of OpenSSL (x509_vfy.h), Windows (CERT_E_… of winerror.h) and macOS (SecBase.h)."""

_OLD_VERSION = {
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "UNSUPPORTED_PROTOCOL",
    "VERSION_TOO_LOW",
}

_CLIENT_CERTIFICATE_ALERTS = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": ClientCertificateFault.WANTED,
    "TLSV1_ALERT_UNKNOWN_CA": ClientCertificateFault.UNKNOWN_AUTHORITY,
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": ClientCertificateFault.EXPIRED,
    "SSLV3_ALERT_CERTIFICATE_REVOKED": ClientCertificateFault.REVOKED,
    "SSLV3_ALERT_BAD_CERTIFICATE": ClientCertificateFault.NOT_ACCEPTED,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": ClientCertificateFault.NOT_ACCEPTED,
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": ClientCertificateFault.NOT_ACCEPTED,
    "TLSV1_ALERT_ACCESS_DENIED": ClientCertificateFault.NOT_ACCEPTED,
}
"""Alerts of RFC 8446 section 6.2 that a server sends about what the client has shown."""

_HANDSHAKE_FAILURE = "SSLV3_ALERT_HANDSHAKE_FAILURE"


def translate(error: BaseException, sending: Sending) -> SendFailed:
    """Return our error for an exception that came out of the stack in this send.

    Whatever goes wrong before a proxy lets us through is a ProxyFailed.

    Classes without a row are bugs, the stack's (such as a bare UnicodeDecodeError) or our own: the
    place is logged, and the phase decides what the user is told.
    """
    failure = _by_rule(_innermost(error), sending)
    proxy = sending.proxy_in_talk
    if proxy is None or isinstance(failure, ProxyFailed | TimedOut):
        return failure
    return sending.failure(ProxyFailed, proxy=str(proxy), detail=failure.detail)


def _by_rule(innermost: BaseException, sending: Sending) -> SendFailed:
    for kind in type(innermost).__mro__:
        if kind in RULES:
            return RULES[kind](innermost, sending)
    # The frames only: the exception's text may quote what was sent.
    frames = "".join(traceback.format_tb(innermost.__traceback__))
    _LOG.error("unexpected %s while sending\n%s", type(innermost).__name__, frames)
    return _by_phase(innermost, sending)


def unusable(error: TlsFileError, sending: Sending) -> TlsFileUnusable:
    """Return our error for a file that TLS cannot use."""
    return sending.failure(
        TlsFileUnusable, role=error.role, reason=error.reason, path=error.path, detail=error.detail
    )


def _innermost(error: BaseException) -> BaseException:
    while (inner := _inner(error)) is not None:
        error = inner
    return error


def _inner(error: BaseException) -> BaseException | None:
    candidates = (getattr(error, "reason", None), error.__cause__, *error.args)
    return next((item for item in candidates if isinstance(item, BaseException)), None)


def detail_of(error: BaseException) -> str:
    """Return the system's or OpenSSL's own text.

    Of all other exceptions the class name only: their texts quote URLs and header values.
    """
    if isinstance(error, ssl.SSLError):
        # Not every system's verifier gives a `verify_message`.
        text = getattr(error, "verify_message", "") or error.strerror
        return str(text or type(error).__name__)
    if isinstance(error, OSError) and error.strerror:
        return f"[Errno {error.errno}] {error.strerror}"
    return type(error).__name__


def _by_phase(error: BaseException, sending: Sending) -> SendFailed:
    kinds: dict[Phase, type[SendFailed]] = {
        Phase.DNS: NameLookupFailed,
        Phase.CONNECT: ConnectFailed,
        Phase.PROXY: ProxyFailed,
        Phase.TLS: TlsFailed,
        Phase.SEND: ConnectionClosed,
        Phase.WAIT: ConnectionClosed,
        Phase.RECEIVE: MalformedResponse,
    }
    return sending.failure(kinds.get(sending.phase, SendFailed), detail=detail_of(error))


def _system(error: BaseException, sending: Sending) -> SendFailed:
    code = error.errno if isinstance(error, OSError) else None
    if sending.phase is Phase.CONNECT:
        kind = ConnectionRefused if code == errno.ECONNREFUSED else ConnectFailed
        return sending.failure(kind, detail=detail_of(error), address=sending.address)
    if code in _CLOSED_BY_PEER and sending.phase is not Phase.RECEIVE:
        return sending.failure(ConnectionClosed, detail=detail_of(error))
    return _by_phase(error, sending)


def _timeout(error: BaseException, sending: Sending) -> SendFailed:
    # The kernel's own limit has a number, ours has none.
    if isinstance(error, OSError) and error.errno is not None:
        return _system(error, sending)
    return sending.timed_out()


def _certificate(error: BaseException, sending: Sending) -> SendFailed:
    code = getattr(error, "verify_code", 0)
    kind = next(
        (kind for kind, codes in _CERTIFICATE_KINDS.items() if code in codes), CertificateFailed
    )
    chain = getattr(error, "presented_chain", ())
    return sending.failure(kind, chain=chain, verify_code=code, detail=detail_of(error))


def _tls(error: BaseException, sending: Sending) -> SendFailed:
    if was_cut(error):
        return sending.failure(ConnectionClosed, detail=detail_of(error))
    code = getattr(error, "reason", None)
    options = sending.request.route.tls
    if code in _OLD_VERSION:
        minimum = options.minimum_version.value
        return sending.failure(TlsVersionTooOld, minimum=minimum, detail=detail_of(error))
    fault = _CLIENT_CERTIFICATE_ALERTS.get(code or "")
    offered = options.client_certificate.path if options.client_certificate else ""
    if not offered and (fault is not None or _failed_behind_the_chain(error)):
        fault = ClientCertificateFault.WANTED
    if fault is None:
        return sending.failure(TlsFailed, detail=detail_of(error))
    return sending.failure(
        ClientCertificateRefused, fault=fault, certificate=offered, detail=detail_of(error)
    )


def _failed_behind_the_chain(error: BaseException) -> bool:
    """Whether the server ended a handshake in which it had shown its own certificate.

    With TLS 1.2 that is how most say that they miss the client's: version and cipher were agreed
    on by then, and nothing else was left to dislike.
    """
    code = getattr(error, "reason", None)
    return code == _HANDSHAKE_FAILURE and bool(getattr(error, "presented_chain", ()))


def _always(kind: type[SendFailed]) -> Rule:
    def rule(error: BaseException, sending: Sending) -> SendFailed:
        return sending.failure(kind, detail=detail_of(error))

    return rule


def _incomplete(error: BaseException, sending: Sending) -> SendFailed:
    return sending.failure(
        IncompleteBody, received=sending.progress.bytes_received, detail=detail_of(error)
    )


def _rows(rule: Rule, kinds: Iterable[type[BaseException]]) -> dict[type[BaseException], Rule]:
    return dict.fromkeys(kinds, rule)


RULES: dict[type[BaseException], Rule] = {
    **_rows(_system, (OSError,)),
    **_rows(_timeout, (TimeoutError,)),
    **_rows(_always(NameLookupFailed), (socket.gaierror, socket.herror, lib.NameResolutionError)),
    **_rows(_certificate, (ssl.SSLCertVerificationError,)),
    **_rows(_tls, (ssl.SSLError, ssl.SSLSyscallError, lib.SSLError, req.SSLError)),
    **_rows(_always(ConnectionClosed), (ssl.SSLEOFError, ssl.SSLZeroReturnError)),
    **_rows(
        _timeout,
        (
            ssl.SSLWantReadError,
            ssl.SSLWantWriteError,
            lib.TimeoutError,
            lib.ReadTimeoutError,
            lib.ConnectTimeoutError,
            req.Timeout,
            req.ConnectTimeout,
            req.ReadTimeout,
            python_socks.ProxyTimeoutError,
        ),
    ),
    **_rows(_always(ConnectFailed), (lib.NewConnectionError,)),
    **_rows(
        _always(ProxyFailed),
        (
            lib.ProxyError,
            lib.ProxySchemeUnknown,
            lib.ProxySchemeUnsupported,
            req.ProxyError,
            req.InvalidProxyURL,
            python_socks.ProxyError,
            python_socks.ProxyConnectionError,
        ),
    ),
    **_rows(
        _incomplete, (http.client.IncompleteRead, lib.IncompleteRead, req.ChunkedEncodingError)
    ),
    **_rows(_always(ConnectionClosed), (http.client.RemoteDisconnected,)),
    **_rows(
        _always(MalformedResponse),
        (
            http.client.BadStatusLine,
            http.client.LineTooLong,
            http.client.UnknownProtocol,
            http.client.UnknownTransferEncoding,
            lib.BodyNotHttplibCompatible,
            lib.DecodeError,
            lib.HeaderParsingError,
            lib.InvalidChunkLength,
            lib.InvalidHeader,
            lib.ResponseNotChunked,
            req.ContentDecodingError,
            req.InvalidHeader,
            req.InvalidJSONError,
            req.JSONDecodeError,
        ),
    ),
    # What says nothing more than that something failed: the phase decides.
    **_rows(
        _by_phase,
        (
            http.client.HTTPException,
            http.client.CannotSendHeader,
            http.client.CannotSendRequest,
            http.client.ImproperConnectionState,
            http.client.InvalidURL,
            http.client.NotConnected,
            http.client.ResponseNotReady,
            http.client.UnimplementedFileMode,
            lib.HTTPError,
            lib.PoolError,
            lib.RequestError,
            lib.ProtocolError,
            lib.MaxRetryError,
            lib.HostChangedError,
            lib.TimeoutStateError,
            lib.EmptyPoolError,
            lib.FullPoolError,
            lib.ClosedPoolError,
            lib.LocationValueError,
            lib.LocationParseError,
            lib.URLSchemeUnknown,
            lib.ResponseError,
            lib.UnrewindableBodyError,
            lib.HTTPWarning,
            lib.SecurityWarning,
            lib.InsecureRequestWarning,
            lib.NotOpenSSLWarning,
            lib.SystemTimeWarning,
            lib.InsecurePlatformWarning,
            lib.DependencyWarning,
            req.RequestException,
            req.HTTPError,
            req.ConnectionError,
            req.URLRequired,
            req.TooManyRedirects,
            req.MissingSchema,
            req.InvalidSchema,
            req.InvalidURL,
            req.StreamConsumedError,
            req.RetryError,
            req.UnrewindableBodyError,
            req.RequestsWarning,
            req.FileModeWarning,
            req.RequestsDependencyWarning,
        ),
    ),
}
