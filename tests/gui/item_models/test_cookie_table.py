"""Cookies as rows, in words, and as they are typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from httpdesk.engine.cookie_rules import FOR_EVER
from httpdesk.gui.item_models.cookie_input import (
    CookieInput,
    CookieInputError,
    cookie_of,
    input_of,
)
from httpdesk.gui.item_models.cookie_table import CookieColumn, CookieRole, CookieTableModel
from httpdesk.gui.item_models.cookie_words import expires_text, refusal_sentence
from httpdesk.model.cookies import Cookie, CookieRefusal, RefusedCookie

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ENDS = datetime(2030, 12, 31, 18, 30, 5, tzinfo=UTC)
SID = Cookie("sid", "4f1d8c2a", "api.acme.test", secure=True, http_only=True, same_site="Lax")
THEME = Cookie("theme", "dark", "acme.test", "/app", host_only=False, expires=ENDS)
REFUSED = RefusedCookie("track", CookieRefusal.OTHER_DOMAIN, "ads.test")
BULLETS = "••••••••"


@pytest.fixture
def model(qapp: object) -> CookieTableModel:
    """Give a model of the cookies above, watched by Qt's model tester."""
    made = CookieTableModel()
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made.tester = tester  # type: ignore[attr-defined]
    made.set_cookies([SID, THEME], [REFUSED], [THEME.key])
    return made


def cells(model: CookieTableModel, role: int = Qt.ItemDataRole.DisplayRole) -> list[list[object]]:
    rows, columns = range(model.rowCount()), range(model.columnCount())
    return [[model.index(row, column).data(role) for column in columns] for row in rows]


def test_refused_ones_come_first_and_values_are_masked(model: CookieTableModel) -> None:
    """Statement 76; ui.md 3.5."""
    local = ENDS.astimezone().strftime("%Y-%m-%d %H:%M")
    assert cells(model) == [
        ["track", "Refused: this server may not set cookies for ads.test", "", "", "", ""],
        ["sid", BULLETS, "api.acme.test", "/", "Session", "Secure, HttpOnly, SameSite=Lax"],
        ["theme", BULLETS, ".acme.test", "/app", local, ""],
    ]
    assert model.refused_rows == 1
    assert [model.cookie(row) for row in range(3)] == [None, SID, THEME]


def test_one_value_at_a_time_is_revealed(model: CookieTableModel) -> None:
    model.reveal(1)
    model.reveal(2)
    assert [row[CookieColumn.VALUE] for row in cells(model)[1:]] == [BULLETS, "dark"]
    model.set_cookies([THEME])
    assert cells(model)[0][CookieColumn.VALUE] == "dark"
    model.reveal(None)
    assert cells(model)[0][CookieColumn.VALUE] == BULLETS


def test_what_the_answer_set_is_marked(model: CookieTableModel) -> None:
    marks = [row[0] for row in cells(model, CookieRole.JUST_SET)]
    assert marks == [False, False, True]


def test_a_screen_reader_hears_no_hidden_value(model: CookieTableModel) -> None:
    """ui.md 8: never the bullets or the secret."""
    spoken = cells(model, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken[0][0] == "Refused cookie 1 of 3, track"
    assert spoken[1][CookieColumn.VALUE] == "Cookie 2 of 3, hidden value"
    assert spoken[2][0] == "Cookie 3 of 3, just set, theme"
    assert not any(secret in str(spoken) for secret in (SID.value, "•"))


def test_the_filter_looks_at_names_domains_and_paths(model: CookieTableModel) -> None:
    for text, names in (
        ("SID", ["sid"]),
        ("acme", ["sid", "theme"]),
        ("/app", ["theme"]),
        ("ads", ["track"]),
        (SID.value, []),
    ):
        model.set_filter(text)
        assert [row[0] for row in cells(model)] == names


def test_every_refusal_has_words() -> None:
    sentences = {refusal_sentence(RefusedCookie("n", each, "d.test")) for each in CookieRefusal}
    assert len(sentences) == len(CookieRefusal)


def test_a_time_beyond_what_systems_know_is_told_too() -> None:
    assert expires_text(FOR_EVER).startswith(("9999-12-3", "10000"))


# As typed


def test_a_cookie_comes_back_equal_from_the_form() -> None:
    for cookie in (SID, THEME, replace(SID, domain="::1"), Cookie("", "v", "localhost")):
        assert cookie_of(input_of(cookie), NOW) == cookie


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (CookieInput(domain="h.test"), "name"),
        (CookieInput("a=b", domain="h.test"), "name"),
        (CookieInput("a;b", domain="h.test"), "name"),
        (CookieInput("a", "x;y", "h.test"), "value"),
        (CookieInput("a", "x\r\ny", "h.test"), "value"),
        (CookieInput("a", "x" * 4096, "h.test"), "value"),
        (CookieInput("a", "1", ""), "domain"),
        (CookieInput("a", "1", "h.test:80"), "domain"),
        (CookieInput("a", "1", "http://h.test"), "domain"),
        (CookieInput("a", "1", "user@h.test"), "domain"),
        (CookieInput("a", "1", "two words"), "domain"),
        (CookieInput("a", "1", "h.test", "a/b"), "path"),
        (CookieInput("a", "1", "h.test", expires="soon"), "expires"),
        (CookieInput("a", "1", "h.test", expires="2020-01-01"), "expires"),
    ],
)
def test_what_cannot_be_a_cookie_is_said_at_its_field(typed: CookieInput, field: str) -> None:
    with pytest.raises(CookieInputError) as raised:
        cookie_of(typed, NOW)
    assert raised.value.field == field
    assert raised.value.sentence


@pytest.mark.parametrize(
    ("typed", "domain", "host_only"),
    [("API.Acme.test", "api.acme.test", True), ("bücher.test", "xn--bcher-kva.test", True)],
)
def test_a_domain_takes_its_canonical_form(typed: str, domain: str, host_only: bool) -> None:
    cookie = cookie_of(CookieInput("a", "1", typed), NOW)
    assert (cookie.domain, cookie.host_only) == (domain, host_only)


def test_an_address_has_no_names_below_it() -> None:
    assert cookie_of(CookieInput("a", "1", "127.0.0.1", subdomains=True), NOW).host_only


@pytest.mark.parametrize(
    "text", ["2030-12-31 18:30:05 UTC", "Tue, 31 Dec 2030 18:30:05 GMT", "2030-12-31T18:30:05Z"]
)
def test_a_time_may_be_typed_in_several_forms(text: str) -> None:
    assert cookie_of(CookieInput("a", "1", "h.test", expires=text), NOW).expires == ENDS


def test_a_time_without_a_zone_is_local() -> None:
    local = (NOW + timedelta(days=1)).astimezone()
    text = local.strftime("%Y-%m-%d %H:%M:%S")
    expires = cookie_of(CookieInput("a", "1", "h.test", expires=text), NOW).expires
    assert expires == NOW + timedelta(days=1)
