"""What is made of an exchange for the history: pure, and without a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from httpdesk.engine.masking import MASK
from httpdesk.engine.remember import BODY_KEPT, MOST_VALUES, remember, secret_parts
from httpdesk.engine.resolve import resolve
from httpdesk.model.auth_choice import FileAuth
from httpdesk.model.exchange import Exchange
from httpdesk.model.history import HistoryRecord, SentFrom
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import (
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    Options,
    PartKind,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)
from httpdesk.model.response import Response

OPEN = Options(secure_inputs=False, secure_outputs=False)
SECRET = "canary-secret-17"


def kept(
    request: Request, body: bytes = b"", content_type: str = "text/plain", *secrets: str
) -> HistoryRecord:
    """Return what is remembered of a request that is not secured, and its answer."""
    request = replace(request, url=request.url or "http://h/", options=OPEN)
    headers = (("Content-Type", content_type),)
    exchange = Exchange(
        id="1",
        request=resolve(replace(request, variables=(*request.variables, ("token", SECRET)))),
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
        elapsed_ms=27,
        response=Response(200, "OK", "HTTP/1.1", headers, MemoryBody(body)),
        secrets=frozenset(secrets),
    )
    return remember(exchange, request, SentFrom("/c", "a.yml", "Staging"))


def composed(request: Request) -> Request:
    """Return the request as the history has it."""
    found = kept(request, b"", "text/plain", SECRET).request
    assert found is not None
    return found


def test_references_stay_and_secrets_do_not() -> None:
    """Statement 79: what comes out of the history can be sent again."""
    found = composed(
        Request(
            name=f"For {SECRET}",
            url="http://h/?api_key={{token}}&pass=word-1234",
            params=(
                QueryParam("key", "{{token}}"),
                QueryParam("sig", "abcdef"),
                QueryParam("q", SECRET),
            ),
            headers=(
                Header("Authorization", "Bearer {{token}}"),
                Header("X-API-Key", "typed-key-1"),
                Header("Cookie", "a=1", enabled=False),
                Header("Accept", "*/*"),
            ),
            variables=(("password", "hunter2-hunter"), ("page", "7")),
            notes=f"See {SECRET}",
        )
    )
    assert found.name == f"For {MASK}"
    assert found.url == f"http://h/?api_key={{{{token}}}}&pass={MASK}"
    assert [each.value for each in found.params] == ["{{token}}", MASK, MASK]
    values = [each.value for each in found.headers]
    assert values == ["Bearer {{token}}", MASK, MASK, "*/*"]
    assert found.variables == (("password", MASK), ("page", "7"))
    assert found.notes == f"See {MASK}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            RawBody(RawKind.JSON, '{"password": "abcdefg", "token": "{{token}}", "a": 1}'),
            RawBody(RawKind.JSON, f'{{"password": "{MASK}", "token": "{{{{token}}}}", "a": 1}}'),
        ),
        (RawBody(RawKind.TEXT, f"<{SECRET}>"), RawBody(RawKind.TEXT, f"<{MASK}>")),
        (
            FormBody((FormField("pwd", "x"), FormField("b", "{{token}}"))),
            FormBody((FormField("pwd", MASK), FormField("b", "{{token}}"))),
        ),
        (
            MultipartBody((FormPart("secret", "x"), FormPart("a", "token.txt", PartKind.FILE))),
            MultipartBody((FormPart("secret", MASK), FormPart("a", "token.txt", PartKind.FILE))),
        ),
        (
            GraphQLBody(f"{{ a(b: {SECRET}) }}", '{"apiKey": "x"}'),
            GraphQLBody(f"{{ a(b: {MASK}) }}", f'{{"apiKey": "{MASK}"}}'),
        ),
    ],
)
def test_bodies_are_masked_by_name_and_by_value(body: object, expected: object) -> None:
    """Statement 79."""
    request = Request(method="POST", body=body)  # type: ignore[arg-type]
    if isinstance(body, MultipartBody):
        from httpdesk.engine.masking import NO_MASK
        from httpdesk.engine.remember import masked_request

        assert masked_request(request, NO_MASK).body == expected
    else:
        assert composed(request).body == expected


def test_the_sign_in_of_a_file_loses_its_secrets() -> None:
    """Statement 79."""
    auth = FileAuth("basic", None, (("username", "{{name}}"), ("password", "typed-pass")))
    found = composed(Request(auth=auth))
    assert found.auth == FileAuth("basic", None, (("username", "{{name}}"),))


def test_a_long_body_ends_before_a_secret_that_its_cut_would_show() -> None:
    """Statement 76: half a secret is told nowhere."""
    for place in range(BODY_KEPT - 2 * len(SECRET), BODY_KEPT + 2, 5):
        body = b"." * place + SECRET.encode() + b"." * 1000
        record = kept(Request(), body, "text/plain", SECRET)
        assert record.body is not None
        assert BODY_KEPT - 200 < len(record.body) <= BODY_KEPT
        assert b"canary" not in record.body
        assert record.body_size == len(body)


def test_what_stands_under_a_telling_name_is_hidden_elsewhere_too() -> None:
    """Statement 76."""
    body = b'{"access_token": "n3w/t\\u00f6ken-99", "link": "http://h/?t=n3w%2Ft%C3%B6ken-99"}'
    record = kept(Request(), body, "application/json")
    assert record.body == f'{{"access_token": "{MASK}", "link": "http://h/?t={MASK}"}}'.encode()


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ('{"password": "abc"}'.encode("utf-16"), "application/json"),
        ('{"password": "abc"}'.encode("utf-16-le"), "application/json; charset=UTF-16LE"),
    ],
)
def test_text_that_cannot_be_searched_is_not_kept(data: bytes, content_type: str) -> None:
    """Statement 76."""
    record = kept(Request(), data, content_type)
    assert (record.body, record.entry.body_kept, record.body_size) == (None, False, len(data))


def test_bytes_that_are_no_text_are_kept_as_they_are() -> None:
    data = bytes(range(256))
    assert kept(Request(), data, "image/png").body == data


def test_a_body_that_was_given_back_is_not_kept() -> None:
    body = MemoryBody(b"gone")
    body.close()
    response = Response(200, "OK", "HTTP/1.1", (), body)
    request = Request(url="http://h/", options=OPEN)
    exchange = Exchange(
        "1", resolve(request), datetime(2026, 1, 2, tzinfo=UTC), 1, response=response
    )
    assert remember(exchange, request).body is None


def test_parts_of_a_taken_value_are_secrets_by_themselves() -> None:
    """Statement 80."""
    assert set(secret_parts(['{"a": ["x1", {"b": 12345678}], "c": true}', "plain", "{broken"])) == {
        '{"a": ["x1", {"b": 12345678}], "c": true}',
        "x1",
        "12345678",
        "plain",
        "{broken",
    }


def test_more_secrets_than_can_be_looked_for_are_kept_out_whole() -> None:
    """Statement 80."""
    whole = json.dumps([f"value-{number}" for number in range(MOST_VALUES + 1)])
    record = kept(Request(name="Ask"), b"value-7", "text/plain", whole)
    assert record == HistoryRecord(record.entry)
    assert (record.entry.secure_inputs, record.entry.secure_outputs) == (True, True)
    assert record.entry.name == ""


def test_many_values_under_telling_names_are_all_hidden() -> None:
    """Statement 76."""
    body = json.dumps([{"key": f"value-{number}"} for number in range(3000)]).encode()
    record = kept(Request(), body, "application/json")
    assert record.body is not None
    assert b"value-" not in record.body
