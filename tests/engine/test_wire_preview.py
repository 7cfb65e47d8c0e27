"""A request laid out line by line: origins, secrets, bounds (issue 3, part 2; statement 76)."""

from __future__ import annotations

import pytest

from httpdesk.engine.masking import MASK, Masker
from httpdesk.engine.ports import OpenUpload
from httpdesk.engine.resolve import Means, preview, resolve
from httpdesk.engine.wire import head_of, may_reuse_connection
from httpdesk.engine.wire_lines import SHOWN_BODY, LineKind, WireBlock, WireLine, WirePreview
from httpdesk.engine.wire_preview import planned
from httpdesk.engine.wire_sent import sent
from httpdesk.model.collection import RequestDefaults, Scope
from httpdesk.model.exchange import Hop, Origin
from httpdesk.model.request import (
    FormBody,
    FormField,
    FormPart,
    Header,
    MultipartBody,
    PartKind,
    RawBody,
    RawKind,
    Request,
)

URL = "http://h/"


def laid_out(request: Request, **fields: object) -> WirePreview:
    wire = planned(preview(request), **fields)  # type: ignore[arg-type]
    assert wire is not None
    return wire


def text_lines(wire: WirePreview) -> list[WireLine]:
    return [line for line in wire.lines if isinstance(line, WireLine)]


def body_text(wire: WirePreview) -> str:
    lines = (line for line in text_lines(wire) if line.kind in (LineKind.BODY, LineKind.PART))
    return "".join(line.shown() + line.end for line in lines)


def test_the_head_is_the_one_of_the_transport() -> None:
    request = Request(method="POST", url=URL, headers=(Header("X", "1"),))
    wire = laid_out(request)
    head = b"".join(line.data for line in text_lines(wire))
    assert head == head_of(resolve(request))
    assert (wire.head_size, wire.body_size, wire.size) == (len(head), 0, len(head))


def test_without_a_url_there_is_nothing_to_show() -> None:
    assert planned(preview(Request(url=""))) is None
    assert planned(preview(Request(url="ftp://h/"))) is None


def test_each_line_says_who_asked_for_it() -> None:
    """Also a variable within a variable's value, with the level that gives it."""
    scope = Scope((("collection", (("base", "http://{{host}}"),)), ("folder", (("host", "h"),))))
    defaults = (
        ("collection", RequestDefaults(headers=(("X-A", "outer"), ("X-B", "b")), name="All")),
        ("folder", RequestDefaults(headers=(("X-A", "middle"),), name="Outer")),
        ("folder", RequestDefaults(headers=(("X-A", "{{v}}"),), name="Inner")),
    )
    request = Request(
        url="{{base}}/", headers=(Header("", ""), Header("X-C", "c")), variables=(("v", "1"),)
    )
    found = preview(request, Means(scope=scope, defaults=defaults))
    wire = planned(found)
    assert wire is not None
    told = {line.text: line.source for line in text_lines(wire)}
    line = told["GET / HTTP/1.1"]
    assert (line.origin, line.variables) == (
        Origin.URL,
        (("base", "collection"), ("host", "folder")),
    )
    inner = told["X-A: 1"]
    assert (inner.origin, inner.level, inner.variables) == (
        Origin.FOLDER,
        "Inner",
        (("v", "request"),),
    )
    assert (told["X-B: b"].origin, told["X-B: b"].level) == (Origin.COLLECTION, "All")
    assert (told["X-C: c"].origin, told["X-C: c"].row) == (Origin.REQUEST, 1)
    assert [header.value for header in found.overridden] == ["middle", "outer"]


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        (Request(url="http://h/?a=1&api%5Fkey=abc"), f"GET /?a=1&api%5Fkey={MASK} HTTP/1.1"),
        (Request(url=URL, headers=(Header("Cookie", "a=1; b=2"),)), f"Cookie: a={MASK}; b={MASK}"),
        (Request(url=URL, headers=(Header("X-Token", "abc"),)), f"X-Token: {MASK}"),
        (
            Request(url=URL, headers=(Header("Authorization", "Digest u=1, r=2"),)),
            f"Authorization: Digest {MASK}",
        ),
        (
            Request(url=URL, headers=(Header("Referer", "http://u:p@h/?sig=x&y=1"),)),
            f"Referer: http://{MASK}@h/?sig={MASK}&y=1",
        ),
        (Request(url="http://u:p@h/"), f"Authorization: Basic {MASK}"),
    ],
)  # fmt: skip
def test_credentials_of_the_head_are_told_by_their_names(request_: Request, shown: str) -> None:
    assert shown in [line.shown() for line in text_lines(laid_out(request_))]


def test_credentials_of_bodies_are_told_by_their_names() -> None:
    form = FormBody((FormField("user", "me"), FormField("password", "p q")))
    assert body_text(laid_out(Request(method="POST", url=URL, body=form))) == (
        f"user=me&password={MASK}"
    )
    text = '{"user": "me", "access_token" : "a\\"b", "n": 1, "token": 5}'
    json = RawBody(RawKind.JSON, text)
    assert body_text(laid_out(Request(method="POST", url=URL, body=json))) == text.replace(
        'a\\"b', MASK
    )
    parts = MultipartBody((FormPart("secret", "one\ntwo"), FormPart("note", "one")))
    shown = body_text(laid_out(Request(method="POST", url=URL, body=parts)))
    assert f'name="secret"\r\n\r\n{MASK}\n{MASK}\r\n' in shown
    assert 'name="note"\r\n\r\none\r\n' in shown


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    """Also percent-encoded, in base64, and where another part of the request gave it away."""
    secret = "pla/nted s3cret"
    request = Request(
        method="POST",
        url="http://h/pla%2Fnted%20s3cret",
        headers=(Header("X-Note", f"a {secret} b"), Header("X-API-Key", "other-secret")),
        body=RawBody(RawKind.TEXT, f"one\n{secret} and other-secret\ncGxhL250ZWQgczNjcmV0"),
    )
    wire = laid_out(request, secrets=(("x", secret),))
    shown = "\n".join(line.shown() for line in text_lines(wire))
    for form in (secret, "pla%2Fnted%20s3cret", "other-secret", "cGxhL250ZWQgczNjcmV0"):
        assert form not in shown
    assert f"X-Note: a {MASK} b" in shown
    assert f"{MASK} and {MASK}" in shown


def test_spans_that_overlap_are_one() -> None:
    line = next(
        line
        for line in text_lines(
            laid_out(Request(url="http://h/?token=abc-secret-def"), secrets=(("x", "secret-def"),))
        )
    )
    assert line.shown() == f"GET /?token={MASK} HTTP/1.1"
    assert line.shown((0,)) == line.text
    assert Masker(["short"]).spans("short") == []


def test_a_secret_over_several_lines_is_masked_on_each() -> None:
    body = RawBody(RawKind.TEXT, "a first-half\nsecond-half b")
    request = Request(method="POST", url=URL, body=body)
    wire = laid_out(request, secrets=(("x", "first-half\nsecond-half"),))
    assert body_text(wire) == f"a {MASK}\n{MASK} b"


def test_no_more_is_laid_out_than_is_shown() -> None:
    text = "é" * SHOWN_BODY
    wire = laid_out(Request(method="PUT", url=URL, body=RawBody(RawKind.TEXT, text)))
    shown = body_text(wire)
    assert shown == "é" * (SHOWN_BODY // 2)
    assert (wire.body_size, wire.cut) == (2 * SHOWN_BODY, SHOWN_BODY)
    many = laid_out(Request(method="PUT", url=URL, body=RawBody(RawKind.TEXT, "\n" * 9000)))
    assert len(many.lines) < 400
    assert many.cut == 9000 - 300


class _Known:
    path = "/d/a.txt"
    size = 5

    def open(self) -> OpenUpload:
        raise AssertionError("a preview reads no file")

    def find(self, path: str) -> _Known:
        return self


def test_a_file_is_told_by_its_size_and_not_read() -> None:
    body = MultipartBody((FormPart("f", "/d/a.txt", PartKind.FILE),))
    request = Request(method="POST", url=URL, body=body)
    found = preview(request, Means(files=_Known()))
    wire = planned(found)
    assert wire is not None
    [block] = [line for line in wire.lines if isinstance(line, WireBlock)]
    assert (block.size, block.path, block.source.row) == (5, "/d/a.txt", 0)
    assert found.size is not None
    assert wire.size == wire.head_size + found.size
    unknown = laid_out(request)
    assert unknown.size is None


def test_what_was_sent_is_told_from_its_bytes() -> None:
    request = resolve(Request(url=URL, headers=(Header("X-A", "1"),)))
    head = b"GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nCookie: a=secret\r\nX-B: 2\r\n\r\n"
    body = b"text\n\x00\x01\xffbinary\nmore text \xc3"
    hop = Hop("GET", URL, sent_head=head, sent_body=body, bytes_sent=1000)
    wire = sent(hop, request, first=True)
    assert wire is not None
    told = [
        (line.shown(), line.source.origin)
        for line in text_lines(wire)
        if line.kind is not LineKind.END
    ]
    assert told == [
        ("GET / HTTP/1.1", Origin.URL),
        ("Host: h", Origin.URL),
        ("X-A: 1", Origin.REQUEST),
        (f"Cookie: a={MASK}", Origin.COOKIES),
        ("X-B: 2", Origin.DEFAULT),
        ("text", Origin.BODY),
        ("more text ", Origin.BODY),
    ]
    [block] = [line for line in wire.lines if isinstance(line, WireBlock)]
    assert block.data == b"\x00\x01\xffbinary\n"
    assert (wire.head_size, wire.body_size, wire.cut) == (len(head), 1000, 1000 - len(body) + 1)
    assert sent(Hop("GET", URL), request, first=True) is None


def test_a_connection_carries_more_after_a_usual_request() -> None:
    assert may_reuse_connection(resolve(Request(url=URL)))
