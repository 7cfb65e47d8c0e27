"""What the response pane is laid out of: its tab row, and the pages with the veil over them."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget

from httpdesk.gui.response import timeline_rows
from httpdesk.gui.response.cookies_view import set_cookies
from httpdesk.gui.response.sending import Veil
from httpdesk.gui.response.tls_facts import tls_mark
from httpdesk.gui.widgets.tab_row import TabRow
from httpdesk.model.exchange import Exchange

TABS: Final = 36
MERGED_TABS: Final = 40
"""The row's height while it holds the status row too."""


BODY, ERROR, HEADERS, COOKIES = "body", "error", "headers", "cookies"
TIMELINE, TLS, LOG, COMPARE = "timeline", "tls", "log", "compare"


class ResponseTabs(TabRow):
    """The tabs of an exchange, in a row that is higher when it holds the status row too."""

    def __init__(self, name: str) -> None:
        super().__init__(name, height=TABS)

    def set_height(self, height: int) -> None:
        """Change the height, in pixels at 100 % text size."""
        self._height = height
        self._restyle()

    def set_exchange(self, exchange: Exchange, whole: Exchange) -> None:
        """Have the tabs of an answer; Error in place of the first ones when none came.

        `exchange` may be a part of the `whole` one, which the Timeline shows.
        """
        titles = {
            BODY: self.tr("Body"),
            ERROR: self.tr("Error"),
            HEADERS: self.tr("Headers"),
            COOKIES: self.tr("Cookies"),
            TIMELINE: self.tr("Timeline"),
            TLS: self.tr("TLS"),
            LOG: self.tr("Log"),
        }
        shown = [BODY, HEADERS, COOKIES] if exchange.response is not None else [ERROR]
        keys = [*shown, TIMELINE, TLS, LOG]
        before = self.keys()
        if before != keys:
            for key in before:
                self.remove_tab(key)
            for key in keys:
                self.add_tab(key, titles[key])
        if exchange.response is not None:
            self.set_badge(HEADERS, str(len(exchange.response.headers)))
            self.set_badge(COOKIES, str(set_cookies(exchange) or "") or None)
        self.set_badge(TIMELINE, str(timeline_rows.count(whole)))
        self.set_dot(TLS, *tls_mark(exchange))

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
