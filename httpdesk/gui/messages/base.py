"""What a message about an error is made of, and the parts that several share."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from httpdesk.model.errors import SendFailed, Sent

translate = QCoreApplication.translate

EDIT_URL = "edit-url"
TRY_AGAIN = "try-again"
RAISE_TIMEOUT = "raise-timeout"
IGNORE_TLS = "ignore-tls"
SHOW_TIMELINE = "show-timeline"
SHOW_DEBUG = "show-debug"
SHOW_OPTIONS = "show-options"
SAVE_RAW = "save-raw"
FOLLOW = "follow"
SAVE_AS = "save-as"
RELOAD = "reload"
OVERWRITE = "overwrite"
TRUST_CA = "trust-ca"
SYSTEM_TRUST = "system-trust"
SHOW_CERTIFICATE = "show-certificate"
CHOOSE_CERTIFICATE = "choose-certificate"
CHOOSE_TLS_FILE = "choose-tls-file"
PASSPHRASE = "passphrase"
TLS_SETTINGS = "tls-settings"
PROXY_SETTINGS = "proxy-settings"
PROXY_SIGN_IN = "proxy-sign-in"
ENTER_SECRET = "enter-secret"
SECRET_SETTINGS = "secret-settings"
UNLOCK_VAULT = "unlock-vault"
WITHOUT_PROXY = "without-proxy"

_TELLING_ATTRIBUTES = ("commonName", "CN", "organizationalUnitName", "OU", "organizationName", "O")


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that the user can do about an error, done when `key` is asked for."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Message:
    """What the error view and the status row say about an error."""

    title: str
    text: str
    remedies: tuple[Remedy, ...] = ()
    """The first one is the primary one."""
    unsafe: Remedy | None = None
    unsafe_warning: str = ""
    pill: str = ""
    """Two or three words for the status row."""


def sent_sentence(sent: Sent) -> str:
    """Return whether data left the computer, as a sentence."""
    return {
        Sent.NOTHING: translate("Messages", "Nothing was sent."),
        Sent.PART: translate("Messages", "Part of the request was sent."),
        Sent.ALL: translate(
            "Messages", "The whole request was sent, so the server may have acted on it."
        ),
    }[sent]


def format_limit(milliseconds: int) -> str:
    """Return a time limit as it is set: `500 ms`, `30 s`, `1.5 s`."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    return f"{milliseconds / 1000:,g} s"


def try_again() -> Remedy:
    """Return the remedy that sends once more."""
    return Remedy(TRY_AGAIN, translate("Messages", "Try again"))


def edit_url() -> Remedy:
    """Return the remedy that puts the focus into the URL."""
    return Remedy(EDIT_URL, translate("Messages", "Edit URL"))


def show_timeline() -> Remedy:
    """Return the remedy that opens the Timeline tab."""
    return Remedy(SHOW_TIMELINE, translate("Messages", "Show timeline"))


def save_as() -> Remedy:
    """Return the remedy that saves to another place."""
    return Remedy(SAVE_AS, translate("Messages", "Save as…"))


def proxy_settings() -> Remedy:
    """Return the remedy that opens the settings at the proxy."""
    return Remedy(PROXY_SETTINGS, translate("Messages", "Proxy settings…"))


def tls_settings() -> Remedy:
    """Return the remedy that opens the settings at the certificates."""
    return Remedy(TLS_SETTINGS, translate("Messages", "Certificate settings…"))


def place_of(error: SendFailed) -> str:
    """Return host and port, the port only where it is known."""
    host = f"[{error.host}]" if ":" in error.host else error.host
    if not host:
        return translate("Messages", "the server")
    return f"{host}:{error.port}" if error.port else host


def certificate_name(distinguished: str) -> str:
    """Return what people call the holder of a certificate: common name, else unit, else all."""
    parts = dict(part.partition("=")[::2] for part in distinguished.split(", ") if "=" in part)
    for key in _TELLING_ATTRIBUTES:
        if parts.get(key):
            return parts[key]
    return distinguished


def because(text: str, error: SendFailed) -> str:
    """Return `text` and whether data left the computer."""
    return f"{text} {sent_sentence(error.sent)}"


def shortened(text: str, length: int = 200) -> str:
    """Return `text`, cut to `length` characters with an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"
