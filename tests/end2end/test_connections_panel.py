"""Connections in the sidebar of the real window: made, connected, renewed, lost and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.gui.connections.panel import ConnectionsPanel
from httpdesk.model.auth import ApiKeyAuth, Grant, OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import Standing
from httpdesk.model.request import Options, Request
from httpdesk.model.sign_in import StepKind
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.fixtures import world
from tests.helpers.token_world import TokenWorld

__all__ = ["world"]


@pytest.fixture
def config(httpdesk_home: Path) -> Path:
    """The settings' folder, which says that secrets are kept for the session."""
    folder = httpdesk_home / "config"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text('version = 1\nsecrets = "session"\n')
    return folder


def add(config: Path, world: TokenWorld, grant: Grant = Grant.CLIENT_CREDENTIALS) -> str:
    auth = OAuth2Auth(
        grant,
        client_id="me",
        token_url=world.token_url,
        authorization_url=world.token_url.replace("/token", "/authorize"),
    )
    made = Connection("id-shop", "Shop", world.url, auth)
    return ConnectionFiles(lambda: config, config.parent / "data").add(made, None).path


@pytest.fixture
def shop(config: Path, world: TokenWorld) -> str:
    return add(config, world)


@pytest.fixture
def desk(shop: str, qapp: object) -> Iterator[Desk]:
    with open_desk() as desk:
        panel(desk).list.setFocus(Qt.FocusReason.TabFocusReason)
        wait_for(desk, "Shop, Connects when used")
        yield desk


def panel(desk: Desk) -> ConnectionsPanel:
    return desk.session.connection_commands.panel


def rows(desk: Desk) -> list[str]:
    """Return what a screen reader says of each row."""
    model = panel(desk).model
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.index(row).data(role) for row in range(model.rowCount())]


def wait_for(desk: Desk, *wanted: str) -> None:
    wait_until(lambda: rows(desk) == list(wanted), f"{wanted} in place of {rows(desk)}")


def choose(desk: Desk, words: str) -> None:
    """Choose from the menu of the first row."""
    view = panel(desk).list
    view.setCurrentIndex(view.model().index(0, 0))
    view.customContextMenuRequested.emit(view.visualRect(view.currentIndex()).center())
    menu = panel(desk).findChildren(QMenu)[-1]
    action = next(each for each in menu.actions() if each.text() == words)
    assert action.isEnabled(), words
    action.trigger()
    menu.close()


def test_connect_refresh_and_disconnect_by_the_menu(
    desk: Desk, world: TokenWorld, shop: str
) -> None:
    """ui.md 3.1 and 3.8; the row follows each step."""
    choose(desk, "Connect")
    wait_for(desk, "Shop, 9 min left")
    assert len(world.calls) == 1
    choose(desk, "Refresh")
    wait_until(lambda: len(world.calls) == 2, "the refresh")
    keeper = desk.session.connections
    wait_until(lambda: keeper.status(shop).standing is Standing.CONNECTED, "its end")
    wait_for(desk, "Shop, 9 min left")
    choose(desk, "Disconnect")
    wait_for(desk, "Shop, Connects when used")


def test_a_send_that_gets_a_token_shows_it(desk: Desk, world: TokenWorld) -> None:
    """Statement 35: a client's own token is had by the first request."""
    desk.trigger("request.new")
    made = Options(connection="Shop")
    desk.session.documents.edit(desk.document, Request(url="/orders", options=made))
    desk.press_send()
    assert desk.status == "200 OK"
    wait_for(desk, "Shop, 9 min left")
    desk.trigger("connection.connect")
    wait_until(lambda: len(world.calls) == 2, "the token to be renewed")


def test_what_the_provider_refuses_is_a_problem_until_the_next_try(
    desk: Desk, world: TokenWorld
) -> None:
    world.error = "invalid_client"
    choose(desk, "Connect")
    wait_for(desk, "Shop, Failed")
    assert panel(desk).problems.text() == "1"
    world.error = ""
    wait_until(lambda: not desk.session.jobs.running, "the list to be read again")
    choose(desk, "Connect")
    wait_for(desk, "Shop, 9 min left")
    assert not panel(desk).problems.isVisible()


def test_delete_by_key_and_undo_keep_the_user_signed_in(desk: Desk, shop: str) -> None:
    choose(desk, "Connect")
    wait_for(desk, "Shop, 9 min left")
    QTest.keyClick(panel(desk).list, Qt.Key.Key_Delete)
    wait_for(desk)
    assert not Path(shop).exists()
    assert desk.window.ports.secrets().stored() == ()
    message = desk.session.notices.shown()[-1]
    assert message.label.text() == "Deleted Shop"
    message.action.click()
    wait_for(desk, "Shop, 9 min left")
    assert Path(shop).exists()


def test_a_sign_in_waits_for_the_browser_and_can_be_given_up(
    config: Path, world: TokenWorld, monkeypatch: pytest.MonkeyPatch, qapp: object
) -> None:
    """Statement 26; a cancelled sign-in is no failure."""
    opened: list[str] = []

    def open_browser(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("httpdesk.adapters.browser.open_browser", open_browser)
    key = add(config, world, Grant.AUTHORIZATION_CODE)
    with open_desk() as desk:
        wait_for(desk, "Shop, Not connected")
        choose(desk, "Connect")
        wait_for(desk, "Shop, In the browser")
        keeper = desk.session.connections
        wait_until(lambda: opened and keeper.status(key).steps, "the browser")
        (step,) = keeper.status(key).steps
        assert (step.kind, [step.url]) == (StepKind.OPENED_BROWSER, opened)
        choose(desk, "Cancel")
        wait_for(desk, "Shop, Not connected")
        assert keeper.status(key).standing is Standing.NOT_CONNECTED


def test_a_new_connection_has_a_file_and_a_row(desk: Desk, config: Path) -> None:
    desk.trigger("connection.new")
    wait_for(desk, "New connection, No sign-in", "Shop, Connects when used")
    made = config / "connections" / "New connection.yaml"
    assert made.exists()
    assert panel(desk).current_key() == str(made)


def test_the_palette_lists_connections(desk: Desk) -> None:
    (entry,) = desk.session.connection_commands.palette_entries()
    assert (entry.group, entry.text, entry.detail) == ("Connections", "Shop", "Connects when used")


def test_a_broken_file_tells_what_is_wrong_with_it(desk: Desk, config: Path) -> None:
    """Row 27 of quality.md."""
    made = Connection("id-keyed", "Keyed", "https://api.test", ApiKeyAuth())
    ConnectionFiles(lambda: config, config.parent / "data").add(made, None)
    (config / "connections" / "odd.yaml").write_text("auth: [")
    desk.session.connections.reload()
    wait_for(desk, "Keyed, Secret missing", "odd, Can't read this file", "Shop, Connects when used")
    assert panel(desk).problems.text() == "2"
    panel(desk).select(str(config / "connections" / "odd.yaml"))
    QTest.keyClick(panel(desk).list, Qt.Key.Key_Return)
    assert "odd.yaml" in desk.messages()[-1]
