"""What is said of secrets: their names in words, and why one can be neither read nor kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.environment_ports import secret_of
from httpdesk.gui.messages.base import (
    ENTER_SECRET,
    SECRET_SETTINGS,
    UNLOCK_VAULT,
    Message,
    Remedy,
    shortened,
    try_again,
)
from httpdesk.model import errors
from httpdesk.model.auth import TOKEN_SECRET
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
    if _is_token(name):
        return translate("Secrets", "A connection's token")
    if name.startswith(_CONNECTION):
        kind = name.split(" ", 2)[-1].replace("_", " ")
        return translate("Secrets", "A connection's {0}").format(kind)
    variable = secret_of(name)
    if variable is not None:
        words = translate("Secrets", "{0} of the environment {1}")
        return words.format(shortened(variable[1]), shortened(variable[0]))
    return shortened(name)


def _is_token(name: str) -> bool:
    """Return whether it is what a sign-in brings: nobody can type that."""
    return name.startswith(_CONNECTION) and name.endswith(f" {TOKEN_SECRET}")


def keyring_title(error: errors.SecretsFailed) -> str:
    """Return in a few words what is wrong with the keyring, or with the encrypted file."""
    if error.in_vault:
        return _vault_title(error)
    return {
        SecretsReason.NO_STORE: translate("Messages", "This system has no keyring"),
        SecretsReason.LOCKED: translate("Messages", "The system keyring is locked"),
        SecretsReason.NO_ANSWER: translate("Messages", "The system keyring doesn't answer"),
        SecretsReason.INCOMPLETE: translate("Messages", "A part of the secret is missing"),
        SecretsReason.MISSING: translate("Messages", "The secret is no longer there"),
    }.get(error.reason, translate("Messages", "The system keyring failed"))


def _vault_title(error: errors.SecretsFailed) -> str:
    return {
        SecretsReason.NO_STORE: translate("Messages", "There is no encrypted file yet"),
        SecretsReason.LOCKED: translate("Messages", "The encrypted file is locked"),
        SecretsReason.NO_ANSWER: translate("Messages", "The encrypted file is in use"),
        SecretsReason.MISSING: translate("Messages", "The encrypted file is no longer there"),
        SecretsReason.WRONG_PASSPHRASE: translate("Messages", "That passphrase doesn't open it"),
        SecretsReason.DAMAGED: translate("Messages", "The encrypted file is damaged"),
    }.get(error.reason, translate("Messages", "The encrypted file can't be used"))


def _vault_advice(error: errors.SecretsFailed) -> str:
    words = {
        SecretsReason.NO_STORE: translate("Messages", "Create it in the settings."),
        SecretsReason.LOCKED: translate("Messages", "Unlock it with your passphrase."),
        SecretsReason.NO_ANSWER: translate(
            "Messages", "Another program holds {0}. Try again in a moment."
        ),
        SecretsReason.MISSING: translate("Messages", "Bring back {0}, or create a new one."),
        SecretsReason.WRONG_PASSPHRASE: translate("Messages", "Nothing was changed."),
        SecretsReason.DAMAGED: translate(
            "Messages", "{0} was left as it is. Put a copy in its place, or move it away."
        ),
    }.get(error.reason, translate("Messages", "A later version of HTTPDesk wrote {0}."))
    return words.format(error.store)


def keyring_advice(error: errors.SecretsFailed) -> str:
    """Return what can be done about it."""
    if error.in_vault:
        return _vault_advice(error)
    if _is_token(error.name) and error.reason in (SecretsReason.INCOMPLETE, SecretsReason.MISSING):
        return translate("Messages", "Open the connection, and connect again.")
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
    }.get(error.reason, translate("Messages", "The exact reason is in Details."))


def _secrets_failed(error: errors.SecretsFailed) -> Message:
    if error.in_vault:
        return _vault_failed(error)
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
    remedies: tuple[Remedy, ...] = (try_again(), enter)
    if _is_token(error.name):
        remedies = (try_again(),)
    elif entered_anew:
        remedies = (enter, try_again())
    text = needed.format(secret_name(error.name), advice)
    return Message(keyring_title(error), text, (*remedies, settings), pill=pill)


def _vault_failed(error: errors.SecretsFailed) -> Message:
    locked = error.reason is SecretsReason.LOCKED
    words = translate("Messages", "Unlock…") if locked else translate("Messages", "Open settings")
    unlock = Remedy(UNLOCK_VAULT if locked else SECRET_SETTINGS, words)
    remedies: tuple[Remedy, ...] = (unlock, try_again())
    text = keyring_advice(error)
    if error.name:
        needed = translate("Messages", "{0} is needed, and nothing was sent without it. {1}")
        text = needed.format(secret_name(error.name), text)
        enter = Remedy(ENTER_SECRET, translate("Messages", "Keep until HTTPDesk closes"))
        remedies = remedies if _is_token(error.name) else (*remedies, enter)
    pill = translate("Messages", "Secrets")
    return Message(keyring_title(error), text, remedies, pill=pill)


SECRET_MESSAGES: dict[type, Callable[[Any], Message]] = {errors.SecretsFailed: _secrets_failed}
