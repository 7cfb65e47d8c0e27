"""What the user is asked in the middle of a send, and what is said when the answer was no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import Message, because, show_timeline, try_again
from httpdesk.model import errors
from httpdesk.model.questions import (
    EnterPrivateNetwork,
    LeaveTls,
    Question,
    SendBodyElsewhere,
    SendInvalidJson,
)
from httpdesk.render.units import format_size

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """What the window asks, and the names of the two answers."""

    title: str
    text: str
    agree: str
    refuse: str


def question_words(question: Question) -> QuestionWords:
    """Return the words for a question of the engine."""
    return _WORDS[type(question)](question)


def _send_invalid_json(question: SendInvalidJson) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "The body isn't valid JSON"),
        translate(
            "Questions", "It breaks at line {0}, column {1}. It would be sent as typed."
        ).format(question.line, question.column),
        translate("Questions", "Send as typed"),
        translate("Questions", "Go to line"),
    )


def _send_body_elsewhere(question: SendBodyElsewhere) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "Send the body to another server?"),
        translate(
            "Questions",
            "{0} answered {1} and wants this {2} with its {3} to go to {4}. "
            "Credentials are left out; the body is sent whole.",
        ).format(
            question.origin,
            question.status_code,
            question.method,
            format_size(question.body_size),
            question.target,
        ),
        translate("Questions", "Send the body there"),
        translate("Questions", "Stop at the redirect"),
    )


def _leave_tls(question: LeaveTls) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "Go on without encryption?"),
        translate(
            "Questions",
            "{0} redirects to {1}. Everybody on the way can read and change what is sent there.",
        ).format(question.origin, question.target),
        translate("Questions", "Go on without encryption"),
        translate("Questions", "Stop at the redirect"),
    )


def _enter_private_network(question: EnterPrivateNetwork) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "Follow the redirect into your network?"),
        translate(
            "Questions",
            "{0} redirects to {1}, which is {2}: this computer or a private network, where a "
            "server on the internet has no business.",
        ).format(question.origin, question.target, question.address),
        translate("Questions", "Follow it"),
        translate("Questions", "Stop at the redirect"),
    )


def _not_confirmed(error: errors.NotConfirmed) -> Message:
    words = question_words(error.question)
    return Message(
        translate("Messages", "Stopped at the redirect"),
        translate("Messages", "{0} The redirect was not followed.").format(words.text),
        (show_timeline(), try_again()),
        pill=translate("Messages", "Not followed"),
    )


def _private_address(error: errors.PrivateAddress) -> Message:
    return Message(
        translate("Messages", "{0} leads into a private network").format(error.host),
        because(translate("Messages", "Its address is {0}.").format(error.address), error),
        (try_again(),),
        pill=translate("Messages", "Not followed"),
    )


_WORDS: dict[type, Callable[[Any], QuestionWords]] = {
    SendInvalidJson: _send_invalid_json,
    SendBodyElsewhere: _send_body_elsewhere,
    LeaveTls: _leave_tls,
    EnterPrivateNetwork: _enter_private_network,
}

QUESTION_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.NotConfirmed: _not_confirmed,
    errors.PrivateAddress: _private_address,
}
