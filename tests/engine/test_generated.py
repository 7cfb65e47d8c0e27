"""Values that are made for a send, values in forms, and values that are asked for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpdesk.engine.generated import NAMES, Generated
from httpdesk.engine.resolve import Means, preview, resolve
from httpdesk.engine.template import Filler
from httpdesk.engine.value_forms import FORMS
from httpdesk.model.collection import Scope
from httpdesk.model.errors import UnknownVariables, ValuesNotGiven
from httpdesk.model.request import PathParam, RawBody, RawKind, Request

NOON = datetime(2026, 11, 22, 12, 0, 0, 250_000, tzinfo=UTC)


def filled(text: str, values: dict[str, str] | None = None) -> str:
    filler = Filler(values or {}, Generated(lambda: NOON))
    found = filler.fill(text, "field")
    assert not filler.problems()
    return found.text


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_name_makes_a_value(name: str) -> None:
    assert filled(f"{{{{{name}}}}}")


def test_times_are_those_of_the_moment() -> None:
    assert filled("{{$timestamp}} {{$timestampMs}}") == "1795348800 1795348800250"
    assert filled("{{$isoTimestamp}} {{$date}}") == "2026-11-22T12:00:00.250Z 2026-11-22"


def test_each_place_has_another_value_and_a_variable_has_one() -> None:
    first, second = filled("{{$uuid}} {{$uuid}}").split()
    assert first != second
    values = {"id": "{{$uuid}}", "twice": "{{id}} {{id}}"}
    same = filled("{{id}} {{twice}} {{id}}", values).split()
    assert len(set(same)) == 1
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", same[0])


def test_the_preview_shows_what_the_send_takes_along() -> None:
    made = Generated()
    request = Request(url="http://h/{{$uuid}}?a={{$randomInt}}")
    shown = preview(request, Means(generate=made.shown)).url
    assert str(resolve(request, Means(generate=made)).url) == shown
    assert str(resolve(request, Means(generate=Generated())).url) != shown


def test_a_variable_of_the_same_name_wins() -> None:
    assert filled("{{$uuid}}", {"$uuid": "mine"}) == "mine"


def test_an_unknown_name_is_listed() -> None:
    """Statement 83."""
    with pytest.raises(UnknownVariables) as caught:
        resolve(Request(url="http://h/{{$nothing}}"), Means(generate=Generated()))
    assert [place.name for place in caught.value.places] == ["$nothing"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="{}\\")))
def test_forms(text: str) -> None:
    """Statement 84: in a JSON body the `json` form inserts a quoted, escaped string."""
    values = {"v": text}
    data = text.encode()
    assert json.loads(f'{{"v": {filled("{{v|json}}", values)}}}') == {"v": text}
    assert base64.b64decode(filled("{{v|base64}}", values)) == data
    assert filled("{{ v | sha256 }}", values) == hashlib.sha256(data).hexdigest()
    assert filled("{{v|base64|sha256}}", values) == (
        hashlib.sha256(base64.b64encode(data)).hexdigest()
    )


def test_a_name_with_a_bar_is_a_name_where_there_is_one() -> None:
    assert filled("{{a|json}}", {"a|json": "own", "a": "x"}) == "own"
    assert {"json", "raw", "base64"} <= set(FORMS)


def test_a_path_value_marked_raw_keeps_its_slashes() -> None:
    """Statement 84: `a/b` becomes `a%2Fb` unless it is marked raw."""
    scope = Scope((("environment", (("file", "a/b c?#"),)),))
    for value, path in (
        ("{{file}}", "/a%2Fb%20c%3F%23"),
        ("{{file|raw}}", "/a/b%20c%3F%23"),
        ("x/{{file|raw}}/y", "/x%2Fa/b%20c%3F%23%2Fy"),
    ):
        request = Request(url="http://h/:file", path_params=(PathParam("file", value),))
        assert str(resolve(request, Means(scope)).url) == f"http://h{path}"


def test_forms_of_a_secret_are_secrets() -> None:
    scope = Scope((("environment", (("word", "hunter2"),)),), frozenset({"hunter2"}))
    body = RawBody(RawKind.TEXT, "{{word|sha256}} {{word}}")
    resolved = resolve(Request(url="http://h/", body=body), Means(scope))
    assert hashlib.sha256(b"hunter2").hexdigest() in resolved.secrets


def test_values_that_are_asked_for_are_named_and_nothing_is_sent_without_them() -> None:
    request = Request(url="http://h/{{?Order number}}?a={{?Order number}}&b={{?PIN}}")
    assert preview(request).asked == ("?Order number", "?PIN")
    assert not preview(request).problems
    with pytest.raises(ValuesNotGiven) as caught:
        resolve(request)
    assert caught.value.names == ("?Order number", "?PIN")
    given = Scope((("runtime", (("?Order number", "7"), ("?PIN", "1"))),))
    assert str(resolve(request, Means(given)).url) == "http://h/7?a=7&b=1"
