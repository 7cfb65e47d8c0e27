"""Pages of an answer, followed and joined, on a transport that plays a paged API."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from httpdesk.adapters.body_spool import BodySpool
from httpdesk.engine import pages
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.fakes import FakeTransport, FrozenClock, answer
from httpdesk.engine.links import link_to
from httpdesk.engine.pages import send_pages
from httpdesk.engine.ports import Progress, Reply
from httpdesk.engine.prompts import REFUSE
from httpdesk.engine.send import SendContext
from httpdesk.model.errors import NotConfirmed, Phase, PrivateAddress
from httpdesk.model.exchange import Exchange, ResolvedRequest
from httpdesk.model.network import NetworkOptions
from httpdesk.model.network_choices import TlsRule
from httpdesk.model.paging import (
    InvalidPageRule,
    PageBy,
    PageRule,
    PagesEnd,
    parse_rule,
)
from httpdesk.model.questions import EnterPrivateNetwork
from httpdesk.model.request import Header, Options, Request
from httpdesk.model.response import ConnectionFacts
from httpdesk.render.page_reader import JsonPages

JSON = ("Content-Type", "application/json")
Api = Callable[[ResolvedRequest], Reply]


def follow(
    api: Api, url: str, *headers: Header, network: NetworkOptions | None = None, **options: object
) -> tuple[Exchange, list[str]]:
    """Send to `api` with pages followed; return the exchange and the URLs that were asked for."""
    transport = FakeTransport(*[api] * 300)
    request = Request(url=url, headers=headers, options=Options(follow_pages=True, **options))  # type: ignore[arg-type]
    context = SendContext(
        transport, FrozenClock(), prompt=REFUSE, network=network or NetworkOptions()
    )
    exchange = send_pages(request, context, CancelToken(), Progress(), JsonPages(BodySpool))
    return exchange, [str(each.url) for each in transport.requests]


def body_of(exchange: Exchange) -> str:
    assert exchange.response is not None
    return exchange.response.body.read_at(0, 10**6).decode()


def number(request: ResolvedRequest, name: str, missing: int) -> int:
    return int(parse_qs(urlsplit(str(request.url)).query).get(name, [str(missing)])[0])


def page(items: list[int], *headers: tuple[str, str], **more: object) -> Reply:
    return answer(200, json.dumps({"items": items, **more}).encode(), headers=(JSON, *headers))


def by_link(request: ResolvedRequest) -> Reply:
    at = number(request, "page", 1)
    following = (("Link", f'</list?page={at + 1}>; rel="next"'),) if at < 3 else ()
    return answer(200, json.dumps([at, at * 10]).encode(), headers=(JSON, *following))


def by_url(request: ResolvedRequest) -> Reply:
    at = number(request, "page", 1)
    return page([at], links={"next": f"?page={at + 1}" if at < 3 else None})


def by_cursor(request: ResolvedRequest) -> Reply:
    at = number(request, "cursor", 1)
    return page([at], meta={"next_cursor": str(at + 1) if at < 3 else None})


def by_offset(request: ResolvedRequest) -> Reply:
    at = number(request, "offset", 0)
    return page([each for each in range(at, at + 2) if each < 5])


@pytest.mark.parametrize(
    ("api", "url", "items", "urls", "rule"),
    [
        (by_link, "http://h/list", [1, 10, 2, 20, 3, 30], ["", "?page=2", "?page=3"], "link"),
        (by_url, "http://h/list?page=1", [1, 2, 3], ["?page=1", "?page=2", "?page=3"],
         "url /links/next"),
        (by_cursor, "http://h/list?n=5", [1, 2, 3], ["?n=5", "?n=5&cursor=2", "?n=5&cursor=3"],
         "cursor /meta/next_cursor cursor"),
        (by_offset, "http://h/list?offset=0&x=1", [0, 1, 2, 3, 4],
         ["?offset=0&x=1", "?offset=2&x=1", "?offset=4&x=1", "?offset=5&x=1"], "offset offset"),
    ],
)  # fmt: skip
def test_pages_are_found_followed_and_joined(
    api: Api, url: str, items: list[int], urls: list[str], rule: str
) -> None:
    exchange, asked = follow(api, url)
    assert asked == [f"http://h/list{query}" for query in urls]
    assert json.loads(body_of(exchange)) == items
    assert exchange.pages_taken is not None
    assert str(exchange.pages_taken.rule) == rule
    assert exchange.pages_taken.end is PagesEnd.LAST
    assert exchange.pages_taken.items == len(items)
    assert [each.request.url.target for each in exchange.pages] == [
        f"/list{query}" for query in urls
    ]
    assert exchange.succeeded


def test_items_keep_their_tokens() -> None:
    """Statement 52 holds for what is joined too."""
    bodies = [b"[1.10, 12345678901234567890]", b'[{"a":1,"a":2} , 1e400]']

    def api(request: ResolvedRequest) -> Reply:
        at = number(request, "page", 1)
        following = (("Link", '<?page=2>; rel="next"'),) if at == 1 else ()
        return answer(200, bodies[at - 1], headers=(JSON, *following))

    exchange, _ = follow(api, "http://h/")
    assert body_of(exchange) == '[\n1.10, 12345678901234567890,\n{"a":1,"a":2} , 1e400\n]'


def test_a_hundred_pages_unless_set() -> None:
    def api(request: ResolvedRequest) -> Reply:
        at = number(request, "page", 1)
        return page([at], next=f"?page={at + 1}")

    exchange, asked = follow(api, "http://h/")
    assert (len(asked), len(exchange.pages)) == (100, 100)
    assert exchange.pages_taken is not None
    assert exchange.pages_taken.end is PagesEnd.LIMIT
    exchange, asked = follow(api, "http://h/", most_pages=2)
    assert len(asked) == 2


def test_pages_that_are_too_large_together_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 900)

    def api(request: ResolvedRequest) -> Reply:
        at = number(request, "page", 1)
        return page([at] * 100, next=f"?page={at + 1}")

    exchange, asked = follow(api, "http://h/")
    assert exchange.pages_taken is not None
    assert exchange.pages_taken.end is PagesEnd.TOO_MUCH
    assert len(asked) == 3


def test_equal_pages_end_it() -> None:
    exchange, asked = follow(lambda _: page([7]), "http://h/?page=1")
    assert len(asked) == 2
    assert exchange.pages_taken is not None
    assert exchange.pages_taken.end is PagesEnd.REPEATED
    assert json.loads(body_of(exchange)) == [7]


def test_a_circle_of_pages_ends() -> None:
    def api(request: ResolvedRequest) -> Reply:
        at = number(request, "page", 1)
        return page([at], next=f"?page={2 if at != 2 else 3}", at=at)

    exchange, asked = follow(api, "http://h/?page=1")
    assert len(asked) == 3
    assert exchange.pages_taken is not None
    assert exchange.pages_taken.end is PagesEnd.REPEATED


def test_credentials_stay_with_their_origin() -> None:
    """Security.md R5; the API's own origin keeps what the user typed."""
    seen: list[tuple[str, str | None]] = []

    def api(request: ResolvedRequest) -> Reply:
        key = next((each.value for each in request.headers if each.name == "X-Api-Key"), None)
        seen.append((request.url.host, key))
        following = {1: "http://h/2", 2: "http://elsewhere/3", 3: "http://h/4"}
        at = len(seen)
        return page([at], next=following.get(at))

    follow(api, "http://h/1", Header("X-Api-Key", "k"))
    assert seen == [("h", "k"), ("h", "k"), ("elsewhere", None), ("h", None)]


def test_a_page_that_fails_ends_it_and_is_there_to_be_looked_at() -> None:
    def api(request: ResolvedRequest) -> Reply:
        at = number(request, "page", 1)
        return page([at], next=f"?page={at + 1}") if at < 3 else answer(500, b"oops")

    exchange, _ = follow(api, "http://h/")
    assert exchange.pages_taken is not None
    assert exchange.pages_taken.end is PagesEnd.FAILED
    assert not exchange.succeeded
    assert json.loads(body_of(exchange)) == [1, 2]
    assert exchange.pages[-1].response is not None
    assert exchange.pages[-1].response.status_code == 500


@pytest.mark.parametrize("body", [b'{"a": 1}', b"no json", b"[]", b""])
def test_an_answer_without_a_next_page_is_shown_as_it_is(body: bytes) -> None:
    exchange, asked = follow(lambda _: answer(200, body, headers=(JSON,)), "http://h/")
    assert len(asked) == 1
    assert body_of(exchange) == body.decode()
    assert exchange.pages_taken is not None
    assert exchange.pages_taken.end is PagesEnd.NONE_NAMED


def test_only_what_reads_is_followed() -> None:
    transport = FakeTransport(by_url, by_url)
    request = Request(method="POST", url="http://h/", options=Options(follow_pages=True))
    context = SendContext(transport, FrozenClock())
    send_pages(request, context, CancelToken(), Progress(), JsonPages(BodySpool))
    assert len(transport.requests) == 1


def test_leaving_tls_is_asked_about() -> None:
    exchange, asked = follow(lambda _: page([1], next="http://h/2"), "https://h/1")
    assert len(asked) == 1
    assert exchange.pages_taken is not None
    assert exchange.pages_taken.end is PagesEnd.NOT_AGREED


def test_a_private_page_behind_a_public_host_is_asked_about() -> None:
    """Security.md R5: as of a redirect."""
    public = ConnectionFacts(address="93.184.215.14:80")
    guarded: list[bool] = []

    def api(request: ResolvedRequest) -> Reply:
        guarded.append(not request.allows_private_address)
        if guarded[-1]:
            where = {"host": "inside", "port": 80, "address": "169.254.169.254:80"}
            return Reply(error=PrivateAddress(phase=Phase.DNS, **where))  # type: ignore[arg-type]
        return replace(page([1], next="http://inside/2"), connection=public)

    exchange, _ = follow(api, "http://h/1")
    assert guarded == [False, True]
    error = exchange.pages[-1].error
    assert isinstance(error, NotConfirmed)
    assert error.question == EnterPrivateNetwork(
        200, "http://h", "http://inside", "169.254.169.254:80"
    )
    assert exchange.pages_taken is not None
    assert exchange.pages_taken.end is PagesEnd.FAILED


def test_a_client_certificate_stays_with_the_first_origin() -> None:
    """Security.md R5: all pages elsewhere go without it, not just the first of them."""
    shown: list[tuple[str, bool]] = []

    def api(request: ResolvedRequest) -> Reply:
        shown.append((request.url.host, request.route.tls.client_certificate is not None))
        return page([len(shown)], next={1: "https://b/2", 2: "https://b/3"}.get(len(shown)))

    rule = TlsRule("*", certificate="/me.pem", key="/me.key")
    follow(api, "https://h/1", network=NetworkOptions(tls_rules=(rule,)))
    assert shown == [("h", True), ("b", False), ("b", False)]


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ('<https://h/?a=1,2>; rel="next"', "https://h/?a=1,2"),
        ('<a>; rel=prev, <b>; title="x, <c>; rel=next"; rel="last next"', "b"),
        ("<a>; REL=Next", "a"),
        ('<a>; rel="prev"; rel="next"', None),
        ("<a>", None),
        ("a; rel=next", None),
        ('<a>; rel="nex', None),
    ],
)
def test_the_link_header(value: str, target: str | None) -> None:
    """RFC 8288 section 3."""
    assert link_to((("link", value),), "next") == target


@pytest.mark.parametrize(
    "text", ["x", "url", "url next", "cursor /a", "page", "link x", "offset a b"]
)
def test_what_is_no_rule(text: str) -> None:
    with pytest.raises(InvalidPageRule):
        parse_rule(text)


def test_a_rule_reads_as_it_is_written() -> None:
    assert parse_rule("  cursor /a/b  after ") == PageRule(PageBy.CURSOR, "/a/b", "after")
    assert parse_rule("") is None
    for text in ("link", "url /next", "cursor /a/b after", "page page", "offset skip"):
        assert str(parse_rule(text)) == text
