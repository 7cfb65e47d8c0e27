"""Writes each send of the window into the history, behind the back of the sending itself."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from httpdesk.gui.jobs import Crash, JobRunner
from httpdesk.gui.ports import WindowPorts
from httpdesk.model.storage_errors import StorageFailed

if TYPE_CHECKING:
    from httpdesk.gui.documents import Document
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.history import HistoryRecord, SentFrom
    from httpdesk.model.request import Request

LANE = "history"


class HistoryKeeper(QObject):
    """Takes exchanges on the workers that sent them, and writes in a lane of its own."""

    changed = Signal()
    """Sends were added."""
    failed = Signal(object)
    """The HttpDeskError of a write; told once until a write succeeds again."""
    crashed = Signal(object)
    """The Crash of making a record: a bug of ours, which the send knows nothing of."""
    _noted = Signal()

    def __init__(self, ports: WindowPorts, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ports = ports
        self._jobs = jobs
        self._waiting: deque[HistoryRecord] = deque()
        self._lock = threading.Lock()
        self._finished = False
        self._failing = False
        self._noted.connect(self._write, Qt.ConnectionType.QueuedConnection)

    def noting(
        self, document: Document, request: Request, environment: str
    ) -> Callable[[Exchange], None]:
        """Return what keeps the send of `request`, for the worker that sends it."""
        from httpdesk.model.history import SentFrom

        place = SentFrom(document.root or "", document.path or "", environment)
        return lambda exchange: self._note(exchange, request, place)

    def _note(self, exchange: Exchange, request: Request, place: SentFrom) -> None:
        try:
            record = self._record(exchange, request, place)
        except Exception as error:  # noqa: BLE001 - what was sent is shown in any case
            self.crashed.emit(Crash(error, traceback.format_exc()))
            return
        with self._lock:
            finished = self._finished
            self._waiting.append(record)
        if finished:
            with suppress(StorageFailed):
                self._drain()
        else:
            self._noted.emit()

    def finish(self) -> None:
        """The window is closing: sends that end from now on are written where they end."""
        with self._lock:
            self._finished = True
        self._write()

    def _record(self, exchange: Exchange, request: Request, place: SentFrom) -> HistoryRecord:
        from httpdesk.engine.remember import remember

        known = self._ports.known_secrets()
        for _, value in exchange.taken:
            known.note(value)
        return remember(exchange, request, place, known.values)

    def _write(self) -> None:
        if not self._waiting or self._jobs.closed:
            return
        job = self._jobs.start(lambda _: self._drain(), lane=LANE)
        job.finished.connect(self._written)
        job.failed.connect(self._refused)

    def _drain(self) -> bool:
        """Write what waits and return whether there was anything; raises StorageFailed."""
        store = self._ports.history()
        written = False
        with suppress(IndexError):
            while True:
                store.add(self._waiting.popleft())
                written = True
        return written

    def _written(self, written: bool) -> None:
        if written:
            self._failing = False
            self.changed.emit()

    def _refused(self, error: StorageFailed) -> None:
        if not self._failing:
            self._failing = True
            self.failed.emit(error)
