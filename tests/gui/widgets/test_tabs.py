"""Tab rows and document tabs: keys, mouse, overflow and what a screen reader hears."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui import theme
from httpdesk.gui.theme import ThemeManager
from httpdesk.gui.widgets.document_tabs import DocumentTab, DocumentTabs, spoken
from httpdesk.gui.widgets.tab_row import TabRow
from tests.gui.gallery import RESOURCES

TITLES = ("Params", "Headers", "Body", "Auth", "Options", "Notes")


@pytest.fixture
def row(qtbot: QtBot) -> TabRow:
    """Give a row of six tabs with room for all of them."""
    made = TabRow("Request")
    qtbot.addWidget(made)
    for title in TITLES:
        made.add_tab(title.lower(), title)
    made.resize(700, made.height())
    made.show()
    return made


def tab_names(widget: QWidget) -> list[str]:
    """Return what a screen reader finds as tabs in a tab list."""
    spoken_row = QAccessible.queryAccessibleInterface(widget)
    assert spoken_row.role() is QAccessible.Role.PageTabList
    children = [spoken_row.child(at) for at in range(spoken_row.childCount())]
    return [
        child.text(QAccessible.Text.Name)
        for child in children
        if child.role() is QAccessible.Role.PageTab
    ]


def shown(row: TabRow) -> list[str]:
    """Return the keys of the tabs that are not in the menu."""
    return [key for at, key in enumerate(row.keys()) if row.bar.isTabVisible(at)]


def test_the_first_tab_is_current(row: TabRow) -> None:
    assert row.current == "params"


def test_choosing_a_tab_tells_its_key_once(row: TabRow, qtbot: QtBot) -> None:
    heard: list[str] = []
    row.currentChanged.connect(heard.append)
    row.set_current("body")
    row.set_current("body")
    assert heard == ["body"]
    assert row.current == "body"


def test_a_click_chooses_a_tab(row: TabRow) -> None:
    where = row.bar.tabRect(3).center()
    QTest.mouseClick(row.bar, Qt.MouseButton.LeftButton, pos=where)
    assert row.current == "auth"


def test_arrows_home_and_end_move_between_tabs(row: TabRow) -> None:
    for key, expected in (
        (Qt.Key.Key_Right, "headers"),
        (Qt.Key.Key_End, "notes"),
        (Qt.Key.Key_Right, "notes"),
        (Qt.Key.Key_Left, "options"),
        (Qt.Key.Key_Home, "params"),
        (Qt.Key.Key_Left, "params"),
    ):
        QTest.keyClick(row.bar, key)
        assert row.current == expected


def test_counts_and_dots_are_spoken(row: TabRow) -> None:
    row.set_badge("params", "2")
    row.set_dot("options", "accent", "Timeout differs")
    assert tab_names(row.bar)[0] == "Params, 2"
    assert tab_names(row.bar)[4] == "Options, Timeout differs"
    row.set_badge("params", None)
    row.set_dot("options", None)
    assert tab_names(row.bar) == list(TITLES)


def test_a_badge_widens_its_tab(row: TabRow) -> None:
    before = row.bar.tabRect(0).width()
    row.set_badge("params", "1,234")
    assert row.bar.tabRect(0).width() > before


def test_tabs_that_do_not_fit_go_into_the_menu(row: TabRow) -> None:
    assert not row.more.isVisible()
    row.resize(200, row.height())
    assert shown(row) == ["params", "headers"]
    assert row.more.isVisible()
    row._list_hidden()
    assert [action.text() for action in row._hidden.actions()] == [
        "Body",
        "Auth",
        "Options",
        "Notes",
    ]
    row._hidden.actions()[1].trigger()
    assert row.current == "auth"
    assert "auth" in shown(row)
    row.resize(700, row.height())
    assert shown(row) == row.keys()


def test_text_is_never_cut_inside_a_row(row: TabRow) -> None:
    for width in range(150, 700, 10):
        row.resize(width, row.height())
        last = max(at for at in range(row.bar.count()) if row.bar.isTabVisible(at))
        assert row.bar.geometry().left() + row.bar.tabRect(last).right() <= width


def test_arrows_reach_tabs_that_are_in_the_menu(row: TabRow) -> None:
    row.resize(300, row.height())
    for _ in range(5):
        QTest.keyClick(row.bar, Qt.Key.Key_Right)
    assert row.current == "notes"
    assert "notes" in shown(row)


def test_trailing_widgets_stand_at_the_right_end(row: TabRow) -> None:
    button = QPushButton("Format")
    row.add_trailing(button)
    QApplication.sendPostedEvents()
    row.resize(701, row.height())
    button.show()
    assert button.mapTo(row, button.rect().topRight()).x() > 650


def test_at_200_percent_text_the_row_overflows_into_the_menu(
    row: TabRow, qapp: QApplication
) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    manager.set_text_scale(2.0)
    try:
        assert row.height() == 80
        assert len(shown(row)) < 6
        assert row.more.isVisible()
    finally:
        manager.set_text_scale(1.0)
    assert shown(row) == row.keys()


def test_tabs_go(row: TabRow) -> None:
    row.remove_tab("body")
    assert row.keys() == ["params", "headers", "auth", "options", "notes"]
    assert tab_names(row.bar)[:5] == ["Params", "Headers", "Auth", "Options", "Notes"]


def test_an_unknown_key_is_an_error(row: TabRow) -> None:
    with pytest.raises(KeyError):
        row.set_current("nothing")


# Document tabs

TABS = [
    DocumentTab("a", "List orders", "GET", "blue"),
    DocumentTab("b", "Create refund", "POST", "green", edited=True),
    DocumentTab("c", "Search", "GET", "blue", preview=True),
]


@pytest.fixture
def documents(qtbot: QtBot) -> Iterator[DocumentTabs]:
    """Give three tabs, the second one active, with room for all of them."""
    made = DocumentTabs()
    qtbot.addWidget(made)
    made.set_tabs(TABS)
    made.set_current("b")
    made.resize(900, made.height())
    made.show()
    yield made
    for menu in made.findChildren(QMenu):
        menu.close()


def place_of(documents: DocumentTabs, index: int, *, close: bool = False) -> QPoint:
    """Return where to click on a tab or on its close button."""
    room = documents.bar.tabRect(index)
    return QPoint(room.right() - theme.scaled(18), room.center().y()) if close else room.center()


def test_a_screen_reader_hears_title_method_and_state(documents: DocumentTabs) -> None:
    assert tab_names(documents.bar) == [
        "List orders, GET",
        "Create refund, POST, edited",
        "Search, GET, preview",
    ]
    assert spoken(DocumentTab("d", "X", busy=True)) == "X, sending"


def test_setting_the_current_tab_is_silent_and_a_click_is_not(
    documents: DocumentTabs, qtbot: QtBot
) -> None:
    heard: list[str] = []
    documents.activated.connect(heard.append)
    documents.set_current("a")
    assert (documents.current, heard) == ("a", [])
    QTest.mouseClick(documents.bar, Qt.MouseButton.LeftButton, pos=place_of(documents, 2))
    assert (documents.current, heard) == ("c", ["c"])


def test_the_active_tab_stays_active_when_others_come_and_go(documents: DocumentTabs) -> None:
    documents.set_tabs([TABS[2], TABS[1]])
    assert documents.current == "b"
    documents.set_tabs(TABS[1:])
    assert documents.current == "b"


def test_an_edited_tab_closes_by_its_button_under_the_mouse(
    documents: DocumentTabs, qtbot: QtBot
) -> None:
    spot = place_of(documents, 1, close=True)
    QTest.mouseMove(documents.bar, spot)
    with qtbot.waitSignal(documents.closeRequested) as heard:
        QTest.mouseClick(documents.bar, Qt.MouseButton.LeftButton, pos=spot)
    assert heard.args == ["b"]


def test_pressing_the_button_of_another_tab_does_not_activate_it(
    documents: DocumentTabs, qtbot: QtBot
) -> None:
    spot = place_of(documents, 0, close=True)
    QTest.mouseMove(documents.bar, spot)
    with qtbot.waitSignal(documents.closeRequested) as heard:
        QTest.mouseClick(documents.bar, Qt.MouseButton.LeftButton, pos=spot)
    assert heard.args == ["a"]
    assert documents.current == "b"


def test_a_middle_click_closes(documents: DocumentTabs, qtbot: QtBot) -> None:
    with qtbot.waitSignal(documents.closeRequested) as heard:
        QTest.mouseClick(documents.bar, Qt.MouseButton.MiddleButton, pos=place_of(documents, 0))
    assert heard.args == ["a"]


def test_a_double_click_pins(documents: DocumentTabs, qtbot: QtBot) -> None:
    with qtbot.waitSignal(documents.pinRequested) as heard:
        QTest.mouseDClick(documents.bar, Qt.MouseButton.LeftButton, pos=place_of(documents, 2))
    assert heard.args == ["c"]


def test_dragging_a_tab_asks_to_move_it(documents: DocumentTabs) -> None:
    moves: list[tuple[int, int]] = []
    order = list(TABS)

    def move(start: int, end: int) -> None:
        moves.append((start, end))
        order.insert(end, order.pop(start))
        documents.set_tabs(order)

    documents.moveRequested.connect(move)
    bar = documents.bar
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=place_of(documents, 0))
    for index in (1, 2):
        QTest.mouseMove(bar, place_of(documents, index))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=place_of(documents, 2))
    assert moves == [(0, 1), (1, 2)]
    assert [tab.id for tab in order] == ["b", "c", "a"]
    assert documents.current == "a"


def test_keys_move_close_and_walk(documents: DocumentTabs, qtbot: QtBot) -> None:
    bar = documents.bar
    QTest.keyClick(bar, Qt.Key.Key_End)
    assert documents.current == "c"
    QTest.keyClick(bar, Qt.Key.Key_Home)
    assert documents.current == "a"
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert documents.current == "b"
    with qtbot.waitSignal(documents.moveRequested) as heard:
        QTest.keyClick(bar, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert heard.args == [1, 2]
    with qtbot.waitSignal(documents.closeRequested) as closed:
        QTest.keyClick(bar, Qt.Key.Key_Delete)
    assert closed.args == ["b"]


def test_the_menu_key_offers_all_that_the_mouse_can_do(
    documents: DocumentTabs, qtbot: QtBot
) -> None:
    documents.set_current("c")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    documents.bar.contextMenuEvent(event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == ["Close", "Keep open", "Version history", "Move left", "Move right"]
    assert not actions["Move right"].isEnabled()
    with qtbot.waitSignal(documents.moveRequested) as heard:
        actions["Move left"].trigger()
    assert heard.args == [2, 1]
    menu.close()


def test_many_tabs_keep_a_width_and_go_into_the_list(documents: DocumentTabs) -> None:
    many = [DocumentTab(str(n), f"Request {n}") for n in range(20)]
    documents.set_tabs(many)
    documents.set_current("17")
    bar = documents.bar
    visible = [at for at in range(20) if bar.isTabVisible(at)]
    assert 17 in visible
    assert len(visible) < 10
    assert {bar.tabRect(at).width() for at in visible} == {112}
    documents._fill_list()
    listed = documents.list_button.menu().actions()
    assert [action.text() for action in listed] == [tab.title for tab in many]
    assert [action.text() for action in listed if action.isChecked()] == ["Request 17"]
    listed[2].trigger()
    assert documents.current == "2"
    assert bar.isTabVisible(2)


def test_the_list_shows_method_and_edits_beside_the_title(documents: DocumentTabs) -> None:
    documents._fill_list()
    texts = [action.text() for action in documents.list_button.menu().actions()]
    assert texts == ["List orders\tGET", "Create refund •\tPOST", "Search\tGET"]


def test_a_tab_says_more_in_its_tooltip(documents: DocumentTabs) -> None:
    tab = DocumentTab("a", "List", tooltip="GET https://<b>x</b>/")
    documents.set_tabs([tab, DocumentTab("b", "Other")])
    assert "GET https://&lt;b&gt;x" in documents.bar.tabToolTip(0)
    assert "Other" in documents.bar.tabToolTip(1)


def test_few_tabs_are_208_wide(documents: DocumentTabs) -> None:
    assert documents.bar.tabRect(0).width() == 208


def test_the_ring_turns_only_while_something_is_sent(documents: DocumentTabs) -> None:
    timer = documents.bar._timer
    assert not timer.isActive()
    documents.set_tabs([DocumentTab("a", "List", busy=True)])
    assert timer.isActive()
    assert timer.interval() == 125
    documents.set_tabs(TABS)
    assert not timer.isActive()


def test_the_ring_stands_still_with_reduced_motion(
    documents: DocumentTabs, qapp: QApplication
) -> None:
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    manager.set_reduced_motion(True)
    try:
        documents.set_tabs([DocumentTab("a", "List", busy=True)])
        assert not documents.bar._timer.isActive()
    finally:
        manager.set_reduced_motion(False)


def test_the_plus_button_asks_for_a_new_tab(documents: DocumentTabs, qtbot: QtBot) -> None:
    with qtbot.waitSignal(documents.newRequested):
        documents.new_button.click()


def test_a_badge_that_comes_while_the_row_is_hidden_cuts_no_tab(qtbot: QtBot) -> None:
    row = TabRow("Request")
    qtbot.addWidget(row)
    for title in TITLES:
        row.add_tab(title.lower(), title)
    row.resize(700, row.height())
    row._layout.activate()
    row.set_badge("params", "1,234")
    row.show()
    assert row.bar.width() == row.bar.full_width()
