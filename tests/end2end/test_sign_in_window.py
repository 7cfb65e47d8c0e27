"""Connect in the window: a real browser, a real provider or the sample one, a real keyring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest

from httpdesk.adapters import sample_server
from httpdesk.adapters.sample_collection import place_sample_collection
from httpdesk.gui.connection_keeper import ConnectionKeeper
from httpdesk.model.connection_state import Standing
from httpdesk.model.errors import SignInFailed
from httpdesk.model.oauth import ProviderMetadata
from httpdesk.model.request import Options, Request
from tests.helpers.chromium import Chromium, sign_in
from tests.helpers.desk import Desk, wait_until
from tests.helpers.keyring_daemon import KeyringDaemon
from tests.helpers.oidc_provider import OidcProvider
from tests.helpers.proxies import free_port

_PLACES = {"cancel": "a[href$='/abort']", "allow": "[value=allow]", "deny": "[value=deny]"}


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as provider:
        yield provider


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


def connect(keeper: ConnectionKeeper, name: str, root: str | None = None) -> str:
    """Begin to connect; return the connection's key."""
    keeper.reload()
    wait_until(lambda: keeper.named(name, root), f"the connection {name}")
    key = keeper.named(name, root)
    assert key is not None
    assert keeper.status(key).standing is Standing.NOT_CONNECTED
    keeper.connect_(key)
    assert keeper.status(key).standing is Standing.WAITING
    return key


def ends(keeper: ConnectionKeeper, key: str) -> Standing:
    wait_until(lambda: keeper.status(key).standing is not Standing.WAITING, "the sign-in's end")
    return keeper.status(key).standing


def test_from_connect_to_a_protected_route(
    user: User, desk: Desk, httpdesk_home: Path, provider: OidcProvider
) -> None:
    """Statements 26 and 27."""
    provider.add_connection(httpdesk_home, "Shop")
    keeper = desk.session.connections
    key = connect(keeper, "Shop")
    assert user.does("consent") == "Signed in"
    assert ends(keeper, key) is Standing.CONNECTED
    token = keeper.status(key).token
    assert token is not None
    assert token.renews

    desk.trigger("request.new")
    desk.session.documents.edit(
        desk.document, Request(url="/me", options=Options(connection="Shop"))
    )
    exchange = desk.press_send()
    assert exchange.error is None
    assert desk.status == "200 OK"
    assert json.loads(desk.body)["sub"] == "alice"


def test_a_refusal_is_told(
    user: User, desk: Desk, httpdesk_home: Path, provider: OidcProvider
) -> None:
    """Statement 26: `access_denied`; the next try can be made at once."""
    provider.add_connection(httpdesk_home, "Shop")
    keeper = desk.session.connections
    key = connect(keeper, "Shop")
    assert user.does("cancel") == "Sign-in was not finished"
    assert ends(keeper, key) is Standing.FAILED
    error = keeper.status(key).error
    assert isinstance(error, SignInFailed)
    assert error.error == "access_denied"
    keeper.connect_(key)
    assert user.does("consent") == "Signed in"
    assert ends(keeper, key) is Standing.CONNECTED


def test_a_newcomer_connects_offline(
    user: User, desk: Desk, httpdesk_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample collection's connection; its server starts with the sign-in page."""
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
    key = connect(keeper, "Sample sign-in", root)
    assert user.does("deny") == "Sign-in was not finished"
    assert ends(keeper, key) is Standing.FAILED
    keeper.connect_(key)
    assert user.does("allow") == "Signed in"
    assert ends(keeper, key) is Standing.CONNECTED
    desk.open_item(root, "first-steps/see-who-is-signed-in.yml")
    desk.press_send()
    assert desk.status == "200 OK"
    assert json.loads(desk.body)["user"] == "Demo user"
