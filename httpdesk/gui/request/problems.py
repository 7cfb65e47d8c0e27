"""Sentences for what keeps a request from being sent, and for what is worth a word besides."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from httpdesk.engine.json_check import JsonFault, JsonProblem
from httpdesk.gui.messages.json_faults import json_fault_name
from httpdesk.model.errors import (
    CredentialReason,
    EnvironmentCircle,
    HeaderReason,
    InvalidCredential,
    InvalidGraphQL,
    InvalidHeader,
    InvalidJsonBody,
    InvalidMethod,
    InvalidOption,
    InvalidPart,
    InvalidProxy,
    InvalidRequest,
    InvalidUrl,
    ProtectedNotSent,
    ProxyUrlReason,
    SecretNotSet,
    UnknownConnection,
    UnknownEnvironment,
    UnknownVariables,
    UnsupportedBody,
    UnusableAuth,
    UploadReason,
    UploadUnreadable,
    UrlPart,
    UrlReason,
    ValuesNotGiven,
    VariableBound,
    VariableLimit,
)
from httpdesk.model.exchange import ResolveWarning, WarningKind
from httpdesk.render.xml_layout import XmlFault
from httpdesk.render.xml_text import XmlError

SHOWN_CHARACTERS: Final = 60
"""How much of a typed text a sentence repeats."""


def sentence(error: InvalidRequest) -> str:
    """Return one plain sentence that says what is wrong and, where it is not plain, what to do."""
    match error:
        case InvalidUrl():
            return _url_sentence(error)
        case InvalidHeader():
            return _fill(_HEADER[error.reason], _short(error.name) or str(error.row + 1))
        case InvalidMethod(method=method):
            return _fill(_METHOD if method else _NO_METHOD, _short(method))
        case InvalidOption(option=option, text=text):
            return _fill(_OPTION.get(option, _OTHER_OPTION), _short(text), option)
        case UnknownVariables():
            return _variables_sentence(error)
        case VariableLimit(name=name, bound=bound, limit=limit):
            return _fill(_LIMIT[bound], name, limit)
        case UnsupportedBody(kind=kind):
            return _fill(_BODY, kind)
        case UploadUnreadable(reason=reason):
            return _fill(_UPLOAD[reason])
        case InvalidPart():
            return _fill(_PART_TYPE)
        case InvalidGraphQL() | InvalidJsonBody():
            fault = json_fault_name(JsonFault(error.fault))
            template = _VARIABLES if isinstance(error, InvalidGraphQL) else _JSON_PLACE
            return _fill(template, error.line, error.column, fault)
    return _on_the_way(error)


def _on_the_way(error: InvalidRequest) -> str:
    match error:
        case UnknownConnection(name=name):
            return _fill(_NO_CONNECTION, _short(name))
        case InvalidProxy(reason=reason):
            return _fill(_PROXY[reason])
        case InvalidCredential(reason=reason, field=field):
            words = _FILE_CREDENTIAL if error.owner else _CREDENTIAL
            return _fill(words[reason], field.replace("_", " "))
        case UnusableAuth(kind=kind):
            return _fill(_OAUTH_IN_FILE if kind == "oauth2" else _AUTH_KIND, _short(kind))
        case ProtectedNotSent(environment=environment):
            return _fill(_PROTECTED, _short(environment))
        case UnknownEnvironment(name=name):
            return _fill(_NO_ENVIRONMENT, _short(name))
        case EnvironmentCircle(names=names):
            return _fill(_CIRCLE, _short(" → ".join(names)))
        case SecretNotSet(variable=name):
            return _fill(_NOT_SET, _short(name))
        case ValuesNotGiven(names=names):
            return _fill(_NOT_GIVEN, _short(", ".join(name.removeprefix("?") for name in names)))
    raise TypeError(error)


def may_be_mended(problem: InvalidRequest) -> bool:
    """Return whether the cause may have gone since it was looked for: a file that was missing."""
    if not isinstance(problem, UploadUnreadable):
        return False
    return problem.reason is not UploadReason.NOT_CHOSEN


def warning_sentence(warning: ResolveWarning) -> str:
    """Return one plain sentence about something that does not keep the request from being sent."""
    return _fill(_WARNING[warning.kind], _short(warning.subject))


def json_sentence(problem: JsonProblem) -> str:
    """Return where a JSON body stops being JSON and what was expected (statement 41)."""
    fault = json_fault_name(problem.fault)
    place = _fill(_JSON_PLACE, problem.line, problem.column, fault)
    return place + " " + _fill(_ASKED)


def xml_sentence(error: XmlError) -> str:
    """Return where an XML body stops being XML."""
    place = _fill(_JSON_PLACE, error.line, error.column, _fill(_XML[error.fault]))
    return place + " " + _fill(_AS_TYPED)


_CONTEXT: Final = "RequestProblems"


def _fill(source: object, *values: object) -> str:
    # The stubs say that QT_TRANSLATE_NOOP returns an object; it returns its second argument.
    return QCoreApplication.translate(_CONTEXT, str(source)).format(*values)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1] + "…"


def _url_sentence(error: InvalidUrl) -> str:
    special = _URL.get((error.part, error.reason))
    if error.part is UrlPart.PORT and error.text.isdigit() and error.text.strip("0"):
        special = _PORT_TOO_HIGH if error.reason is UrlReason.OUT_OF_RANGE else special
    # What stands before the @ may be a password and is never repeated.
    text = "" if error.part is UrlPart.USERINFO else _short(error.text)
    if special is not None:
        return _fill(special, text)
    return _fill(_URL_ANY[error.reason], _fill(_PART[error.part]))


def _variables_sentence(error: UnknownVariables) -> str:
    names = error.names
    if error.cycle:
        return _fill(_CYCLE_ONE if len(names) == 1 else _CYCLE, ", ".join(names))
    if len(names) > 1:
        return _fill(_NO_VALUES, ", ".join(names[:-1]), names[-1])
    via = next((place.via for place in error.places if place.via), "")
    return _fill(_NO_VALUE_VIA if via else _NO_VALUE, names[0], via)


_PART: Final = {
    UrlPart.URL: QT_TRANSLATE_NOOP("RequestProblems", "URL"),
    UrlPart.SCHEME: QT_TRANSLATE_NOOP("RequestProblems", "scheme"),
    UrlPart.USERINFO: QT_TRANSLATE_NOOP("RequestProblems", "part before the @"),
    UrlPart.HOST: QT_TRANSLATE_NOOP("RequestProblems", "host"),
    UrlPart.PORT: QT_TRANSLATE_NOOP("RequestProblems", "port"),
    UrlPart.PATH: QT_TRANSLATE_NOOP("RequestProblems", "path"),
    UrlPart.QUERY: QT_TRANSLATE_NOOP("RequestProblems", "query"),
}

_URL_ANY: Final = {
    UrlReason.EMPTY: QT_TRANSLATE_NOOP("RequestProblems", "The {0} is empty."),
    UrlReason.MISSING: QT_TRANSLATE_NOOP("RequestProblems", "The {0} is missing."),
    UrlReason.UNSUPPORTED: QT_TRANSLATE_NOOP("RequestProblems", "The {0} is of an unknown kind."),
    UrlReason.SPACE: QT_TRANSLATE_NOOP("RequestProblems", "The {0} holds a space."),
    UrlReason.CONTROL: QT_TRANSLATE_NOOP(
        "RequestProblems", "The {0} holds a line break or another control character."
    ),
    UrlReason.OUT_OF_RANGE: QT_TRANSLATE_NOOP("RequestProblems", "The {0} is out of range."),
    UrlReason.NOT_A_NUMBER: QT_TRANSLATE_NOOP("RequestProblems", "The {0} is not a number."),
    UrlReason.NOT_IDNA: QT_TRANSLATE_NOOP("RequestProblems", "The {0} is not a domain name."),
    UrlReason.MALFORMED: QT_TRANSLATE_NOOP("RequestProblems", "The {0} can't be read."),
    UrlReason.OTHER_HOST: QT_TRANSLATE_NOOP("RequestProblems", "The {0} names another host."),
}

_URL: Final = {
    (UrlPart.URL, UrlReason.EMPTY): QT_TRANSLATE_NOOP("RequestProblems", "Enter a URL."),
    (UrlPart.SCHEME, UrlReason.MISSING): QT_TRANSLATE_NOOP(
        "RequestProblems", "The scheme is missing. Start with https:// or http://."
    ),
    (UrlPart.SCHEME, UrlReason.UNSUPPORTED): QT_TRANSLATE_NOOP(
        "RequestProblems", "The scheme {0} can't be sent. Use https or http."
    ),
    (UrlPart.SCHEME, UrlReason.MALFORMED): QT_TRANSLATE_NOOP(
        "RequestProblems", "Two slashes belong behind {0}:."
    ),
    (UrlPart.USERINFO, UrlReason.MALFORMED): QT_TRANSLATE_NOOP(
        "RequestProblems", "The user name and password before the @ can't be read."
    ),
    (UrlPart.HOST, UrlReason.MISSING): QT_TRANSLATE_NOOP("RequestProblems", "The URL has no host."),
    (UrlPart.HOST, UrlReason.SPACE): QT_TRANSLATE_NOOP(
        "RequestProblems", "The host {0} holds a space."
    ),
    (UrlPart.HOST, UrlReason.UNSUPPORTED): QT_TRANSLATE_NOOP(
        "RequestProblems", "The host {0} names a network interface, which can't be sent."
    ),
    (UrlPart.HOST, UrlReason.OUT_OF_RANGE): QT_TRANSLATE_NOOP(
        "RequestProblems", "The host is too long: 253 characters, 63 between two dots."
    ),
    (UrlPart.HOST, UrlReason.NOT_IDNA): QT_TRANSLATE_NOOP(
        "RequestProblems", "{0} is not a domain name."
    ),
    (UrlPart.HOST, UrlReason.MALFORMED): QT_TRANSLATE_NOOP(
        "RequestProblems", "{0} is not a host name or an address."
    ),
    (UrlPart.PORT, UrlReason.EMPTY): QT_TRANSLATE_NOOP(
        "RequestProblems", "No port stands behind the colon."
    ),
    (UrlPart.PORT, UrlReason.SPACE): QT_TRANSLATE_NOOP(
        "RequestProblems", "The port holds a space."
    ),
    (UrlPart.PORT, UrlReason.OUT_OF_RANGE): QT_TRANSLATE_NOOP(
        "RequestProblems", "The port {0} is not between 1 and 65535."
    ),
    (UrlPart.PORT, UrlReason.NOT_A_NUMBER): QT_TRANSLATE_NOOP(
        "RequestProblems", "The port {0} is not a number."
    ),
}

_PORT_TOO_HIGH: Final = QT_TRANSLATE_NOOP("RequestProblems", "The port {0} is above 65535.")

_METHOD: Final = QT_TRANSLATE_NOOP(
    "RequestProblems", "The method {0} holds a character that a method can't have."
)
_NO_METHOD: Final = QT_TRANSLATE_NOOP("RequestProblems", "Enter a method.")

_HEADER: Final = {
    HeaderReason.EMPTY_NAME: QT_TRANSLATE_NOOP("RequestProblems", "Header {0} has no name."),
    HeaderReason.NAME_NOT_TOKEN: QT_TRANSLATE_NOOP(
        "RequestProblems", "The header name {0} holds a character that a name can't have."
    ),
    HeaderReason.CONTROL: QT_TRANSLATE_NOOP(
        "RequestProblems",
        "The value of {0} holds a line break or another control character.",
    ),
    HeaderReason.FRAMING: QT_TRANSLATE_NOOP(
        "RequestProblems",
        "{0} would contradict the message itself. Remove it: the right one is added automatically.",
    ),
}

_OPTION: Final = {
    "success": QT_TRANSLATE_NOOP(
        "RequestProblems", "{0} is not a list of statuses such as 200-299, 304."
    ),
    "timeout_ms": QT_TRANSLATE_NOOP("RequestProblems", "{0} is not a timeout in milliseconds."),
    "max_redirects": QT_TRANSLATE_NOOP("RequestProblems", "{0} is not a number of redirects."),
    "retry_max": QT_TRANSLATE_NOOP("RequestProblems", "{0} is not a number of retries, 0 to 90."),
    "retry_delay_ms": QT_TRANSLATE_NOOP("RequestProblems", "{0} is not a delay in milliseconds."),
    "total_timeout_ms": QT_TRANSLATE_NOOP("RequestProblems", "{0} is not a limit in total."),
    "most_pages": QT_TRANSLATE_NOOP("RequestProblems", "{0} is not a number of pages."),
    "page_rule": QT_TRANSLATE_NOOP(
        "RequestProblems", "{0} names no next page. It is such as link, or cursor /next after."
    ),
}
_OTHER_OPTION: Final = QT_TRANSLATE_NOOP("RequestProblems", "{0} is not a value for {1}.")

_NO_VALUE: Final = QT_TRANSLATE_NOOP("RequestProblems", "{0} has no value.")
_NO_VALUES: Final = QT_TRANSLATE_NOOP("RequestProblems", "{0} and {1} have no value.")
_NO_VALUE_VIA: Final = QT_TRANSLATE_NOOP("RequestProblems", "{0} has no value. It is used by {1}.")
_CYCLE: Final = QT_TRANSLATE_NOOP("RequestProblems", "{0} use each other in a circle.")
_CYCLE_ONE: Final = QT_TRANSLATE_NOOP("RequestProblems", "{0} uses itself.")
_LIMIT: Final = {
    VariableBound.DEPTH: QT_TRANSLATE_NOOP(
        "RequestProblems", "{0} uses variables within variables more than {1} levels deep."
    ),
    VariableBound.LENGTH: QT_TRANSLATE_NOOP(
        "RequestProblems", "{0} grows beyond {1} characters when it is filled in."
    ),
}
_BODY: Final = QT_TRANSLATE_NOOP(
    "RequestProblems", "The {0} body of this file can't be sent yet. It is kept."
)

_UPLOAD: Final = {
    UploadReason.NOT_CHOSEN: QT_TRANSLATE_NOOP("RequestProblems", "Choose a file."),
    UploadReason.MISSING: QT_TRANSLATE_NOOP("RequestProblems", "File not found. Choose again."),
    UploadReason.NOT_A_FILE: QT_TRANSLATE_NOOP("RequestProblems", "Not a file. Choose again."),
    UploadReason.FORBIDDEN: QT_TRANSLATE_NOOP(
        "RequestProblems", "The file may not be read. Choose again."
    ),
    UploadReason.OUTSIDE: QT_TRANSLATE_NOOP(
        "RequestProblems", "The path leaves the collection's folder. Choose the file again."
    ),
    UploadReason.NO_FOLDER: QT_TRANSLATE_NOOP(
        "RequestProblems", "The request is in no collection, so the path must be a whole one."
    ),
    UploadReason.UNREADABLE: QT_TRANSLATE_NOOP(
        "RequestProblems", "The file can't be read. Choose again."
    ),
}
_PART_TYPE: Final = QT_TRANSLATE_NOOP(
    "RequestProblems", "The content type holds a line break or another control character."
)
_VARIABLES: Final = QT_TRANSLATE_NOOP("RequestProblems", "Variables, line {0}, column {1}: {2}.")

_NO_CONNECTION: Final = QT_TRANSLATE_NOOP(
    "RequestProblems", "No connection is called “{0}”. Nothing was sent."
)
_CREDENTIAL: Final = {
    CredentialReason.MISSING: QT_TRANSLATE_NOOP(
        "RequestProblems", "The connection has no {0} yet."
    ),
    CredentialReason.COLON: QT_TRANSLATE_NOOP(
        "RequestProblems", "The connection's user name holds a colon, which Basic can't say."
    ),
    CredentialReason.CONTROL: QT_TRANSLATE_NOOP(
        "RequestProblems", "The connection's {0} holds a control character."
    ),
    CredentialReason.KEY: QT_TRANSLATE_NOOP(
        "RequestProblems", "The connection's {0} is no RSA private key in PEM."
    ),
}

_FILE_CREDENTIAL: Final = {
    CredentialReason.MISSING: QT_TRANSLATE_NOOP("RequestProblems", "The file's auth has no {0}."),
    CredentialReason.COLON: QT_TRANSLATE_NOOP(
        "RequestProblems", "The user name of the file's auth holds a colon, which Basic can't say."
    ),
    CredentialReason.CONTROL: QT_TRANSLATE_NOOP(
        "RequestProblems", "The {0} of the file's auth holds a control character."
    ),
    CredentialReason.KEY: QT_TRANSLATE_NOOP(
        "RequestProblems", "The {0} of the file's auth is no RSA private key in PEM."
    ),
}
_AUTH_KIND: Final = QT_TRANSLATE_NOOP(
    "RequestProblems", "The file signs in with {0}, which is not done. Use a connection."
)
_OAUTH_IN_FILE: Final = QT_TRANSLATE_NOOP(
    "RequestProblems", "OAuth 2.0 of a file is not done. Make a connection from it."
)
_NOT_GIVEN: Final = QT_TRANSLATE_NOOP("RequestProblems", "No value was given for {0}.")
_NO_ENVIRONMENT: Final = QT_TRANSLATE_NOOP("RequestProblems", "There is no environment called {0}.")
_CIRCLE: Final = QT_TRANSLATE_NOOP(
    "RequestProblems", "Environments start from each other in a circle: {0}."
)
_NOT_SET: Final = QT_TRANSLATE_NOOP(
    "RequestProblems", "The secret {0} has no value on this computer."
)
_PROTECTED: Final = QT_TRANSLATE_NOOP("RequestProblems", "The environment {0} is protected.")

_PROXY: Final = {
    ProxyUrlReason.EMPTY: QT_TRANSLATE_NOOP("RequestProblems", "The proxy has no address."),
    ProxyUrlReason.SCHEME: QT_TRANSLATE_NOOP(
        "RequestProblems", "The proxy's scheme must be http, https or socks5."
    ),
    ProxyUrlReason.HOST: QT_TRANSLATE_NOOP("RequestProblems", "The proxy's host can't be used."),
    ProxyUrlReason.PORT: QT_TRANSLATE_NOOP(
        "RequestProblems", "The proxy's port must be a number from 1 to 65535."
    ),
}

_WARNING: Final = {
    WarningKind.CREDENTIALS_IN_URL: QT_TRANSLATE_NOOP(
        "RequestProblems", "The user name and password in the URL are sent as a Basic header."
    ),
    WarningKind.EMPTY_QUERY_KEY: QT_TRANSLATE_NOOP(
        "RequestProblems", "This row has no key and is not sent."
    ),
    WarningKind.EMPTY_FORM_KEY: QT_TRANSLATE_NOOP(
        "RequestProblems", "This row has no key and is not sent."
    ),
    WarningKind.REPEATED_HEADER: QT_TRANSLATE_NOOP(
        "RequestProblems", "The rows named {0} are sent as one header with all values."
    ),
    WarningKind.FRAGMENT_NOT_SENT: QT_TRANSLATE_NOOP(
        "RequestProblems", "What stands behind the # is not sent."
    ),
    WarningKind.NON_ASCII_HEADER: QT_TRANSLATE_NOOP(
        "RequestProblems", "The value of {0} goes out as UTF-8, which few servers expect."
    ),
    WarningKind.CONTENT_TYPE_REPLACED: QT_TRANSLATE_NOOP(
        "RequestProblems", "Not sent: a multipart form has its own, with the boundary."
    ),
    WarningKind.HEADER_REMOVED: QT_TRANSLATE_NOOP(
        "RequestProblems",
        "Without {0} a server may not understand the request. Its connection is not used again.",
    ),
    WarningKind.OVERRIDDEN_BY_CONNECTION: QT_TRANSLATE_NOOP(
        "RequestProblems", "The connection's {0} is sent instead of this one."
    ),
    WarningKind.CONNECTION_NOT_ALLOWED: QT_TRANSLATE_NOOP(
        "RequestProblems",
        "The connection {0} may not go to this host, so nothing of it is sent.",
    ),
    WarningKind.CREDENTIAL_IN_CLEAR: QT_TRANSLATE_NOOP(
        "RequestProblems", "The credential goes to {0} without TLS; others can read it."
    ),
    WarningKind.SCHEME_ASSUMED: QT_TRANSLATE_NOOP("RequestProblems", "{0}:// is assumed."),
}

_JSON_PLACE: Final = QT_TRANSLATE_NOOP("RequestProblems", "Line {0}, column {1}: {2}.")
_AS_TYPED: Final = QT_TRANSLATE_NOOP("RequestProblems", "The body is sent as typed.")
_ASKED: Final = QT_TRANSLATE_NOOP("RequestProblems", "Send asks first.")

_XML: Final = {
    XmlFault.MARKUP: QT_TRANSLATE_NOOP("RequestProblems", "this < begins no tag or comment"),
    XmlFault.MISMATCH: QT_TRANSLATE_NOOP("RequestProblems", "this end tag has no start tag"),
    XmlFault.UNCLOSED: QT_TRANSLATE_NOOP("RequestProblems", "this element has no end tag"),
    XmlFault.TEXT: QT_TRANSLATE_NOOP("RequestProblems", "expected one root element"),
}
