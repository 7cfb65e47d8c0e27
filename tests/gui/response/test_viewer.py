"""The pane as a whole: states, tabs, the status row, keys and what a screen reader hears."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.gui.jobs import JobRunner
from httpdesk.gui.response import announce as announcing
from httpdesk.gui.response import viewer as viewer_module
from httpdesk.gui.response.announce import announcement_for
from httpdesk.gui.theme import ThemeManager, color
from httpdesk.model.exchange import Exchange
from tests.gui.conftest import RESOURCES
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered
from tests.helpers.page_tools import page_tools


def pages(pane: Pane) -> dict[str, QWidget]:
    """Return the pages by the key of their tab."""
    viewer = pane.viewer
    return {
        "body": viewer.body,
        "error": viewer.error,
        "headers": viewer.headers,
        "cookies": viewer.cookies,
        "timeline": viewer.timeline,
        "tls": viewer.tls,
        "log": viewer.log,
    }


def test_without_a_response_it_says_how_to_get_one(pane: Pane) -> None:
    """Section 3.5, state Empty: the sentence and the shortcut."""
    words = pane.viewer.empty.text.text()
    assert words.startswith("Send the request to see the response.")
    assert words.endswith("Ctrl+Enter")
    assert pane.viewer.tab_keys() == []
    assert not pane.viewer.status.isVisible()


def test_a_response_has_its_tabs_with_counts(pane: Pane) -> None:
    pane.show(exchanges.redirected())
    assert pane.viewer.tab_keys() == ["body", "headers", "cookies", "timeline", "tls", "log"]
    bar = pane.viewer.tabs.bar
    names = [bar.accessibleTabName(index) for index in range(bar.count())]
    assert names == [
        "Body",
        "Headers, 8",
        "Cookies",
        "Timeline, 3",
        "TLS, Certificate check off",
        "Log",
    ]
    assert all(bar.isTabVisible(index) for index in range(bar.count()))


def test_without_an_answer_error_stands_in_place_of_body(pane: Pane) -> None:
    """Section 3.6."""
    pane.show(exchanges.untrusted())
    assert pane.viewer.tab_keys() == ["error", "timeline", "tls", "log"]
    assert pane.viewer.pages.currentWidget() is pane.viewer.error
    assert pane.viewer.status.pill.text() == "TLS error"
    pane.show(exchanges.order())
    assert pane.viewer.tab_keys() == ["body", "headers", "cookies", "timeline", "tls", "log"]
    assert pane.viewer.pages.currentWidget() is pane.viewer.body


@pytest.mark.parametrize("key", ["body", "headers", "cookies", "timeline", "tls", "log"])
def test_the_chosen_tab_stays_over_responses_and_failures(pane: Pane, key: str) -> None:
    pane.show(exchanges.order())
    pane.viewer.select_tab(key)
    pane.show(exchanges.unknown_host())
    assert pane.viewer.pages.currentWidget() is pane.viewer.error
    pane.show(exchanges.redirected())
    assert pane.viewer.pages.currentWidget() is pages(pane)[key]
    assert pane.viewer.headers.model.total == (8 if key == "headers" else 0)


def test_an_unknown_tab_is_not_selected(pane: Pane) -> None:
    pane.viewer.select_tab("headers")
    pane.show(exchanges.order())
    pane.viewer.select_tab("tests")
    assert pane.viewer.pages.currentWidget() is pane.viewer.body


@pytest.mark.parametrize(
    ("status_code", "reason", "text", "tone"),
    [
        (200, "OK", "200 OK", "green"),
        (302, "Found", "302 Found", "blue"),
        (404, "Not Found", "404 Not Found", "amber"),
        (503, "Service Unavailable", "503 Service Unavailable", "red"),
        (299, "", "299", "green"),
        (600, "Odd", "600 Odd", "slate"),
        (200, "x" * 9000, "200 " + "x" * 27 + "…", "green"),
    ],
)
def test_the_pill_has_code_reason_and_the_tone_of_the_class(
    pane: Pane, status_code: int, reason: str, text: str, tone: str
) -> None:
    pane.show(answered(b"1", status_code, reason))
    assert pane.viewer.status.pill.text() == text
    shown = pane.viewer.status.pill.palette().color(pane.viewer.status.pill.foregroundRole())
    assert shown == color(tone)


def test_time_size_and_badges(pane: Pane) -> None:
    pane.viewer.resize(740, 400)
    pane.show(exchanges.redirected())
    status = pane.viewer.status
    assert (status.time.text(), status.length.text()) == ("434 ms", "540 B")
    assert status.redirects.text() == "Redirected 2x"
    assert status.redirects.isVisible()
    assert status.unchecked.text() == "Certificate check off"
    status.redirects.click()
    assert pane.viewer.pages.currentWidget() is pane.viewer.timeline
    pane.show(exchanges.order())
    assert not status.redirects.isVisible()
    assert not status.unchecked.isVisible()


@pytest.mark.parametrize("width", [360, 420, 500, 624, 700, 759, 760, 800, 1000])
def test_nothing_is_cut_at_any_width(pane: Pane, width: int) -> None:
    """The row leaves words out instead; the pane is never widened by them."""
    pane.viewer.resize(width, 400)
    pane.show(exchanges.redirected())
    pane.viewer.set_history(7, 20)
    pane.qtbot.waitUntil(lambda: pane.viewer.width() == width)
    QApplication.processEvents()
    status = pane.viewer.status
    for child in status.findChildren(QWidget):
        if child.isVisible():
            assert child.width() >= child.minimumSizeHint().width(), child
            right = child.mapTo(pane.viewer, QPoint(child.width(), 0)).x()
            assert right <= width, child
    bar, more = pane.viewer.tabs.bar, pane.viewer.tabs.more
    shown = [bar.isTabVisible(index) for index in range(bar.count())]
    assert all(shown) != more.isVisible()
    assert shown[:4] == [True] * 4
    assert status.pill.text().startswith("200")
    assert status.unchecked.isVisible()


@pytest.mark.parametrize(("width", "merged"), [(759, False), (760, True)])
def test_a_wide_pane_has_status_and_tabs_in_one_row(pane: Pane, width: int, merged: bool) -> None:
    """Section 2: from 760 on."""
    pane.viewer.resize(width, 400)
    pane.show(exchanges.order())
    assert (pane.viewer.status.parent() is pane.viewer.tabs) == merged
    pane.viewer.resize(1519 - width, 400)
    assert (pane.viewer.status.parent() is pane.viewer.tabs) == (not merged)
    assert pane.viewer.status.isVisible()


def test_older_and_newer_responses(pane: Pane) -> None:
    pane.show(exchanges.order())
    status = pane.viewer.status
    pane.viewer.set_history(1, 1)
    assert not status.position.isVisible()
    pane.viewer.set_history(8, 8)
    assert status.position.text() == "8 of 8"
    assert (status.older.isEnabled(), status.newer.isEnabled()) == (True, False)
    with pane.qtbot.waitSignal(pane.viewer.olderRequested):
        status.older.click()
    pane.viewer.set_history(1, 8)
    assert (status.older.isEnabled(), status.newer.isEnabled()) == (False, True)
    with pane.qtbot.waitSignal(pane.viewer.newerRequested):
        status.newer.click()


def test_the_more_menu_copies_and_sends_again(pane: Pane) -> None:
    pane.show(exchanges.order())
    actions = {action.text(): action for action in pane.viewer.status.menu.actions()}
    actions["Copy headers"].trigger()
    assert pane.clipboard().splitlines()[3] == "Set-Cookie: ••••••••"
    actions["Copy timings"].trigger()
    assert "TLS handshake, 44 ms" in pane.clipboard()
    with pane.qtbot.waitSignal(pane.viewer.resendRequested):
        actions["Send again"].trigger()


def test_copy_takes_the_view_on_screen(pane: Pane) -> None:
    pane.show(answered('{"a":1}'))
    pane.viewer.status.copy.click()
    pane.settle()
    assert pane.clipboard() == '{\n  "a": 1\n}'
    pane.body.choose("raw")
    pane.settle()
    pane.viewer.status.copy.click()
    pane.settle()
    assert pane.clipboard() == '{"a":1}'


def test_save_asks_with_the_exchange(pane: Pane) -> None:
    exchange = exchanges.order()
    pane.show(exchange)
    with pane.qtbot.waitSignal(pane.viewer.exports.saveBodyRequested) as saved:
        pane.viewer.status.save.click()
    assert saved.args == [exchange]
    pane.show(answered(b"", 204, "No Content"))
    assert not pane.viewer.status.save.isEnabled()


def test_find_goes_to_what_is_on_screen(pane: Pane) -> None:
    pane.viewer.find()
    pane.show(exchanges.order())
    pane.viewer.select_tab("timeline")
    pane.viewer.find()
    assert pane.viewer.pages.currentWidget() is pane.viewer.body
    assert pane.text_page.search.isVisible()
    pane.viewer.select_tab("headers")
    pane.viewer.find()
    assert pane.viewer.focusWidget() is pane.viewer.headers.filter


def test_an_exchange_that_is_on_screen_is_not_read_again(pane: Pane) -> None:
    exchange = answered('{"a":1}')
    pane.show(exchange)
    pane.text_page.view.select_all()
    pane.viewer.show_exchange(exchange)
    assert not pane.body.busy
    assert not pane.text_page.view.selection.empty


# ---- what a screen reader hears


@pytest.mark.parametrize(
    ("exchange", "words", "assertive"),
    [
        (exchanges.order(), "200 OK, 184 milliseconds, 540 bytes", False),
        (answered(b"x" * 12_400, 503, "Busy"), "503 Busy, 184 milliseconds, 12.4 KB", True),
        (
            replace(exchanges.order(), elapsed_ms=3300),
            "200 OK, 3.3 seconds, 540 bytes",
            False,
        ),
    ],
)
def test_the_outcome_is_announced(exchange: Exchange, words: str, assertive: bool) -> None:
    """Section 8: polite "200 OK, 184 milliseconds, 788 bytes", assertive for failures."""
    assert announcement_for(exchange) == (words, assertive)


def test_a_failure_interrupts_and_a_cancel_does_not() -> None:
    words, assertive = announcement_for(exchanges.untrusted())
    assert words.startswith("The server's certificate isn't trusted. It was issued by")
    assert assertive
    assert not announcement_for(exchanges.cancelled())[1]


def test_only_what_was_just_sent_is_announced(pane: Pane, monkeypatch: pytest.MonkeyPatch) -> None:
    from httpdesk.engine.ports import Progress

    said: list[str] = []
    monkeypatch.setattr(
        viewer_module, "announce", lambda _widget, text, assertive: said.append(text)
    )
    pane.show(exchanges.order())
    assert said == []
    pane.viewer.show_sending(Progress())
    pane.show(exchanges.unknown_host())
    assert len(said) == 1
    assert said[0].startswith("Can't find api.acme.test.")


def test_an_announcement_reaches_the_accessibility_bridge(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, object]] = []
    monkeypatch.setattr(
        QAccessible,
        "updateAccessibility",
        lambda event: events.append((event.message(), event.politeness())),
    )
    announcing.announce(pane.viewer, "200 OK", assertive=True)
    assert events == [("200 OK", QAccessible.AnnouncementPoliteness.Assertive)]


@pytest.mark.parametrize("make", [exchanges.order, exchanges.redirected, exchanges.untrusted])
def test_everything_that_can_be_used_has_a_name(pane: Pane, make: object) -> None:
    """Section 8: every control has an accessible name."""
    assert callable(make)
    pane.show(make())
    checked = 0
    for key in pane.viewer.tab_keys():
        pane.viewer.select_tab(key)
        for widget in pane.viewer.findChildren(QWidget):
            takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            if takes_focus and widget.isVisible() and not widget.objectName().startswith("qt_"):
                text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
                assert widget.accessibleName() or text, widget
                checked += 1
    assert checked > 10


def test_tab_reaches_everything(qtbot: QtBot, pane: Pane) -> None:
    """Tab order: status row, tabs, view bar, content."""
    pane.show(exchanges.order())
    pane.viewer.set_history(2, 3)
    pane.viewer.activateWindow()
    qtbot.waitUntil(pane.viewer.isActiveWindow)
    pane.viewer.status.older.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _ in range(12):
        seen.append(pane.viewer.focusWidget())
        qtbot.keyClick(pane.viewer.focusWidget(), Qt.Key.Key_Tab)
    status, bar = pane.viewer.status, pane.body.bar
    wanted: list[QWidget] = [status.older, status.newer, status.copy, status.save, status.more]
    wanted += [pane.viewer.tabs.bar, bar.charset, bar.wrap, bar.find_button, pane.text_page.view]
    places = [seen.index(widget) for widget in wanted]
    assert places == sorted(places)


def test_arrow_keys_move_between_tabs(pane: Pane) -> None:
    pane.show(exchanges.order())
    bar = pane.viewer.tabs.bar
    bar.setFocus(Qt.FocusReason.TabFocusReason)
    pane.qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert pane.viewer.pages.currentWidget() is pane.viewer.headers
    pane.qtbot.keyClick(bar, Qt.Key.Key_End)
    assert pane.viewer.pages.currentWidget() is pane.viewer.log


# ---- look


def test_a_change_of_theme_reaches_every_page(pane: Pane, qapp: QApplication) -> None:
    pane.show(exchanges.redirected())
    manager = ThemeManager(RESOURCES)
    for mode in ("dark", "light"):
        manager.apply(qapp, mode)
        for key in pane.viewer.tab_keys():
            pane.viewer.select_tab(key)
            image = pane.viewer.grab().toImage()
            ratio = image.devicePixelRatio()
            corner = QPoint(round(612 * ratio), round(60 * ratio))
            assert image.pixelColor(corner) == color("surface")
    manager.deleteLater()


def test_at_twice_the_text_size_nothing_is_lost(pane: Pane, qapp: QApplication) -> None:
    """Section 8: 200 % text."""
    manager = ThemeManager(RESOURCES)
    manager.apply(qapp, "light")
    manager.set_text_scale(2.0)
    pane.viewer.resize(900, 700)
    pane.show(exchanges.redirected())
    QApplication.processEvents()
    for child in pane.viewer.status.findChildren(QWidget):
        if child.isVisible():
            assert child.width() >= child.minimumSizeHint().width(), child
    manager.set_text_scale(1.0)
    manager.deleteLater()


def test_a_pane_that_was_never_seen_can_be_filled(qtbot: QtBot, jobs: JobRunner) -> None:
    """The response of a tab in the background."""
    viewer = viewer_module.ResponseViewer(page_tools(jobs))
    qtbot.addWidget(viewer)
    viewer.resize(624, 400)
    with qtbot.waitSignal(viewer.bodyShown):
        viewer.show_exchange(exchanges.order())
    viewer.show()
    bar = viewer.tabs.bar
    assert bar.width() >= bar.sizeHint().width()
    assert [bar.isTabVisible(index) for index in range(3)] == [True] * 3
