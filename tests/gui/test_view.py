"""The window's own commands: theme, text size, layout, panes, sidebar and tabs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from httpdesk.gui import theme
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.fault_server import fault_server


def settled(desk: Desk) -> None:
    wait_until(lambda: desk.session.jobs.running == 0, "the settings")


def test_the_theme_changes_at_once_and_stays(desk: Desk, httpdesk_home: Path) -> None:
    desk.trigger("request.new")
    assert not theme.active_theme().dark
    before = desk.window.grab().toImage().pixelColor(700, 400)
    desk.trigger("theme.dark")
    desk.settle()
    assert theme.active_theme().dark
    after = desk.window.grab().toImage().pixelColor(700, 400)
    assert before.lightness() > 200
    assert after.lightness() < 80
    settled(desk)
    assert desk.window.actions_["theme.dark"].isChecked()
    assert not desk.window.actions_["theme.light"].isChecked()
    assert 'theme = "dark"' in (httpdesk_home / "config" / "settings.toml").read_text()
    assert desk.themes.mode == "dark"


def test_choosing_what_is_in_force_keeps_it_checked(desk: Desk) -> None:
    desk.trigger("theme.dark")
    desk.trigger("theme.dark")
    assert desk.window.actions_["theme.dark"].isChecked()


def test_the_text_grows_in_steps_and_stays(desk: Desk, httpdesk_home: Path) -> None:
    desk.trigger("request.new")
    before = desk.page.editor.url_bar.field.fontMetrics().height()
    for _ in range(20):
        desk.trigger("text.larger")
    assert desk.page.editor.url_bar.field.fontMetrics().height() >= 1.8 * before
    settled(desk)
    assert "text_size_percent = 200" in (httpdesk_home / "config" / "settings.toml").read_text()
    desk.trigger("text.reset")
    assert desk.page.editor.url_bar.field.fontMetrics().height() == before
    desk.trigger("text.smaller")
    assert desk.page.editor.url_bar.field.fontMetrics().height() < before
    desk.trigger("text.reset")
    settled(desk)
    assert "text_size" not in (httpdesk_home / "config" / "settings.toml").read_text()


def test_the_panes_stand_as_the_width_allows_or_as_chosen(desk: Desk) -> None:
    desk.trigger("request.new")
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert desk.page.splitter.orientation() is across
    desk.window.resize(1000, 700)
    desk.settle()
    assert desk.page.splitter.orientation() is down
    desk.window.resize(1440, 900)
    desk.settle()
    seen = []
    for _ in range(3):
        desk.trigger("view.layout")
        seen.append(desk.page.splitter.orientation())
    assert set(seen) == {across, down}
    assert seen[-1] is across


def test_a_pane_can_have_all_the_room_and_give_it_back(desk: Desk) -> None:
    desk.trigger("request.new")
    pane, viewer = desk.page.editor.pane, desk.page.viewer
    for action, shown, hidden in (
        ("view.maximise-request", pane, viewer),
        ("view.maximise-response", viewer, pane),
    ):
        desk.trigger(action)
        assert (shown.isVisible(), hidden.isVisible()) == (True, False)
        desk.trigger(action)
        assert (shown.isVisible(), hidden.isVisible()) == (True, True)


def test_the_sidebar_is_hidden_and_stays_so(qtbot: QtBot) -> None:
    with open_desk() as desk:
        desk.trigger("view.sidebar")
        assert not desk.window.sidebar.isVisible()
    with open_desk() as again:
        assert not again.window.sidebar.isVisible()
        again.trigger("view.sidebar")
        assert again.window.sidebar.isVisible()


def test_tabs_are_gone_to_by_number_by_step_and_back(desk: Desk) -> None:
    for number in range(3):
        desk.trigger("request.new")
        desk.type_url(f"http://h/{number}")
    desk.settle()
    assert desk.tab_titles == ["/0", "/1", "/2"]
    for action, url in (
        ("tab.1", "http://h/0"),
        ("tab.previous", "http://h/2"),
        ("tab.next", "http://h/0"),
        ("tab.2", "http://h/1"),
        ("tab.recent", "http://h/0"),
        ("tab.last", "http://h/2"),
        ("tab.8", "http://h/2"),
    ):
        desk.trigger(action)
        assert desk.page.editor.url_bar.url() == url, action


def test_a_closed_tab_comes_back_with_what_was_typed(desk: Desk) -> None:
    desk.type_url("http://h/typed")
    desk.trigger("tab.close")
    assert desk.window.first_run.isVisible()
    assert not desk.window.actions_["tab.close"].isEnabled()
    desk.trigger("tab.reopen")
    assert desk.page.editor.url_bar.url() == "http://h/typed"
    assert not desk.window.actions_["tab.reopen"].isEnabled()


def test_a_discarded_draft_can_be_had_back(desk: Desk) -> None:
    desk.type_url("http://h/typed")
    desk.trigger("draft.discard")
    assert desk.page.editor.url_bar.url() == ""
    wait_until(desk.messages, "Undo")
    desk.session.notices.shown()[-1].action.click()
    assert desk.page.editor.url_bar.url() == "http://h/typed"


def test_escape_cancels_a_send_wherever_the_focus_is(desk: Desk) -> None:
    """ui.md section 4."""
    places = ("url", "tree", "body")
    with fault_server("silent") as server:
        desk.open_sample()
        for number, place in enumerate(places):
            desk.trigger("request.new")
            desk.type_url(f"http://127.0.0.1:{server.port}/")
            desk.trigger("send")
            wait_until(lambda n=number: len(server.requests) == n + 1, "the request")  # type: ignore[misc]
            focus = {
                "url": desk.page.editor.url_bar.field,
                "tree": desk.session.collections.tree,
                "body": desk.page.viewer,
            }[place]
            focus.setFocus()
            desk.press(Qt.Key.Key_Escape)
            wait_until(lambda: not desk.document.sending, f"the end, with the focus in {place}")
            assert desk.status == "Cancelled"


def test_the_window_title_says_what_is_in_front(desk: Desk) -> None:
    assert desk.window.windowTitle() == "HTTPDesk"
    desk.type_url("http://h/orders")
    assert desk.window.windowTitle() == "/orders - HTTPDesk"
    assert desk.window.status_line.state.text() == "Edited, not saved"
    desk.trigger("tab.close")
    assert desk.window.windowTitle() == "HTTPDesk"
    assert QApplication.activeModalWidget() is None
