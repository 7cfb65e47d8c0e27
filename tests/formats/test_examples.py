"""Examples and tags in a request's file: kept, and changed where they stand (storage.md)."""

from __future__ import annotations

import difflib
from dataclasses import replace

from httpdesk.formats.head_scan import scan
from httpdesk.formats.opencollection import edit_request, new_request, read_head, read_request
from httpdesk.model.request import (
    Example,
    ExampleRequest,
    ExampleResponse,
    Header,
    OpaqueBody,
    Request,
)

FILE = b"""\
info:
  name: Plants
  type: http
  seq: 2
  tags:
    - smoke   # each night
    - slow

http:
  method: GET
  url: http://h/plants

examples:
  - name: Two   # the usual
    x-colour: green
    request:
      url: http://h/plants?all=1
      method: GET
      headers:
        - name: Accept
          value: application/json
    response:
      status: 200
      statusText: OK
      headers:
        - name: Content-Type
          value: application/json
      body:
        type: json
        data: '[1, 2]'
  - name: None
    response:
      status: 404
"""


def changed(request: Request) -> list[str]:
    """Return the lines that a save of this request touches."""
    before, after = FILE.decode().splitlines(), edit_request(FILE, request).decode().splitlines()
    return [line for line in difflib.ndiff(before, after) if line[0] in "-+"]


def test_examples_and_tags_are_read() -> None:
    request = read_request(FILE)
    assert request.tags == ("smoke", "slow")
    two, none = request.examples
    assert (two.name, none.name) == ("Two", "None")
    assert two.request == ExampleRequest(
        "GET", "http://h/plants?all=1", (Header("Accept", "application/json"),)
    )
    assert two.response == ExampleResponse(
        200, "OK", (("Content-Type", "application/json"),), "json", "[1, 2]"
    )
    assert none == Example("None", response=ExampleResponse(404))


def test_the_quick_look_and_the_parser_find_the_same_tags() -> None:
    assert scan(FILE.replace(b"   # each night", b"")) == read_head(FILE)
    assert read_head(FILE).tags == ("smoke", "slow")
    assert scan(FILE.replace(b"smoke   # each night", b"null")) is None


def test_a_renamed_example_is_a_one_line_diff() -> None:
    request = read_request(FILE)
    two, none = request.examples
    assert changed(replace(request, examples=(replace(two, name="Both"), none))) == [
        "-   - name: Two   # the usual",
        "+   - name: Both   # the usual",
    ]


def test_a_deleted_example_takes_its_own_lines_only() -> None:
    request = read_request(FILE)
    assert changed(replace(request, examples=request.examples[:1])) == [
        "-   - name: None",
        "-     response:",
        "-       status: 404",
    ]


def test_a_new_example_stands_behind_the_others() -> None:
    request = read_request(FILE)
    new = Example("Bad", response=ExampleResponse(500, "", (), "text", "no"))
    assert changed(replace(request, examples=(*request.examples, new))) == [
        "+   - name: Bad",
        "+     response:",
        "+       status: 500",
        "+       body:",
        "+         type: text",
        '+         data: "no"',
    ]


def test_examples_that_change_places_keep_what_only_the_file_knows() -> None:
    request = read_request(FILE)
    after = edit_request(FILE, replace(request, examples=request.examples[::-1]))
    assert after.count(b"x-colour: green") == 1
    assert read_request(after).examples == request.examples[::-1]


def test_without_examples_and_tags_their_keys_are_gone() -> None:
    request = replace(read_request(FILE), examples=(), tags=())
    after = edit_request(FILE, request)
    assert b"examples" not in after
    assert b"tags" not in after
    assert edit_request(after, request) == after


def test_one_tag_is_one_line() -> None:
    request = read_request(FILE)
    assert changed(replace(request, tags=("smoke", "slow", "login"))) == ["+     - login"]
    assert changed(replace(request, tags=("smoke",))) == ["-     - slow"]


def test_an_example_with_a_body_that_cannot_be_edited_stays_as_it_is() -> None:
    held = FILE.replace(
        b"    response:\n      status: 404",
        b"    request:\n      body:\n        type: sparql\n"
        b"        data: select\n    response:\n      status: 404",
    )
    request = read_request(held)
    assert request.examples[1].request == ExampleRequest(body=OpaqueBody("sparql"))
    after = edit_request(held, replace(request, name="Trees"))
    assert after == held.replace(b"name: Plants", b"name: Trees")


def test_a_new_file_holds_them() -> None:
    request = replace(read_request(FILE), notes="# Words")
    assert read_request(new_request(request, 1.0)) == request
