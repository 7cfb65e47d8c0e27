"""Messages about sends of several attempts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from math import isfinite
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.retry import is_used_up
from httpdesk.gui.messages.base import (
    SHOW_OPTIONS,
    Message,
    Remedy,
    format_limit,
    place_of,
    sent_sentence,
    show_timeline,
    try_again,
)
from httpdesk.gui.messages.phases import phase_name
from httpdesk.model import errors
from httpdesk.model.exchange import Attempt, Exchange
from httpdesk.render.units import format_duration

translate = QCoreApplication.translate

_MOST_OUTCOMES = 8


def used_up(exchange: Exchange, last: Message | None, outcomes: list[str]) -> Message | None:
    """Return the message for a send whose attempts all failed; None when it is no such send.

    `last` is the message of the last attempt's error, `outcomes` a word for each attempt.
    """
    if not is_used_up(exchange):
        return None
    text = translate("Messages", "{0} in {1}.").format(
        _listed(outcomes), format_duration(exchange.elapsed_ms)
    )
    text = text[:1].upper() + text[1:]
    if last is not None:
        text = f"{text} {last.title}. {last.text}"
    return Message(
        translate("Messages", "Still failing after {0} attempts").format(len(exchange.attempts)),
        text,
        (show_timeline(), try_again()),
        pill=last.pill if last is not None else "",
    )


def outcome_word(attempt: Attempt, pill: str) -> str:
    """Return how an attempt ended in a word: its status, or `timeout`, `refused` and so on."""
    if attempt.error is None:
        return str(attempt.status_code or "")
    if isinstance(attempt.error, errors.TimedOut):
        return translate("Messages", "timeout")
    return pill[:1].lower() + pill[1:] if pill[1:2].islower() else pill


def _listed(outcomes: list[str]) -> str:
    """Return the words in a row; a long row of the same is counted."""
    if len(outcomes) <= _MOST_OUTCOMES:
        return ", ".join(outcomes)
    counted = [(word, len(list(each))) for word, each in groupby(outcomes)]
    words = [
        translate("Messages", "{0} ({1} times)").format(word, count) if count > 1 else word
        for word, count in counted[:_MOST_OUTCOMES]
    ]
    return ", ".join(words + (["…"] if len(counted) > _MOST_OUTCOMES else []))


def _total_timed_out(error: errors.TotalTimedOut) -> Message:
    limit = format_limit(error.limit_ms)
    if error.between_attempts:
        text = translate("Messages", "The wait for the next attempt would go beyond it.")
    else:
        text = translate("Messages", "The limit passed during: {0}.").format(
            phase_name(error.phase)
        )
    return Message(
        translate("Messages", "The total limit of {0} is used up").format(limit),
        f"{text} {sent_sentence(error.sent)}",
        (
            show_timeline(),
            Remedy(SHOW_OPTIONS, translate("Messages", "Change the limit")),
            try_again(),
        ),
        pill=translate("Messages", "Timed out"),
    )


def _retry_after_too_long(error: errors.RetryAfterTooLong) -> Message:
    if isfinite(error.wait_s):
        asked = format_duration(error.wait_s * 1000)
    else:
        asked = translate("Messages", "far too long")
    title = translate("Messages", "{0} asks to wait {1}").format(place_of(error), asked)
    text = translate(
        "Messages", "Its Retry-After header is longer than {0}, so it was not tried again."
    ).format(format_duration(error.limit_s * 1000))
    return Message(
        title,
        f"{text} {sent_sentence(error.sent)}",
        (try_again(), show_timeline()),
        pill=translate("Messages", "Asked to wait"),
    )


RETRY_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.TotalTimedOut: _total_timed_out,
    errors.RetryAfterTooLong: _retry_after_too_long,
}
