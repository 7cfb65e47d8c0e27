"""What is secret is in no text that Python makes of a value or an error by itself."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime

import pytest

from httpdesk.engine.fakes import FakeTransport, FrozenClock, answer
from httpdesk.engine.send import SendContext
from httpdesk.engine.url import parse_url
from httpdesk.model.collection import Item, ItemKind, RequestDefaults, Scope
from httpdesk.model.errors import InvalidRedirect, InvalidUrl, Phase, UrlReason
from httpdesk.model.request import (
    FormBody,
    FormField,
    FormPart,
    GraphQLBody,
    Header,
    MultipartBody,
    PathParam,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)

CANARY = "canary-5e11"
PAIRS = (("token", CANARY),)
URL = f"http://u:{CANARY}@h/?api_key={CANARY}"


VALUES: tuple[object, ...] = (
    Request(url=URL, variables=PAIRS),
    Request(headers=(Header("Authorization", CANARY),), params=(QueryParam("key", CANARY),)),
    Request(path_params=(PathParam("key", CANARY),), body=RawBody(RawKind.TEXT, CANARY)),
    FormBody((FormField("password", CANARY),)),
    MultipartBody((FormPart("password", CANARY),)),
    GraphQLBody(CANARY, CANARY),
    Scope((("runtime", PAIRS),)),
    RequestDefaults(variables=PAIRS, headers=PAIRS),
    Item("a.yml", ItemKind.REQUEST, "a", url=URL),
    parse_url(f"http://u:{CANARY}@h/{CANARY}?api_key={CANARY}#{CANARY}"),
)


def test_the_text_of_values() -> None:
    """A request as typed, the variables of every level, and what is read from files."""
    assert [value for value in VALUES if CANARY in f"{value!r} {value}"] == []


def test_the_text_of_what_a_send_needs() -> None:
    context = SendContext(
        FakeTransport(answer()),
        FrozenClock(datetime(2025, 5, 1, tzinfo=UTC)),
        Scope((("run", PAIRS),)),
    )
    assert CANARY not in repr(context)


def test_the_text_of_errors_also_in_a_report_of_a_crash() -> None:
    """Statement 76: a report shows the causes of a bug, too."""
    with pytest.raises(InvalidUrl) as refused:
        parse_url(f"http://u:{CANARY}\\@h/")
    location = InvalidRedirect(phase=Phase.RECEIVE, location=URL, reason=UrlReason.MALFORMED)
    for error in (refused.value, location):
        crash = RuntimeError("a bug")
        crash.__cause__ = error
        assert CANARY not in "".join(traceback.format_exception(crash))
        assert type(error).__name__ in str(error)
