"""What the command line says of a request that cannot be sent as it is, and of warnings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from httpdesk.engine.clock_check import seconds_ahead
from httpdesk.engine.masking import mask_url
from httpdesk.model import errors
from httpdesk.model.errors import HeaderReason, UploadReason, UrlPart, UrlReason, VariableBound
from httpdesk.model.exchange import Exchange, ResolveWarning, WarningKind

NOTHING_SENT = "Nothing was sent."

_PARTS = {
    UrlPart.URL: "The URL",
    UrlPart.SCHEME: "The URL's scheme",
    UrlPart.USERINFO: "The user name in the URL",
    UrlPart.HOST: "The URL's host",
    UrlPart.PORT: "The URL's port",
    UrlPart.PATH: "The URL's path",
    UrlPart.QUERY: "The URL's query",
}
_REASONS = {
    UrlReason.EMPTY: "is empty",
    UrlReason.MISSING: "is missing",
    UrlReason.UNSUPPORTED: "is not supported",
    UrlReason.SPACE: "holds a space",
    UrlReason.CONTROL: "holds a control character",
    UrlReason.OUT_OF_RANGE: "is out of range",
    UrlReason.NOT_A_NUMBER: "is not a number",
    UrlReason.NOT_IDNA: "is not a valid host name",
    UrlReason.MALFORMED: "is malformed",
    UrlReason.OTHER_HOST: "names a host of its own, and a path may not replace the host",
}
_ADVICE = {
    UrlPart.SCHEME: "Use http:// or https://.",
    UrlPart.PATH: "Give that URL without --base if it is what you want.",
    UrlPart.PORT: "A port is a number from 1 to 65535.",
    UrlPart.HOST: "A URL looks like https://example.com/path.",
}
_HEADER_REASONS = {
    HeaderReason.EMPTY_NAME: "has no name",
    HeaderReason.NAME_NOT_TOKEN: "has a character in its name that is not allowed there",
    HeaderReason.CONTROL: "has a line break or another control character",
    HeaderReason.FRAMING: "contradicts the body's real length or framing",
}


def invalid_request(_error: errors.InvalidRequest) -> str:
    """Say that the request is invalid."""
    return f"The request cannot be sent as it is. {NOTHING_SENT}"


def invalid_url(error: errors.InvalidUrl) -> str:
    """Name the part of the URL and what is wrong with it (statement 8)."""
    shown = f" ({error.text})" if error.text and error.part is not UrlPart.USERINFO else ""
    advice = _ADVICE.get(error.part, "")
    sentence = f"{_PARTS[error.part]}{shown} {_REASONS[error.reason]}. {NOTHING_SENT}"
    return f"{sentence}\n{advice}" if advice else sentence


def invalid_method(error: errors.InvalidMethod) -> str:
    """Name the method."""
    return (
        f"{error.method!r} is not a method: it may have letters, digits and a few signs, "
        f"but no spaces. {NOTHING_SENT}"
    )


def invalid_header(error: errors.InvalidHeader) -> str:
    """Name the header and what is wrong with it (statement 18)."""
    name = f"The header {error.name!r}" if error.name else f"Header {error.row + 1}"
    return f"{name} {_HEADER_REASONS[error.reason]}. {NOTHING_SENT}"


def invalid_option(error: errors.InvalidOption) -> str:
    """Name the option and its value."""
    return f"{error.text!r} is not a valid value for {error.option}. {NOTHING_SENT}"


def unknown_variables(error: errors.UnknownVariables) -> str:
    """List all unknown names with their places (statement 83)."""
    if error.cycle:
        names = ", ".join(error.names)
        return f"These variables refer to each other in a circle: {names}. {NOTHING_SENT}"
    places = ", ".join(f"{{{{{place.name}}}}} in {_place(place)}" for place in error.places)
    first = error.names[0] if error.names else "name"
    return (
        f"No value is known for {places}. {NOTHING_SENT}\n"
        f"Give one with --var {first}=VALUE, choose an environment with --env, or set "
        f"HTTPDESK_SECRET_{first} for a secret."
    )


def _place(place: errors.VariablePlace) -> str:
    return f"{place.field} (through {place.via})" if place.via else place.field


def variable_limit(error: errors.VariableLimit) -> str:
    """Name the variable and the bound that it passes."""
    unit = {VariableBound.DEPTH: "levels of nesting", VariableBound.LENGTH: "characters"}
    return (
        f"Filling in {{{{{error.name}}}}} in {error.field} passes "
        f"{error.limit:,} {unit[error.bound]}. {NOTHING_SENT}"
    )


def unsupported_body(error: errors.UnsupportedBody) -> str:
    """Name the kind of body."""
    return f"A body of the kind {error.kind!r} cannot be sent yet. {NOTHING_SENT}"


_UPLOAD_REASONS = {
    UploadReason.NOT_CHOSEN: "no file is named",
    UploadReason.MISSING: "it was not found",
    UploadReason.NOT_A_FILE: "it is no regular file",
    UploadReason.FORBIDDEN: "it may not be read",
    UploadReason.OUTSIDE: "a relative path may not leave the collection's folder",
    UploadReason.NO_FOLDER: "a relative path needs a folder to start from",
    UploadReason.UNREADABLE: "the system refuses it",
}


def upload_unreadable(error: errors.UploadUnreadable) -> str:
    """Name the row, the path and the reason (statement 48)."""
    row = "The file of the body"
    if error.row is not None:
        row = f"The file of form row {error.row + 1}, {error.name!r},"
    path = f" {error.path}" if error.path else ""
    detail = f" ({error.detail})" if error.detail else ""
    reason = f"{_UPLOAD_REASONS[error.reason]}{detail}"
    return f"{row}{path} cannot be read: {reason}. {NOTHING_SENT}"


def invalid_part(error: errors.InvalidPart) -> str:
    """Name the row."""
    row = f"of form row {error.row + 1} " if error.name else ""
    return f"The content type {row}holds a control character. {NOTHING_SENT}"


def invalid_graphql(error: errors.InvalidGraphQL) -> str:
    """Say where the variables stop being a JSON object."""
    return (
        f"The GraphQL variables are not a JSON object: {error.fault} at line {error.line}, "
        f"column {error.column}. {NOTHING_SENT}"
    )


def unknown_connection(error: errors.UnknownConnection) -> str:
    """Name the connection, and what lists those that there are."""
    return (
        f"No connection is called {error.name!r}. {NOTHING_SENT}\n"
        'See "httpdesk connections list"; "none" sends without one.'
    )


def unusable_auth(error: errors.UnusableAuth) -> str:
    """Name the kind and where it stands, and what to do instead."""
    level = f" {error.level}" if error.level else ""
    advice = (
        "Make a connection with the same values and give --connection NAME."
        if error.kind == "oauth2"
        else "Give --connection NAME, or --connection none to send without."
    )
    return (
        f"The {error.owner}{level} signs in with {error.kind}, which HTTPDesk does not do from a "
        f"collection's file. {NOTHING_SENT}\n{advice}"
    )


def protected_not_sent(error: errors.ProtectedNotSent) -> str:
    """Say that nobody agreed to a change in a protected environment."""
    return (
        f"The environment {error.environment} is protected, and the {error.method} was not agreed "
        f"to. {NOTHING_SENT}\nSend it from a terminal, where you are asked."
    )


def values_not_given(error: errors.ValuesNotGiven) -> str:
    """Say which values the request asks for."""
    names = ", ".join(name.removeprefix("?") for name in error.names)
    return (
        f"The request asks for values that were not given: {names}. {NOTHING_SENT}\n"
        "Send it from a terminal, where you are asked, or give them with --var '?NAME=VALUE'."
    )


def unknown_environment(error: errors.UnknownEnvironment) -> str:
    """Name the environment, and those that there are."""
    by = f", from which {error.extended_by!r} starts" if error.extended_by else ""
    known = ", ".join(map(repr, error.known)) or "none"
    return f"No environment is called {error.name!r}{by}. {NOTHING_SENT}\nThere are: {known}."


def environment_circle(error: errors.EnvironmentCircle) -> str:
    """Name the environments of the circle in their order."""
    names = " -> ".join(error.names)
    return f"These environments start from each other in a circle: {names}. {NOTHING_SENT}"


def secret_not_set(error: errors.SecretNotSet) -> str:
    """Name the secret and what sets it."""
    owner = f"the environment {error.environment!r}" if error.environment else "the workspace"
    where = repr(error.environment) if error.environment else "--workspace"
    return (
        f"The secret {{{{{error.variable}}}}} of {owner} has no value on this computer. "
        f'{NOTHING_SENT}\n"httpdesk env set {where} {error.variable} --secret" asks for it.'
    )


REQUEST_MESSAGES: dict[type, Callable[[Any], str]] = {
    errors.InvalidRequest: invalid_request,
    errors.InvalidUrl: invalid_url,
    errors.InvalidMethod: invalid_method,
    errors.InvalidHeader: invalid_header,
    errors.InvalidOption: invalid_option,
    errors.UnknownVariables: unknown_variables,
    errors.VariableLimit: variable_limit,
    errors.UnsupportedBody: unsupported_body,
    errors.UploadUnreadable: upload_unreadable,
    errors.InvalidPart: invalid_part,
    errors.InvalidGraphQL: invalid_graphql,
    errors.UnknownConnection: unknown_connection,
    errors.UnusableAuth: unusable_auth,
    errors.ProtectedNotSent: protected_not_sent,
    errors.UnknownEnvironment: unknown_environment,
    errors.EnvironmentCircle: environment_circle,
    errors.SecretNotSet: secret_not_set,
    errors.ValuesNotGiven: values_not_given,
}

_WARNINGS = {
    WarningKind.CREDENTIALS_IN_URL: "the URL holds a user name or password; it was sent as Basic.",
    WarningKind.EMPTY_QUERY_KEY: "a query value without a name was not sent.",
    WarningKind.EMPTY_FORM_KEY: "a form value without a name was not sent.",
    WarningKind.REPEATED_HEADER: "the values of the repeated header {0} were joined.",
    WarningKind.FRAGMENT_NOT_SENT: "the fragment {0} stays here; servers never get it.",
    WarningKind.NON_ASCII_HEADER: "the header {0} has non-ASCII text, sent as UTF-8.",
    WarningKind.CONTENT_TYPE_REPLACED: "the typed Content-Type was left out; a form needs its own.",
    WarningKind.HEADER_REMOVED: "{0} is left out; a server may not understand the request.",
    WarningKind.OVERRIDDEN_BY_CONNECTION: "the connection's {0} was sent instead of the given one.",
    WarningKind.CONNECTION_NOT_ALLOWED: "the connection {0} may not go to this host; nothing of it "
    "was sent.",
    WarningKind.CREDENTIAL_IN_CLEAR: "the credential goes to {0} without TLS; others can read it.",
    WarningKind.SCHEME_ASSUMED: "the URL has no scheme; {0}:// was taken.",
}


def warning_sentence(warning: ResolveWarning) -> str:
    """Return one warning as a sentence behind `Warning: `."""
    # A fragment may hold a token (RFC 6749 section 4.2.2).
    return _WARNINGS[warning.kind].format(mask_url(warning.subject))


def clock_sentences(exchange: Exchange) -> tuple[str, ...]:
    """Say that a signature was refused whose time is not the server's, nothing where it was not."""
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    ahead = seconds_ahead(hops[-1]) if hops else None
    if ahead is None:
        return ()
    way = "ahead of" if ahead > 0 else "behind"
    minutes = round(abs(ahead) / 60)
    return (
        f"This computer's clock is {minutes} min {way} the server's.",
        "The signature holds its time. Set the clock, then send again.",
    )
