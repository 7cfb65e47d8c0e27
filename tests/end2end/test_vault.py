"""The encrypted file in the window and on the command line (security.md R4, statement 24)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from httpdesk.adapters.vault_secrets import VaultSecrets
from httpdesk.app import main
from httpdesk.engine.routing import PROXY_SECRET
from httpdesk.gui.preferences.page import PreferencesPage
from httpdesk.gui.preferences.vault_panel import VaultPanel
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.wiring import VAULT_PASSPHRASE
from tests.end2end.test_secrets import proxy, settings_page
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.raw_server import RawServer

__all__ = ["proxy"]

PASSPHRASE = "canary-phrase-8"
NEXT = "canary-next-phrase-9"
PASSWORD = "canary-pr0xy-v4ult"


@pytest.fixture(autouse=True)
def no_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", VAULT_PASSPHRASE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nothing'}")


def fill(desk: Desk, *texts: str) -> None:
    """Type into the field that has the focus, and Enter, which leads to the next one."""
    for text in texts:
        desk.type_here(text)
        desk.press(Qt.Key.Key_Return)


def focused(desk: Desk, widget: QWidget, what: str) -> None:
    wait_until(lambda: desk.focus is widget, what)


def begin_vault(desk: Desk) -> VaultPanel:
    """Choose the encrypted file and make it, by keyboard."""
    page = settings_page(desk)
    choice, panel = page.secrets.choice.widget, page.secrets.vault
    assert isinstance(choice, QComboBox)
    focused(desk, choice, "the focus on the choice")
    assert panel.isHidden() or not panel.isVisible()
    desk.press(Qt.Key.Key_End)
    wait_until(panel.make.isVisible, "the fields of a new file")
    panel.new.line.setFocus()
    fill(desk, "short", "short")
    assert panel.words.text() == "Take at least 8 characters."
    panel.new.line.clear()
    fill(desk, PASSPHRASE, PASSPHRASE + "x")
    assert panel.words.text() == "The two passphrases differ."
    panel.again.line.clear()
    fill(desk, PASSPHRASE)
    wait_until(panel.lock.isVisible, "the file, unlocked")
    assert (panel.new.text(), panel.again.text()) == ("", "")
    return panel


def use_proxy(desk: Desk, proxy: RawServer) -> None:
    desk.session.settings.change(proxy="manual", proxy_url=f"http://anna@127.0.0.1:{proxy.port}")


def send(desk: Desk) -> str:
    desk.trigger("request.new")
    desk.type_url("http://api.example/")
    desk.press_send()
    content = desk.page.viewer.error.content
    if desk.exchange.response is None and content is not None:
        return content.title.text()
    return desk.status


def keep_password(desk: Desk, proxy: RawServer) -> None:
    use_proxy(desk, proxy)
    field = settings_page(desk).proxy.password
    field.field.line.setFocus()
    fill(desk, PASSWORD)
    wait_until(lambda: field.is_stored, "the password kept")
    assert field.place.text() == "Stored in the encrypted file"


def files_with(home: Path, text: str) -> list[str]:
    files = (path for path in home.rglob("*") if path.is_file())
    return [str(path) for path in files if text.encode() in path.read_bytes()]


def test_a_file_is_made_locked_and_unlocked_by_keyboard(
    qtbot: QtBot, proxy: RawServer, httpdesk_home: Path
) -> None:
    """Row 39 of quality.md: locked, the send stops, and the message leads to the way out."""
    with open_desk() as desk:
        begin_vault(desk)
        keep_password(desk, proxy)
        assert send(desk) == "200 OK"
    told = len(proxy.requests)
    with open_desk() as desk:
        assert send(desk) == "The encrypted file is locked"
        assert len(proxy.requests) == told
        error = desk.page.viewer.error
        buttons = error.findChildren(TextButton)
        unlock = next(each for each in buttons if each.text() == "Unlock…")
        unlock.setFocus()
        desk.press(Qt.Key.Key_Return)
        page = desk.window.editors.front
        assert isinstance(page, PreferencesPage)
        panel = page.secrets.vault
        focused(desk, panel.passphrase.line, "the focus on the passphrase")
        fill(desk, "wrong-passphrase")
        wait_until(lambda: "doesn't open it" in panel.words.text(), "the refusal")
        focused(desk, panel.passphrase.line, "the focus on the passphrase again")
        panel.passphrase.line.selectAll()
        fill(desk, PASSPHRASE)
        wait_until(panel.lock.isVisible, "the unlocked file")
        assert send(desk) == "200 OK"
        assert len(proxy.requests) == told + 1
        desk.click(settings_page(desk).secrets.vault.lock)
        wait_until(panel.unlock.isVisible, "the locked file")
        assert send(desk) == "The encrypted file is locked"
        assert len(proxy.requests) == told + 1
    for text in (PASSPHRASE, PASSWORD):
        assert files_with(httpdesk_home, text) == []


def test_the_passphrase_is_changed_in_the_settings(
    qtbot: QtBot, proxy: RawServer, httpdesk_home: Path
) -> None:
    with open_desk() as desk:
        panel = begin_vault(desk)
        keep_password(desk, proxy)
        desk.click(settings_page(desk).secrets.vault.change)
        focused(desk, panel.passphrase.line, "the focus on the old passphrase")
        fill(desk, PASSPHRASE, NEXT, NEXT)
        wait_until(panel.change.isVisible, "the changed passphrase")
    path = httpdesk_home / "data" / "vault" / "secrets.vault"
    vault = VaultSecrets(lambda: path, lambda _: NEXT)
    assert vault.read(PROXY_SECRET) == PASSWORD


def test_a_chosen_file_that_is_not_made_keeps_nothing_anywhere(
    qtbot: QtBot, proxy: RawServer, httpdesk_home: Path
) -> None:
    """Never a silent fallback."""
    with open_desk() as desk:
        desk.session.settings.change(secrets="vault")
        use_proxy(desk, proxy)
        page = settings_page(desk)
        focused(desk, page.secrets.choice.widget, "the focus on the choice")
        field = page.proxy.password
        field.field.line.setFocus()
        fill(desk, PASSWORD)
        wait_until(field.choice.isVisible, "the choice")
        assert field.choice.note.text().startswith("Proxy password: There is no encrypted file yet")
        assert page.secrets.vault.words.text().startswith("There is no encrypted file yet")
        assert "no keyring" in page.secrets.state.text()
        assert send(desk) == "There is no encrypted file yet"
        assert proxy.requests == []
    assert files_with(httpdesk_home, PASSWORD) == []


def test_the_command_line_reads_the_passphrase_from_the_environment(
    proxy: RawServer,
    httpdesk_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = httpdesk_home / "data" / "vault" / "secrets.vault"
    vault = VaultSecrets(lambda: path)
    vault.create(PASSPHRASE)
    vault.keep(PROXY_SECRET, PASSWORD)
    (httpdesk_home / "config").mkdir(exist_ok=True)
    (httpdesk_home / "config" / "settings.toml").write_text(
        f'version = 1\nsecrets = "vault"\nproxy = "manual"\n'
        f'proxy_url = "http://anna@127.0.0.1:{proxy.port}"\n'
    )
    words = ["send", "http://api.example/"]
    assert main(words) == 5
    assert f"The encrypted file {path} is locked" in capsys.readouterr().err
    monkeypatch.setenv(VAULT_PASSPHRASE, "wrong-passphrase")
    assert main(words) == 5
    assert proxy.requests == []
    told = capsys.readouterr()
    assert "does not open" in told.err
    assert "wrong-passphrase" not in told.err + told.out
    monkeypatch.setenv(VAULT_PASSPHRASE, PASSPHRASE)
    assert main(words) == 0
    assert len(proxy.requests) == 1
    assert PASSPHRASE not in str(capsys.readouterr())
