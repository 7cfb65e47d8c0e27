"""Follows an answer to its further pages and joins what they list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import unquote_plus

from httpdesk.engine.attempt import led_on
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.inherited_options import with_inherited
from httpdesk.engine.links import link_to
from httpdesk.engine.masking import Masker
from httpdesk.engine.offload import Scratch
from httpdesk.engine.ports import Progress
from httpdesk.engine.redirects import is_crossing, next_request, questions, resolve_reference
from httpdesk.engine.send import named_secrets, send, with_network
from httpdesk.engine.send_context import SendContext
from httpdesk.engine.send_run import SendRun
from httpdesk.engine.url import encode_pairs
from httpdesk.model.errors import InvalidUrl
from httpdesk.model.exchange import Exchange, ResolvedRequest, ResolvedUrl
from httpdesk.model.paging import (
    MOST_BYTES,
    PageBy,
    PageOutline,
    PageRule,
    PagesEnd,
    PagesTaken,
    parse_rule,
)
from httpdesk.model.request import Request
from httpdesk.model.response import BodyHandle, Response

READABLE_METHODS = ("GET", "HEAD")
_PIECE = 1024 * 1024

_URL_PLACES = (
    *("/next", "/next_url", "/nextUrl", "/nextLink", "/next_link", "/next_page_url"),
    *("/@odata.nextLink", "/odata.nextLink", "/links/next", "/links/next/href"),
    *("/_links/next", "/_links/next/href", "/paging/next", "/pagination/next"),
    *("/pagination/next_url", "/pagination/next_link", "/meta/next", "/meta/next_url"),
    *("/info/next", "/page/next"),
)
_CURSOR_PLACES = (
    ("/nextPageToken", "pageToken"),
    ("/next_page_token", "page_token"),
    ("/next_cursor", "cursor"),
    ("/nextCursor", "cursor"),
    ("/meta/next_cursor", "cursor"),
    ("/meta/nextCursor", "cursor"),
    ("/response_metadata/next_cursor", "cursor"),
    ("/pagination/next_cursor", "cursor"),
    ("/paging/cursors/after", "after"),
    ("/paging/next/after", "after"),
    ("/continuation_token", "continuation_token"),
    ("/continuationToken", "continuationToken"),
    ("/next_token", "next_token"),
    ("/nextToken", "nextToken"),
)
_PAGE_NAMES = ("page", "p", "page_number", "pageNumber", "page[number]")
_OFFSET_NAMES = ("offset", "skip", "$skip", "start", "startAt", "page[offset]")


class PageReader(Protocol):
    """Looks into the bodies of pages for `follow`."""

    def outline(self, response: Response) -> PageOutline | None:
        """Return what tells the next page; None for what is no JSON, or is too large."""

    def new_scratch(self) -> Scratch:
        """Return an empty body for what the pages list."""


def send_pages(
    request: Request,
    context: SendContext,
    cancel: CancelToken,
    progress: Progress,
    reader: PageReader,
) -> Exchange:
    """Send as `send` does, and follow the answer's pages where the request's options say so.

    The exchange holds all items in one array then, and each page by itself in `pages`. Raises
    what `send` raises.
    """
    request = with_inherited(request, context.defaults, context.scope)
    first = send(request, context, cancel, progress)
    if not request.options.follow_pages:
        return first
    return _Following(request, context, cancel, progress, reader).run(first)


def detect(exchange: Exchange, outline: PageOutline | None) -> PageRule | None:
    """Return how the answer leads to its next page; None when nothing in it says so."""
    response = exchange.response
    if response is not None and link_to(response.headers, "next"):
        return PageRule(PageBy.LINK)
    if outline is None:
        return None
    for place in _URL_PLACES:
        if _is_reference(outline.values.get(place, "")):
            return PageRule(PageBy.URL, place)
    for place, parameter in _CURSOR_PLACES:
        if outline.values.get(place):
            return PageRule(PageBy.CURSOR, place, parameter)
    names = {name for name, _ in _query(exchange.request.url)}
    for by, known in ((PageBy.PAGE, _PAGE_NAMES), (PageBy.OFFSET, _OFFSET_NAMES)):
        for name in known:
            if name in names and outline.arrays:
                return PageRule(by, "", name)
    return None


@dataclass(slots=True)
class _Joined:
    """The array of all items so far."""

    body: Scratch
    place: str
    items: int = 0

    def add(self, outline: PageOutline) -> None:
        span = outline.arrays.get(self.place)
        if span is None or not span.count:
            return
        items = outline.text[span.start + 1 : span.end - 1].strip()
        self.body.write(b",\n" if self.items else b"[\n")
        for at in range(0, len(items), _PIECE):
            self.body.write(items[at : at + _PIECE].encode())
        self.items += span.count

    def end(self) -> None:
        self.body.write(b"\n]" if self.items else b"[]")


class _Following:
    """One request that is followed from page to page."""

    def __init__(
        self,
        request: Request,
        context: SendContext,
        cancel: CancelToken,
        progress: Progress,
        reader: PageReader,
    ) -> None:
        self._options = request.options
        self._secrets = named_secrets(request, context)
        self._context = context
        self._cancel = cancel
        self._progress = progress
        self._reader = reader
        self._pages: list[Exchange] = []
        self._seen: set[bytes] = set()
        self._rule = parse_rule(request.options.page_rule)
        self._joined: _Joined | None = None

    def run(self, first: Exchange) -> Exchange:
        """Follow from the first page on, and return all of them as one exchange."""
        if not first.succeeded or first.request.method not in READABLE_METHODS:
            return first
        self._context = with_network(first.request, self._context)
        page, end = first, None
        while end is None:
            self._pages.append(page)
            end, following = self._take(page)
            if following is None:
                continue
            self._progress.page = len(self._pages) + 1
            page = self._send(following)
            if not page.succeeded:
                self._pages.append(page)
                end = PagesEnd.CANCELLED if self._cancel.cancelled else PagesEnd.FAILED
        return self._result(first, end)

    def _take(self, page: Exchange) -> tuple[PagesEnd | None, ResolvedRequest | None]:
        """Take the items of a page; return why it is the last one, or the next request."""
        response = page.response
        assert response is not None
        digest = _digest(response.body)
        if digest in self._seen:
            return PagesEnd.REPEATED, None
        self._seen.add(digest)
        outline = self._reader.outline(response)
        self._rule = self._rule or detect(page, outline)
        if self._rule is None:
            return PagesEnd.NONE_NAMED, None
        self._join(outline)
        url = self._next_url(self._rule, page, outline)
        if url is None:
            unread = outline is None and self._rule.by is not PageBy.LINK
            return PagesEnd.UNREADABLE if unread else PagesEnd.LAST, None
        if any(url == each.request.url for each in self._pages):
            return PagesEnd.REPEATED, None
        if len(self._pages) >= self._options.most_pages:
            return PagesEnd.LIMIT, None
        if sum(_size(each) for each in self._pages) >= MOST_BYTES:
            return PagesEnd.TOO_MUCH, None
        following = self._request_for(page, url)
        if not self._agrees(page, following):
            return PagesEnd.NOT_AGREED, None
        return None, following

    def _join(self, outline: PageOutline | None) -> None:
        if outline is None or not outline.arrays:
            return
        if self._joined is None and len(self._pages) == 1:
            place = max(outline.arrays, key=lambda at: (not at, outline.arrays[at].count))
            self._joined = _Joined(self._reader.new_scratch(), place)
        if self._joined is not None:
            self._joined.add(outline)

    def _next_url(
        self, rule: PageRule, page: Exchange, outline: PageOutline | None
    ) -> ResolvedUrl | None:
        response = page.response
        assert response is not None
        if rule.by is PageBy.LINK:
            return _reference(page, link_to(response.headers, "next"))
        if outline is None:
            return None
        if rule.by is PageBy.URL:
            return _reference(page, outline.values.get(rule.pointer))
        url = page.request.url
        if rule.by is PageBy.CURSOR:
            cursor = outline.values.get(rule.pointer)
            return _with_parameter(url, rule.parameter, cursor) if cursor else None
        count = max((span.count for span in outline.arrays.values()), default=0)
        if not count:
            return None
        grows, begins = (1, 1) if rule.by is PageBy.PAGE else (count, 0)
        number = _number(url, rule.parameter, begins)
        return None if number is None else _with_parameter(url, rule.parameter, number + grows)

    def _request_for(self, page: Exchange, url: ResolvedUrl) -> ResolvedRequest:
        """Return the request for the next page: to another origin goes what a redirect may take."""
        request, staying = page.request, Masker(value for _, value in self._secrets)
        lead = next_request(request, 303, (("Location", str(url)),), staying)
        assert lead is not None
        following = lead.request
        if not is_crossing(request.url, url):
            return replace(following, url=_with_own(following.url, request.connection_params))
        # Nothing of the connection is there to be put in again.
        return replace(following, connection_params=())

    def _agrees(self, page: Exchange, following: ResolvedRequest) -> bool:
        """Return whether the user agrees to where the next page lies, if that is to be asked."""
        asked = questions(page.request, following, 303)
        return all(self._context.prompt.ask(question, self._cancel) for question in asked)

    def _send(self, request: ResolvedRequest) -> Exchange:
        first, lead = self._pages[0].request, self._pages[-1].attempts[-1].hops[-1]
        run = SendRun(
            led_on(first, request, lead, self._context),
            self._context,
            self._cancel,
            self._progress,
            self._secrets,
            shows=False,
            lead=lead,
            first=first.url,
        )
        return run.run()

    def _result(self, first: Exchange, end: PagesEnd) -> Exchange:
        joined, taken = self._joined, PagesTaken(len(self._pages), end, self._rule)
        if joined is None or len(self._pages) == 1:
            return replace(first, pages=tuple(self._pages), pages_taken=taken)
        joined.end()
        assert first.response is not None
        return replace(
            first,
            id=self._context.new_id(),
            response=replace(first.response, body=joined.body, raw_body=None),
            elapsed_ms=sum(page.elapsed_ms for page in self._pages),
            pages=tuple(self._pages),
            pages_taken=replace(taken, items=joined.items),
        )


def _size(page: Exchange) -> int:
    return page.response.body.size if page.response is not None else 0


def _digest(body: BodyHandle) -> bytes:
    found, at = hashlib.sha256(), 0
    while piece := body.read_at(at, _PIECE):
        found.update(piece)
        at += len(piece)
    return found.digest()


def _is_reference(text: str) -> bool:
    return text.startswith(("http://", "https://", "/", "?"))


def _reference(page: Exchange, text: str | None) -> ResolvedUrl | None:
    """Return where a page's reference leads, None for an empty one and for what is no URL."""
    if not text:
        return None
    try:
        last = page.response.url if page.response is not None else ""
        base = resolve_reference(page.request.url, last or str(page.request.url))
        return resolve_reference(base, text)
    except InvalidUrl:
        return None


def _query(url: ResolvedUrl) -> list[tuple[str, str]]:
    """Return the names of the query, decoded, each with its pair as it stands."""
    query = url.target.partition("?")[2]
    return [(unquote_plus(pair.partition("=")[0]), pair) for pair in query.split("&") if pair]


def _number(url: ResolvedUrl, name: str, missing: int) -> int | None:
    """Return the number that a parameter holds, None when it is none."""
    values = [pair.partition("=")[2] for each, pair in _query(url) if each == name]
    if not values:
        return missing
    digits = values[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


def _with_parameter(url: ResolvedUrl, name: str, value: object) -> ResolvedUrl:
    """Return the URL with one parameter replaced in its place, or put behind the others."""
    own = encode_pairs([(name, str(value))])
    pairs, placed = [], False
    for each, pair in _query(url):
        if each != name:
            pairs.append(pair)
        elif not placed:
            pairs.append(own)
            placed = True
    return _with_query(url, pairs if placed else [*pairs, own])


def _with_own(url: ResolvedUrl, params: Iterable[tuple[str, str]]) -> ResolvedUrl:
    """Return the URL with what the connection puts into the query, where the server left it out."""
    names = {name for name, _ in _query(url)}
    missing = [encode_pairs([pair]) for pair in params if pair[0] not in names]
    return _with_query(url, [*(pair for _, pair in _query(url)), *missing]) if missing else url


def _with_query(url: ResolvedUrl, pairs: list[str]) -> ResolvedUrl:
    return replace(url, target=f"{url.target.partition('?')[0]}?{'&'.join(pairs)}")
