"""What the user is asked in the middle of a send, and what is said when the answer was no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.json_check import JsonFault
from httpdesk.gui.messages.base import (
    FOLLOW,
    TRY_AGAIN,
    Message,
    Remedy,
    because,
    shortened,
    show_timeline,
    try_again,
)
from httpdesk.gui.messages.json_faults import json_fault_name
from httpdesk.model import errors
from httpdesk.model.questions import (
    EnterPrivateNetwork,
    EnterValues,
    LeaveTls,
    NewPlaces,
    Question,
    RedirectQuestion,
    SendBodyElsewhere,
    SendInvalidJson,
    SendToProtected,
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
    """The safe answer."""
    facts: tuple[tuple[str, str], ...] = ()
    """What the answer depends on: (name, value)."""
    fields: tuple[str, ...] = ()
    """The labels of values that are asked for."""
    quiet: str = ""
    """The name of the answer that agrees for a while; "" where each time is asked."""

    @property
    def with_facts(self) -> str:
        """The text with the facts below it, one a line."""
        return "\n".join((self.text, *(f"{name}: {value}" for name, value in self.facts)))


def question_words(question: Question) -> QuestionWords:
    """Return the words for a question of the engine."""
    return _WORDS[type(question)](question)


def agreed_sentence(question: Question) -> str:
    """Return what the Timeline says of a request that went out because the user agreed."""
    return _AGREED[type(question)](question)


def _send_invalid_json(question: SendInvalidJson) -> QuestionWords:
    fault = json_fault_name(JsonFault(question.fault))
    return QuestionWords(
        translate("Questions", "Line {0}, column {1}: {2}").format(
            question.line, question.column, fault
        ),
        translate(
            "Questions", "The body isn't valid JSON. Nothing has been sent. Send it as typed?"
        ),
        translate("Questions", "Send as typed"),
        translate("Questions", "Go to line"),
    )


def _send_to_protected(question: SendToProtected) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "Send this {0} to {1}?").format(
            question.method, question.environment
        ),
        translate("Questions", "The environment is protected. Nothing has been sent."),
        translate("Questions", "Send it"),
        translate("Questions", "Don't send"),
        (
            (translate("Questions", "Method"), question.method),
            (translate("Questions", "URL"), question.url),
        ),
        quiet=translate("Questions", "Send it, don't ask for 10 minutes"),
    )


def _enter_values(question: EnterValues) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "The request asks for values", "", len(question.labels)),
        translate("Questions", "They are used for this send only. Nothing has been sent."),
        translate("Questions", "Send"),
        translate("Questions", "Don't send"),
        fields=question.labels,
    )


def _send_body_elsewhere(question: SendBodyElsewhere) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "Send the body to another server?"),
        translate(
            "Questions",
            "The answer {0} asks for the same {1} at another address, body included. Headers with "
            "credentials stay behind, but whatever is in the body goes along.",
        ).format(question.status_code, question.method),
        translate("Questions", "Send the body there"),
        _stop(),
        (
            *_way(question),
            (
                translate("Questions", "Goes along"),
                translate("Questions", "{0} with a body of {1}").format(
                    question.method, format_size(question.body_size)
                ),
            ),
        ),
    )


def _leave_tls(question: LeaveTls) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "Go on without encryption?"),
        translate(
            "Questions",
            "The redirect leads from https to http. Everybody on the way can read and change what "
            "is sent there and what comes back.",
        ),
        translate("Questions", "Go on without encryption"),
        _stop(),
        _way(question),
    )


def _enter_private_network(question: EnterPrivateNetwork) -> QuestionWords:
    return QuestionWords(
        translate("Questions", "Follow the redirect into your network?"),
        translate(
            "Questions",
            "A server on the internet sends you to this computer or to a private network, where "
            "it can't go itself.",
        ),
        translate("Questions", "Follow the redirect"),
        _stop(),
        (*_way(question), (translate("Questions", "Address"), question.address)),
    )


def _new_places(question: NewPlaces) -> QuestionWords:
    if question.variable:
        return _new_origin(question)
    if question.new[0].startswith("unverified "):
        return _unchecked(question)
    return QuestionWords(
        translate("Questions", "Let the secrets of {0} go to new places?").format(
            shortened(question.connection)
        ),
        translate(
            "Questions",
            "The connection leads elsewhere than you agreed to. Nothing has been sent, and no "
            "secret was read. Agree only if you know who changed it.",
        ),
        translate("Questions", "Let them go there"),
        translate("Questions", "Send nothing"),
        _place_facts(question),
    )


def _unchecked(question: NewPlaces) -> QuestionWords:
    """Return the words for a way on which nobody checks who the server is."""
    return QuestionWords(
        translate("Questions", "Send {0} without checking the certificate?").format(
            shortened(question.variable or question.connection)
        ),
        translate(
            "Questions",
            "The request, or a folder or environment of it, says that certificate errors are "
            "ignored. Anybody on the way could pose as the server and read what is secret. Nothing "
            "has been sent.",
        ),
        translate("Questions", "Send it unchecked"),
        translate("Questions", "Send nothing"),
        _place_facts(question),
    )


def _new_origin(question: NewPlaces) -> QuestionWords:
    """Return the words for a secret variable of an environment, or one of the system."""
    if question.new[0].startswith("unverified "):
        return _unchecked(question)
    if question.is_of_system:
        return QuestionWords(
            translate("Questions", "Send {0} of this computer to a server?").format(
                shortened(question.variable)
            ),
            translate(
                "Questions",
                "The request, its folders or the environment name this variable of your system, "
                "and it has not gone there yet. Nothing has been sent. Agree only if you know why "
                "that server needs it.",
            ),
            translate("Questions", "Let it go there"),
            translate("Questions", "Send nothing"),
            _place_facts(question),
        )
    return QuestionWords(
        translate("Questions", "Let the secret {0} go to another server?").format(
            shortened(question.variable)
        ),
        translate(
            "Questions",
            "It has not gone there yet. Nothing has been sent, and the secret was not read. Agree "
            "only if you know why the request leads there.",
        ),
        translate("Questions", "Let it go there"),
        translate("Questions", "Send nothing"),
        _place_facts(question),
    )


def _place_facts(question: NewPlaces) -> tuple[tuple[str, str], ...]:
    """Return what differs, the old address before the new one."""
    names = {
        "origin": translate("Questions", "Server"),
        "unverified": translate("Questions", "Server whose certificate is not checked"),
        "base_url": translate("Questions", "Base URL"),
        "allowed_host": translate("Questions", "Allowed hosts"),
        "authorization_url": translate("Questions", "Authorization URL"),
        "token_url": translate("Questions", "Token URL"),
        "refresh_url": translate("Questions", "Refresh URL"),
        "device_url": translate("Questions", "Device URL"),
        "revocation_url": translate("Questions", "Revocation URL"),
        "pkce": translate("Questions", "PKCE"),
        "ca_file": translate("Questions", "CA file"),
        "proxy": translate("Questions", "Proxy"),
    }
    none = translate("Questions", "none")
    facts = []
    for kind, name in names.items():
        old, new = _of_kind(question.old, kind), _of_kind(question.new, kind)
        if old != new:
            facts.append((name, f"{old or none} → {new or none}"))
    return tuple(facts)


def _of_kind(places: tuple[str, ...], kind: str) -> str:
    found = (place.partition(" ") for place in places)
    return ", ".join(shortened(address) for named, _, address in found if named == kind)


def _places_refused(error: errors.PlacesRefused) -> Message:
    facts = "\n".join(f"{name}: {value}" for name, value in _place_facts(error.question))
    needed = translate(
        "Messages",
        "You did not agree to where the secrets of {0} would go. Nothing was sent, and none was "
        "read. If the new places are right, try again and agree, or enter the secret again.",
    )
    title = translate("Messages", "The connection leads to new places")
    name = error.question.connection
    if error.question.variable:
        title = translate("Messages", "The secret would go to another server")
        name = error.question.variable
        needed = translate(
            "Messages",
            "You did not agree to where {0} would go. Nothing was sent, and it was not read. If "
            "the server is right, try again and agree, or enter the secret again.",
        )
    if error.question.is_of_system:
        title = translate("Messages", "A variable of your system would go to a server")
        needed = translate(
            "Messages",
            "You did not agree to where {0} would go. Nothing was sent. If the server is right, "
            "try again and agree.",
        )
    return Message(
        title,
        f"{needed.format(shortened(name))}\n{facts}",
        (try_again(),),
        pill=translate("Messages", "Not agreed"),
    )


def _way(question: RedirectQuestion) -> tuple[tuple[str, str], ...]:
    return (
        (translate("Questions", "From"), question.origin),
        (translate("Questions", "To"), question.target),
    )


def _stop() -> str:
    return translate("Questions", "Stop at the redirect")


def _body_agreed(question: SendBodyElsewhere) -> str:
    sentence = translate("Questions", "You agreed to send the body of {0} from {1} to {2}.")
    size = format_size(question.body_size)
    return sentence.format(size, question.origin, question.target)


def _tls_left(question: LeaveTls) -> str:
    sentence = translate("Questions", "You agreed to go on to {0} without encryption.")
    return sentence.format(question.target)


def _network_entered(question: EnterPrivateNetwork) -> str:
    sentence = translate("Questions", "You agreed to be led into a private network, to {0}.")
    return sentence.format(question.address)


def _not_confirmed(error: errors.NotConfirmed) -> Message:
    question = error.question
    pill = translate("Messages", "Not followed")
    if isinstance(question, RedirectQuestion):
        pill = translate("Messages", "{0} not followed").format(question.status_code)
    return Message(
        translate("Messages", "Stopped at the redirect"),
        _REFUSED[type(question)](question),
        (show_timeline(), Remedy(TRY_AGAIN, translate("Messages", "Send again"))),
        unsafe=Remedy(FOLLOW, translate("Messages", "Send again and follow")),
        unsafe_warning=translate(
            "Messages", "The request goes out once more, and this redirect is followed unasked."
        ),
        pill=pill,
    )


def _body_kept(question: SendBodyElsewhere) -> str:
    sentence = translate("Messages", "The {0} was not repeated at {1}: the body did not go there.")
    return sentence.format(question.method, question.target)


def _tls_kept(question: LeaveTls) -> str:
    sentence = translate("Messages", "{0} is not encrypted; nothing was sent there.")
    return sentence.format(question.target)


def _network_kept(question: EnterPrivateNetwork) -> str:
    sentence = translate("Messages", "{0} is {1}, in a private network; nothing was sent there.")
    return sentence.format(question.target, question.address)


def _private_address(error: errors.PrivateAddress) -> Message:
    return Message(
        translate("Messages", "{0} leads into a private network").format(error.host),
        because(translate("Messages", "Its address is {0}.").format(error.address), error),
        (try_again(),),
        pill=translate("Messages", "Not followed"),
    )


_WORDS: dict[type, Callable[[Any], QuestionWords]] = {
    NewPlaces: _new_places,
    SendInvalidJson: _send_invalid_json,
    SendToProtected: _send_to_protected,
    EnterValues: _enter_values,
    SendBodyElsewhere: _send_body_elsewhere,
    LeaveTls: _leave_tls,
    EnterPrivateNetwork: _enter_private_network,
}
_AGREED: dict[type, Callable[[Any], str]] = {
    SendBodyElsewhere: _body_agreed,
    LeaveTls: _tls_left,
    EnterPrivateNetwork: _network_entered,
}
_REFUSED: dict[type, Callable[[Any], str]] = {
    SendBodyElsewhere: _body_kept,
    LeaveTls: _tls_kept,
    EnterPrivateNetwork: _network_kept,
}

QUESTION_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.NotConfirmed: _not_confirmed,
    errors.PlacesRefused: _places_refused,
    errors.PrivateAddress: _private_address,
}
