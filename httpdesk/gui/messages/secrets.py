"""What is said of secrets: their names in words, and why one can be neither read nor kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import (
    ENTER_SECRET,
    SECRET_SETTINGS,
    Message,
    Remedy,
    shortened,
    try_again,
)
from httpdesk.model import errors
from httpdesk.model.errors import SecretsReason

translate = QCoreApplication.translate

_CERTIFICATE, _CONNECTION = "certificate ", "connection "


def secret_name(name: str) -> str:
    """Return what a secret is, from the name under which it is kept; never what it says."""
    if name == "proxy":
        return translate("Secrets", "Proxy password")
    if name.startswith(_CERTIFICATE):
        file = os.path.basename(name.removeprefix(_CERTIFICATE).replace("\\", "/"))
        return translate("Secrets", "Passphrase of {0}").format(shortened(file))
    if name.startswith(_CONNECTION):
        kind = name.split(" ", 2)[-1].replace("_", " ")
        return translate("Secrets", "A connection's {0}").format(kind)
    return shortened(name)


def keyring_title(error: errors.SecretsFailed) -> str:
    """Return in a few words what is wrong with the keyring."""
    return {
        SecretsReason.NO_STORE: translate("Messages", "This system has no keyring"),
        SecretsReason.LOCKED: translate("Messages", "The system keyring is locked"),
        SecretsReason.NO_ANSWER: translate("Messages", "The system keyring doesn't answer"),
        SecretsReason.INCOMPLETE: translate("Messages", "A part of the secret is missing"),
        SecretsReason.MISSING: translate("Messages", "The secret is no longer there"),
        SecretsReason.FAILED: translate("Messages", "The system keyring failed"),
    }[error.reason]


def keyring_advice(error: errors.SecretsFailed) -> str:
    """Return what can be done about it."""
    return {
        SecretsReason.NO_STORE: translate(
            "Messages", "None was found that is known to be safe, and nothing is kept in clear."
        ),
        SecretsReason.LOCKED: translate("Messages", "Unlock the keyring, then try again."),
        SecretsReason.NO_ANSWER: translate(
            "Messages", "The keyring may be waiting for a passphrase."
        ),
        SecretsReason.INCOMPLETE: translate("Messages", "Enter the secret anew."),
        SecretsReason.MISSING: translate("Messages", "Somebody deleted it. Enter it anew."),
        SecretsReason.FAILED: translate("Messages", "The exact reason is in Details."),
    }[error.reason]


def _secrets_failed(error: errors.SecretsFailed) -> Message:
    advice = keyring_advice(error)
    settings = Remedy(SECRET_SETTINGS, translate("Messages", "Open settings"))
    pill = translate("Messages", "Keyring")
    if not error.name:
        return Message(keyring_title(error), advice, (try_again(), settings), pill=pill)
    needed = translate("Messages", "{0} is needed, and nothing was sent without it. {1}")
    enter = Remedy(ENTER_SECRET, translate("Messages", "Keep until HTTPDesk closes"))
    entered_anew = error.reason in (
        SecretsReason.NO_STORE,
        SecretsReason.INCOMPLETE,
        SecretsReason.MISSING,
    )
    remedies = (enter, try_again()) if entered_anew else (try_again(), enter)
    text = needed.format(secret_name(error.name), advice)
    return Message(keyring_title(error), text, (*remedies, settings), pill=pill)


SECRET_MESSAGES: dict[type, Callable[[Any], Message]] = {errors.SecretsFailed: _secrets_failed}
