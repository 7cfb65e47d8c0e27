"""Examples hold no secret (statement 81), and can be shown as an exchange again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from httpdesk.engine.examples import exchange_of, make_example
from httpdesk.engine.masking import MASK
from httpdesk.formats.opencollection import new_request, read_request
from httpdesk.model.request import (
    Body,
    Example,
    ExampleRequest,
    ExampleResponse,
    FormBody,
    FormField,
    FormPart,
    Header,
    MultipartBody,
    PartKind,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)
from tests.gui.exchanges import exchange_with_body

SECRET = "hunter2/secret"
EXCHANGE = replace(exchange_with_body(b"{}"), secrets=frozenset({SECRET}))


def made(request: Request, text: str = "{}") -> Example:
    return make_example("One", request, EXCHANGE, "json", text)


def sent(request: Request) -> ExampleRequest:
    found = made(request).request
    assert found is not None
    return found


def test_credentials_become_placeholders_and_variables_stay() -> None:
    """Statement 81."""
    headers = (
        Header("Authorization", "Bearer abc"),
        Header("authorization", "Bearer {{token}}"),
        Header("Cookie", "sid=1"),
        Header("X-Api-Key", "{{key}}"),
        Header("X-Trace", f"a {SECRET} b"),
        Header("X-Plain", "{{plain}}"),
    )
    assert [each.value for each in sent(Request(headers=headers)).headers] == [
        f"Bearer {MASK}",
        "Bearer {{token}}",
        MASK,
        "{{key}}",
        f"a {MASK} b",
        "{{plain}}",
    ]


def test_the_url_and_its_rows_hold_none() -> None:
    params = (QueryParam("api_key", "k1"), QueryParam("token", "{{t}}"), QueryParam("page", "2"))
    request = sent(Request(url="https://me:pw@h/a?access_token=t1&page=1", params=params))
    assert request.url == f"https://{MASK}@h/a?access_token={MASK}&page=1"
    assert [each.value for each in request.params] == [MASK, "{{t}}", "2"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            RawBody(RawKind.JSON, f'{{"password": "x\\"y", "a": "{SECRET}", "n": 1}}'),
            RawBody(RawKind.JSON, f'{{"password": "{MASK}", "a": "{MASK}", "n": 1}}'),
        ),
        (
            FormBody((FormField("password", "x"), FormField("name", "ann"))),
            FormBody((FormField("password", MASK), FormField("name", "ann"))),
        ),
        (
            MultipartBody((FormPart("secret", "x"), FormPart("secret", "f", PartKind.FILE))),
            MultipartBody((FormPart("secret", MASK), FormPart("secret", "f", PartKind.FILE))),
        ),
    ],
)
def test_a_body_holds_none(body: Body, shown: Body) -> None:
    assert sent(Request(body=body)).body == shown


def test_the_answer_holds_none() -> None:
    text = f'{{"access_token": "t1", "echo": "hunter2\\/secret", "in": "{SECRET}", "n": "ok"}}'
    response = made(Request(), text).response
    assert response is not None
    assert SECRET not in response.body
    assert "t1" not in response.body
    assert '"n": "ok"' in response.body
    assert (response.status, response.kind) == (200, "json")


def test_a_file_holds_what_was_made() -> None:
    request = Request(name="a", url="http://h/", body=RawBody(RawKind.JSON, "{}"))
    whole = replace(request, examples=(made(request, "é😀 text"),))
    assert read_request(new_request(whole)) == whole


def test_an_example_is_shown_as_an_exchange() -> None:
    came = ExampleResponse(
        404, "Not Found", (("Content-Type", "text/html; charset=x"),), "html", "é"
    )
    exchange = exchange_of(Example("a", "", None, came), Request(url="{{base}}/x"))
    response = exchange.response
    assert response is not None
    assert (response.status_code, response.reason_phrase) == (404, "Not Found")
    assert response.header("content-type") == "text/html; charset=utf-8"
    assert response.body.read_at(0, 10) == "é".encode()
    assert not exchange.attempts
    bare = exchange_of(Example(response=ExampleResponse(kind="json", body="{}")), Request())
    assert bare.response is not None
    assert bare.response.header("Content-Type") == "application/json"
