"""Sending without being connected (ui.md 3.8): the window, a keyring, a provider and an API."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from PySide6.QtCore import Qt

from httpdesk.engine.places import approve
from httpdesk.gui.item_models.connection_list import ConnectionRole
from httpdesk.gui.messages import message_for
from httpdesk.gui.response.retry_reasons import retry_reasons
from httpdesk.gui.response.timeline_rows import hop_rows
from httpdesk.model.request import Options, Request
from tests.helpers.desk import Desk, wait_until
from tests.helpers.keyring_daemon import KeyringDaemon
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.token_world import TokenWorld

CONNECTION = """\
info: {{name: Shop, type: connection, id: shop-1}}
baseUrl: {base}
auth:
  type: oauth2
  flow: authorization_code
  authorizationUrl: {authorization}
  accessTokenUrl: {token}
  credentials: {{clientId: native, placement: body}}
"""


class Visitor:
    """Stands in for the browser: a user who agrees, refuses or does nothing."""

    def __init__(self) -> None:
        self.answer: dict[str, str] | None = {"code": "code-CANARY"}
        self.pages: list[str] = []
        self.starts = True
        """Whether there is a browser at all."""
        self._threads: list[threading.Thread] = []

    def open(self, url: str) -> bool:
        self.pages.append(url)
        if self.answer is not None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
            words = urlencode({**self.answer, "state": asked["state"]})
            back = f"{asked['redirect_uri']}?{words}"
            thread = threading.Thread(target=lambda: urlopen(back, timeout=10).close())
            self._threads.append(thread)
            thread.start()
        return self.starts

    def leave(self) -> None:
        for thread in self._threads:
            thread.join(10)


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    visitor = Visitor()
    monkeypatch.setattr("httpdesk.adapters.browser.open_browser", visitor.open)
    yield visitor
    visitor.leave()


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyringDaemon]:
    with KeyringDaemon(tmp_path_factory.mktemp("keyring"), "pass phrase") as daemon:
        yield daemon


@pytest.fixture
def world(
    daemon: KeyringDaemon, monkeypatch: pytest.MonkeyPatch, httpdesk_home: Path
) -> Iterator[TokenWorld]:
    """An API behind the connection `Shop`, whose tokens go to a keyring."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)
    with TokenWorld() as world:
        file = httpdesk_home / "config" / "connections" / "shop.yaml"
        file.parent.mkdir(parents=True)
        at = world.token_url.removesuffix("token") + "authorize"
        file.write_text(CONNECTION.format(base=world.url, authorization=at, token=world.token_url))
        yield world


def ask(desk: Desk) -> None:
    """Send a request of the connection, and wait for what the window says."""
    desk.trigger("request.new")
    options = Options(connection="Shop")
    desk.session.documents.edit(desk.document, Request(url="/orders", options=options))
    name = desk.page.editor.url_bar.connection
    wait_until(lambda: name.accessibleName() == "Connection, Shop, Not connected", "its state")
    desk.page.editor.url_bar.focus_url()
    desk.press(Qt.Key.Key_Return)
    wait_until(desk.page.action_bar.isVisible, "the offer")


def words(desk: Desk) -> tuple[str, str, list[str]]:
    bar = desk.page.action_bar
    return bar.title.text(), bar.text.text(), [each.text() for each in bar.buttons.values()]


def test_connect_and_send(world: TokenWorld, visitor: Visitor, desk: Desk) -> None:
    """Statements 26 and 34: nothing goes out without the token, and it goes out with it."""
    ask(desk)
    assert words(desk) == (
        "Shop is not connected",
        "Nothing was sent without a token.",
        ["Connect and send", "Cancel"],
    )
    assert not desk.messages()
    assert not world.api
    desk.press(Qt.Key.Key_F6)
    assert desk.focus is desk.page.action_bar.buttons["connect"]
    desk.press(Qt.Key.Key_Return)
    wait_until(lambda: desk.document.exchange is not None, "the answer")
    assert desk.exchange.error is None
    assert world.api == ["Bearer access-1-CANARY"]
    assert world.calls[0]["code"] == "code-CANARY"
    assert len(visitor.pages) == 1
    assert not desk.page.action_bar.isVisible()
    shown = desk.page.editor.url_bar.connection.accessibleName()
    assert shown == "Connection, Shop, Connected"
    assert "CANARY" not in repr(desk.exchange)


@pytest.mark.parametrize("agrees", [True, False])
def test_new_places_are_asked_about_in_the_request_that_waits(
    world: TokenWorld, visitor: Visitor, desk: Desk, agrees: bool
) -> None:
    """Row 37 of quality.md: the request stays in front, and goes out after a yes."""
    stored = desk.ports.connections().store.find("Shop", None)
    assert stored is not None
    before = replace(stored.connection, base_url="http://127.0.0.1:1")
    ask(desk)
    desk.ports.secrets().keep_for_session(before.secret("client_secret"), "CANARY-secret")
    # As if a pull had changed the file meanwhile.
    approve(before, desk.ports.connections().records)
    request, bar = desk.document, desk.page.action_bar
    bar.buttons["connect"].click()
    wait_until(lambda: "agree" in bar.buttons, "the question")
    assert desk.document is request
    title, text, answers = words(desk)
    assert "new places" in title
    assert f"http://127.0.0.1:1 → {world.url.removesuffix('/api')}" in text
    assert answers == ["Send nothing", "Let them go there"]
    assert not world.calls
    bar.buttons["agree" if agrees else "refuse"].click()
    if agrees:
        wait_until(lambda: request.exchange is not None, "the answer of the API")
        assert world.api == ["Bearer access-1-CANARY"]
        assert world.calls[0]["client_secret"] == "CANARY-secret"
    else:
        wait_until(lambda: "connect" in bar.buttons, "what is next")
        assert words(desk)[0] == "The connection leads to new places"
        assert (world.calls, world.api, visitor.pages) == ([], [], [])


def test_a_refused_sign_in_is_told_in_the_providers_words(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """Row 40 of quality.md: nothing is sent, and trying again is one step."""
    visitor.answer = {"error": "access_denied", "error_description": "The user said no"}
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: "no" in words(desk)[1].split()[-1], "the refusal")
    assert words(desk) == (
        "The provider refused the sign-in",
        "access_denied: The user said no.",
        ["Connect again", "Open connection", "Cancel"],
    )
    assert not world.api
    visitor.answer = {"code": "code-CANARY"}
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: world.api, "the request at the API")
    assert world.api == ["Bearer access-1-CANARY"]


def test_cancel_gives_the_sign_in_up_and_then_the_offer(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """Statement 37: the request stays as it was, and unsent."""
    visitor.answer = None
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: visitor.pages, "the browser")
    wait_until(lambda: words(desk)[0] == "Continue in your browser", "the words")
    assert words(desk)[2] == ["Cancel"]
    desk.click(desk.page.action_bar.buttons["cancel"])
    wait_until(lambda: words(desk)[0] == "Shop is not connected", "the offer again")
    desk.click(desk.page.action_bar.buttons["cancel"])
    assert not desk.page.action_bar.isVisible()
    desk.click(desk.page.editor.url_bar.send)
    wait_until(desk.page.action_bar.isVisible, "the offer")
    desk.page.editor.url_bar.connection.connectionChosen.emit(None)
    assert not desk.page.action_bar.isVisible()
    assert not world.calls
    assert not world.api


def test_a_request_that_was_changed_meanwhile_waits_for_send(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """What the user has not asked for does not go out."""
    visitor.answer = None
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: visitor.pages, "the browser")
    desk.type_url("/delete-everything")
    visitor.answer = {"code": "code-CANARY"}
    visitor.open(visitor.pages[0])
    button = desk.page.editor.url_bar.connection
    wait_until(lambda: "Connected" in button.accessibleName(), "the connection")
    assert not desk.page.action_bar.isVisible()
    assert not desk.document.sending
    assert not world.api


def test_a_renewed_token_is_told_in_the_timeline(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """Statement 32: both attempts are there, and why there are two."""
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: desk.document.exchange is not None, "the answer")
    world.good.clear()
    exchange = desk.press_send()
    assert world.api[1:] == ["Bearer access-1-CANARY", "Bearer access-2-CANARY"]
    assert [row.title for row in hop_rows(exchange)] == [
        "Attempt 1",
        "Attempt 2, with a renewed token",
    ]
    words = "401 refused the token. Sent again with a renewed token."
    assert retry_reasons(exchange) == ((1, words),)


def test_a_credential_that_may_not_go_to_a_host_is_told_in_the_timeline(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """Statement 21: the request goes without it, and says so."""
    ask(desk)
    with RawServer(answering(response(b"other"))) as other:
        desk.type_url(f"http://127.0.0.1:{other.port}/")
        exchange = desk.press_send()
        assert b"Authorization" not in other.requests[0]
    words = "Sent without the credential of Shop, which may not go to this host."
    assert hop_rows(exchange)[0].notes == (words,)


def test_a_secret_that_is_missing_leads_to_the_connection(
    world: TokenWorld, httpdesk_home: Path, desk: Desk
) -> None:
    """Row 42 of quality.md: no browser helps there, the page of the connection does."""
    file = httpdesk_home / "config" / "connections" / "key.yaml"
    text = f"info: {{name: Key, type: connection, id: key-1}}\nbaseUrl: {world.url}\n"
    file.write_text(text + "auth: {type: apikey, key: X-Key, placement: header}\n")
    reloaded: list[bool] = []
    desk.session.connections.listChanged.connect(lambda: reloaded.append(True))
    desk.session.connections.reload()
    wait_until(lambda: reloaded, "the connection")
    desk.trigger("request.new")
    options = Options(connection="Key")
    desk.session.documents.edit(desk.document, Request(url="/orders", options=options))
    desk.click(desk.page.editor.url_bar.send)
    wait_until(desk.page.action_bar.isVisible, "the offer")
    assert words(desk) == (
        "The connection “Key” can't sign in",
        "Its key has not been entered yet. Nothing was sent.",
        ["Open connection", "Cancel"],
    )
    assert not world.api
    asked: list[str] = []
    desk.session.connect_and_send.openRequested.connect(asked.append)
    desk.click(desk.page.action_bar.buttons["open"])
    assert asked == [str(file)]


def test_a_token_that_is_refused_for_good_leads_to_the_sign_in(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """Statement 34: the provider takes the refresh token no more."""
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: desk.document.exchange is not None, "the answer")
    world.good.clear()
    world.error = "invalid_grant"
    desk.click(desk.page.editor.url_bar.send)
    wait_until(desk.page.action_bar.isVisible, "the offer")
    assert words(desk)[2] == ["Connect again", "Open connection", "Cancel"]
    wait_until(lambda: state(desk) == "Failed", "the state of the connection")
    keeper = desk.session.connections
    shown = keeper.status(str(keeper.named("Shop", None)))
    assert shown.error is not None
    assert message_for(shown.error).title == "Sign in again"
    world.error = ""
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: len(world.api) == 3, "the request at the API")
    wait_until(lambda: state(desk) == "9 min left", "the new token")
    assert world.api[2] in {f"Bearer {each}" for each in world.good}


def connected(world: TokenWorld, desk: Desk) -> None:
    """Get a token that is due already, so that each send renews it."""
    world.expires_in = 30
    ask(desk)
    desk.click(desk.page.action_bar.buttons["connect"])
    wait_until(lambda: desk.document.exchange is not None, "the answer")


def state(desk: Desk) -> str:
    """Return what the list of connections says."""
    model = desk.session.connection_commands.panel.model
    return str(model.index(0).data(ConnectionRole.STATE))


def test_the_panel_follows_a_renewal_of_a_send(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """Statement 33: the send waits for the newer token, and the panel says so meanwhile."""
    connected(world, desk)
    said: list[str] = []
    desk.session.connections.statusChanged.connect(
        lambda key: said.append(desk.session.connections.status(key).standing.value)
    )
    world.expires_in = 3600
    desk.press_send()
    assert world.api == ["Bearer access-2-CANARY", "Bearer access-3-CANARY"]
    assert "refreshing" in said
    wait_until(lambda: state(desk) in ("59 min left", "60 min left"), "the newer token")


def test_a_renewal_that_fails_before_a_send_is_in_the_panel_at_once(
    world: TokenWorld, visitor: Visitor, desk: Desk
) -> None:
    """The offer in the request's page stays, too."""
    connected(world, desk)
    world.error = "temporarily_unavailable"
    desk.click(desk.page.editor.url_bar.send)
    wait_until(lambda: state(desk) == "Failed", "the failure in the list")
    wait_until(desk.page.action_bar.isVisible, "the offer")
    assert words(desk)[2] == ["Connect again", "Open connection", "Cancel"]
    assert len(world.api) == 1
