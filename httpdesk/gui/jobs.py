"""Work off the UI thread: the only file that starts a thread.

A job takes an idle QThread worker; when all are busy a new one is started, up to a bound, beyond
which jobs queue. Jobs of one *lane* run one after the other in the order they were started, which
is what writes to the same file or database need.

Workers know plain tasks by number only. Everything that a task refers to is released on the UI
thread, because a QObject that dies on a worker thread takes the process with it. For the same
reason Python's cycle collector, which otherwise runs on whatever thread happens to allocate, is
switched off once there is a second thread; `_settle` runs it on the UI thread instead.
"""

from __future__ import annotations

import gc
import itertools
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot

from httpdesk.engine.cancel import CancelToken
from httpdesk.model.error_base import HttpDeskError

MOST_WORKERS = 32
SHUTDOWN_MS = 1500

Result = TypeVar("Result")
Run = Callable[[CancelToken], object]


class Job(QObject):
    """A running or queued piece of work; its signals arrive on the UI thread."""

    finished = Signal(object)
    """The value that the run function returned."""
    failed = Signal(object)
    """The HttpDeskError that it raised."""
    crashed = Signal(object)
    """A Crash: any other exception, which is a bug of ours."""
    ended = Signal()
    """After any of the three."""

    def __init__(self, token: CancelToken) -> None:
        super().__init__()
        self._token = token

    def cancel(self) -> None:
        """Ask the run function to stop; a queued job is still run and sees the token set."""
        self._token.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._token.cancelled

    def runs_with(self, token: CancelToken) -> bool:
        """Return whether `token` is the one that the job was given."""
        return token is self._token


@dataclass(frozen=True, slots=True)
class Crash:
    """A bug of ours in a job: the exception and its whole report as text."""

    error: BaseException
    report: str


@dataclass(slots=True)
class _Task:
    job: Job
    run: Run
    token: CancelToken
    lane: str | None
    started: bool = False
    outcome: object = None
    signal: str = ""


@dataclass(slots=True)
class _Lane:
    waiting: deque[int] = field(default_factory=deque)
    busy: bool = False


class _Worker(QObject):
    """Runs tasks on its own QThread, one at a time."""

    submitted = Signal(object)
    done = Signal(object, object)

    def __init__(self, tasks: dict[int, _Task]) -> None:
        super().__init__()
        self._tasks = tasks
        self.thread_ = QThread()
        self.thread_.setObjectName("httpdesk-worker")
        self.moveToThread(self.thread_)
        self.submitted.connect(self._execute)
        self.thread_.start()

    @Slot(object)
    def _execute(self, number: int) -> None:
        _run(self._tasks[number])
        self.done.emit(self, number)


def _run(task: _Task) -> None:
    """Run the task and leave its outcome in it."""
    task.started = True
    try:
        task.outcome = task.run(task.token)
        task.signal = "finished"
    except HttpDeskError as error:
        task.outcome, task.signal = _without_frames(error), "failed"
    except BaseException as error:  # noqa: BLE001 - a worker must always report back
        report = "".join(traceback.format_exception(error))
        task.outcome, task.signal = Crash(_without_frames(error), report), "crashed"


def _without_frames(error: BaseException) -> BaseException:
    """Take the frames off an error and its causes.

    They hold the task, and the task holds the error: a circle that the collector could free on any
    thread.
    """
    link: BaseException | None = error
    while link is not None:
        link.__traceback__ = None
        link = link.__cause__ or link.__context__
    return error


def _collect_garbage() -> None:
    """Run the cycle collector as often as it would run by itself, on this thread."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return


class JobRunner(QObject):
    """Starts jobs and ends them all when the window closes."""

    jobCrashed = Signal(object)
    """The Crash of any job that failed by a bug of ours."""

    def __init__(self, parent: QObject | None = None, *, most_workers: int = MOST_WORKERS) -> None:
        super().__init__(parent)
        self._most_workers = most_workers
        self._numbers = itertools.count()
        self._tasks: dict[int, _Task] = {}
        self._idle: list[_Worker] = []
        self._workers: list[_Worker] = []
        self._queue: deque[int] = deque()
        self._lanes: dict[str, _Lane] = {}
        self._closed = False

    @property
    def running(self) -> int:
        """How many jobs have not ended."""
        return len(self._tasks)

    @property
    def closed(self) -> bool:
        """Whether it is shut down, so that nothing can be started any more."""
        return self._closed

    def start(self, run: Run, *, lane: str | None = None) -> Job:
        """Run `run(token)` on a worker and return its job.

        After `shutdown` nothing runs any more: what the end of an older job asks for is cancelled,
        and nobody is told.
        """
        number, token = next(self._numbers), CancelToken()
        job = Job(token)
        if self._closed:
            token.cancel()
            return job
        self._tasks[number] = _Task(job, run, token, lane)
        if lane is not None:
            self._enter_lane(lane, number)
        else:
            self._queue.append(number)
            self._dispatch()
        return job

    def shutdown(self, limit_ms: int = SHUTDOWN_MS) -> bool:
        """Cancel everything and wait up to `limit_ms`; return whether every thread has ended.

        Jobs in a lane are not cancelled but brought to their end, because they are writes. When
        False is returned a worker is stuck in a call that cannot be interrupted; its QThread must
        not be destroyed, so the process should end by `os._exit`.
        """
        self._closed = True
        self._queue.clear()
        for task in self._tasks.values():
            if task.lane is None:
                task.token.cancel()
        for worker in self._workers:
            worker.thread_.quit()
        end = time.monotonic() + limit_ms / 1000
        ended = [self._wait(worker, end) for worker in self._workers]
        self._finish_lanes()
        return all(ended)

    @staticmethod
    def _wait(worker: _Worker, end: float) -> bool:
        left = max(0, int((end - time.monotonic()) * 1000))
        return worker.thread_.wait(left)

    def _finish_lanes(self) -> None:
        """Run the writes that no worker has begun, here: nobody is left to be kept waiting."""
        for task in self._tasks.values():
            if task.lane is not None and not task.started:
                _run(task)

    def _enter_lane(self, name: str, number: int) -> None:
        lane = self._lanes.setdefault(name, _Lane())
        if lane.busy:
            lane.waiting.append(number)
        else:
            lane.busy = True
            self._give(number)

    def _dispatch(self) -> None:
        while self._queue and (self._idle or len(self._workers) < self._most_workers):
            self._give(self._queue.popleft())

    def _give(self, number: int) -> None:
        worker = self._idle.pop() if self._idle else self._new_worker()
        worker.submitted.emit(number)

    def _new_worker(self) -> _Worker:
        gc.disable()
        worker = _Worker(self._tasks)
        worker.done.connect(self._settle)
        self._workers.append(worker)
        return worker

    @Slot(object, object)
    def _settle(self, worker: _Worker, number: int) -> None:
        task = self._tasks.pop(number)
        self._idle.append(worker)
        self._leave_lane(task)
        self._dispatch()
        getattr(task.job, task.signal).emit(task.outcome)
        if task.signal == "crashed":
            self.jobCrashed.emit(task.outcome)
        task.job.ended.emit()
        # What is connected to the job may refer to it; deleting it undoes that circle.
        task.job.deleteLater()
        _collect_garbage()

    def _leave_lane(self, task: _Task) -> None:
        if task.lane is None or self._closed:
            return
        lane = self._lanes[task.lane]
        if lane.waiting:
            self._give(lane.waiting.popleft())
        else:
            lane.busy = False
