"""The words of a connection's rail."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages import message_for
from httpdesk.gui.messages.standing import standing_words
from httpdesk.model.auth import Grant, OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import ConnectionStatus, Standing
from httpdesk.model.sign_in import SignInStep, StepKind

translate = QCoreApplication.translate


def card_title(status: ConnectionStatus) -> str:
    """Return the heading of the status card."""
    if status.standing is Standing.WAITING:
        shows_code = any(step.kind is StepKind.SHOWED_CODE for step in status.steps)
        if shows_code:
            return translate("ConnectionRail", "Enter the code in a browser")
        return translate("ConnectionRail", "Continue in your browser")
    if status.standing is Standing.LOCKED:
        return translate("ConnectionRail", "The system keyring is locked")
    return standing_words(status.standing)


def card_text(status: ConnectionStatus, connection: Connection) -> str:
    """Return what the card says below its heading."""
    if status.error is not None and status.standing in (Standing.FAILED, Standing.LOCKED):
        message = message_for(status.error)
        return f"{message.title}. {message.text}"
    if status.standing is Standing.SECRET_MISSING:
        secret = status.missing.replace("_", " ")
        return translate("ConnectionRail", "Its {0} has not been entered yet.").format(secret)
    if status.standing is Standing.NOT_CONNECTED:
        return _how_to_connect(connection)
    return {
        Standing.READY: translate("ConnectionRail", "Requests can be signed in."),
        Standing.BY_ITSELF: translate("ConnectionRail", "The first request gets a token."),
        Standing.REFRESHING: translate("ConnectionRail", "Requests wait for it."),
        Standing.EXPIRED: translate(
            "ConnectionRail", "The token has run out. Nothing is sent without a good one."
        ),
    }.get(status.standing, "")


def _how_to_connect(connection: Connection) -> str:
    auth = connection.auth
    if isinstance(auth, OAuth2Auth) and auth.grant is Grant.AUTHORIZATION_CODE:
        return translate("ConnectionRail", "Connect opens your browser at the provider.")
    if isinstance(auth, OAuth2Auth) and auth.grant is Grant.DEVICE_CODE:
        return translate("ConnectionRail", "Connect shows a code to enter in any browser.")
    return translate("ConnectionRail", "Connect gets a token from the provider.")


def step_words(step: SignInStep) -> tuple[str, str]:
    """Return what a step did, and a detail, "" for none."""
    took = ""
    if step.elapsed_ms:
        took = translate("ConnectionRail", "In {0} ms").format(round(step.elapsed_ms))
    return {
        StepKind.OPENED_BROWSER: (translate("ConnectionRail", "Opened the browser"), ""),
        StepKind.SHOWED_CODE: (translate("ConnectionRail", "Showed the code"), ""),
        StepKind.RECEIVED_CODE: (
            translate("ConnectionRail", "Received the code"),
            translate("ConnectionRail", "It answers this login"),
        ),
        StepKind.GOT_TOKEN: (translate("ConnectionRail", "Exchanged it for tokens"), took),
        StepKind.KEPT_TOKEN: (translate("ConnectionRail", "Saved to the keyring"), ""),
    }[step.kind]


def clock_time(at: float | datetime, *, seconds: bool = True) -> str:
    """Return a time of the day where the user is; seconds since 1970, or with a time zone."""
    local = (datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else at).astimezone()
    return local.strftime("%H:%M:%S" if seconds else "%H:%M")


def countdown(seconds: float) -> str:
    """Return a time left as `4:32`."""
    whole = max(0, int(seconds))
    return translate("ConnectionRail", "{0} left").format(f"{whole // 60}:{whole % 60:02}")
