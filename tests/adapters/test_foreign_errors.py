"""The table of foreign exceptions is complete, and each row says the right thing."""

from __future__ import annotations

import errno
import http.client
import inspect
import os
import socket
import ssl
from dataclasses import replace
from types import ModuleType

import pytest
import python_socks
import requests.exceptions
import urllib3.exceptions

from httpdesk.adapters.foreign_errors import RULES, detail_of, translate
from httpdesk.adapters.sending import Sending
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.model.errors import (
    CertificateFacts,
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
    TlsVersionTooOld,
)
from httpdesk.model.network import ClientCertificate, Proxy, ProxyKind, Route, TlsOptions
from tests.helpers.sends import resolved

MODULES = (requests.exceptions, urllib3.exceptions, python_socks, ssl, socket, http.client)


def sending(phase: Phase = Phase.WAIT) -> Sending:
    one = Sending(resolved(8080), CancelToken(), Progress(), None)
    one.address = "127.0.0.1:8080"
    one.enter(phase)
    return one


def exceptions_of(module: ModuleType) -> list[type[BaseException]]:
    """All public exception classes of a module that it defines, or takes from the builtins."""
    own = {module.__name__, f"{module.__name__}._errors", "builtins", "socket"}
    return [
        kind
        for name, kind in vars(module).items()
        if inspect.isclass(kind)
        and issubclass(kind, BaseException)
        and kind.__module__ in own
        and not name.startswith("_")
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.__name__))
def test_every_exception_of_the_stack_has_a_row(module: ModuleType) -> None:
    """Part 3 of the engine: a new version of a library that adds one fails here."""
    kinds = exceptions_of(module)
    assert len(kinds) >= 3
    assert [kind.__name__ for kind in kinds if kind not in RULES] == []


@pytest.mark.parametrize("phase", Phase)
def test_every_row_gives_an_error_with_its_place(phase: Phase) -> None:
    for kind in RULES:
        error = translate(kind.__new__(kind), sending(phase))
        assert isinstance(error, SendFailed), kind
        assert (error.host, error.port) == ("127.0.0.1", 8080)
        assert error.phase is phase


@pytest.mark.parametrize("phase", Phase)
def test_every_number_of_the_system_becomes_an_error(phase: Phase) -> None:
    for code in errno.errorcode:
        error = translate(OSError(code, os.strerror(code)), sending(phase))
        assert isinstance(error, SendFailed)
        assert type(error) is not SendFailed or phase is Phase.BLOCKED
        assert error.detail == f"[Errno {code}] {os.strerror(code)}"


def system(code: int) -> OSError:
    return OSError(code, os.strerror(code))


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    error.verify_message = "in OpenSSL's words"
    return error


def alert(name: str) -> ssl.SSLError:
    """What the other side says when it ends a connection."""
    error = ssl.SSLError(1, f"[SSL: {name}] in OpenSSL's words")
    error.reason = name
    return error


@pytest.mark.parametrize(
    ("foreign", "phase", "kind"),
    [
        (system(errno.ECONNREFUSED), Phase.CONNECT, ConnectionRefused),
        (system(errno.ENETUNREACH), Phase.CONNECT, ConnectFailed),
        (system(errno.ETIMEDOUT), Phase.CONNECT, ConnectFailed),
        (system(errno.ECONNRESET), Phase.CONNECT, ConnectFailed),
        (system(errno.ECONNRESET), Phase.TLS, ConnectionClosed),
        (system(errno.EPIPE), Phase.SEND, ConnectionClosed),
        (system(errno.ECONNRESET), Phase.WAIT, ConnectionClosed),
        (TimeoutError("timed out"), Phase.TLS, TimedOut),
        (socket.gaierror(-2, "Name or service not known"), Phase.DNS, NameLookupFailed),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version"), Phase.TLS, TlsFailed),
        (ssl.SSLEOFError(8, "EOF occurred"), Phase.TLS, ConnectionClosed),
        (certificate(18), Phase.TLS, CertificateNotTrusted),
        (certificate(20), Phase.TLS, CertificateNotTrusted),
        (certificate(62), Phase.TLS, CertificateWrongHost),
        (certificate(64), Phase.TLS, CertificateWrongHost),
        (certificate(66), Phase.TLS, CertificateTooWeak),
        (certificate(68), Phase.TLS, CertificateTooWeak),
        (certificate(23), Phase.TLS, CertificateFailed),
        (certificate(0x800B0109), Phase.TLS, CertificateNotTrusted),
        (certificate(0x800B010F), Phase.TLS, CertificateWrongHost),
        (certificate(0x800B0101), Phase.TLS, CertificateNotValidNow),
        (certificate(-67843), Phase.TLS, CertificateNotTrusted),
        (certificate(-67602), Phase.TLS, CertificateWrongHost),
        (certificate(-67818), Phase.TLS, CertificateNotValidNow),
        (alert("TLSV1_ALERT_PROTOCOL_VERSION"), Phase.TLS, TlsVersionTooOld),
        (alert("TLSV1_ALERT_NO_APPLICATION_PROTOCOL"), Phase.TLS, TlsFailed),
        (alert("SSLV3_ALERT_HANDSHAKE_FAILURE"), Phase.TLS, TlsFailed),
        (alert("TLSV13_ALERT_CERTIFICATE_REQUIRED"), Phase.WAIT, ClientCertificateRefused),
        (certificate(10), Phase.TLS, CertificateNotValidNow),
        (certificate(9), Phase.TLS, CertificateNotValidNow),
        (http.client.BadStatusLine("x"), Phase.RECEIVE, MalformedResponse),
        (http.client.IncompleteRead(b"x"), Phase.RECEIVE, IncompleteBody),
        (http.client.RemoteDisconnected(""), Phase.WAIT, ConnectionClosed),
        (requests.exceptions.ProxyError("x"), Phase.CONNECT, ProxyFailed),
        (python_socks.ProxyError("x"), Phase.PROXY, ProxyFailed),
        (python_socks.ProxyTimeoutError("x"), Phase.PROXY, TimedOut),
    ],
)
def test_what_happened_is_named(foreign: Exception, phase: Phase, kind: type) -> None:
    """Statement 71."""
    assert type(translate(foreign, sending(phase))) is kind


@pytest.mark.parametrize(
    ("foreign", "phase"),
    [
        (socket.gaierror(-2, "Name or service not known"), Phase.DNS),
        (system(errno.ECONNREFUSED), Phase.CONNECT),
        (system(errno.ECONNRESET), Phase.PROXY),
        (certificate(18), Phase.PROXY),
    ],
)
def test_what_fails_before_the_proxy_lets_through_is_the_proxys(
    foreign: Exception, phase: Phase
) -> None:
    """Statement 71."""
    one = sending(phase)
    proxy = Proxy(ProxyKind.HTTPS, "proxy.test", 3128, "ada", "s3cret")
    one.request = replace(one.request, route=Route(proxy))
    error = translate(foreign, one)
    assert isinstance(error, ProxyFailed)
    assert (error.proxy, error.phase) == ("https://proxy.test:3128", phase)
    assert error.detail == detail_of(foreign)
    one.enter(Phase.TLS)
    assert not isinstance(translate(foreign, one), ProxyFailed)


@pytest.mark.expects_log("foreign_errors: unexpected (UnicodeDecode|Value|Recursion)Error while")
def test_a_bug_is_logged_and_told_by_its_phase(caplog: pytest.LogCaptureFixture) -> None:
    decode = UnicodeDecodeError("utf-8", b"secret", 0, 1, "secret")
    assert type(translate(decode, sending(Phase.RECEIVE))) is MalformedResponse
    assert type(translate(ValueError("secret"), sending(Phase.BLOCKED))) is SendFailed
    assert type(translate(RecursionError(), sending(Phase.WAIT))) is ConnectionClosed
    assert len(caplog.records) == 3
    assert "secret" not in caplog.text


def test_the_innermost_exception_decides() -> None:
    """requests wraps what urllib3 wraps what the system said."""
    inner = system(errno.ECONNREFUSED)
    new = urllib3.exceptions.NewConnectionError(None, "failed")  # type: ignore[arg-type]
    new.__cause__ = inner
    retries = urllib3.exceptions.MaxRetryError(None, "/secret", new)  # type: ignore[arg-type]
    outer = requests.exceptions.ConnectionError(retries)
    error = translate(outer, sending(Phase.CONNECT))
    assert isinstance(error, ConnectionRefused)
    assert (error.address, error.detail) == ("127.0.0.1:8080", "[Errno 111] Connection refused")


def test_details_quote_no_foreign_text() -> None:
    """Security 9: their texts hold URLs with queries, userinfo and header values."""
    told = [
        requests.exceptions.InvalidURL("http://user:secret@host/?key=secret"),
        urllib3.exceptions.LocationParseError("secret"),
        http.client.BadStatusLine("secret"),
        UnicodeEncodeError("latin-1", "secret", 0, 1, "secret"),
        OSError("Tunnel connection failed: secret"),
        FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/home/secret"),
    ]
    for error in told:
        assert "secret" not in detail_of(error)
        assert detail_of(error)


FAULTS = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": ClientCertificateFault.WANTED,
    "TLSV1_ALERT_UNKNOWN_CA": ClientCertificateFault.UNKNOWN_AUTHORITY,
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": ClientCertificateFault.EXPIRED,
    "SSLV3_ALERT_CERTIFICATE_REVOKED": ClientCertificateFault.REVOKED,
    "SSLV3_ALERT_BAD_CERTIFICATE": ClientCertificateFault.NOT_ACCEPTED,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": ClientCertificateFault.NOT_ACCEPTED,
    "TLSV1_ALERT_ACCESS_DENIED": ClientCertificateFault.NOT_ACCEPTED,
}


@pytest.mark.parametrize(("name", "fault"), FAULTS.items())
def test_an_alert_about_the_client_certificate_depends_on_whether_one_was_shown(
    name: str, fault: ClientCertificateFault
) -> None:
    """Servers in Go and Java say "bad certificate" when they got none."""
    shown = TlsOptions(client_certificate=ClientCertificate("/keys/desk.pem"))
    request = resolved(8080, tls=shown)
    with_one = translate(alert(name), Sending(request, CancelToken(), Progress(), None))
    without = translate(alert(name), sending())
    assert isinstance(with_one, ClientCertificateRefused)
    assert (with_one.fault, with_one.certificate) == (fault, "/keys/desk.pem")
    assert isinstance(without, ClientCertificateRefused)
    assert (without.fault, without.certificate) == (ClientCertificateFault.WANTED, "")


def test_a_handshake_that_failed_behind_the_certificate_lacked_ours() -> None:
    error = alert("SSLV3_ALERT_HANDSHAKE_FAILURE")
    error.presented_chain = (CertificateFacts("leaf", "issuer"),)  # type: ignore[attr-defined]
    assert isinstance(translate(error, sending(Phase.TLS)), ClientCertificateRefused)
