"""Rows of a table over the bytes of a body: an array of JSON objects, or lines of them.

A row is a place in the body; its cells are cut out of it when they are looked at, as received.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from json import JSONDecoder
from threading import Lock
from typing import Protocol

from httpdesk.model.response import BodyHandle
from httpdesk.render.json_tree import (
    CONTAINERS,
    PAGE,
    Children,
    Node,
    NodeKind,
    decoded,
    measure,
)
from httpdesk.render.rows import Pause, Stopped, no_pause

MOST_ROWS = 200_000
"""Rows that a table holds."""
SAMPLE = 1_000
"""Rows whose keys are the columns."""
MOST_COLUMNS = 200
_LONGEST_CELL = 2_000
LONGEST_WHOLE = 4_000_000
"""Bytes of a cell that is copied or saved, and of a row that is compared or searched."""
_NEAR_ROOT = 4
"""Levels, the root among them, in which an array is looked for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table."""

    text: str = field(repr=False)
    """A string without quotes and escapes, anything else as received."""
    kind: NodeKind = NodeKind.STRING
    cut: bool = False


Cells = tuple[Cell | None, ...]
"""The cells of a row in the order of the columns; None where the row has no such value."""

SortKey = tuple[int, float, str]


class TableRows(Protocol):
    """The rows of a table, known as far as they have been indexed; CSV has them too.

    `columns`, `count` and `complete` may be read on any thread. All others belong on a worker and
    raise `Stopped` when the body is given back.
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """The titles of the columns, as far as they are known."""

    @property
    def count(self) -> int:
        """How many rows are known."""

    @property
    def complete(self) -> bool:
        """Whether there are no more rows than are known, or than a table holds."""

    @property
    def cut(self) -> bool:
        """Whether there are more rows than a table holds."""

    def index(self, pause: Pause) -> None:
        """Index on, by some rows."""

    def rows(self, numbers: Sequence[int], pause: Pause, *, whole: bool = False) -> list[Cells]:
        """Return the cells of rows; long ones are cut unless they are wanted `whole`."""

    def key(self, number: int, column: int) -> SortKey:
        """Return what a row is ordered by in a column; see `sort_key`."""

    def holds(self, number: int, wanted: str) -> bool:
        """Return whether a cell of a row has a text in it, which is given in lower case."""

    def json(self, number: int) -> str:
        """Return a row as JSON."""


class JsonTableRows:
    """The objects in an array, or the objects that a body is a sequence of."""

    def __init__(self, body: BodyHandle, array_node: Node | None) -> None:
        self.columns: tuple[str, ...] = ()
        self.cut = False
        """Whether there are more rows than a table holds."""
        self._body = body
        self._children = Children(body, array_node)
        self._starts = array("Q")
        self._ends = array("Q")
        self._known: dict[str, int] = {}
        self._last: Node | None = None
        self._complete = False
        self._lock = Lock()

    @property
    def count(self) -> int:
        """How many rows are known."""
        return len(self._ends)

    @property
    def complete(self) -> bool:
        """Whether there are no more rows than are known, or than a table holds."""
        return self._complete

    def index(self, pause: Pause = no_pause) -> None:
        """Index on, by a page of rows; the columns grow with the first ones."""
        with self._lock:
            self._index(pause)

    def _index(self, pause: Pause) -> None:
        if self._complete:
            return
        nodes = self._children.take(PAGE, pause)
        if self._last is not None:
            nodes.insert(0, self._last)
            self._last = None
        if nodes and not nodes[-1].end:
            self._last = nodes.pop()
        for node in nodes:
            if len(self._starts) < SAMPLE and node.kind is NodeKind.OBJECT:
                self._learn(node, pause)
            self._starts.append(node.start)
            self._ends.append(node.end)
        self.cut = len(self._ends) >= MOST_ROWS and not self._children.complete
        self._complete = self._children.complete or self.cut

    def rows(
        self, numbers: Sequence[int], pause: Pause = no_pause, *, whole: bool = False
    ) -> list[Cells]:
        """Return the cells of rows; long ones are cut unless they are wanted `whole`."""
        return [self._cells(number, pause, whole) for number in numbers]

    def key(self, number: int, column: int) -> SortKey:
        """Return what a row is ordered by in a column; see `sort_key`."""
        if self._ends[number] - self._starts[number] > LONGEST_WHOLE:
            return sort_key(None)
        try:
            row = _decoder.decode(self.json(number))
        except (ValueError, RecursionError):
            return sort_key(None)
        if not isinstance(row, dict) or self.columns[column] not in row:
            return sort_key(None)
        return sort_key(_parsed_cell(row[self.columns[column]]))

    def holds(self, number: int, wanted: str) -> bool:
        """Return whether a cell of a row has a text in it, which is given in lower case."""
        if self._ends[number] - self._starts[number] > LONGEST_WHOLE:
            return False
        received = self.json(number).casefold()
        if wanted not in received and "\\" not in received:
            return False
        cells = self._cells(number, no_pause, whole=True)
        return any(cell is not None and wanted in cell.text.casefold() for cell in cells)

    def json(self, number: int) -> str:
        """Return a row as received."""
        return self._bytes(self._starts[number], self._ends[number]).decode("utf-8", "replace")

    def _learn(self, node: Node, pause: Pause) -> None:
        scan = Children(self._body, node)
        while not scan.complete and len(self._known) < MOST_COLUMNS:
            for member in scan.take(PAGE, pause):
                if member.key is not None:
                    self._known.setdefault(decoded(member.key), len(self._known))
        if len(self._known) != len(self.columns):
            self.columns = tuple(self._known)

    def _cells(self, number: int, pause: Pause, whole: bool) -> Cells:
        start, end = self._starts[number], self._ends[number]
        cells: list[Cell | None] = [None] * len(self.columns)
        first = self._bytes(start, start + 1)
        node = Node(NodeKind.OBJECT, start, end, first)
        scan = Children(self._body, node)
        while first == b"{" and not scan.complete:
            members = scan.take(PAGE, pause)
            for member in members:
                at = self._known.get(decoded(member.key or b""), -1)
                if 0 <= at < len(cells):
                    cells[at] = self._cell(member, pause, whole)
        return tuple(cells)

    def _cell(self, node: Node, pause: Pause, whole: bool) -> Cell:
        end = node.end or measure(self._body, node.start, pause).end
        longest = LONGEST_WHOLE if whole else _LONGEST_CELL
        cut = end - node.start > longest
        token = self._bytes(node.start, node.start + longest if cut else end)
        if node.kind is not NodeKind.STRING:
            return Cell(token.decode("utf-8", "replace"), node.kind, cut)
        if cut:
            return Cell(token[1:].decode("utf-8", "ignore"), node.kind, cut)
        return Cell(decoded(token), node.kind)

    def _bytes(self, start: int, end: int) -> bytes:
        try:
            return self._body.read_at(start, end - start)
        except (ValueError, OSError) as error:
            raise Stopped from error


def find_table(body: BodyHandle, pause: Pause = no_pause) -> JsonTableRows | None:
    """Return the rows of the largest array of objects near the root; None without one.

    A body of several objects, one on each line, is such an array.
    """
    roots = Children(body)
    top = roots.take(2, pause)
    if len(top) > 1 and all(node.kind is NodeKind.OBJECT for node in top):
        return JsonTableRows(body, None)
    best: Node | None = None
    waiting = deque((node, 1) for node in top if node.is_container)
    while waiting:
        node, depth = waiting.popleft()
        scan = Children(body, node)
        below = scan.take(PAGE, pause)
        if node.kind is NodeKind.ARRAY and _is_list_of_objects(below):
            if best is None or _size(node) > _size(best):
                best = node
        elif depth < _NEAR_ROOT:
            waiting += [(child, depth + 1) for child in below if child.is_container and child.count]
    return JsonTableRows(body, best) if best is not None else None


def _is_list_of_objects(nodes: list[Node]) -> bool:
    """Most of the first values are objects."""
    objects = sum(node.kind is NodeKind.OBJECT for node in nodes)
    return objects * 2 > len(nodes)


def _size(node: Node) -> float:
    return node.end - node.start if node.end else float("inf")


def sort_key(cell: Cell | None) -> SortKey:
    """Return what a cell is ordered by: nothing, null, false, true, numbers by value, texts."""
    if cell is None:
        return (0, 0.0, "")
    if cell.kind is NodeKind.NUMBER:
        return (2, _number(cell.text), "")
    if cell.kind is NodeKind.LITERAL:
        return (1, 0.0, cell.text)
    rank = 4 if cell.kind in CONTAINERS else 3
    return (rank, 0.0, cell.text.casefold())


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


_decoder = JSONDecoder(parse_int=_Number, parse_float=_Number, parse_constant=_Number)


def _parsed_cell(value: object) -> Cell:
    """Return a parsed value as far as its order goes."""
    if isinstance(value, _Number):
        return Cell(value, NodeKind.NUMBER)
    if isinstance(value, str):
        return Cell(value)
    if isinstance(value, dict | list):
        return Cell("", NodeKind.OBJECT)
    return Cell({None: "", False: "false", True: "true"}[value], NodeKind.LITERAL)  # type: ignore[index]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def sorted_rows(
    table: TableRows, numbers: Sequence[int], column: int, descending: bool, pause: Pause = no_pause
) -> list[int]:
    """Return the numbers of rows in the order of a column; rows that are alike stay in theirs."""
    keys: list[SortKey] = []
    for number in numbers:
        pause()
        keys.append(table.key(number, column))
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=descending)
    return [numbers[at] for at in order]


def matching_rows(
    table: TableRows, text: str, numbers: Sequence[int], pause: Pause = no_pause
) -> list[int]:
    """Return the rows that have a text in one of their cells, in either case."""
    wanted = text.casefold()
    found = []
    for number in numbers:
        pause()
        if table.holds(number, wanted):
            found.append(number)
    return found


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class CsvText:
    """Rows as CSV (RFC 4180); counts what it changed."""

    guarded: int = 0
    """Texts that a spreadsheet program would run as a formula; they got an apostrophe."""

    def line(self, values: Sequence[Cell | str | None], separator: str = ",") -> str:
        """Return a row with its line end."""
        return separator.join(self._field(value, separator) for value in values) + "\r\n"

    def _field(self, value: Cell | str | None, separator: str) -> str:
        text = value.text if isinstance(value, Cell) else value or ""
        is_number = isinstance(value, Cell) and value.kind is NodeKind.NUMBER
        if text.startswith(_FORMULA) and not is_number:
            self.guarded += 1
            text = "'" + text
        if any(sign in text for sign in (separator, '"', "\r", "\n")):
            return '"' + text.replace('"', '""') + '"'
        return text


def csv_pieces(
    table: TableRows, numbers: Sequence[int], text: CsvText, pause: Pause = no_pause
) -> Iterator[bytes]:
    """Yield rows as CSV in UTF-8, titles first."""
    yield text.line(table.columns).encode("utf-8", "replace")
    for number in numbers:
        pause()
        yield text.line(table.rows([number], pause, whole=True)[0]).encode("utf-8", "replace")
