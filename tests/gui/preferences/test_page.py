"""The settings page: what is chosen there holds at once, is saved at once, and leaks nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.engine.routing import PROXY_SECRET, passphrase_secret
from httpdesk.gui import theme
from httpdesk.gui.preferences.page import PreferencesPage
from httpdesk.gui.widgets.reading_order import tab_stops
from httpdesk.gui.widgets.segmented import Segmented
from tests.helpers.desk import Desk, open_desk, wait_until

PASSWORD = "canary-pr0xy-77"
PASSPHRASE = "canary-k3y-41"


def page_of(desk: Desk) -> PreferencesPage:
    """Open the settings as their command does."""
    desk.trigger("settings")
    page = desk.window.editors.front
    assert isinstance(page, PreferencesPage)
    return page


def settings_file(home: Path) -> dict[str, Any]:
    path = home / "config" / "settings.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def saved(home: Path, **values: object) -> None:
    """Wait until the file says so."""
    wanted = values.items()
    wait_until(lambda: wanted <= settings_file(home).items(), f"{values} in settings.toml")


def fill(desk: Desk, line: QLineEdit, text: str) -> None:
    """Type into a field, in place of what is there, and leave it with Enter."""
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    desk.press(Qt.Key.Key_Return)


def secret(desk: Desk, name: str) -> str | None:
    return desk.ports.secrets().read(name)


def files_with(home: Path, text: str) -> list[str]:
    return [
        str(path)
        for path in home.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def test_an_option_holds_at_once_and_is_saved_at_once(desk: Desk, httpdesk_home: Path) -> None:
    page = page_of(desk)
    choice = page.appearance.control("theme")
    assert isinstance(choice, Segmented)
    desk.click(choice.button(2))
    assert theme.active_theme().dark
    saved(httpdesk_home, theme="dark", version=1)


def test_commands_and_page_show_the_same(desk: Desk) -> None:
    page = page_of(desk)
    choice, bar = page.appearance.control("theme"), page.appearance.control("show_menu_bar")
    assert isinstance(choice, Segmented)
    assert isinstance(bar, QCheckBox)
    desk.trigger("theme.dark")
    desk.trigger("view.menu-bar")
    assert (choice.current, bar.isChecked()) == (2, True)
    desk.click(choice.button(1))
    bar.click()
    actions = desk.window.actions_
    assert actions["theme.light"].isChecked()
    assert not actions["view.menu-bar"].isChecked()
    assert not desk.window.menuBar().isVisible()


def test_a_proxy_is_given_by_hand_and_told_in_the_status_bar(
    desk: Desk, httpdesk_home: Path
) -> None:
    page = page_of(desk)
    assert desk.window.status_line.proxy.text() == "No proxy"
    mode = page.proxy.mode.widget
    assert isinstance(mode, Segmented)
    desk.click(mode.button(2))
    assert page.proxy.address_row.problem.startswith("Type the proxy's address.")
    fill(desk, page.proxy.address, "socks5://proxy.test:1080")
    saved(httpdesk_home, proxy="manual", proxy_url="socks5://proxy.test:1080")
    assert desk.window.status_line.proxy.text() == "Proxy: socks5://proxy.test:1080"
    assert not page.proxy.address_row.problem


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ftp://proxy.test", "The address begins with http://, https:// or socks5://."),
        ("http://proxy.test:99999", "The port is a number from 1 to 65535."),
        ("http://a b", "The address names no host that can be used."),
    ],
)
def test_an_address_that_is_none_is_said_beside_it_and_not_kept(
    desk: Desk, httpdesk_home: Path, typed: str, words: str
) -> None:
    desk.session.settings.change(proxy="manual", proxy_url="http://good.test:3128")
    page = page_of(desk)
    fill(desk, page.proxy.address, typed)
    assert page.proxy.address_row.hint.text() == words
    assert page.proxy.address.text() == typed
    saved(httpdesk_home, proxy_url="http://good.test:3128")


@pytest.mark.parametrize(
    "typed",
    [
        f"http://anna:{PASSWORD}@proxy.test:8080",
        f"http://anna:{PASSWORD}@proxy.test:8080/",
        f"anna:{PASSWORD}@proxy.test:8080",
    ],
)
def test_a_password_in_the_address_goes_to_the_secrets_and_to_no_file(
    desk: Desk, httpdesk_home: Path, typed: str
) -> None:
    """security.md R6: a planted secret is found in no file, not for a moment either."""
    desk.session.settings.change(proxy="manual", secrets="session")
    page = page_of(desk)
    page.proxy.address.setFocus()
    for letter in typed:
        QTest.keyClicks(page.proxy.address, letter)
        assert PASSWORD not in desk.session.settings.settings.proxy_url
    desk.press(Qt.Key.Key_Tab)
    wait_until(lambda: secret(desk, PROXY_SECRET) == PASSWORD, "the password in the secrets")
    wait_until(lambda: "anna@" in settings_file(httpdesk_home).get("proxy_url", ""), "the file")
    assert PASSWORD not in page.proxy.address.text()
    wait_until(lambda: page.proxy.password.is_stored, "where it is")
    assert (page.proxy.username.text(), page.proxy.password.text()) == ("anna", "")
    assert files_with(httpdesk_home, PASSWORD) == []
    assert "anna" not in desk.window.status_line.proxy.text()


def test_a_password_with_a_slash_is_no_port_of_a_host(desk: Desk, httpdesk_home: Path) -> None:
    desk.session.settings.change(proxy="manual", secrets="session")
    page = page_of(desk)
    fill(desk, page.proxy.address, "http://me:1234/x@proxy.test:80")
    saved(httpdesk_home, proxy_url="http://me@proxy.test:80")
    wait_until(lambda: secret(desk, PROXY_SECRET) == "1234/x", "the password")
    assert files_with(httpdesk_home, "1234/x") == []


def test_a_password_of_its_own_field_is_kept_only_as_a_secret(
    desk: Desk, httpdesk_home: Path
) -> None:
    url = "http://anna@proxy.test:8080"
    desk.session.settings.change(proxy="manual", proxy_url=url, secrets="session")
    page = page_of(desk)
    password = page.proxy.password
    fill(desk, password.field.line, PASSWORD)
    wait_until(lambda: password.is_stored, "the password kept")
    assert (secret(desk, PROXY_SECRET), password.text()) == (PASSWORD, "")
    assert password.place.text() == "Kept until HTTPDesk closes"
    desk.click(password.eye)
    wait_until(lambda: password.text() == PASSWORD, "the password shown")
    assert not password.field.is_hidden
    desk.click(password.field.eye)
    assert (password.text(), password.replace.isVisible()) == ("", True)
    desk.click(password.remove)
    wait_until(lambda: secret(desk, PROXY_SECRET) is None, "the password forgotten")
    wait_until(password.field.isVisible, "a field for another one")
    assert files_with(httpdesk_home, PASSWORD) == []


def test_a_wrong_exception_is_named(desk: Desk) -> None:
    desk.session.settings.change(proxy="manual", proxy_url="http://good.test:3128")
    page = page_of(desk)
    fill(desk, page.proxy.exceptions, "localhost, 10.0.0.0/99")
    assert "“10.0.0.0/99”" in page.proxy.exceptions_row.hint.text()
    fill(desk, page.proxy.exceptions, "localhost, *.internal, 10.0.0.0/8")
    assert not page.proxy.exceptions_row.problem
    assert desk.session.settings.settings.proxy_exceptions.endswith("10.0.0.0/8")


def test_the_system_is_quoted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:{PASSWORD}@system.test:3128")
    page = page_of(desk)
    mode = page.proxy.mode.widget
    assert isinstance(mode, Segmented)
    desk.click(mode.button(1))
    hint = page.proxy._mode_row.hint
    wait_until(lambda: "system.test:3128" in hint.text(), "what the system says")
    status = desk.window.status_line.proxy
    wait_until(lambda: "system.test" in status.text(), "the status bar")
    assert PASSWORD not in hint.text() + status.text()


def test_the_status_bar_leads_to_the_proxy(desk: Desk) -> None:
    desk.trigger("request.new")
    desk.window.status_line.proxy.setFocus()
    desk.press(Qt.Key.Key_Return)
    page = desk.window.editors.front
    assert isinstance(page, PreferencesPage)
    wait_until(lambda: page.proxy.isAncestorOf(desk.focus), "the focus in the proxy's fields")


def test_a_rule_is_made_changed_and_deleted_by_keyboard(
    desk: Desk, httpdesk_home: Path, tmp_path: Path
) -> None:
    ca_file = tmp_path / "acme.pem"
    ca_file.write_text("authority")
    page = page_of(desk)
    page.tls.add_button.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.type_here("*.acme.test")
    desk.press(Qt.Key.Key_Tab)
    desk.type_here(str(ca_file))
    desk.press(Qt.Key.Key_Tab)
    saved(httpdesk_home, tls_rules=[{"host": "*.acme.test", "ca_file": str(ca_file)}])
    editor = page.tls.editor
    assert editor is not None
    editor.close_button.setFocus()
    desk.press(Qt.Key.Key_Return)
    assert page.tls.rows[0].words.text() == "trusts acme.pem"
    assert desk.focus is page.tls.rows[0].edit
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_End)
    desk.type_here(":8443")
    desk.press(Qt.Key.Key_Return)
    saved(httpdesk_home, tls_rules=[{"host": "*.acme.test:8443", "ca_file": str(ca_file)}])
    page.tls.editor.close_button.click()  # type: ignore[union-attr]
    page.tls.rows[0].delete.setFocus()
    desk.press(Qt.Key.Key_Return)
    wait_until(lambda: "tls_rules" not in settings_file(httpdesk_home), "the rule deleted")
    assert desk.messages() == ["Deleted the rule for *.acme.test:8443"]
    desk.session.notices.shown()[0].action.click()
    saved(httpdesk_home, tls_rules=[{"host": "*.acme.test:8443", "ca_file": str(ca_file)}])
    assert [row.host.text() for row in page.tls.rows] == ["*.acme.test:8443"]


def test_the_fields_of_a_rule_come_into_view(desk: Desk) -> None:
    desk.window.resize(1024, 700)
    desk.session.settings.change(proxy="manual", proxy_url="http://good.test:3128")
    page = page_of(desk)
    page.tls.add_rule()
    editor = page.tls.editor
    assert editor is not None
    wait_until(lambda: not editor.close_button.visibleRegion().isEmpty(), "all fields in view")
    assert not editor.host.visibleRegion().isEmpty()
    assert desk.focus is editor.host


def test_a_passphrase_is_kept_under_its_certificate_and_in_no_file(
    desk: Desk, httpdesk_home: Path, tmp_path: Path
) -> None:
    certificate = tmp_path / "me.p12"
    certificate.write_bytes(b"p12")
    desk.session.settings.change(secrets="session")
    page = page_of(desk)
    page.tls.add_rule()
    editor = page.tls.editor
    assert editor is not None
    fill(desk, editor.passphrase.field.line, PASSPHRASE)
    fill(desk, editor.host, "api.test")
    fill(desk, editor.certificate.line, str(certificate))
    saved(httpdesk_home, tls_rules=[{"host": "api.test", "certificate": str(certificate)}])
    name = passphrase_secret(str(certificate))
    wait_until(lambda: secret(desk, name) == PASSPHRASE, "the passphrase in the secrets")
    editor.close_button.click()
    page.tls.edit_rule(0)
    again = page.tls.editor
    assert again is not None
    wait_until(lambda: again.passphrase.is_stored, "where the passphrase is")
    assert again.passphrase.text() == ""
    assert files_with(httpdesk_home, PASSPHRASE) == []


def test_a_file_that_is_not_there_is_said_in_place(desk: Desk) -> None:
    page = page_of(desk)
    page.tls.add_rule()
    editor = page.tls.editor
    assert editor is not None
    fill(desk, editor.host, "not a host")
    assert editor.host_row.problem == "Type a host, *.host or *."
    fill(desk, editor.ca_file.line, "/no/such/file.pem")
    row = editor._files["ca_file"]
    wait_until(lambda: row.problem, "the problem")
    assert row.problem.startswith("This file can't be read.")


def test_facts_that_come_late_say_nothing_of_a_file_typed_since(desk: Desk) -> None:
    page = page_of(desk)
    page.tls.add_rule()
    editor = page.tls.editor
    assert editor is not None
    fill(desk, editor.ca_file.line, "/no/such/file.pem")
    row = editor._files["ca_file"]
    wait_until(lambda: row.problem, "the problem")
    editor.show_facts({})
    assert row.problem
    editor.show_facts({"/no/such/file.pem": None})
    assert not row.problem


def test_settings_of_a_later_version_are_shown_and_left_alone(
    qtbot: QtBot, httpdesk_home: Path
) -> None:
    """storage.md: a file from a newer version is read-only."""
    path = httpdesk_home / "config" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text('version = 99\ntheme = "dark"\n')
    with open_desk() as desk:
        page = page_of(desk)
        assert page.note.text().startswith("A later version of HTTPDesk wrote these settings")
        assert [each for each in tab_stops(page) if _takes_change(each)] == []
        choice = page.appearance.control("theme")
        assert isinstance(choice, Segmented)
        assert choice.current == 2
        desk.click(choice.button(1))
    assert path.read_text() == 'version = 99\ntheme = "dark"\n'


def _takes_change(widget: QWidget) -> bool:
    return widget.isEnabled()


def test_the_page_is_a_tab_like_others(desk: Desk) -> None:
    desk.trigger("request.new")
    page_of(desk)
    page_of(desk)
    assert desk.tab_titles == ["Untitled request", "Settings"]
    assert desk.window.windowTitle() == "Settings - HTTPDesk"
    for command in ("send", "request.save", "url.copy", "find.open", "draft.discard"):
        assert not desk.window.actions_[command].isEnabled(), command
    desk.trigger("tab.recent")
    assert desk.window.actions_["send"].isEnabled()
    desk.trigger("tab.recent")
    desk.session.documents.move(1, 0)
    assert desk.tab_titles == ["Settings", "Untitled request"]
    desk.trigger("tab.close")
    assert desk.tab_titles == ["Untitled request"]
    desk.trigger("tab.reopen")
    assert desk.window.windowTitle() == "Settings - HTTPDesk"


def test_the_page_comes_back_after_a_restart_at_its_place(
    qtbot: QtBot, httpdesk_home: Path
) -> None:
    with open_desk() as desk:
        desk.type_url("http://a.test/one")
        page_of(desk)
        desk.trigger("request.new")
        desk.type_url("http://a.test/two")
        desk.trigger("tab.previous")
    with open_desk() as desk:
        assert desk.tab_titles == ["/one", "Settings", "/two"]
        assert isinstance(desk.window.editors.front, PreferencesPage)


def test_f6_goes_through_the_page(desk: Desk) -> None:
    page = page_of(desk)
    desk.window.top_bar.menu_button.setFocus()
    for _ in range(4):
        desk.trigger("pane.next")
        if page.isAncestorOf(desk.focus):
            return
    pytest.fail("F6 does not reach the page")
