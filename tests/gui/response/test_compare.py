"""The Compare tab: this response beside another one of the same request."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from httpdesk.gui.response.compare_view import CompareView
from httpdesk.model.request import ResponseType
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed


def compared(pane: Pane, before: str, after: str, *, text: bool = False) -> CompareView:
    """Show an answer and compare it with the one before."""
    wanted = ResponseType.TEXT if text else ResponseType.JSON
    kind = typed("text/plain") if text else typed("application/json")
    old = answered(before, headers=kind, wanted=wanted)
    pane.show(answered(after, headers=kind, wanted=wanted))
    pane.viewer.comparing.show((("response 1", old), ("response 0", answered("{}"))))
    view = pane.viewer.comparing.view
    pane.qtbot.waitUntil(lambda: not view.busy)
    return view


def cells(table: QTableView) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(4)]
        for row in range(model.rowCount())
    ]


def test_places_of_json_that_differ(pane: Pane) -> None:
    """Numbers are compared as received (statement 52)."""
    view = compared(pane, '{"a": 1.0, "b": [1], "c": 3}', '{"c": 3, "a": 1.00, "b": [1, 2]}')
    assert pane.viewer.tabs.current == "compare"
    assert cells(view.places) == [["≠", "/a", "1.0", "1.00"], ["+", "/b/1", "", "2"]]
    assert view.count.text() == "2 places differ"
    assert view.other.text() == "with response 1"
    QAbstractItemModelTester(view.places.model())


def test_paths_can_be_ignored(pane: Pane) -> None:
    view = compared(pane, '{"at": 1, "n": 1}', '{"at": 2, "n": 2}')
    view.ignored.setText("/at, /x/*")
    view.ignored.editingFinished.emit()
    pane.qtbot.waitUntil(lambda: not view.busy)
    assert [row[1] for row in cells(view.places)] == ["/n"]


def test_lines_side_by_side(pane: Pane) -> None:
    view = compared(pane, "one\ntwo\nthree", "one\n2\nthree\nfour", text=True)
    assert view.stack.currentWidget() is view.lines
    assert cells(view.lines) == [
        ["1", "one", "1", "one"],
        ["2", "two", "2", "2"],
        ["3", "three", "3", "three"],
        ["", "", "4", "four"],
    ]
    assert view.count.text() == "2 lines differ"
    index = view.lines.model().index(3, 3)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "added: four"
    QAbstractItemModelTester(view.lines.model())


def test_the_other_way_and_another_response(pane: Pane) -> None:
    view = compared(pane, '{"a": 1}', '{"a": 2}')
    view.ways.set_current(1)
    assert cells(view.lines)[1] == ["2", '  "a": 1', "2", '  "a": 2']
    view.other.menu().actions()[1].trigger()
    pane.qtbot.waitUntil(lambda: not view.busy)
    assert view.other.text() == "with response 0"
    view.ways.set_current(0)
    assert cells(view.places) == [["+", "/a", "", "2"]]


def test_equal_answers_are_said_to_be(pane: Pane) -> None:
    view = compared(pane, '{"a": 1, "b": 2}', '{"b": 2, "a": 1}')
    assert view.message.text.text() == "Both hold the same values."
    view.ways.set_current(1)
    assert len([row for row in cells(view.lines) if row[1] != row[3]]) == 2


def test_the_tab_goes_when_it_is_closed_and_with_the_next_answer(pane: Pane) -> None:
    view = compared(pane, '{"a": 1}', '{"a": 2}')
    view.close_button.click()
    assert "compare" not in pane.viewer.tabs.keys()  # noqa: SIM118
    assert pane.viewer.tabs.current == "body"
    compared(pane, '{"a": 1}', '{"a": 2}')
    pane.show(answered('{"a": 3}'))
    assert "compare" not in pane.viewer.tabs.keys()  # noqa: SIM118
    assert pane.viewer.tabs.current == "body"


def test_a_body_that_was_given_back_is_not_compared(pane: Pane) -> None:
    old = answered('{"a": 1}')
    assert old.response is not None
    pane.show(answered('{"a": 2}'))
    old.response.body.close()
    pane.viewer.comparing.show((("gone", old),))
    view = pane.viewer.comparing.view
    pane.qtbot.waitUntil(lambda: not view.busy)
    assert view.count.text() == ""


def test_other_charsets_and_long_lists_are_compared_alike(pane: Pane) -> None:
    latin, plain = typed("text/plain; charset=latin1"), typed("text/plain")
    old = answered("é".encode("latin-1"), headers=latin, wanted=ResponseType.TEXT)
    pane.show(answered("é", headers=plain, wanted=ResponseType.TEXT))
    pane.viewer.comparing.show((("latin", old),))
    view = pane.viewer.comparing.view
    pane.qtbot.waitUntil(lambda: not view.busy)
    assert view.message.text.text() == "Both are equal."
    rows = [{"id": at, "n": at} for at in range(3_000)]
    changed = [{"id": at, "n": at + at % 2} for at in range(3_000)]
    view = compared(pane, json.dumps(rows), json.dumps(changed))
    assert view.count.text() == "1,500 places differ"
