"""The keyring is locked or goes away while the window is open: what is seen, and the way on."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from httpdesk.gui.connections.page import ConnectionPage
from httpdesk.gui.preferences.page import PreferencesPage
from httpdesk.gui.tabs import CONNECTION
from httpdesk.model.connection_state import Standing
from httpdesk.model.errors import SecretsFailed
from tests.end2end.test_canary import words_on_screen
from tests.end2end.test_connect_and_send import ask, daemon, visitor, world
from tests.helpers.desk import Desk, wait_until
from tests.helpers.keyring_daemon import KeyringDaemon
from tests.helpers.token_world import TokenWorld

__all__ = ["daemon", "visitor", "world"]


@pytest.mark.usefixtures("visitor")
def test_a_keyring_that_is_locked_stops_what_needs_it_until_it_is_open_again(
    world: TokenWorld, daemon: KeyringDaemon, desk: Desk
) -> None:
    """Row 39 of quality.md: no request without its token, and the words name the way out."""
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: desk.document.exchange is not None, "the answer")
    assert world.api == ["Bearer access-1-CANARY"]
    daemon.lock()
    exchange = desk.press_send()
    assert (exchange.attempts, world.api) == ((), ["Bearer access-1-CANARY"])
    seen = words_on_screen(desk)
    assert "The system keyring is locked" in seen
    assert (
        "A connection's token is needed, and nothing was sent without it. "
        "Unlock the keyring, then try again."
    ) in seen
    # Nobody knows a token to type.
    assert "Or enter it here" not in seen
    keeper = desk.session.connections
    key = str(keeper.named("Shop", None))
    wait_until(lambda: keeper.status(key).standing is Standing.LOCKED, "its state")
    name = desk.page.editor.url_bar.connection.accessibleName
    wait_until(lambda: name() == "Connection, Shop, Keyring locked", "its state at the URL")

    request = desk.document
    desk.session.documents.open_page(CONNECTION, key)
    page = desk.window.editors.front
    assert isinstance(page, ConnectionPage)
    assert page.rail.status.title.text() == "The system keyring is locked"
    assert page.rail.status.text.text().startswith("A connection's token is needed")
    assert page.rail.status.shown() == ["unlock"]
    desk.trigger("settings.secrets")
    front = desk.window.editors.front
    assert isinstance(front, PreferencesPage)
    wait_until(
        lambda: "The system keyring answers, and is locked." in words_on_screen(desk),
        "the keyring's health",
    )

    daemon.stop()
    daemon.unlock()
    desk.session.documents.activate(request.id)
    assert desk.press_send().succeeded
    assert world.api == ["Bearer access-1-CANARY"] * 2
    assert "locked" not in words_on_screen(desk)


@pytest.mark.usefixtures("visitor")
def test_a_keyring_that_goes_away_is_told_and_found_again(
    world: TokenWorld, daemon: KeyringDaemon, desk: Desk
) -> None:
    """Row 39 of quality.md: killed in the middle of a run, and started anew."""
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: desk.document.exchange is not None, "the answer")
    daemon.stop()
    try:
        exchange = desk.press_send()
        assert isinstance(exchange.error, SecretsFailed)
        assert (exchange.attempts, world.api) == ((), ["Bearer access-1-CANARY"])
        seen = words_on_screen(desk)
        assert "A connection's token is needed, and nothing was sent without it." in seen
        assert "Try again" in [each.text() for each in desk.window.findChildren(QPushButton)]
    finally:
        daemon.unlock()
    assert desk.press_send().succeeded
    assert world.api == ["Bearer access-1-CANARY"] * 2
