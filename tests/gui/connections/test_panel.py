"""The connections in the sidebar: mouse, keys, menu and what a screen reader hears (ui.md 3.1)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from httpdesk.gui.connections.panel import ConnectionsPanel
from httpdesk.gui.item_models.connection_list import ConnectionRow

Key = Qt.Key
ACME = ConnectionRow("/acme", "Acme API", "52 min left", ("disc", "green"))
BILLING = ConnectionRow("/billing", "<b>Billing</b>", "4 min left", ("half", "amber"), "amber")
ROWS = (ACME, BILLING)


@pytest.fixture
def panel(qtbot: QtBot) -> ConnectionsPanel:
    made = ConnectionsPanel()
    qtbot.addWidget(made)
    made.resize(264, 300)
    made.show_rows(ROWS, 1)
    made.show()
    made.activateWindow()
    made.list.setFocus(Qt.FocusReason.TabFocusReason)
    return made


def opened(panel: ConnectionsPanel) -> list[str]:
    keys: list[str] = []
    panel.openRequested.connect(keys.append)
    return keys


def test_enter_opens_and_delete_deletes_the_row_that_has_the_keyboard(
    panel: ConnectionsPanel,
) -> None:
    keys, deleted = opened(panel), list[str]()
    panel.deleteRequested.connect(deleted.append)
    assert panel.current_key() == "/acme"
    QTest.keyClick(panel.list, Key.Key_Down)
    QTest.keyClick(panel.list, Key.Key_Return)
    QTest.keyClick(panel.list, Key.Key_Delete)
    assert (keys, deleted) == (["/billing"], ["/billing"])


def test_a_click_opens(panel: ConnectionsPanel) -> None:
    keys = opened(panel)
    place = panel.list.visualRect(panel.model.index_of("/billing")).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert keys == ["/billing"]


def test_the_menu_is_that_of_the_row(panel: ConnectionsPanel) -> None:
    asked: list[str] = []

    def fill(menu: QMenu, key: str) -> None:
        asked.append(key)
        menu.addAction("Connect")

    panel.set_context_menu(fill)
    panel.list.customContextMenuRequested.emit(
        panel.list.visualRect(panel.model.index_of("/billing")).center()
    )
    panel.list.customContextMenuRequested.emit(QPoint(5, 2000))
    (menu,) = panel.findChildren(QMenu)
    menu.close()
    assert asked == ["/billing"]


def test_a_row_says_its_name_and_its_state(panel: ConnectionsPanel) -> None:
    index = panel.model.index_of("/acme")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Acme API, 52 min left"
    assert panel.problems.accessibleName() == "Connections with a problem: 1"
    # Names come from files of others: never as rich text.
    assert "<b>" not in panel.model.index_of("/billing").data(Qt.ItemDataRole.ToolTipRole)


def test_a_state_changes_in_place(panel: ConnectionsPanel) -> None:
    """The row that has the keyboard stays, also when another one comes before it."""
    panel.select("/billing")
    resets: list[bool] = []
    panel.model.modelReset.connect(lambda: resets.append(True))
    panel.show_rows((ACME, ConnectionRow("/billing", "Billing", "Expired", ("hollow", "amber"))))
    assert not resets
    assert panel.current_key() == "/billing"
    panel.show_rows((ConnectionRow("/a", "A", "API key", ("disc", "green")), *ROWS))
    assert panel.current_key() == "/billing"


def test_folded_only_the_header_with_its_count_is_left(panel: ConnectionsPanel) -> None:
    told: list[bool] = []
    panel.collapsed.connect(told.append)
    QTest.keyClick(panel.fold_button, Key.Key_Space)
    assert (panel.list.isVisible(), panel.problems.isVisible()) == (False, True)
    assert panel.fold_button.accessibleName() == "Show the connections"
    QTest.keyClick(panel.fold_button, Key.Key_Space)
    assert panel.list.isVisible()
    assert told == [True, False]


def test_without_connections_a_sentence_offers_one(panel: ConnectionsPanel) -> None:
    asked: list[bool] = []
    panel.newRequested.connect(lambda: asked.append(True))
    assert not panel.new_button.isVisible()
    panel.show_rows(())
    assert not panel.list.isVisible()
    QTest.keyClick(panel.new_button, Key.Key_Space)
    QTest.keyClick(panel.add_button, Key.Key_Space)
    assert asked == [True, True]
