"""What the command line says of sign-ins and tokens."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from httpdesk.model import errors
from httpdesk.model.errors import SignInReason
from httpdesk.render.units import format_duration

_SENTENCES = {
    SignInReason.CANCELLED: "The sign-in was cancelled.",
    SignInReason.TIMED_OUT: "Nobody came back from the browser within {wait}.",
    SignInReason.PORT_BUSY: "Port {port} is in use, so the browser could not come back.",
    SignInReason.PROVIDER_ERROR: "The provider refused: {error}.",
    SignInReason.WRONG_ISSUER: "The answer is not from the provider that was asked.",
    SignInReason.INSECURE_URL: "{url} is http to another computer, where others can read along.",
    SignInReason.INVALID_URL: "The URL {url!r} is none that a sign-in can use.",
    SignInReason.NEEDED: "The connection {connection} has no token that is still good{said}.",
    SignInReason.BUSY: "Another program renews the token of {connection} and does not finish.",
    SignInReason.MALFORMED_TOKEN: "{url} answered{status} without a token that can be used.",
    SignInReason.TOO_LONG: "{url} answered with more than 1 MB, which no sign-in needs.",
    SignInReason.WEAKER: "The connection {connection} has PKCE {error}: a program that catches the "
    "browser on its way back could use its code.",
    SignInReason.CODE_EXPIRED: "Nobody entered the code within {wait}.",
    SignInReason.NO_METADATA: "{url} tells nothing of itself that can be used{answered}.",
}
_ADVICE = {
    SignInReason.PORT_BUSY: "Close the program that uses it, or choose another port.",
    SignInReason.TOO_LONG: "Is the URL right? The answer was not used.",
    SignInReason.WEAKER: "Choose S256 in its file, or agree: run the login with --weaker.",
    SignInReason.INSECURE_URL: "Use https, or allow http for this connection.",
}


def sign_in_failed(error: errors.SignInFailed) -> str:
    """Say why no token was had, in the provider's words where it gave any."""
    status = f" {error.status_code}" if error.status_code else ""
    words = f"{error.error}: {error.description}" if error.description else error.error
    sentence = _SENTENCES[error.reason].format(
        wait=format_duration(error.seconds * 1000),
        port=error.port,
        connection=error.connection or "the connection",
        said=f" ({words})" if words else "",
        error=(words or "without a reason").rstrip("."),
        url=error.url,
        status=status,
        answered=f" (it answered{status})" if status else "",
    )
    advice = _ADVICE.get(error.reason)
    if error.reason is SignInReason.NEEDED:
        advice = f"Sign in: httpdesk connections login {shlex.quote(error.connection)}"
    if error.error == "invalid_client":
        advice = "Check the secret, and whether it belongs in the header or in the body."
    return f"{sentence}\n{advice}" if advice else sentence


SIGN_IN_MESSAGES: dict[type, Callable[[Any], str]] = {errors.SignInFailed: sign_in_failed}
