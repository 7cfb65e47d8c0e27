"""The command palette: groups, recent tabs, keys, and what is bold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from httpdesk.gui.command_palette import CommandPalette, Role
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.gui.palette_entry import PaletteEntry
from httpdesk.model.request import Request
from tests.helpers.desk import Desk, open_desk, wait_until

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A window with the sample collection open."""
    with open_desk() as desk:
        desk.open_sample()
        yield desk


def opened(desk: Desk) -> CommandPalette:
    """Open the palette and return it."""
    desk.trigger("palette")
    palette = desk.session.notices._palette
    assert palette is not None
    return palette


def rows(palette: CommandPalette) -> list[tuple[str, str]]:
    """Return (heading, text) of every row; the heading is empty inside a group."""
    model = palette.list.model()
    places = (model.index(row, 0) for row in range(model.rowCount()))
    return [(place.data(Role.HEADING), place.data()) for place in places]


def entry_at(palette: CommandPalette, row: int) -> PaletteEntry:
    """Return what a row stands for."""
    entry = palette.list.model().index(row, 0).data(Role.ENTRY)
    assert isinstance(entry, PaletteEntry)
    return entry


def headings(palette: CommandPalette) -> list[str]:
    """Return the headings from top to bottom."""
    return [heading for heading, _ in rows(palette) if heading]


def test_groups_have_headings_and_stay_together(desk: Desk) -> None:
    palette = opened(desk)
    assert headings(palette) == ["Requests", "Commands"]
    QTest.keyClicks(palette.field, "theme")
    assert headings(palette)[0] == "Commands"
    assert len(headings(palette)) == len(set(headings(palette)))


def test_nothing_found_is_said(desk: Desk) -> None:
    palette = opened(desk)
    assert not palette.nothing.isVisible()
    QTest.keyClicks(palette.field, "no such thing")
    assert palette.nothing.isVisible()
    assert rows(palette) == []
    QTest.keyClick(palette.field, Key.Key_Return)
    assert palette.isVisible()


def test_the_folder_of_a_request_is_told_by_its_name(desk: Desk) -> None:
    palette = opened(desk)
    assert entry_at(palette, 0).text == "Say hello"
    assert entry_at(palette, 0).detail == "HTTPDesk sample / First steps"


def test_recent_tabs_come_first_until_something_is_typed(desk: Desk) -> None:
    for url in ("http://one.test/", "http://two.test/", "http://three.test/"):
        desk.trigger("request.new")
        desk.type_url(url)
    palette = opened(desk)
    assert rows(palette)[:3] == [
        ("Recent", "two.test"),
        ("", "one.test"),
        ("Requests", "Say hello"),
    ]
    QTest.keyClicks(palette.field, "s")
    assert "Recent" not in headings(palette)
    palette.field.clear()
    QTest.keyClick(palette.field, Key.Key_Return)
    assert desk.document.request.url == "http://two.test/"


@pytest.mark.parametrize("keys", [Key.Key_K, Key.Key_P])
def test_the_keys_that_open_it_close_it(desk: Desk, keys: Key) -> None:
    desk.press(keys, CTRL)
    palette = desk.session.notices._palette
    assert palette is not None
    assert palette.isVisible()
    desk.press(keys, CTRL)
    assert palette.isHidden()


def test_ctrl_enter_opens_a_request_and_sends_it(desk: Desk) -> None:
    palette = opened(desk)
    QTest.keyClicks(palette.field, "list open")
    QTest.keyClick(palette.field, Key.Key_Return, CTRL)
    wait_until(lambda: desk.tab_titles == ["List open orders"], "the tab")
    wait_until(lambda: desk.document.exchanges, "an exchange")
    assert desk.status == "200 OK"


def test_ctrl_enter_sends_what_is_open_already_again(desk: Desk) -> None:
    for _ in range(2):
        before = len(desk.document.exchanges) if desk.tab_titles else 0
        palette = opened(desk)
        palette.field.setText("list open")
        QTest.keyClick(palette.field, Key.Key_Return, CTRL)
        wait_until(lambda: desk.tab_titles == ["List open orders"], "the tab")
        wait_until(lambda at=before: len(desk.document.exchanges) > at, "an exchange")  # type: ignore[misc]
    assert len(desk.document.exchanges) == 2


def test_a_request_that_is_only_opened_later_is_not_sent(desk: Desk) -> None:
    palette = opened(desk)
    palette.field.setText("list open")
    QTest.keyClick(palette.field, Key.Key_Return)
    wait_until(lambda: desk.tab_titles == ["List open orders"], "the tab")
    desk.settle()
    assert not desk.document.exchanges


def test_the_list_ends_between_two_rows(desk: Desk) -> None:
    palette = opened(desk)
    desk.settle()
    view = palette.list
    bottoms = [
        view.visualRect(view.model().index(row, 0)).bottom() + 1
        for row in range(view.model().rowCount())
    ]
    assert any(abs(bottom - view.viewport().height()) <= 1 for bottom in bottoms)


def quick(desk: Desk, *keys: str) -> CommandPalette:
    """Open the palette on requests alone, and type."""
    desk.press(Key.Key_P, CTRL)
    palette = desk.session.notices._palette
    assert palette is not None
    for each in keys:
        QTest.keyClicks(palette.field, each)
    return palette


def test_quick_open_lists_requests_only(desk: Desk) -> None:
    palette = quick(desk)
    assert headings(palette) == ["Requests"]
    assert palette.field.placeholderText() == "Find a request"
    QTest.keyClicks(palette.field, "settings")
    assert "Commands" not in headings(palette)


@pytest.mark.parametrize(
    "typed", ["list open", "open list", "post orders create", "create post", "steps hello"]
)
def test_quick_open_takes_words_in_any_order_with_folders_and_methods(
    desk: Desk, typed: str
) -> None:
    palette = quick(desk, typed)
    wanted = {"open": "List open orders", "post": "Create an order", "hell": "Say hello"}
    name = next(name for word, name in wanted.items() if word in typed)
    assert entry_at(palette, 0).text == name


def test_quick_open_opens_with_enter_and_sends_with_ctrl_enter(desk: Desk) -> None:
    QTest.keyClick(quick(desk, "list open").field, Key.Key_Return)
    wait_until(lambda: desk.tab_titles == ["List open orders"], "the tab")
    assert not desk.document.exchanges
    QTest.keyClick(quick(desk, "list open").field, Key.Key_Return, CTRL)
    wait_until(lambda: desk.document.exchanges, "an exchange")


def test_quick_open_finds_what_was_added_since(desk: Desk) -> None:
    palette = quick(desk, "zebra")
    assert rows(palette) == []
    QTest.keyClick(palette.field, Key.Key_Escape)
    root = desk.session.workspace.collections[0].root
    desk.session.workspace.add(ItemKey(root), Request("Zebra"), None, lambda _: None)
    wait_until(lambda: "  Zebra" in desk.tree(), "the new request")
    assert rows(quick(desk, "zebra")) == [("Requests", "Zebra")]


def test_quick_open_begins_with_the_requests_that_were_in_front(desk: Desk) -> None:
    desk.trigger("settings")
    for url in ("http://one.test/", "http://two.test/"):
        desk.trigger("request.new")
        desk.type_url(url)
    assert rows(quick(desk))[:2] == [("Recent", "one.test"), ("Requests", "Say hello")]


def test_a_prefix_leaves_only_its_kind(desk: Desk) -> None:
    desk.session.view.add_entries(
        lambda: [PaletteEntry("Environments", "Staging", lambda: None)], "@"
    )
    palette = opened(desk)
    for typed, shown in (("@", "Environments"), (">theme", "Commands")):
        palette.field.setText(typed)
        assert headings(palette) == [shown]
    palette.field.setText("staging")
    assert headings(palette) == ["Environments"]
