"""Notices that files take long to be read or written, as on a network drive."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from httpdesk.gui.jobs import Job

SLOW_MS = 400
"""What is over by then needs no words."""


class SlowDisk(QObject):
    """Watches jobs; `waiting` tells when they take long, and when they are done."""

    waiting = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._told = False
        self._timer = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._timer.timeout.connect(lambda: self._tell(True))

    def watch(self, job: Job) -> None:
        """Count a job that was started until it ends."""
        self._count += 1
        if self._count == 1:
            self._timer.start()
        job.ended.connect(self._ended)

    def _ended(self) -> None:
        self._count -= 1
        if not self._count:
            self._timer.stop()
            self._tell(False)

    def _tell(self, waiting: bool) -> None:
        if waiting != self._told:
            self._told = waiting
            self.waiting.emit(waiting)
