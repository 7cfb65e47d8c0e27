"""The jobs of a JSON tree: pages of children, sizes, subtrees."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.jobs import Job
from httpdesk.gui.response.hidden_bytes import HiddenBytes, Revealing, without
from httpdesk.gui.response.paced import Pace, elsewhere, paced
from httpdesk.gui.response.tree_page_model import Item, JsonTreeModel
from httpdesk.gui.response.tree_words import fault_text
from httpdesk.model.offload_errors import OffloadFailed
from httpdesk.render.find_bytes import Pattern, find, find_back
from httpdesk.render.json_tree import (
    PAGE,
    Branch,
    Children,
    Fault,
    Node,
    grow,
    measure,
    place_of,
)
from httpdesk.render.json_way import Level, way_to
from httpdesk.render.rows import Elsewhere, Match

if TYPE_CHECKING:
    from httpdesk.engine.cancel import CancelToken
    from httpdesk.engine.offload import Offload
    from httpdesk.gui.ports import Lazy
    from httpdesk.gui.response.body_page import PageTools
    from httpdesk.model.response import BodyHandle

MOST_EXPANDED = 10_000
"""Values that "Expand all" opens at once."""
_DEEPEST_EXPANDED = 100
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Page:
    nodes: list[Node]
    complete: bool
    fault: Fault | None
    fault_text: str


@dataclass(frozen=True, slots=True)
class _Told(Generic[Value]):
    """What a job returns when its result is still wanted."""

    value: Value


@dataclass(frozen=True, slots=True)
class FoundInTree:
    """A match of a search and the values that lead to it."""

    match: Match
    way: list[Level]
    wrapped: bool
    """Whether it lies on the other side of where the search began."""


class TreeLoader(QObject):
    """Reads what a tree shows of one body at a time; what belongs to the one before is dropped.

    Signals:
        opened: the first values are in the model.
        found(FoundInTree): a match and the way to it; None without one.
        grown(item): all values below an item are in the model, or as many as are read at once.
    """

    opened = Signal()
    found = Signal(object)
    grown = Signal(object)

    def __init__(self, tools: PageTools, model: JsonTreeModel, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = tools.jobs
        self._offload = tools.offload
        self._model = model
        self._body: BodyHandle | None = None
        self._running: dict[Job, Callable[[object], None]] = {}
        self._growing: Job | None = None
        self._finding: Job | None = None
        self._measuring = False
        self._to_measure: deque[Item] = deque(maxlen=64)

    @property
    def busy(self) -> bool:
        """Whether something is being read that will change the tree."""
        return bool(self._running)

    @property
    def is_open(self) -> bool:
        """Whether there is a body."""
        return self._body is not None

    @property
    def growing(self) -> bool:
        """Whether a subtree is being read."""
        return self._growing is not None

    def open(self, body: BodyHandle, hidden: HiddenBytes, shown: Revealing) -> None:
        """Begin with another body; what is `hidden` in it, and not `shown`, is not found."""
        self.close()
        self._outside = partial(without, hidden, shown)
        self._body = body
        self._model.reset(opened=True)
        self.load(self._model.root)

    def close(self) -> None:
        """Let go of the body."""
        for job in self._running:
            job.cancel()
        self._running.clear()
        self._to_measure.clear()
        self._growing, self._finding, self._measuring = None, None, False
        self._body = None
        self._model.reset(opened=False)

    def load(self, item: Item) -> None:
        """Read the next page of an item's children."""
        if self._body is None or item.loading or item.tail is None or item.tail.fault_text:
            return
        if item.children is None:
            item.children = Children(self._body, item.node)
        item.loading = True
        work = partial(_read_page, item.children, self._offload)
        self.run(work, partial(self._on_page, item, item.children, len(item.kids) + PAGE))

    def measure(self, item: Item) -> None:
        """Find out how large a container is and how much is in it, when nothing else is."""
        if item.node is None or not item.node.is_container or item.node.count >= 0:
            return
        above = item.parent
        # The way to the next page goes through the last value, and tells how large it is.
        if above is None or not above.loading or above.kids[-1] is not item:
            self._to_measure.append(item)
            self._measure_next()

    def grow(self, item: Item) -> None:
        """Read all below an item, up to a bound."""
        if self._body is None or item.node is None or not item.node.is_container:
            return
        self.stop_growing()
        work = partial(_grow, item.node)
        self._growing = self.run(work, partial(self._on_grown, item))

    def restart(self, item: Item) -> None:
        """Read the children of an item from the first one on."""
        if self._body is not None:
            self._model.place(item, Level(0, [], 0, Children(self._body, item.node)))
            self.load(item)

    def find(self, text: str, start: int, *, back: bool) -> None:
        """Look for a text from a byte on, or before it; once around the body."""
        self.stop_finding()
        work = partial(_find, _Search(Pattern(text), start, back, self._outside), self._offload)
        self._finding = self.run(work, self._on_found)

    def stop_finding(self) -> None:
        """Look for nothing any more."""
        if self._finding is not None:
            self._drop(self._finding)
            self._finding = None

    def show_way(self, levels: Sequence[Level]) -> Item:
        """Bring the values on a way into the model and return the last of them."""
        item = self._model.root
        for level in levels:
            start = level.nodes[level.row].start
            kid = item.kid(start)
            if kid is None:
                self._model.place(item, level)
                kid = item.kid(start)
            assert kid is not None
            item = kid
        return item

    def _on_found(self, found: FoundInTree | None) -> None:
        self._finding = None
        self.found.emit(found)

    def stop_growing(self) -> None:
        """Give up reading a subtree."""
        if self._growing is not None:
            self._drop(self._growing)
            self._growing = None

    def run(self, work: Callable[[BodyHandle, Pace], Value], tell: Callable[[Value], None]) -> Job:
        """Do other work on the body; `tell` gets the result, unless another body is shown then."""
        assert self._body is not None
        return self._start(partial(_work, self._body, work), tell)

    def _start(self, run: Callable[[CancelToken], object], tell: Callable[..., None]) -> Job:
        job = self._jobs.start(run)
        self._running[job] = tell
        job.finished.connect(partial(self._on_finished, job))
        return job

    def _drop(self, job: Job) -> None:
        job.cancel()
        self._running.pop(job, None)

    def _on_finished(self, job: Job, result: object) -> None:
        tell = self._running.pop(job, None)
        if tell is not None and isinstance(result, _Told):
            tell(result.value)

    def _on_page(self, item: Item, children: Children, goal: int, page: _Page) -> None:
        if item.children is not children:
            return
        item.loading = False
        is_first = item is self._model.root and not item.kids
        self._model.append(item, page.nodes)
        if item.kids:
            self._tell_last(item, len(item.kids) - len(page.nodes) - 1)
        if page.complete:
            self._model.end(item, page.fault, page.fault_text)
        elif len(item.kids) < goal:
            self.load(item)
        if is_first:
            self.opened.emit()

    def _tell_last(self, item: Item, row: int) -> None:
        """The last container of the page before is known to its end by now."""
        if row >= 0:
            self._model.tell_measured(item.kids[row])

    def _on_grown(self, item: Item, branch: Branch) -> None:
        self._growing = None
        self._model.graft(item, branch)
        self.grown.emit(item)

    def _measure_next(self) -> None:
        if self._measuring or self._body is None:
            return
        while self._to_measure:
            item = self._to_measure.popleft()
            if item.node is not None and item.node.count < 0:
                self._measuring = True
                work = partial(_measure, item.node, self._offload)
                self.run(work, partial(self._on_measured, item))
                return

    def _on_measured(self, item: Item, _: object) -> None:
        self._measuring = False
        self._model.tell_measured(item)
        self._measure_next()


def _far(
    offload: Lazy[Offload],
    body: BodyHandle,
    pace: Pace,
    work: Callable[[Elsewhere | None], Value],
) -> Value:
    """Do work with the help of the process beside the window, or without it where that fails."""
    try:
        return work(elsewhere(offload, body, pace))
    except OffloadFailed:
        return work(None)


def _read_page(children: Children, offload: Lazy[Offload], body: BodyHandle, pace: Pace) -> _Page:
    nodes = _far(offload, body, pace, lambda far: children.take(PAGE, pace, far))
    fault = children.fault
    words = ""
    if fault is not None:
        words = fault_text(fault.fault, *place_of(body, fault.offset, pace))
    return _Page(nodes, children.complete, fault, words)


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for, from where."""

    pattern: Pattern
    start: int
    back: bool
    outside: Callable[[Iterable[Match]], Iterator[Match]]
    """Leaves out what is hidden."""


def _find(
    wanted: _Search, offload: Lazy[Offload], body: BodyHandle, pace: Pace
) -> FoundInTree | None:
    return _far(offload, body, pace, lambda far: _found(wanted, body, pace, far))


def _found(
    wanted: _Search, body: BodyHandle, pace: Pace, far: Elsewhere | None
) -> FoundInTree | None:
    search = find_back if wanted.back else find
    match = next(wanted.outside(search(body, wanted.pattern, wanted.start, pace, far)), None)
    wrapped = match is None
    if match is None:
        other_end = body.size if wanted.back else 0
        match = next(wanted.outside(search(body, wanted.pattern, other_end, pace, far)), None)
    if match is None:
        return None
    way = way_to(body, match.start, _DEEPEST_EXPANDED, pace, far)
    return FoundInTree(match, way, wrapped)


def _measure(node: Node, offload: Lazy[Offload], body: BodyHandle, pace: Pace) -> None:
    extent = _far(offload, body, pace, lambda far: measure(body, node.start, pace, far))
    node.end, node.count = extent.end, extent.count


def _grow(node: Node, body: BodyHandle, pace: Pace) -> Branch:
    return grow(body, node, MOST_EXPANDED, _DEEPEST_EXPANDED, pace)


def _work(
    body: BodyHandle, work: Callable[[BodyHandle, Pace], Value], cancel: CancelToken
) -> _Told[Value] | None:
    return paced(lambda pace: _Told(work(body, pace)), cancel)
