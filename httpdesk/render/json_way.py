"""The way from the root of a JSON body to a place in it, such as to a match of a search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from json import dumps, loads

from httpdesk.model.response import BodyHandle
from httpdesk.render.json_bytes import WALKED_HERE, JsonBytes, Skip
from httpdesk.render.json_tree import PAGE, Children, Node
from httpdesk.render.rows import Elsewhere, Pause, no_pause

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


def way_to(
    body: BodyHandle,
    offset: int,
    deepest: int,
    pause: Pause = no_pause,
    elsewhere: Elsewhere | None = None,
) -> list[Level]:
    """Return the values, level by level, that lead to a byte; nothing when it is in none.

    Of a container with many values before the byte only those at the byte are read. `elsewhere`
    goes through what lies before the byte where that is much.
    """
    search = _Search(body, offset, pause, elsewhere)
    levels: list[Level] = []
    node: Node | None = None
    while len(levels) < deepest:
        level = search.level(node)
        if level is None:
            break
        levels.append(level)
        node = level.nodes[level.row]
        if not node.is_container or offset <= node.start:
            break
    return levels


def located(body: BodyHandle, start: int, offset: int) -> Iterator[bytes]:
    """Yield in which value of the container at `start` a byte is; empty pieces meanwhile."""
    skip = Skip(JsonBytes(body), start)
    for _ in skip.walk_to(offset):
        yield b""
    yield dumps(astuple(_place_in(skip, offset))).encode()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a byte is in a container."""

    holds: bool
    """Whether it is in there at all."""
    number: int
    """In which value."""
    at: int
    """Where that value may begin."""


def _place_in(skip: Skip, offset: int) -> _Place:
    number, at = skip.child_at(offset)
    return _Place(skip.holds(offset), number, at)


class _Search:
    """One search for the way to a byte."""

    def __init__(
        self, body: BodyHandle, offset: int, pause: Pause, elsewhere: Elsewhere | None
    ) -> None:
        self._body = body
        self._offset = offset
        self._pause = pause
        self._elsewhere = elsewhere
        self._known: dict[int, _Place] = {}

    def level(self, parent: Node | None) -> Level | None:
        """Return the values of a container at the byte; None when it is in none of them."""
        first, at = 0, -1
        if parent is not None:
            near = self._near(parent)
            if near is not None:
                return near
            place = self._place(parent)
            if place.number > MANY:
                first, at = place.number, place.at
        children = Children(self._body, parent, at)
        nodes: list[Node] = []
        while not children.complete and len(nodes) <= 10 * MANY:
            page = children.take(PAGE, self._pause, self._elsewhere)
            for row, node in enumerate(page, len(nodes)):
                if node.begin > self._offset:
                    return None
                if self._offset < node.end or (not node.end and self._holds(node)):
                    return Level(first, nodes + page, row, children)
            nodes += page
        return None

    def _near(self, parent: Node) -> Level | None:
        """Return the first values of a container when one of them holds the byte.

        A long one is then gone through once, and not once more for its parent.
        """
        children = Children(self._body, parent)
        page = children.take(PAGE, self._pause)
        for row, node in enumerate(page):
            if node.begin <= self._offset < node.end or (not node.end and self._holds(node)):
                return Level(0, page, row, children)
        return None

    def _holds(self, node: Node) -> bool:
        return self._offset <= node.start or self._place(node).holds

    def _place(self, node: Node) -> _Place:
        known = self._known.get(node.start)
        if known is None:
            known = self._known[node.start] = self._locate(node.start)
        return known

    def _locate(self, start: int) -> _Place:
        if self._elsewhere is None or self._offset - start < WALKED_HERE:
            skip = Skip(JsonBytes(self._body, self._pause), start)
            for _ in skip.walk_to(self._offset):
                self._pause()
            return _place_in(skip, self._offset)
        arguments = {"start": start, "offset": self._offset}
        return _Place(*loads(b"".join(self._elsewhere("json_way:located", arguments))))
