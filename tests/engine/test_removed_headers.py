"""Automatic headers that the user takes out (issue 3, part 3; statements 19, 20)."""

from __future__ import annotations

import pytest

from httpdesk.engine.redirects import next_request
from httpdesk.engine.resolve import preview, resolve
from httpdesk.engine.wire import may_reuse_connection
from httpdesk.model.exchange import WarningKind
from httpdesk.model.request import Header, Options, RawBody, RawKind, Request

URL = "http://u:p@h/"
BODY = RawBody(RawKind.JSON, "{}")
ALL = (
    *("Host", "User-Agent", "Accept", "Accept-Encoding", "Content-Type", "Content-Length"),
    *("Connection", "Authorization"),
)


def without(*names: str, **fields: object) -> Request:
    options = Options(removed_headers=names)
    return Request(method="POST", url=URL, body=BODY, options=options, **fields)  # type: ignore[arg-type]


def names_of(request: Request) -> list[str]:
    return [name for name, _ in resolve(request).header_pairs()]


def test_all_are_sent_unless_they_are_taken_out() -> None:
    assert names_of(without()) == list(ALL)


@pytest.mark.parametrize("name", ALL)
def test_each_can_be_taken_out_in_any_case_and_is_still_told(name: str) -> None:
    request = without(name.swapcase())
    assert names_of(request) == [each for each in ALL if each != name]
    assert [header.name for header in resolve(request).removed] == [name]
    shown = preview(request)
    assert [header.name for header in shown.removed] == [name]
    assert name not in [header.name for header in shown.automatic]


def test_a_row_of_the_same_name_wins() -> None:
    """Statement 20: a typed one is sent, whatever is taken out of what is automatic."""
    request = without("accept", headers=(Header("Accept", "image/png"),))
    assert dict(resolve(request).header_pairs())["Accept"] == "image/png"
    assert preview(request).removed == ()


def test_one_that_would_not_be_sent_anyway_stays_in_the_list() -> None:
    shown = preview(Request(url="http://h/", options=Options(removed_headers=("Cookie",))))
    assert [(header.name, header.value) for header in shown.removed] == [("Cookie", "")]


@pytest.mark.parametrize("name", ["Host", "Content-Length"])
def test_without_host_or_length_there_is_a_warning_and_no_second_request(name: str) -> None:
    resolved = resolve(without(name))
    kinds = [(warning.kind, warning.subject) for warning in resolved.warnings]
    assert (WarningKind.HEADER_REMOVED, name) in kinds
    assert dict(resolved.header_pairs())["Connection"] == "close"
    assert not may_reuse_connection(resolved)
    assert not may_reuse_connection(resolve(without(name, "Connection")))


def test_a_length_that_says_nothing_may_go_without_a_warning() -> None:
    request = Request(
        method="POST", url="http://h/", options=Options(removed_headers=("Content-Length",))
    )
    resolved = resolve(request)
    assert resolved.warnings == ()
    assert may_reuse_connection(resolved)


@pytest.mark.parametrize("value", ["close", "Close", "keep-alive, close"])
def test_a_typed_connection_close_is_meant(value: str) -> None:
    request = Request(url="http://h/", headers=(Header("connection", value),))
    assert not may_reuse_connection(resolve(request))


def test_a_host_that_was_taken_out_stays_out_behind_a_redirect() -> None:
    resolved = resolve(Request(url="http://h/", options=Options(removed_headers=("Host",))))
    following = next_request(resolved, 302, (("Location", "http://other/"),))
    assert following is not None
    assert "Host" not in dict(following.request.header_pairs())
