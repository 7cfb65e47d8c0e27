"""Find in collections: typing, options, where, and what a hit opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from httpdesk.gui.find.page import FindPage
from httpdesk.gui.item_models.find_rows import FindRole
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.item_models.rows import Column
from httpdesk.gui.request import places
from httpdesk.gui.request.hit_places import place_of_hit
from httpdesk.model.find import FindField, FindHit, FoundRequest
from httpdesk.model.request import Header, RawBody, RawKind, Request
from tests.helpers.desk import Desk, open_desk, wait_until

Key = Qt.Key
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A window with the sample collection open."""
    with open_desk() as desk:
        desk.open_sample()
        yield desk


def opened(desk: Desk, typed: str = "") -> FindPage:
    """Open the page by its keys and type."""
    desk.press(Key.Key_F, CTRL_SHIFT)
    page = desk.session.find._page
    assert page is not None
    wait_until(page.field.hasFocus, "the field")
    QTest.keyClicks(page.field, typed)
    wait_until(lambda: not typed or page.words.text(), "an end")
    return page


def requests(page: FindPage) -> list[str]:
    """Return the names of the requests that are listed."""
    rows = [page.rows.index(row, 0) for row in range(page.rows.rowCount())]
    return [row.data() for row in rows if row.data(FindRole.HIT) is None]


def settled(page: FindPage, words: str) -> None:
    """Wait until the page says this."""
    wait_until(lambda: page.words.text() == words, f"{words!r} instead of {page.words.text()!r}")


def test_hits_come_while_typing_grouped_by_request(desk: Desk) -> None:
    page = opened(desk, "9999")
    settled(page, "1 hit in 1 request")
    assert requests(page) == ["An order that is not there"]
    first = page.rows.index(0, 0)
    assert first.data(FindRole.TRAIL) == "HTTPDesk sample / Responses"
    assert first.data(FindRole.COUNT) == 1
    assert page.rows.index(1, 0).data().endswith("/orders/9999")
    QTest.keyClicks(page.field, "9")
    settled(page, "No match")
    assert page.list.isHidden()
    QTest.keyClick(page.field, Key.Key_Escape)
    assert page.words.text() == ""


def test_options_narrow_what_is_found(desk: Desk) -> None:
    page = opened(desk, "ORDER")
    wait_until(lambda: "Create an order" in requests(page), "hits")
    page.match_case.click()
    settled(page, "No match")
    page.match_case.click()
    page.whole_word.click()
    wait_until(lambda: "Create an order" in requests(page), "hits")
    assert "List open orders" not in requests(page)
    page.whole_word.click()
    page.is_regex.click()
    page.field.setText("ord[a-z]{2}s\\?")
    settled(page, "1 hit in 1 request")
    page.field.setText("ord[")
    wait_until(lambda: page.words.text().startswith("Not a regular expression: "), "the words")
    assert requests(page) == []


def test_where_is_all_collections_one_or_a_folder(desk: Desk) -> None:
    page = opened(desk, "an")
    assert [page.scope.itemText(at) for at in range(2)] == ["All collections", "HTTPDesk sample"]
    root = desk.session.workspace.collections[0].root
    desk.session.collections.select(ItemKey(root, "responses"))
    folder = desk.session.collections.current_key()
    assert folder is not None
    assert folder.path == "responses"
    desk.trigger("find.in-folder")
    assert page.scope.currentText() == "HTTPDesk sample / Responses"
    wait_until(lambda: "An image" in requests(page), "hits")
    wait_until(lambda: "Create an order" not in requests(page), "no others")


def test_enter_opens_the_hit_with_the_cursor_on_it(desk: Desk) -> None:
    page = opened(desk, "orders/9999")
    settled(page, "1 hit in 1 request")
    QTest.keyClick(page.field, Key.Key_Return)
    wait_until(lambda: "An order that is not there" in desk.tab_titles, "the tab")
    field = desk.page.editor.url_bar.field
    wait_until(lambda: field.textCursor().selectedText() == "orders/9999", "the selection")


def test_a_hit_in_a_body_is_selected_there(desk: Desk) -> None:
    page = opened(desk, '"quantity')
    wait_until(page.rows.rowCount, "hits")
    QTest.keyClick(page.field, Key.Key_Down)
    QTest.keyClick(page.list, Key.Key_Down)
    QTest.keyClick(page.list, Key.Key_Return)
    wait_until(lambda: len(desk.tab_titles) == 2, "the tab")
    wait_until(lambda: desk.page.editor.pane.tabs.current == places.BODY, "the body")
    editor = desk.page.editor.pane.body.current_editor()
    assert editor is not None
    wait_until(lambda: editor.textCursor().selectedText() == '"quantity', "the selection")


def test_f4_goes_from_hit_to_hit(desk: Desk) -> None:
    page = opened(desk, "sample_url")
    wait_until(lambda: page.rows.request_count > 3, "hits")
    for wanted in (1, 3, 5):
        desk.press(Key.Key_F4)
        assert page.list.currentIndex().row() == wanted
    desk.press(Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert page.list.currentIndex().row() == 3
    name = page.list.currentIndex().data(FindRole.REQUEST).name
    current = desk.session.documents
    wait_until(lambda: current.current and current.current.request.name == name, "the request")


def test_a_pattern_that_takes_too_long_is_said(desk: Desk, tmp_path: Path) -> None:
    root = Path(desk.session.workspace.collections[0].root)
    (root / "long.yml").write_text(
        f"info:\n  name: {'a' * 60}\n  type: http\nhttp:\n  method: GET\n  url: http://h/\n"
    )
    page = opened(desk)
    page.is_regex.click()
    page.field.setText("(a+)+b")
    settled(page, "This expression takes too long")


def test_the_page_comes_back_with_the_window(desk: Desk, qtbot: QtBot) -> None:
    opened(desk)
    assert desk.tab_titles == ["Find"]
    desk.press(Key.Key_F, CTRL_SHIFT)
    assert desk.tab_titles == ["Find"]
    desk.trigger("tab.close")
    assert desk.session.find._page is None
    assert opened(desk, "order").rows is not None


def hit(field: FindField, text: str, position: int, label: str = "") -> FindHit:
    request = FoundRequest("/c", "a.yml", "A", "GET")
    return FindHit(request, field, label, text, 0, len(text), position, text)


def test_places_follow_what_the_request_is_now() -> None:
    request = Request(
        url="http://h/orders",
        headers=(Header("Accept", "a"), Header("X", "one"), Header("X", "two")),
        body=RawBody(RawKind.JSON, "new line\n{'a': 'two'}"),
    )
    header = place_of_hit(hit(FindField.HEADER, "tw", 3, "X"), request)
    assert (header.group, header.row, header.column) == (places.HEADERS, 2, Column.VALUE)
    named = place_of_hit(hit(FindField.HEADER, "Acc", 0, "Accept"), request)
    assert (named.group, named.row, named.column) == (places.HEADERS, 0, Column.KEY)
    body = place_of_hit(hit(FindField.BODY, "two", 7), request)
    assert (body.group, body.position) == (places.BODY, 16)
    gone = place_of_hit(hit(FindField.BODY, "gone", 7), request)
    assert (gone.group, gone.position) == (places.BODY, -1)
    url = place_of_hit(hit(FindField.URL, "orders", 9), request)
    assert (url.position, url.length) == (9, 6)
