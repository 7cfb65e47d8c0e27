"""Errors as the user reads them: what happened, why, what left the computer, and what to do.

The words are those of the interface specification, section 9. Text of servers and libraries is
filled in with `format` after the translation and is only ever shown as plain text.
"""

from __future__ import annotations

from httpdesk.gui.messages.answers import ANSWER_MESSAGES
from httpdesk.gui.messages.base import (
    EDIT_URL,
    IGNORE_TLS,
    OVERWRITE,
    RAISE_TIMEOUT,
    RELOAD,
    SAVE_AS,
    SAVE_RAW,
    SHOW_OPTIONS,
    SHOW_TIMELINE,
    TRY_AGAIN,
    Message,
    Remedy,
    certificate_name,
    format_limit,
    sent_sentence,
)
from httpdesk.gui.messages.handshake import HANDSHAKE_MESSAGES
from httpdesk.gui.messages.phases import phase_name, phase_progress
from httpdesk.gui.messages.questions import QUESTION_MESSAGES, QuestionWords, question_words
from httpdesk.gui.messages.retries import RETRY_MESSAGES, outcome_word, used_up
from httpdesk.gui.messages.send import SEND_MESSAGES
from httpdesk.gui.messages.storage import STORAGE_MESSAGES
from httpdesk.model.errors import HttpDeskError
from httpdesk.model.exchange import Exchange

__all__ = [
    "EDIT_URL",
    "IGNORE_TLS",
    "OVERWRITE",
    "RAISE_TIMEOUT",
    "RELOAD",
    "SAVE_AS",
    "SAVE_RAW",
    "SHOW_OPTIONS",
    "SHOW_TIMELINE",
    "TRY_AGAIN",
    "Message",
    "QuestionWords",
    "Remedy",
    "certificate_name",
    "format_limit",
    "message_for",
    "message_of",
    "phase_name",
    "phase_progress",
    "question_words",
    "sent_sentence",
]

_BUILDERS = {
    **SEND_MESSAGES,
    **HANDSHAKE_MESSAGES,
    **ANSWER_MESSAGES,
    **RETRY_MESSAGES,
    **QUESTION_MESSAGES,
    **STORAGE_MESSAGES,
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
    pills = [message_for(each.error).pill if each.error else "" for each in exchange.attempts]
    outcomes = [
        outcome_word(each, pill) for each, pill in zip(exchange.attempts, pills, strict=True)
    ]
    return used_up(exchange, last, outcomes) or last
