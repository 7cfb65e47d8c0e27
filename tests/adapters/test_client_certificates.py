"""Client certificates: each form of file is shown, each fault of one is named before a send."""

from __future__ import annotations

import contextlib
import os
import ssl
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat
from urllib3.util.wait import wait_for_read

from httpdesk.adapters import tls
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.ports import Reply
from httpdesk.model.errors import (
    ClientCertificateFault,
    ClientCertificateRefused,
    Phase,
    Sent,
    TlsFileReason,
    TlsFileRole,
    TlsFileUnusable,
)
from httpdesk.model.network import ClientCertificate, TlsOptions
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content, resolved, send
from tests.helpers.tls_server import Authority, CertificateFiles, self_signed, tls_server

Form = Callable[[CertificateFiles, Path], ClientCertificate]
SECRET = "p\u00e4ss phrase"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def transport() -> Iterator[RequestsTransport]:
    transport = RequestsTransport()
    yield transport
    transport.close()


def get(
    transport: RequestsTransport,
    server: RawServer,
    options: TlsOptions,
    certificate: ClientCertificate | None = None,
) -> Reply:
    shown = replace(options, client_certificate=certificate)
    return send(transport, resolved(server.port, scheme="https", host="localhost", tls=shown))


def greeting(peer: RecordingPeer) -> None:
    """Answer with the name in the client's certificate, on each connection as often as asked."""
    assert isinstance(peer.sock, ssl.SSLSocket)
    name = name_in(peer.sock)
    while peer.read_request():
        peer.send(response(f"hello {name}".encode()))


def name_in(sock: ssl.SSLSocket) -> str:
    facts: dict[str, Any] = dict(sock.getpeercert() or {})
    return " ".join(value for _, value in facts.get("subjectAltName", ()))


def asking(authority: Authority, version: ssl.TLSVersion | None = None) -> RawServer:
    context = authority.asking(authority.context("localhost"))
    if version is not None:
        context.maximum_version = version
    return tls_server(context, greeting)


# Forms


def one_file(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return client.pem(folder / "desk.pem")


def two_files(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return client.two_files(folder / "desk.crt", folder / "desk.key")


def encrypted(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return client.encrypted(folder / "desk.pem", SECRET)


def encrypted_of_old(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return client.encrypted(folder / "desk.pem", SECRET, PrivateFormat.TraditionalOpenSSL)


def encrypted_key_file(client: CertificateFiles, folder: Path) -> ClientCertificate:
    whole = client.encrypted(folder / "desk.key", SECRET)
    (folder / "desk.crt").write_bytes(client.certificate)
    return ClientCertificate(str(folder / "desk.crt"), whole.path, SECRET)


def pkcs12(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return client.pkcs12(folder / "desk.p12", SECRET)


def pkcs12_without_passphrase(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return client.pkcs12(folder / "desk.pfx")


def pkcs12_of_another_name(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return client.pkcs12(folder / "desk.pem", SECRET)


FORMS: list[Form] = [
    one_file,
    two_files,
    encrypted,
    encrypted_of_old,
    encrypted_key_file,
    pkcs12,
    pkcs12_without_passphrase,
    pkcs12_of_another_name,
]


@pytest.mark.parametrize("form", FORMS)
def test_a_certificate_is_shown_from_every_form_of_file(
    transport: RequestsTransport, authority: Authority, tmp_path: Path, form: Form
) -> None:
    """Part 8: PEM with or without passphrase, PKCS#12; by what is in the file, not by its name."""
    certificate = form(authority.client(), tmp_path)
    with asking(authority) as server:
        reply = get(transport, server, authority.trusted, certificate)
    assert (reply.error, content(reply.body)) == (None, b"hello desk@example.test")
    assert reply.connection is not None
    assert reply.connection.client_certificate == certificate.path


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_it_is_shown_whatever_else_is_asked_for(
    transport: RequestsTransport,
    authority: Authority,
    tmp_path: Path,
    verify: bool,
    version: ssl.TLSVersion,
) -> None:
    certificate = pkcs12(authority.client(), tmp_path)
    options = replace(authority.trusted, verify=verify)
    with asking(authority, version) as server:
        reply = get(transport, server, options, certificate)
    assert content(reply.body) == b"hello desk@example.test"


@pytest.mark.parametrize("form", [encrypted, pkcs12])
def test_it_is_shown_where_the_system_checks_certificates_itself(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form
) -> None:
    """As on Windows and macOS: each handshake has a context of its own, with the certificate."""
    monkeypatch.setattr(tls, "NATIVE_VERIFIER", True)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    transport = RequestsTransport()
    certificate = form(authority.client(), tmp_path)
    with asking(authority) as server:
        first = get(transport, server, TlsOptions(), certificate)
        transport.close()
        second = get(transport, server, TlsOptions(), certificate)
        assert server.connections == 2
    transport.close()
    assert content(first.body) == content(second.body) == b"hello desk@example.test"


def is_known(sock: ssl.SSLSocket) -> bool:
    with contextlib.suppress(ValueError):  # The handshake goes on.
        return bool(sock.getpeercert())
    return False


@pytest.mark.parametrize("shown", [True, False])
def test_a_server_may_ask_when_it_knows_what_is_wanted(
    transport: RequestsTransport, authority: Authority, tmp_path: Path, shown: bool
) -> None:
    """RFC 8446 section 4.6.2: servers that want a certificate for some paths only."""
    context = authority.asking(authority.context("localhost"))
    context.post_handshake_auth = True

    def ask_and_greet(peer: RecordingPeer) -> None:
        sock = peer.sock
        assert isinstance(sock, ssl.SSLSocket)
        peer.read_request()
        assert not sock.getpeercert()
        sock.verify_client_post_handshake()
        peer.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")  # It asks with the next bytes only.
        sock.settimeout(0)
        while not is_known(sock):
            assert wait_for_read(sock, 5)
            with contextlib.suppress(ssl.SSLWantReadError):
                sock.recv(1)
        peer.send(response(f"hello {name_in(sock)}".encode()))

    certificate = one_file(authority.client(), tmp_path) if shown else None
    with tls_server(context, ask_and_greet) as server:
        reply = get(transport, server, authority.trusted, certificate)
    if shown:
        assert content(reply.body) == b"hello desk@example.test"
    else:
        assert isinstance(reply.error, ClientCertificateRefused)
        assert reply.error.fault is ClientCertificateFault.WANTED


def test_a_server_that_does_not_ask_is_shown_nothing(
    transport: RequestsTransport, authority: Authority, tmp_path: Path
) -> None:
    certificate = one_file(authority.client(), tmp_path)
    with tls_server(authority.context("localhost"), greeting) as server:
        assert content(get(transport, server, authority.trusted, certificate).body) == b"hello "


def test_no_connection_is_shared_between_certificates(
    transport: RequestsTransport, authority: Authority, tmp_path: Path
) -> None:
    """Statement 74: whoever asks without one must not be served as somebody else."""
    first = one_file(authority.client("first@example.test"), tmp_path)
    second = pkcs12(authority.client("second@example.test"), tmp_path)
    context = authority.asking(authority.context("localhost"))
    context.verify_mode = ssl.CERT_OPTIONAL
    with tls_server(context, greeting) as server:
        seen = [
            content(get(transport, server, authority.trusted, certificate).body)
            for certificate in (first, None, second, first, None, second)
        ]
        assert server.connections == 3
    names = [b"hello first@example.test", b"hello ", b"hello second@example.test"]
    assert seen == names * 2


def test_a_file_that_was_replaced_is_read_again(
    transport: RequestsTransport, authority: Authority, tmp_path: Path
) -> None:
    """Certificates that live for hours are renewed while the program runs."""
    certificate = one_file(authority.client("first@example.test"), tmp_path)
    with asking(authority) as server:
        first = get(transport, server, authority.trusted, certificate)
        one_file(authority.client("longer-name@example.test"), tmp_path)
        second = get(transport, server, authority.trusted, certificate)
        assert server.connections == 2
    assert content(first.body) == b"hello first@example.test"
    assert content(second.body) == b"hello longer-name@example.test"


# What leaves the memory


def open_files() -> list[str]:
    names = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
    return [name for name in names if os.path.lexists(name)]


@pytest.mark.parametrize("in_memory", {hasattr(os, "memfd_create"), False})
def test_no_key_of_a_pkcs12_file_is_on_disk_in_the_clear(
    transport: RequestsTransport,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_memory: bool,
) -> None:
    """OpenSSL reads keys from files only; on Linux that is memory, elsewhere it is encrypted."""
    seen: list[tuple[Path, bytes, int, int]] = []
    real = ssl.SSLContext.load_cert_chain

    def watching(context: ssl.SSLContext, path: str, *others: str, **more: object) -> None:
        file = Path(path)
        modes = [stat.S_IMODE(os.stat(it).st_mode) for it in (file, file.parent)]
        seen.append((file, file.read_bytes(), modes[0], modes[1]))
        real(context, path, *others, **more)  # type: ignore[arg-type]

    if not in_memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    certificate = pkcs12(authority.client(), tmp_path)
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with asking(authority) as server:
        monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watching)
        assert get(transport, server, authority.trusted, certificate).error is None
    [(path, pem, mode, folder_mode)] = seen
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in pem
    assert b"BEGIN PRIVATE KEY" not in pem
    if in_memory:
        assert path.parts[1] == "proc"
        assert not any("memfd:" in target for target in map(os.readlink, open_files()))
    else:
        assert (mode, folder_mode) == (0o600, 0o700)
        assert path.is_relative_to(tmp_path)
        assert not path.exists()
    assert sorted(tmp_path.iterdir()) == before


def test_the_passphrase_is_in_no_text(
    transport: RequestsTransport, authority: Authority, tmp_path: Path
) -> None:
    certificate = replace(pkcs12(authority.client(), tmp_path), passphrase="sesame-7")
    with asking(authority) as server:
        error = get(transport, server, authority.trusted, certificate).error
    assert isinstance(error, TlsFileUnusable)
    told = f"{error!r} {error} {error.detail} {error.__cause__!r} {certificate!r}"
    assert "sesame-7" not in told


# Files that cannot be used


def missing(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return ClientCertificate(str(folder / "gone.pem"))


def below_a_file(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return ClientCertificate(str(Path(one_file(client, folder).path) / "desk.pem"))


def a_folder(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return ClientCertificate(str(folder))


def a_pipe(client: CertificateFiles, folder: Path) -> ClientCertificate:
    os.mkfifo(folder / "pipe")
    return ClientCertificate(str(folder / "pipe"))


def no_path(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return ClientCertificate("desk\0.pem")


def written(folder: Path, data: bytes) -> ClientCertificate:
    (folder / "desk.pem").write_bytes(data)
    return ClientCertificate(str(folder / "desk.pem"), passphrase=SECRET)


def empty(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return written(folder, b"")


def prose(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return written(folder, b"0 is a digit, and this is a letter\n" * 99)


def only_a_key(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return written(folder, client.key)


def only_a_certificate(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return written(folder, client.certificate)


def broken_certificate(client: CertificateFiles, folder: Path) -> ClientCertificate:
    head, _, rest = client.certificate.partition(b"\n")
    return written(folder, head + b"\nAAAA" + rest + client.key)


def broken_key(client: CertificateFiles, folder: Path) -> ClientCertificate:
    head, _, rest = client.key.partition(b"\n")
    return written(folder, client.certificate + head + b"\nAAAA" + rest)


def no_such_key(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(one_file(client, folder), key_path=str(folder / "gone.key"))


def key_file_of_prose(client: CertificateFiles, folder: Path) -> ClientCertificate:
    (folder / "desk.key").write_text("not a key")
    return replace(one_file(client, folder), key_path=str(folder / "desk.key"))


def key_file_without_key(client: CertificateFiles, folder: Path) -> ClientCertificate:
    (folder / "desk.key").write_bytes(client.certificate)
    return replace(one_file(client, folder), key_path=str(folder / "desk.key"))


def key_of_another(client: CertificateFiles, folder: Path) -> ClientCertificate:
    other = Authority(folder, "other").client().two_files(folder / "a.crt", folder / "a.key")
    return replace(one_file(client, folder), key_path=other.key_path)


def key_of_another_kind(client: CertificateFiles, folder: Path) -> ClientCertificate:
    other = self_signed(folder)
    return replace(one_file(client, folder), key_path=str(other))


def passphrase_missing(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(encrypted(client, folder), passphrase="")


def passphrase_of_key_file_missing(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(encrypted_key_file(client, folder), passphrase="")


def passphrase_of_old_missing(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(encrypted_of_old(client, folder), passphrase="")


def passphrase_wrong(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(encrypted(client, folder), passphrase="guess")


def passphrase_of_old_wrong(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(encrypted_of_old(client, folder), passphrase="guess")


def passphrase_far_too_long(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(encrypted(client, folder), passphrase="guess" * 999)


def passphrase_that_is_no_text(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(pkcs12(client, folder), passphrase="\ud800")


def pkcs12_passphrase_missing(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(pkcs12(client, folder), passphrase="")


def pkcs12_passphrase_wrong(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return replace(pkcs12(client, folder), passphrase="guess")


def pkcs12_without_key(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return client.pkcs12(folder / "desk.p12", SECRET, key=False)


def pkcs12_cut_short(client: CertificateFiles, folder: Path) -> ClientCertificate:
    whole = Path(pkcs12(client, folder).path).read_bytes()
    return written(folder, whole[:-9])


def der(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return written(folder, ssl.PEM_cert_to_DER_cert(client.certificate.decode()))


def weak(client: CertificateFiles, folder: Path) -> ClientCertificate:
    return ClientCertificate(str(self_signed(folder, bits=1024)))


R = TlsFileReason
BAD_FILES: list[tuple[Form, TlsFileRole, TlsFileReason]] = [
    *((form, TlsFileRole.CERTIFICATE, R.MISSING) for form in (missing, below_a_file)),
    *((form, TlsFileRole.CERTIFICATE, R.UNREADABLE) for form in (a_folder, a_pipe, no_path)),
    *(
        (form, TlsFileRole.CERTIFICATE, R.NOT_UNDERSTOOD)
        for form in (
            empty,
            prose,
            only_a_key,
            broken_certificate,
            broken_key,
            pkcs12_cut_short,
            der,
        )
    ),
    (only_a_certificate, TlsFileRole.CERTIFICATE, R.NO_KEY),
    (pkcs12_without_key, TlsFileRole.CERTIFICATE, R.NO_KEY),
    (no_such_key, TlsFileRole.KEY, R.MISSING),
    (key_file_of_prose, TlsFileRole.KEY, R.NOT_UNDERSTOOD),
    (key_file_without_key, TlsFileRole.KEY, R.NO_KEY),
    (key_of_another, TlsFileRole.KEY, R.KEY_MISMATCH),
    (key_of_another_kind, TlsFileRole.KEY, R.KEY_MISMATCH),
    (passphrase_of_key_file_missing, TlsFileRole.KEY, R.PASSPHRASE_NEEDED),
    *(
        (form, TlsFileRole.CERTIFICATE, R.PASSPHRASE_NEEDED)
        for form in (passphrase_missing, passphrase_of_old_missing, pkcs12_passphrase_missing)
    ),
    *(
        (form, TlsFileRole.CERTIFICATE, R.PASSPHRASE_WRONG)
        for form in (
            passphrase_wrong,
            passphrase_of_old_wrong,
            passphrase_far_too_long,
            passphrase_that_is_no_text,
            pkcs12_passphrase_wrong,
        )
    ),
    (weak, TlsFileRole.CERTIFICATE, R.TOO_WEAK),
]


@dataclass
class Quiet:
    """A server that nothing may connect to."""

    authority: Authority
    transport: RequestsTransport
    server: RawServer

    def get(self, options: TlsOptions) -> Reply:
        reply = get(self.transport, self.server, options, options.client_certificate)
        assert self.server.connections == 0
        return reply


@pytest.fixture
def quiet(authority: Authority, transport: RequestsTransport) -> Iterator[Quiet]:
    with RawServer(answering(response())) as server:
        yield Quiet(authority, transport, server)


@pytest.mark.parametrize(
    ("form", "role", "reason"), BAD_FILES, ids=[form.__name__ for form, *_ in BAD_FILES]
)
def test_a_file_that_cannot_be_used_is_named_before_a_connection_is_made(
    quiet: Quiet, tmp_path: Path, form: Form, role: TlsFileRole, reason: TlsFileReason
) -> None:
    """Part 8; nor does OpenSSL ask for a passphrase on the terminal, which fails without one."""
    certificate = form(quiet.authority.client(), tmp_path)
    reply = quiet.get(TlsOptions(verify=False, client_certificate=certificate))
    error = reply.error
    assert isinstance(error, TlsFileUnusable)
    assert (error.role, error.reason) == (role, reason)
    named = certificate.key_path if role is TlsFileRole.KEY else certificate.path
    assert error.path == named
    assert (error.phase, error.sent) == (Phase.TLS, Sent.NOTHING)


BAD_AUTHORITIES: list[tuple[Form, TlsFileReason]] = [
    (missing, R.MISSING),
    (a_folder, R.UNREADABLE),
    (a_pipe, R.UNREADABLE),
    (no_path, R.UNREADABLE),
    (empty, R.NOT_UNDERSTOOD),
    (prose, R.NOT_UNDERSTOOD),
    (only_a_key, R.NOT_UNDERSTOOD),
    (broken_certificate, R.NOT_UNDERSTOOD),
    (pkcs12, R.NOT_UNDERSTOOD),
]


@pytest.mark.parametrize(
    ("form", "reason"), BAD_AUTHORITIES, ids=[form.__name__ for form, _ in BAD_AUTHORITIES]
)
def test_a_file_of_authorities_that_cannot_be_used(
    quiet: Quiet, tmp_path: Path, form: Form, reason: TlsFileReason
) -> None:
    path = form(quiet.authority.client(), tmp_path).path
    reply = quiet.get(TlsOptions(ca_file=path))
    assert isinstance(reply.error, TlsFileUnusable)
    assert (reply.error.role, reply.error.reason) == (TlsFileRole.CA, reason)
    assert (reply.error.path, reply.error.sent) == (path, Sent.NOTHING)


def test_a_file_that_was_mended_is_used(
    transport: RequestsTransport, authority: Authority, tmp_path: Path
) -> None:
    client = authority.client()
    certificate = only_a_certificate(client, tmp_path)
    with asking(authority) as server:
        first = get(transport, server, authority.trusted, certificate)
        one_file(client, tmp_path)
        second = get(transport, server, authority.trusted, certificate)
    assert isinstance(first.error, TlsFileUnusable)
    assert content(second.body) == b"hello desk@example.test"


def test_a_plain_request_needs_no_file(transport: RequestsTransport, tmp_path: Path) -> None:
    options = TlsOptions(ca_file=str(tmp_path / "gone.pem"))
    with RawServer(answering(response(b"plain"))) as server:
        reply = send(transport, resolved(server.port, tls=options))
    assert content(reply.body) == b"plain"


# What servers say of it


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("fault", ["wanted", "unknown authority", "expired"])
def test_a_server_that_refuses_says_what_it_wants(
    transport: RequestsTransport,
    authority: Authority,
    tmp_path: Path,
    version: ssl.TLSVersion,
    fault: str,
) -> None:
    """With TLS 1.3 it says so when the request is on its way."""
    past = datetime(2001, 12, 31, tzinfo=UTC)
    certificate = {
        "wanted": lambda: None,
        "unknown authority": lambda: one_file(Authority(tmp_path, "other").client(), tmp_path),
        "expired": lambda: one_file(authority.client(not_after=past), tmp_path),
    }[fault]()
    with asking(authority, version) as server:
        reply = get(transport, server, authority.trusted, certificate)
        assert server.requests == []
    error = reply.error
    assert isinstance(error, ClientCertificateRefused)
    assert error.fault is ClientCertificateFault(fault)
    assert error.certificate == (certificate.path if certificate else "")
    assert "alert" in error.detail
    if version is ssl.TLSVersion.TLSv1_2:
        assert (error.phase, error.sent) == (Phase.TLS, Sent.NOTHING)
    else:
        assert error.phase is Phase.WAIT


def test_what_a_server_says_is_heard_when_it_has_hung_up_before_we_send(
    transport: RequestsTransport, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = authority.asking(authority.context("localhost"))
    real = tls.ClientTls.wrap

    def refuse(peer: RecordingPeer) -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(peer.sock, server_side=True)
        peer.stopping.set()

    with RawServer(refuse) as server:

        def waiting(client: tls.ClientTls, *arguments: object) -> ssl.SSLSocket:
            wrapped = real(client, *arguments)  # type: ignore[arg-type]
            assert server._stopping.wait(5)
            return wrapped

        monkeypatch.setattr(tls.ClientTls, "wrap", waiting)
        reply = get(transport, server, authority.trusted)
    assert isinstance(reply.error, ClientCertificateRefused)
    assert "certificate required" in reply.error.detail
