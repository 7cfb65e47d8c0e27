"""A request as the user composes it, before variables are filled in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from httpdesk.model.paging import MOST_PAGES

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.auth_choice import AuthChoice

STANDARD_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
DEFAULT_MAX_REDIRECTS = 5
DEFAULT_SUCCESS = "200-299"
MOST_RETRIES = 90
LONGEST_MS = 24 * 60 * 60 * 1000
"""The longest delay or limit that is taken, a day, in milliseconds."""
MOST_EXAMPLE_BYTES = 1_000_000
"""Of the text of a response that is kept as an example; the file is read with each open."""


@dataclass(frozen=True, slots=True)
class Header:
    """One header row; rows keep their order and may repeat a name."""

    name: str
    value: str = field(repr=False)
    enabled: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class QueryParam:
    """One query row, joined to the URL's own query in row order (statement 2)."""

    name: str
    value: str = field(repr=False)
    enabled: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class PathParam:
    """The value of a `:name` or `{name}` segment of the URL's path (statement 84)."""

    name: str
    value: str = field(repr=False)
    description: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form-urlencoded body."""

    name: str
    value: str = field(repr=False)
    enabled: bool = True
    description: str = ""


class RawKind(Enum):
    """The kind of text that a raw body holds; the value is OpenCollection's word for it."""

    JSON = "json"
    TEXT = "text"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class NoBody:
    """The request has no body."""


@dataclass(frozen=True, slots=True)
class RawBody:
    """Text that goes out as exactly its UTF-8 bytes (statement 39)."""

    kind: RawKind
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FormBody:
    """Fields sent as application/x-www-form-urlencoded, in row order."""

    fields: tuple[FormField, ...] = ()


class PartKind(Enum):
    """What a part of a multipart form holds."""

    TEXT = "text"
    JSON = "json"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class FormPart:
    """One row of a multipart form; rows keep their order and may repeat a name."""

    name: str
    value: str = field(repr=False)
    """Text, or the path of a file; a relative path starts at the collection's folder."""
    kind: PartKind = PartKind.TEXT
    content_type: str = ""
    """As typed; empty for the kind's own (statement 44)."""
    file_name: str = ""
    """The file name that is sent; empty for the path's base name."""
    enabled: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class MultipartBody:
    """Parts sent as multipart/form-data, form rows first, then files (statement 43)."""

    parts: tuple[FormPart, ...] = ()


@dataclass(frozen=True, slots=True)
class FileBody:
    """A whole file, byte for byte; a relative path starts at the collection's folder."""

    path: str = ""
    content_type: str = ""
    """As typed; empty for a guess by the file's name (statement 40)."""


@dataclass(frozen=True, slots=True)
class GraphQLBody:
    """A GraphQL query, sent as JSON with its variables."""

    query: str = field(default="", repr=False)
    variables: str = field(default="", repr=False)
    """A JSON object as text; empty for none."""


def upload_paths(body: object) -> frozenset[str]:
    """Return the paths of the files that a body names, as they are written in it."""
    if isinstance(body, FileBody):
        return frozenset((body.path,))
    if isinstance(body, MultipartBody):
        return frozenset(part.value for part in body.parts if part.kind is PartKind.FILE)
    return frozenset()


@dataclass(frozen=True, slots=True)
class OpaqueBody:
    """A body of a kind that a file may hold but that cannot be sent yet; saving keeps it."""

    kind: str


Body = NoBody | RawBody | FormBody | MultipartBody | FileBody | GraphQLBody | OpaqueBody


class ResponseType(Enum):
    """How the body of the response is read."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Options:
    """Everything on the Options tab; a field equal to its default is left out of the file."""

    response_type: ResponseType = ResponseType.JSON
    timeout_ms: int | None = None
    """Milliseconds from the start to the last body byte; None means no limit (statement 67)."""
    follow_redirects: bool = True
    max_redirects: int = DEFAULT_MAX_REDIRECTS
    ignore_tls_errors: bool = False
    success: str = DEFAULT_SUCCESS
    """Status ranges that count as success, such as `200-299,304`."""
    retry_max: int = 0
    """How often a failed send is repeated, 0 to `MOST_RETRIES` (statement 60)."""
    retry_delay_ms: int = 0
    """Milliseconds between the end of an attempt and the next one; unused with `retry_backoff`."""
    retry_backoff: bool = False
    """Waits that double (statement 62)."""
    retry_all: bool = False
    """Retry on any failure instead of 5xx and network errors (statements 64 and 65)."""
    retry_safe_only: bool = False
    """Never repeat POST and PATCH."""
    retry_on_429: bool = False
    """Retry on 429 too; `retry_all` does so anyway."""
    total_timeout_ms: int | None = None
    """Milliseconds over all attempts and waits; None means no limit (statement 67)."""
    removed_headers: tuple[str, ...] = ()
    """Names of automatic headers that are not sent."""
    use_cookies: bool = True
    """Send the jar's cookies and keep those that the server sets."""
    full_response: bool = False
    """The result is status, headers and body instead of the body alone (statement 55)."""
    follow_pages: bool = False
    """The answer's further pages are asked for too, and their items joined."""
    most_pages: int = MOST_PAGES
    page_rule: str = ""
    """What names the next page, as `model.paging.parse_rule` reads it; "" finds it by itself."""
    wait_for_completion: bool = False
    """After a 202 its Location is asked until the work is done (RFC 9110 section 15.3.3)."""
    debug: bool = False
    """Log each attempt with both heads and bodies (statement 75)."""
    secure_inputs: bool = True
    """The history keeps nothing of what is sent (statement 77)."""
    secure_outputs: bool = True
    """The history keeps nothing of what comes back (statement 77)."""
    connection: str | None = None
    """The name of a connection, `none` for none; None inherits from folder and collection."""
    own_headers_win: bool = False
    """A header of the request is sent instead of the connection's (statement 12)."""
    connection_crosses: bool = False
    """A redirect to another origin takes along what the connection added (statement 22).

    Only to the hosts that the connection allows.
    """
    stated: tuple[str, ...] = ()
    """Names of fields that are said although they equal their default, sorted.

    Such a field inherits nothing; of one with another value that is clear without, and no
    `connection` means to inherit.
    """

    def __post_init__(self) -> None:
        if self.stated:
            at_default = {
                each.name
                for each in fields(self)
                if each.name in self.stated and getattr(self, each.name) == each.default
            }
            object.__setattr__(self, "stated", tuple(sorted(at_default - {"stated", "connection"})))

    def said(self) -> tuple[str, ...]:
        """Return the names of the fields that say something, stated defaults included."""
        names = (each for each in fields(self) if each.name != "stated")
        return tuple(
            each.name
            for each in names
            if each.name in self.stated or getattr(self, each.name) != each.default
        )

    def stating(self, **values: Any) -> Options:
        """Return the options with these values, said even where they are defaults."""
        return replace(self, **values, stated=(*self.stated, *values))

    def is_success(self, status_code: int) -> bool:
        """Return whether `status_code` lies in the success ranges."""
        return any(status_code in span for span in success_ranges(self.success))


def success_ranges(text: str) -> tuple[range, ...]:
    """Return the ranges that `200-299,304` names.

    Raises ValueError when a part is not a status code or a range of two.
    """
    spans = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        spans.append(range(int(first), int(last or first) + 1))
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class SetVariable:
    """Takes a value of each response as a variable that later requests use as `{{name}}`."""

    name: str
    selector: str
    """Where the value is, as OpenCollection writes it: `res.body.data[0].token`."""
    enabled: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """What was sent: the request as it was composed, without its secrets."""

    method: str = ""
    url: str = field(default="", repr=False)
    headers: tuple[Header, ...] = ()
    params: tuple[QueryParam, ...] = ()
    path_params: tuple[PathParam, ...] = ()
    body: Body = field(default_factory=NoBody)


@dataclass(frozen=True, slots=True)
class ExampleResponse:
    """What came back: status, headers and text."""

    status: int | None = None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    kind: str = ""
    """OpenCollection's word for the body: json, text, xml, html or binary; empty for none."""
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a request, as its file has it."""

    name: str = ""
    description: str = ""
    request: ExampleRequest | None = None
    response: ExampleResponse | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as composed: a value that can be compared, kept and diffed."""

    name: str = ""
    method: str = "GET"
    url: str = field(default="", repr=False)
    params: tuple[QueryParam, ...] = ()
    path_params: tuple[PathParam, ...] = ()
    headers: tuple[Header, ...] = ()
    body: Body = field(default_factory=NoBody)
    options: Options = field(default_factory=Options)
    notes: str = ""
    variables: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Enabled variables of the request itself, in file order, without the `httpdesk.*` ones."""
    actions: tuple[SetVariable, ...] = ()
    """What is taken of each response for later requests."""
    unapplied: tuple[str, ...] = ()
    """What the file also asks for and is kept but not used yet, such as `scripts`."""
    auth: AuthChoice | None = None
    """What the file says of signing in, None for nothing; a save leaves it as it is."""
    tags: tuple[str, ...] = ()
    """Words that group requests, such as `smoke`; `bru run --tags` picks by them."""
    examples: tuple[Example, ...] = ()
    """Exchanges that are kept with the request, in the order of the file."""
