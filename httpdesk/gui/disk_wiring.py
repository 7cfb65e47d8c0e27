"""What the window says and does when files change outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from httpdesk.gui.disk_changes import BESIDE, DiskChanges
from httpdesk.gui.documents import Document
from httpdesk.gui.parts import WindowParts
from httpdesk.gui.request_commands import RequestCommands
from httpdesk.gui.titles import document_title

if TYPE_CHECKING:
    from httpdesk.gui.connection_keeper import ConnectionKeeper
    from httpdesk.gui.environment_catalog import EnvironmentCatalog


class DiskWiring(QObject):
    """Connects what DiskChanges tells with those whom it concerns."""

    def __init__(self, parts: WindowParts, requests: RequestCommands) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self.changes = DiskChanges(
            parts.ports.collections, parts.workspace, parts.documents, parts.jobs, self
        )
        self.changes.inheritedChanged.connect(requests.refresh_scope)
        self.changes.tabsDetached.connect(self._say_detached)
        self.changes.watch.limitReached.connect(self._say_limit)

    def follow(self, connections: ConnectionKeeper, environments: EnvironmentCatalog) -> None:
        """Have what lies beside the requests of a collection read again when it changed."""
        changes, reloads = self.changes, (environments.reload, connections.reload)

        def read(root: str, paths: frozenset[str]) -> None:
            for folder, reload in zip(BESIDE, reloads, strict=True):
                if not paths or any(f"/{folder}/" in f"{path}/" for path in paths):
                    reload()

        changes.changed.connect(read)
        changes.more_files = lambda: [
            f"{PurePath(each.root).as_posix()}/{each.path}"
            for collection in self._parts.workspace.collections
            for each in environments.of(collection.root)
        ]
        environments.changed.connect(changes.rewatch)

    def _say_detached(self, documents: Sequence[Document]) -> None:
        if len(documents) == 1:
            words = self.tr("The file of {0} was deleted outside HTTPDesk. Its tab keeps it.")
            text = words.format(document_title(documents[0]))
        else:
            words = self.tr("{0} open files were deleted outside HTTPDesk. Their tabs keep them.")
            text = words.format(len(documents))
        self._parts.notices.offer(text, "", lambda: None)

    def _say_limit(self) -> None:
        self._parts.notices.say(
            self.tr(
                "There are more folders than this system lets a program watch. Changes made "
                "outside show when you come back to the window."
            )
        )
