"""The jobs of a JSON tree: pages of children, sizes, subtrees."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.response.body_content import BodyGone, Pace
from httpdesk.gui.response.tree_page_model import Item, JsonTreeModel
from httpdesk.gui.response.tree_words import fault_text
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
from httpdesk.render.rows import Match, Pause, Stopped

if TYPE_CHECKING:
    from httpdesk.engine.cancel import CancelToken
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


def pause_of(cancel: CancelToken) -> Pause:
    """Return the rests of a worker, that end it when it is cancelled."""
    pace = Pace(cancel)

    def pause() -> None:
        try:
            pace()
        except BodyGone as error:
            raise Stopped from error

    return pause


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

    def __init__(self, jobs: JobRunner, model: JsonTreeModel, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
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

    def open(self, body: BodyHandle) -> None:
        """Begin with another body."""
        self.close()
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
        run = partial(_read_page, self._body, item.children)
        self._start(run, partial(self._on_page, item, item.children, len(item.kids) + PAGE))

    def measure(self, item: Item) -> None:
        """Find out how large a container is and how much is in it, when nothing else is."""
        if item.node is not None and item.node.is_container and item.node.count < 0:
            self._to_measure.append(item)
            self._measure_next()

    def grow(self, item: Item) -> None:
        """Read all below an item, up to a bound."""
        if self._body is None or item.node is None or not item.node.is_container:
            return
        self.stop_growing()
        run = partial(_grow, self._body, item.node)
        self._growing = self._start(run, partial(self._on_grown, item))

    def restart(self, item: Item) -> None:
        """Read the children of an item from the first one on."""
        if self._body is not None:
            self._model.place(item, Level(0, [], 0, Children(self._body, item.node)))
            self.load(item)

    def find(self, text: str, start: int, *, back: bool) -> None:
        """Look for a text from a byte on, or before it; once around the body."""
        self.stop_finding()
        work = partial(_find, Pattern(text), start, back)
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

    def run(self, work: Callable[[BodyHandle, Pause], Value], tell: Callable[[Value], None]) -> Job:
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
                self._start(
                    partial(_measure, self._body, item.node), partial(self._on_measured, item)
                )
                return

    def _on_measured(self, item: Item, _: object) -> None:
        self._measuring = False
        self._model.tell_measured(item)
        self._measure_next()


def _read_page(body: BodyHandle, children: Children, cancel: CancelToken) -> object:
    pause = pause_of(cancel)
    try:
        nodes = children.take(PAGE, pause)
        fault = children.fault
        words = ""
        if fault is not None:
            words = fault_text(fault.fault, *place_of(body, fault.offset, pause))
    except Stopped:
        return None
    return _Told(_Page(nodes, children.complete, fault, words))


def _find(
    pattern: Pattern, start: int, back: bool, body: BodyHandle, pause: Pause
) -> FoundInTree | None:
    search = find_back if back else find
    match = next(search(body, pattern, start, pause), None)
    wrapped = match is None
    if match is None:
        match = next(search(body, pattern, body.size if back else 0, pause), None)
    if match is None:
        return None
    return FoundInTree(match, way_to(body, match.start, _DEEPEST_EXPANDED, pause), wrapped)


def _grow(body: BodyHandle, node: Node, cancel: CancelToken) -> object:
    return _work(
        body,
        lambda body, pause: grow(body, node, MOST_EXPANDED, _DEEPEST_EXPANDED, pause),
        cancel,
    )


def _measure(body: BodyHandle, node: Node, cancel: CancelToken) -> object:
    def work(body: BodyHandle, pause: Pause) -> None:
        extent = measure(body, node.start, pause)
        node.end, node.count = extent.end, extent.count

    return _work(body, work, cancel)


def _work(
    body: BodyHandle, work: Callable[[BodyHandle, Pause], Value], cancel: CancelToken
) -> object:
    try:
        return _Told(work(body, pause_of(cancel)))
    except Stopped:
        return None
