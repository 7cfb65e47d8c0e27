"""Files outside of a collection that the user named here: only those may be sent without asking."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui import draft_keeper
from httpdesk.gui.draft_keeper import DraftKeeper
from httpdesk.gui.ports import WindowPorts
from httpdesk.model.request import Request, upload_paths

if TYPE_CHECKING:
    from httpdesk.gui.documents import Document

MOST_UPLOADS = 500


class NamedFiles(QObject):
    """Remembers them over a restart, the latest last."""

    def __init__(self, ports: WindowPorts, keeper: DraftKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._ports = ports
        self._keeper = keeper
        self._paths: list[str] = []

    def restore(self, paths: Iterable[object]) -> None:
        """Take what the last run kept."""
        self._paths = [str(path) for path in paths]
        for path in self._paths:
            self._ports.allow_upload(path)

    def allow(self, paths: Iterable[str]) -> None:
        """Let these be sent, and remember them."""
        named = tuple(paths)
        self._paths = [*self._paths, *(path for path in named if path not in self._paths)]
        del self._paths[:-MOST_UPLOADS]
        for path in named:
            self._ports.allow_upload(path)
        self._keeper.keep_state(draft_keeper.UPLOADS, json.dumps(self._paths))


def typed_paths(document: Document, request: Request) -> frozenset[str]:
    """Return the files that `request` names, and neither the document nor its file so far."""
    known = upload_paths(document.request.body)
    if document.saved is not None:
        known |= upload_paths(document.saved.body)
    return frozenset(upload_paths(request.body) - known)
