"""One job at a time, of which only the newest result counts."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.model.errors import DiskFull


def test_only_the_newest_result_is_told(qtbot: QtBot, jobs: JobRunner) -> None:
    parent = QObject()
    job, told = LatestJob(jobs, parent), list[object]()
    job.finished.connect(told.append)
    job.start(lambda token: token.wait(5))
    job.start(lambda _: "new")
    qtbot.waitUntil(lambda: jobs.running == 0)
    assert told == ["new"]
    assert not job.running


def test_a_job_that_fails_is_not_waited_for(qtbot: QtBot, jobs: JobRunner) -> None:
    parent = QObject()
    job, told = LatestJob(jobs, parent), list[object]()
    job.finished.connect(told.append)

    def fail(_token: CancelToken) -> object:
        raise DiskFull(path="/", needed=1)

    job.start(fail)
    assert job.running
    qtbot.waitUntil(lambda: jobs.running == 0)
    assert (job.running, told) == (False, [])


def test_another_may_be_started_when_one_is_told(qtbot: QtBot, jobs: JobRunner) -> None:
    parent = QObject()
    job, told = LatestJob(jobs, parent), list[object]()

    def on_result(result: object) -> None:
        told.append(result)
        if len(told) < 3:
            job.start(lambda _: len(told))

    job.finished.connect(on_result)
    job.start(lambda _: 0)
    qtbot.waitUntil(lambda: told == [0, 1, 2])
    qtbot.waitUntil(lambda: not job.running)
