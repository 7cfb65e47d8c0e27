"""OpenCollection files as values (storage.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from httpdesk.formats import opencollection
from httpdesk.formats.opencollection import Head, read_head, read_request
from httpdesk.model.auth import BearerAuth
from httpdesk.model.auth_choice import AuthWord, FileAuth
from httpdesk.model.collection import ItemKind
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import (
    FileBody,
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    NoBody,
    OpaqueBody,
    Options,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    ResponseType,
)

GARDEN = Path(__file__).parents[1] / "data" / "collections" / "garden"
ODD = GARDEN.parent / "odd"


def garden(name: str) -> Request:
    return read_request((GARDEN / name).read_bytes(), name)


def made(http: str, more: str = "") -> Request:
    """Read a file with this `http` block; the lines come without their indentation."""
    lines = "\n".join("  " + line for line in http.splitlines())
    return read_request(f"info:\n  type: http\nhttp:\n{lines}\n{more}".encode())


def test_a_request_of_bruno() -> None:
    assert garden("Plants/List.yml") == Request(
        name="List",
        url="{{base}}/plants",
        params=(
            QueryParam("kind", "{{kind}}"),
            QueryParam("q", "old oak", description="free text"),
            QueryParam("limit", "20"),
            QueryParam("debug", "1", enabled=False),
        ),
        headers=(
            Header("Accept", "application/json"),
            Header("X-Trace", "{{$guid}}", False, "only when\nasked for"),
        ),
        notes="Lists plants.\n\n- by kind\n- by name\n",
        auth=AuthWord.INHERIT,
        tags=("read", "smoke"),
        options=Options(stated=("timeout_ms", "follow_redirects", "max_redirects")),
    )


def test_path_params_variables_and_what_is_not_used_yet() -> None:
    request = garden("Plants/Plant one.yml")
    assert request.path_params == (PathParam("garden", "north"),)
    assert request.variables == (("local", "yes"), ("count", "3"))
    assert request.body == RawBody(
        RawKind.JSON, '{\n  "name": "oak",\n  "height": 1.10,\n  "note": "it\'s {{kind}}"\n}'
    )
    assert request.unapplied == (
        "scripts: before-request, after-response, tests",
        "assertions: 1",
    )
    assert [action.name for action in request.actions] == ["plant_id"]


def test_bodies_of_every_kind() -> None:
    assert garden("Forms/Sign in.yml").body == FormBody(
        (
            FormField("user", "ann"),
            FormField("pass", "a b&c", description="not real"),
            FormField("otp", "", enabled=False),
        )
    )
    assert garden("Forms/Text.yml").body == RawBody(
        RawKind.TEXT, "line one\n\n  line three  \nno: yes\n"
    )
    assert garden("Forms/Xml.yml").body == RawBody(RawKind.XML, '<a b="1">\n\t<c/>\n</a>')
    assert garden("Forms/Sparql.yml").body == OpaqueBody("sparql")
    assert garden("Plants/Photo.yml").body == MultipartBody(
        (
            FormPart("caption", "An oak"),
            FormPart("photo", "files/oak.png", PartKind.FILE, "image/png"),
        )
    )
    assert garden("Plants/Raw.yml").body == FileBody("files/a.csv")
    assert garden("Graph.yml").body == GraphQLBody("{ plants { name } }", "{}")
    assert garden("Plants/List.yml").body == NoBody()
    assert made("url: x\nbody:\n  type: none").body == NoBody()


def test_what_cannot_be_sent_yet_is_named() -> None:
    assert garden("Forms/Sparql.yml").unapplied == ("body: sparql",)
    more = (
        "runtime:\n  variables:\n    - {name: httpdesk.no-such, value: true}\napp: {enabled: true}"
    )
    assert made("url: x\nauth: inherit", more).unapplied == ("httpdesk.no-such", "app")
    more = "settings: {forwardAuthorizationHeader: false, omitHeaders: [Accept]}"
    assert made("url: http://h/?d=%2B", more).unapplied == (
        *("encodeUrl", "forwardAuthorizationHeader: false", "omitHeaders"),
    )


def test_settings_and_reserved_variables_are_the_options() -> None:
    more = """\
settings: {timeout: 2500, followRedirects: false, maxRedirects: 0}
runtime:
  variables:
    - {name: httpdesk.response.type, value: text}
    - {name: httpdesk.tls.ignore-errors, value: true}
    - {name: httpdesk.success, value: 200-299,304}
    - {name: httpdesk.success, value: "500", disabled: true}
"""
    request = made("url: x", more.replace("200-299,304", "'200-299,304'"))
    assert request.options == Options(
        response_type=ResponseType.TEXT,
        timeout_ms=2500,
        follow_redirects=False,
        max_redirects=0,
        ignore_tls_errors=True,
        success="200-299,304",
    )
    assert request.variables == ()


@pytest.mark.parametrize("text", ["inherit", "0", "-5", "soon", "nan", "1e999"])
def test_a_timeout_that_is_none(text: str) -> None:
    assert made("url: x", f"settings: {{timeout: {text}}}").options.timeout_ms is None


def test_scalars_keep_their_text() -> None:
    rows = "headers:\n- {name: A, value: no}\n- {name: B, value: 1.10}\n- {name: 010, value: ~}"
    assert made(rows).headers == (Header("A", "no"), Header("B", "1.10"), Header("010", ""))


@pytest.mark.parametrize(
    ("url", "rows", "expected"),
    [
        # Rows that the URL repeats in our spelling are taken off it.
        ("http://h/?x=1&d=%2B", [("d", "+")], ("http://h/?x=1", [("d", "+", True)])),
        # In another spelling the URL is kept as typed and the rows only repeat it (statement 5).
        ("http://h/?d=%2b&e=%7E", [("d", "+"), ("e", "~")], ("http://h/?d=%2b&e=%7E", [])),
        # What the URL does not have is not sent by Bruno: such rows are switched off.
        ("http://h/?a=1", [("b", "2")], ("http://h/?a=1", [("b", "2", False)])),
        # A URL without any query is completed by its rows.
        (
            "http://h/",
            [("b", "2"), ("b", "3")],
            ("http://h/", [("b", "2", True), ("b", "3", True)]),
        ),
    ],
)
def test_the_url_and_its_rows(
    url: str, rows: list[tuple[str, str]], expected: tuple[str, list[tuple[str, str, bool]]]
) -> None:
    listed = "".join(f'\n- {{name: {n}, value: "{v}", type: query}}' for n, v in rows)
    request = made(f"url: {url}\nparams:{listed}")
    assert (request.url, [(p.name, p.value, p.enabled) for p in request.params]) == expected


def test_a_url_that_bruno_encodes_again_has_its_rows_verbatim() -> None:
    """With `encodeUrl` it sends `%252B` for `%2B`, and so does the row `%2B` here."""
    request = garden("Forms/Xml.yml")
    assert (request.url, request.params) == (
        "https://example.test/x",
        (QueryParam("d", "%2B"), QueryParam("e", "%7E")),
    )


def test_the_selected_variant_is_used() -> None:
    request = read_request((ODD / "variants.yml").read_bytes())
    assert request.body == RawBody(RawKind.TEXT, "  indented\nmore")
    assert request.variables == (("typed", "3"), ("variants", "y"))


def test_a_method_is_in_capitals_when_bruno_sends_it_so() -> None:
    assert made("method: post").method == "POST"
    assert made("method: Frob").method == "Frob"
    assert made("url: x").method == "GET"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"info:\n  type: grpc\n", "kind grpc"),
        (b"info:\n  type: folder\n", "kind folder"),
        (b"info:\n  name: a\n", "not a request"),
        (b"- a\n- b\n", "not a request"),
        (b"just text", "not a request"),
        (b"http: text", "not a request"),
    ],
)
def test_other_files_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FileNotUnderstood) as caught:
        read_request(data, "a.yml")
    assert (caught.value.reason, caught.value.path) == (reason, "a.yml")


def test_odd_shapes_are_read_as_far_as_they_go() -> None:
    request = made("url: [a]\nmethod: {a: b}\nheaders: text\nparams: [a, {name: b}]\nbody: [x]")
    assert request == Request(params=(QueryParam("b", ""),))


def test_the_tree_shows_heads() -> None:
    def head(name: str) -> Head:
        return read_head((GARDEN / name).read_bytes(), name)

    assert head("Plants/Photo.yml") == Head(
        ItemKind.REQUEST, "Photo", "PUT", "{{base}}/plants/7/photo", 3.0
    )
    assert head("Graph.yml") == Head(ItemKind.REQUEST, "Graph", "POST", "{{base}}/graphql", 5.0)
    assert head("Call.yml").kind is ItemKind.OTHER
    assert head("Socket.yml").method == "websocket"
    assert read_head(b"type: script\nscript: x").kind is ItemKind.OTHER
    with pytest.raises(FileNotUnderstood) as caught:
        read_head(b"name: x", "a.yml")
    assert caught.value.reason == "not a request"


@pytest.mark.parametrize("seq", ["nan", "inf", "-inf", "x", ""])
def test_a_place_that_is_no_number_is_none(seq: str) -> None:
    assert opencollection.read_info(f"info: {{name: a, seq: {seq}}}".encode()).seq is None


def test_collections_and_folders_hand_down() -> None:
    defaults = opencollection.read_request_defaults((GARDEN / "opencollection.yml").read_bytes())
    assert defaults.headers == (("X-Team", "garden"),)
    assert defaults.variables == (("base", "http://127.0.0.1:8080"), ("page_size", "20"))
    assert defaults.unapplied == ("scripts: before-request",)
    assert defaults.auth == FileAuth("bearer", BearerAuth(), (("token", "{{token}}"),))
    folder = opencollection.read_info((GARDEN / "Plants" / "folder.yml").read_bytes())
    assert (folder.name, folder.seq) == ("Plants & co", 2.0)
