"""The Cookies tab: what the jar holds for this site or at all, and what the answer set."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from httpdesk.engine.cookie_rules import domain_matches
from httpdesk.engine.ports import CookieJar
from httpdesk.engine.url import parse_url
from httpdesk.gui import theme
from httpdesk.gui.item_models.cookie_input import CookieInput
from httpdesk.gui.item_models.cookie_table import CookieTableModel
from httpdesk.gui.response.cookie_form import CookieForm
from httpdesk.gui.response.cookie_list import CookieList
from httpdesk.gui.response.notice_bar import NoticeBar
from httpdesk.gui.widgets.buttons import IconButton, TextButton
from httpdesk.gui.widgets.empty_state import EmptyState
from httpdesk.gui.widgets.filter_field import FilterField
from httpdesk.gui.widgets.labels import plain_tooltip
from httpdesk.gui.widgets.section import HLine
from httpdesk.gui.widgets.segmented import Segmented
from httpdesk.model.cookies import Cookie, CookieKey, RefusedCookie
from httpdesk.model.exchange import Exchange, Hop

_BAR, _LEAST_PAGE = 36, 24
THIS_SITE, ALL = 0, 1


class CookiesView(QWidget):
    """A filter and commands, below them the table, a form, or words for why there is none.

    Signals:
        putRequested(Cookie, the Cookie it replaces or None), deleteRequested(list of Cookie):
        the user wants the jar changed; `refresh` shows it afterwards.
    """

    putRequested = Signal(object, object)
    deleteRequested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jar: CookieJar | None = None
        self._hops: tuple[Hop, ...] = ()
        self._host = ""
        self.model = CookieTableModel(self)
        self.filter = FilterField(self.tr("Filter cookies"))
        self.scope = Segmented([self.tr("This site"), self.tr("All")], self.tr("Cookies shown"))
        self.add = IconButton("plus", self.tr("Add a cookie"))
        self.edit = IconButton("pencil", self.tr("Edit the cookie"))
        self.delete = IconButton("trash-2", self.tr("Delete the cookies that are chosen"))
        self.clear = TextButton(self.tr("Clear"), kind="flat")
        self.switched_off = NoticeBar(
            self.tr("Cookies are off for this request: it sent none and kept none."), "slate"
        )
        self.table = CookieList(self.model)
        self.form = CookieForm()
        self.empty = EmptyState("-", "-", self.tr("Add a cookie"))
        self._build()
        self._connect()
        theme.follow(self._restyle)
        self.refresh()

    def _build(self) -> None:
        self._bar = QWidget()
        self._bar_layout = QHBoxLayout(self._bar)
        self._bar_layout.addWidget(self.filter, 1)
        self._bar_layout.addWidget(self.scope)
        self._bar_layout.addStretch(1)
        for button in (self.add, self.edit, self.delete, self.clear):
            self._bar_layout.addWidget(button)
        self.pages = QStackedWidget()
        for page in (self.empty, self.table, self.form):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addWidget(HLine())
        layout.addWidget(self.switched_off)
        layout.addWidget(self.pages, 1)
        self.switched_off.hide()

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._narrow)
        self.filter.leftDown.connect(self._enter_table)
        self.scope.currentChanged.connect(self.refresh)
        self.add.clicked.connect(self.start_adding)
        self.edit.clicked.connect(self._edit_current)
        self.delete.clicked.connect(self._delete_chosen)
        self.clear.clicked.connect(self._clear)
        self.empty.actionTriggered.connect(self.start_adding)
        self.table.editRequested.connect(self._start_editing)
        self.table.deleteRequested.connect(self._delete_chosen)
        self.table.addRequested.connect(self.start_adding)
        self.table.selectionModel().selectionChanged.connect(self._update_buttons)
        self.form.saved.connect(self._save)
        self.form.cancelled.connect(self._close_form)

    # What is shown

    def set_jar(self, jar: CookieJar | None) -> None:
        """Show the cookies of this jar; None while it is not known."""
        self._jar = jar
        self.refresh()

    def show_exchange(self, exchange: Exchange) -> None:
        """Mark what this exchange set, and say which cookies it set in vain."""
        self._hops = exchange.attempts[-1].hops if exchange.attempts else ()
        self._host = exchange.request.url.host_ascii.lower()
        self.switched_off.setVisible(not exchange.request.options.use_cookies)
        self.refresh()

    def refresh(self) -> None:
        """Show what the jar holds now; chosen rows stay chosen."""
        chosen = [cookie.key for cookie in self.table.chosen()]
        self.model.set_cookies(self._cookies(), self._refused(), self._just_set())
        self.table.choose([key for key in chosen if key not in self._chosen_keys()])
        self._show_page()
        self._update_buttons()

    def open_find(self) -> None:
        """Put the focus into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()  # cookies end by themselves

    def _cookies(self) -> Sequence[Cookie]:
        found = self._jar.cookies() if self._jar is not None else ()
        if self.scope.current == ALL:
            return found
        hosts = self._hosts()
        return [each for each in found if any(_is_for(each, host) for host in hosts)]

    def _hosts(self) -> frozenset[str]:
        """Return the hosts that the exchange went to, those of its redirects too."""
        hosts = {parse_url(hop.url).resolved("/", None).host_ascii.lower() for hop in self._hops}
        return frozenset(hosts | {self._host}) - {""}

    def _refused(self) -> Sequence[RefusedCookie]:
        return [each for hop in self._hops for each in hop.cookies.refused]

    def _just_set(self) -> frozenset[CookieKey]:
        return frozenset(key for hop in self._hops for key in hop.cookies.kept)

    def _show_page(self) -> None:
        if self.pages.currentWidget() is self.form:
            return
        if self.model.rowCount():
            self.pages.setCurrentWidget(self.table)
            return
        title, text = self._empty_words()
        self.empty.title.setText(title)
        self.empty.text.setText(text)
        self.empty.action.setVisible(not self.filter.text() and self._jar is not None)
        self.pages.setCurrentWidget(self.empty)

    def _empty_words(self) -> tuple[str, str]:
        if self._jar is None:
            return self.tr("Reading the cookies"), ""
        if self.filter.text():
            return self.tr("No cookie matches"), self.tr("Names, domains and paths are looked at.")
        if self.scope.current == ALL:
            return self.tr("There are no cookies"), self.tr(
                "Cookies that servers set are kept here and go along with later requests."
            )
        return self.tr("The server set no cookies"), self.tr(
            "There is none for this site. Cookies of other sites are under All."
        )

    def _narrow(self, text: str) -> None:
        self.model.set_filter(text)
        self._show_page()
        self._update_buttons()

    def _update_buttons(self) -> None:
        chosen = self.table.chosen()
        editing = self.pages.currentWidget() is self.form
        self.add.setEnabled(self._jar is not None and not editing)
        self.edit.setEnabled(len(chosen) == 1 and not editing)
        self.delete.setEnabled(bool(chosen) and not editing)
        self.clear.setEnabled(bool(self._shown()) and not editing)
        everything = self.scope.current == ALL
        name = self.tr("Clear all cookies") if everything else self.tr("Clear this site's cookies")
        self.clear.setAccessibleName(name)
        self.clear.setToolTip(plain_tooltip(name))

    # Changing

    def start_adding(self) -> None:
        """Open the form for a new cookie of this site."""
        if self._jar is not None:
            self._open_form(lambda: self.form.open(CookieInput(domain=self._host)))

    def _start_editing(self, cookie: Cookie) -> None:
        self._open_form(lambda: self.form.edit(cookie))

    def _edit_current(self) -> None:
        chosen = self.table.chosen()
        if chosen:
            self._start_editing(chosen[0])

    def _open_form(self, fill: Callable[[], None]) -> None:
        self.pages.setCurrentWidget(self.form)
        fill()
        self._update_buttons()

    def _save(self, cookie: Cookie, before: Cookie | None) -> None:
        self._leave_form()
        self.putRequested.emit(cookie, before)
        self.refresh()
        self.table.clearSelection()
        self.table.choose([cookie.key])
        self._enter_table()

    def _close_form(self) -> None:
        self._leave_form()
        self._enter_table()

    def _leave_form(self) -> None:
        self.pages.setCurrentWidget(self.table)
        self._show_page()
        self._update_buttons()

    def _delete_chosen(self) -> None:
        self._delete(self.table.chosen())

    def _clear(self) -> None:
        self._delete(self._shown())

    def _delete(self, cookies: list[Cookie]) -> None:
        if not cookies:
            return
        row = self.table.currentIndex().row()
        self.deleteRequested.emit(cookies)
        self.refresh()
        if self.model.rowCount():
            self.table.selectRow(min(row, self.model.rowCount() - 1))
        self._enter_table()

    def _shown(self) -> list[Cookie]:
        rows = (self.model.cookie(row) for row in range(self.model.rowCount()))
        return [cookie for cookie in rows if cookie is not None]

    def _chosen_keys(self) -> frozenset[CookieKey]:
        return frozenset(cookie.key for cookie in self.table.chosen())

    def _enter_table(self) -> None:
        """Put the focus where one goes on: into the table, or on what stands in its place."""
        shown = self.pages.currentWidget() is self.table
        target: QWidget = self.table if shown else self.add
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _restyle(self) -> None:
        self._bar.setFixedHeight(theme.scaled(_BAR))
        self._bar_layout.setContentsMargins(theme.scaled(12), 0, theme.scaled(8), 0)
        self._bar_layout.setSpacing(theme.scaled(4))
        # With large text the bars around may need all else; every page can be scrolled.
        self.pages.setMinimumHeight(theme.scaled(_LEAST_PAGE))
        self.filter.setMinimumWidth(theme.scaled(72))
        self.filter.setMaximumWidth(theme.scaled(200))


def _is_for(cookie: Cookie, host: str) -> bool:
    """Return whether a cookie goes to `host`, on some path and over some scheme."""
    if cookie.host_only:
        return host == cookie.domain
    return domain_matches(host, cookie.domain)


def set_cookies(exchange: Exchange) -> int:
    """Return how many cookies the answers of an exchange set, or tried to set."""
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    return sum(len(hop.cookies.kept) + len(hop.cookies.refused) for hop in hops)
