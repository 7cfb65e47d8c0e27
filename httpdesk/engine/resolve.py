"""Request + Scope -> ResolvedRequest: the exact text that a send puts on the wire.

One pass feeds both `resolve` and `preview`, so the preview cannot differ from what is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from httpdesk.engine.bodies import NoFiles, build_body
from httpdesk.engine.boundary import new_boundary
from httpdesk.engine.header_lines import HeaderLines
from httpdesk.engine.headers import (
    automatic_headers,
    is_token,
)
from httpdesk.engine.inherited_options import with_inherited
from httpdesk.engine.levels import Names, variable_origins, variable_values
from httpdesk.engine.ports import UploadFiles
from httpdesk.engine.signing import Signer, Signing
from httpdesk.engine.template import Filled, Filler, Generate, makes_nothing
from httpdesk.engine.url import (
    UrlParts,
    encode_segment,
    fill_path,
    is_relative,
    join_base,
    join_query,
    parse_url,
    path_param_names,
    sendable,
)
from httpdesk.model.collection import Defaults, Scope
from httpdesk.model.errors import (
    InvalidMethod,
    InvalidOption,
    InvalidRequest,
    InvalidUrl,
    ValuesNotGiven,
)
from httpdesk.model.exchange import (
    ResolvedHeader,
    ResolvedRequest,
    ResolvedUrl,
    ResolveWarning,
    WarningKind,
    body_size,
)
from httpdesk.model.paging import LARGEST_MOST, InvalidPageRule, parse_rule
from httpdesk.model.request import (
    LONGEST_MS,
    MOST_RETRIES,
    Options,
    Request,
    success_ranges,
)

CookieHeader = Callable[[ResolvedUrl], str]
"""Gives the value of the jar's Cookie header for a URL, empty for none."""

NO_FILES = NoFiles()
DEFAULTS = Options()
STATUS_CODES = range(100, 1000)
_NUMBERS = {
    "timeout_ms": inf,
    "max_redirects": inf,
    "retry_max": MOST_RETRIES,
    "retry_delay_ms": LONGEST_MS,
    "total_timeout_ms": LONGEST_MS,
    "most_pages": LARGEST_MOST,
}
"""The options that are whole numbers from 0, each with its greatest value (statement 60)."""


def no_cookies(_url: ResolvedUrl) -> str:
    """Return no cookie for any URL."""
    return ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent, as far as it can be told while the user still types."""

    url: str = field(repr=False)
    """The exact URL that will be requested, query rows and path params included, IDNA host.

    While there are problems with the URL: what was typed, with the known variables filled in.
    """
    url_display: str = field(repr=False)
    """The same with the host as typed; equal to `url` for ASCII hosts (statement 9)."""
    automatic: tuple[ResolvedHeader, ...] = ()
    """Headers added by the program, in the order they are sent."""
    overridden: tuple[ResolvedHeader, ...] = ()
    """Automatic headers that a row of the user replaces; shown struck through."""
    removed: tuple[ResolvedHeader, ...] = ()
    """Automatic headers that the user took out; those that would not be sent anyway are empty."""
    problems: tuple[InvalidRequest, ...] = ()
    warnings: tuple[ResolveWarning, ...] = ()
    headers: tuple[ResolvedHeader, ...] = ()
    """All header lines as they would leave, repeated rows joined (statement 19)."""
    uploads: tuple[str, ...] = ()
    """The paths of the files that the body names, filled in."""
    request: ResolvedRequest | None = None
    """What would be sent, as far as it can be told; None while the URL is none."""
    size: int | None = 0
    """The body's bytes, None while a file of it was not looked at."""
    is_below_base: bool = False
    """Whether the URL stands below the base URL of the request's connection."""
    filled: Mapping[str, Names] = field(default_factory=dict)
    """For each field with variables in it: (name, `Origin` value) of those that it uses."""
    asked: tuple[str, ...] = ()
    """Names of values that are asked for when the request is sent, such as `?Order number`."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a request is resolved with.

    Variables of the request itself hide those of `scope`, except the ones the running program
    gives. From `defaults` headers and options are taken; their variables belong in `scope`.
    """

    scope: Scope = field(default_factory=Scope)
    defaults: Defaults = ()
    files: UploadFiles = NO_FILES
    """Knows the body's files; nothing else is read."""
    boundary: Callable[[], str] = new_boundary
    """Gives that of a multipart body."""
    cookie_header: CookieHeader = no_cookies
    signed: Signer | None = None
    generate: Generate = makes_nothing
    """Makes the values of names such as `$uuid`."""


NO_MEANS = Means()


def resolve(request: Request, means: Means = NO_MEANS) -> ResolvedRequest:
    """Return what a send puts on the wire; raises the first InvalidRequest.

    Files of the body must all be known.
    """
    found = _Resolution(request, means)
    if found.asked:
        raise ValuesNotGiven(found.asked)
    if found.url is None or found.problems:
        raise found.problems[0]
    if found.length is None:
        raise LookupError("a file of the body was not looked at")
    return found.resolved(found.url)


def preview(request: Request, means: Means = NO_MEANS) -> Preview:
    """Return what would be sent with all problems and warnings; never raises."""
    found = _Resolution(request, means)
    url = str(found.url) if found.url else found.url_text
    return Preview(
        url=url,
        url_display=found.url.display if found.url else url,
        automatic=tuple(found.lines.automatic),
        overridden=tuple(found.lines.overridden),
        removed=tuple(found.lines.removed),
        problems=tuple(found.problems),
        warnings=found.all_warnings,
        headers=tuple(found.lines.headers),
        uploads=found.uploads,
        request=found.resolved(found.url) if found.url else None,
        size=found.length,
        is_below_base=found.is_below_base,
        filled=found.filled(),
        asked=found.asked,
    )


class _Resolution:
    """One request on its way to the wire; problems are gathered, not raised."""

    def __init__(self, request: Request, means: Means) -> None:
        self._request = request = with_inherited(request, means.defaults, means.scope)
        self._means = means
        self._signing = Signing(means.signed, own_win=request.options.own_headers_win)
        self._filler = Filler(
            variable_values(request, means.scope), means.generate, means.scope.secrets
        )
        self._found: list[InvalidRequest] = []
        self.warnings: list[ResolveWarning] = []

        self.method = self._method()
        self.url_text = ""
        self.is_below_base = False
        self.url, self._credentials = self._url()
        built = build_body(request.body, self._filler, means.files, means.boundary)
        self._found += built.problems
        self.warnings += built.warnings
        self.body = built.content
        self._content_type = built.content_type
        self.length = body_size(built.content) if built.size_known else None
        self.uploads = built.paths
        self._check_options()
        self.lines = HeaderLines(request, self._filler, self._signing, self._found, self.warnings)
        rows = self.lines.rows(means.defaults, self.length)
        self.lines.fill(rows, self._automatic(), has_body=bool(self.body) and self.length != 0)

    @property
    def problems(self) -> list[InvalidRequest]:
        """Unknown variables first: they are the cause of much that follows."""
        return [*self._filler.problems(), *self._found, *self._signing.problems]

    @property
    def all_warnings(self) -> tuple[ResolveWarning, ...]:
        """What is worth saying of the request, then of its connection."""
        return (*self.warnings, *self._signing.warnings)

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of the values that are still to be asked for."""
        return self._filler.asked

    def resolved(self, url: ResolvedUrl) -> ResolvedRequest:
        """Return the request as it stands; with problems it must not be sent."""
        return ResolvedRequest(
            method=self.method,
            url=url,
            headers=tuple(self.lines.headers),
            body=self.body,
            options=self._request.options,
            overridden=tuple(self.lines.overridden),
            warnings=self.all_warnings,
            removed=tuple(self.lines.removed),
            connection=self._signing.connection,
            connection_params=self._signing.credential.params,
            secrets=(
                self._signing.credential.secrets | self._means.scope.secrets | self._filler.hidden
            ),
            signer=self._signing.credential.signer,
        )

    def filled(self) -> dict[str, Names]:
        """Return the variables that each field uses, with the level that gives each."""
        used = self._filler.used()
        origins = variable_origins(self._request, self._means.scope) if used else {}
        return {
            field: tuple((name, origins[name]) for name in names if name in origins)
            for field, names in used.items()
        }

    def _warn(self, kind: WarningKind, subject: str = "", row: int | None = None) -> None:
        self.warnings.append(ResolveWarning(kind, subject, row))

    def _method(self) -> str:
        method = self._request.method.strip()
        if not is_token(method):
            self._found.append(InvalidMethod(method))
        return method

    def _url(self) -> tuple[ResolvedUrl | None, bytes]:
        filled = self._filler.fill(self._request.url, "url")
        pairs = self._query_pairs()
        parts = self._parse(filled)
        path_values = self._path_values(parts)
        if parts is None:
            self.url_text = filled.text
            return None, b""
        self._warn_of_url(parts)
        path = fill_path(parts.path, path_values)
        self._signing.begin(parts.resolved(path, None), self._filler.fill)
        query = join_query(parts.query, self._signing.with_params(pairs))
        return parts.resolved(path, query), parts.userinfo

    def _parse(self, filled: Filled) -> UrlParts | None:
        text, base = filled.text, self._base()
        try:
            # A name without a value may stand for a whole URL.
            self.is_below_base = bool(base) and is_relative(text) and not text.startswith("{{")
            if base and is_relative(text):
                return parse_url(join_base(base, text))
            return parse_url(text)
        except InvalidUrl as error:
            if filled.complete:
                error.position = 0 if base else filled.typed_position(error.position)
                self._found.append(error)
            return None

    def _base(self) -> str:
        """Return the connection's base URL, filled in; empty without one."""
        return self._filler.fill(self._signing.base_url, "connection URL").text

    def _warn_of_url(self, parts: UrlParts) -> None:
        if not parts.scheme_typed:
            self._warn(WarningKind.SCHEME_ASSUMED, parts.scheme)
        if parts.userinfo:
            self._warn(WarningKind.CREDENTIALS_IN_URL)
        if parts.fragment is not None:
            self._warn(WarningKind.FRAGMENT_NOT_SENT, f"#{parts.fragment}")

    def _query_pairs(self) -> list[tuple[str, str]]:
        """Return the enabled rows filled in; a value without a name is flagged (statement 3)."""
        pairs = []
        for index, row in enumerate(self._request.params):
            if not row.enabled:
                continue
            name = self._filler.fill(row.name, f"param {index + 1} name", index).text
            value = self._filler.fill(row.value, f"param {index + 1}", index).text
            if name:
                pairs.append((name, value))
            elif value:
                self._warn(WarningKind.EMPTY_QUERY_KEY, row=index)
        return pairs

    def _path_values(self, parts: UrlParts | None) -> dict[str, str]:
        """Return the values of the path's names; rows that the path does not use are skipped."""
        used = None if parts is None else path_param_names(parts.path)
        values: dict[str, str] = {}
        for index, row in enumerate(self._request.path_params):
            if used is None or row.name in used:
                filled = self._filler.fill(row.value, f"path param {index + 1}", index)
                values.setdefault(row.name, _encoded(filled))
        return values

    def _automatic(self) -> list[ResolvedHeader]:
        return automatic_headers(
            self.url,
            self.method,
            credentials=self._credentials,
            response_type=self._request.options.response_type,
            content_type=self._content_type,
            has_body=self.body is not None,
            length=self.length,
            cookies=self._means.cookie_header(self.url) if self.url else "",
        )

    def _check_options(self) -> None:
        options = self._request.options
        for name, most in _NUMBERS.items():
            value = getattr(options, name)
            unset = value is None and getattr(DEFAULTS, name) is None
            if not unset and (type(value) is not int or not 0 <= value <= most):
                self._found.append(InvalidOption(name, str(value)))
        try:
            parse_rule(options.page_rule)
        except InvalidPageRule:
            self._found.append(InvalidOption("page_rule", options.page_rule))
        try:
            spans = success_ranges(options.success)
        except ValueError:
            spans = (range(0),)
        if any(len(span) == 0 or not _are_status_codes(span) for span in spans):
            self._found.append(InvalidOption("success", options.success))


def _encoded(filled: Filled) -> str:
    """Return a value as part of a path: encoded, but for what is marked raw (statement 84)."""
    pieces, end = [], 0
    for start, stop in filled.raw:
        raw = sendable(filled.text[start:stop]).replace("?", "%3F").replace("#", "%23")
        pieces += [encode_segment(filled.text[end:start]), raw]
        end = stop
    return "".join([*pieces, encode_segment(filled.text[end:])])


def _are_status_codes(span: range) -> bool:
    return span.start in STATUS_CODES and span.stop - 1 in STATUS_CODES
