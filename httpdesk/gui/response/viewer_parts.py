"""What the response pane is laid out of: its tab row, and the pages with the veil over them."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget

from httpdesk.gui.response.sending import Veil
from httpdesk.gui.widgets.tab_row import TabRow

TABS: Final = 36
MERGED_TABS: Final = 40
"""The row's height while it holds the status row too."""


class ResponseTabs(TabRow):
    """A tab row that is higher when it holds the status row too."""

    def __init__(self, name: str) -> None:
        super().__init__(name, height=TABS)

    def set_height(self, height: int) -> None:
        """Change the height, in pixels at 100 % text size."""
        self._height = height
        self._restyle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()  # a tab bar that is hidden does not tell the layout of new tabs

    def fit(self) -> None:
        """Share the width between the tabs and what stands at their right anew."""
        self._trailing.invalidate()
        self._fit()


class ResponsePages(QStackedWidget):
    """The pages of the tabs, and the veil over them."""

    def __init__(self) -> None:
        super().__init__()
        self.veil = Veil(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.veil.setGeometry(self.rect())
