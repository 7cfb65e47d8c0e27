"""The way from the root of a JSON body to a place in it, such as to a match of a search."""

from __future__ import annotations

from dataclasses import dataclass

from httpdesk.model.response import BodyHandle
from httpdesk.render.json_bytes import JsonBytes, Skip
from httpdesk.render.json_tree import PAGE, Children, Node
from httpdesk.render.rows import Pause, no_pause

MANY = 2_000
"""Values before a place in a container up to which all of them are read."""


@dataclass(frozen=True, slots=True)
class Level:
    """Some values of a container, one of them on the way to a place."""

    first: int
    """The number of the first of `nodes` in the container."""
    nodes: list[Node]
    row: int
    """Which of `nodes` leads to the place."""
    children: Children
    """What reads on behind `nodes`."""


def way_to(body: BodyHandle, offset: int, deepest: int, pause: Pause = no_pause) -> list[Level]:
    """Return the values, level by level, that lead to a byte; nothing when it is in none.

    Of a container with many values before the byte only those at the byte are read.
    """
    levels: list[Level] = []
    node: Node | None = None
    known: dict[int, tuple[int, int]] = {}
    while len(levels) < deepest:
        level = _level(body, node, offset, known, pause)
        if level is None:
            break
        levels.append(level)
        node = level.nodes[level.row]
        if not node.is_container or offset <= node.start:
            break
    return levels


def _level(
    body: BodyHandle,
    parent: Node | None,
    offset: int,
    known: dict[int, tuple[int, int]],
    pause: Pause,
) -> Level | None:
    first, at = 0, -1
    if parent is not None and (parent.start in known or _holds(body, parent, offset, known, pause)):
        first, at = known[parent.start]
        if first <= MANY:
            first, at = 0, -1
    children = Children(body, parent, at)
    nodes: list[Node] = []
    while not children.complete and len(nodes) <= 10 * MANY:
        page = children.take(PAGE, pause)
        for row, node in enumerate(page, len(nodes)):
            if node.begin > offset:
                return None
            if offset < node.end or (not node.end and _holds(body, node, offset, known, pause)):
                return Level(first, nodes + page, row, children)
        nodes += page
    return None


def _holds(
    body: BodyHandle,
    node: Node,
    offset: int,
    known: dict[int, tuple[int, int]],
    pause: Pause,
) -> bool:
    """Return whether a byte is in a container, and remember in which of its values."""
    if offset <= node.start:
        return True
    skip = Skip(JsonBytes(body, pause), node.start)
    known[node.start] = skip.child_at(offset)
    return skip.reaches(offset)
