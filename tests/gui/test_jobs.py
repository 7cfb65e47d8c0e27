"""Jobs: threads, lanes, cancelling and the end of the program."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import weakref
from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, QTimer, Slot
from pytestqt.qtbot import QtBot

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.model.errors import InvalidMethod


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown()


def test_the_result_arrives_on_the_ui_thread(qtbot: QtBot, runner: JobRunner) -> None:
    seen: list[object] = []
    job = runner.start(lambda _: threading.get_ident())
    job.finished.connect(lambda value: seen.extend((value, threading.get_ident())))
    qtbot.waitSignal(job.ended).wait()
    assert seen[0] != seen[1] == threading.get_ident()


def test_our_errors_fail_the_job_and_others_are_crashes(qtbot: QtBot, runner: JobRunner) -> None:
    def invalid(_: CancelToken) -> None:
        raise InvalidMethod("G T")

    def broken(_: CancelToken) -> None:
        raise ZeroDivisionError

    with qtbot.waitSignal(runner.start(invalid).failed) as failed:
        pass
    assert isinstance(failed.args[0], InvalidMethod)
    with qtbot.waitSignals([runner.jobCrashed, runner.start(broken).crashed]):
        pass


def test_three_quick_jobs_pass_one_that_hangs(qtbot: QtBot, runner: JobRunner) -> None:
    slow = runner.start(lambda token: token.wait(30))
    quick = [runner.start(lambda _: "done") for _ in range(3)]
    with qtbot.waitSignals([job.finished for job in quick], timeout=2000):
        pass
    assert runner.running == 1
    with qtbot.waitSignal(slow.finished) as ended:
        slow.cancel()
    assert ended.args == [True]


def test_a_lane_keeps_its_order(qtbot: QtBot, runner: JobRunner) -> None:
    order: list[int] = []

    def write(number: int) -> Job:
        def run(token: CancelToken) -> None:
            token.wait(0.002)
            order.append(number)

        return runner.start(run, lane="disk")

    jobs = [write(number) for number in range(30)]
    with qtbot.waitSignal(jobs[-1].ended):
        pass
    assert order == list(range(30))


def test_shutdown_finishes_the_writes_of_a_lane(qtbot: QtBot) -> None:
    runner, written = JobRunner(), list[int]()

    def write(number: int) -> None:
        def run(token: CancelToken) -> None:
            token.wait(0.01)
            written.append(number)

        runner.start(run, lane="disk")

    for number in range(10):
        write(number)
    assert runner.shutdown()
    assert written == list(range(10))


def test_shutdown_ends_running_jobs_at_once(qtbot: QtBot) -> None:
    runner = JobRunner()
    for _ in range(5):
        runner.start(lambda token: token.wait(60))
    start = time.monotonic()
    assert runner.shutdown()
    assert time.monotonic() - start < 1
    ran: list[bool] = []
    late = runner.start(lambda _: ran.append(True))
    assert late.cancelled
    assert ran == []


class Receiver(QObject):
    """Counts outcomes and remembers any slot that ran off the UI thread."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.strays = 0

    def take(self, job: Job) -> None:
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.crashed.connect(self._crashed)
        weakref.finalize(job, self._count, "destroyed")

    def _count(self, name: str) -> None:
        self.counts[name] += 1
        self.strays += QThread.currentThread() is not self.thread()

    @Slot(object)
    def _finished(self, _: object) -> None:
        self._count("finished")

    @Slot(object)
    def _failed(self, _: object) -> None:
        self._count("failed")

    @Slot(object)
    def _crashed(self, _: object) -> None:
        self._count("crashed")


def test_two_thousand_mixed_jobs_stay_on_the_ui_thread(qtbot: QtBot, runner: JobRunner) -> None:
    receiver = Receiver()

    def invalid(_: CancelToken) -> None:
        raise InvalidMethod("x")

    def broken(_: CancelToken) -> None:
        raise ZeroDivisionError

    runs = (lambda _: 2**31 + 1, invalid, lambda token: token.wait(30), broken)
    for number in range(2000):
        job = runner.start(runs[number % 4])
        receiver.take(job)
        if number % 4 == 2:
            job.cancel()
        del job
    qtbot.waitUntil(lambda: runner.running == 0, timeout=20_000)
    qtbot.waitUntil(lambda: receiver.counts["destroyed"] == 2000)
    assert receiver.counts == {"finished": 1000, "failed": 500, "crashed": 500, "destroyed": 2000}
    assert receiver.strays == 0


class Owner:
    """A circle of garbage around a QObject with a running timer."""

    def __init__(self) -> None:
        self.me = self
        self.timer = QTimer(interval=1)
        self.timer.start()


def test_garbage_is_never_collected_on_a_worker(qtbot: QtBot, runner: JobRunner) -> None:
    """A QObject that dies on another thread leaves its timer behind, and the process crashes."""
    died_on: set[int] = set()
    gc.collect()
    for _ in range(5):
        weakref.finalize(Owner().timer, lambda: died_on.add(threading.get_ident()))
    gc.enable()
    job = runner.start(lambda _: [[[]] for _ in range(200_000)] and None)
    with qtbot.waitSignal(job.ended, timeout=20_000):
        pass
    gc.collect()
    assert died_on == {threading.get_ident()}


STUCK = """
import os, sys, time
from PySide6.QtCore import QCoreApplication
from httpdesk.gui.jobs import JobRunner
app = QCoreApplication([])
runner = JobRunner()
runner.start(lambda token: time.sleep(60))
start = time.monotonic()
while runner.running and time.monotonic() - start < 0.2:
    app.processEvents()
ended = runner.shutdown(200)
print("ended", ended, round(time.monotonic() - start) < 2, flush=True)
os._exit(7)
"""


def test_a_stuck_call_does_not_keep_the_program_from_ending() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=20, check=False
    )
    assert (done.returncode, done.stdout.split()) == (7, ["ended", "False", "True"])
