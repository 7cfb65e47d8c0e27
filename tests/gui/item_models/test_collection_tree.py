"""The tree of collections as a Qt model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QAbstractItemModelTester

from httpdesk.gui.item_models.collection_tree import CollectionTreeModel, TreeRole
from httpdesk.gui.item_models.item_key import ItemKey
from httpdesk.model.collection import Collection, Item, ItemKind

REQUEST = ItemKind.REQUEST
ORDERS = Item(
    "orders",
    ItemKind.FOLDER,
    "Orders",
    children=(
        Item("orders/list.yml", REQUEST, "List <b>orders</b>", "GET", "/orders"),
        Item("orders/new.yml", REQUEST, "Create order", "POST", "/orders"),
    ),
)
ACME = Collection("/acme", "Acme", (ORDERS, Item("ping.yml", REQUEST, "Ping", "HEAD", "/ping")))
OTHER = Collection("/other", "Other", (Item("a.yml", REQUEST, "A", "GET", "/a"),))


@pytest.fixture
def model() -> CollectionTreeModel:
    model = CollectionTreeModel()
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Warning, model
    )
    assert tester is not None
    model.set_collections((ACME, OTHER))
    return model


def names(model: CollectionTreeModel, parent: QModelIndex | None = None) -> list[object]:
    parent = parent or QModelIndex()
    found: list[object] = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        below = names(model, index)
        found.append([index.data(), *below] if below else index.data())
    return found


def test_collections_folders_and_requests_in_their_order(model: CollectionTreeModel) -> None:
    assert names(model) == [
        ["Acme", ["Orders", "List <b>orders</b>", "Create order"], "Ping"],
        ["Other", "A"],
    ]


def test_another_name_or_method_is_shown_without_touching_the_other_rows(
    model: CollectionTreeModel,
) -> None:
    """Nothing is laid out or selected again when a save changed one file of ten thousand."""
    names(model)
    place = QPersistentModelIndex(model.index_of(ItemKey("/acme", "orders/new.yml")))
    told: list[str] = []
    model.modelReset.connect(lambda: told.append("reset"))
    model.dataChanged.connect(lambda first, last: told.append(f"{first.data()} to {last.data()}"))
    new = replace(ORDERS.children[1], name="Order more", method="PUT")
    orders = replace(ORDERS, children=(ORDERS.children[0], new))
    shown = replace(ACME, items=(orders, ACME.items[1]))
    assert not model.set_collections((shown, OTHER))
    assert told == ["Order more to Order more"]
    assert (place.data(), place.data(TreeRole.METHOD)) == ("Order more", "PUT")


def test_rows_that_come_go_or_change_places_are_shown(model: CollectionTreeModel) -> None:
    before = names(model)
    turned = replace(ORDERS, children=ORDERS.children[::-1])
    for orders in (turned, replace(ORDERS, children=ORDERS.children[:1]), ORDERS):
        assert model.set_collections((replace(ACME, items=(orders, ACME.items[1])), OTHER))
        assert [each.name for each in orders.children] == [
            model.index(row, 0, model.index_of(ItemKey("/acme", "orders"))).data()
            for row in range(len(orders.children))
        ]
    assert names(model) == before


def test_a_closed_folder_that_becomes_empty_cannot_be_opened(model: CollectionTreeModel) -> None:
    folder = model.index_of(ItemKey("/acme", "orders"))
    assert model.hasChildren(folder)
    assert model.set_collections((replace(ACME, items=(replace(ORDERS, children=()),)), OTHER))
    assert not model.hasChildren(model.index_of(ItemKey("/acme", "orders")))


def test_the_filter_keeps_parents_and_looks_at_name_path_and_method(
    model: CollectionTreeModel,
) -> None:
    model.set_filter("post")
    assert names(model) == [["Acme", ["Orders", "Create order"]]]
    model.set_filter("/ping")
    assert names(model) == [["Acme", "Ping"]]
    model.set_filter("")
    assert len(names(model)) == 2


def test_a_name_is_found_again_and_says_what_it_is(model: CollectionTreeModel) -> None:
    index = model.index_of(ItemKey("/acme", "orders/new.yml"))
    assert index.data(TreeRole.METHOD) == "POST"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "POST, Create order"
    model.set_edited([ItemKey("/acme", "orders/new.yml")])
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "POST, Create order, edited"


def test_a_tooltip_shows_markup_as_text(model: CollectionTreeModel) -> None:
    index = model.index_of(ItemKey("/acme", "orders/list.yml"))
    shown = QTextDocument()
    shown.setHtml(index.data(Qt.ItemDataRole.ToolTipRole))
    assert shown.toPlainText() == "List <b>orders</b>"


def test_an_edit_in_place_asks_for_the_new_name(model: CollectionTreeModel) -> None:
    asked: list[tuple[object, str]] = []
    model.renameRequested.connect(lambda key, name: asked.append((key, name)))
    index = model.index_of(ItemKey("/acme", "ping.yml"))
    assert model.setData(index, "  Pong ")
    assert not model.setData(index, "   ")
    assert asked == [(ItemKey("/acme", "ping.yml"), "Pong")]


def test_a_drop_asks_for_the_move_and_never_into_itself(model: CollectionTreeModel) -> None:
    asked: list[tuple[object, ...]] = []
    model.moveRequested.connect(lambda *move: asked.append(move))
    ping = model.index_of(ItemKey("/acme", "ping.yml"))
    orders = model.index_of(ItemKey("/acme", "orders"))
    move = Qt.DropAction.MoveAction
    data = model.mimeData([ping])
    model.dropMimeData(data, move, 1, 0, orders)
    model.dropMimeData(data, move, -1, -1, orders)
    key = ItemKey("/acme", "ping.yml")
    assert asked == [(key, "orders", "orders/new.yml"), (key, "orders", None)]
    assert not model.canDropMimeData(model.mimeData([orders]), move, 0, 0, orders)


def test_a_drop_in_another_collection_asks_for_a_copy(model: CollectionTreeModel) -> None:
    asked: list[tuple[object, ...]] = []
    model.copyRequested.connect(lambda *copy: asked.append(copy))
    model.moveRequested.connect(lambda *move: asked.append(move))
    ping, other = ItemKey("/acme", "ping.yml"), ItemKey("/other")
    data, move = model.mimeData([model.index_of(ping)]), Qt.DropAction.MoveAction
    assert model.canDropMimeData(data, move, 0, 0, model.index_of(other))
    model.dropMimeData(data, move, 0, 0, model.index_of(other))
    assert asked == [(ping, other)]
