"""The words of a connection's rail."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.masking import mask_url
from httpdesk.gui.messages import message_for
from httpdesk.gui.messages.standing import standing_words
from httpdesk.model.auth import Grant, OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import ConnectionStatus, Standing
from httpdesk.model.errors import SignInFailed
from httpdesk.model.sign_in import SignInStep, StepKind

translate = QCoreApplication.translate


def card_title(status: ConnectionStatus) -> str:
    """Return the heading of the status card."""
    if status.standing is Standing.WAITING:
        kinds = {step.kind for step in status.steps if step.url or step.user_code}
        if StepKind.SHOWED_CODE in kinds:
            return translate("ConnectionRail", "Enter the code in a browser")
        if StepKind.NO_BROWSER in kinds:
            return translate("ConnectionRail", "No browser could be started. Copy the link")
        return translate("ConnectionRail", "Continue in your browser")
    if status.standing is Standing.LOCKED:
        return translate("ConnectionRail", "The system keyring is locked")
    return standing_words(status.standing)


def card_text(status: ConnectionStatus, connection: Connection) -> str:
    """Return what the card says below its heading."""
    if status.error is not None and status.standing in (Standing.FAILED, Standing.LOCKED):
        message = message_for(status.error)
        # What is locked is the heading already.
        is_locked = status.standing is Standing.LOCKED
        return message.text if is_locked else f"{message.title}. {message.text}"
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
        StepKind.NO_BROWSER: (
            translate("ConnectionRail", "No browser could be started"),
            translate("ConnectionRail", "The link can be opened by hand"),
        ),
        StepKind.SHOWED_CODE: (translate("ConnectionRail", "Showed the code"), ""),
        StepKind.RECEIVED_CODE: (
            translate("ConnectionRail", "Received the code"),
            translate("ConnectionRail", "It answers this login"),
        ),
        StepKind.GOT_TOKEN: (translate("ConnectionRail", "Exchanged it for tokens"), took),
        StepKind.KEPT_TOKEN: (translate("ConnectionRail", "Saved to the keyring"), ""),
    }[step.kind]


def failed_words(steps: tuple[SignInStep, ...], connection: Connection) -> str:
    """Return which step failed, the one behind `steps`."""
    done = {step.kind for step in steps}
    if StepKind.NO_BROWSER in done:
        done.add(StepKind.OPENED_BROWSER)
    way = next((kind for kind in _way(connection) if kind not in done), StepKind.GOT_TOKEN)
    return {
        StepKind.OPENED_BROWSER: translate("ConnectionRail", "The browser was not opened"),
        StepKind.SHOWED_CODE: translate("ConnectionRail", "There was no code to enter"),
        StepKind.RECEIVED_CODE: translate("ConnectionRail", "No code came back"),
        StepKind.GOT_TOKEN: translate("ConnectionRail", "No token was given"),
        StepKind.KEPT_TOKEN: translate("ConnectionRail", "The token was not saved"),
    }[way]


def _way(connection: Connection) -> tuple[StepKind, ...]:
    """Return the steps to a token in their order."""
    auth = connection.auth
    grant = auth.grant if isinstance(auth, OAuth2Auth) else None
    first = {
        Grant.AUTHORIZATION_CODE: (StepKind.OPENED_BROWSER, StepKind.RECEIVED_CODE),
        Grant.DEVICE_CODE: (StepKind.SHOWED_CODE,),
    }
    before = first.get(grant, ()) if grant is not None else ()
    return (*before, StepKind.GOT_TOKEN, StepKind.KEPT_TOKEN)


def log_text(status: ConnectionStatus, connection: Connection) -> str:
    """Return what is known of the last login, line by line; no code and no token is in it."""
    steps, error = status.steps, status.error
    lines = [f"{steps[0].at.astimezone():%Y-%m-%d}"] if steps else []
    lines += [_log_line(step, connection) for step in steps]
    if error is not None:
        lines.append(message_for(error).title)
    if isinstance(error, SignInFailed):
        facts = (
            (translate("ConnectionRail", "Error"), error.error),
            (translate("ConnectionRail", "Description"), error.description),
            (translate("ConnectionRail", "Status"), str(error.status_code or "")),
            (translate("ConnectionRail", "Asked"), mask_url(error.url)),
        )
        lines += [f"{name}: {value}" for name, value in facts if value]
    return "\n".join(lines)


def _log_line(step: SignInStep, connection: Connection) -> str:
    words, detail = step_words(step)
    auth = connection.auth
    assert isinstance(auth, OAuth2Auth)
    asked = {
        StepKind.OPENED_BROWSER: auth.authorization_url,
        StepKind.NO_BROWSER: auth.authorization_url,
        StepKind.SHOWED_CODE: auth.device_url,
        StepKind.GOT_TOKEN: auth.token_url,
    }.get(step.kind, "")
    at = step.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
    said = (f"{at} {words}", mask_url(asked.partition("?")[0]), detail)
    return "\n  ".join(part for part in said if part)


def clock_time(at: float | datetime, *, seconds: bool = True) -> str:
    """Return a time of the day where the user is; seconds since 1970, or with a time zone."""
    local = (datetime.fromtimestamp(at, UTC) if isinstance(at, int | float) else at).astimezone()
    return local.strftime("%H:%M:%S" if seconds else "%H:%M")


def countdown(seconds: float) -> str:
    """Return a time left as `4:32`."""
    whole = max(0, int(seconds))
    return translate("ConnectionRail", "{0} left").format(f"{whole // 60}:{whole % 60:02}")
