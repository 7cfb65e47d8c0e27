"""Servers with TLS and certificates that are good, or wrong in one way.

authority = Authority(tmp_path)
with tls_server(authority.context("localhost")) as server:
    send(transport, resolved(server.port, scheme="https", tls=authority.trusted))
"""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from httpdesk.model.network import ClientCertificate, TlsOptions
from tests.helpers.raw_server import Behaviour, RawServer, RecordingPeer, answering, response


class Authority:
    """A certificate authority of the test; `ca_file` is what a client has to trust."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._authority = trustme.CA()
        self.ca_file = folder / f"{name}.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))

    @property
    def trusted(self) -> TlsOptions:
        """The options of a client that trusts this authority and no other."""
        return TlsOptions(ca_file=str(self.ca_file))

    def context(self, *names: str) -> ssl.SSLContext:
        """Return a server's context with a certificate for `names`."""
        return _server_context(self._authority.issue_cert(*names))

    def expired_context(self, *names: str) -> ssl.SSLContext:
        """Return a server's context with a certificate that ended with 2001."""
        return _server_context(
            self._authority.issue_cert(*names, not_after=datetime(2001, 12, 31, tzinfo=UTC))
        )

    def early_context(self, *names: str) -> ssl.SSLContext:
        """Return a server's context with a certificate that is valid from next year on."""
        start = datetime.now(UTC) + timedelta(days=365)
        return _server_context(self._authority.issue_cert(*names, not_before=start))

    def deep_context(self, *names: str) -> ssl.SSLContext:
        """Return a server's context whose certificate is issued by an authority in between."""
        return _server_context(self._authority.create_child_ca().issue_cert(*names))

    def asking(self, context: ssl.SSLContext) -> ssl.SSLContext:
        """Let a server's context demand a client certificate of this authority."""
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.ca_file)
        return context

    def client(
        self, name: str = "desk@example.test", not_after: datetime | None = None
    ) -> CertificateFiles:
        """Return a client certificate, to be written in one of several forms."""
        return CertificateFiles(self._authority.issue_cert(name, not_after=not_after))

    def server(self, *names: str) -> CertificateFiles:
        """Return a server's certificate, to be written to a file."""
        return CertificateFiles(self._authority.issue_cert(*names))


class CertificateFiles:
    """A certificate and its key, written to files as they are met in the wild."""

    def __init__(self, issued: trustme.LeafCert) -> None:
        self.certificate = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        self.key = issued.private_key_pem.bytes()

    def pem(self, path: Path) -> ClientCertificate:
        """Write certificate and key into one PEM file."""
        path.write_bytes(self.certificate + self.key)
        return ClientCertificate(str(path))

    def two_files(self, path: Path, key_path: Path) -> ClientCertificate:
        """Write certificate and key into a PEM file each."""
        path.write_bytes(self.certificate)
        key_path.write_bytes(self.key)
        return ClientCertificate(str(path), str(key_path))

    def encrypted(
        self, path: Path, passphrase: str, form: PrivateFormat = PrivateFormat.PKCS8
    ) -> ClientCertificate:
        """Write certificate and encrypted key into one PEM file."""
        key = load_pem_private_key(self.key, None).private_bytes(
            Encoding.PEM, form, BestAvailableEncryption(passphrase.encode())
        )
        path.write_bytes(self.certificate + key)
        return ClientCertificate(str(path), passphrase=passphrase)

    def pkcs12(self, path: Path, passphrase: str = "", *, key: bool = True) -> ClientCertificate:
        """Write a PKCS#12 file, which may be without a passphrase or without a key."""
        encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        leaf, *others = x509.load_pem_x509_certificates(self.certificate)
        secret = load_pem_private_key(self.key, None) if key else None
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"desk",
                secret,  # type: ignore[arg-type]
                leaf if key else None,
                others if key else [leaf],
                encryption,
            )
        )
        return ClientCertificate(str(path), passphrase=passphrase)


def self_signed(folder: Path, *, bits: int = 2048) -> Path:
    """Write certificate and key of a server that vouches for itself as `localhost`."""
    key = rsa.generate_private_key(65537, bits)
    certificate = _builder("localhost", "localhost", key.public_key()).sign(key, hashes.SHA256())
    return _write(folder / f"self-{bits}.pem", certificate, key)


def sha1_signed(folder: Path) -> tuple[Path, Path]:
    """Write a server's certificate and key, signed with SHA-1; return it and its authority.

    No library signs like that any more, so the names of the algorithm are changed in the bytes and
    the signature is made anew; both have the length of the ones before.
    """
    key = rsa.generate_private_key(65537, 2048)
    authority = _builder("authority", "authority", key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    known = folder / "sha1-authority.pem"
    known.write_bytes(authority.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    modern = _builder("localhost", "authority", key.public_key()).sign(key, hashes.SHA256())
    signed = modern.tbs_certificate_bytes.replace(_SHA256_RSA, _SHA1_RSA)
    der = modern.public_bytes(Encoding.DER).replace(_SHA256_RSA, _SHA1_RSA)
    der = der[: -len(modern.signature)] + _sign_sha1(key, signed)
    return _write(folder / "sha1.pem", x509.load_der_x509_certificate(der), key), known


_SHA256_RSA = bytes.fromhex("06092a864886f70d01010b")
_SHA1_RSA = bytes.fromhex("06092a864886f70d010105")
_SHA1_DIGEST = bytes.fromhex("3021300906052b0e03021a05000414")
"""What stands before a SHA-1 digest in a signature (RFC 8017 section 9.2)."""


def _sign_sha1(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    digest = _SHA1_DIGEST + hashlib.sha1(data).digest()
    size = key.key_size // 8
    padded = b"\0\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest
    numbers = key.private_numbers()
    signature = pow(int.from_bytes(padded), numbers.d, numbers.public_numbers.n)
    return signature.to_bytes(size)


def _builder(subject: str, issuer: str, key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, it)]) for it in (subject, issuer)]
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(names[1], names[0], key, x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
    )


def _write(path: Path, certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> Path:
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
    return path


def context_of(pem: Path) -> ssl.SSLContext:
    """Return a server's context for a certificate with its key, however weak they are."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(pem)
    return context


def _server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def tls_server(
    context: ssl.SSLContext, behaviour: Behaviour | None = None, port: int = 0
) -> RawServer:
    """Return a server with TLS that answers `secure`, unless told otherwise."""
    return RawServer(behaviour or answering(response(b"secure")), tls=context, port=port)


def say_goodbye(peer: RecordingPeer) -> None:
    """End TLS in order, with close_notify; a connection that is only closed was cut."""
    assert isinstance(peer.sock, ssl.SSLSocket)
    peer.sock.unwrap()
