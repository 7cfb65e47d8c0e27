"""Tells a screen reader how a send ended."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from httpdesk.gui.messages import message_for, message_of
from httpdesk.gui.response.body_words import shortened_reason
from httpdesk.model.errors import Cancelled
from httpdesk.model.exchange import Exchange
from httpdesk.render.units import format_size

translate = QCoreApplication.translate


def announcement_for(exchange: Exchange) -> tuple[str, bool]:
    """Return what is said, such as `200 OK, 184 milliseconds, 788 bytes`, and if it interrupts."""
    if exchange.error is not None:
        message = message_of(exchange) or message_for(exchange.error)
        return f"{message.title}. {message.text}", not isinstance(exchange.error, Cancelled)
    response = exchange.response
    if response is None:
        return "", False
    parts = (
        f"{response.status_code} {shortened_reason(response.reason_phrase)}".strip(),
        _spoken_time(exchange.elapsed_ms),
        _spoken_size(response.body.size),
    )
    return ", ".join(parts), not exchange.succeeded


def announce(widget: QWidget, text: str, assertive: bool) -> None:
    """Have `text` said, at once when it is `assertive`."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if assertive else politeness.Polite)
    QAccessible.updateAccessibility(event)


class Quarters:
    """Tells a screen reader of a long transfer at each quarter (ui.md, section 8)."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._told = 0

    def begin(self) -> None:
        """Begin with another transfer."""
        self._told = 0

    def tell(self, fraction: float | None) -> None:
        """Say how far it is when another quarter has come; None is of an unknown size."""
        quarter = int((fraction or 0) * 4)
        if quarter > self._told:
            self._told = quarter
            words = translate("Announcement", "{0} percent").format(quarter * 25)
            announce(self._widget, words, assertive=False)


def _spoken_time(milliseconds: float) -> str:
    if milliseconds < 1000:
        return translate("Announcement", "{0:.0f} milliseconds").format(milliseconds)
    return translate("Announcement", "{0:.1f} seconds").format(milliseconds / 1000)


def _spoken_size(size: int) -> str:
    if size < 1000:
        return translate("Announcement", "{0} bytes").format(size)
    return format_size(size)
