"""What keeps a request from being sent; nothing has left the computer then."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.error_base import HttpDeskError


@dataclass(eq=False)
class InvalidRequest(HttpDeskError):
    """The request cannot be sent as it stands; nothing left the computer."""


class UrlPart(Enum):
    """The part of the URL that an error points at."""

    URL = "url"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    HOST = "host"
    PORT = "port"
    PATH = "path"
    QUERY = "query"


class UrlReason(Enum):
    """Why a URL is refused (statement 8)."""

    EMPTY = "empty"
    MISSING = "missing"
    UNSUPPORTED = "unsupported"
    SPACE = "space"
    CONTROL = "control"
    OUT_OF_RANGE = "out of range"
    NOT_A_NUMBER = "not a number"
    NOT_IDNA = "not idna"
    MALFORMED = "malformed"
    OTHER_HOST = "other host"
    """A path that would take the place of the host (statement 7)."""


@dataclass(eq=False)
class InvalidUrl(InvalidRequest):
    """The URL is refused: which part, why, and where in the typed text it starts."""

    part: UrlPart
    reason: UrlReason
    text: str = field(default="", repr=False)
    """The offending part as typed."""
    position: int = 0


@dataclass(eq=False)
class InvalidMethod(InvalidRequest):
    """The method is not a token (RFC 9110 section 5.6.2)."""

    method: str


class HeaderReason(Enum):
    """Why a header row is refused (statement 18)."""

    EMPTY_NAME = "empty name"
    NAME_NOT_TOKEN = "name is not a token"
    CONTROL = "control character"
    FRAMING = "framing"
    """A hand-written Transfer-Encoding, a wrong Content-Length or a second Host: two readers could
    see two different messages."""


@dataclass(eq=False)
class InvalidHeader(InvalidRequest):
    """A header row is refused; `row` counts from 0 over all rows, `position` is the character.

    `row` is -1 for a header that the collection or a folder hands down.
    """

    row: int
    name: str
    reason: HeaderReason
    position: int = 0


@dataclass(eq=False)
class InvalidOption(InvalidRequest):
    """An option has a value out of its range, such as a success range that is not one."""

    option: str
    text: str


@dataclass(frozen=True, slots=True)
class VariablePlace:
    """Where an unknown name stands: a field such as `url` or `header 2`, and the character.

    The number in the field counts from 1; `row` is the same from 0.
    """

    name: str
    field: str
    position: int
    row: int | None = None
    via: str = ""
    """The variable whose value holds the unknown name, when it is not in the field itself."""


@dataclass(eq=False)
class UnknownVariables(InvalidRequest):
    """Names without a value; nothing is sent and all are listed (statement 83)."""

    places: tuple[VariablePlace, ...]
    cycle: bool = False
    """True when the names refer to each other in a circle."""

    @property
    def names(self) -> tuple[str, ...]:
        """The unknown names, each once, in order of appearance."""
        return tuple(dict.fromkeys(place.name for place in self.places))


class VariableBound(Enum):
    """A bound on filling in variables (security.md R7)."""

    DEPTH = "depth"
    LENGTH = "length"


@dataclass(eq=False)
class VariableLimit(InvalidRequest):
    """Filling in `name` in `field` passes a bound: levels of nesting, or characters."""

    name: str
    field: str
    bound: VariableBound
    limit: int


@dataclass(eq=False)
class UnsupportedBody(InvalidRequest):
    """The body is of a kind that is kept in the file but cannot be sent yet."""

    kind: str


class UploadReason(Enum):
    """Why a file cannot be sent (statement 48)."""

    NOT_CHOSEN = "not chosen"
    MISSING = "missing"
    NOT_A_FILE = "not a file"
    FORBIDDEN = "forbidden"
    OUTSIDE = "outside"
    """A relative path that leaves the collection's folder; a collection of somebody else could
    name any file that way."""
    NO_FOLDER = "no folder"
    """A relative path of a request that lies in no folder."""
    UNREADABLE = "unreadable"


@dataclass(eq=False)
class UploadUnreadable(InvalidRequest):
    """A file of the body cannot be read; found before any connection opens (statement 48).

    `row` counts from 0 over all rows of a multipart form; it is None for a file body.
    """

    row: int | None
    name: str
    """The name of the row."""
    path: str
    reason: UploadReason
    detail: str = ""


@dataclass(eq=False)
class InvalidPart(InvalidRequest):
    """The content type of a part holds a control character."""

    row: int
    name: str


@dataclass(eq=False)
class InvalidGraphQL(InvalidRequest):
    """The variables are no JSON object; line and column count from 1 in what was typed."""

    line: int
    column: int
    fault: str
    """A value of `engine.json_check.JsonFault`."""


@dataclass(eq=False)
class InvalidJsonBody(InvalidRequest):
    """The user did not want a body sent that is no JSON (statement 41)."""

    line: int
    column: int
    fault: str
    """A value of `engine.json_check.JsonFault`."""


class CredentialReason(Enum):
    """Why a connection cannot sign a request in."""

    MISSING = "missing"
    """The secret has not been entered, or there is no token yet."""
    COLON = "colon"
    """A user name with a colon, which Basic cannot say (RFC 7617 section 2)."""
    CONTROL = "control"
    """A line break or another control character, which no header can hold."""
    KEY = "key"
    """What should be an RSA private key in PEM is none that can be read."""


@dataclass(eq=False)
class InvalidCredential(InvalidRequest):
    """The credential of a connection cannot be sent; `field` names the input that is meant."""

    reason: CredentialReason
    field: str
    connection: str = ""
    owner: str = ""
    """Of an `auth` in a file: `request`, `folder` or `collection`; empty for a connection."""


@dataclass(eq=False)
class UnusableAuth(InvalidRequest):
    """The `auth` of a file is of a kind that is not done here, such as `ntlm` or `oauth2`.

    The request is not sent without it.
    """

    kind: str
    owner: str
    """`request`, `folder` or `collection`."""
    level: str = ""
    """The name of that."""


@dataclass(eq=False)
class ProtectedNotSent(InvalidRequest):
    """The user did not agree to a request that changes something in a protected environment."""

    environment: str
    method: str


@dataclass(eq=False)
class ValuesNotGiven(InvalidRequest):
    """The request asks for values when it is sent, and nobody gave them."""

    names: tuple[str, ...]
    """As they stand in the request, such as `?Order number`."""


@dataclass(eq=False)
class UnknownConnection(InvalidRequest):
    """No connection has the name that the request, its folder or the command line gives."""

    name: str


class ProxyUrlReason(Enum):
    """Why a proxy's URL cannot be used."""

    EMPTY = "empty"
    SCHEME = "scheme"
    HOST = "host"
    PORT = "port"


@dataclass(eq=False)
class InvalidProxy(InvalidRequest):
    """The proxy's URL in the settings, the system or on the command line is none."""

    reason: ProxyUrlReason
    text: str = field(default="", repr=False)
    """The URL without a sign-in."""
    from_system: bool = False
