"""A connection's secrets and tokens, from sign-in to refusal: in the keyring and nowhere else."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from httpdesk.gui.tabs import CONNECTION
from httpdesk.model.connection import StoredConnection
from tests.end2end.test_canary import words_on_screen
from tests.end2end.test_connect_and_send import Visitor, ask, daemon, visitor, world
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.token_world import TokenWorld

__all__ = ["daemon", "visitor", "world"]

CLIENT = "client/CANARY+s3cret"
WORDS = (
    CLIENT,
    "code-CANARY",
    *(f"{kind}-{n}-CANARY" for kind in ("access", "refresh") for n in "123"),
)
FORMS = (
    *WORDS,
    *(quote(each, safe="") for each in WORDS),
    *(base64.b64encode(each.encode()).decode() for each in WORDS),
    *(each.encode().hex() for each in WORDS),
)


def leaks(text: str) -> list[str]:
    return [each for each in FORMS if each in text]


@pytest.fixture
def desk(
    world: TokenWorld, visitor: Visitor, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> Iterator[Desk]:
    caplog.set_level(logging.DEBUG)
    with open_desk() as desk:
        yield desk


def look_everywhere(desk: Desk) -> None:
    """Look at each tab of request and response, and at what its menu copies."""
    pane, viewer = desk.page.editor.pane, desk.page.viewer
    for tab in ("params", "headers", "body", "auth", "options", "wire"):
        pane.show_tab(tab)
        desk.settle()
        assert leaks(words_on_screen(desk)) == [], tab
    for tab in viewer.tab_keys():
        viewer.select_tab(tab)
        desk.settle()
        assert leaks(words_on_screen(desk)) == [], tab
    for action in viewer.status.menu.actions():
        if action.text().startswith("Copy"):
            action.trigger()
            assert leaks(QGuiApplication.clipboard().text()) == [], action.text()


def test_a_connections_secrets_are_in_the_keyring_and_nowhere_else(
    world: TokenWorld,
    desk: Desk,
    httpdesk_home: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Statements 23, 38 and 76, quality.md row 44: sign in, send, renew, be refused."""
    keeper = desk.session.connections
    wait_until(lambda: keeper.named("Shop", None), "the connection")
    key = str(keeper.named("Shop", None))
    entry = keeper.entry(key)
    assert isinstance(entry, StoredConnection)
    name = entry.connection.secret("client_secret")
    desk.session.settings.keep_secret(name, CLIENT)
    wait_until(
        lambda: desk.ports.secrets().read(name) == CLIENT, "the client secret in the keyring"
    )
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: desk.document.exchange is not None, "the answer")
    assert world.calls[0]["client_secret"] == CLIENT
    document = desk.document
    debugging = replace(document.request.options, debug=True)
    desk.session.documents.edit(document, replace(document.request, options=debugging))
    world.good.clear()
    assert desk.press_send().attempts[-1].renewed
    assert world.api[-1] == "Bearer access-2-CANARY"
    look_everywhere(desk)
    # The provider repeats what it was sent, the refresh token among it.
    world.error, world.good = "invalid_grant", set()
    desk.press_send()
    look_everywhere(desk)
    desk.session.documents.open_page(CONNECTION, key)
    desk.settle()
    assert leaks(words_on_screen(desk)) == []
    assert leaks(repr(document.exchanges) + repr(keeper.status(key))) == []
    desk.window.close()
    assert leaks(caplog.text + "".join(capfd.readouterr())) == []
    for path in httpdesk_home.rglob("*"):
        if path.is_file():
            assert leaks(path.read_bytes().decode("latin-1")) == [], path
