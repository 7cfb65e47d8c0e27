"""The nodes of an XML body."""

from __future__ import annotations

import pytest

from httpdesk.render import xml_tree
from httpdesk.render.xml_tree import XmlKind, XmlTree, nodes, read_tree
from tests.render.test_transcode import spooled

ORDERS = (
    '<?xml version="1.0"?><orders><order id="1"><total>9</total></order>'
    '<order id="2"><!-- c --><total> 20 </total>mixed</order><none/></orders>'
)


def tree_of(document: str) -> XmlTree:
    """Return the tree of a document."""
    return read_tree(nodes(spooled(document.encode())))


def outline(tree: XmlTree, number: int = 0) -> list[object]:
    """Return names and texts as nested lists."""
    found: list[object] = []
    for kid in tree.nodes[number].kids:
        node = tree.nodes[kid]
        found.append(" ".join(filter(None, (node.name, node.attributes, node.text))))
        if node.kids:
            found.append(outline(tree, kid))
    return found


def test_elements_are_nested_as_they_came() -> None:
    tree = tree_of(ORDERS)
    assert outline(tree) == [
        '<?xml version="1.0"?>',
        "orders",
        ['order id="1"', ["total 9"], 'order id="2"', ["<!-- c -->", "total 20", "mixed"], "none"],
    ]
    assert (tree.fault, tree.cut) == ("", False)
    assert tree.nodes[1].kind is XmlKind.OTHER


def test_a_path_leads_to_each_node() -> None:
    tree = tree_of(ORDERS)
    paths = [tree.path(number) for number in range(2, len(tree.nodes))]
    assert "/orders/order[2]/total" in paths
    assert "/orders/order[2]/text()" in paths
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize(
    ("document", "fault"), [("<a><b>", "unclosed"), ("<a></b>", "mismatch"), ("<a><", "markup")]
)
def test_a_tree_ends_where_the_text_is_wrong(document: str, fault: str) -> None:
    tree = tree_of(document)
    assert tree.fault == fault
    assert tree.nodes[1].name == "a"


def test_nodes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tree, "MOST_NODES", 2500)
    tree = tree_of("<a>" + "<b/>" * 10_000 + "</a>")
    assert (len(tree.nodes), tree.cut) == (2501 + 5, True)


def test_many_nodes_below_one_are_in_groups() -> None:
    tree = tree_of("<a>" + "<b/>" * 1200 + "</a>")
    root = tree.nodes[1]
    groups = [tree.nodes[kid] for kid in root.kids]
    assert [group.name for group in groups] == ["1 to 500", "501 to 1,000", "1,001 to 1,200"]
    assert tree.count(root) == 1200
    assert tree.path(groups[2].kids[0]) == "/a/b[1001]"


def test_hostile_texts_stay_short() -> None:
    """Fault 24: a million attributes, and elements in elements."""
    attributes = " ".join(f'a{number}="{number}"' for number in range(1_000_000))
    assert len(tree_of(f"<a {attributes}/>").nodes[1].attributes) <= xml_tree.LONGEST_LEAD + 1
    deep = tree_of("<a>" * 100_000 + "</a>" * 100_000)
    assert len(deep.nodes) == 100_001
    assert deep.path(100_000).count("/") == 100_000
