"""The tabs of the response pane that are made when they are first looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from httpdesk.engine.ports import CookieJar
from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response.cookies_view import CookiesView
from httpdesk.gui.response.log_view import LogView
from httpdesk.gui.response.tls_view import TlsView
from httpdesk.gui.response.viewer_parts import COOKIES, LOG, TLS
from httpdesk.model.exchange import Exchange


class LateTabs(QObject):
    """Makes the pages, and shows exchanges on them.

    Signals:
        cookiePutRequested(Cookie, the Cookie it replaces or None),
        cookiesDeleteRequested(list of Cookie): the jar is to be changed.
        pemRequested(pem), logRequested(text): these are to be saved.
        debugRequested: the option that fills the log is to be shown.
    """

    cookiePutRequested = Signal(object, object)
    cookiesDeleteRequested = Signal(object)
    pemRequested = Signal(str)
    logRequested = Signal(str)
    debugRequested = Signal()

    def __init__(self, pages: QStackedWidget, jobs: JobRunner) -> None:
        super().__init__(pages)
        self._pages = pages
        self._jobs = jobs
        self._jar: CookieJar | None = None
        self._revealed = False
        self._cookies: CookiesView | None = None
        self._tls: TlsView | None = None
        self._log: LogView | None = None

    def set_jar(self, jar: CookieJar | None) -> None:
        """Show what this jar holds now; None while it is not known."""
        self._jar = jar
        if self._cookies is not None:
            self._cookies.set_jar(jar)

    def set_revealed(self, on: bool) -> None:
        """Show the values of cookies, or hide them again."""
        self._revealed = on
        if self._cookies is not None:
            self._cookies.model.reveal_all(on)

    def show(self, key: str, exchange: Exchange) -> None:
        """Show an exchange on one of the pages."""
        if key == COOKIES:
            self.cookies.show_exchange(exchange)
        elif key == TLS:
            self.tls.show_exchange(exchange)
        elif key == LOG:
            self.log.show_exchange(exchange)

    @property
    def shown_cookies(self) -> CookiesView | None:
        """The Cookies page while it is on screen."""
        shown = self._cookies is not None and self._pages.currentWidget() is self._cookies
        return self._cookies if shown else None

    @property
    def cookies(self) -> CookiesView:
        """The Cookies page."""
        if self._cookies is None:
            self._cookies = CookiesView()
            self._cookies.putRequested.connect(self.cookiePutRequested)
            self._cookies.deleteRequested.connect(self.cookiesDeleteRequested)
            self._cookies.set_jar(self._jar)
            self._cookies.model.reveal_all(self._revealed)
            self._pages.addWidget(self._cookies)
        return self._cookies

    @property
    def tls(self) -> TlsView:
        """The TLS page."""
        if self._tls is None:
            self._tls = TlsView()
            self._tls.saveRequested.connect(self.pemRequested)
            self._pages.addWidget(self._tls)
        return self._tls

    @property
    def log(self) -> LogView:
        """The Log page."""
        if self._log is None:
            self._log = LogView(self._jobs)
            self._log.saveRequested.connect(self.logRequested)
            self._log.optionRequested.connect(self.debugRequested)
            self._pages.addWidget(self._log)
        return self._log
