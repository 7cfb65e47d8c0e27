"""Messages for sign-ins and tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages.base import Message, format_limit, shortened, try_again
from httpdesk.model import errors
from httpdesk.model.errors import CredentialReason, SignInReason

translate = QCoreApplication.translate


def _sign_in_failed(error: errors.SignInFailed) -> Message:
    return Message(
        _title(error),
        _text(error),
        (try_again(),),
        pill=translate("Messages", "Sign-in failed"),
    )


def _title(error: errors.SignInFailed) -> str:
    return {
        SignInReason.CANCELLED: translate("Messages", "The sign-in was cancelled"),
        SignInReason.TIMED_OUT: translate("Messages", "Nobody came back from the browser"),
        SignInReason.PORT_BUSY: translate("Messages", "Port {0} is in use").format(error.port),
        SignInReason.PROVIDER_ERROR: translate("Messages", "The provider refused the sign-in"),
        SignInReason.WRONG_ISSUER: translate("Messages", "Another provider answered"),
        SignInReason.INSECURE_URL: translate("Messages", "The provider's URL isn't secure"),
        SignInReason.INVALID_URL: translate("Messages", "The provider's URL can't be used"),
        SignInReason.NEEDED: translate("Messages", "Sign in again"),
        SignInReason.BUSY: translate("Messages", "Another program renews the token"),
        SignInReason.MALFORMED_TOKEN: translate("Messages", "The provider sent no token"),
        SignInReason.TOO_LONG: translate("Messages", "The provider's answer is too long"),
        SignInReason.WEAKER: translate("Messages", "This login is weaker than it could be"),
        SignInReason.CODE_EXPIRED: translate("Messages", "Nobody entered the code"),
        SignInReason.NO_METADATA: translate("Messages", "The issuer tells nothing of itself"),
    }[error.reason]


def _text(error: errors.SignInFailed) -> str:
    if error.reason is SignInReason.PROVIDER_ERROR:
        words = f"{error.error}: {error.description}" if error.description else error.error
        text = shortened(words).rstrip(".") + "."
        if error.error == "invalid_client":
            text += " " + translate(
                "Messages", "Check the secret, and whether it belongs in the header or in the body."
            )
        return text
    return {
        SignInReason.CANCELLED: translate("Messages", "No token was asked for."),
        SignInReason.TIMED_OUT: translate("Messages", "The port was closed after {0}.").format(
            format_limit(round(error.seconds * 1000))
        ),
        SignInReason.PORT_BUSY: translate(
            "Messages", "The browser can't return to HTTPDesk after login."
        ),
        SignInReason.WRONG_ISSUER: translate(
            "Messages", "The answer names another issuer than this connection's. It was not used."
        ),
        SignInReason.INSECURE_URL: translate(
            "Messages", "{0} is http to another computer. Nothing was sent."
        ).format(shortened(error.url)),
        SignInReason.INVALID_URL: translate(
            "Messages", "“{0}” is no https URL. Nothing was sent."
        ).format(shortened(error.url)),
        SignInReason.NEEDED: translate(
            "Messages",
            "The connection “{0}” has no token that is still good. Nothing was sent without one.",
        ).format(shortened(error.connection)),
        SignInReason.BUSY: translate("Messages", "It does not come to an end. Nothing was sent."),
        SignInReason.MALFORMED_TOKEN: translate(
            "Messages", "{0} answered {1}, and not with a token that can be used."
        ).format(shortened(error.url), error.status_code or translate("Messages", "something")),
        SignInReason.TOO_LONG: translate(
            "Messages",
            "{0} sent more than 1 MB, which no sign-in needs. Is the URL right? "
            "The answer was not used.",
        ).format(shortened(error.url)),
        SignInReason.WEAKER: translate(
            "Messages",
            "PKCE is “{0}”: a program that catches the browser on its way back could use its code. "
            "Choose S256 in the connection, or connect again to go on all the same.",
        ).format(error.error),
        SignInReason.CODE_EXPIRED: translate("Messages", "It was good for {0}.").format(
            format_limit(round(error.seconds * 1000))
        ),
        SignInReason.NO_METADATA: translate(
            "Messages", "“{0}” has no document with its URLs that can be used. Enter them yourself."
        ).format(shortened(error.url)),
    }[error.reason]


def _invalid_credential(error: errors.InvalidCredential) -> Message:
    text = {
        CredentialReason.MISSING: translate("Messages", "Its {0} has not been entered yet."),
        CredentialReason.COLON: translate(
            "Messages", "Its user name holds a colon, which Basic can't say."
        ),
        CredentialReason.CONTROL: translate("Messages", "Its {0} holds a control character."),
        CredentialReason.KEY: translate(
            "Messages", "Its {0} is no RSA private key in PEM without a passphrase."
        ),
    }[error.reason].format(error.field.replace("_", " "))
    if error.owner:
        return _not_sent(owner_title(error.owner), text)
    title = translate("Messages", "The connection “{0}” can't sign in")
    return _not_sent(title.format(shortened(error.connection)), text)


def owner_title(owner: str) -> str:
    """Return that the `auth` in the file of `owner`, a level, can't sign in."""
    return {
        "request": translate("Messages", "The request's own auth can't sign in"),
        "folder": translate("Messages", "The folder's auth can't sign in"),
    }.get(owner, translate("Messages", "The collection's auth can't sign in"))


def _unusable_auth(error: errors.UnusableAuth) -> Message:
    if error.kind == "oauth2":
        text = translate(
            "Messages",
            "OAuth 2.0 needs a connection, which keeps its secrets and its token. The Auth tab "
            "makes one from what the file says.",
        )
    else:
        text = translate("Messages", "HTTPDesk can't do “{0}”. Let the request use a connection.")
    return _not_sent(owner_title(error.owner), text.format(shortened(error.kind)))


def _protected_not_sent(error: errors.ProtectedNotSent) -> Message:
    title = translate("Messages", "The environment “{0}” is protected").format(
        shortened(error.environment)
    )
    text = translate("Messages", "You did not agree to the {0}.").format(shortened(error.method))
    return _not_sent(title, text)


def _values_not_given(error: errors.ValuesNotGiven) -> Message:
    names = ", ".join(shortened(name.removeprefix("?")) for name in error.names)
    title = translate("Messages", "No value was given for {0}").format(names)
    return _not_sent(title, translate("Messages", "The request asks for it each time."))


def _unknown_environment(error: errors.UnknownEnvironment) -> Message:
    title = translate("Messages", "No environment is called “{0}”").format(shortened(error.name))
    if not error.extended_by:
        return _not_sent(title, translate("Messages", "Choose another one in the top bar."))
    text = translate("Messages", "The environment “{0}” says that it starts from it.")
    return _not_sent(title, text.format(shortened(error.extended_by)))


def _environment_circle(error: errors.EnvironmentCircle) -> Message:
    title = translate("Messages", "Environments start from each other in a circle")
    names = " → ".join(shortened(name) for name in error.names)
    text = translate("Messages", "{0}. Let one of them start from none.").format(names)
    return _not_sent(title, text)


def _secret_not_set(error: errors.SecretNotSet) -> Message:
    title = translate("Messages", "The secret {0} has no value here")
    if error.environment:
        text = translate(
            "Messages",
            "The environment “{0}” names it. Its value is kept on each computer by itself; enter "
            "it on the environment's page.",
        ).format(shortened(error.environment))
    else:
        text = translate("Messages", "Enter its value on the page of the workspace's variables.")
    return _not_sent(title.format(shortened(error.variable)), text)


def _unknown_connection(error: errors.UnknownConnection) -> Message:
    title = translate("Messages", "No connection is called “{0}”").format(shortened(error.name))
    return _not_sent(
        title, translate("Messages", "The request, its folder or collection names it.")
    )


def _not_sent(title: str, text: str) -> Message:
    nothing = translate("Messages", "Nothing was sent.")
    return Message(title, f"{text} {nothing}", pill=translate("Messages", "Not sent"))


SIGN_IN_MESSAGES: dict[type, Callable[[Any], Message]] = {
    errors.InvalidCredential: _invalid_credential,
    errors.SignInFailed: _sign_in_failed,
    errors.UnknownConnection: _unknown_connection,
    errors.UnusableAuth: _unusable_auth,
    errors.ProtectedNotSent: _protected_not_sent,
    errors.UnknownEnvironment: _unknown_environment,
    errors.EnvironmentCircle: _environment_circle,
    errors.SecretNotSet: _secret_not_set,
    errors.ValuesNotGiven: _values_not_given,
}
