"""Authorities, client certificates and keys: from the user's files into a TLS context.

OpenSSL would ask for a missing passphrase on the terminal, and tells hardly more than "PEM lib"
when it does not like a file. So each key is loaded with a passphrase at hand, and what is wrong
with a file is found by looking at it.
"""

from __future__ import annotations

import os
import re
import secrets
import ssl
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from httpdesk.model.errors import TlsFileReason, TlsFileRole
from httpdesk.model.network import ClientCertificate

LARGEST_FILE = 16 * 1024 * 1024
"""No certificate or key has this many bytes; a store of all authorities has a quarter million."""

_PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_CERTIFICATE_LABELS = {b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"}
_KEY_LABEL = b"PRIVATE KEY"
_ENCRYPTED = (b"ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED")
"""The label of PKCS#8 (RFC 7468) and the header of older keys (RFC 1421)."""

_SEQUENCE = 0x30
_VERSION_3 = b"\x02\x01\x03"
"""What a PKCS#12 file begins with inside of its outer sequence (RFC 7292 section 4)."""

_WEAK = ("TOO_SMALL", "TOO_WEAK")
_MISMATCH = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED")
"""Endings of OpenSSL's names for what it refuses; the last is for a key of another algorithm."""


class TlsFileError(Exception):
    """A file cannot be used: which one, what for and why; never what is in it."""

    def __init__(
        self, role: TlsFileRole, reason: TlsFileReason, path: str, detail: str = ""
    ) -> None:
        super().__init__(role, reason)
        self.role = role
        self.reason = reason
        self.path = path
        self.detail = detail


Stamp = tuple[int, int, int] | None


def stamp(path: str) -> Stamp:
    """Return what changes when the file at `path` does; None when nothing is there."""
    if not path:
        return None
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def load_authorities(context: ssl.SSLContext, path: str) -> None:
    """Let `context` believe the certificates in the PEM file at `path`; raises TlsFileError.

    Each of them is believed by itself: an authority below another one, or the certificate of the
    server, needs nobody above it.
    """
    read(path, TlsFileRole.CA)
    try:
        context.load_verify_locations(cafile=path)
    except (OSError, ValueError) as error:
        raise TlsFileError(
            TlsFileRole.CA, TlsFileReason.NOT_UNDERSTOOD, path, _text(error)
        ) from error
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN


def load_client_certificate(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    """Let `context` show `certificate`, a PEM or PKCS#12 file; raises TlsFileError."""
    data = read(certificate.path, TlsFileRole.CERTIFICATE)
    if _PEM_BLOCK.search(data):
        _load_pem(context, certificate, data)
    elif _is_pkcs12(data):
        _load_pkcs12(context, certificate, data)
    else:
        raise TlsFileError(TlsFileRole.CERTIFICATE, TlsFileReason.NOT_UNDERSTOOD, certificate.path)


def read(path: str, role: TlsFileRole) -> bytes:
    """Return what is in the file; raises TlsFileError."""
    try:
        # A pipe would keep us waiting, some devices never end.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise TlsFileError(role, TlsFileReason.UNREADABLE, path, "not a regular file")
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise TlsFileError(role, TlsFileReason.MISSING, path, _text(error)) from error
    except (OSError, ValueError) as error:
        raise TlsFileError(role, TlsFileReason.UNREADABLE, path, _text(error)) from error
    if len(data) > LARGEST_FILE:
        raise TlsFileError(role, TlsFileReason.NOT_UNDERSTOOD, path, "larger than 16 MiB")
    return data


# PEM


def _load_pem(context: ssl.SSLContext, certificate: ClientCertificate, data: bytes) -> None:
    path, key_path = certificate.path, certificate.key_path or certificate.path
    role = TlsFileRole.KEY if certificate.key_path else TlsFileRole.CERTIFICATE
    if not any(label in _CERTIFICATE_LABELS for label, _ in _PEM_BLOCK.findall(data)):
        raise TlsFileError(TlsFileRole.CERTIFICATE, TlsFileReason.NOT_UNDERSTOOD, path)
    encrypted = _is_encrypted(_key_in(key_path, role, data))
    if encrypted and not certificate.passphrase:
        raise TlsFileError(role, TlsFileReason.PASSPHRASE_NEEDED, key_path)
    try:
        context.load_cert_chain(path, key_path, password=lambda: certificate.passphrase)
    except (OSError, ValueError) as error:
        raise _pem_problem(error, certificate, data, encrypted=encrypted) from error


def _key_in(path: str, role: TlsFileRole, data: bytes) -> bytes:
    """Return the first key's block in the file, `data` when it has been read already."""
    if role is TlsFileRole.KEY:
        data = read(path, role)
    for found in _PEM_BLOCK.finditer(data):
        if found[1].endswith(_KEY_LABEL):
            return found[0]
    is_pem = _PEM_BLOCK.search(data) is not None
    raise TlsFileError(role, TlsFileReason.NO_KEY if is_pem else TlsFileReason.NOT_UNDERSTOOD, path)


def _is_encrypted(key: bytes) -> bool:
    return any(mark in key for mark in _ENCRYPTED)


def _pem_problem(
    error: OSError | ValueError, certificate: ClientCertificate, data: bytes, *, encrypted: bool
) -> TlsFileError:
    """Return what OpenSSL meant: it reads the certificate first, then the key."""
    code = str(getattr(error, "reason", "") or "")
    role = TlsFileRole.KEY if certificate.key_path else TlsFileRole.CERTIFICATE
    path = certificate.key_path or certificate.path
    if code.endswith(_WEAK):
        role, path, reason = TlsFileRole.CERTIFICATE, certificate.path, TlsFileReason.TOO_WEAK
    elif code.endswith(_MISMATCH):
        reason = TlsFileReason.KEY_MISMATCH
    elif not _is_certificate(data):
        role, path = TlsFileRole.CERTIFICATE, certificate.path
        reason = TlsFileReason.NOT_UNDERSTOOD
    elif encrypted:
        reason = TlsFileReason.PASSPHRASE_WRONG
    else:
        reason = TlsFileReason.NOT_UNDERSTOOD
    return TlsFileError(role, reason, path, _text(error))


def _is_certificate(data: bytes) -> bool:
    """Whether OpenSSL understands the first certificate."""
    first = next(found[2] for found in _PEM_BLOCK.finditer(data) if found[1] in _CERTIFICATE_LABELS)
    plain = b"-----BEGIN CERTIFICATE-----" + first + b"-----END CERTIFICATE-----\n"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=plain.decode("ascii"))
    except (ssl.SSLError, ValueError):
        return False
    return True


# PKCS#12


def _is_pkcs12(data: bytes) -> bool:
    if len(data) < 8 or data[0] != _SEQUENCE:
        return False
    size_bytes = data[1] & 0x7F if data[1] > 0x80 else 0
    size = int.from_bytes(data[2 : 2 + size_bytes]) if size_bytes else data[1]
    head = 2 + size_bytes
    return data.startswith(_VERSION_3, head) and len(data) >= head + size


def _load_pkcs12(context: ssl.SSLContext, certificate: ClientCertificate, data: bytes) -> None:
    passphrase = secrets.token_urlsafe(32)
    pem = _pkcs12_as_pem(certificate, data, passphrase)
    try:
        with _as_file(pem) as path:
            context.load_cert_chain(path, password=lambda: passphrase)
    except (OSError, ValueError) as error:
        weak = str(getattr(error, "reason", "") or "").endswith(_WEAK)
        reason = TlsFileReason.TOO_WEAK if weak else TlsFileReason.NOT_UNDERSTOOD
        raise TlsFileError(
            TlsFileRole.CERTIFICATE, reason, certificate.path, _text(error)
        ) from error


def _pkcs12_as_pem(certificate: ClientCertificate, data: bytes, passphrase: str) -> bytes:
    """Return key, certificate and its chain as PEM, the key encrypted with `passphrase`."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        pkcs12,
    )

    def problem(reason: TlsFileReason, detail: str = "") -> TlsFileError:
        return TlsFileError(TlsFileRole.CERTIFICATE, reason, certificate.path, detail)

    given = certificate.passphrase
    try:
        key, leaf, others = pkcs12.load_key_and_certificates(data, given.encode())
    except UnsupportedAlgorithm as error:
        raise problem(TlsFileReason.NOT_UNDERSTOOD, "unsupported algorithm") from error
    except (TypeError, ValueError) as error:
        wrong, needed = TlsFileReason.PASSPHRASE_WRONG, TlsFileReason.PASSPHRASE_NEEDED
        raise problem(wrong if given else needed) from error
    if key is None:
        raise problem(TlsFileReason.NO_KEY)
    if leaf is None:
        raise problem(TlsFileReason.NOT_UNDERSTOOD)
    encryption = BestAvailableEncryption(passphrase.encode())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return pem + b"".join(one.public_bytes(Encoding.PEM) for one in (leaf, *others))


@contextmanager
def _as_file(pem: bytes) -> Iterator[str]:
    """Yield a path that leads to `pem` while the block runs; OpenSSL reads keys from files only.

    On Linux the file is memory. Elsewhere it is on disk for a moment, readable for its owner
    only; its key is encrypted in any case, and the passphrase is nowhere but in this process.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        with open(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            path = f"/proc/self/fd/{descriptor}"
            if os.path.exists(path):
                yield path
                return
    with tempfile.TemporaryDirectory(prefix="httpdesk-") as folder:
        hidden = Path(folder, "certificate.pem")
        hidden.touch(0o600)
        hidden.write_bytes(pem)
        yield str(hidden)


def _text(error: OSError | ValueError) -> str:
    """Return the system's or OpenSSL's own words, which do not quote what is in a file."""
    return str(getattr(error, "strerror", "") or type(error).__name__)
