"""TLS: what is checked, what an untrusted certificate tells, and that "off" never spreads."""

from __future__ import annotations

import contextlib
import hashlib
import random
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from httpdesk.adapters import tls
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import TlsContexts
from httpdesk.engine.ports import Reply
from httpdesk.model.errors import (
    CertificateFailed,
    CertificateNotTrusted,
    CertificateNotValidNow,
    CertificateWrongHost,
    ConnectionClosed,
    MalformedResponse,
    Phase,
    Sent,
    TlsFailed,
)
from httpdesk.model.request import Options
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content, resolved, send
from tests.helpers.tls_server import Authority, tls_server

UNCHECKED = Options(ignore_tls_errors=True)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def trusting(authority: Authority) -> Iterator[RequestsTransport]:
    """A transport that trusts the test's authority and no other."""
    transport = RequestsTransport(tls=TlsContexts(authority.ca_file))
    yield transport
    transport.close()


@pytest.fixture
def strict() -> Iterator[RequestsTransport]:
    """A transport over the system's store, which does not know the test's authority."""
    transport = RequestsTransport()
    yield transport
    transport.close()


def get(
    transport: RequestsTransport,
    server: RawServer,
    host: str = "localhost",
    options: Options | None = None,
) -> Reply:
    return send(transport, resolved(server.port, scheme="https", host=host, options=options))


def test_a_trusted_server_answers(trusting: RequestsTransport, authority: Authority) -> None:
    with tls_server(authority.context("localhost")) as server:
        reply = get(trusting, server)
    assert (content(reply.body), reply.error) == (b"secure", None)
    facts = reply.connection
    assert facts is not None
    assert (facts.tls_version, facts.certificate_checked) == ("TLSv1.3", True)
    assert facts.tls_cipher.startswith("TLS_")
    assert reply.timings.ssl is not None
    assert reply.timings.ssl > 0


def test_an_address_is_checked_as_an_address(
    trusting: RequestsTransport, authority: Authority
) -> None:
    with tls_server(authority.context("127.0.0.1")) as server:
        assert get(trusting, server, "127.0.0.1").error is None
        assert isinstance(get(trusting, server, "localhost").error, CertificateWrongHost)


def test_the_store_of_the_system_is_used(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL's own variable names the store; requests would ask certifi's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    transport = RequestsTransport()
    with tls_server(authority.context("localhost")) as server:
        assert get(transport, server).error is None
    transport.close()


def test_a_store_that_openssl_does_not_know_is_found(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python of another system than this one looks in places that are empty here."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setattr(tls, "_STORES_BY_HAND", ("/missing.pem", str(authority.ca_file)))
    transport = RequestsTransport()
    with tls_server(authority.context("localhost")) as server:
        assert get(transport, server).error is None
    transport.close()


def test_a_system_with_a_verifier_of_its_own_is_asked_for_each_connection(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows and macOS; truststore works here too, only with more reading."""
    monkeypatch.setattr(tls, "NATIVE_VERIFIER", True)
    strict, trusting = RequestsTransport(), RequestsTransport()
    with tls_server(authority.context("localhost")) as server:
        refused = get(strict, server)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
        accepted = get(trusting, server)
    strict.close()
    trusting.close()
    assert isinstance(refused.error, CertificateNotTrusted)
    assert content(accepted.body) == b"secure"


def failure(reply: Reply) -> CertificateFailed:
    assert isinstance(reply.error, CertificateFailed)
    assert (reply.error.phase, reply.error.sent) == (Phase.TLS, Sent.NOTHING)
    assert reply.error.verify_code > 0
    assert reply.error.detail
    return reply.error


def test_an_untrusted_certificate_shows_its_chain(
    strict: RequestsTransport, authority: Authority
) -> None:
    """Fault row 14, statement 71: which check, and what was presented."""
    with tls_server(authority.context("localhost", "other.test")) as server:
        error = failure(get(strict, server))
        assert server.requests == []
        der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("localhost", server.port)))
    assert isinstance(error, CertificateNotTrusted)
    [leaf] = error.chain
    assert leaf.subject.startswith("organizationName=trustme")
    assert "Testing CA" in leaf.issuer
    assert leaf.names == ("localhost", "other.test")
    assert leaf.not_before.endswith("T00:00:00Z")
    assert leaf.sha256 == hashlib.sha256(der).hexdigest()


def test_a_certificate_for_another_name(trusting: RequestsTransport, authority: Authority) -> None:
    with tls_server(authority.context("other.test")) as server:
        error = failure(get(trusting, server))
    assert isinstance(error, CertificateWrongHost)
    assert error.chain[0].names == ("other.test",)


def test_an_expired_certificate(trusting: RequestsTransport, authority: Authority) -> None:
    with tls_server(authority.expired_context("localhost")) as server:
        error = failure(get(trusting, server))
    assert isinstance(error, CertificateNotValidNow)
    assert error.chain[0].not_after.startswith("2001-12-31T")


@pytest.mark.parametrize("kind", ["untrusted", "wrong host", "expired"])
def test_with_errors_ignored_all_of_them_answer(
    strict: RequestsTransport, authority: Authority, kind: str
) -> None:
    context = {
        "untrusted": lambda: authority.context("localhost"),
        "wrong host": lambda: authority.context("other.test"),
        "expired": lambda: authority.expired_context("localhost"),
    }[kind]()
    with tls_server(context) as server:
        reply = get(strict, server, options=UNCHECKED)
    assert content(reply.body) == b"secure"
    assert reply.connection is not None
    assert not reply.connection.certificate_checked


@pytest.mark.parametrize("bundle", [False, True])
def test_a_checked_request_never_takes_an_unchecked_connection(
    strict: RequestsTransport, authority: Authority, monkeypatch: pytest.MonkeyPatch, bundle: bool
) -> None:
    """Statement 74, fault row 15; requests obeys REQUESTS_CA_BUNDLE over `verify=False`."""
    if bundle:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca_file))
        monkeypatch.setenv("CURL_CA_BUNDLE", str(authority.ca_file))
    with tls_server(authority.context("other.test")) as server:
        first = get(strict, server, options=UNCHECKED)
        checked = get(strict, server)
        again = get(strict, server, options=UNCHECKED)
        assert len(server.requests) == 2
    assert content(first.body) == b"secure"
    assert isinstance(checked.error, CertificateFailed)
    assert again.connection is not None
    assert (again.connection.reused, again.error) == (True, None)


def test_an_unchecked_request_never_takes_a_checked_connection(
    trusting: RequestsTransport, authority: Authority
) -> None:
    """What the lock shows must be true of the connection that was used."""
    with tls_server(authority.context("localhost")) as server:
        get(trusting, server)
        reply = get(trusting, server, options=UNCHECKED)
        assert server.connections == 2
    assert reply.connection is not None
    assert (reply.connection.reused, reply.connection.certificate_checked) == (False, False)


def test_a_stalling_handshake_does_not_hold_up_another(
    trusting: RequestsTransport, authority: Authority
) -> None:
    """A shared truststore context locks during the handshake; ours does not."""
    released = threading.Event()
    begun = threading.Event()

    def stall(peer: RecordingPeer) -> None:
        peer.sock.recv(1)
        begun.set()
        released.wait(20)

    with RawServer(stall) as slow, tls_server(authority.context("localhost")) as server:
        hanging = threading.Thread(target=lambda: get(trusting, slow), daemon=True)
        hanging.start()
        assert begun.wait(5)
        reply = get(trusting, server)
        released.set()
    hanging.join(5)
    assert not hanging.is_alive()
    assert reply.error is None


def test_a_slow_upload_arrives_whole(trusting: RequestsTransport, authority: Authority) -> None:
    """A write that waited goes on; the session tickets of TLS 1.3 are no answer to it."""

    def slow(peer: RecordingPeer) -> None:
        peer.stopping.wait(0.8)
        peer.read_request()
        peer.send(response(b"stored"))

    body = random.Random(1).randbytes(12_000_000)
    with tls_server(authority.context("localhost"), slow) as server:
        request = resolved(server.port, scheme="https", host="localhost", method="PUT", body=body)
        reply = send(trusting, request)
        [seen] = server.requests
    assert content(reply.body) == b"stored"
    assert seen.partition(b"\r\n\r\n")[2] == body
    assert reply.timings.send is not None
    assert reply.timings.send > 500


def test_a_plain_server_behind_https(trusting: RequestsTransport) -> None:

    def answer(peer: RecordingPeer) -> None:
        peer.sock.recv(5000)
        peer.send(response(b"what was that?", status="400 Bad Request"))
        peer.wait_until_gone()

    with RawServer(answer) as server:
        reply = get(trusting, server)
    assert type(reply.error) is TlsFailed
    assert reply.error.phase is Phase.TLS
    assert "wrong version number" in reply.error.detail


def test_a_server_that_hangs_up_during_the_handshake(trusting: RequestsTransport) -> None:
    """Fault row 1: the phase is named."""

    def hang_up(peer: RecordingPeer) -> None:
        peer.sock.recv(5000)

    with RawServer(hang_up) as server:
        reply = get(trusting, server)
    assert isinstance(reply.error, ConnectionClosed)
    assert (reply.error.phase, reply.error.sent) == (Phase.TLS, Sent.NOTHING)


def test_a_tls_server_behind_http(trusting: RequestsTransport, authority: Authority) -> None:
    with tls_server(authority.context("localhost")) as server:
        reply = send(trusting, resolved(server.port))
    assert isinstance(reply.error, MalformedResponse | ConnectionClosed)


class _WaitingContexts(TlsContexts):
    """Goes on after the handshake only when the server has hung up."""

    hung_up = threading.Event()

    def wrap(self, sock: socket.socket, host: str, *, checked: bool) -> ssl.SSLSocket:
        wrapped = super().wrap(sock, host, checked=checked)
        assert self.hung_up.wait(5)
        return wrapped


@pytest.mark.parametrize("early", [False, True])
def test_a_client_certificate_that_is_missing_is_a_tls_failure(
    authority: Authority, early: bool
) -> None:
    """With TLS 1.3 the server says so only after the handshake, at times before we have sent."""
    context = authority.context("localhost")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.ca_file)
    contexts = (_WaitingContexts if early else TlsContexts)(authority.ca_file)

    def refuse(peer: RecordingPeer) -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(peer.sock, server_side=True)
        _WaitingContexts.hung_up.set()

    _WaitingContexts.hung_up.clear()
    transport = RequestsTransport(tls=contexts)
    with RawServer(refuse) as server:
        reply = get(transport, server)
    transport.close()
    assert isinstance(reply.error, TlsFailed)
    assert "certificate required" in reply.error.detail


def test_the_key_log_variable_is_not_obeyed(
    trusting: RequestsTransport,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Security 1: urllib3 would write the keys of every connection there."""
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    with tls_server(authority.context("localhost")) as server:
        assert get(trusting, server).error is None
        assert get(trusting, server, options=UNCHECKED).error is None
    assert not log.exists()


def test_the_contexts_are_made_once(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """One costs up to 94 ms; http requests need none at all."""
    made: list[object] = []
    for name in ("_checking_context", "_ignoring_context"):
        real = getattr(tls, name)

        def counting(*arguments: object, real: Callable[..., object] = real) -> object:
            made.append(arguments)
            return real(*arguments)

        monkeypatch.setattr(tls, name, counting)
    transport = RequestsTransport(tls=TlsContexts(authority.ca_file))
    with (
        tls_server(authority.context("localhost")) as server,
        RawServer(answering(response())) as plain,
    ):
        send(transport, resolved(plain.port))
        assert made == []
        for _ in range(3):
            assert get(transport, server).error is None
            assert get(transport, server, options=UNCHECKED).error is None
            transport.close()
        assert (server.connections, len(made)) == (6, 2)
