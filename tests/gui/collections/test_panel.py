"""The collections in the sidebar: mouse, keys, filter, and which row is the current one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from httpdesk.gui import theme
from httpdesk.gui.collections.panel import CollectionsPanel
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.model.collection import Collection, Item, ItemKind

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def request(path: str, name: str, method: str = "GET") -> Item:
    """Return a request of a collection."""
    return Item(path, ItemKind.REQUEST, name, method, f"/{path}")


ORDERS = Item(
    "orders",
    ItemKind.FOLDER,
    "Orders",
    children=(
        request("orders/list.yml", "List orders"),
        request("orders/new.yml", "Create order", "POST"),
        request("orders/drop.yml", "Drop order", "DELETE"),
    ),
)
SHOP = Collection("/shop", "Shop", (ORDERS, request("ping.yml", "Ping", "HEAD")))
LIST, NEW, DROP = (ItemKey("/shop", item.path) for item in ORDERS.children)
FOLDER, ROOT = ItemKey("/shop", "orders"), ItemKey("/shop")


@pytest.fixture
def panel(qtbot: QtBot) -> CollectionsPanel:
    """Give a panel on screen with the shop, its folder open."""
    made = CollectionsPanel()
    qtbot.addWidget(made)
    made.resize(264, 500)
    made.show_collections((SHOP,))
    made.show()
    made.activateWindow()
    made.select(LIST)
    return made


def middle(panel: CollectionsPanel, key: ItemKey) -> QPoint:
    """Return where the row of `key` is."""
    index = panel.model.index_of(key)
    assert index.isValid(), key
    return panel.tree.visualRect(index).center()


def click(panel: CollectionsPanel, key: ItemKey) -> None:
    """Click a row."""
    QTest.mouseClick(panel.tree.viewport(), LEFT, pos=middle(panel, key))


def is_open(panel: CollectionsPanel, key: ItemKey) -> bool:
    """Return whether a folder is open."""
    return panel.tree.isExpanded(panel.model.index_of(key))


def fill_of(panel: CollectionsPanel, key: ItemKey) -> str:
    """Return the colour behind a row, near its right end."""
    place = middle(panel, key)
    place.setX(panel.tree.viewport().width() - 20)
    return str(panel.tree.viewport().grab().toImage().pixelColor(place).name())


def test_a_click_opens_a_request_for_a_look_and_a_double_click_pins_it(
    panel: CollectionsPanel,
) -> None:
    heard: list[tuple[ItemKey, bool]] = []
    panel.openRequested.connect(lambda key, preview: heard.append((key, preview)))
    click(panel, NEW)
    assert heard == [(NEW, True)]
    QTest.mouseDClick(panel.tree.viewport(), LEFT, pos=middle(panel, NEW))
    assert heard[-1] == (NEW, False)


def test_a_click_on_a_folder_opens_and_closes_it(panel: CollectionsPanel) -> None:
    assert is_open(panel, FOLDER)
    click(panel, FOLDER)
    assert not is_open(panel, FOLDER)
    click(panel, FOLDER)
    assert is_open(panel, FOLDER)


def test_a_click_that_began_elsewhere_opens_nothing(panel: CollectionsPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.openRequested):
        QTest.mousePress(panel.tree.viewport(), LEFT, pos=middle(panel, LIST))
        QTest.mouseRelease(panel.tree.viewport(), LEFT, pos=middle(panel, NEW))


def test_the_row_under_the_pointer_is_lit_and_no_other(panel: CollectionsPanel) -> None:
    hover = QColor(theme.hex_color("hover")).name()
    for key in (NEW, DROP):
        QTest.mouseMove(panel.tree.viewport(), middle(panel, key))
        lit = [each for each in (NEW, DROP, FOLDER) if fill_of(panel, each) == hover]
        assert lit == [key]
    QTest.mouseMove(panel.filter)
    assert fill_of(panel, DROP) != hover


def test_enter_opens_and_delete_deletes(panel: CollectionsPanel) -> None:
    opened: list[ItemKey] = []
    deleted: list[ItemKey] = []
    panel.openRequested.connect(lambda key, _: opened.append(key))
    panel.deleteRequested.connect(deleted.append)
    panel.select(NEW)
    QTest.keyClick(panel.tree, Key.Key_Return)
    QTest.keyClick(panel.tree, Key.Key_Delete)
    panel.select(ROOT)
    QTest.keyClick(panel.tree, Key.Key_Delete)
    assert opened == [NEW]
    assert deleted == [NEW]  # a collection is closed, not deleted


def test_the_ring_shows_for_keys_and_not_for_the_mouse(panel: CollectionsPanel) -> None:
    accent = QColor(theme.hex_color("accent")).name()

    def has_ring() -> bool:
        place = middle(panel, panel.current_key() or ROOT)
        row = panel.tree.viewport().grab().toImage()
        return any(
            row.pixelColor(place.x(), place.y() + dy).name() == accent for dy in range(-14, 15)
        )

    click(panel, NEW)
    assert panel.tree.hasFocus()
    assert not has_ring()
    QTest.keyClick(panel.tree, Key.Key_Down)
    assert has_ring()
    click(panel, NEW)
    assert not has_ring()


def test_the_tree_has_a_current_row_as_soon_as_tab_reaches_it(panel: CollectionsPanel) -> None:
    panel.clear_selection()
    panel.tree.setFocus(Qt.FocusReason.TabFocusReason)
    assert panel.current_key() == ROOT


def test_the_row_in_its_place_follows_a_deleted_one(panel: CollectionsPanel) -> None:
    for gone, left, expected in (
        (NEW, (ORDERS.children[0], ORDERS.children[2]), DROP),
        (DROP, ORDERS.children[:2], NEW),
        (LIST, (), ROOT),
    ):
        panel.show_collections((SHOP,))
        panel.select(gone)
        changed = Item("orders", ItemKind.FOLDER, "Orders", children=left)
        panel.show_collections((Collection("/shop", "Shop", (changed,)),))
        assert panel.current_key() == (expected if left else None)


def test_a_new_item_goes_beside_the_row_that_was_current_last(panel: CollectionsPanel) -> None:
    panel.select(NEW)
    assert panel.current_folder() == FOLDER
    panel.clear_selection()
    assert panel.current_key() is None
    assert panel.current_folder() == FOLDER


def test_a_small_collection_is_shown_whole_and_a_large_one_is_not(
    panel: CollectionsPanel,
) -> None:
    many = tuple(request(f"many/{n}.yml", f"Request {n}") for n in range(40))
    large = Collection("/large", "Large", (Item("many", ItemKind.FOLDER, "Many", children=many),))
    panel.set_expanded(())
    panel.show_collections((SHOP, large))
    panel.show_opened(SHOP)
    panel.show_opened(large)
    assert is_open(panel, FOLDER)
    assert is_open(panel, ItemKey("/large"))
    assert not is_open(panel, ItemKey("/large", "many"))


def test_a_row_in_a_closed_folder_is_not_selected_by_itself(panel: CollectionsPanel) -> None:
    panel.clear_selection()
    panel.tree.collapse(panel.model.index_of(FOLDER))
    panel.select_if_shown(NEW)
    assert panel.current_key() is None
    panel.tree.expand(panel.model.index_of(FOLDER))
    panel.select_if_shown(NEW)
    assert panel.current_key() == NEW


# Filter


def test_escape_clears_the_filter_and_the_current_row_is_back(panel: CollectionsPanel) -> None:
    panel.select(NEW)
    QTest.keyClicks(panel.filter, "ping")
    assert panel.current_key() is None
    assert not panel.model.index_of(NEW).isValid()
    QTest.keyClick(panel.filter, Key.Key_Escape)
    assert panel.filter.text() == ""
    assert panel.current_key() == NEW


@pytest.mark.parametrize("key", [Key.Key_Down, Key.Key_Return])
def test_the_first_match_is_one_key_away(panel: CollectionsPanel, key: Qt.Key) -> None:
    panel.clear_selection()
    panel.filter.setFocus()
    QTest.keyClicks(panel.filter, "create")
    QTest.keyClick(panel.filter, key)
    assert panel.tree.hasFocus()
    assert panel.current_key() == NEW


def test_no_match_is_said(panel: CollectionsPanel) -> None:
    QTest.keyClicks(panel.filter, "xyz")
    assert not panel.tree.isVisible()
    assert panel._no_match.text.isVisible()
    panel.filter.clear()
    assert panel.tree.isVisible()


def test_the_context_menu_is_filled_for_items_and_for_collections(
    panel: CollectionsPanel,
) -> None:
    asked: list[bool] = []

    def fill(menu: QMenu, is_collection: bool) -> None:
        menu.addAction("Something")
        asked.append(is_collection)

    panel.set_context_menu(fill)
    for key in (NEW, ROOT):
        panel.tree.customContextMenuRequested.emit(middle(panel, key))
        assert panel.current_key() == key
        for menu in panel.findChildren(QMenu):
            menu.close()
    assert asked == [False, True]
