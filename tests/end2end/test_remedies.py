"""Every remedy of a failed send is an action that works (ui.md 3.6 and 9), with real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from httpdesk.gui.preferences.page import PreferencesPage
from httpdesk.gui.response.notice_bar import NoticeBar
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.model.network_choices import TlsRule
from httpdesk.model.settings import Settings
from tests.helpers.desk import Desk, wait_until
from tests.helpers.proxies import Relay, free_port, tinyproxy
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.tls_server import Authority, tls_server

PASSPHRASE = "canary-pass-4d1f"
PASSWORD = "canary-sign-9b2e"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def pick(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Let the next file picker answer with a path."""

    def answer(path: object) -> None:
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))

    return answer


def send_to(desk: Desk, url: str) -> str:
    """Send, and return the title of the error or the status."""
    desk.type_url(url)
    desk.press_send()
    return outcome(desk)


def outcome(desk: Desk) -> str:
    content = desk.page.viewer.error.content
    if desk.exchange.response is None and content is not None:
        return content.title.text()
    return desk.status


def remedies(desk: Desk) -> dict[str, TextButton]:
    found = desk.page.viewer.error.findChildren(TextButton)
    return {each.text(): each for each in found if each.isVisible()}


def press(desk: Desk, label: str) -> str:
    """Press a remedy, wait for the exchange that it brings, and return how that ended."""
    before = desk.exchange
    remedies(desk)[label].click()
    wait_until(lambda: desk.exchange is not before, f"an exchange after {label!r}")
    return outcome(desk)


def settings(desk: Desk) -> Settings:
    return desk.session.settings.settings


def files_with(home: Path, text: str) -> list[Path]:
    files = (path for path in home.rglob("*") if path.is_file())
    return [path for path in files if text.encode() in path.read_bytes()]


# TLS


def test_a_ca_file_is_trusted_from_the_error_on(
    desk: Desk, authority: Authority, pick: Callable[[object], None]
) -> None:
    with tls_server(authority.context("localhost")) as server:
        title = send_to(desk, f"https://localhost:{server.port}/")
        assert title == "The server's certificate isn't trusted"
        assert "Use system certificates" not in remedies(desk)
        pick(authority.ca_file)
        assert press(desk, "Trust a CA file…") == "200 OK"
    rule = TlsRule(f"localhost:{server.port}", str(authority.ca_file))
    assert settings(desk).tls_rules == (rule,)


def test_a_wrong_ca_file_is_taken_out(desk: Desk, authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path, "other")
    desk.session.settings.change(tls_rules=(TlsRule("localhost", str(other.ca_file)),))
    with tls_server(authority.context("localhost")) as server:
        send_to(desk, f"https://localhost:{server.port}/")
        assert str(other.ca_file) in details(desk)
        content = desk.page.viewer.error.content
        assert content is not None
        assert content.text.text().endswith(f"the authorities in {other.ca_file} are believed.")
        press(desk, "Use system certificates")
    assert settings(desk).tls_rules == ()
    assert "That of the system" in details(desk)


def details(desk: Desk) -> list[str]:
    content = desk.page.viewer.error.content
    assert content is not None
    return [detail.text().replace("\u200b", "") for detail in content._labels]


def test_certificate_errors_are_ignored_for_this_request_only(
    desk: Desk, authority: Authority
) -> None:
    """Statement 74: a red mark on the result."""
    with tls_server(authority.context("localhost")) as server:
        send_to(desk, f"https://localhost:{server.port}/")
        content = desk.page.viewer.error.content
        assert content is not None
        assert "Unsafe outside test servers." in [
            button.accessibleDescription() for button in content.buttons
        ]
        assert press(desk, "Ignore certificate errors for this request") == "200 OK"
        assert desk.page.viewer.status.unchecked.text() == "Certificate check off"
        desk.page.viewer.select_tab("tls")
        assert desk.page.viewer.tls.texts()[0].startswith("Certificate check off")
        assert settings(desk).tls_rules == ()


@pytest.mark.parametrize("fault", ["host", "dates"])
def test_the_certificate_of_another_host_or_time_is_shown(
    desk: Desk, authority: Authority, fault: str
) -> None:
    desk.session.settings.change(tls_rules=(TlsRule("*", str(authority.ca_file)),))
    good = authority.context("warehouse.test")
    context = good if fault == "host" else authority.expired_context("localhost")
    with tls_server(context) as server:
        send_to(desk, f"https://localhost:{server.port}/")
        remedies(desk)["Show certificate"].click()
    shown = desk.page.viewer.tls.texts()
    covers = "warehouse.test" if fault == "host" else "localhost"
    assert shown[shown.index("Covers") + 1] == covers
    assert desk.page.viewer.pages.currentWidget() is desk.page.viewer.tls


def test_a_client_certificate_is_chosen_when_the_server_wants_one(
    desk: Desk, authority: Authority, tmp_path: Path, pick: Callable[[object], None]
) -> None:
    desk.session.settings.change(tls_rules=(TlsRule("*", str(authority.ca_file)),))
    mine = authority.client().pem(tmp_path / "me.pem")
    with tls_server(authority.asking(authority.context("localhost"))) as server:
        title = send_to(desk, f"https://localhost:{server.port}/")
        assert title == "The server wants a client certificate"
        pick(mine.path)
        assert press(desk, "Choose a client certificate…") == "200 OK"
        desk.page.viewer.select_tab("tls")
        assert mine.path in desk.page.viewer.tls.texts()
    assert settings(desk).tls_rules[0].certificate == mine.path


def test_a_passphrase_is_entered_in_place(
    desk: Desk, authority: Authority, tmp_path: Path, httpdesk_home: Path
) -> None:
    mine = authority.client().pkcs12(tmp_path / "me.p12", PASSPHRASE)
    desk.session.settings.change(
        tls_rules=(TlsRule("localhost", str(authority.ca_file), mine.path),),
        secrets="session",
    )
    with tls_server(authority.asking(authority.context("localhost"))) as server:
        title = send_to(desk, f"https://localhost:{server.port}/")
        assert title == "The client certificate needs its passphrase"
        answer(desk, "passphrase", "wrong")
        assert press(desk, "Use it and send again") == title
        answer(desk, "passphrase", PASSPHRASE)
        before = desk.exchange
        desk.press(Qt.Key.Key_Return)
        wait_until(lambda: desk.exchange is not before, "an exchange after Enter")
        assert desk.status == "200 OK"
    assert files_with(httpdesk_home, PASSPHRASE) == []


def answer(desk: Desk, key: str, text: str) -> None:
    """Type into a field of the error."""
    content = desk.page.viewer.error.content
    assert content is not None
    assert content.asked is not None
    line = content.asked.fields[key]
    line.setFocus()
    QTest.keyClicks(line, text)


def test_a_file_that_is_gone_is_replaced_by_another(
    desk: Desk, authority: Authority, tmp_path: Path, pick: Callable[[object], None]
) -> None:
    gone = str(tmp_path / "gone.pem")
    desk.session.settings.change(tls_rules=(TlsRule("localhost", gone),))
    with tls_server(authority.context("localhost")) as server:
        title = send_to(desk, f"https://localhost:{server.port}/")
        assert title == "The CA file can't be used"
        pick(authority.ca_file)
        assert press(desk, "Choose another file…") == "200 OK"
    assert settings(desk).tls_rules == (TlsRule("localhost", str(authority.ca_file)),)


def test_no_file_picked_changes_nothing(
    desk: Desk, authority: Authority, pick: Callable[[object], None]
) -> None:
    with tls_server(authority.context("localhost")) as server:
        send_to(desk, f"https://localhost:{server.port}/")
        before = desk.exchange
        pick("")
        remedies(desk)["Trust a CA file…"].click()
    assert desk.exchange is before
    assert settings(desk).tls_rules == ()


# Proxies


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"hello"))) as server:
        yield server


def through(desk: Desk, port: int) -> None:
    """Send everything through a proxy on this computer."""
    desk.session.settings.change(
        proxy="manual", proxy_url=f"http://127.0.0.1:{port}", proxy_exceptions=""
    )


def test_a_sign_in_is_entered_in_place(
    desk: Desk, authority: Authority, tmp_path: Path, httpdesk_home: Path
) -> None:
    rules = (TlsRule("*", str(authority.ca_file)),)
    desk.session.settings.change(tls_rules=rules, secrets="session")
    folder = tmp_path / "proxy"
    with (
        tls_server(authority.context("localhost")) as server,
        tinyproxy(folder, "ada", PASSWORD) as port,
        Relay(port) as relay,
    ):
        through(desk, relay.port)
        title = send_to(desk, f"https://localhost:{server.port}/")
        assert title == "The proxy wants a sign-in"
        answer(desk, "username", "ada")
        answer(desk, "password", PASSWORD)
        assert press(desk, "Sign in and send again") == "200 OK"
        assert b"Proxy-Authorization: Basic " in bytes(relay.seen[-1])
    assert settings(desk).proxy_url == f"http://ada@127.0.0.1:{relay.port}"
    assert PASSWORD not in repr(settings(desk))
    desk.settle()
    assert files_with(httpdesk_home, PASSWORD) == []


def test_a_proxy_that_answers_in_the_servers_place_is_named(
    desk: Desk, server: RawServer, tmp_path: Path
) -> None:
    with tinyproxy(tmp_path / "proxy", "ada", PASSWORD) as port:
        through(desk, port)
        assert send_to(desk, f"http://127.0.0.1:{server.port}/").startswith("407")
    bars = desk.page.viewer.body.findChildren(NoticeBar)
    bar = next(each for each in bars if each.isVisible() and each.links)
    assert bar.text.text().startswith(f"The proxy http://127.0.0.1:{port} answered")
    bar.links[0].click()
    assert isinstance(desk.window.editors.front, PreferencesPage)


def test_without_the_proxy_goes_one_request(desk: Desk, server: RawServer) -> None:
    through(desk, free_port())
    assert send_to(desk, f"http://127.0.0.1:{server.port}/").startswith("Can't get through http://")
    assert press(desk, "Send without proxy") == "200 OK"
    assert settings(desk).proxy == "manual"
    desk.press_send()
    assert outcome(desk).startswith("Can't get through http://")


@pytest.mark.parametrize("how", ["error", "lookup", "refused"])
def test_the_proxy_settings_are_a_click_away(desk: Desk, how: str) -> None:
    if how == "lookup":
        send_to(desk, "http://no-such-host.invalid/")
        remedies(desk)["Proxy settings…"].click()
    elif how == "error":
        through(desk, free_port())
        send_to(desk, "http://127.0.0.1:9/")
        remedies(desk)["Proxy settings…"].click()
    else:
        desk.session.settings.change(proxy="manual")
        desk.type_url("http://api.test/")
        desk.trigger("send")
        wait_until(desk.messages, "what keeps it from being sent")
        (message,) = desk.session.notices.shown()
        assert "The proxy's address can't be used" in message.label.text()
        message.action.click()
    page = desk.window.editors.front
    assert isinstance(page, PreferencesPage)
    wait_until(lambda: page.proxy.isAncestorOf(desk.focus), "the focus in the proxy's fields")
