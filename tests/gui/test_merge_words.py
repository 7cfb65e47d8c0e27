"""What the merge page calls places and how it shows values."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from httpdesk.engine.masking import MASK
from httpdesk.engine.merge import Absent, Conflict
from httpdesk.gui.merge.merge_words import hides_difference, masked, place_words, value_words
from httpdesk.model.auth import BasicAuth
from httpdesk.model.auth_choice import FileAuth
from httpdesk.model.request import (
    FormBody,
    FormField,
    Header,
    NoBody,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (("url",), "URL"),
        (("headers", "Accept", 1), "Header Accept"),
        (("headers", "Accept", 2), "Header Accept (number 2)"),
        (("headers", "order"), "Order of headers"),
        (("params", "q", 1), "Parameter q"),
        (("options", "timeout_ms"), "Option timeout ms"),
        (("body",), "Body"),
        (("body", "text", 0), "Body: text"),
        (("body", "text", 1), "Body: text, place 2"),
        (("body", "fields", "a", 1), "Form field a"),
        (("notes", 2), "Notes, place 3"),
        (("variables", "host", 1), "Variable host"),
        (("tags", "smoke", 1), "Tag smoke"),
    ],
)
def test_places_have_the_names_that_the_tabs_use(
    qtbot: QtBot, way: tuple[str | int, ...], words: str
) -> None:
    assert place_words(way) == words


@pytest.mark.parametrize(
    ("way", "value", "words"),
    [
        (("headers", "A", 1), Header("A", "1", enabled=False), "A: 1\n(switched off)"),
        (("headers", "Authorization", 1), Header("Authorization", "x"), f"Authorization: {MASK}"),
        (("headers", "A", 1), Absent.ROW, "(not there)"),
        (("url",), Absent.BASE, "(not known)"),
        (("url",), "http://u:p@h/?token=1", f"http://{MASK}@h/?token={MASK}"),
        (("variables", "password", 1), ("password", "x"), f"password: {MASK}"),
        (("headers", "order"), ("A", "B"), "A\nB"),
        (("options", "debug"), True, "On"),
        (("options", "timeout_ms"), None, "(none)"),
        (("body",), NoBody(), "(no body)"),
        (("body",), RawBody(RawKind.JSON, "{}"), "JSON\n{}"),
        (("auth",), FileAuth("basic", BasicAuth("CANARY")), "basic, values hidden"),
    ],
)
def test_values_are_shown_without_credentials(
    qtbot: QtBot, way: tuple[str | int, ...], value: Any, words: str
) -> None:
    assert value_words(way, value) == words


def test_a_difference_that_is_hidden_is_said(qtbot: QtBot) -> None:
    sides = Header("Cookie", "a"), Header("Cookie", "b")
    assert hides_difference(Conflict(("headers", "Cookie", 1), Absent.ROW, *sides))
    assert not hides_difference(Conflict(("url",), "", "a", "b"))


def test_the_preview_holds_no_credential(qtbot: QtBot) -> None:
    request = Request(
        url="http://h/?token=CANARY",
        params=(QueryParam("api_key", "CANARY"),),
        headers=(Header("Authorization", "Bearer CANARY"),),
        variables=(("secret", "CANARY"),),
        body=FormBody((FormField("password", "CANARY"),)),
    )
    shown = masked(request)
    texts = [shown.url, shown.params[0].value, shown.headers[0].value, shown.variables[0][1]]
    assert isinstance(shown.body, FormBody)
    assert not any("CANARY" in text for text in (*texts, shown.body.fields[0].value))
