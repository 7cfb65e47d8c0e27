"""One table from every exception of requests, urllib3, ssl, socket and http.client to our errors.

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

import requests.exceptions as req
import urllib3.exceptions as lib

from httpdesk.adapters.sending import Sending
from httpdesk.model.errors import (
    CertificateFailed,
    CertificateNotTrusted,
    CertificateNotValidNow,
    CertificateWrongHost,
    ConnectFailed,
    ConnectionClosed,
    ConnectionRefused,
    IncompleteBody,
    MalformedResponse,
    NameLookupFailed,
    Phase,
    ProxyFailed,
    SendFailed,
    TlsFailed,
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

_EXPIRED_OR_EARLY = {9, 10}
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""

_WRONG_NAME = {62, 64}
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""


def translate(error: BaseException, sending: Sending) -> SendFailed:
    """Return our error for an exception that came out of the stack in this send.

    Classes without a row are bugs, the stack's (such as a bare UnicodeDecodeError) or our own: the
    place is logged, and the phase decides what the user is told.
    """
    innermost = _innermost(error)
    for kind in type(innermost).__mro__:
        if kind in RULES:
            return RULES[kind](innermost, sending)
    # The frames only: the exception's text may quote what was sent.
    frames = "".join(traceback.format_tb(innermost.__traceback__))
    _LOG.error("unexpected %s while sending\n%s", type(innermost).__name__, frames)
    return _by_phase(innermost, sending)


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
    kind: type[CertificateFailed] = CertificateNotTrusted
    if code in _WRONG_NAME:
        kind = CertificateWrongHost
    elif code in _EXPIRED_OR_EARLY:
        kind = CertificateNotValidNow
    chain = getattr(error, "presented_chain", ())
    return sending.failure(kind, chain=chain, verify_code=code, detail=detail_of(error))


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
    **_rows(_always(TlsFailed), (ssl.SSLError, ssl.SSLSyscallError, lib.SSLError, req.SSLError)),
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
