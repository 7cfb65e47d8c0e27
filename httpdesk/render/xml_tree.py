"""The nodes of an XML body in their order, each with its beginning, for a tree that is looked at.

Read by the tokens of the layout, so nothing is expanded or fetched; what does not fit in a line on
screen is cut, and only so many nodes are taken as a window can hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.response import BodyHandle
from httpdesk.render.rows import Pause, no_pause
from httpdesk.render.xml_layout import (
    CDATA,
    EMPTY,
    END,
    LEAF,
    START,
    TEXT,
    XmlFault,
    XmlSyntaxError,
    scans,
)

MOST_NODES = 200_000
LONGEST_LEAD = 300
"""Bytes of a name, of attributes or of a text that a node shows."""
_AT_ONCE = 200
MOST_KIDS = 500
"""Nodes below one another; more are put into groups, or opening them would take a second."""


class XmlKind(Enum):
    """What a node is."""

    ELEMENT = "element"
    TEXT = "text"
    OTHER = "other"
    """A comment, a declaration or a processing instruction."""
    GROUP = "group"
    """Some of the many nodes below an element; `name` is such as `1 to 500`."""


@dataclass(slots=True)
class XmlNode:
    """A node as far as a line on screen goes; texts are as received."""

    kind: XmlKind
    parent: int
    row: int
    name: str = ""
    attributes: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    kids: list[int] = field(default_factory=list, repr=False)


@dataclass(slots=True)
class XmlTree:
    """All nodes by number; the first one stands for the body and is not shown."""

    nodes: list[XmlNode] = field(default_factory=lambda: [XmlNode(XmlKind.OTHER, -1, 0)])
    fault: str = ""
    """An XmlFault's value, where the text is not well-formed from some place on."""
    cut: bool = False
    """Whether there are more nodes."""

    def path(self, number: int) -> str:
        """Return an XPath that leads to a node, such as `/orders/order[2]`."""
        steps: list[str] = []
        while number > 0:
            node = self.nodes[number]
            if node.kind is not XmlKind.GROUP:
                steps.append(self._step(number, node))
            number = node.parent
        return "/" + "/".join(reversed(steps))

    def _step(self, number: int, node: XmlNode) -> str:
        if node.kind is XmlKind.OTHER:
            return "comment()"
        name = node.name if node.kind is XmlKind.ELEMENT else "text()"
        alike = [
            kid
            for kid in self._siblings(node)
            if (self.nodes[kid].kind, self.nodes[kid].name) == (node.kind, node.name)
        ]
        return name if len(alike) == 1 else f"{name}[{alike.index(number) + 1}]"

    def _siblings(self, node: XmlNode) -> list[int]:
        """Return the nodes below the element that a node is in, whatever groups they are in."""
        above = self.nodes[node.parent]
        if above.kind is not XmlKind.GROUP:
            return above.kids
        return [kid for group in self.nodes[above.parent].kids for kid in self.nodes[group].kids]

    def count(self, node: XmlNode) -> int:
        """Return how many nodes are below one, groups opened."""
        groups = (self.nodes[kid] for kid in node.kids)
        return sum(len(each.kids) if each.kind is XmlKind.GROUP else 1 for each in groups)


Record = tuple[int, str, str, str, str]
"""Depth, kind, name, attributes and text of a node."""


def nodes(body: BodyHandle, pause: Pause = no_pause) -> Iterator[bytes]:
    """Yield the nodes, then a line that says how it ended; for `read_tree`. Raises Stopped."""
    return as_lines(_nodes(body, pause))


def as_lines(found: Iterator[Record]) -> Iterator[bytes]:
    """Yield nodes as lines, then one that says how it ended; `found` may raise XmlSyntaxError."""
    lines: list[str] = []
    count, fault = 0, ""
    try:
        for node in found:
            lines.append(json.dumps(node))
            count += 1
            if len(lines) == _AT_ONCE:
                yield "\n".join([*lines, ""]).encode()
                lines.clear()
            if count == MOST_NODES:
                break
    except XmlSyntaxError as error:
        fault = error.facts.fault
    lines.append(json.dumps({"fault": fault, "cut": count == MOST_NODES}))
    yield "\n".join([*lines, ""]).encode()


def read_tree(pieces: Iterator[bytes], pause: Pause = no_pause) -> XmlTree:
    """Return the tree of what `nodes` yields."""
    tree, path = XmlTree(), [0]
    for piece in pieces:
        for line in piece.splitlines():
            record = json.loads(line)
            if isinstance(record, dict):
                tree.fault, tree.cut = record["fault"], record["cut"]
            else:
                _add(tree, path, record)
        pause()
    for number in range(len(tree.nodes)):
        if len(tree.nodes[number].kids) > MOST_KIDS:
            _group(tree, number)
            pause()
    return tree


def find_nodes(tree: XmlTree, text: str) -> Iterator[int | None]:
    """Yield the numbers of the nodes that hold a text, whatever its case, in their order.

    None comes from time to time, so that a long look can be ended.
    """
    wanted = text.casefold()
    for number, node in enumerate(tree.nodes):
        shown = f"{node.name} {node.attributes}\n{node.text}"
        if number and node.kind is not XmlKind.GROUP and wanted in shown.casefold():
            yield number
        elif not number % _AT_ONCE:
            yield None


def _group(tree: XmlTree, number: int) -> None:
    """Put the many nodes below one into groups."""
    node = tree.nodes[number]
    kids, node.kids = node.kids, []
    for first in range(0, len(kids), MOST_KIDS):
        some = kids[first : first + MOST_KIDS]
        name = f"{first + 1:,} to {first + len(some):,}"
        group = XmlNode(XmlKind.GROUP, number, len(node.kids), name, kids=some)
        for row, kid in enumerate(some):
            tree.nodes[kid].parent, tree.nodes[kid].row = len(tree.nodes), row
        node.kids.append(len(tree.nodes))
        tree.nodes.append(group)


def _add(tree: XmlTree, path: list[int], record: Record) -> None:
    depth, kind, name, attributes, text = record
    del path[depth + 1 :]
    parent = tree.nodes[path[-1]]
    node = XmlNode(XmlKind(kind), path[-1], len(parent.kids), name, attributes, text)
    parent.kids.append(len(tree.nodes))
    path.append(len(tree.nodes))
    tree.nodes.append(node)


def _nodes(body: BodyHandle, pause: Pause) -> Iterator[Record]:
    """Yield depth, kind, name, attributes and text of each node."""
    open_tags: list[bytes] = []
    for base, scan in scans(body, pause):
        for found in scan:
            group, depth = found.lastindex or 0, len(open_tags)
            if group == END:
                if not open_tags or open_tags.pop() != found[6]:
                    raise XmlSyntaxError(XmlFault.MISMATCH, base + found.start())
            elif group in (START, EMPTY, LEAF):
                text = found[5].partition(b"<")[0] if group == LEAF else b""
                yield depth, "element", lead(found[2]), lead(found[3]), lead(text)
                if group == START:
                    open_tags.append(found[2])
            else:
                kind = "text" if group in (TEXT, CDATA) else "other"
                yield depth, kind, "", "", lead(found[group])
    if open_tags:
        raise XmlSyntaxError(XmlFault.UNCLOSED, body.size)


def lead(data: bytes) -> str:
    """Return the beginning of a name, of attributes or of a text, without blanks around it."""
    text = data[: LONGEST_LEAD * 4].decode("utf-8", "replace").strip()
    return text if len(text) <= LONGEST_LEAD else text[:LONGEST_LEAD] + "…"
