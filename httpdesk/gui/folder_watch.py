"""Tells when folders or files change, without ever looking at them by the clock.

The system says when a folder's entries change, which every save does that writes beside and
replaces, and every git command. Editors that write in place change no entry, so files of open tabs
are watched by themselves. What nobody tells of is found when the window becomes active.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication

SETTLE_MS = 150
"""How long a burst of changes, such as a checkout, is gathered before it is told."""
AT_ONCE = 50
"""Paths that are handed to the system in one turn: some tenths of a millisecond."""


class Watcher(Protocol):
    """What is used of QFileSystemWatcher."""

    directoryChanged: SignalInstance
    fileChanged: SignalInstance

    def addPaths(self, files: list[str]) -> list[str]:
        """Watch; return those that cannot be."""

    def removePaths(self, files: list[str]) -> list[str]:
        """Watch no more; return those that were not."""

    def directories(self) -> list[str]:
        """Return the folders that are watched."""

    def files(self) -> list[str]:
        """Return the files that are watched."""


class FolderWatch(QObject):
    """Watches the paths that it is given, as many as the system allows."""

    changed = Signal(object)
    """The frozenset of paths that changed within the last moment."""
    activated = Signal()
    """The user came back to the window: anything may have changed."""
    complete = Signal()
    """Every path that was given is watched now, except those that cannot be."""
    stepped = Signal(float)
    """How many seconds the window was kept from other things by one portion."""
    limitReached = Signal()
    """Once: the system watches no more than this."""

    def __init__(self, parent: QObject | None = None, watcher: Watcher | None = None) -> None:
        super().__init__(parent)
        self._watcher: Watcher | None = None
        self._wanted: frozenset[str] = frozenset()
        self._waiting: list[str] = []
        self._changed: set[str] = set()
        self._limited = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._tell)
        self._step = QTimer(self, singleShot=True, interval=0)
        self._step.timeout.connect(self._add_some)
        if watcher is not None:
            self._begin(watcher)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._state_changed)

    @property
    def limited(self) -> bool:
        """Whether some paths are not watched because the system allows no more."""
        return self._limited

    @property
    def waits(self) -> bool:
        """Whether something is under way; nothing is while nothing changes."""
        return self._settle.isActive() or self._step.isActive()

    def watched(self) -> frozenset[str]:
        """Return the paths that are watched now."""
        if self._watcher is None:
            return frozenset()
        return frozenset((*self._watcher.directories(), *self._watcher.files()))

    def watch(self, paths: Iterable[str]) -> None:
        """Watch these paths and no others; those that are not there are passed over.

        What is new comes in small portions; `complete` follows.
        """
        self._wanted = frozenset(paths)
        if self._watcher is None:
            if not self._wanted:
                return
            self._begin(QFileSystemWatcher(self))
        self._begin_adding()

    def _begin(self, watcher: Watcher) -> None:
        self._watcher = watcher
        watcher.directoryChanged.connect(self._note)
        watcher.fileChanged.connect(self._note)

    def _begin_adding(self) -> None:
        assert self._watcher is not None
        known = self.watched()
        gone = sorted(known - self._wanted)
        if gone:
            self._watcher.removePaths(gone)
        # The folders nearest to the root first: where there is a limit, these say most.
        self._waiting = sorted(self._wanted - known, key=lambda path: (-path.count("/"), path))
        self._step.start()

    def _add_some(self) -> None:
        assert self._watcher is not None
        began = time.perf_counter()
        portion = [self._waiting.pop() for _ in range(min(AT_ONCE, len(self._waiting)))]
        refused = self._watcher.addPaths(portion) if portion else []
        if any(os.path.lexists(path) for path in refused):
            self._waiting.clear()
            self._tell_limit()
        self.stepped.emit(time.perf_counter() - began)
        if self._waiting:
            self._step.start()
        else:
            self.complete.emit()

    def _tell_limit(self) -> None:
        if not self._limited:
            self._limited = True
            self.limitReached.emit()

    def _note(self, path: str) -> None:
        self._changed.add(path)
        # Not started anew with each event: a change that never pauses is told of all the same.
        if not self._settle.isActive():
            self._settle.start()

    def _tell(self) -> None:
        changed, self._changed = frozenset(self._changed), set()
        self.changed.emit(changed)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.activated.emit()
