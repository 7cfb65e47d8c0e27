"""Messages for sends that brought no whole response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import (
    IGNORE_TLS,
    RAISE_TIMEOUT,
    SHOW_CERTIFICATE,
    SHOW_OPTIONS,
    TRUST_CA,
    TRY_AGAIN,
    Message,
    Remedy,
    because,
    certificate_name,
    edit_url,
    format_limit,
    place_of,
    proxy_settings,
    sent_sentence,
    shortened,
    show_timeline,
    try_again,
)
from httpdesk.gui.messages.phases import phase_name
from httpdesk.model import errors
from httpdesk.model.errors import Phase, SendFailed

translate = QCoreApplication.translate


def _invalid_request(_error: errors.InvalidRequest) -> Message:
    return Message(
        translate("Messages", "The request can't be sent as it is"),
        translate("Messages", "The place to mend is marked in the request. Nothing was sent."),
        pill=translate("Messages", "Not sent"),
    )


def _send_failed(error: SendFailed) -> Message:
    return Message(
        translate("Messages", "The request failed"),
        because(translate("Messages", "The exact reason is in Details."), error),
        (try_again(),),
        pill=translate("Messages", "Failed"),
    )


def _name_lookup_failed(error: errors.NameLookupFailed) -> Message:
    return Message(
        translate("Messages", "Can't find {0}").format(error.host),
        because(translate("Messages", "The name server has no address for this host."), error),
        (edit_url(), try_again(), proxy_settings()),
        pill=translate("Messages", "DNS error"),
    )


def _connect_failed(error: errors.ConnectFailed) -> Message:
    return Message(
        translate("Messages", "Can't reach {0}").format(place_of(error)),
        because(
            translate("Messages", "No connection came about: the network or the host is away."),
            error,
        ),
        (try_again(), edit_url()),
        pill=translate("Messages", "Not reached"),
    )


def _connection_refused(error: errors.ConnectionRefused) -> Message:
    return Message(
        translate("Messages", "Nothing is listening on {0}").format(place_of(error)),
        because(
            translate(
                "Messages",
                "The computer answered but refused the connection. Is the server running?",
            ),
            error,
        ),
        (try_again(), edit_url()),
        pill=translate("Messages", "Refused"),
    )


def _timed_out(error: errors.TimedOut) -> Message:
    limit = format_limit(error.limit_ms)
    title = translate("Messages", "No response within {0}").format(limit)
    if error.phase is Phase.RECEIVE:
        title = translate("Messages", "The response wasn't complete within {0}").format(limit)
    raise_to = format_limit(2 * error.limit_ms)
    return Message(
        title,
        _timeout_reason(error),
        (
            try_again(),
            Remedy(RAISE_TIMEOUT, translate("Messages", "Raise timeout to {0}").format(raise_to)),
        ),
        pill=translate("Messages", "Timed out"),
    )


def _timeout_reason(error: errors.TimedOut) -> str:
    reasons = {
        Phase.DNS: translate("Messages", "The name server did not answer. Nothing was sent."),
        Phase.CONNECT: translate(
            "Messages", "The server did not accept the connection. Nothing was sent."
        ),
        Phase.TLS: translate(
            "Messages",
            "The server accepted the connection but did not finish the TLS handshake. "
            "Nothing of the request was sent.",
        ),
        Phase.SEND: translate(
            "Messages", "The server stopped taking the request. Part of it was sent."
        ),
        Phase.WAIT: translate(
            "Messages",
            "The server accepted the connection but sent nothing. "
            "It may still be working on the request.",
        ),
        Phase.RECEIVE: translate(
            "Messages", "The server began to answer but did not finish. What came is kept."
        ),
    }
    if error.proxy:
        return translate("Messages", "The proxy {0} did not answer. Nothing was sent.").format(
            error.proxy
        )
    return reasons.get(error.phase, sent_sentence(error.sent))


def _tls_failed(error: errors.TlsFailed) -> Message:
    return Message(
        translate("Messages", "No secure connection to {0}").format(place_of(error)),
        because(
            translate(
                "Messages",
                "The TLS handshake failed. Does this port speak TLS, "
                "and a version that is still allowed?",
            ),
            error,
        ),
        (try_again(), edit_url()),
        pill=translate("Messages", "TLS error"),
    )


def _certificate_message(title: str, text: str, *remedies: Remedy) -> Message:
    show = Remedy(SHOW_CERTIFICATE, translate("Messages", "Show certificate"))
    return Message(
        title,
        text,
        remedies or (try_again(), show, edit_url()),
        Remedy(IGNORE_TLS, translate("Messages", "Ignore certificate errors for this request")),
        translate("Messages", "Unsafe outside test servers."),
        translate("Messages", "TLS error"),
    )


def _certificate_failed(_error: errors.CertificateFailed) -> Message:
    return _certificate_message(
        translate("Messages", "The server's certificate was refused"),
        translate("Messages", "The request was not sent, so no data left this computer."),
    )


def _certificate_not_trusted(error: errors.CertificateNotTrusted) -> Message:
    title = translate("Messages", "The server's certificate isn't trusted")
    if not error.chain:
        text = translate(
            "Messages",
            "This computer doesn't know who issued it. "
            "The request was not sent, so no data left this computer.",
        )
    elif len(error.chain) == 1 and error.chain[0].issuer == error.chain[0].subject:
        text = translate(
            "Messages",
            "The server signed it itself. The request was not sent, so no data left this computer.",
        )
    else:
        text = translate(
            "Messages",
            "It was issued by {0}, which this computer doesn't know. "
            "The request was not sent, so no data left this computer.",
        ).format(certificate_name(error.chain[-1].issuer))
    trust = Remedy(TRUST_CA, translate("Messages", "Trust a CA file…"))
    return _certificate_message(title, text, trust, try_again())


def _certificate_wrong_host(error: errors.CertificateWrongHost) -> Message:
    names = error.chain[0].names if error.chain else ()
    if names:
        text = translate("Messages", "It covers {0}, not {1}. Nothing was sent.").format(
            ", ".join(names[:3]) + ("…" if len(names) > 3 else ""), error.host
        )
    else:
        text = translate("Messages", "It doesn't cover {0}. Nothing was sent.").format(error.host)
    return _certificate_message(
        translate("Messages", "This certificate is for another host"),
        text,
        edit_url(),
        Remedy(SHOW_CERTIFICATE, translate("Messages", "Show certificate")),
        try_again(),
    )


def _certificate_not_valid_now(error: errors.CertificateNotValidNow) -> Message:
    leaf = error.chain[0] if error.chain else None
    text = translate("Messages", "Its time has passed, or has not come yet.")
    if leaf is not None and leaf.not_before and leaf.not_after:
        text = translate("Messages", "It is valid from {0} to {1}.").format(
            leaf.not_before[:10], leaf.not_after[:10]
        )
    advice = translate("Messages", "Is this computer's clock right? Nothing was sent.")
    return _certificate_message(
        translate("Messages", "The server's certificate isn't valid today"),
        f"{text} {advice}",
    )


def _certificate_too_weak(_error: errors.CertificateTooWeak) -> Message:
    return _certificate_message(
        translate("Messages", "The server's certificate is too weak"),
        translate(
            "Messages",
            "Its key or signature can be forged with the means of today. "
            "The request was not sent, so no data left this computer.",
        ),
    )


def _upload_changed(error: errors.UploadChanged) -> Message:
    return Message(
        translate("Messages", "A file changed while it was being sent"),
        because(
            translate(
                "Messages", "{0} is not as long any more as it was at the start, or broke off."
            ).format(shortened(error.path)),
            error,
        ),
        (try_again(),),
        pill=translate("Messages", "File changed"),
    )


def _too_many_redirects(error: errors.TooManyRedirects) -> Message:
    return Message(
        translate("Messages", "Still redirecting after {0} redirects").format(error.limit),
        translate(
            "Messages",
            "The server keeps pointing elsewhere, perhaps in a circle. "
            "The limit is set in Options.",
        ),
        (
            show_timeline(),
            Remedy(SHOW_OPTIONS, translate("Messages", "Change the limit")),
            try_again(),
        ),
        pill=translate("Messages", "Redirects"),
    )


def _unsupported_challenge(error: errors.UnsupportedChallenge) -> Message:
    asked = " ".join(part for part in (error.algorithm, error.qop and f"qop {error.qop}") if part)
    return Message(
        translate("Messages", "The server asks for another kind of Digest"),
        translate(
            "Messages",
            "{0} wants “{1}”. MD5, MD5-sess, SHA-256 and SHA-512 are known, with qop auth. "
            "Nothing was signed.",
        ).format(shortened(error.host), shortened(asked)),
        (show_timeline(), try_again()),
        pill=translate("Messages", "Digest error"),
    )


def _invalid_redirect(error: errors.InvalidRedirect) -> Message:
    return Message(
        translate("Messages", "The redirect can't be followed"),
        translate(
            "Messages",
            "The server points to “{0}”, which is no address that may be followed.",
        ).format(shortened(error.location)),
        (show_timeline(), try_again()),
        pill=translate("Messages", "Redirect error"),
    )


def _cancelled(error: errors.Cancelled) -> Message:
    during = translate("Messages", "You stopped it during: {0}.").format(phase_name(error.phase))
    if error.between_attempts:
        during = translate("Messages", "You stopped it before the next attempt.")
    return Message(
        translate("Messages", "Cancelled"),
        because(during, error),
        (Remedy(TRY_AGAIN, translate("Messages", "Send again")),),
        pill=translate("Messages", "Cancelled"),
    )


SEND_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.InvalidRequest: _invalid_request,
    errors.SendFailed: _send_failed,
    errors.NameLookupFailed: _name_lookup_failed,
    errors.ConnectFailed: _connect_failed,
    errors.ConnectionRefused: _connection_refused,
    errors.TimedOut: _timed_out,
    errors.TlsFailed: _tls_failed,
    errors.CertificateFailed: _certificate_failed,
    errors.CertificateNotTrusted: _certificate_not_trusted,
    errors.CertificateWrongHost: _certificate_wrong_host,
    errors.CertificateNotValidNow: _certificate_not_valid_now,
    errors.CertificateTooWeak: _certificate_too_weak,
    errors.UploadChanged: _upload_changed,
    errors.TooManyRedirects: _too_many_redirects,
    errors.UnsupportedChallenge: _unsupported_challenge,
    errors.InvalidRedirect: _invalid_redirect,
    errors.Cancelled: _cancelled,
}
