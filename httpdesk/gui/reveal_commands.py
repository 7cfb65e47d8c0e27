"""Reveal masked values: the command, and the words at the bottom that say what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from httpdesk.gui.parts import Handlers, WindowParts

if TYPE_CHECKING:
    from httpdesk.gui.request_page import RequestPage


class RevealCommands(QObject):
    """Shows the masked values of the response in front until they are hidden (statement 76)."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        parts.status_line.maskingRequested.connect(self._action.trigger)
        parts.documents.frontChanged.connect(lambda _: self._show())
        parts.editors.pageMade.connect(self._page_made)
        self._show()

    def handlers(self) -> Handlers:
        """Return the handler by action."""
        return {"response.reveal": self._parts.with_page(lambda page: page.viewer.secrets.toggle())}

    def _page_made(self, page: RequestPage) -> None:
        page.viewer.secrets.changed.connect(self._show)

    def _show(self) -> None:
        page = self._parts.page
        shown = page is not None and page.viewer.secrets.shown
        self._action.setEnabled(page is not None)
        self._action.setChecked(shown)
        self._parts.status_line.set_masked(not shown)

    @property
    def _action(self) -> QAction:
        return self._parts.actions["response.reveal"]
