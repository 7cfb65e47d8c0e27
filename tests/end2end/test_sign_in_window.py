"""Connect in the window: a real browser, a real provider or the sample one, a real keyring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from httpdesk.adapters import sample_server
from httpdesk.adapters.sample_collection import place_sample_collection
from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.gui.widgets.buttons import TextButton
from httpdesk.model.connection_state import Standing
from httpdesk.model.errors import SignInFailed
from httpdesk.model.oauth import ProviderMetadata
from httpdesk.model.request import Options, Request
from tests.helpers.chromium import Chromium, sign_in
from tests.helpers.desk import Desk, open_desk, wait_until
from tests.helpers.keyring_daemon import KeyringDaemon
from tests.helpers.oidc_provider import OidcProvider
from tests.helpers.proxies import free_port

NO_TOKEN = "has no token that is still good"
_PLACES = {"cancel": "a[href$='/abort']", "allow": "[value=allow]", "deny": "[value=deny]"}


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as provider:
        yield provider


@pytest.fixture
def shop(httpdesk_home: Path, provider: OidcProvider) -> OidcProvider:
    """The provider, with a connection to it."""
    provider.add_connection(httpdesk_home, "Shop")
    return provider


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringDaemon]:
    with KeyringDaemon(tmp_path_factory.mktemp("keyring"), "pass phrase") as daemon:
        yield daemon


@pytest.fixture(autouse=True)
def keyring(daemon: KeyringDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the window find the keyring."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)


class User:
    """Sits before the browser that the window opens; acts beside the window, which goes on."""

    def __init__(self, browser: Chromium) -> None:
        self.browser = browser
        self._urls: SimpleQueue[str] = SimpleQueue()
        self._hands = ThreadPoolExecutor(1)

    def show(self, url: str) -> bool:
        self._urls.put(url)
        return True

    def does(self, what: str) -> str:
        """Do a thing with the page that was opened; return the last page's title."""
        done = self._hands.submit(self._act, what)
        wait_until(done.done, f"the user who {what}s")
        return done.result()

    def leave(self) -> None:
        self._hands.shutdown()

    def _act(self, what: str) -> str:
        url = self._urls.get(timeout=10)
        if what == "consent":
            sign_in(self.browser, url)
        else:
            self.browser.open(url)
            self.browser.click(_PLACES[what])
        return self.browser.title


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    """Give somebody who has to be there before the window is."""
    with Chromium() as browser:
        user = User(browser)
        monkeypatch.setattr("httpdesk.adapters.browser.open_browser", user.show)
        yield user
        user.leave()


def connect(desk: Desk) -> str:
    """Ask for Connect while a request of the connection is in front; return the latter's key."""
    keeper = desk.session.connections
    name = desk.document.request.options.connection
    assert name is not None
    wait_until(lambda: keeper.named(name, desk.document.root), f"the connection {name}")
    key = keeper.named(name, desk.document.root)
    assert key is not None
    desk.trigger("connection.connect")
    assert keeper.status(key).standing is Standing.WAITING
    return key


def open_request(desk: Desk) -> None:
    """Put a request in front that uses the real provider's connection."""
    desk.trigger("request.new")
    made = Request(url="/me", options=Options(connection="Shop"))
    desk.session.documents.edit(desk.document, made)


def on_screen(desk: Desk) -> str:
    labels = (label.text() for label in desk.window.findChildren(QLabel) if label.isVisible())
    return "\n".join([*labels, *desk.messages()])


def button(desk: Desk, text: str) -> list[TextButton]:
    found = desk.window.findChildren(TextButton)
    return [each for each in found if each.isVisible() and each.text() == text]


def ends(keeper: ConnectionKeeper, key: str) -> Standing:
    busy = (Standing.WAITING, Standing.REFRESHING)
    wait_until(lambda: keeper.status(key).standing not in busy, "the end of it")
    return keeper.status(key).standing


def test_from_connect_to_a_protected_route(user: User, shop: OidcProvider, desk: Desk) -> None:
    """Statements 26 and 27."""
    keeper = desk.session.connections
    open_request(desk)
    key = connect(desk)
    assert user.does("consent") == "Signed in"
    assert ends(keeper, key) is Standing.CONNECTED
    token = keeper.status(key).token
    assert token is not None
    assert token.renews

    exchange = desk.press_send()
    assert exchange.error is None
    assert desk.status == "200 OK"
    assert json.loads(desk.body)["sub"] == "alice"


def test_a_refusal_is_told(user: User, shop: OidcProvider, desk: Desk) -> None:
    """Statement 26: `access_denied`; the next try can be made at once."""
    keeper = desk.session.connections
    open_request(desk)
    key = connect(desk)
    assert user.does("cancel") == "Sign-in was not finished"
    assert ends(keeper, key) is Standing.FAILED
    error = keeper.status(key).error
    assert isinstance(error, SignInFailed)
    assert error.error == "access_denied"
    assert connect(desk) == key
    assert user.does("consent") == "Signed in"
    assert ends(keeper, key) is Standing.CONNECTED


def test_the_next_start_is_signed_in_until_the_user_signs_out(
    user: User, shop: OidcProvider, qtbot: QtBot
) -> None:
    """Statements 28 and 33: a token outlives the program, is renewed, and is given up."""
    with open_desk() as desk:
        open_request(desk)
        key = connect(desk)
        assert user.does("consent") == "Signed in"
        assert ends(desk.session.connections, key) is Standing.CONNECTED
    with open_desk() as desk:
        keeper = desk.session.connections
        wait_until(lambda: keeper.entry(key), "the connection")
        assert keeper.status(key).standing is Standing.CONNECTED
        open_request(desk)
        before = len(shop.token_calls())
        desk.trigger("connection.connect")
        assert ends(keeper, key) is Standing.CONNECTED
        (call,) = shop.token_calls()[before:]
        assert call["body"]["grant_type"] == "refresh_token"
        desk.press_send()
        assert desk.status == "200 OK"

        keeper.disconnect_(key)
        assert ends(keeper, key) is Standing.NOT_CONNECTED
        shown = desk.document.exchange
        desk.click(desk.page.editor.url_bar.send)
        wait_until(lambda: button(desk, "Connect and send"), "the way on")
        assert "Shop is not connected" in on_screen(desk)
        (way_on,) = button(desk, "Connect and send")
        desk.click(way_on)
        assert user.does("consent") == "Signed in"
        wait_until(lambda: desk.document.exchange is not shown, "the request to go out")
        assert desk.exchange.response is not None
        assert desk.exchange.response.status_code == 200


def test_a_newcomer_connects_offline(
    user: User, desk: Desk, httpdesk_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample collection's connection; its server starts with the sign-in page.

    Once that has forgotten everything, Connect is asked for again (statement 34).
    """
    port = free_port()
    monkeypatch.setattr(sample_server, "SAMPLE_PORT", port)
    root = place_sample_collection(httpdesk_home / "data" / "sample")
    file = Path(root) / "connections" / "sample-sign-in.yaml"
    file.write_text(file.read_text().replace("27473", str(port)))
    assert desk.open_sample() == root
    keeper = desk.session.connections
    told: list[ProviderMetadata] = []
    keeper.discover(f"http://127.0.0.1:{port}", told.append, told.append)
    wait_until(lambda: told, "what the sample provider tells of itself")
    assert told[0].scopes == ("profile", "orders")
    desk.open_item(root, "first-steps/see-who-is-signed-in.yml")
    key = connect(desk)
    assert user.does("deny") == "Sign-in was not finished"
    assert ends(keeper, key) is Standing.FAILED
    connect(desk)
    assert user.does("allow") == "Signed in"
    assert ends(keeper, key) is Standing.CONNECTED
    desk.press_send()
    assert desk.status == "200 OK"
    assert json.loads(desk.body)["user"] == "Demo user"

    desk.ports.sample_server().stop()
    desk.click(desk.page.editor.url_bar.send)
    wait_until(lambda: NO_TOKEN in on_screen(desk), "the reason")
    wait_until(lambda: keeper.status(key).standing is not Standing.CONNECTED, "the loss of it")
