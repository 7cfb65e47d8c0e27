"""Secrets in a real keyring, from the settings page and from a send (statements 23 to 25)."""

from __future__ import annotations

import base64
import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from httpdesk.adapters.database import Database
from httpdesk.app import main
from httpdesk.engine.routing import PROXY_SECRET
from httpdesk.gui.preferences.page import PreferencesPage
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.model.errors import Cancelled
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.keyring_daemon import KeyringDaemon
from tests.helpers.raw_server import RawServer, answering, response

# The library leaves its connection open where the keyring is locked.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

PASSWORD = "canary-grün-😀-5e1c"
LONG = "canary-long-" + "ü😀" * 2000
OK = response(b"hello")
NAMES = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND")


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringDaemon]:
    with KeyringDaemon(tmp_path / "keyring", "pass phrase") as daemon:
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        yield daemon
        gc.collect()


@pytest.fixture
def no_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no bus, and a backend that keeps nothing safe in a file and a variable."""
    weak = "keyring.backends.null.Keyring"
    config = tmp_path / "config" / "python_keyring" / "keyringrc.cfg"
    config.parent.mkdir(parents=True)
    config.write_text(f"[backend]\ndefault-keyring={weak}\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", weak)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")


@pytest.fixture
def proxy() -> Iterator[RawServer]:
    """Give a server that answers what is sent through it."""
    with RawServer(answering(OK)) as server:
        yield server


def settings_page(desk: Desk) -> PreferencesPage:
    desk.trigger("settings.secrets")
    page = desk.window.editors.front
    assert isinstance(page, PreferencesPage)
    return page


def use_proxy(desk: Desk, proxy: RawServer) -> None:
    url = f"http://anna@127.0.0.1:{proxy.port}"
    desk.session.settings.change(proxy="manual", proxy_url=url)


def type_password(page: PreferencesPage, text: str) -> None:
    line = page.proxy.password.field.line
    line.setFocus()
    line.setText(text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def keep(desk: Desk, proxy: RawServer, text: str = PASSWORD) -> PreferencesPage:
    """Type the proxy's password into the settings, and wait until it is kept."""
    use_proxy(desk, proxy)
    page = settings_page(desk)
    type_password(page, text)
    wait_until(lambda: page.proxy.password.is_stored, "the password kept")
    return page


def send(desk: Desk) -> str:
    """Send through the proxy; return the title of the error or the status."""
    desk.trigger("request.new")
    desk.type_url("http://api.example/")
    desk.press_send()
    return outcome(desk)


def outcome(desk: Desk) -> str:
    content = desk.page.viewer.error.content
    if desk.exchange.response is None and content is not None:
        return content.title.text()
    return desk.status


def button(desk: Desk, label: str) -> TextButton:
    buttons = desk.page.viewer.error.findChildren(TextButton)
    return next(each for each in buttons if each.isVisible() and each.text() == label)


def press(desk: Desk, label: str) -> str:
    before = desk.exchange
    button(desk, label).click()
    wait_until(lambda: desk.exchange is not before, f"an exchange after {label!r}")
    return outcome(desk)


def signed_in(proxy: RawServer, password: str = PASSWORD) -> bool:
    """Return whether the last request at the proxy had the password."""
    word = base64.b64encode(f"anna:{password}".encode())
    return b"Proxy-Authorization: Basic " + word + b"\r\n" in proxy.requests[-1]


def files_with(home: Path, text: str) -> list[Path]:
    files = (path for path in home.rglob("*") if path.is_file())
    return [path for path in files if text.encode() in path.read_bytes()]


@pytest.mark.parametrize("password", [PASSWORD, LONG])
def test_a_password_is_used_after_a_restart_and_is_in_no_file(
    qtbot: QtBot, daemon: KeyringDaemon, proxy: RawServer, httpdesk_home: Path, password: str
) -> None:
    """Statements 23 and 25, also with a value that is kept in parts."""
    with open_desk() as desk:
        page = keep(desk, proxy, password)
        assert page.proxy.password.place.text() == "Stored in the system keyring"
        assert page.proxy.password.text() == ""
    with open_desk() as desk:
        assert send(desk) == "200 OK"
        assert signed_in(proxy, password)
    assert files_with(httpdesk_home, password[:12]) == []
    assert "proxy" not in daemon.items()


def test_a_locked_keyring_stops_the_send_and_the_user_has_the_choice(
    qtbot: QtBot, daemon: KeyringDaemon, proxy: RawServer, httpdesk_home: Path
) -> None:
    """Fault 39: nothing leaves without the secret; what is typed in place is used."""
    with open_desk() as desk:
        keep(desk, proxy)
        daemon.start_locked()
        assert send(desk) == "The system keyring is locked"
        assert "Proxy password is needed" in desk.page.viewer.error.content.text.text()  # type: ignore[union-attr]
        assert press(desk, "Try again") == "The system keyring is locked"
        assert proxy.requests == []
        asked = desk.page.viewer.error.content.asked  # type: ignore[union-attr]
        assert asked is not None
        asked.fields["secret"].setText("typed")
        assert press(desk, "Keep until HTTPDesk closes") == "200 OK"
        assert signed_in(proxy, "typed")
        daemon.stop()
        daemon.unlock()
    with open_desk() as desk:
        assert send(desk) == "200 OK"
        assert signed_in(proxy)
    assert files_with(httpdesk_home, "typed") == []


def test_a_keyring_that_hangs_is_told_and_a_cancel_walks_away(
    qtbot: QtBot, daemon: KeyringDaemon, proxy: RawServer
) -> None:
    with open_desk() as desk:
        keep(desk, proxy)
        desk.trigger("request.new")
        desk.type_url("http://api.example/")
        daemon.freeze()
        try:
            desk.click(desk.page.editor.url_bar.send)
            status = desk.page.viewer.status
            wait_until(lambda: "Waiting for the system keyring" in status.phase.text(), "the words")
            began = monotonic()
            desk.session.requests.cancel()
            wait_until(lambda: desk.document.exchange is not None, "the end")
            assert monotonic() - began < 1
            assert isinstance(desk.exchange.error, Cancelled)
            assert proxy.requests == []
        finally:
            daemon.thaw()
        assert send(desk) == "200 OK"
        assert signed_in(proxy)


def test_a_secret_that_somebody_deleted_is_not_taken_for_an_empty_one(
    qtbot: QtBot, daemon: KeyringDaemon, proxy: RawServer, httpdesk_home: Path
) -> None:
    with open_desk() as desk:
        keep(desk, proxy)
        (secret_id,) = Database(httpdesk_home / "data" / "httpdesk.db").secret_ids().values()
        daemon.clear(f"HTTPDesk/{secret_id}")
        assert send(desk) == "The secret is no longer there"
        assert proxy.requests == []


def test_without_a_keyring_the_session_is_offered_and_nothing_is_written(
    qtbot: QtBot, no_keyring: None, proxy: RawServer, httpdesk_home: Path
) -> None:
    """Statement 24; a weak backend that is configured is not taken."""
    with open_desk() as desk:
        use_proxy(desk, proxy)
        page = settings_page(desk)
        field = page.proxy.password
        type_password(page, PASSWORD)
        wait_until(field.choice.isVisible, "the choice")
        assert field.choice.note.text().startswith("Proxy password: This system has no keyring")
        assert (field.is_stored, field.text()) == (False, PASSWORD)
        assert files_with(httpdesk_home, PASSWORD) == []
        desk.click(field.choice.for_session)
        wait_until(lambda: field.is_stored, "the password kept")
        assert field.place.text() == "Kept until HTTPDesk closes"
        assert send(desk) == "200 OK"
        assert signed_in(proxy)
    assert files_with(httpdesk_home, PASSWORD) == []


def test_the_page_opens_while_the_keyring_hangs_and_reads_nothing(
    qtbot: QtBot, daemon: KeyringDaemon, proxy: RawServer
) -> None:
    with open_desk() as desk:
        keep(desk, proxy)
    daemon.freeze()
    try:
        with open_desk() as desk:
            page = settings_page(desk)
            wait_until(lambda: page.proxy.password.is_stored, "what is stored")
            assert page.secrets.state.text() == "Asking the system…"
            assert list(page.secrets.rows) == [PROXY_SECRET]
            daemon.thaw()
            wait_until(lambda: "unlocked" in page.secrets.state.text(), "the state")
    finally:
        daemon.thaw()


def test_the_health_is_told_and_checked(qtbot: QtBot, daemon: KeyringDaemon) -> None:
    with open_desk() as desk:
        page = settings_page(desk)
        daemon.stop()
        daemon.unlock()
        desk.click(page.secrets.check)
        wait_until(lambda: "works" in page.secrets.state.text(), "the result")
        words = "The system keyring works: a value was written, read back and deleted."
        assert page.secrets.state.text() == words
        daemon.start_locked()
        desk.click(page.secrets.check)
        wait_until(page.secrets.check.isEnabled, "the end of the check")
        wait_until(lambda: "locked" in page.secrets.state.text(), "the result")


def test_removing_all_asks_first_and_leaves_no_item(
    qtbot: QtBot, daemon: KeyringDaemon, proxy: RawServer
) -> None:
    with open_desk() as desk:
        page = keep(desk, proxy, LONG)
        section = page.secrets
        wait_until(section.remove_all.isVisible, "something to remove")
        assert section.empty.isHidden()
        desk.click(section.remove_all)
        words = "This deletes Proxy password for good. It can't be undone."
        assert section.confirmation.text() == words
        desk.click(section.keep)
        assert page.proxy.password.is_stored
        desk.click(section.remove_all)
        desk.click(section.confirm)
        wait_until(lambda: not page.proxy.password.is_stored, "nothing stored")
        wait_until(section.empty.isVisible, "the empty list")
        assert "HTTPDesk" not in daemon.items()


def test_the_status_bar_says_where_secrets_are_kept(qtbot: QtBot) -> None:
    """Interface specification, section 2."""
    with open_desk() as desk:
        fact = desk.window.status_line.secrets
        assert fact.text() == "Secrets: system keyring"
        desk.session.settings.change(secrets="session")
        assert fact.text() == "Secrets: this session"
        desk.click(fact)
        assert isinstance(desk.window.editors.front, PreferencesPage)


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str]:
        status = main(["send", *words])
        return status, capfd.readouterr().err

    return run


def test_the_command_line_reads_what_the_window_keeps(
    qtbot: QtBot,
    daemon: KeyringDaemon,
    proxy: RawServer,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The environment comes first; a locked keyring ends the run before anything leaves."""
    with open_desk() as desk:
        keep(desk, proxy)
    assert run("http://api.example/")[0] == 0
    assert signed_in(proxy)
    sent = len(proxy.requests)
    daemon.start_locked()
    status, told = run("http://api.example/")
    assert (status, len(proxy.requests)) == (5, sent)
    assert "The system keyring is locked. Unlock it and try again. Nothing was sent." in told
    assert "It is asked for the password of the proxy." in told
    assert "Set HTTPDESK_SECRET_PROXY_PASSWORD in the environment instead." in told
    monkeypatch.setenv("HTTPDESK_SECRET_PROXY_PASSWORD", "from-outside")
    assert run("http://api.example/")[0] == 0
    assert signed_in(proxy, "from-outside")
