"""The Tree view of an XML body."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from httpdesk.gui.response import xml_tree_page
from httpdesk.gui.response.xml_tree_page import XmlTreePage
from httpdesk.model.request import ResponseType
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, typed
from tests.render.test_xml_tree import ORDERS


def tree_of(pane: Pane, document: str) -> XmlTreePage:
    """Show a document as a tree."""
    headers = typed("application/xml")
    pane.show(answered(document, headers=headers, wanted=ResponseType.AUTO))
    pane.body.choose("tree")
    pane.settle()
    assert isinstance(pane.body.page, XmlTreePage)
    return pane.body.page


def rows(page: XmlTreePage, parent: QModelIndex | None = None) -> list[str]:
    """Return the rows below a node."""
    above = parent if parent is not None else QModelIndex()
    count = page.model.rowCount(above)
    return [page.model.index(row, 0, above).data() for row in range(count)]


def test_elements_open_and_show_what_is_in_them(pane: Pane) -> None:
    page = tree_of(pane, ORDERS)
    tester = QAbstractItemModelTester(
        page.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    assert rows(page) == ['<?xml version="1.0"?>', "orders  3 nodes"]
    orders = page.model.index(1, 0)
    assert page.view.isExpanded(orders)
    assert rows(page, orders) == ['order id="1"  1 node', 'order id="2"  3 nodes', "none"]
    first = page.model.index(0, 0, orders)
    assert rows(page, first) == ["total: 9"]
    page.view.setCurrentIndex(first)
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    assert page.view.isExpanded(first)
    tester.deleteLater()


def test_text_and_path_are_copied(pane: Pane) -> None:
    page = tree_of(pane, ORDERS)
    order = page.model.index(1, 0, page.model.index(1, 0))
    page.view.setCurrentIndex(page.model.index(1, 0, order))
    QTest.keyClick(page.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert pane.clipboard() == "20"
    page.copy("path")
    assert pane.clipboard() == "/orders/order[2]/total"
    actions = {action.text(): action for action in page.menu().actions()}
    actions["Copy name"].trigger()
    assert pane.clipboard() == "total"
    assert not actions["Expand all below"].isEnabled()


def test_a_subtree_is_opened(pane: Pane) -> None:
    page = tree_of(pane, ORDERS)
    page.expand(page.model.index(1, 0))
    order = page.model.index(1, 0, page.model.index(1, 0))
    assert page.view.isExpanded(order)


def test_what_is_not_well_formed_is_shown_up_to_there(pane: Pane) -> None:
    page = tree_of(pane, "<a><b>1</b><c></a>")
    assert rows(page, page.model.index(0, 0)) == ["b: 1", "c"]
    assert pane.notices() == ["The text is not well-formed XML; the tree ends where it is wrong."]


def test_many_nodes_are_read_beside_the_window(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tree_page, "READ_HERE", 100)
    page = tree_of(pane, "<a>" + "<b>x</b>" * 20_000 + "</a>")
    assert rows(page) == ["a  20,000 nodes"]


def test_depth_and_attributes_leave_the_window_alive(pane: Pane) -> None:
    """Fault 24."""
    attributes = " ".join(f'a{number}="{number}"' for number in range(100_000))
    page = tree_of(pane, f"<a {attributes}>" + "<b>" * 20_000 + "</b>" * 20_000 + "</a>")
    page.expand(page.model.index(0, 0))
    assert not page.view.grab().isNull()
    QTest.keyClick(page.view, Qt.Key.Key_End)
    assert not page.view.grab().isNull()


def test_find_goes_from_node_to_node_around_the_tree(pane: Pane) -> None:
    """Names, attributes and texts are found, in groups too, and the way to them is opened."""
    items = "".join(f"<i n='{number}'>Oak</i>" for number in range(1200))
    page = tree_of(pane, f"<all><oak/><deep><deeper>{items}</deeper></deep><x>OAK</x></all>")
    pane.body.open_find()
    page.search.field.setText("oak")
    pane.settle()
    assert page.search.count.text() == "1 of 1,202"
    assert page.view.currentIndex().data() == "oak"
    page.search.find_next()
    assert page.view.currentIndex().data() == "i n='0': Oak"
    assert page.search.count.text() == "2 of 1,202"
    page.search.find_previous()
    page.search.find_previous()
    assert page.search.count.text() == "1,202 of 1,202"
    assert page.view.currentIndex().data() == "x: OAK"
    page.search.find_next()
    assert page.search.count.text() == "1 of 1,202"
    page.search.field.setText("n='1199'")
    pane.settle()
    assert page.search.count.text() == "1 of 1"
    assert page.view.isExpanded(page.view.currentIndex().parent())
    page.search.field.setText("no such thing")
    pane.settle()
    assert page.search.count.text() == "No match"
    QTest.keyClick(page.search.field, Qt.Key.Key_Escape)
    assert page.search.isHidden()


def test_a_page_of_html_has_pretty_a_tree_and_xpath(pane: Pane) -> None:
    page = "<!doctype html><title>T &amp; U</title><ul><li>one<li class=x>two</ul><p>a<b>b</b>"
    pane.show(answered(page, headers=typed("text/html"), wanted=ResponseType.AUTO))
    pane.settle()
    assert pane.body.bar.current == "pretty"
    assert pane.text() == (
        "<!doctype html>\n<title>T &amp; U</title>\n<ul>\n  <li>one\n  <li class=x>two\n</ul>\n"
        "<p>a<b>b</b>"
    )
    pane.body.choose("tree")
    pane.settle()
    tree = pane.body.page
    assert isinstance(tree, XmlTreePage)
    assert rows(tree)[1:] == ["title: T &amp; U", "ul  2 nodes", "p  2 nodes"]
    assert rows(tree, tree.model.index(2, 0)) == ["li: one", "li class=x: two"]
    assert not tree.notices
