"""Header rows of the user and the ones that the program adds (statements 16, 18 to 20, 40, 42)."""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import httpdesk
from httpdesk.model.errors import HeaderReason, InvalidHeader
from httpdesk.model.exchange import Origin, ResolvedHeader, ResolvedUrl
from httpdesk.model.request import RawKind, ResponseType

ACCEPT = {
    ResponseType.JSON: "application/json, text/plain, */*",
    ResponseType.TEXT: "text/*, */*",
    ResponseType.BINARY: "*/*",
    ResponseType.AUTO: "*/*",
}
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
CONTENT_TYPES = {
    RawKind.JSON: "application/json",
    RawKind.TEXT: "text/plain; charset=utf-8",
    RawKind.XML: "application/xml",
}
FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"
AUTOMATIC = (
    "Host",
    "User-Agent",
    "Accept",
    "Accept-Encoding",
    "Content-Type",
    "Content-Length",
    "Connection",
    "Authorization",
    "Cookie",
)
"""The headers that the program adds by itself, in the order of sending."""
METHODS_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH"})
"""Methods that say `Content-Length: 0` when they have no body (RFC 9110 section 8.6)."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FORBIDDEN_IN_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """One enabled header row with its variables filled in and the blanks around it left out."""

    name: str
    value: str = field(repr=False)
    origin: Origin = Origin.REQUEST
    row: int = -1
    """Its place in the request's table, or -1 for a row that is handed down."""
    depth: int = 0
    """0 for the request's own, then 1 for the innermost folder, and so on outwards."""
    level: str = ""
    """The name of the folder or collection that hands it down."""


def is_token(text: str) -> bool:
    """Return whether `text` is a token, as names and methods must be (RFC 9110 5.6.2)."""
    return _TOKEN.fullmatch(text) is not None


def check_row(row: HeaderRow) -> None:
    """Raise InvalidHeader unless the row can stand in a header section (statement 18).

    Values may hold any text but control characters; what is not ASCII goes out as UTF-8, the
    octets that RFC 9110 section 5.5 calls obs-text. A tab is allowed.
    """
    if not row.name:
        raise InvalidHeader(row.row, row.name, HeaderReason.EMPTY_NAME)
    if not is_token(row.name):
        start = _TOKEN.match(row.name)
        position = start.end() if start else 0
        raise InvalidHeader(row.row, row.name, HeaderReason.NAME_NOT_TOKEN, position)
    if control := _FORBIDDEN_IN_VALUE.search(row.value):
        raise InvalidHeader(row.row, row.name, HeaderReason.CONTROL, control.start())


def check_framing(rows: Sequence[HeaderRow], length: int | None) -> None:
    """Raise InvalidHeader for a row that would make two readers see two different messages.

    That is any Transfer-Encoding, a Content-Length that is not the body's, and a second one of
    either Content-Length or Host (security.md 3, RFC 9112 sections 3.2 and 6.3). `length` is the
    body's, None while it is not known.
    """
    seen: set[str] = set()
    for row in rows:
        name = row.name.lower()
        wrong_length = name == "content-length" and row.value != str(length)
        wrong_length = wrong_length and length is not None
        repeated = name in seen and name in {"host", "content-length"}
        seen.add(name)
        if name == "transfer-encoding" or wrong_length or repeated:
            raise InvalidHeader(row.row, row.name, HeaderReason.FRAMING)


def join_repeats(rows: Iterable[HeaderRow]) -> tuple[list[ResolvedHeader], list[HeaderRow]]:
    """Return one header per name and the first row of each name that repeats (statement 19)."""
    groups: dict[str, list[HeaderRow]] = {}
    for row in rows:
        groups.setdefault(row.name.lower(), []).append(row)
    joined = [_joined(group) for group in groups.values()]
    return joined, [group[0] for group in groups.values() if len(group) > 1]


def without_overridden(rows: Iterable[HeaderRow]) -> tuple[list[HeaderRow], list[HeaderRow]]:
    """Return the rows that count and the handed-down ones that an inner level replaces.

    `rows` come from the request outwards; the first level that has a name wins.
    """
    depth_of: dict[str, int] = {}
    kept: list[HeaderRow] = []
    lost: list[HeaderRow] = []
    for row in rows:
        winner = depth_of.setdefault(row.name.lower(), row.depth)
        (kept if winner == row.depth else lost).append(row)
    return kept, lost


def automatic_headers(
    url: ResolvedUrl | None,
    method: str,
    *,
    credentials: bytes,
    response_type: ResponseType,
    content_type: str,
    has_body: bool,
    length: int | None,
    cookies: str = "",
) -> list[ResolvedHeader]:
    """Return what the program adds by itself, in the order of sending, Host first.

    `length` is the body's, None while it is not known; Content-Length has no value then.
    """
    found = [
        ResolvedHeader("User-Agent", f"HTTPDesk/{httpdesk.__version__}", Origin.DEFAULT),
        ResolvedHeader("Accept", ACCEPT[response_type], Origin.RESPONSE_TYPE),
        ResolvedHeader("Accept-Encoding", ACCEPT_ENCODING, Origin.DEFAULT),
    ]
    if url is not None:
        found.insert(0, ResolvedHeader("Host", url.authority, Origin.URL))
    if content_type:
        found.append(ResolvedHeader("Content-Type", content_type, Origin.BODY))
    if has_body or method in METHODS_WITH_LENGTH:
        value = "" if length is None else str(length)
        found.append(ResolvedHeader("Content-Length", value, Origin.BODY))
    found.append(ResolvedHeader("Connection", "keep-alive", Origin.DEFAULT))
    if credentials:
        found.append(ResolvedHeader("Authorization", basic(credentials), Origin.URL))
    if cookies:
        found.append(ResolvedHeader("Cookie", cookies, Origin.COOKIES))
    return found


def without_removed(
    added: Iterable[ResolvedHeader], names: Sequence[str], *, has_body: bool
) -> tuple[list[ResolvedHeader], list[ResolvedHeader], list[str]]:
    """Return the automatic headers that are left, those taken out, and the risky ones among these.

    Without Host, or with a body of which nobody says the length, a server may take what follows
    for something else: the connection is not used again then, and Connection says so.
    """
    wanted = {name.lower() for name in names}
    left = [header for header in added if header.name.lower() not in wanted]
    removed = [header for header in added if header.name.lower() in wanted]
    unsafe = {"host", "content-length"} if has_body else {"host"}
    risky = [header.name for header in removed if header.name.lower() in unsafe]
    if risky:
        left = [_closing(header) for header in left]
    return left, removed, risky


def basic(credentials: bytes) -> str:
    """Return the Authorization value for `user:password` (RFC 7617)."""
    return "Basic " + b2a_base64(credentials, newline=False).decode("ascii")


def _closing(header: ResolvedHeader) -> ResolvedHeader:
    return replace(header, value="close") if header.name == "Connection" else header


def _joined(group: list[HeaderRow]) -> ResolvedHeader:
    first = group[0]
    glue = "; " if first.name.lower() == "cookie" else ", "
    value = glue.join(row.value for row in group)
    row = None if first.row < 0 else first.row
    return ResolvedHeader(first.name, value, first.origin, row, first.level)
