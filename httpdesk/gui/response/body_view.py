"""The Body tab: decides what a body is, which views fit it, and shows one of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from httpdesk.gui.response import body_words
from httpdesk.gui.response.awaited_view import STAY, awaited, awaited_notice, offered
from httpdesk.gui.response.body_bar import BodyBar
from httpdesk.gui.response.body_look import Look, look_at, read_on, shown_handle, stays_on
from httpdesk.gui.response.body_page import BodyPage, BodyViewKind, PageTools, ShownBody
from httpdesk.gui.response.body_views import VIEWS, default_view, fitting, titles
from httpdesk.gui.response.json_filter import JsonFilter, can_filter
from httpdesk.gui.response.latest_job import LatestJob
from httpdesk.gui.response.notice_bar import Notice, NoticeBar
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.section import HLine
from httpdesk.model.exchange import Exchange
from httpdesk.model.response import BodyHandle, Response

STALE_MS = 100
"""How long the body before stays on screen while the new one is read."""


class BodyView(QWidget):
    """Shows the body of one exchange; reading and laying out happen in jobs.

    Signals:
        actionRequested(key): a link of a notice that is not about the body itself was used.
        valueRequested(Exchange, key, selector): a value is to be used in another request.
        openRequested(Exchange, handle, is_page): another program is to be given these bytes.
        partSaveRequested(Exchange): a part of the body is to be saved like a body.
        saveRequested(Exchange, handle): a page has made a table that is to be saved as a file.
        saveTextRequested(Exchange, handle): a page has laid the body out for a file.
        hideRequested: the user wants all secrets hidden again.
        shown: the body, or what stands in its place, is on screen.
        viewChosen(kind of content, view): the user chose another view.
    """

    actionRequested = Signal(str)
    saveRequested = Signal(object, object)
    saveTextRequested = Signal(object, object)
    valueRequested = Signal(object, str, str)
    openRequested = Signal(object, object, bool)
    partSaveRequested = Signal(object)
    hideRequested = Signal()
    shown = Signal()
    viewChosen = Signal(str, str)

    def __init__(self, tools: PageTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self._exchange: Exchange | None = None
        self._revealed = False
        self._charset = ""
        self._growing = False
        self._look: Look | None = None
        self._page: BodyPage | None = None
        self._kind = VIEWS[0]
        """The view on screen, while there is a page."""
        self._pages: dict[object, BodyPage] = {}
        self._choices: dict[str, str] = {}
        """The view that the user chose last, for each kind of content."""
        self._bars: list[NoticeBar] = []
        self._told: list[Notice] = []
        self._job = LatestJob(tools.jobs, self)
        self._text_job = LatestJob(tools.jobs, self)
        self._stale = QTimer(self, interval=STALE_MS, singleShot=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.bar = BodyBar(titles())
        self.filter = JsonFilter(self._tools)
        self._line = HLine()
        self._notices = QVBoxLayout()
        self._notices.setSpacing(1)
        self.message = EmptyState("", "")
        self.blank = QWidget()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.message)
        self.stack.addWidget(self.blank)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self._line)
        layout.addWidget(self.filter)
        layout.addLayout(self._notices)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.bar.viewChosen.connect(self._choose)
        self.bar.wrapChanged.connect(self._set_wrap)
        self.bar.findRequested.connect(self.open_find)
        self.bar.filterRequested.connect(self.open_filter)
        self.filter.resultChanged.connect(self._on_filter)
        self.bar.charsetChanged.connect(self._read_with)
        self._job.finished.connect(self._on_look)
        self._text_job.finished.connect(self._on_read_on)
        self._stale.timeout.connect(self._blank)

    # What the viewer asks for

    def show_exchange(self, exchange: Exchange, *, growing: bool = False) -> None:
        """Show the exchange's body; it must have a response. A `growing` one still arrives.

        When it is shown again at its end, what is on screen stays where it is.
        """
        shown = self._exchange
        grew = self._growing and shown is not None and shown.id == exchange.id
        self._exchange = exchange
        self._growing = growing
        if grew:
            self._look_again()
            return
        self._charset = ""
        self._read()

    def grow(self) -> None:
        """Show what has come since of a body that still arrives."""
        if self._job.running or self._text_job.running:
            return
        if self._look is None:
            self._read()
        elif self._look.text is not None:
            self._text_job.start(partial(read_on, self._look.text))
        elif self._page is not None:
            self._page.grow()

    def set_choices(self, views: dict[str, str]) -> None:
        """Show these views, by kind of content, where they fit."""
        self._choices = dict(views)

    def clear(self) -> None:
        """Let go of the body; what is on screen stays until another one is shown."""
        self._job.drop()
        self._leave_page()

    @property
    def page(self) -> BodyPage | None:
        """The page on screen; None while a sentence stands in its place."""
        return self._page

    @property
    def is_text(self) -> bool:
        """Whether the view on screen has text to copy."""
        return self._page is not None and self._page.is_text

    @property
    def busy(self) -> bool:
        """Whether something of the body is still being read, laid out or filled in."""
        return self._job.running or (self._page is not None and self._page.busy)

    def open_find(self) -> None:
        """Open the find bar of the view on screen."""
        if self._page is not None:
            self._page.open_find()

    def open_filter(self) -> None:
        """Open the filter of a JSON body that is there whole."""
        if self._look is not None and can_filter(self._look.body):
            self.filter.open()

    def find_next(self) -> None:
        """Go to the next match."""
        if self._page is not None:
            self._page.find_next()

    def find_previous(self) -> None:
        """Go to the match before."""
        if self._page is not None:
            self._page.find_previous()

    def copy_all(self) -> None:
        """Copy the whole text of the view on screen."""
        if self._page is not None:
            self._page.copy_all()

    def choose(self, view: str) -> None:
        """Choose a view for the user; nothing happens when it does not fit the body."""
        self.bar.choose(view)

    # Reading

    def _read(self) -> None:
        self._text_job.drop()
        self._look = None
        self._start_look()

    def _look_again(self) -> None:
        """Look at a body that has come to its end; what can stay on screen stays."""
        self._text_job.drop()
        self._start_look()

    def _start_look(self) -> None:
        self._job.drop()
        exchange = self._exchange
        assert exchange is not None
        if shown_handle(self._response(), exchange).size == 0:
            self._show_nothing()
            return
        if self._look is None:
            self._stale.start()
        self._job.start(
            partial(
                look_at,
                exchange,
                self._charset,
                self._tools.new_scratch,
                before=self._look,
                growing=self._growing,
            )
        )

    def _read_with(self, charset: str) -> None:
        """Decode again with another charset, without sending again (statement 53)."""
        self._charset = charset
        self._read()

    def _on_look(self, result: object) -> None:
        if not isinstance(result, Look):
            return
        awaited = self._awaited() if not result.body.growing else None
        before, self._look = self._look, result
        self.filter.set_body(result.body)
        self.bar.set_filter(can_filter(result.body))
        page, stays = self._page, before is not None and stays_on(before, result)
        if page is None or not stays or awaited is not None:
            self._show_view(self._wanted_view(self._body()))
            return
        self._show_bar_of(self._kind, page)
        page.end(result.body, self._kind.key)
        self._tell()
        self.shown.emit()

    def _on_read_on(self, _result: object) -> None:
        if self._page is not None:
            self._page.grow()

    # Showing

    def _response(self) -> Response:
        assert self._exchange is not None
        assert self._exchange.response is not None
        return self._exchange.response

    def _wanted_view(self, body: ShownBody) -> BodyViewKind:
        fits = fitting(body)
        chosen = self._choices.get(_content_kind(body))
        return next((kind for kind in fits if kind.key == chosen), default_view(body, fits))

    def _choose(self, view: str) -> None:
        if self._look is None:
            return
        kind = _content_kind(self._look.body)
        self._choices[kind] = view
        self.viewChosen.emit(kind, view)
        if self._page is not None and self._awaited() is not None:
            self._show_bar_of(self._kind, self._page)
            self._tell()
        else:
            self._show_view(self._wanted_view(self._body()))

    def _awaited(self) -> BodyViewKind | None:
        """Return the view that the user chose and that a body that arrives has at its end only."""
        if self._look is None:
            return None
        return awaited(self._look.body, self._choices.get(_content_kind(self._look.body)))

    def _on_filter(self) -> None:
        """Show what the filter found, or the whole body again."""
        if self._look is not None:
            self._show_view(self._wanted_view(self._body()))

    def _body(self) -> ShownBody:
        """Return the body, or what the filter found in it."""
        assert self._look is not None
        return self.filter.filtered(self._look.body)

    def _show_view(self, kind: BodyViewKind) -> None:
        assert self._look is not None
        page = self._page_of(kind)
        if self._page is not None and self._page is not page:
            self._page.clear()
        self._page, self._kind = page, kind
        self._show_bar_of(kind, page)
        page.show_body(self._body(), kind.key)
        self._tell()

    def _show_bar_of(self, kind: BodyViewKind, page: BodyPage) -> None:
        assert self._look is not None
        read_as = self._look.read_as
        self.bar.set_views([each.key for each in offered(self._body())], kind.key)
        self.bar.set_charset(read_as.charset.name if read_as is not None else "", self._charset)
        self.bar.set_page_widgets(page.bar_widgets())
        self._show_bar(True)

    def _page_of(self, kind: BodyViewKind) -> BodyPage:
        page = self._pages.get(kind.make)
        if page is None:
            page = self._pages[kind.make] = kind.make(self._tools)
            if page.NESTS:
                page.set_inner(BodyView(self._tools))
            page.set_wrap(self.bar.wrap.isChecked())
            page.set_revealed(self._revealed)
            page.hideRequested.connect(self.hideRequested)
            page.shown.connect(partial(self._on_shown, page))
            page.noticesChanged.connect(partial(self._on_notices, page))
            page.actionRequested.connect(self.actionRequested)
            page.openRequested.connect(self._open_outside)
            page.partSaveRequested.connect(self.partSaveRequested)
            page.saveRequested.connect(lambda rows: self.saveRequested.emit(self._exchange, rows))
            page.saveTextRequested.connect(
                lambda text: self.saveTextRequested.emit(self._exchange, text)
            )
            page.valueRequested.connect(
                lambda *value: self.valueRequested.emit(self._exchange, *value)
            )
            page.copied.connect(_to_clipboard)
            page.viewRequested.connect(self.choose)
            page.wrapRequested.connect(self.bar.wrap.setChecked)
            self.stack.addWidget(page)
        return page

    def _on_shown(self, page: BodyPage) -> None:
        if page is self._page:
            self._stale.stop()
            self.stack.setCurrentWidget(page)
            self._tell()
            self.shown.emit()

    def _on_notices(self, page: BodyPage) -> None:
        if page is self._page:
            self._tell()

    def _blank(self) -> None:
        """Take the old body off the screen: the new one takes long."""
        self.stack.setCurrentWidget(self.blank)

    def _leave_page(self) -> None:
        if self._page is not None:
            self._page.clear()
            self._page = None
        self._look = None
        self.filter.set_body(None)

    def _show_nothing(self) -> None:
        self._stale.stop()
        self._leave_page()
        self._show_bar(False)
        self._set_notices(self._exchange_notices())
        error = self._exchange.error if self._exchange is not None else None
        words = body_words.empty_text(self._response(), error, growing=self._growing)
        self.message.text.setText(words)
        self.message.text.show()
        self.stack.setCurrentWidget(self.message)
        QTimer.singleShot(0, self, self.shown.emit)

    def _show_bar(self, shown: bool) -> None:
        self.bar.setVisible(shown)
        self._line.setVisible(shown)

    def _set_wrap(self, on: bool) -> None:
        for page in self._pages.values():
            page.set_wrap(on)

    def set_revealed(self, on: bool) -> None:
        """Show all secrets as they are, or hide them again."""
        self._revealed = on
        for page in self._pages.values():
            page.set_revealed(on)

    # Notices

    def _tell(self) -> None:
        """Bring the notices and the view bar in line with the page."""
        assert self._page is not None
        notices = [*self._exchange_notices(), *self._page.notices]
        if self._look is not None and self._look.read_as is not None:
            read_as = self._look.read_as
            charset = body_words.charset_notice(read_as.charset, read_as.invalid)
            notices += [charset] if charset is not None else []
        waits = self._awaited()
        if waits is not None:
            notices.append(awaited_notice(waits, self._kind))
        self._set_notices(notices)
        self.bar.set_working(self._page.working)

    def _exchange_notices(self) -> list[Notice]:
        """Return what is to be said of the response, whatever its body is."""
        if self._exchange is None or self._exchange.response is None:
            return []
        found = (
            body_words.end_notice(self._exchange),
            body_words.proxy_notice(self._exchange),
            body_words.doubt_notice(self._exchange.response),
        )
        return [notice for notice in found if notice is not None]

    def _set_notices(self, notices: list[Notice]) -> None:
        if notices == self._told:
            return
        self._told = notices
        for bar in self._bars:
            self._notices.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        self._bars = [NoticeBar(notice.text, notice.tone, notice.actions) for notice in notices]
        for bar in self._bars:
            bar.actionTriggered.connect(self._on_action)
            self._notices.addWidget(bar)
            bar.show()  # now, before the first paint: nothing may jump after it

    def _open_outside(self, body: BodyHandle, is_page: bool) -> None:
        self.openRequested.emit(self._exchange, body, is_page)

    def _on_action(self, key: str) -> None:
        if key == STAY:
            self._choose(self._kind.key)
        elif self._page is None or not self._page.act(key):
            self.actionRequested.emit(key)


def _to_clipboard(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _content_kind(body: ShownBody) -> str:
    """Return what a choice of a view is remembered for: the media type, else what it looks like."""
    return body.media.essence or body.rendering.value
