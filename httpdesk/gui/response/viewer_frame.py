"""How the response pane is laid out: status row, tabs, pages, and what moves when it is narrow."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from httpdesk.gui import theme
from httpdesk.gui.response.hop_bar import ExampleBar, HopBar
from httpdesk.gui.response.pages_bar import PagesBar
from httpdesk.gui.response.status_row import StatusRow
from httpdesk.gui.response.viewer_parts import MERGED_TABS, TABS, ResponsePages, ResponseTabs

MERGED_FROM = 760
"""Width from which status and actions stand in the tab row."""
_LEAST = (360, 160)
# With large text the rows on top need it all but a view bar and a line.
_LEAST_CONTENT = 60


class ResponseFrame(QWidget):
    """A status row, tabs and their pages; with tabs and room both rows are one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = StatusRow()
        self.tabs = ResponseTabs(self.tr("Response"))
        self.page_choice = PagesBar()
        self.hop_choice = HopBar()
        self.example = ExampleBar()
        self.pages = ResponsePages()
        self._merged = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.status)
        self._column.addWidget(self.tabs)
        self._column.addWidget(self.example)
        self._column.addWidget(self.page_choice)
        self._column.addWidget(self.hop_choice)
        self._column.addWidget(self.pages, 1)

    def add_footer(self, footer: QWidget) -> None:
        """Put a row below the pages."""
        self._column.addWidget(footer)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Put the status row into the tab row where there is room, else above it."""
        has_tabs = not self.tabs.isHidden()
        merged = has_tabs and self._has_room_to_merge()
        if merged != self._merged:
            self._merged = merged
            self.status.setParent(None)
            if merged:
                self.tabs.add_trailing(self.status)
            else:
                self._column.insertWidget(0, self.status)
            self.status.setVisible(has_tabs)
            self.tabs.set_height(MERGED_TABS if merged else TABS)
        room = self.width() - self.tabs.tabs_width() - theme.scaled(16)
        self.status.set_room(room if merged else None)
        self.fit_tabs()

    def fit_tabs(self) -> None:
        """Share the row between the tabs and the status anew."""
        if self._merged:
            self.tabs.fit()

    def minimumSizeHint(self) -> QSize:
        rows = MERGED_TABS if self._merged else MERGED_TABS + TABS
        height = max(_LEAST[1], theme.scaled(rows + _LEAST_CONTENT))
        return QSize(theme.scaled(_LEAST[0]), height)

    def _has_room_to_merge(self) -> bool:
        """Return whether one row holds it all; with large text the words decide."""
        if self.width() >= theme.scaled(MERGED_FROM):
            return True
        needed = self.tabs.tabs_width() + self.status.short_width() + theme.scaled(16)
        return self.width() >= max(MERGED_FROM, needed)
