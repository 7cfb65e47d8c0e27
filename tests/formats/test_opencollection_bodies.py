"""Multipart forms, files and GraphQL in OpenCollection's files, as Bruno writes them."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.formats.opencollection import edit_request, new_request, read_request
from httpdesk.formats.yaml_tree import data_of, parse
from httpdesk.model.request import (
    Body,
    FileBody,
    FormPart,
    GraphQLBody,
    MultipartBody,
    NoBody,
    OpaqueBody,
    PartKind,
    RawBody,
    RawKind,
    Request,
)

GARDEN = Path(__file__).parents[1] / "data" / "collections" / "garden"

FORM = """\
info:
  name: Upload # kept
  type: http
  seq: 2

http:
  method: POST
  url: https://example.com/up
  body:
    type: multipart-form
    data:
      - name: note
        type: text
        value: hello # why
      - name: meta
        type: text
        value: '{"a": 1}'
        contentType: application/json
        future: kept
      - name: photo
        type: file
        value:
          - files/a.png
        contentType: image/png
      - name: photo
        type: file
        value: [files/b.png]
        disabled: true

runtime:
  variables:
    - name: httpdesk.files.photo
      value: first.png
"""

PARTS = (
    FormPart("note", "hello"),
    FormPart("meta", '{"a": 1}', PartKind.JSON),
    FormPart("photo", "files/a.png", PartKind.FILE, "image/png", "first.png"),
    FormPart("photo", "files/b.png", PartKind.FILE, enabled=False),
)


def changed(before: bytes, after: bytes) -> list[str]:
    lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in lines if line[0] in "-+"]


def edited(text: str, **changes: object) -> list[str]:
    """Return the changed lines of the file after an edit; it reads back as edited."""
    data = text.encode()
    request = replace(read_request(data), **changes)  # type: ignore[arg-type]
    after = edit_request(data, request)
    assert read_request(after).body == request.body
    return changed(data, after)


def with_part(at: int, **changes: object) -> MultipartBody:
    part = replace(PARTS[at], **changes)  # type: ignore[arg-type]
    return MultipartBody((*PARTS[:at], part, *PARTS[at + 1 :]))


def test_a_form_of_bruno_is_read_with_every_part() -> None:
    request = read_request(FORM.encode())
    assert request.body == MultipartBody(PARTS)
    assert request.unapplied == ()
    assert edit_request(FORM.encode(), request) == FORM.encode()


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            with_part(0, value="bye"),
            ["-         value: hello # why", "+         value: bye # why"],
        ),
        (
            with_part(2, value="files/c.png"),
            ["-           - files/a.png", "+           - files/c.png"],
        ),
        (
            with_part(2, content_type="image/webp"),
            ["-         contentType: image/png", "+         contentType: image/webp"],
        ),
        (with_part(2, enabled=False), ["+         disabled: true"]),
        (with_part(3, enabled=True), ["-         disabled: true"]),
        (
            with_part(3, value="files/d.png"),
            ["-         value: [files/b.png]", "+         value: [files/d.png]"],
        ),
        (
            with_part(2, file_name="other.png"),
            ["-       value: first.png", "+       value: other.png"],
        ),
        (
            with_part(3, file_name="second.png"),
            ["+     - name: httpdesk.files.photo", "+       value: second.png"],
        ),
        (
            MultipartBody((*PARTS, FormPart("more", "1"))),
            [
                "+       - name: more",
                "+         type: text",
                '+         value: "1"',
            ],
        ),
        (MultipartBody(PARTS[1:]), [f"- {line}" for line in FORM.splitlines()[11:14]]),
    ],
)
def test_an_edit_changes_only_its_lines(body: Body, lines: list[str]) -> None:
    """storage.md: one edited cell is one changed line, and unknown keys stay."""
    assert edited(FORM, body=body) == lines


def test_the_kind_of_a_part_changes_in_place() -> None:
    assert edited(FORM, body=with_part(1, kind=PartKind.TEXT)) == [
        "-         contentType: application/json"
    ]
    lines = edited(FORM, body=with_part(0, kind=PartKind.FILE, value="n.txt"))
    assert lines[:2] == ["-         type: text", "+         type: file"]


def test_an_entry_with_several_files_is_a_row_for_each() -> None:
    """Bruno sends each of the listed files; an edit writes an entry for each (statement 45)."""
    text = FORM.replace("- files/a.png\n", "- files/a.png\n          - files/z.png\n")
    body = read_request(text.encode()).body
    assert isinstance(body, MultipartBody)
    assert [part.value for part in body.parts[2:]] == ["files/a.png", "files/z.png", "files/b.png"]
    assert [part.file_name for part in body.parts[2:]] == ["first.png", "", ""]
    moved = MultipartBody((replace(body.parts[0], value="new"), *body.parts[1:]))
    after = edit_request(text.encode(), replace(read_request(text.encode()), body=moved))
    assert read_request(after).body == moved
    assert b"future: kept" in after


def test_names_of_files_leave_with_the_form() -> None:
    data = FORM.encode()
    plain = replace(read_request(data), body=RawBody(RawKind.TEXT, "x"))
    after = edit_request(data, plain)
    assert b"httpdesk.files" not in after
    assert read_request(after).body == plain.body


@pytest.mark.parametrize(
    "entry",
    [
        "{name: a, type: text, value: [a, b]}",
        "{name: a, type: stream, value: a}",
        "{name: a, type: file, value: {a: b}}",
    ],
)
def test_what_is_not_understood_is_kept_whole(entry: str) -> None:
    text = "info: {name: a, type: http}\nhttp:\n  body:\n    type: multipart-form\n"
    text += f"    data: [{entry}]\n"
    request = read_request(text.encode())
    assert request.body == OpaqueBody("multipart-form")
    assert request.unapplied == ("body: multipart-form",)
    assert entry in edit_request(text.encode(), replace(request, name="b")).decode()


RAW = (GARDEN / "Plants" / "Raw.yml").read_text()


def test_the_selected_file_is_the_body() -> None:
    """The other files of the entry stay as they are."""
    two = RAW.replace("    data:\n", "    data:\n      - {filePath: b.bin, selected: false}\n")
    assert read_request(two.encode()).body == FileBody("files/a.csv")
    assert edited(two, body=FileBody("files/c.csv")) == [
        "-       - filePath: files/a.csv",
        "+       - filePath: files/c.csv",
    ]
    assert edited(two, body=FileBody("files/a.csv", "text/plain")) == [
        "-         contentType: text/csv",
        "+         contentType: text/plain",
    ]
    none = RAW.replace("selected: true", "selected: false")
    assert read_request(none.encode()).body == OpaqueBody("file")


def test_a_new_file_body_tells_bruno_its_type() -> None:
    data = data_of(parse(new_request(Request(name="a", body=FileBody("a.pdf")))).root)
    assert data["http"]["body"] == {
        "type": "file",
        "data": [{"filePath": "a.pdf", "contentType": "application/pdf", "selected": "true"}],
    }


GRAPH = (GARDEN / "Graph.yml").read_text()


def test_a_graphql_item_is_a_request() -> None:
    assert edited(GRAPH, body=GraphQLBody("{ plants { id } }", "{}")) == [
        '-     query: "{ plants { name } }"',
        '+     query: "{ plants { id } }"',
    ]
    assert edited(GRAPH, method="GET") == ["-   method: POST", "+   method: GET"]


def test_variables_that_are_no_text_are_kept() -> None:
    text = GRAPH.replace('variables: "{}"', "variables: {a: 1}")
    request = read_request(text.encode())
    assert request.body == OpaqueBody("graphql")
    assert "variables: {a: 1}" in edit_request(text.encode(), replace(request, name="b")).decode()


def test_another_kind_of_body_turns_the_item_into_one_of_the_other_kind() -> None:
    """Bruno has GraphQL requests as items of their own; comments and settings stay."""
    text = GRAPH.replace("  auth: inherit", "  auth: inherit # whose")
    data = text.encode()
    plain = replace(read_request(data), body=RawBody(RawKind.JSON, "{}"))
    after = edit_request(data, plain)
    assert read_request(after) == plain
    assert "auth: inherit # whose" in after.decode()
    back = edit_request(after, replace(plain, body=GraphQLBody("{ a }")))
    assert data_of(parse(back).root)["info"]["type"] == "graphql"
    assert data_of(parse(back).root)["graphql"]["body"] == {"query": "{ a }", "variables": ""}
    assert read_request(edit_request(back, replace(plain, body=NoBody()))).body == NoBody()
