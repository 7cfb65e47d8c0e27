"""Messages for work on a large body that came to no end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import Message, save_as, try_again
from httpdesk.model.offload_errors import OffloadFailed, OffloadFault

translate = QCoreApplication.translate


def _offload_failed(error: OffloadFailed) -> Message:
    return Message(
        translate("Messages", "Couldn't work through this body"),
        _reason(error),
        (try_again(), save_as()),
        pill=translate("Messages", "Not finished"),
    )


def _reason(error: OffloadFailed) -> str:
    if error.fault is OffloadFault.TOO_SLOW:
        return translate(
            "Messages", "It took too long and was ended. A simpler search or filter may help."
        )
    if error.fault is OffloadFault.NO_MEMORY:
        return translate("Messages", "It would have taken too much memory. The body is unharmed.")
    if error.fault is OffloadFault.NOT_STARTED:
        return translate("Messages", "The helper process did not start: {0}.").format(error.detail)
    return translate("Messages", "The helper process ended: {0}. The body is unharmed.").format(
        error.detail or translate("Messages", "without a reason")
    )


OFFLOAD_MESSAGES: dict[type, Callable[[Any], Message]] = {OffloadFailed: _offload_failed}
