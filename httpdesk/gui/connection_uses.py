"""Which requests, folders and open collections name a connection; read in a job."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.cancel import CancelToken
from httpdesk.gui.parts import WindowParts
from httpdesk.model.connection import ConnectionUse
from httpdesk.model.errors import StorageFailed


class ConnectionUses(QObject):
    """Knows what was found last; `read` looks anew."""

    changed = Signal()

    def __init__(self, parts: WindowParts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._found: tuple[ConnectionUse, ...] = ()
        self._reads = self._again = False

    def found(self) -> tuple[ConnectionUse, ...]:
        """Return all uses of all connections, in the order of the tree."""
        return self._found

    def read(self) -> None:
        """Look into the open collections; once more when that goes on already."""
        if self._reads:
            self._again = True
            return
        self._reads, self._again = True, False
        ports = self._parts.ports
        roots = [each.root for each in self._parts.workspace.collections]

        def look(_: CancelToken) -> tuple[ConnectionUse, ...]:
            found: list[ConnectionUse] = []
            for root in roots:
                try:
                    found += ports.collections().connection_uses(root)
                except StorageFailed:
                    # The tree tells of a collection that cannot be read.
                    continue
            return tuple(found)

        job = self._parts.jobs.start(look)
        job.finished.connect(self._take)
        job.ended.connect(self._end)

    def _take(self, found: tuple[ConnectionUse, ...]) -> None:
        if found != self._found:
            self._found = found
            self.changed.emit()

    def _end(self) -> None:
        self._reads = False
        if self._again:
            self.read()
