"""One job at a time, of which only the newest result counts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.jobs import Job, JobRunner


class LatestJob(QObject):
    """Starting another job, or the end of this object, drops the result of the one before.

    Signals: `finished(result)` of the newest job.
    """

    finished = Signal(object)

    def __init__(self, jobs: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None

    @property
    def running(self) -> bool:
        """Whether a result is still to come."""
        return self._job is not None

    def start(self, run: Callable[[CancelToken], object]) -> None:
        """Run `run(token)` on a worker and tell its result; nothing is run once the window ends."""
        self.drop()
        if self._jobs.closed:
            return
        self._job = self._jobs.start(run)
        self._job.finished.connect(self._on_finished)
        self._job.ended.connect(self._on_ended)

    def drop(self) -> None:
        """Cancel the job that is under way; its result is not told."""
        if self._job is not None:
            self._job.finished.disconnect(self._on_finished)
            self._job.ended.disconnect(self._on_ended)
            self._job.cancel()
            self._job = None

    def _on_finished(self, result: object) -> None:
        self._end()
        self.finished.emit(result)

    def _on_ended(self) -> None:
        """A job that failed has no result; what it was for is not waited for any more."""
        self._end()

    def _end(self) -> None:
        if self._job is not None:
            self._job.ended.disconnect(self._on_ended)
            self._job = None
