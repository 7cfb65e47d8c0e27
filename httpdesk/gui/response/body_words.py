"""What the body view says: notices about the text, and what stands in place of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages import PASSPHRASE, PROXY_SETTINGS, PROXY_SIGN_IN, message_of
from httpdesk.gui.response.notice_bar import Notice, Tone
from httpdesk.model.errors import (
    Cancelled,
    HttpDeskError,
    InvalidRedirect,
    NotConfirmed,
    TooManyRedirects,
    UnsupportedChallenge,
)
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import LengthDoubt, Response
from httpdesk.render.decode import Charset, CharsetSource
from httpdesk.render.json_text import JsonFault
from httpdesk.render.units import format_size

if TYPE_CHECKING:
    from httpdesk.gui.response.body_page import ShownBody

translate = QCoreApplication.translate

_WHOLE = (TooManyRedirects, InvalidRedirect, NotConfirmed, UnsupportedChallenge)
"""Errors about where an answer leads; the answer itself came whole."""
_WANTS_SIGN_IN = 407
SAVE = "save"


def end_notice(exchange: Exchange) -> Notice | None:
    """Return the banner for a response that came with an error, or after too many attempts."""
    message = message_of(exchange)
    if message is None:
        return None
    chosen = isinstance(exchange.error, Cancelled | NotConfirmed)
    tone: Tone = "slate" if chosen else "red"
    # What asks for something in place needs the error view's fields.
    offered = [each for each in message.remedies if each.key not in (PASSPHRASE, PROXY_SIGN_IN)]
    remedies = [*offered[:2], *([message.unsafe] if message.unsafe else [])]
    actions = tuple((remedy.key, remedy.label) for remedy in remedies)
    return Notice(f"{message.title}. {message.text}", tone, actions)


def proxy_notice(exchange: Exchange) -> Notice | None:
    """Return who it was that answered with 407: the proxy, in the server's place; else None."""
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    connection = hops[-1].connection if hops else None
    answered = exchange.response is not None and exchange.response.status_code == _WANTS_SIGN_IN
    if not answered or connection is None or not connection.proxy:
        return None
    text = translate("Body", "The proxy {0} answered: it wants a user name and a password.")
    settings = (PROXY_SETTINGS, translate("Body", "Proxy settings…"))
    return Notice(text.format(connection.proxy), "amber", (settings,))


def doubt_notice(response: Response) -> Notice | None:
    """Return what makes the body's length ambiguous (quality.md, fault 9); None when nothing."""
    if not response.doubts:
        return None
    sentences = " ".join(_doubt_text(doubt) for doubt in response.doubts)
    end = translate("Body", "The connection was not used again.")
    return Notice(f"{sentences} {end}", "amber")


def _doubt_text(doubt: LengthDoubt) -> str:
    return {
        LengthDoubt.REPEATED_LENGTH: translate(
            "Body", "The server names several lengths that differ; this is all that came."
        ),
        LengthDoubt.LENGTH_AND_CHUNKED: translate(
            "Body", "The server names a length and sends chunks as well; the chunks were read."
        ),
        LengthDoubt.INVALID_LENGTH: translate(
            "Body", "The length that the server names is no number; this is all that came."
        ),
        LengthDoubt.MORE_THAN_LENGTH: translate(
            "Body", "More bytes came behind the end of the body; they are not shown."
        ),
    }[doubt]


def charset_notice(charset: Charset, invalid: int) -> Notice | None:
    """Return what is doubtful about the charset of a text; None when nothing is."""
    words = _charset_text(charset, invalid)
    return Notice(words, "amber") if words else None


def json_fault_text(fault: JsonFault) -> str:
    """Return what was expected at the place of a fault."""
    return {
        JsonFault.VALUE: translate("Json", "expected a value"),
        JsonFault.KEY: translate("Json", "expected a key in quotes"),
        JsonFault.COLON: translate("Json", "expected a colon"),
        JsonFault.COMMA: translate("Json", "expected a comma or a closing bracket"),
        JsonFault.STRING: translate("Json", "the string is not closed, or not escaped rightly"),
        JsonFault.EXTRA: translate("Json", "nothing was expected after the value"),
        JsonFault.END: translate("Json", "the text ends too early"),
    }[fault]


def empty_text(response: Response, error: HttpDeskError | None, *, growing: bool = False) -> str:
    """Return the sentence for a body without bytes, such as `204 No Content. …`."""
    cut = error is not None and not isinstance(error, _WHOLE)
    if growing:
        sentence = translate("Body", "{0}. Nothing of the body has come yet.")
    elif cut:
        sentence = translate("Body", "{0}. Nothing of the body came.")
    elif response.wire_size and not response.body.size:
        sentence = translate("Body", "{0}. The body of an answer on the way is not kept.")
    else:
        sentence = translate("Body", "{0}. The server sent no body.")
    status = f"{response.status_code} {shortened_reason(response.reason_phrase)}".strip()
    return sentence.format(status)


def binary_text(body: ShownBody) -> tuple[str, str]:
    """Return title and text for a body that is shown as what it is, not as text."""
    size = format_size(body.handle.size)
    if body.format_name:
        title = translate("Body", "{0} data, {1}").format(body.format_name, size)
    else:
        title = translate("Body", "Binary data, {0}").format(size)
    if not body.media.essence:
        return title, translate("Body", "The server names no content type.")
    return title, translate("Body", "Content type {0}").format(body.media.essence[:100])


def no_preview_text(width: int, height: int, *, too_large: bool) -> str:
    """Return why an image is not shown."""
    if too_large and width > 0:
        sentence = translate("Body", "{0:,} by {1:,} pixels are too many to show here.")
        return sentence.format(width, height)
    if too_large:
        return translate("Body", "The file is too large to show here.")
    return translate("Body", "The image is damaged and can't be shown.")


def shortened_reason(reason: str, length: int = 40) -> str:
    """Return a reason phrase on one line, cut to `length` characters."""
    line = " ".join(reason.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _charset_text(charset: Charset, invalid: int) -> str:
    parts = []
    if charset.unknown:
        sentence = translate("Body", "The charset “{0}” is not known. Shown as {1}.")
        parts.append(sentence.format(shortened_reason(charset.unknown), charset.name))
    elif charset.source in (CharsetSource.GUESS, CharsetSource.FALLBACK):
        sentence = translate(
            "Body", "The server names no charset and this is not UTF-8. Shown as {0}."
        )
        parts.append(sentence.format(charset.name))
    if invalid == 1:
        sentence = translate("Body", "One place is not valid {0} and shows as �.")
        parts.append(sentence.format(charset.name))
    elif invalid:
        sentence = translate("Body", "{0:,} places are not valid {1} and show as �.")
        parts.append(sentence.format(invalid, charset.name))
    return " ".join(parts)
