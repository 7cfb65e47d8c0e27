"""The response pane: shows one exchange, or that there is none yet, or a send under way."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from httpdesk.engine.ports import CookieJar, Progress
from httpdesk.gui import theme
from httpdesk.gui.messages import SAVE_RAW, SHOW_DEBUG, SHOW_TIMELINE
from httpdesk.gui.response.announce import Quarters, announce, announcement_for
from httpdesk.gui.response.arrival import Arrival
from httpdesk.gui.response.body_page import PageTools
from httpdesk.gui.response.body_view import BodyView
from httpdesk.gui.response.body_words import SAVE
from httpdesk.gui.response.compare_tab import CompareTab
from httpdesk.gui.response.cookies_view import CookiesView
from httpdesk.gui.response.error_view import ErrorView
from httpdesk.gui.response.exports import ResponseExports
from httpdesk.gui.response.headers_view import HeadersView
from httpdesk.gui.response.hop_choice import up_to_hop
from httpdesk.gui.response.late_tabs import LateTabs
from httpdesk.gui.response.log_view import LogView
from httpdesk.gui.response.question_view import QuestionView
from httpdesk.gui.response.sending import SendState, SendWatch
from httpdesk.gui.response.timeline_view import TimelineView
from httpdesk.gui.response.tls_view import TlsView
from httpdesk.gui.response.transfer import TransferPanel
from httpdesk.gui.response.viewer_frame import ResponseFrame
from httpdesk.gui.response.viewer_menu import ResponseMenu
from httpdesk.gui.response.viewer_parts import (
    BODY,
    COMPARE,
    COOKIES,
    ERROR,
    HEADERS,
    LOG,
    TIMELINE,
    TLS,
)
from httpdesk.gui.response.viewer_secrets import ShownSecrets
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.key_cap import native_keys
from httpdesk.model.exchange import Exchange
from httpdesk.model.questions import Question


class ResponseViewer(ResponseFrame):
    """Status row, tabs and their pages.

    Signals:
        cancelRequested, resendRequested, olderRequested, newerRequested.
        answered(agrees): the question that a send waits with was answered.
        remedyRequested(key): what a message offers, a key of `httpdesk.gui.messages`.
        bodyShown: the body of the exchange, or what stands in its place, is on screen.
        editorRequested: the body as a text file is to be opened in an editor.
        compareRequested: `comparing.show` is to be called with the other responses.
        cookiePutRequested(Cookie, the Cookie it replaces or None),
        cookiesDeleteRequested(list of Cookie): the jar is to be changed; `show_cookies` after.
    """

    cancelRequested = Signal()
    resendRequested = Signal()
    olderRequested = Signal()
    newerRequested = Signal()
    remedyRequested = Signal(str)
    answered = Signal(bool)
    bodyShown = Signal()
    cookiePutRequested = Signal(object, object)
    cookiesDeleteRequested = Signal(object)
    compareRequested = Signal()
    editorRequested = Signal()

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exchange: Exchange | None = None
        self._before: Exchange | None = None
        """What an answer that arrives has taken the place of."""
        self._part: Exchange | None = None
        """What the tabs show of the exchange: all of it, or up to one hop of the Timeline."""
        self._chosen = BODY
        self._stale: set[str] = set()
        self._asking = False
        self._quarters = Quarters(self)
        self._build(tools)
        self._connect()
        theme.follow(self.arrange)
        self.show_empty()

    def _build(self, tools: PageTools) -> None:
        self.body = BodyView(tools)
        self.headers = HeadersView()
        self.timeline = TimelineView()
        self.error = ErrorView()
        self.transfer = TransferPanel()
        self.question = QuestionView()
        self.empty = EmptyState("", "-")
        for page in (self.empty, self.body, self.error, self.headers, self.timeline):
            self.pages.addWidget(page)
        self.pages.addWidget(self.transfer)
        self.pages.addWidget(self.question)
        self.veil = self.pages.veil
        self.late = LateTabs(self.pages, tools.jobs)
        self.comparing = CompareTab(self, tools, lambda: self._exchange)
        self._watch = SendWatch(self)
        self.arrival = Arrival(self.status, self.body, self)
        self.add_footer(self.arrival.bar)
        self.exports = ResponseExports(self, lambda: self._exchange)
        self.secrets = ShownSecrets(self.body, self.headers, self.late)
        self._menu = ResponseMenu(self.status.menu, self.secrets)

    def _connect(self) -> None:
        self.status.copyRequested.connect(self._copy)
        self.status.saveRequested.connect(self.exports.save)
        self.status.timelineRequested.connect(lambda: self.select_tab(TIMELINE))
        self.status.retryNowRequested.connect(self._watch.retry_now)
        self.status.cancelRequested.connect(self.cancelRequested)
        self.status.olderRequested.connect(self.olderRequested)
        self.status.newerRequested.connect(self.newerRequested)
        self._menu.copy_headers.triggered.connect(self._copy_headers)
        self._menu.copy_timings.triggered.connect(self.exports.copy_timings)
        self._menu.older.triggered.connect(self.olderRequested)
        self._menu.newer.triggered.connect(self.newerRequested)
        self._menu.compare.triggered.connect(self.compareRequested)
        self._menu.editor.triggered.connect(self.editorRequested)
        self._menu.again.triggered.connect(self.resendRequested)
        self.tabs.currentChanged.connect(self._on_tab)
        self.page_choice.pageChosen.connect(self._show_all_of)
        self.late.cookiePutRequested.connect(self.cookiePutRequested)
        self.late.cookiesDeleteRequested.connect(self.cookiesDeleteRequested)
        self.late.pemRequested.connect(self.exports.save_pem)
        self.late.logRequested.connect(self.exports.save_log)
        self.late.debugRequested.connect(lambda: self.remedyRequested.emit(SHOW_DEBUG))
        self.comparing.ended.connect(self._end_comparison)
        self.secrets.changed.connect(self.comparing.set_revealed)
        self.body.actionRequested.connect(self._act)
        self.body.shown.connect(self._on_body_shown)
        self.error.remedyRequested.connect(self._act)
        self.timeline.hopChosen.connect(self._show_hop)
        self.hop_choice.backRequested.connect(self.timeline.choose_last)
        self.transfer.cancelRequested.connect(self.cancelRequested)
        self.question.answered.connect(self.answered)
        self._watch.changed.connect(self._on_progress)
        self.arrival.begun.connect(self._show_arriving)
        self.arrival.withdrawn.connect(self._take_back)
        self.arrival.bar.cancelRequested.connect(self.cancelRequested)
        self.arrival.bar.saveRequested.connect(self.exports.save)

    # States

    def show_empty(self) -> None:
        """Show that there is no response yet."""
        self._watch.stop()
        self.arrival.reset()
        self._exchange = None
        self._set_dimmed(False)
        self.empty.text.setText(
            self.tr("Send the request to see the response. {0}").format(native_keys("Ctrl+Enter"))
        )
        self.status.clear()
        self.status.hide()
        self.tabs.hide()
        self.page_choice.hide()
        self.pages.setCurrentWidget(self.empty)
        self.arrange()

    def show_sending(self, progress: Progress) -> None:
        """Watch a send; for 300 ms nothing changes, then its phase is told."""
        self._quarters.begin()
        self.arrival.reset()
        self._watch.start(progress)

    def show_question(self, question: Question) -> None:
        """Ask in place of the body, until `end_question`."""
        self._asking = True
        self._watch.pause()
        self._set_dimmed(False)
        self.question.show_question(question)
        self.status.set_sending(self.tr("Waiting for your answer"))
        self.status.show()
        self.show_asked()
        self.arrange()

    @property
    def is_asking(self) -> bool:
        """Whether a question waits to be answered."""
        return self._asking

    def show_asked(self) -> None:
        """Bring the question that waits into view, whatever tab was chosen meanwhile."""
        if not self._asking:
            return
        if self._exchange is not None:
            with QSignalBlocker(self.tabs):
                self.tabs.set_current(self._first_tab())
        self.pages.setCurrentWidget(self.question)

    def end_question(self) -> None:
        """Show again what was there before, and how the send goes on."""
        if not self._asking:
            return
        self._asking = False
        self._watch.resume()
        self.status.set_sending("")
        if self._exchange is None:
            self.status.hide()
            self.pages.setCurrentWidget(self.empty)
        else:
            self._show_tab_of(self._exchange)
        self.arrange()

    def show_exchange(self, exchange: Exchange) -> None:
        """Show how a send ended; reading and laying out the body go on in jobs."""
        sent, known = self._watch.running, exchange is self._exchange
        self._watch.stop()
        if self.arrival.is_end(exchange):
            self.arrival.end(exchange)
        else:
            self.arrival.reset()
        self._before = None
        self._set_dimmed(False)
        if known:
            self.status.show_exchange(exchange)
            self._show_page(self.tabs.current)
            return
        self.page_choice.show_exchange(exchange)
        self._show_all_of(exchange)
        if sent:
            announce(self, *announcement_for(exchange))

    def _show_all_of(self, exchange: Exchange) -> None:
        """Let every tab show this exchange, which may be one page of the answer."""
        self.status.show_exchange(exchange)
        self._present(exchange)

    def _present(self, exchange: Exchange, *, growing: bool = False) -> None:
        """Put an exchange on screen, in the tab that was chosen last."""
        self._exchange = exchange
        self.secrets.hide()
        self.hop_choice.hide()
        self.status.show()
        self._stale = {TIMELINE}
        self._fill_tabs(exchange, growing=growing)
        self._show_page(self.tabs.current)
        self.arrange()

    def _fill_tabs(self, part: Exchange, *, growing: bool = False) -> None:
        """Let the tabs show the exchange, or what is a part of it."""
        self._part = part
        self._set_tabs(part)
        self._stale |= {HEADERS, COOKIES, TLS, LOG}
        if part.response is not None:
            self.body.show_exchange(part, growing=growing)
        else:
            self.error.show_exchange(part)
            QTimer.singleShot(0, self, self.bodyShown.emit)

    def _show_hop(self, number: int) -> None:
        """Let every tab follow the hop that was chosen in the Timeline."""
        if self._exchange is None or self._part is None or self.arrival.exchange:
            return
        part = up_to_hop(self._exchange, number)
        self.hop_choice.show_part(part, self._exchange)
        if part.id != self._part.id:
            self.status.show_exchange(part)
            self._fill_tabs(part)

    def _show_arriving(self, exchange: Exchange) -> None:
        """Show the answer of a send before its body is whole."""
        self._before = self._exchange
        self.page_choice.hide()
        self._set_dimmed(False)
        self._present(exchange, growing=True)

    def _take_back(self) -> None:
        """Show again what was there before: the request is sent once more."""
        before, self._before = self._before, None
        if before is not None:
            self.page_choice.show_exchange(before)
            self._show_all_of(before)
            return
        self._exchange = None
        self.status.clear()
        self.tabs.hide()
        self.page_choice.hide()
        self.pages.setCurrentWidget(self.empty)
        self.arrange()

    def show_cookies(self, jar: CookieJar | None) -> None:
        """Show what this jar holds now; None while it is not known."""
        self.late.set_jar(jar)

    @property
    def cookies(self) -> CookiesView:
        """The Cookies tab."""
        return self.late.cookies

    @property
    def tls(self) -> TlsView:
        """The TLS tab."""
        return self.late.tls

    @property
    def log(self) -> LogView:
        """The Log tab."""
        return self.late.log

    @property
    def compare(self) -> QWidget:
        """The Compare tab."""
        return self.comparing.view

    def _end_comparison(self) -> None:
        if self._exchange is not None:
            self._show_tab_of(self._exchange)

    def set_history(self, position: int, count: int) -> None:
        """Say which of the kept responses is on screen, counted from 1."""
        self.status.set_history(position, count)
        self._menu.show_history(position, count)
        self.fit_tabs()

    # Tabs

    def tab_keys(self) -> list[str]:
        """Return the keys of the tabs from left to right."""
        return self.tabs.keys() if self._exchange is not None else []

    def select_tab(self, key: str) -> None:
        """Show a tab; nothing happens when the exchange has no such tab."""
        if key in self.tab_keys():
            self.tabs.set_current(key)

    def _set_tabs(self, exchange: Exchange) -> None:
        with QSignalBlocker(self.tabs):
            self.tabs.set_exchange(exchange, self._exchange or exchange)
            self.tabs.set_current(self._chosen_of(exchange))
        self.tabs.show()

    def _chosen_of(self, exchange: Exchange) -> str:
        """Return the tab that was chosen last, of those that the exchange has."""
        on_the_way = exchange is not self._exchange and self._chosen in (TIMELINE, TLS, LOG)
        return self._chosen if exchange.response is not None or on_the_way else ERROR

    def _show_tab_of(self, exchange: Exchange) -> None:
        with QSignalBlocker(self.tabs):
            self.tabs.set_current(self._chosen_of(exchange))
        self._show_page(self.tabs.current)

    def _first_tab(self) -> str:
        """Return the tab in whose place a question stands; "" without an exchange."""
        return next(iter(self.tab_keys()), "")

    def _on_tab(self, key: str) -> None:
        if key not in (ERROR, COMPARE):
            self._chosen = key
        self._show_page(key)

    def _show_page(self, key: str) -> None:
        if self._asking and key == self._first_tab():
            self.pages.setCurrentWidget(self.question)
            return
        self._refresh(key)
        self.pages.setCurrentWidget(self._page(key))

    def _page(self, key: str) -> QWidget:
        # Pages are called like the keys of their tabs.
        page: QWidget = getattr(self, key)
        return page

    def _refresh(self, key: str) -> None:
        """Bring a page up to date that was not looked at since the exchange came."""
        if key not in self._stale or self._exchange is None:
            return
        self._stale.discard(key)
        part = self._part or self._exchange
        if key == TIMELINE:
            self.timeline.show_exchange(self._exchange)
        elif key != HEADERS:
            self.late.show(key, part)
        elif part.response is not None:
            self.headers.set_headers(part.response.headers, self._exchange.secrets)

    # Sending

    def _on_progress(self, state: SendState) -> None:
        if self.arrival.follow(state):
            fraction = state.transfer.fraction if state.transfer is not None else None
            self._quarters.tell(fraction)
            return
        self.status.set_sending(state.phase, between_attempts=state.between_attempts)
        self.fit_tabs()
        if self._exchange is None and state.phase:
            self.empty.text.setText("")
            self.status.show()
        if state.transfer is not None:
            self.transfer.show_transfer(state.transfer)
            self.pages.setCurrentWidget(self.transfer)
            self._quarters.tell(state.transfer.fraction)
        self._set_dimmed(self._exchange is not None and state.transfer is None)

    def _set_dimmed(self, dimmed: bool) -> None:
        self.veil.setVisible(dimmed)
        if dimmed:
            self.veil.raise_()

    # Actions

    def find(self) -> None:  # type: ignore[override]
        """Find in the body, or filter the headers or cookies while they are on screen."""
        if self.pages.currentWidget() is self.headers:
            self.headers.open_find()
        elif self.late.shown_cookies is not None:
            self.late.shown_cookies.open_find()
        elif self._exchange is not None and self._exchange.response is not None:
            self.select_tab(BODY)
            self.body.open_find()

    def open_filter(self) -> None:
        """Show the Body tab with its filter."""
        self.select_tab("body")
        self.body.open_filter()

    def find_next(self) -> None:
        """Go to the next match."""
        self.body.find_next()

    def find_previous(self) -> None:
        """Go to the previous match."""
        self.body.find_previous()

    def _act(self, key: str) -> None:
        """Do what a notice or a remedy offers, or pass it on."""
        if key == SAVE:
            self.exports.save()
        elif key == SAVE_RAW:
            self.exports.save_raw()
        elif key == SHOW_TIMELINE:
            self.select_tab(TIMELINE)
        else:
            self.remedyRequested.emit(key)

    def _copy(self) -> None:
        if self._exchange is not None and self._exchange.response is None:
            self.error.copy_details()
            return
        self.body.copy_all()

    def _copy_headers(self) -> None:
        self._refresh(HEADERS)
        QGuiApplication.clipboard().setText(self.headers.model.as_text())

    def _on_body_shown(self) -> None:
        self.status.copy.setEnabled(self.body.is_text)
        self.bodyShown.emit()
