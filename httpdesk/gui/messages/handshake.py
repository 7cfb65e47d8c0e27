"""Messages about handshakes that failed over a version or over the client's certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import (
    CHOOSE_CERTIFICATE,
    Message,
    Remedy,
    because,
    edit_url,
    place_of,
    shortened,
    tls_settings,
    try_again,
)
from httpdesk.model import errors
from httpdesk.model.errors import ClientCertificateFault
from httpdesk.model.network import TlsVersion

translate = QCoreApplication.translate


def _version_too_old(error: errors.TlsVersionTooOld) -> Message:
    if error.minimum == TlsVersion.TLS_1_2.value:
        text = translate("Messages", "TLS {0} is the oldest version that is spoken here.")
        remedies = (try_again(), edit_url())
    else:
        text = translate("Messages", "TLS {0} is the oldest version that the settings allow.")
        remedies = (tls_settings(), try_again())
    return Message(
        translate("Messages", "{0} speaks only older versions of TLS").format(place_of(error)),
        because(text.format(error.minimum), error),
        remedies,
        pill=translate("Messages", "TLS error"),
    )


def _client_certificate_refused(error: errors.ClientCertificateRefused) -> Message:
    if not error.certificate:
        title = translate("Messages", "The server wants a client certificate")
        text = translate(
            "Messages",
            "No certificate is chosen for {0}. The file that you choose is kept in the settings.",
        ).format(place_of(error))
    else:
        title = translate("Messages", "The server refused the client certificate")
        text = _fault(error.fault).format(shortened(error.certificate))
    choose = Remedy(CHOOSE_CERTIFICATE, translate("Messages", "Choose a client certificate…"))
    return Message(
        title,
        because(text, error),
        (choose, tls_settings(), try_again()),
        pill=translate("Messages", "TLS error"),
    )


def _fault(fault: ClientCertificateFault) -> str:
    """Return what the server has against the file {0}."""
    return {
        ClientCertificateFault.WANTED: translate(
            "Messages", "It asked for a certificate of another kind than the one in {0}."
        ),
        ClientCertificateFault.UNKNOWN_AUTHORITY: translate(
            "Messages", "It doesn't know who issued the certificate in {0}."
        ),
        ClientCertificateFault.EXPIRED: translate(
            "Messages", "It says that the certificate in {0} has expired."
        ),
        ClientCertificateFault.REVOKED: translate(
            "Messages", "It says that the certificate in {0} was revoked."
        ),
        ClientCertificateFault.NOT_ACCEPTED: translate(
            "Messages", "It doesn't accept the certificate in {0}, and doesn't say why."
        ),
    }[fault]


HANDSHAKE_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.TlsVersionTooOld: _version_too_old,
    errors.ClientCertificateRefused: _client_certificate_refused,
}
