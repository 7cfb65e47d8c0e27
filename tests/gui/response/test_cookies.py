"""The Cookies tab: what the jar holds, what was refused, adding, editing and deleting by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu

from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.gui.item_models.cookie_table import CookieColumn
from httpdesk.gui.response.cookies_view import ALL, CookiesView
from httpdesk.model.cookies import Cookie, CookieReceipt, CookieRefusal, RefusedCookie
from httpdesk.model.exchange import Attempt, Exchange
from httpdesk.model.request import Options
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane

HOST = exchanges.URL.host
SID = Cookie("sid", "4f1d8c2a", HOST, http_only=True)
WIDE = Cookie("wide", "1", "acme.dev", host_only=False)
OTHER = Cookie("other", "1", "elsewhere.test")
REFUSED = RefusedCookie("track", CookieRefusal.OTHER_DOMAIN, "ads.test")
Key = Qt.Key


class Tab:
    """The tab on screen, over a jar that does what the view asks for."""

    def __init__(self, pane: Pane, *cookies: Cookie) -> None:
        self.pane = pane
        self.jar = MemoryJar()
        for cookie in cookies:
            self.jar.put(cookie)
        self.deleted: list[list[Cookie]] = []
        pane.viewer.cookiePutRequested.connect(self._put)
        pane.viewer.cookiesDeleteRequested.connect(self._delete)
        pane.viewer.show_cookies(self.jar)

    def open(self, exchange: Exchange) -> CookiesView:
        self.pane.show(exchange)
        self.pane.viewer.select_tab("cookies")
        return self.view

    @property
    def view(self) -> CookiesView:
        return self.pane.viewer.cookies

    def names(self) -> list[object]:
        model = self.view.model
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def words(self) -> str:
        """Return the title of the empty state, empty while there are rows."""
        shown = self.view.pages.currentWidget() is self.view.empty
        return self.view.empty.title.text() if shown else ""

    def _put(self, cookie: Cookie, before: Cookie | None) -> None:
        if before is not None and before.key != cookie.key:
            self.jar.delete([before])
        self.jar.put(cookie)

    def _delete(self, cookies: list[Cookie]) -> None:
        self.deleted.append(cookies)
        self.jar.delete(cookies)


def answer(*kept: Cookie, refused: tuple[RefusedCookie, ...] = ()) -> Exchange:
    """Return an exchange whose answer set these."""
    receipt = CookieReceipt(tuple(each.key for each in kept), refused)
    hops = (exchanges.hop(cookies=receipt),)
    return replace(exchanges.order(), attempts=(Attempt(1, hops),))


@pytest.fixture
def tab(pane: Pane) -> Tab:
    """Give the tab over a jar with a cookie of the host, of its domain, and of another site."""
    return Tab(pane, SID, WIDE, OTHER)


def test_it_shows_the_cookies_of_this_site(tab: Tab) -> None:
    tab.open(answer(SID, refused=(REFUSED,)))
    assert tab.names() == ["track", "wide", "sid"]
    assert tab.view.table.columnSpan(0, CookieColumn.VALUE) == 5
    assert tab.view.table.columnSpan(1, CookieColumn.VALUE) == 1
    bar = tab.pane.viewer.tabs.bar
    assert bar.accessibleTabName(2) == "Cookies, 2"


def test_all_shows_those_of_other_sites_too(tab: Tab) -> None:
    tab.open(answer())
    tab.view.scope.button(ALL).click()
    assert tab.names() == ["wide", "sid", "other"]


def test_a_redirect_brings_the_sites_on_the_way(tab: Tab) -> None:
    hops = (exchanges.hop(302, url="https://elsewhere.test/login"), exchanges.hop())
    tab.open(replace(exchanges.order(), attempts=(Attempt(1, hops),)))
    assert "other" in tab.names()


def test_without_cookies_it_says_so(pane: Pane) -> None:
    tab = Tab(pane)
    tab.open(answer())
    assert tab.words() == "The server set no cookies"
    tab.view.scope.button(ALL).click()
    assert tab.words() == "There are no cookies"
    tab.view.filter.setText("x")
    assert tab.words() == "No cookie matches"
    pane.viewer.show_cookies(None)
    tab.view.filter.clear()
    assert tab.words() == "Reading the cookies"
    assert not tab.view.add.isEnabled()


def test_it_says_that_cookies_are_off(tab: Tab) -> None:
    exchange = answer()
    off = replace(exchange.request, options=Options(use_cookies=False))
    tab.open(replace(exchange, request=off))
    assert tab.view.switched_off.isVisible()
    tab.open(answer())
    assert not tab.view.switched_off.isVisible()


def test_the_filter_narrows_and_find_goes_there(tab: Tab) -> None:
    tab.open(answer())
    tab.pane.viewer.find()
    assert tab.view.filter.hasFocus()
    QTest.keyClicks(tab.view.filter, "si")
    assert tab.names() == ["sid"]
    QTest.keyClick(tab.view.filter, Key.Key_Escape)
    assert tab.names() == ["wide", "sid"]


def test_a_value_is_revealed_by_space_and_by_its_eye(tab: Tab) -> None:
    view = tab.open(answer())
    view.table.selectRow(1)
    value = view.model.index(1, CookieColumn.VALUE)
    QTest.keyClick(view.table, Key.Key_Space)
    assert value.data() == SID.value
    QTest.keyClick(view.table, Key.Key_Space)
    assert value.data() != SID.value
    cell = view.table.visualRect(value)
    eye = QPoint(cell.right() - 12, cell.center().y())
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=eye)
    assert value.data() == SID.value


def test_what_is_masked_is_copied_masked_unless_the_value_is_asked_for(tab: Tab) -> None:
    view = tab.open(answer())
    view.table.selectRow(1)
    QTest.keyClick(view.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert tab.pane.clipboard() == "sid=••••••••"
    view.table.open_menu()
    (menu,) = (each for each in view.table.findChildren(QMenu) if each.isVisible())
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Edit…", "Copy value", "Reveal value", "Delete"]
    menu.actions()[1].trigger()
    menu.close()
    assert tab.pane.clipboard() == SID.value


def test_a_cookie_is_added_by_keys_alone(tab: Tab) -> None:
    view = tab.open(answer())
    view.table.setFocus()
    QTest.keyClick(view.table, Key.Key_Insert)
    form = view.form
    assert form.fields["name"].hasFocus()
    assert form.fields["domain"].text() == HOST
    QTest.keyClicks(form.fields["name"], "new")
    QTest.keyClicks(form.fields["value"], "a=1")
    QTest.keyClicks(form.fields["expires"], "2099-01-01")
    QTest.keyClick(form.fields["expires"], Key.Key_Return)
    added = next(each for each in tab.jar.cookies() if each.name == "new")
    assert (added.value, added.domain, added.path, added.host_only) == ("a=1", HOST, "/", True)
    assert added.expires is not None
    assert [each.name for each in view.table.chosen()] == ["new"]
    assert view.table.hasFocus()


def test_what_is_wrong_is_said_and_nothing_is_kept(tab: Tab) -> None:
    view = tab.open(answer())
    view.add.click()
    view.form.save.click()
    assert view.form.problem.text() == "Type a name"
    assert view.form.fields["name"].hasFocus()
    QTest.keyClicks(view.form.fields["name"], "n")
    assert not view.form.problem.isVisible()
    view.form.fields["domain"].setText("no host")
    view.form.save.click()
    assert view.form.fields["domain"].accessibleDescription() == view.form.problem.text()
    QTest.keyClick(view.form.fields["domain"], Key.Key_Escape)
    assert tab.names() == ["wide", "sid"]


def test_editing_masks_the_value_and_may_rename(tab: Tab) -> None:
    view = tab.open(answer())
    view.table.selectRow(1)
    QTest.keyClick(view.table, Key.Key_Return)
    name, value = view.form.fields["name"], view.form.fields["value"]
    assert value.echoMode() == QLineEdit.EchoMode.Password
    view.form.eye.click()
    assert value.echoMode() == QLineEdit.EchoMode.Normal
    assert value.text() == SID.value
    name.setText("session")
    view.form.secure.click()
    view.form.save.click()
    edited = replace(SID, name="session", secure=True)
    assert {each.key for each in tab.jar.cookies()} == {edited.key, WIDE.key, OTHER.key}
    assert edited in tab.jar.cookies()
    assert value.text() == ""


def test_delete_takes_the_chosen_ones(tab: Tab) -> None:
    view = tab.open(answer())
    assert not view.delete.isEnabled()
    view.table.selectRow(0)
    QTest.keyClick(view.table, Key.Key_Delete)
    assert tab.deleted == [[WIDE]]
    assert tab.names() == ["sid"]
    assert view.table.hasFocus()
    view.delete.click()
    assert tab.deleted == [[WIDE], [SID]]
    assert tab.words() == "The server set no cookies"


def test_clear_takes_what_is_on_screen(tab: Tab) -> None:
    view = tab.open(answer(refused=(REFUSED,)))
    assert view.clear.accessibleName() == "Clear this site's cookies"
    view.clear.click()
    assert tab.deleted == [[WIDE, SID]]
    view.scope.button(ALL).click()
    assert view.clear.accessibleName() == "Clear all cookies"
    view.clear.click()
    assert tab.deleted[1:] == [[OTHER]]
    assert tab.jar.cookies() == ()
    assert not view.clear.isEnabled()


def test_a_refused_row_can_be_neither_edited_nor_deleted(tab: Tab) -> None:
    view = tab.open(answer(refused=(REFUSED,)))
    view.table.selectRow(0)
    assert not view.edit.isEnabled()
    QTest.keyClick(view.table, Key.Key_Return)
    QTest.keyClick(view.table, Key.Key_Delete)
    assert view.pages.currentWidget() is view.table
    assert tab.deleted == []


def test_chosen_rows_stay_chosen_when_the_jar_changes(tab: Tab) -> None:
    view = tab.open(answer())
    view.table.selectRow(1)
    tab.jar.put(Cookie("a", "1", HOST, "/a"))
    tab.pane.viewer.show_cookies(tab.jar)
    assert [each.name for each in view.table.chosen()] == ["sid"]


def test_no_column_is_cut_off_where_there_is_room(tab: Tab) -> None:
    tab.pane.viewer.resize(700, 400)
    view = tab.open(answer())
    assert view.table.horizontalScrollBar().maximum() == 0
    tab.pane.viewer.resize(360, 400)
    assert view.table.horizontalScrollBar().maximum() > 0
    assert view.minimumSizeHint().width() <= 360
