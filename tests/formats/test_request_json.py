"""Requests as drafts keep them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from httpdesk.formats import request_json
from httpdesk.model.errors import FileNotUnderstood
from httpdesk.model.request import FormBody, OpaqueBody, Request
from tests.helpers.requests import requests


@settings(max_examples=150, deadline=None)
@given(requests)
def test_any_request_comes_back_equal(request_: Request) -> None:
    assert request_json.load(request_json.dump(request_)) == request_


@pytest.mark.parametrize(
    "request_",
    [
        Request(),
        Request(method="", url="\ud800"),
        Request(body=OpaqueBody("file"), unapplied=("auth: basic",)),
        Request(body=FormBody()),
    ],
)
def test_corners_come_back_equal(request_: Request) -> None:
    assert request_json.load(request_json.dump(request_)) == request_


def test_defaults_are_left_out() -> None:
    assert request_json.dump(Request(url="http://h/")) == '{"url":"http://h/"}'


def test_what_a_later_version_added_is_passed_over() -> None:
    text = json.dumps({"url": "x", "new": 1, "headers": [{"name": "A", "value": "b", "new": 2}]})
    assert request_json.load(text).headers[0].value == "b"


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "{", '{"headers": 3}', '{"body": {"is": "raw"}}', "[" * 100_000]
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(FileNotUnderstood):
        request_json.load(text)
