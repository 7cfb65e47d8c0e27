"""Errors as the user reads them: what happened, why, what left the computer, and what to do.

The words are those of the interface specification, section 9. Text of servers and libraries is
filled in with `format` after the translation and is only ever shown as plain text.
"""

from __future__ import annotations

from httpdesk.gui.messages.answers import ANSWER_MESSAGES
from httpdesk.gui.messages.base import (
    CHOOSE_CERTIFICATE,
    CHOOSE_TLS_FILE,
    EDIT_URL,
    ENTER_SECRET,
    FOLLOW,
    IGNORE_TLS,
    OVERWRITE,
    PASSPHRASE,
    PROXY_SETTINGS,
    PROXY_SIGN_IN,
    RAISE_TIMEOUT,
    RELOAD,
    SAVE_AS,
    SAVE_RAW,
    SECRET_SETTINGS,
    SHOW_CERTIFICATE,
    SHOW_DEBUG,
    SHOW_OPTIONS,
    SHOW_TIMELINE,
    SYSTEM_TRUST,
    TLS_SETTINGS,
    TRUST_CA,
    TRY_AGAIN,
    UNLOCK_VAULT,
    WITHOUT_PROXY,
    Message,
    Remedy,
    certificate_name,
    format_limit,
    sent_sentence,
)
from httpdesk.gui.messages.handshake import HANDSHAKE_MESSAGES
from httpdesk.gui.messages.network import (
    NETWORK_MESSAGES,
    ca_file_of,
    proxy_problem,
    tls_file_problem,
    with_system_trust,
)
from httpdesk.gui.messages.offload import OFFLOAD_MESSAGES
from httpdesk.gui.messages.phases import phase_name, phase_progress
from httpdesk.gui.messages.questions import (
    QUESTION_MESSAGES,
    QuestionWords,
    agreed_sentence,
    question_words,
)
from httpdesk.gui.messages.retries import RETRY_MESSAGES, outcome_word, used_up
from httpdesk.gui.messages.secrets import (
    SECRET_MESSAGES,
    keyring_advice,
    keyring_title,
    secret_name,
)
from httpdesk.gui.messages.send import SEND_MESSAGES
from httpdesk.gui.messages.sign_in import SIGN_IN_MESSAGES
from httpdesk.gui.messages.storage import STORAGE_MESSAGES
from httpdesk.model.errors import CertificateNotTrusted, HttpDeskError
from httpdesk.model.exchange import Exchange

__all__ = [
    "CHOOSE_CERTIFICATE",
    "CHOOSE_TLS_FILE",
    "EDIT_URL",
    "ENTER_SECRET",
    "FOLLOW",
    "IGNORE_TLS",
    "OVERWRITE",
    "PASSPHRASE",
    "PROXY_SETTINGS",
    "PROXY_SIGN_IN",
    "RAISE_TIMEOUT",
    "RELOAD",
    "SAVE_AS",
    "SAVE_RAW",
    "SECRET_SETTINGS",
    "SHOW_CERTIFICATE",
    "SHOW_DEBUG",
    "SHOW_OPTIONS",
    "SHOW_TIMELINE",
    "SYSTEM_TRUST",
    "TLS_SETTINGS",
    "TRUST_CA",
    "TRY_AGAIN",
    "UNLOCK_VAULT",
    "WITHOUT_PROXY",
    "Message",
    "QuestionWords",
    "Remedy",
    "agreed_sentence",
    "ca_file_of",
    "certificate_name",
    "format_limit",
    "keyring_advice",
    "keyring_title",
    "message_for",
    "message_of",
    "phase_name",
    "phase_progress",
    "proxy_problem",
    "question_words",
    "secret_name",
    "sent_sentence",
    "tls_file_problem",
]

_BUILDERS = {
    **SEND_MESSAGES,
    **HANDSHAKE_MESSAGES,
    **NETWORK_MESSAGES,
    **ANSWER_MESSAGES,
    **RETRY_MESSAGES,
    **QUESTION_MESSAGES,
    **SIGN_IN_MESSAGES,
    **SECRET_MESSAGES,
    **STORAGE_MESSAGES,
    **OFFLOAD_MESSAGES,
}


def message_for(error: HttpDeskError) -> Message:
    """Return the sentences and remedies for an error; the nearest class in the tree decides."""
    for kind in type(error).__mro__:
        build = _BUILDERS.get(kind)
        if build is not None:
            return build(error)
    raise TypeError(f"{type(error).__name__} is not one of our errors")


def message_of(exchange: Exchange) -> Message | None:
    """Return what is to be said of how a send ended; None when its answer speaks for itself."""
    last = message_for(exchange.error) if exchange.error is not None else None
    if last is not None and isinstance(exchange.error, CertificateNotTrusted):
        last = with_system_trust(last, exchange)
    pills = [message_for(each.error).pill if each.error else "" for each in exchange.attempts]
    outcomes = [
        outcome_word(each, pill) for each, pill in zip(exchange.attempts, pills, strict=True)
    ]
    return used_up(exchange, last, outcomes) or last
