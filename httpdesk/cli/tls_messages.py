"""What the command line says of handshakes and of certificates, the server's and the client's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from httpdesk.cli.told import place_of, told
from httpdesk.model import errors
from httpdesk.model.errors import ClientCertificateFault
from httpdesk.model.network import TlsVersion

_INSECURE = "For a test server of your own, --insecure sends without this check."

_FAULTS = {
    ClientCertificateFault.WANTED: "it asked for one of another kind",
    ClientCertificateFault.UNKNOWN_AUTHORITY: "it does not know who issued it",
    ClientCertificateFault.EXPIRED: "it says that it has expired",
    ClientCertificateFault.REVOKED: "it says that it was revoked",
    ClientCertificateFault.NOT_ACCEPTED: "it does not say why",
}


def _tls_failed(error: errors.TlsFailed) -> str:
    text = f"The TLS handshake with {place_of(error)} failed."
    return told(error, text, "Check that this port speaks TLS; perhaps it wants http://.")


def _version_too_old(error: errors.TlsVersionTooOld) -> str:
    text = f"{place_of(error)} speaks no version of TLS from {error.minimum} on."
    if error.minimum == TlsVersion.TLS_1_2.value:
        return told(error, text)
    return told(
        error, text, "The oldest version that is allowed is that of --tls-min, or of the settings."
    )


def _client_certificate_refused(error: errors.ClientCertificateRefused) -> str:
    if not error.certificate:
        text = f"{place_of(error)} wants to be shown a client certificate."
        return told(error, text, "Name its file with --cert, and that of its key with --key.")
    refused = f"{place_of(error)} refused the client certificate {error.certificate}"
    return told(error, f"{refused}: {_FAULTS[error.fault]}.")


def _certificate_failed(error: errors.CertificateFailed) -> str:
    return told(error, f"The certificate of {place_of(error)} was refused.", _INSECURE)


def _not_trusted(error: errors.CertificateNotTrusted) -> str:
    issuer = error.chain[-1].issuer if error.chain else "somebody"
    text = (
        f"The certificate of {place_of(error)} comes from {issuer}, "
        "whom this computer does not know."
    )
    return told(error, text, f"Trust an authority of your own with --ca FILE. {_INSECURE}")


def _wrong_host(error: errors.CertificateWrongHost) -> str:
    names = ", ".join(error.chain[0].names[:5]) if error.chain else ""
    covers = f"it covers {names}" if names else "it does not cover this name"
    text = f"The certificate of {place_of(error)} is for another host: {covers}."
    return told(error, text, _INSECURE)


def _not_valid_now(error: errors.CertificateNotValidNow) -> str:
    span = ""
    if error.chain and error.chain[0].not_after:
        span = f": it is valid from {error.chain[0].not_before} to {error.chain[0].not_after}"
    text = f"The certificate of {place_of(error)} is not valid today{span}."
    return told(error, text, "Check this computer's clock. " + _INSECURE)


def _too_weak(error: errors.CertificateTooWeak) -> str:
    text = f"The certificate of {place_of(error)} has a key or signature that can be forged."
    return told(error, text, _INSECURE)


TLS_MESSAGES: dict[type, Callable[[Any], str]] = {
    errors.TlsFailed: _tls_failed,
    errors.TlsVersionTooOld: _version_too_old,
    errors.ClientCertificateRefused: _client_certificate_refused,
    errors.CertificateFailed: _certificate_failed,
    errors.CertificateNotTrusted: _not_trusted,
    errors.CertificateWrongHost: _wrong_host,
    errors.CertificateNotValidNow: _not_valid_now,
    errors.CertificateTooWeak: _too_weak,
}
