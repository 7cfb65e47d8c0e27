"""Where a redirect leads and what may go along: pure decisions, no input or output.

Methods by RFC 9110 section 15.4 (statement 73), what crosses to another origin by security.md R5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from httpdesk.engine.authorize import is_allowed
from httpdesk.engine.masking import NO_MASK, Masker, is_credential_header, mask_url
from httpdesk.engine.url import BLANKS, DEFAULT_PORTS, parse_url, sendable
from httpdesk.model.errors import InvalidRedirect, InvalidUrl, Phase, Sent, UrlPart, UrlReason
from httpdesk.model.exchange import (
    Origin,
    ResolvedHeader,
    ResolvedRequest,
    ResolvedUrl,
    body_size,
)
from httpdesk.model.questions import LeaveTls, RedirectQuestion, SendBodyElsewhere

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""300, 304 and the rest of 3xx are answers, not orders to go elsewhere."""

_BODY_HEADERS = frozenset(
    {"content-type", "content-length", "content-encoding", "content-language", "content-location"}
)
_STAYING_WORDS = ("key", "token", "secret", "auth", "session", "cookie")
"""A name that holds one of these stays with its origin, also where it is shown unmasked."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """The request to send next, and the names of headers that were left out of it."""

    request: ResolvedRequest
    dropped: tuple[str, ...] = ()
    answers_challenge: bool = False


def is_redirect(status_code: int, headers: Sequence[tuple[str, str]]) -> bool:
    """Return whether an answer says to go elsewhere: one of the five codes, with a Location."""
    return status_code in REDIRECTS and bool(_locations(headers))


def next_request(
    request: ResolvedRequest,
    status_code: int,
    headers: Sequence[tuple[str, str]],
    secrets: Masker = NO_MASK,
) -> Redirect | None:
    """Return what to send after this answer, None when it is not a redirect.

    What `secrets` finds stays with its origin, whatever the name of its header. Raises
    InvalidRedirect for a Location that cannot or may not be followed.
    """
    if not is_redirect(status_code, headers):
        return None
    locations = _locations(headers)
    if len(set(locations)) > 1:
        raise _refused(request, ", ".join(locations), UrlReason.MALFORMED)
    url, taken_out = _without_params(request, _target(request, locations[0]))
    method = _next_method(request.method, status_code)
    kept, dropped = _carry_headers(request, url, secrets)
    dropped += taken_out
    if method != request.method:
        kept = [header for header in kept if header.name.lower() not in _BODY_HEADERS]
    body = request.body if method == request.method else None
    following = replace(request, method=method, url=url, headers=tuple(kept), body=body)
    if not takes_connection(request, url):
        # Without it nothing is ever signed again, also where a server leads back.
        following = replace(following, signer=None)
    return Redirect(following, tuple(dropped))


def questions(
    request: ResolvedRequest, following: ResolvedRequest, status_code: int
) -> tuple[RedirectQuestion, ...]:
    """Return what the user has to agree to before a redirect is followed (security.md R5)."""
    old, new = request.url, following.url
    origin, target = f"{old.scheme}://{old.authority}", f"{new.scheme}://{new.authority}"
    asked: list[RedirectQuestion] = []
    if (old.scheme, new.scheme) == ("https", "http"):
        asked.append(LeaveTls(status_code, origin, target))
    size = body_size(following.body)
    if size and is_crossing(old, new):
        asked.append(SendBodyElsewhere(status_code, origin, target, following.method, size))
    return tuple(asked)


def is_crossing(old: ResolvedUrl, new: ResolvedUrl) -> bool:
    """Return whether a redirect leads to where not everything may go along."""
    return old.origin != new.origin and not _is_upgrade(old, new)


def resolve_reference(base: ResolvedUrl, reference: str) -> ResolvedUrl:
    """Return `reference` against `base` (RFC 3986 section 5.2.2), escapes left as they are.

    Raises InvalidUrl, also for another scheme than http and https. Credentials in the reference
    are the server's, not the user's, and are not taken.
    """
    scheme, authority, path, query = _split(reference)
    if scheme is not None and scheme not in DEFAULT_PORTS:
        raise InvalidUrl(UrlPart.SCHEME, UrlReason.UNSUPPORTED, scheme)
    if scheme is not None and authority is None:
        raise InvalidUrl(UrlPart.HOST, UrlReason.MISSING, reference)
    if authority is not None:
        parts = parse_url(f"{scheme or base.scheme}://{authority}{path}")
        return parts.resolved(_without_dots(parts.path), query)
    base_path, _, base_query = base.target.partition("?")
    if not path:
        kept_query = base_query if "?" in base.target else None
        return _at(base, base_path, kept_query if query is None else query)
    if not path.startswith("/"):
        path = base_path[: base_path.rfind("/") + 1] + path
    return _at(base, _without_dots(path), query)


def _locations(headers: Sequence[tuple[str, str]]) -> list[str]:
    return [value for name, value in headers if name.lower() == "location"]


def _target(request: ResolvedRequest, location: str) -> ResolvedUrl:
    text = location.strip(BLANKS)
    if not text:
        raise _refused(request, location, UrlReason.EMPTY)
    try:
        return resolve_reference(request.url, text)
    except InvalidUrl as error:
        raise _refused(request, location, error.reason) from None


def _refused(request: ResolvedRequest, location: str, reason: UrlReason) -> InvalidRedirect:
    return InvalidRedirect(
        phase=Phase.RECEIVE,
        sent=Sent.ALL,
        host=request.url.host,
        port=request.url.port,
        location=location,
        reason=reason,
    )


def _next_method(method: str, status_code: int) -> str:
    if status_code == 303:
        return "HEAD" if method == "HEAD" else "GET"
    return "GET" if status_code in {301, 302} and method == "POST" else method


def _carry_headers(
    request: ResolvedRequest, url: ResolvedUrl, secrets: Masker
) -> tuple[list[ResolvedHeader], list[str]]:
    """Return the headers for `url`, and the names of those that may not go there."""
    # Cookies of the jar are looked up anew for each URL.
    headers = [header for header in request.headers if header.origin is not Origin.COOKIES]
    if url.origin == request.url.origin:
        return headers, []
    upgraded = _is_upgrade(request.url, url)
    # A Host that the user took out stays out.
    named = any(header.name.lower() == "host" for header in request.headers)
    kept = [ResolvedHeader("Host", url.authority, Origin.URL)] if named else []
    dropped = []
    for header in headers:
        if header.name.lower() == "host":
            # A Host that the user wrote was meant for the first server.
            dropped += [] if header.origin is Origin.URL else [header.name]
        elif upgraded or _stays_allowed(request, url, header) or _may_cross(header, secrets):
            kept.append(header)
        else:
            dropped.append(header.name)
    return kept, dropped


def _is_upgrade(old: ResolvedUrl, new: ResolvedUrl) -> bool:
    """Tell the one change of origin that keeps everything: http on 80 to https on 443."""
    secured = (old.scheme, old.port, new.scheme, new.port) == ("http", 80, "https", 443)
    return secured and old.host_ascii.lower() == new.host_ascii.lower()


def takes_connection(request: ResolvedRequest, url: ResolvedUrl) -> bool:
    """Return whether what the connection added may go to `url` too (statements 21 and 22)."""
    if not is_crossing(request.url, url):
        return True
    connection = request.connection
    crosses = request.options.connection_crosses and connection is not None
    return crosses and connection is not None and is_allowed(url, connection)


def _stays_allowed(request: ResolvedRequest, url: ResolvedUrl, header: ResolvedHeader) -> bool:
    return header.origin is Origin.CONNECTION and takes_connection(request, url)


def _without_params(request: ResolvedRequest, url: ResolvedUrl) -> tuple[ResolvedUrl, list[str]]:
    """Return the URL without the connection's query where a server repeats it to another one."""
    path, mark, query = url.target.partition("?")
    takes = takes_connection(request, url)
    # A signature that a server repeats is void: the request gets one of its own.
    if not request.connection_params or not mark or (takes and request.signer is None):
        return url, []
    pairs = query.split("&")
    kept = [pair for pair in pairs if not _is_own(request, pair)]
    names = [unquote_plus(pair.partition("=")[0]) for pair in pairs if pair not in kept]
    target = f"{path}?{'&'.join(kept)}" if kept else path
    return replace(url, target=target), [] if takes else [f"?{name}" for name in names]


def _is_own(request: ResolvedRequest, pair: str) -> bool:
    """Return whether the connection added the pair; a secret is told by its value alone."""
    name, _, value = (unquote_plus(part) for part in pair.partition("="))
    if request.signer is not None and value not in request.secrets:
        return (name, value) in request.connection_params
    return value in {own for _, own in request.connection_params}


def _may_cross(header: ResolvedHeader, secrets: Masker) -> bool:
    name = header.name.lower()
    if header.origin in (Origin.CONNECTION, Origin.AUTH):
        return False
    if is_credential_header(name) or any(word in name for word in _STAYING_WORDS):
        return False
    if secrets.spans(header.value):
        return False
    if name != "referer":
        return True
    return "?" not in header.value and mask_url(header.value) == header.value


def _split(reference: str) -> tuple[str | None, str | None, str, str | None]:
    """Return scheme, authority, path and query (RFC 3986 section 3); None where one is missing."""
    rest, question, query = reference.partition("#")[0].partition("?")
    scheme, colon, after = rest.partition(":")
    has_scheme = bool(colon) and "/" not in scheme
    rest = after if has_scheme else rest
    authority = None
    if rest.startswith("//"):
        authority, slash, tail = rest[2:].partition("/")
        rest = slash + tail
    return scheme.lower() if has_scheme else None, authority, rest, query if question else None


def _at(base: ResolvedUrl, path: str, query: str | None) -> ResolvedUrl:
    target = sendable(path or "/") + ("" if query is None else "?" + sendable(query))
    return replace(base, target=target)


def _without_dots(path: str) -> str:
    """Return `path` without `.` and `..` segments (RFC 3986 section 5.2.4)."""
    segments = path.split("/")
    if "." not in segments and ".." not in segments:
        return path
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)
