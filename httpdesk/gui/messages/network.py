"""Messages about proxies, and about the files that TLS needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import (
    CHOOSE_TLS_FILE,
    PASSPHRASE,
    PROXY_SIGN_IN,
    SYSTEM_TRUST,
    WITHOUT_PROXY,
    Message,
    Remedy,
    because,
    proxy_settings,
    shortened,
    tls_settings,
    try_again,
)
from httpdesk.model import errors
from httpdesk.model.errors import Phase, ProxyUrlReason, TlsFileReason, TlsFileRole
from httpdesk.model.exchange import Exchange

translate = QCoreApplication.translate
PROXY_AUTHENTICATION_REQUIRED = 407


def proxy_problem(reason: ProxyUrlReason) -> str:
    """Return what is wrong with the address of a proxy."""
    return {
        ProxyUrlReason.EMPTY: translate(
            "Messages", "Type the proxy's address. Until then nothing can be sent."
        ),
        ProxyUrlReason.SCHEME: translate(
            "Messages", "The address begins with http://, https:// or socks5://."
        ),
        ProxyUrlReason.HOST: translate("Messages", "The address names no host that can be used."),
        ProxyUrlReason.PORT: translate("Messages", "The port is a number from 1 to 65535."),
    }[reason]


def _invalid_proxy(error: errors.InvalidProxy) -> Message:
    if error.from_system:
        title = translate("Messages", "The system's proxy can't be used")
    else:
        title = translate("Messages", "The proxy's address can't be used")
    named = shortened(error.text)
    text = proxy_problem(error.reason)
    if named:
        text = translate("Messages", "“{0}”: {1}").format(named, text)
    return Message(
        title,
        text + " " + translate("Messages", "Nothing was sent."),
        (proxy_settings(), Remedy(WITHOUT_PROXY, translate("Messages", "Send without proxy"))),
        pill=translate("Messages", "Not sent"),
    )


def _proxy_failed(error: errors.ProxyFailed) -> Message:
    proxy = error.proxy or translate("Messages", "the proxy")
    around = Remedy(WITHOUT_PROXY, translate("Messages", "Send without proxy"))
    if error.refused or error.status_code == PROXY_AUTHENTICATION_REQUIRED:
        return Message(
            translate("Messages", "The proxy wants a sign-in"),
            because(
                translate("Messages", "{0} did not let the request through.").format(proxy), error
            ),
            (
                Remedy(PROXY_SIGN_IN, translate("Messages", "Sign in and send again")),
                proxy_settings(),
                around,
            ),
            pill=translate("Messages", "Proxy error"),
        )
    return Message(
        translate("Messages", "Can't get through {0}").format(proxy),
        because(_proxy_reason(error), error),
        (proxy_settings(), try_again(), around),
        pill=translate("Messages", "Proxy error"),
    )


def _proxy_reason(error: errors.ProxyFailed) -> str:
    if error.status_code is not None:
        return translate("Messages", "The proxy answered with status {0}.").format(
            error.status_code
        )
    if error.phase is Phase.DNS:
        return translate("Messages", "The proxy's name has no address.")
    if error.phase is Phase.CONNECT:
        return translate(
            "Messages", "The proxy took no connection. Is it running, and is this its port?"
        )
    return translate("Messages", "The proxy refused the connection or did not answer.")


def _tls_file_unusable(error: errors.TlsFileUnusable) -> Message:
    path = shortened(error.path)
    if error.reason in (TlsFileReason.PASSPHRASE_NEEDED, TlsFileReason.PASSPHRASE_WRONG):
        return Message(
            translate("Messages", "The client certificate needs its passphrase"),
            because(tls_file_problem(error.reason).format(path), error),
            (
                Remedy(PASSPHRASE, translate("Messages", "Use it and send again")),
                Remedy(CHOOSE_TLS_FILE, translate("Messages", "Choose another file…")),
                tls_settings(),
            ),
            pill=translate("Messages", "TLS error"),
        )
    titles = {
        TlsFileRole.CA: translate("Messages", "The CA file can't be used"),
        TlsFileRole.CERTIFICATE: translate("Messages", "The client certificate can't be used"),
        TlsFileRole.KEY: translate("Messages", "The key of the client certificate can't be used"),
    }
    return Message(
        titles[error.role],
        because(tls_file_problem(error.reason).format(path), error),
        (
            Remedy(CHOOSE_TLS_FILE, translate("Messages", "Choose another file…")),
            tls_settings(),
            try_again(),
        ),
        pill=translate("Messages", "TLS error"),
    )


def tls_file_problem(reason: TlsFileReason) -> str:
    """Return a sentence about a file, with {0} where its path goes."""
    return {
        TlsFileReason.MISSING: translate("Messages", "There is no file {0}."),
        TlsFileReason.UNREADABLE: translate("Messages", "{0} can't be read."),
        TlsFileReason.NOT_UNDERSTOOD: translate(
            "Messages", "{0} is neither PEM nor PKCS#12, or lacks what is needed."
        ),
        TlsFileReason.PASSPHRASE_NEEDED: translate(
            "Messages", "{0} is encrypted, and no passphrase is known."
        ),
        TlsFileReason.PASSPHRASE_WRONG: translate("Messages", "The passphrase does not open {0}."),
        TlsFileReason.NO_KEY: translate(
            "Messages", "{0} holds no private key. Name the file that does in the settings."
        ),
        TlsFileReason.TOO_WEAK: translate(
            "Messages", "{0} has a key or signature that is not safe any more."
        ),
        TlsFileReason.KEY_MISMATCH: translate(
            "Messages", "The key in {0} is not the certificate's."
        ),
    }[reason]


def ca_file_of(exchange: Exchange) -> str:
    """Return the file whose authorities were asked about the last hop, "" for the system's."""
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    connection = hops[-1].connection if hops else None
    if connection is not None and connection.ca_file:
        return connection.ca_file
    return exchange.request.route.tls.ca_file if len(hops) <= 1 else ""


def with_system_trust(message: Message, exchange: Exchange) -> Message:
    """Offer the system's authorities where a file of the settings took their place."""
    file = ca_file_of(exchange)
    if not file:
        return message
    only = translate("Messages", "For this host only the authorities in {0} are believed.")
    text = f"{message.text} {only.format(shortened(file))}"
    system = Remedy(SYSTEM_TRUST, translate("Messages", "Use system certificates"))
    first, *others = message.remedies
    return replace(message, text=text, remedies=(first, system, *others))


NETWORK_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.InvalidProxy: _invalid_proxy,
    errors.ProxyFailed: _proxy_failed,
    errors.TlsFileUnusable: _tls_file_unusable,
}
