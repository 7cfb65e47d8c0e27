"""Getting about by keyboard alone: Tab, F6, tabs by number, panels, and Alt pressed alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.model.request import QueryParam
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.page_tools import text_view

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A window with an order of the sample collection in front, sent once."""
    with open_desk() as desk:
        root = desk.open_sample()
        desk.open_item(root, "orders/create-an-order.yml")
        desk.press_send()
        yield desk


def focus(desk: Desk) -> QWidget:
    """Return what has the focus."""
    widget = desk.application.focusWidget()
    assert widget is not None
    return widget


def name_of_focus(desk: Desk) -> str:
    """Return how a screen reader calls what has the focus."""
    return focus(desk).accessibleName()


def names_on_the_way(desk: Desk, key: Key, steps: int) -> list[str]:
    """Press a key again and again and return where it led."""
    names = []
    for _ in range(steps):
        desk.press(key)
        names.append(name_of_focus(desk))
    return names


def test_tab_goes_in_the_order_of_the_design(desk: Desk) -> None:
    desk.page.editor.pane.show_tab("options")
    desk.window.top_bar.menu_button.setFocus()
    way = names_on_the_way(desk, Key.Key_Tab, 60)
    groups = [
        "Find a request or run a command",
        "Collections",
        "Open tabs",
        "Method, POST",
        "URL",
        "Send",
        "Request",
        "Timeout",
        "Copy body",
        "Response",
        "Response body",
        "Application menu",
    ]
    places = [way.index(name) for name in groups]
    assert places == sorted(places)


def test_shift_tab_goes_back_the_same_way(desk: Desk) -> None:
    desk.page.editor.pane.show_tab("headers")  # Tab would stay in the text of the body
    start = desk.window.top_bar.menu_button
    start.setFocus()
    there: list[QWidget] = []
    while focus(desk) is not start or not there:
        there.append(focus(desk))
        desk.press(Key.Key_Tab)
    back: list[QWidget] = []
    while focus(desk) is not start or not back:
        desk.press(Key.Key_Backtab, SHIFT)
        back.append(focus(desk))
    # A table is one stop for each of its cells, so that it may be met more than once.
    assert list(dict.fromkeys(reversed(back))) == list(dict.fromkeys(there))


def test_f6_goes_through_the_panes_and_shift_f6_back(desk: Desk) -> None:
    desk.window.top_bar.menu_button.setFocus()
    panes = ["Collections", "Open tabs", "URL", "Request", "Response", "Application menu"]
    assert names_on_the_way(desk, Key.Key_F6, 6) == panes
    desk.press(Key.Key_F6, SHIFT)
    assert name_of_focus(desk) == "Response"


def test_f6_reaches_undo(desk: Desk) -> None:
    desk.trigger("item.delete")
    wait_until(desk.messages, "the message")
    desk.page.editor.url_bar.focus_url()
    for _ in range(3):
        desk.press(Key.Key_F6)
    desk.press(Key.Key_Return)
    wait_until(lambda: not desk.messages(), "the message to go")
    wait_until(lambda: "    Create an order" in desk.tree(), "the request to be back")


@pytest.mark.parametrize(
    ("modifiers", "number", "expected"),
    [
        (ALT, Key.Key_1, "Query parameters"),
        (ALT, Key.Key_2, "Headers"),
        (ALT, Key.Key_3, "Body"),
        (ALT | SHIFT, Key.Key_1, "Response body"),
        (ALT | SHIFT, Key.Key_2, "Response headers"),
        (ALT | SHIFT, Key.Key_3, "Filter cookies"),
        (ALT | SHIFT, Key.Key_4, "Hops"),
    ],
)
def test_a_tab_by_number_takes_the_focus_into_its_content(
    desk: Desk, modifiers: Qt.KeyboardModifier, number: Key, expected: str
) -> None:
    desk.page.editor.url_bar.focus_url()
    desk.press(number, modifiers)
    assert name_of_focus(desk) == expected


def test_a_header_can_be_typed_right_after_alt_2(desk: Desk) -> None:
    desk.press(Key.Key_2, ALT)
    for key in (Key.Key_X, Key.Key_Tab, Key.Key_1):
        desk.press(key)
    assert [(row.name, row.value) for row in desk.document.request.headers] == [("x", "1")]


def test_what_was_saved_by_key_alone_is_not_edited_by_closing_it(desk: Desk) -> None:
    desk.trigger("request.new")
    desk.type_url("http://127.0.0.1:1/list?page=2")
    desk.press(Key.Key_S, CTRL)
    desk.fill_form(name="List")
    wait_until(lambda: desk.document.path, "the file")
    assert desk.document.request.params == (QueryParam("page", "2"),)
    desk.press(Key.Key_W, CTRL)
    desk.press(Key.Key_T, CTRL | SHIFT)
    wait_until(lambda: desk.tab_titles[-1] == "List", "the tab")
    assert not desk.document.edited


def test_a_tab_gets_its_focus_back(desk: Desk) -> None:
    desk.press(Key.Key_2, ALT)
    desk.trigger("request.new")
    assert name_of_focus(desk) == "URL"
    desk.trigger("tab.previous")
    assert name_of_focus(desk) == "Headers"
    desk.trigger("tab.next")
    assert name_of_focus(desk) == "URL"


def test_choosing_a_tab_leaves_the_focus_in_the_tree(desk: Desk) -> None:
    desk.trigger("request.new")
    desk.trigger("focus.collections")
    desk.trigger("tab.previous")
    assert name_of_focus(desk) == "Collections"


def test_tab_stays_in_a_panel_and_escape_gives_the_focus_back(desk: Desk) -> None:
    desk.page.editor.url_bar.focus_url()
    desk.trigger("request.save-as")
    form = desk.session.notices.form()
    wait_until(form.isVisible, "the form")
    seen = {focus(desk)}
    for _ in range(6):
        desk.press(Key.Key_Tab)
        seen.add(focus(desk))
    assert len(seen) == 4
    assert all(form.isAncestorOf(widget) for widget in seen)
    desk.press(Key.Key_Escape)
    assert form.isHidden()
    assert name_of_focus(desk) == "URL"


def test_the_window_s_shortcuts_wait_for_a_panel(desk: Desk) -> None:
    desk.trigger("request.save-as")
    desk.press(Key.Key_W, CTRL)
    desk.press(Key.Key_Escape)
    assert desk.tab_titles == ["Create an order"]
    desk.press(Key.Key_W, CTRL)
    assert desk.tab_titles == []


def test_a_form_that_is_asked_again_is_laid_out_again(desk: Desk) -> None:
    desk.trigger("request.save-as")
    form = desk.session.notices.form()
    wait_until(form.isVisible, "the form")
    desk.settle()
    before = [(form.height(), form.field(key).geometry()) for key in ("name", "place")]
    desk.trigger("request.save-as")
    desk.settle()
    assert [(form.height(), form.field(key).geometry()) for key in ("name", "place")] == before


def test_shortcuts_reach_the_window_from_every_text(desk: Desk) -> None:
    """A field may claim keys for editing; those of the window must not be among them."""
    editor, heard = desk.page.editor, list[str]()
    answer = text_view(desk.page.viewer.body)
    actions = [each for each in desk.window.actions() if each.isEnabled() and each.shortcuts()]
    for action in actions:
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, each=action: heard.append(each.objectName()))
    editor.pane.show_tab("body")
    texts = [editor.url_bar.field, editor.pane.body.current_editor(), answer]
    editor.pane.show_tab("headers")
    editor.pane.headers.own.table.edit_cell(0, 0)
    cell = focus(desk)
    assert isinstance(cell, QLineEdit)
    for text in (cell, *texts):
        assert text is not None
        text.setFocus()
        for action in actions:
            for keys in action.shortcuts():
                heard.clear()
                QTest.keySequence(text, keys)
                assert heard == [action.objectName()], (text, keys.toString())


def test_alt_alone_opens_the_menu_and_alt_with_a_key_does_not(desk: Desk) -> None:
    window = desk.window.windowHandle()
    opened: list[str] = []
    menu = desk.window.top_bar.menu_button.menu()
    tapped: list[bool] = []
    desk.session._alt.tapped.connect(lambda: tapped.append(True))
    for between in (
        lambda: desk.press(Key.Key_2, ALT),  # a shortcut
        lambda: QTest.keyClick(window, Key.Key_Z, ALT),  # any other key
        lambda: QTest.mouseClick(desk.page.viewer, Qt.MouseButton.LeftButton, ALT),
    ):
        QTest.keyPress(window, Key.Key_Alt)
        between()
        QTest.keyRelease(window, Key.Key_Alt)
    assert tapped == []

    def close() -> None:
        opened.extend(action.text() for action in menu.actions())
        menu.close()

    menu.aboutToShow.connect(close, Qt.ConnectionType.QueuedConnection)
    QTest.keyPress(window, Key.Key_Alt)
    QTest.keyRelease(window, Key.Key_Alt)
    wait_until(lambda: opened, "the menu")
    assert isinstance(menu, QMenu)
    assert opened[0] == "File"
