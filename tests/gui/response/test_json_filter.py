"""The filter of a JSON body."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt

from httpdesk.gui.response import json_filter
from httpdesk.gui.response.tree_page import TreePage
from httpdesk.model.request import ResponseType
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane

ITEMS = {"items": [{"id": number, "price": 1.5} for number in range(41)]}


def filter_by(pane: Pane, expression: str) -> None:
    """Open the filter and run an expression."""
    pane.viewer.open_filter()
    pane.body.filter.field.setText(expression)
    pane.body.filter.apply()
    pane.qtbot.waitUntil(lambda: not pane.body.filter.busy)
    pane.settle()


def test_the_result_takes_the_place_of_the_body(pane: Pane) -> None:
    pane.show(exchanges.answered(json.dumps(ITEMS)))
    filter_by(pane, "$.items[?@.id < 3].id")
    assert pane.body.filter.status.text() == "3 of 41"
    assert pane.text() == "[\n  0,\n  1,\n  2\n]"
    pane.body.choose("tree")
    pane.settle()
    page = pane.body.page
    assert isinstance(page, TreePage)
    assert page.model.index(0, 0).data().startswith("$: […] 3 items")
    pane.qtbot.keyClick(pane.body.filter.field, Qt.Key.Key_Escape)
    pane.settle()
    assert page.model.index(0, 0).data().startswith("$: {…} 1 key")
    assert pane.body.filter.isHidden()


def test_a_wrong_expression_is_told_at_the_field_and_leaves_the_body(pane: Pane) -> None:
    pane.show(exchanges.answered(json.dumps(ITEMS)))
    before = pane.text()
    filter_by(pane, "$.items[?@.id <")
    assert pane.body.filter.fault.text() == "Column 16: unexpected end of expression"
    assert pane.body.filter.fault.isVisible()
    assert pane.text() == before
    filter_by(pane, "$.items[0].id")
    assert pane.body.filter.fault.isHidden()
    assert pane.body.filter.status.text() == "1 result"


def test_the_expression_stays_for_the_next_response(pane: Pane) -> None:
    pane.show(exchanges.answered(json.dumps(ITEMS)))
    filter_by(pane, "$.items[?@.id < 1].price")
    pane.show(exchanges.answered('{"items": [{"id": 0, "price": 2.50}]}'))
    pane.qtbot.waitUntil(lambda: not pane.body.filter.busy)
    pane.settle()
    assert pane.text() == "[\n  2.50\n]"


def test_jq_is_the_other_language(pane: Pane) -> None:
    pane.show(exchanges.answered(json.dumps(ITEMS)))
    pane.viewer.open_filter()
    pane.body.filter.language.set_current(1)
    filter_by(pane, "[.items[].id] | max")
    assert pane.text() == "[\n  40\n]"
    assert pane.body.filter.field.placeholderText() == ".items[] | select(.price > 10)"


def test_what_is_no_json_has_no_filter(pane: Pane) -> None:
    pane.show(exchanges.answered(json.dumps(ITEMS)))
    filter_by(pane, "$.items[0]")
    plain = exchanges.typed("text/plain")
    pane.show(exchanges.answered("plain", headers=plain, wanted=ResponseType.AUTO))
    assert not pane.body.filter.isVisible()
    assert not pane.body.bar.filter_button.isVisible()
    pane.viewer.open_filter()
    assert not pane.body.filter.isVisible()
    assert pane.text() == "plain"


def test_an_endless_filter_is_ended_with_its_process(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_filter, "_LONGEST_RUN_S", 0.5)
    pane.show(exchanges.answered(json.dumps(ITEMS)))
    pane.viewer.open_filter()
    pane.body.filter.language.set_current(1)
    filter_by(pane, "last(repeat(1))")
    assert pane.body.filter.fault.text().startswith("It took too long and was ended.")
    filter_by(pane, ".items | length")
    assert pane.text() == "[\n  41\n]"
