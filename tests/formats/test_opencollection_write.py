"""Saving touches only what changed (storage.md, "Writing rules")."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from httpdesk.formats import opencollection
from httpdesk.formats.example_edit import storable_example
from httpdesk.formats.opencollection import edit_info, edit_request, new_request, read_request
from httpdesk.formats.yaml_tree import data_of, parse
from httpdesk.model.auth_choice import FileAuth
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import (
    FormBody,
    FormField,
    Header,
    NoBody,
    OpaqueBody,
    Options,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
    ResponseType,
)
from tests.helpers.requests import requests

DATA = Path(__file__).parents[1] / "data" / "collections"


def readable(path: Path) -> bool:
    try:
        read_request(path.read_bytes())
    except FileNotUnderstood:
        return False
    return True


FILES = [path for path in sorted(DATA.rglob("*.yml")) if readable(path)]
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DATA)))


def same(one: Request, two: Request) -> bool:
    """Compare what a file holds; what it asks for beyond that is its own."""
    wanted = opencollection.storable(two)
    examples = tuple(
        each if each in one.examples else storable_example(each) for each in wanted.examples
    )
    return replace(one, unapplied=()) == replace(wanted, unapplied=(), examples=examples)


def changed_lines(before: bytes, after: bytes) -> list[str]:
    """Return the lines of a diff without context, `-` and `+` in front."""
    lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in lines if line[0] in "-+"]


def garden(name: str) -> bytes:
    return (DATA / "garden" / name).read_bytes()


# Any text in any field


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(requests, requests, st.sampled_from(["\n", "\r\n"]))
def test_any_request_saves_and_reloads_equal(one: Request, two: Request, newline: str) -> None:
    data = new_request(one, 1.0).replace(b"\n", newline.encode())
    assert same(read_request(data), one)
    assert edit_request(data, one) == data
    edited = edit_request(data, two)
    assert same(read_request(edited), two)
    assert same(read_request(edit_request(edited, one)), one)


FIELDS = [
    *("name", "method", "url", "params", "path_params", "headers", "body", "options", "notes"),
    *("variables", "tags", "examples"),
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), requests, st.sets(st.sampled_from(FIELDS), min_size=1, max_size=3))
def test_any_edit_of_a_foreign_file_reloads_equal(
    path: Path, other: Request, names: set[str]
) -> None:
    data = path.read_bytes()
    wanted = replace(read_request(data), **{name: getattr(other, name) for name in names})
    edited = edit_request(data, wanted)
    assert same(read_request(edited), wanted)
    kept = {"examples", "unknown", "app"} - names
    before, after = data_of(parse(data).root), data_of(parse(edited).root)
    assert {k: v for k, v in before.items() if k in kept} == {
        k: v for k, v in after.items() if k in kept
    }
    for each in (before, after):
        # The kind of the item is that of its body.
        each["http"] = each.get("http") or each.get("graphql")
    tags = [] if "tags" in names else [("info", "tags")]
    for block, key in (("http", "auth"), ("runtime", "scripts"), *tags):
        assert (before.get(block) or {}).get(key) == (after.get(block) or {}).get(key)


# Nothing but the change


@every_file
def test_an_unedited_request_changes_no_byte(path: Path) -> None:
    data = path.read_bytes()
    assert edit_request(data, read_request(data)) == data


@every_file
def test_another_name_is_a_one_line_diff(path: Path) -> None:
    data = path.read_bytes()
    edited = edit_request(data, replace(read_request(data), name="Other"))
    added = [line for line in changed_lines(data, edited) if line[0] == "+"]
    if path.name == "notype.yml":
        assert added == ["+ info:", "+   name: Other", "+ "]
    elif path.name != "anchors.yml":
        assert len(added) == 1
        assert "Other" in added[0]


@pytest.mark.parametrize(
    ("change", "diff"),
    [
        (lambda r: replace(r, method="PUT"), ["-   method: GET", "+   method: PUT"]),
        (
            lambda r: replace(r, headers=(Header("Accept", "text/plain"), *r.headers[1:])),
            ["-       value: application/json", "+       value: text/plain"],
        ),
        (
            lambda r: replace(r, headers=(replace(r.headers[0], enabled=False), *r.headers[1:])),
            ["+       disabled: true"],
        ),
        (
            lambda r: replace(r, headers=(r.headers[0], replace(r.headers[1], enabled=True))),
            ["-       disabled: true"],
        ),
        (
            lambda r: replace(r, headers=(*r.headers, Header("no", "010"))),
            ['+     - name: "no"', '+       value: "010"'],
        ),
        (
            lambda r: replace(r, headers=r.headers[1:]),
            ["-     - name: Accept", "-       value: application/json"],
        ),
        (
            lambda r: replace(r, notes=r.notes.replace("kind", "sort")),
            ["-   - by kind", "+   - by sort"],
        ),
        (
            lambda r: replace(r, options=replace(r.options, timeout_ms=2500)),
            ["-   timeout: 0", "+   timeout: 2500"],
        ),
        (
            lambda r: replace(r, options=replace(r.options, response_type=ResponseType.TEXT)),
            [
                *("+ runtime:", "+   variables:", "+     - name: httpdesk.response.type"),
                *("+       value: text", "+ "),
            ],
        ),
        (
            lambda r: replace(
                r, params=(*r.params[:2], replace(r.params[2], value="50"), r.params[3])
            ),
            [
                '-   url: "{{base}}/plants?kind={{kind}}&q=old oak&limit=20"',
                '+   url: "{{base}}/plants?kind={{kind}}&q=old oak&limit=50"',
                '-       value: "20"',
                '+       value: "50"',
            ],
        ),
    ],
)
def test_one_edit_changes_its_lines_only(
    change: Callable[[Request], Request], diff: list[str]
) -> None:
    data = garden("Plants/List.yml")
    edited = edit_request(data, change(read_request(data)))
    assert sorted(changed_lines(data, edited)) == sorted(diff)


def test_undoing_an_edit_gives_the_old_bytes_back() -> None:
    data = new_request(Request(name="a", url="http://h/", headers=(Header("A", "b"),)), 1.0)
    old = read_request(data)
    for other in (
        replace(old, options=Options(timeout_ms=1, max_redirects=3, ignore_tls_errors=True)),
        replace(old, params=(QueryParam("a", "b c"),), path_params=(PathParam("i", "1"),)),
        replace(old, body=RawBody(RawKind.JSON, "{\n}"), notes="a\nb", variables=(("v", "1"),)),
        replace(old, headers=()),
        replace(old, headers=(*old.headers, Header("C", "d", False, "x"))),
    ):
        edited = edit_request(data, other)
        assert edited != data
        assert edit_request(edited, old) == data


def test_one_line_of_a_body_is_a_one_line_diff() -> None:
    data = garden("Plants/Plant one.yml")
    request = read_request(data)
    assert isinstance(request.body, RawBody)
    text = request.body.text.replace("1.10", "2.0")
    edited = edit_request(data, replace(request, body=RawBody(RawKind.JSON, text)))
    assert changed_lines(data, edited) == ['-         "height": 1.10,', '+         "height": 2.0,']


def test_comments_quotes_and_unknown_keys_stay() -> None:
    data = (DATA / "odd" / "flow.yml").read_bytes()
    request = read_request(data)
    rows = (*request.headers, Header("C", "x, y"))
    rows_before = "{name: A, value: 1.10}, {name: B, value: no, disabled: true}"
    params = (request.params[0], replace(request.params[1], value="9"))
    edited = edit_request(data, replace(request, headers=rows, params=params))
    assert changed_lines(data, edited) == [
        "-   url: 'http://h/a?x=1&y=2' # the address",
        "+   url: 'http://h/a?x=1&y=9' # the address",
        f"-   headers: [{rows_before}]",
        f'+   headers: [{rows_before}, {{name: C, value: "x, y"}}]',
        "-     value: '2'",
        "+     value: '9'",
    ]


def test_an_alias_is_written_out_only_when_its_own_value_changes() -> None:
    data = (DATA / "odd" / "anchors.yml").read_bytes()
    request = read_request(data)
    assert len(changed_lines(data, edit_request(data, replace(request, method="PUT")))) == 2
    edited = edit_request(data, replace(request, headers=(Header("B", "y"), *request.headers[1:])))
    assert read_request(edited).headers[0] == Header("B", "y")
    assert read_request(edited).body == request.body


def test_line_ends_and_the_byte_order_mark_stay() -> None:
    data = (DATA / "odd" / "crlf.yml").read_bytes()
    wanted = replace(
        read_request(data), body=RawBody(RawKind.TEXT, "a\nc\n"), headers=(Header("A", "b"),)
    )
    edited = edit_request(data, wanted)
    assert edited.count(b"\n") == edited.count(b"\r\n")
    assert read_request(edited) == wanted
    data = (DATA / "odd" / "noeol.yml").read_bytes()
    edited = edit_request(data, replace(read_request(data), headers=(Header("A", "b"),)))
    assert edited == data + b"\n  headers:\n    - name: A\n      value: b"


# The URL and its rows


def test_bruno_sends_the_query_of_the_rows() -> None:
    """Statements 1 to 4: it sends `http.url` and ignores the rows."""
    request = Request(
        name="a",
        url="http://h/a?x=1#f",
        params=(QueryParam("y", "x y&é"), QueryParam("z", "1", False), QueryParam("", "v")),
    )
    data = data_of(parse(new_request(request)).root)
    assert data["http"]["url"] == "http://h/a?x=1&y=x+y%26%C3%A9#f"
    assert [row["name"] for row in data["http"]["params"]] == ["y", "z", ""]


def test_a_file_that_bruno_encodes_keeps_its_rows_verbatim() -> None:
    data = garden("Plants/List.yml")
    request = read_request(data)
    more = edit_request(data, replace(request, params=(*request.params, QueryParam("n", "a b+%"))))
    assert b'&limit=20&n=a b+%"' in more
    assert b"encodeUrl: true" in more


def test_bruno_is_told_not_to_encode_what_is_encoded() -> None:
    data = garden("Plants/List.yml")
    request = read_request(data)
    edited = edit_request(data, replace(request, params=(QueryParam("q", "a&b"),)))
    assert b'/plants?q=a%26b"' in edited
    assert b"encodeUrl: false" in edited
    fresh = new_request(Request(name="a", url="http://h/?d=%2B", options=Options(timeout_ms=5)))
    assert b"settings:\n  encodeUrl: false\n  timeout: 5\n" in fresh


def test_rows_that_mirror_a_typed_query_stay_with_it() -> None:
    data = b"""\
info: {type: http}
http:
  url: http://h/?d=%2b
  params:
    - {name: d, value: +, type: query, description: typed}
"""
    request = read_request(data)
    more = edit_request(data, replace(request, params=(QueryParam("n", "1"),)))
    assert b"http://h/?d=%2b&n=1" in more
    assert b"description: typed" in more
    other = edit_request(more, replace(read_request(more), url="http://h/"))
    assert b"description: typed" not in other
    assert read_request(other).params == (QueryParam("n", "1"),)


# New files


def test_a_new_file_holds_no_defaults() -> None:
    assert new_request(Request(name="Ping", url="http://h/"), 3.0) == (
        b"info:\n  name: Ping\n  type: http\n  seq: 3\n\nhttp:\n  method: GET\n  url: http://h/\n"
    )


def test_every_key_of_a_new_file_is_one_of_the_format() -> None:
    request = Request(
        name="a",
        url="http://h/:id",
        params=(QueryParam("a", "b", False, "c"),),
        path_params=(PathParam("id", "1", "d"),),
        headers=(Header("A", "b", False, "c"),),
        body=FormBody((FormField("a", "b", False, "c"),)),
        options=Options(ResponseType.AUTO, 5, False, 3, True, "200"),
        notes="n",
        variables=(("v", "1"),),
    )
    data = data_of(parse(new_request(request, 1.5)).root)
    row = {"name", "value", "description", "disabled"}
    assert data.keys() == {"info", "http", "runtime", "settings", "docs"}
    assert data["info"] == {"name": "a", "type": "http", "seq": "1.5"}
    assert data["http"].keys() == {"method", "url", "headers", "params", "body"}
    assert data["http"]["headers"][0].keys() == row
    assert data["http"]["params"][0].keys() == row | {"type"}
    assert [each["type"] for each in data["http"]["params"]] == ["query", "path"]
    assert data["http"]["body"]["data"][0].keys() == row
    assert data["settings"] == {
        "encodeUrl": "false",
        "timeout": "5",
        "followRedirects": "false",
        "maxRedirects": "3",
    }
    assert data["runtime"]["variables"] == [
        {"name": "v", "value": "1"},
        {"name": "httpdesk.response.type", "value": "auto"},
        {"name": "httpdesk.tls.ignore-errors", "value": "true"},
        {"name": "httpdesk.success", "value": "200"},
    ]


# Bodies


def test_a_body_that_cannot_be_edited_stays() -> None:
    data = garden("Plants/Photo.yml")
    edited = edit_request(data, replace(read_request(data), name="Picture"))
    assert changed_lines(data, edited) == ["-   name: Photo", "+   name: Picture"]


def test_another_kind_of_body_takes_its_place() -> None:
    data = garden("Plants/Photo.yml")
    for body in (RawBody(RawKind.JSON, "{}"), FormBody((FormField("a", "b"),)), NoBody()):
        request = read_request(edit_request(data, replace(read_request(data), body=body)))
        assert request.body == body
        assert isinstance(request.auth, FileAuth)
        assert request.auth.kind == "basic"
    data = garden("Forms/Xml.yml")
    edited = edit_request(data, replace(read_request(data), body=RawBody(RawKind.JSON, "{}")))
    assert b"    type: json\n    data: |-\n      {}\n" in edited


def test_only_the_selected_variant_changes() -> None:
    data = (DATA / "odd" / "variants.yml").read_bytes()
    request = read_request(data)
    edited = edit_request(data, replace(request, body=RawBody(RawKind.TEXT, "new")))
    bodies = data_of(parse(edited).root)["http"]["body"]
    assert bodies[0] == data_of(parse(data).root)["http"]["body"][0]
    assert bodies[1]["body"]["data"] == "new"
    edited = edit_request(data, replace(request, variables=(("typed", "4"), ("variants", "z"))))
    variables = data_of(parse(edited).root)["runtime"]["variables"]
    assert variables[0]["value"] == {"type": "number", "data": "4"}
    assert [each["value"] for each in variables[1]["value"]] == ["x", "z"]


def test_a_kind_without_content_is_not_invented() -> None:
    data = new_request(Request(name="a", body=OpaqueBody("file")))
    assert read_request(data).body == NoBody()


def test_a_variable_of_the_options_is_not_taken_from_the_rows() -> None:
    request = Request(name="a", variables=(("httpdesk.success", "500"), ("v", "1")))
    assert read_request(new_request(request)).variables == (("v", "1"),)


# Names and places


@every_file
def test_a_new_place_is_one_line(path: Path) -> None:
    data = path.read_bytes()
    edited = edit_info(data, seq=41.5)
    assert opencollection.read_head(edited).seq == 41.5
    assert same(read_request(edited), read_request(data))
    added = [line for line in changed_lines(data, edited) if line[0] == "+"]
    assert len(added) == (3 if path.name == "notype.yml" else 1)
    assert edit_info(edited, seq=41.5) == edited


def test_names_of_folders_and_collections() -> None:
    data = garden("Plants/folder.yml")
    assert changed_lines(data, edit_info(data, name="A: b")) == [
        "-   name: Plants & co",
        '+   name: "A: b"',
    ]
    assert edit_info(data, name="Plants & co") == data
    folder = opencollection.new_folder("no", 2.0)
    assert folder == b'info:\n  name: "no"\n  type: folder\n  seq: 2\n'
    root = opencollection.new_collection("Mine")
    assert root == b'opencollection: "1.0.0"\n\ninfo:\n  name: Mine\n'
