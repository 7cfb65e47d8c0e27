"""TLS with a server as it is met in the wild: what nginx saw of the client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.ports import Reply
from httpdesk.model.errors import CertificateNotTrusted, Phase, Sent, TlsVersionTooOld
from httpdesk.model.network import ClientCertificate, TlsOptions, TlsVersion
from tests.helpers.nginx import nginx
from tests.helpers.sends import content, resolved, send
from tests.helpers.tls_server import Authority


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def servers(folder: Path) -> Authority:
    """Who vouches for servers."""
    return Authority(folder, "servers")


@pytest.fixture(scope="module")
def clients(folder: Path) -> Authority:
    """Who vouches for clients: another one, as companies have it."""
    return Authority(folder, "clients")


@pytest.fixture(scope="module")
def port(folder: Path, servers: Authority, clients: Authority) -> Iterator[int]:
    certificate = Path(servers.server("localhost").pem(folder / "server.pem").path)
    rules = ("ssl_verify_client on;", "ssl_protocols TLSv1.2 TLSv1.3;")
    with nginx(folder, certificate, clients.ca_file, *rules) as number:
        yield number


@pytest.fixture
def transport() -> Iterator[RequestsTransport]:
    transport = RequestsTransport()
    yield transport
    transport.close()


def get(transport: RequestsTransport, port: int, tls: TlsOptions) -> Reply:
    request = resolved(port, "/a%2Fb?x=1", scheme="https", host="localhost", tls=tls)
    return send(transport, request)


@pytest.fixture(params=["pem", "encrypted", "pkcs12"])
def shown(request: pytest.FixtureRequest, tmp_path: Path, clients: Authority) -> ClientCertificate:
    client = clients.client()
    if request.param == "pem":
        return client.pem(tmp_path / "desk.pem")
    write = client.encrypted if request.param == "encrypted" else client.pkcs12
    return write(tmp_path / "desk", "sesame")


@pytest.mark.parametrize("minimum", TlsVersion)
def test_it_knows_who_asks(
    transport: RequestsTransport,
    port: int,
    servers: Authority,
    shown: ClientCertificate,
    minimum: TlsVersion,
) -> None:
    options = replace(servers.trusted, client_certificate=shown, minimum_version=minimum)
    reply = get(transport, port, options)
    again = get(transport, port, options)
    verified, subject, version, name, target, _ = content(reply.body).decode().split("|")
    assert (verified, version, name, target) == ("SUCCESS", "TLSv1.3", "localhost", "/a%2Fb?x=1")
    assert "trustme" in subject
    assert again.connection is not None
    assert again.connection.reused
    assert again.connection.client_certificate == shown.path


def test_without_a_certificate_it_answers_by_http(
    transport: RequestsTransport, port: int, servers: Authority
) -> None:
    """nginx ends no handshake over it: the answer is shown as any other."""
    reply = get(transport, port, servers.trusted)
    assert (reply.status_code, reply.error) == (400, None)
    assert b"No required SSL certificate was sent" in content(reply.body)


def test_a_certificate_of_somebody_else(
    transport: RequestsTransport, tmp_path: Path, port: int, servers: Authority
) -> None:
    stranger = servers.client().pem(tmp_path / "desk.pem")
    reply = get(transport, port, replace(servers.trusted, client_certificate=stranger))
    assert reply.status_code == 400
    assert b"The SSL certificate error" in content(reply.body)


def test_its_own_certificate_is_checked_before_it_learns_who_asks(
    transport: RequestsTransport, tmp_path: Path, port: int, clients: Authority
) -> None:
    """Statement 74: a client certificate does not weaken the check of the server's."""
    shown = clients.client().pem(tmp_path / "desk.pem")
    reply = get(transport, port, replace(clients.trusted, client_certificate=shown))
    assert isinstance(reply.error, CertificateNotTrusted)
    assert (reply.error.phase, reply.error.sent) == (Phase.TLS, Sent.NOTHING)


def test_a_server_of_old(
    transport: RequestsTransport, tmp_path: Path, servers: Authority, clients: Authority
) -> None:
    certificate = Path(servers.server("localhost").pem(tmp_path / "server.pem").path)
    newest = replace(servers.trusted, minimum_version=TlsVersion.TLS_1_3)
    with nginx(tmp_path, certificate, clients.ca_file, "ssl_protocols TLSv1.2;") as old:
        refused = get(transport, old, newest)
        reply = get(transport, old, servers.trusted)
    assert isinstance(refused.error, TlsVersionTooOld)
    assert reply.connection is not None
    assert reply.connection.tls_version == "TLSv1.2"
    assert content(reply.body).startswith(b"NONE||TLSv1.2|localhost|")
