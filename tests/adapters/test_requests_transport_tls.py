"""TLS: what is checked, what an untrusted certificate tells, and that "off" never spreads."""

from __future__ import annotations

import hashlib
import importlib
import itertools
import queue
import random
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters import dialing, tls
from httpdesk.adapters.adapter_table import ROUTES
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import TlsContexts
from httpdesk.engine.ports import Reply
from httpdesk.model.errors import (
    CertificateFailed,
    CertificateNotTrusted,
    CertificateNotValidNow,
    CertificateTooWeak,
    CertificateWrongHost,
    ConnectionClosed,
    MalformedResponse,
    Phase,
    Sent,
    TlsFailed,
    TlsVersionTooOld,
)
from httpdesk.model.network import TlsOptions, TlsVersion
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content, resolved, send
from tests.helpers.tls_server import Authority, context_of, self_signed, sha1_signed, tls_server

UNCHECKED = TlsOptions(verify=False)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture(scope="module")
def contexts() -> TlsContexts:
    return TlsContexts()


@pytest.fixture
def transport(contexts: TlsContexts) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tls=contexts)
    yield transport
    transport.close()


def get(
    transport: RequestsTransport,
    server: RawServer,
    tls: TlsOptions | None = None,
    host: str = "localhost",
) -> Reply:
    return send(transport, resolved(server.port, scheme="https", host=host, tls=tls))


@pytest.mark.parametrize("verify", [True, False])
def test_the_facts_of_a_connection(
    transport: RequestsTransport, authority: Authority, verify: bool
) -> None:
    """Part 8: what the TLS tab shows, of connections that were not checked as well."""
    context = authority.deep_context("localhost", "127.0.0.1")
    context.set_alpn_protocols(["h2", "http/1.1"])
    options = replace(authority.trusted, verify=verify)
    with tls_server(context) as server:
        reply = get(transport, server, options)
        again = get(transport, server, options)
        der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("localhost", server.port)))
    assert (content(reply.body), reply.error) == (b"secure", None)
    facts = reply.connection
    assert facts is not None
    assert (facts.tls_version, facts.certificate_checked) == ("TLSv1.3", verify)
    assert facts.tls_cipher.startswith("TLS_")
    assert (facts.alpn, facts.ca_file) == ("http/1.1", str(authority.ca_file))
    assert facts.client_certificate == ""
    leaf, between = facts.chain
    assert leaf.names == ("localhost", "127.0.0.1")
    assert leaf.issuer == between.subject
    assert "Testing CA" in between.issuer
    assert leaf.sha256 == hashlib.sha256(der).hexdigest()
    assert ssl.PEM_cert_to_DER_cert(leaf.pem) == der
    assert "BEGIN" not in repr(facts)
    assert again.connection == replace(facts, reused=True)
    assert reply.timings.ssl is not None
    assert reply.timings.ssl > 0


def test_an_address_is_checked_as_an_address(
    transport: RequestsTransport, authority: Authority
) -> None:
    with tls_server(authority.context("127.0.0.1")) as server:
        assert get(transport, server, authority.trusted, "127.0.0.1").error is None
        assert isinstance(get(transport, server, authority.trusted).error, CertificateWrongHost)


@pytest.fixture
def known(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this system's store has."""
    monkeypatch.setattr(tls, "_built_for", lambda: (str(authority.ca_file), "/missing"))
    return authority


def test_the_store_of_the_system_is_used(known: Authority) -> None:
    """The files that OpenSSL was built for; requests would ask certifi's."""
    transport = RequestsTransport()
    with tls_server(known.context("localhost")) as server:
        reply = get(transport, server)
    transport.close()
    assert (reply.error, content(reply.body)) == (None, b"secure")


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_no_variable_of_the_environment_says_whom_to_believe(
    known: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Fault row 18: not used unless chosen; neither to believe more nor to believe less."""
    other = Authority(tmp_path, "other")
    monkeypatch.setenv(name, str(other.ca_file))
    transport = RequestsTransport()
    with tls_server(other.context("localhost")) as server:
        assert isinstance(get(transport, server).error, CertificateNotTrusted)
        assert server.requests == []
    with tls_server(known.context("localhost")) as server:
        assert get(transport, server).error is None
    transport.close()


def test_the_store_is_where_openssl_was_built_for(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tls.system_store()
    monkeypatch.setenv("SSL_CERT_FILE", "/missing.pem")
    monkeypatch.setenv("SSL_CERT_DIR", "/missing")
    assert tls.system_store() == found


def test_a_store_that_openssl_does_not_know_is_found(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python of another system than this one looks in places that are empty here."""
    monkeypatch.setattr(tls, "_built_for", lambda: ("/missing.pem", str(tmp_path)))
    monkeypatch.setattr(tls, "_STORES_BY_HAND", ("/missing.pem", str(authority.ca_file)))
    transport = RequestsTransport()
    with tls_server(authority.context("localhost")) as server:
        assert get(transport, server).error is None
    transport.close()


def test_a_store_that_grew_is_read_again(
    known: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever adds an authority to the system presses "Try again", and does not restart."""
    other = Authority(tmp_path, "other")
    transport = RequestsTransport()
    with tls_server(other.context("localhost")) as server:
        assert isinstance(get(transport, server).error, CertificateNotTrusted)
        with known.ca_file.open("ab") as store:
            store.write(other.ca_file.read_bytes())
        assert get(transport, server).error is None
    transport.close()


def test_a_system_with_a_verifier_of_its_own_is_asked_for_each_connection(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows and macOS; truststore works here too, only with more reading."""
    monkeypatch.setattr(tls, "NATIVE_VERIFIER", True)
    transport = RequestsTransport()
    with tls_server(authority.deep_context("localhost")) as server:
        refused = get(transport, server)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
        accepted = get(transport, server)
    transport.close()
    assert isinstance(refused.error, CertificateNotTrusted)
    assert len(refused.error.chain) == 2
    assert content(accepted.body) == b"secure"
    assert accepted.connection is not None
    assert len(accepted.connection.chain) == 2


def test_what_a_verifier_of_the_system_refuses_shows_its_chain(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks when OpenSSL is done with the handshake, and closes the socket before it says no."""

    def refuse(sock: ssl.SSLSocket, server_hostname: str) -> None:
        error = ssl.SSLCertVerificationError("CERT_E_EXPIRED")
        error.verify_message, error.verify_code = "in the words of Windows", 0x800B0101
        raise error

    monkeypatch.setattr(tls, "NATIVE_VERIFIER", True)
    inside = importlib.import_module("truststore._api")
    monkeypatch.setattr(inside, "_verify_peercerts", refuse)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    transport = RequestsTransport()
    with tls_server(authority.deep_context("localhost")) as server:
        error = failure(get(transport, server))
        ignored = get(transport, server, UNCHECKED)
        assert len(server.requests) == 1
    transport.close()
    assert isinstance(error, CertificateNotValidNow)
    assert (error.detail, len(error.chain)) == ("in the words of Windows", 2)
    assert content(ignored.body) == b"secure"


def failure(reply: Reply) -> CertificateFailed:
    assert isinstance(reply.error, CertificateFailed)
    assert (reply.error.phase, reply.error.sent) == (Phase.TLS, Sent.NOTHING)
    assert reply.error.verify_code > 0
    assert reply.error.detail
    return reply.error


def test_an_untrusted_certificate_shows_its_chain(
    transport: RequestsTransport, authority: Authority
) -> None:
    """Fault row 14, statement 71: which check, and what was presented."""
    with tls_server(authority.context("localhost", "other.test")) as server:
        error = failure(get(transport, server))
        assert server.requests == []
        der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("localhost", server.port)))
    assert isinstance(error, CertificateNotTrusted)
    [leaf] = error.chain
    assert leaf.subject.startswith("organizationName=trustme")
    assert "Testing CA" in leaf.issuer
    assert leaf.names == ("localhost", "other.test")
    assert leaf.not_before.endswith("T00:00:00Z")
    assert leaf.sha256 == hashlib.sha256(der).hexdigest()


def wrong_host(authority: Authority, folder: Path) -> ssl.SSLContext:
    return authority.context("other.test")


def expired(authority: Authority, folder: Path) -> ssl.SSLContext:
    return authority.expired_context("localhost")


def not_yet_valid(authority: Authority, folder: Path) -> ssl.SSLContext:
    return authority.early_context("localhost")


def signed_by_itself(authority: Authority, folder: Path) -> ssl.SSLContext:
    return context_of(self_signed(folder))


def of_another_authority(authority: Authority, folder: Path) -> ssl.SSLContext:
    return Authority(folder, "other").context("localhost")


def with_a_short_key(authority: Authority, folder: Path) -> ssl.SSLContext:
    return context_of(self_signed(folder, bits=1024))


Fault = Callable[[Authority, Path], ssl.SSLContext]
FAULTS: list[tuple[Fault, type[CertificateFailed]]] = [
    (wrong_host, CertificateWrongHost),
    (expired, CertificateNotValidNow),
    (not_yet_valid, CertificateNotValidNow),
    (signed_by_itself, CertificateNotTrusted),
    (of_another_authority, CertificateNotTrusted),
    (with_a_short_key, CertificateTooWeak),
]


@pytest.mark.parametrize(("make", "kind"), FAULTS, ids=[make.__name__ for make, _ in FAULTS])
def test_a_faulty_certificate_is_refused_for_what_it_is(
    transport: RequestsTransport,
    authority: Authority,
    tmp_path: Path,
    make: Fault,
    kind: type[CertificateFailed],
) -> None:
    """Fault row 14, statements 71 and 74: which check, and what was presented; off, it answers."""
    with tls_server(make(authority, tmp_path)) as server:
        error = failure(get(transport, server, authority.trusted))
        assert server.requests == []
        der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("localhost", server.port)))
        reply = get(transport, server, UNCHECKED)
        after = get(transport, server, authority.trusted)
    assert type(error) is kind
    assert error.chain[0].sha256 == hashlib.sha256(der).hexdigest()
    assert error.chain[0].not_after
    assert content(reply.body) == b"secure"
    assert reply.connection is not None
    assert not reply.connection.certificate_checked
    assert reply.connection.chain == error.chain
    assert type(after.error) is kind


def test_a_signature_of_old(transport: RequestsTransport, tmp_path: Path) -> None:
    """SHA-1, from an authority that is believed."""
    pem, authority = sha1_signed(tmp_path)
    with tls_server(context_of(pem)) as server:
        error = failure(get(transport, server, TlsOptions(ca_file=str(authority))))
        assert content(get(transport, server, UNCHECKED).body) == b"secure"
    assert isinstance(error, CertificateTooWeak)
    assert "weak" in error.detail


@pytest.mark.parametrize("bundle", [False, True])
def test_a_checked_request_never_takes_an_unchecked_connection(
    transport: RequestsTransport,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    bundle: bool,
) -> None:
    """Statement 74, fault row 15; requests obeys REQUESTS_CA_BUNDLE over `verify=False`."""
    if bundle:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca_file))
        monkeypatch.setenv("CURL_CA_BUNDLE", str(authority.ca_file))
    with tls_server(authority.context("other.test")) as server:
        first = get(transport, server, UNCHECKED)
        checked = get(transport, server)
        again = get(transport, server, UNCHECKED)
        assert len(server.requests) == 2
    assert content(first.body) == b"secure"
    assert isinstance(checked.error, CertificateFailed)
    assert again.connection is not None
    assert (again.connection.reused, again.error) == (True, None)


def test_an_unchecked_request_never_takes_a_checked_connection(
    transport: RequestsTransport, authority: Authority
) -> None:
    """What the lock shows must be true of the connection that was used."""
    with tls_server(authority.context("localhost")) as server:
        get(transport, server, authority.trusted)
        reply = get(transport, server, UNCHECKED)
        assert server.connections == 2
    assert reply.connection is not None
    assert (reply.connection.reused, reply.connection.certificate_checked) == (False, False)


def test_a_restarted_server_with_another_certificate_is_checked_again(
    transport: RequestsTransport, authority: Authority, tmp_path: Path
) -> None:
    """Fault row 14: no kept connection hides what the server shows from now on."""
    with tls_server(authority.context("localhost")) as server:
        assert get(transport, server, authority.trusted).error is None
    other = Authority(tmp_path, "other").context("localhost")
    with tls_server(other, port=server.port) as restarted:
        error = failure(get(transport, restarted, authority.trusted))
        assert restarted.requests == []
    assert isinstance(error, CertificateNotTrusted)


def test_a_ca_file_that_was_replaced_decides_at_once(
    transport: RequestsTransport, authority: Authority, tmp_path: Path
) -> None:
    """Fault row 14: not even a connection that the old file had let through is used again."""
    trusted = authority.trusted
    with tls_server(authority.context("localhost")) as server:
        assert get(transport, server, trusted).error is None
        good = authority.ca_file.read_bytes()
        other = Authority(tmp_path, "other").ca_file
        other.replace(authority.ca_file)
        assert isinstance(get(transport, server, trusted).error, CertificateNotTrusted)
        authority.ca_file.write_bytes(good)
        assert get(transport, server, trusted).error is None
        assert (len(server.requests), server.connections) == (2, 3)


def test_the_ca_file_replaces_the_store_of_the_system(
    known: Authority, transport: RequestsTransport, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "other")
    with tls_server(known.context("localhost")) as server:
        assert isinstance(get(transport, server, other.trusted).error, CertificateNotTrusted)


@pytest.mark.parametrize("position", [0, 1], ids=["its own", "the one between"])
def test_each_certificate_of_a_ca_file_is_believed_by_itself(
    transport: RequestsTransport, authority: Authority, tmp_path: Path, position: int
) -> None:
    """What the error view shows of a chain can be saved and trusted; nothing above is needed."""
    with tls_server(authority.deep_context("localhost")) as server:
        chain = failure(get(transport, server)).chain
        path = tmp_path / "shown.pem"
        path.write_text(chain[position].pem)
        trusted = TlsOptions(ca_file=str(path))
        assert get(transport, server, trusted).error is None
        assert isinstance(get(transport, server, trusted, "127.0.0.1").error, CertificateWrongHost)


def test_each_route_has_connections_of_its_own_and_old_ones_are_closed(
    transport: RequestsTransport, authority: Authority, tmp_path: Path
) -> None:
    """So many files of the same content as there are routes, and one more."""
    closed: queue.Queue[int] = queue.Queue()
    numbers = itertools.count()

    def until_closed(peer: RecordingPeer) -> None:
        number = next(numbers)
        answering(response(b"secure"))(peer)
        closed.put(number)

    def options(number: int) -> TlsOptions:
        path = tmp_path / f"{number}.pem"
        path.write_bytes(authority.ca_file.read_bytes())
        return TlsOptions(ca_file=str(path))

    routes = [options(number) for number in range(ROUTES + 1)]
    with tls_server(authority.context("localhost"), until_closed) as server:
        for route in routes[:-1]:
            assert get(transport, server, route).error is None
        assert closed.empty()
        assert get(transport, server, routes[-1]).error is None
        assert closed.get(timeout=5) == 0
        reply = get(transport, server, routes[1])
        assert server.connections == ROUTES + 1
    assert reply.connection is not None
    assert reply.connection.reused


NEW = TlsOptions(minimum_version=TlsVersion.TLS_1_3)


@pytest.mark.parametrize(
    ("server_maximum", "options", "spoken"),
    [
        (ssl.TLSVersion.TLSv1_2, TlsOptions(), "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_3, TlsOptions(), "TLSv1.3"),
        (ssl.TLSVersion.TLSv1_3, NEW, "TLSv1.3"),
        (ssl.TLSVersion.TLSv1_2, NEW, None),
        (ssl.TLSVersion.TLSv1_2, replace(NEW, verify=False), None),
        (ssl.TLSVersion.TLSv1_1, TlsOptions(), None),
        (ssl.TLSVersion.TLSv1_1, UNCHECKED, None),
    ],
)
def test_no_version_below_the_minimum_is_spoken(
    transport: RequestsTransport,
    authority: Authority,
    server_maximum: ssl.TLSVersion,
    options: TlsOptions,
    spoken: str | None,
) -> None:
    context = authority.context("localhost")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = server_maximum
    with tls_server(context) as server:
        reply = get(transport, server, replace(options, ca_file=str(authority.ca_file)))
    if spoken is None:
        assert isinstance(reply.error, TlsVersionTooOld)
        assert reply.error.minimum == options.minimum_version.value
        assert (reply.error.phase, reply.error.sent) == (Phase.TLS, Sent.NOTHING)
        assert "version" in reply.error.detail or "protocol" in reply.error.detail
    else:
        assert reply.connection is not None
        assert reply.connection.tls_version == spoken


@pytest.mark.parametrize(
    ("host", "said"), [("localhost", "localhost"), ("127.0.0.1", None), ("::1", None)]
)
def test_the_server_is_told_the_name_that_is_asked_for(
    transport: RequestsTransport,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    said: str | None,
) -> None:
    """RFC 6066 section 3: names only, addresses are not told; both are checked."""
    names: list[str | None] = []
    context = authority.context(host)
    context.sni_callback = lambda sock, name, _: names.append(name)
    loopback = dialing._addresses(b"127.0.0.1", 0)[0]

    def everywhere(name: bytes, port: int, flags: int = 0) -> list[dialing.Address]:
        return [loopback._replace(sockaddr=("127.0.0.1", port))]

    monkeypatch.setattr(dialing, "_addresses", everywhere)
    with tls_server(context) as server:
        assert get(transport, server, authority.trusted, host).error is None
    assert names == [said]


@pytest.mark.parametrize("native", [False, True])
def test_a_stalling_handshake_does_not_hold_up_another(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, native: bool
) -> None:
    """A shared context of truststore locks during the handshake; ours are not shared then."""
    monkeypatch.setattr(tls, "NATIVE_VERIFIER", native)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    options = TlsOptions() if native else authority.trusted
    transport = RequestsTransport()
    released = threading.Event()
    begun = threading.Event()

    def stall(peer: RecordingPeer) -> None:
        peer.sock.recv(1)
        begun.set()
        released.wait(20)

    with RawServer(stall) as slow, tls_server(authority.context("localhost")) as server:
        hanging = threading.Thread(target=lambda: get(transport, slow, options), daemon=True)
        hanging.start()
        assert begun.wait(5)
        reply = get(transport, server, options)
        released.set()
        hanging.join(5)
    transport.close()
    assert not hanging.is_alive()
    assert reply.error is None


def test_a_slow_upload_arrives_whole(transport: RequestsTransport, authority: Authority) -> None:
    """A write that waited goes on; the session tickets of TLS 1.3 are no answer to it."""

    def slow(peer: RecordingPeer) -> None:
        peer.stopping.wait(0.8)
        peer.read_request()
        peer.send(response(b"stored"))

    body = random.Random(1).randbytes(12_000_000)
    with tls_server(authority.context("localhost"), slow) as server:
        options = authority.trusted
        request = resolved(
            server.port, scheme="https", host="localhost", method="PUT", body=body, tls=options
        )
        reply = send(transport, request)
        [seen] = server.requests
    assert content(reply.body) == b"stored"
    assert seen.partition(b"\r\n\r\n")[2] == body
    assert reply.timings.send is not None
    assert reply.timings.send > 500


def test_a_plain_server_behind_https(transport: RequestsTransport) -> None:

    def answer(peer: RecordingPeer) -> None:
        peer.sock.recv(5000)
        peer.send(response(b"what was that?", status="400 Bad Request"))
        peer.wait_until_gone()

    with RawServer(answer) as server:
        reply = get(transport, server)
    assert type(reply.error) is TlsFailed
    assert reply.error.phase is Phase.TLS
    assert "wrong version number" in reply.error.detail


def test_a_server_that_hangs_up_during_the_handshake(transport: RequestsTransport) -> None:
    """Fault row 1: the phase is named."""

    def hang_up(peer: RecordingPeer) -> None:
        peer.sock.recv(5000)

    with RawServer(hang_up) as server:
        reply = get(transport, server)
    assert isinstance(reply.error, ConnectionClosed)
    assert (reply.error.phase, reply.error.sent) == (Phase.TLS, Sent.NOTHING)


def test_a_tls_server_behind_http(transport: RequestsTransport, authority: Authority) -> None:
    with tls_server(authority.context("localhost")) as server:
        reply = send(transport, resolved(server.port))
    assert isinstance(reply.error, MalformedResponse | ConnectionClosed)


def test_the_key_log_variable_is_not_obeyed(
    transport: RequestsTransport,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Security 1: urllib3 would write the keys of every connection there."""
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    with tls_server(authority.context("localhost")) as server:
        assert get(transport, server, authority.trusted).error is None
        assert get(transport, server, UNCHECKED).error is None
    assert not log.exists()


def test_the_contexts_are_made_once(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """One costs up to 94 ms; http requests need none at all."""
    made: list[ssl.SSLContext] = []
    real = tls.ClientTls._make

    def counting(client: tls.ClientTls) -> ssl.SSLContext:
        made.append(real(client))
        return made[-1]

    monkeypatch.setattr(tls.ClientTls, "_make", counting)
    transport = RequestsTransport()
    with (
        tls_server(authority.context("localhost")) as server,
        RawServer(answering(response())) as plain,
    ):
        send(transport, resolved(plain.port, tls=authority.trusted))
        assert made == []
        for _ in range(3):
            assert get(transport, server, authority.trusted).error is None
            assert get(transport, server, UNCHECKED).error is None
            transport.close()
        assert (server.connections, len(made)) == (6, 2)
