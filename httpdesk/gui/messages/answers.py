"""Messages for answers that did not come, or not as they should have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import (
    SAVE_RAW,
    Message,
    Remedy,
    because,
    edit_url,
    place_of,
    try_again,
)
from httpdesk.model import errors
from httpdesk.model.errors import HeadBound
from httpdesk.render.units import format_size

translate = QCoreApplication.translate


def _connection_closed(error: errors.ConnectionClosed) -> Message:
    return Message(
        translate("Messages", "{0} closed the connection").format(place_of(error)),
        because(translate("Messages", "It did so before it answered."), error),
        (try_again(), edit_url()),
        pill=translate("Messages", "Closed"),
    )


def _malformed_response(error: errors.MalformedResponse) -> Message:
    return Message(
        translate("Messages", "The answer isn't HTTP"),
        because(
            translate(
                "Messages",
                "{0} sent something that can't be read as a response. "
                "Is this the right port and scheme?",
            ).format(place_of(error)),
            error,
        ),
        (edit_url(), try_again()),
        pill=translate("Messages", "Not HTTP"),
    )


def _head_too_large(error: errors.HeadTooLarge) -> Message:
    bounds = {
        HeadBound.HEADER_LINES: translate(
            "Messages", "The response has more than {0:,} header lines"
        ),
        HeadBound.BYTES: translate(
            "Messages", "The headers of the response are larger than {0:,} bytes"
        ),
        HeadBound.INTERIM_RESPONSES: translate(
            "Messages", "{0:,} interim responses came, and no final one"
        ),
    }
    return Message(
        bounds[error.exceeded].format(error.limit),
        because(translate("Messages", "No more than that is read, so it ended here."), error),
        (try_again(), edit_url()),
        pill=translate("Messages", "Too many headers")
        if error.exceeded is not HeadBound.INTERIM_RESPONSES
        else translate("Messages", "No answer"),
    )


def _malformed_body(error: errors.MalformedBody) -> Message:
    return Message(
        translate("Messages", "The body can't be read to its end"),
        translate(
            "Messages",
            "It is sent in chunks, and they are broken: {0}. What came before is kept.",
        ).format(error.detail or translate("Messages", "a size makes no sense")),
        (try_again(),),
        pill=translate("Messages", "Broken body"),
    )


def _incomplete_body(error: errors.IncompleteBody) -> Message:
    if error.expected is None:
        title = translate("Messages", "Incomplete: {0:,} bytes came").format(error.received)
    else:
        title = translate("Messages", "Incomplete: {0:,} of {1:,} bytes").format(
            error.received, error.expected
        )
    return Message(
        title,
        translate("Messages", "The connection ended before the response did. What came is kept."),
        (try_again(),),
        pill=translate("Messages", "Incomplete"),
    )


def _undecodable_body(error: errors.UndecodableBody) -> Message:
    return Message(
        translate("Messages", "The body can't be decoded as {0}").format(error.coding),
        translate(
            "Messages",
            "The server says that the body is compressed, but its bytes don't fit. "
            "They are kept as they came.",
        ),
        (Remedy(SAVE_RAW, translate("Messages", "Save raw bytes…")), try_again()),
        pill=translate("Messages", "Bad encoding"),
    )


def _body_too_large(error: errors.BodyTooLarge) -> Message:
    return Message(
        translate("Messages", "The body grows beyond {0} when it is decoded").format(
            format_size(error.limit)
        ),
        translate(
            "Messages",
            "Decoding stopped there. What came up to it is kept, and so are the raw bytes.",
        ),
        (Remedy(SAVE_RAW, translate("Messages", "Save raw bytes…")), try_again()),
        pill=translate("Messages", "Too large"),
    )


ANSWER_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.ConnectionClosed: _connection_closed,
    errors.MalformedResponse: _malformed_response,
    errors.HeadTooLarge: _head_too_large,
    errors.MalformedBody: _malformed_body,
    errors.IncompleteBody: _incomplete_body,
    errors.UndecodableBody: _undecodable_body,
    errors.BodyTooLarge: _body_too_large,
}
