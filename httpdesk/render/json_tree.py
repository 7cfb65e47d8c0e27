"""A tree over the bytes of a JSON body: a node is a place in them, its children come in pages.

Nothing is parsed and nothing is kept but the nodes that were asked for, so the tree of a gigabyte
opens as fast as that of a kilobyte, and each token is what the server sent.
"""

from __future__ import annotations

import json
import re
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from time import monotonic

from httpdesk.model.response import BodyHandle
from httpdesk.render.json_bytes import Extent, JsonBytes, Skip, Token, TokenKind
from httpdesk.render.json_text import JsonFault
from httpdesk.render.rows import Elsewhere, Pause, no_pause

PAGE = 200
"""Children that are read at once."""
LONGEST_LEAD = 300
"""Bytes of a token that a node shows."""
CONTAINER_LEAD = 100
"""The same of a container."""
_PATIENCE = 0.03
"""Seconds after which a page is told although it is not full."""

_PIECE = 256 * 1024
_NO_CONTINUATION = bytes(set(range(256)) - set(range(0x80, 0xC0)))
_LITERALS = (b"true", b"false", b"null")
_NOT_FINITE = (b"NaN", b"Infinity", b"-Infinity")
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_NUMBER_START = re.compile(rb"-?[0-9][-+.eE0-9]*+")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+")


class NodeKind(Enum):
    """What a value is."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    LITERAL = "literal"


CONTAINERS = (NodeKind.OBJECT, NodeKind.ARRAY)


@dataclass(slots=True)
class Node:
    """One value of the body: where it stands and how its text begins."""

    kind: NodeKind
    start: int
    end: int
    """After its last byte; 0 while that is not known."""
    lead: bytes
    """The beginning of the value as received."""
    key: bytes | None = None
    """The beginning of the key as received, with its quotes; None in an array."""
    key_start: int = -1
    count: int = -1
    """How many values are directly in a container; -1 while that is not known."""

    @property
    def is_container(self) -> bool:
        """Whether it can be opened."""
        return self.kind in CONTAINERS

    @property
    def is_cut(self) -> bool:
        """Whether `lead` is not the whole token."""
        return not self.is_container and self.end - self.start > len(self.lead)

    @property
    def begin(self) -> int:
        """Where the key begins, or the value if it has none."""
        return self.key_start if self.key_start >= 0 else self.start


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the text stops to be JSON, and what it should have had there."""

    fault: JsonFault
    offset: int


class _Stop(Exception):
    def __init__(self, fault: JsonFault, offset: int) -> None:
        self.fault = Fault(fault, offset)


class Children:
    """The values in a container, page by page; the values of the body itself without one.

    `at` is where one of them may begin, behind a comma; without it they are read from the first.

    A body may hold several values, one on each line (NDJSON). For one worker at a time.
    """

    def __init__(self, body: BodyHandle, parent: Node | None = None, at: int = -1) -> None:
        self.complete = False
        """Whether there are no more."""
        self.fault: Fault | None = None
        """Why it ended before its end."""
        self._source = JsonBytes(body)
        self._parent = parent
        self._at = parent.start + 1 if parent is not None and at < 0 else at
        self._skip: Skip | None = None
        self._elsewhere: Elsewhere | None = None
        self._last: Node | None = None

    def take(
        self, most: int = PAGE, pause: Pause = no_pause, elsewhere: Elsewhere | None = None
    ) -> list[Node]:
        """Return the next children, fewer when the last one is long.

        The end of that one is found when the next are asked for, and set in its node then;
        `elsewhere` finds it where it is far.
        """
        self._elsewhere = elsewhere
        self._source.pause = pause
        if self._at < 0:
            self._at = self._source.begin()
        found: list[Node] = []
        ends = monotonic() + _PATIENCE
        try:
            while len(found) < most and not self.complete and self._passed(found, ends):
                pause()
                node = self._next()
                if node is not None:
                    found.append(node)
                if found and monotonic() > ends:
                    break
        except _Stop as stop:
            self.fault, self.complete = stop.fault, True
        return found

    def _passed(self, found: list[Node], ends: float) -> bool:
        """Go past the last container; False when that takes long and others wait to be shown."""
        if self._skip is None or self._last is None:
            return True
        while self._skip.extent is None and found:
            if monotonic() > ends:
                return False
            self._source.pause()
            self._skip.step()
        extent = self._skip.finish(self._elsewhere)
        self._last.count, self._last.end = extent.count, extent.end
        self._at, self._skip = extent.end, None
        if not extent.closed:
            self.complete = True
        return True

    def _next(self) -> Node | None:
        if self._parent is None:
            return self._next_root()
        token = self._source.token(self._at)
        if token.kind is TokenKind.CLOSE:
            self._close(token)
            return None
        if self._last is not None:
            if token.kind is not TokenKind.COMMA:
                raise _Stop(_missing(token, JsonFault.COMMA), token.start)
            token = self._source.token(token.end)
        if self._parent.kind is NodeKind.ARRAY:
            return self._value(token)
        return self._member(token)

    def _next_root(self) -> Node | None:
        token = self._source.token(self._at)
        if token.kind is TokenKind.END:
            self.complete = True
            if self._last is None:
                raise _Stop(JsonFault.VALUE, token.start)
            return None
        if self._last is not None and not self._source.has_newline(self._at, token.start):
            raise _Stop(JsonFault.EXTRA, token.start)
        return self._value(token)

    def _close(self, token: Token) -> None:
        assert self._parent is not None
        wanted = b"}" if self._parent.kind is NodeKind.OBJECT else b"]"
        if self._source.lead(token.start, token.end, 1) != wanted:
            raise _Stop(JsonFault.COMMA, token.start)
        self.complete = True

    def _member(self, token: Token) -> Node:
        if token.kind is not TokenKind.STRING:
            raise _Stop(_missing(token, JsonFault.KEY), token.start)
        key = self._source.lead(token.start, token.end, LONGEST_LEAD)
        colon = self._source.token(token.end)
        if colon.kind is not TokenKind.COLON:
            raise _Stop(_missing(colon, JsonFault.COLON), colon.start)
        node = self._value(self._source.token(colon.end))
        node.key, node.key_start = key, token.start
        return node

    def _value(self, token: Token) -> Node:
        lead = self._source.lead(token.start, token.end, LONGEST_LEAD)
        if token.kind is TokenKind.OPEN:
            kind = NodeKind.OBJECT if lead == b"{" else NodeKind.ARRAY
            node = Node(kind, token.start, 0, lead)
            self._skip = Skip(self._source, token.start)
            if self._skip.extent is not None:
                node.end, node.count = self._skip.extent.end, self._skip.extent.count
            node.lead = self._source.lead(token.start, node.end or sys.maxsize, CONTAINER_LEAD)
        else:
            node = Node(_scalar_kind(token, lead), token.start, token.end, lead)
            self._at = token.end
        self._last = node
        return node


def _missing(token: Token, fault: JsonFault) -> JsonFault:
    return JsonFault.END if token.kind is TokenKind.END else fault


def _scalar_kind(token: Token, lead: bytes) -> NodeKind:
    if token.kind is TokenKind.STRING:
        if not token.closed:
            raise _Stop(JsonFault.STRING, token.start)
        return NodeKind.STRING
    if token.kind is TokenKind.WORD:
        if lead in _LITERALS or lead in _NOT_FINITE:
            return NodeKind.LITERAL
        number = _NUMBER if token.end - token.start <= LONGEST_LEAD else _NUMBER_START
        if number.fullmatch(lead):
            return NodeKind.NUMBER
    raise _Stop(_missing(token, JsonFault.VALUE), token.start)


@dataclass(slots=True)
class Branch:
    """A part of the tree that was read ahead: values in a container, and in some of those."""

    children: Children
    nodes: list[Node]
    branches: dict[int, Branch]
    """Of the containers among the nodes that were opened too, by their place in `nodes`."""


def grow(
    body: BodyHandle, node: Node | None, most: int, deepest: int, pause: Pause = no_pause
) -> Branch:
    """Return all below a container, level by level, until it is `most` values."""
    top = Branch(Children(body, node), [], {})
    waiting = deque([(top, 1)])
    count = 0
    while waiting and count < most:
        branch, depth = waiting.popleft()
        while not branch.children.complete and count < most:
            found = branch.children.take(min(PAGE, most - count), pause)
            branch.nodes += found
            count += len(found)
        if depth < deepest:
            for row, child in enumerate(branch.nodes):
                if child.is_container and child.count:
                    below = branch.branches[row] = Branch(Children(body, child), [], {})
                    waiting.append((below, depth + 1))
    return top


def measure(
    body: BodyHandle, start: int, pause: Pause = no_pause, elsewhere: Elsewhere | None = None
) -> Extent:
    """Return where the container at `start` ends and how much is in it."""
    return Skip(JsonBytes(body, pause), start).finish(elsewhere)


def end_of_key(body: BodyHandle, node: Node, pause: Pause = no_pause) -> int:
    """Return where the node's key ends."""
    return JsonBytes(body, pause).token(node.key_start).end


def decoded(token: bytes) -> str:
    """Return what a string's token stands for; a token that is no valid string as it is."""
    text = token.decode("utf-8", "replace")
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        return text
    return value if isinstance(value, str) else text


def json_path(steps: Sequence[bytes | int]) -> str:
    """Return the JSONPath (RFC 9535) that leads along keys, as received, and indexes."""
    return "$" + "".join(_segments(steps))


def _segments(steps: Sequence[bytes | int]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, int):
            yield f"[{step}]"
            continue
        name = decoded(step)
        yield f".{name}" if _PLAIN_NAME.fullmatch(name) else f"[{_quoted(name)}]"


def _quoted(name: str) -> str:
    """Return a name as RFC 9535 writes it in single quotes (section 2.7)."""
    escaped = json.dumps(name, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{escaped}'"


def place_of(body: BodyHandle, offset: int, pause: Pause = no_pause) -> tuple[int, int]:
    """Return line and column of a place, counted from 1; a column is a character."""
    source = JsonBytes(body, pause)
    line, begin, at = 1, 0, 0
    while at < offset:
        pause()
        piece = source.read(at, min(_PIECE, offset - at))
        if not piece:
            break
        line += piece.count(b"\n")
        last = piece.rfind(b"\n")
        begin = at + last + 1 if last >= 0 else begin
        at += len(piece)
    column = 1
    while begin < offset:
        pause()
        piece = source.read(begin, min(_PIECE, offset - begin))
        if not piece:
            break
        # Bytes that go on with a character are 10xxxxxx.
        column += len(piece) - len(piece.translate(None, _NO_CONTINUATION))
        begin += len(piece)
    return line, column
