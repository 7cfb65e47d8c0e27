"""The sentences below the phases of a hop; no Qt objects in here."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.clock_check import seconds_ahead
from httpdesk.engine.masking import mask_headers
from httpdesk.gui.messages import agreed_sentence
from httpdesk.gui.response.body_words import shortened_reason
from httpdesk.model.exchange import Exchange, Hop, WarningKind
from httpdesk.model.response import InterimResponse

translate = QCoreApplication.translate

_LONGEST_VALUE = 200
_MOST_HEADERS = 5
_PROXY_AUTHENTICATION_REQUIRED = 407


def notes_of(hop: Hop) -> tuple[str, ...]:
    """Return what is to be said of a hop beside its phases, a sentence for each line."""
    notes = []
    if hop.resent:
        notes.append(
            translate(
                "Timeline",
                "The kept connection had been closed; the request was sent again over a new one.",
            )
        )
    if hop.answers_challenge:
        notes.append(translate("Timeline", "Sent again with the signature that the 401 asked for."))
    notes.extend(_interim_note(each) for each in hop.interim)
    if hop.dropped:
        names = ", ".join(hop.dropped)
        sentence = translate(
            "Timeline", "Not sent along, because the redirect led to another origin: {0}."
        )
        notes.append(sentence.format(names))
    notes.extend(agreed_sentence(question) for question in hop.confirmed)
    ahead = seconds_ahead(hop)
    if ahead is not None:
        notes.append(_clock_note(ahead))
    facts = hop.connection
    if facts is not None and facts.proxy:
        notes.append(_proxy_note(facts.proxy, hop.status_code))
    if facts is not None and not facts.certificate_checked:
        notes.append(translate("Timeline", "The server's certificate was not checked."))
    return tuple(notes)


def withheld(exchange: Exchange) -> tuple[str, ...]:
    """Return a sentence for each connection whose credential may not go to the host."""
    sentence = translate(
        "Timeline", "Sent without the credential of {0}, which may not go to this host."
    )
    return tuple(
        sentence.format(warning.subject)
        for warning in exchange.request.warnings
        if warning.kind is WarningKind.CONNECTION_NOT_ALLOWED
    )


def _clock_note(ahead: float) -> str:
    minutes = round(abs(ahead) / 60)
    if ahead > 0:
        sentence = translate(
            "Timeline",
            "This computer's clock is {0} min ahead of the server's, and the signature"
            " holds its time. Set the clock, then send again.",
        )
    else:
        sentence = translate(
            "Timeline",
            "This computer's clock is {0} min behind the server's, and the signature"
            " holds its time. Set the clock, then send again.",
        )
    return sentence.format(minutes)


def _proxy_note(proxy: str, status_code: int | None) -> str:
    if status_code == _PROXY_AUTHENTICATION_REQUIRED:
        sentence = translate(
            "Timeline", "The proxy {0} answered this itself: it wants a sign-in, or another one."
        )
    else:
        sentence = translate("Timeline", "Went through the proxy {0}.")
    return sentence.format(proxy)


def _interim_note(interim: InterimResponse) -> str:
    """Return a line such as `Before the answer came 103 Early Hints: Link: </style.css>.`"""
    status = f"{interim.status_code} {shortened_reason(interim.reason_phrase)}".strip()
    if not interim.headers:
        return translate("Timeline", "Before the answer came {0}.").format(status)
    shown = mask_headers(interim.headers[:_MOST_HEADERS])
    lines = [f"{name}: {shortened_reason(value, _LONGEST_VALUE)}" for name, value in shown]
    more = len(interim.headers) - len(lines)
    if more:
        lines.append(translate("Timeline", "{0} more headers").format(more))
    return translate("Timeline", "Before the answer came {0}, with {1}.").format(
        status, "; ".join(lines)
    )
