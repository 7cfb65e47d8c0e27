"""The Compare tab of a response pane: there only while something is compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker, Signal

from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.viewer_frame import ResponseFrame
from httpdesk.gui.response.viewer_parts import COMPARE
from httpdesk.model.exchange import Exchange

if TYPE_CHECKING:
    from httpdesk.gui.response.compare_view import CompareView


class CompareTab(QObject):
    """Puts the tab into the frame and takes it out again.

    Signals: `ended`: the tab is gone, and another one is to be shown.
    """

    ended = Signal()

    def __init__(
        self, frame: ResponseFrame, tools: PageTools, shown: Callable[[], Exchange | None]
    ) -> None:
        super().__init__(frame)
        self._shown = shown
        self._frame = frame
        self._tools = tools
        self._view: CompareView | None = None
        self._revealed = False

    @property
    def view(self) -> CompareView:
        """The page of the tab, made when it is first looked at."""
        if self._view is None:
            from httpdesk.gui.response.compare_view import CompareView

            self._view = CompareView(self._tools)
            self._view.set_revealed(self._revealed)
            self._view.closed.connect(self._end)
            self._frame.pages.addWidget(self._view)
        return self._view

    def set_revealed(self, on: bool) -> None:
        """Show secrets as they are, or hide them again."""
        self._revealed = on
        if self._view is not None:
            self._view.set_revealed(on)

    def show(self, others: tuple[tuple[str, Exchange], ...]) -> None:
        """Compare the exchange on screen with the first of these titled ones, if there are any."""
        shown = self._shown()
        if shown is None or not others:
            return
        self.view.set_exchanges(shown, others)
        tabs = self._frame.tabs
        if COMPARE not in tabs.keys():  # noqa: SIM118 - a row of tabs is no mapping
            tabs.add_tab(COMPARE, self.tr("Compare"))
        tabs.set_current(COMPARE)
        self._frame.fit_tabs()

    def _end(self) -> None:
        self.view.clear()
        with QSignalBlocker(self._frame.tabs):
            self._frame.tabs.remove_tab(COMPARE)
        self.ended.emit()
        self._frame.fit_tabs()
