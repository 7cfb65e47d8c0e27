"""The menu of the response pane: what is seldom done with a response."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from httpdesk.gui.response.viewer_secrets import ShownSecrets


class ResponseMenu(QObject):
    """Fills the menu of the status row, and keeps its entries in line with the history."""

    def __init__(self, menu: QMenu, secrets: ShownSecrets) -> None:
        super().__init__(menu)
        self.copy_headers = menu.addAction(self.tr("Copy headers"))
        self.copy_timings = menu.addAction(self.tr("Copy timings"))
        menu.addSeparator()
        self.older = menu.addAction(self.tr("Older response"))
        self.newer = menu.addAction(self.tr("Newer response"))
        self.compare = menu.addAction(self.tr("Compare with previous"))
        self.compare.setEnabled(False)
        self.editor = menu.addAction(self.tr("Open in an editor"))
        menu.addSeparator()
        self.reveal = menu.addAction(self.tr("Reveal masked values"))
        self.reveal.setCheckable(True)
        self.reveal.triggered.connect(secrets.set_shown)
        secrets.changed.connect(self.reveal.setChecked)
        menu.addSeparator()
        self.again = menu.addAction(self.tr("Send again"))

    def show_history(self, position: int, count: int) -> None:
        """Enable what can be done at this place of the kept responses, counted from 1."""
        self.older.setEnabled(position > 1)
        self.newer.setEnabled(position < count)
        self.compare.setEnabled(count > 1)
